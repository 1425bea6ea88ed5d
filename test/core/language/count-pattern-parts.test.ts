import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { countPatternParts } from '../../../src/core/language/index.ts';

describe('the size of a pattern', () => {
	it('counts the parts of a pattern, and never too few', () => {
		expect(countPatternParts('abc')).toBe(3);
		expect(countPatternParts('NL[0-9]{2} ?[A-Z]{4}')).toBeLessThan(30);
		expect(countPatternParts('a{500}(?:bc){10}')).toBeLessThan(700);
		for (const [pattern, least] of [
			['a{1000}', 1_000],
			['(?:abc){2,100}', 300],
			['((a{10}){10}b){10}', 1_010],
			['(a[)]bbb){1000}', 5_000],
			['(aaa[(]b){1000}', 5_000],
			['[]a]{500}', 500],
			['[[:alpha:](]{500}(', 500],
			['\\Qa(\\E{300}', 300],
			['\\pL{400}', 400],
			['\\x{41}{400}', 400],
			['(ab|cd)){500}', 2_500],
		] as const) {
			expect([pattern, countPatternParts(pattern) >= least]).toEqual([pattern, true]);
		}
	});

	it('counts at least the instructions of the compiled pattern, whatever it is', () => {
		const { pattern } = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
			atom: fc.oneof(
				{ maxDepth: 3, depthSize: 'small' },
				fc.constantFrom(
					'a',
					'[a-z(]',
					'[]x]',
					'\\d',
					'\\pL',
					'\\p{Lu}',
					'\\x{41}',
					'.',
					'\\Qa(b\\E',
					'[^)(\\]]',
					'[[:alpha:](]',
				),
				tie('pattern').map((inner) => `(${inner})`),
				tie('pattern').map((inner) => `(?:${inner}|b)`),
				tie('pattern').map((inner) => `(?i:${inner})`),
			),
			pattern: fc
				.array(
					fc.tuple(tie('atom'), fc.constantFrom('', '', '*', '+?', '?', '{0}', '{7}', '{2,9}', '{3,}', '{1,9}?')),
					{ minLength: 1, maxLength: 4 },
				)
				.map((parts) => parts.flat().join('')),
		}));
		let compiled = 0;
		fc.assert(
			fc.property(pattern, (source) => {
				let size: number;
				try {
					size = RE2JS.compile(source).programSize();
				} catch {
					return;
				}
				compiled += 1;
				expect(countPatternParts(source) + 4).toBeGreaterThanOrEqual(size);
			}),
			{ seed: 5, numRuns: 500 },
		);
		expect(compiled).toBeGreaterThan(300);
	});
});
