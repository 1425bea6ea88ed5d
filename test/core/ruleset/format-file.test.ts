import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFile } from '../../../src/core/ruleset/index.ts';

const rules = fileURLToPath(new URL('../../../rules/', import.meta.url));

describe('a file in the usual format', () => {
	it.each(readdirSync(rules).filter((name) => name.endsWith('.json') && !name.endsWith('.schema.json')))(
		'%s has it',
		(name) => {
			const text = readFileSync(rules + name, 'utf8');
			expect(formatFile({ name, text })).toBe(text);
		},
	);

	it('has the keys in the order of the format, tabs, and short values on one line', () => {
		const text =
			'{"conditions":[{"logic":{"var":"checked"},"id":"a","requirement":"A."}],"mode":"off",\n\n"description":"X","x":{}}';
		expect(formatFile({ name: 'a.json', text })).toBe(
			[
				'{',
				'\t"description": "X",',
				'\t"mode": "off",',
				'\t"conditions": [{ "id": "a", "requirement": "A.", "logic": { "var": "checked" } }],',
				'\t"x": {}',
				'}',
				'',
			].join('\n'),
		);
	});

	it('means the same, stays the same when formatted again, and keeps to 120 columns where it can', () => {
		// Numbers that a rule may not hold are refused before they are formatted.
		const values = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('__proto__'));
		fc.assert(
			fc.property(values, (value) => {
				const text = JSON.stringify({ value });
				const once = formatFile({ name: 'a.json', text });
				if (once === null) return;
				expect(JSON.parse(once)).toEqual(JSON.parse(text));
				expect(formatFile({ name: 'a.json', text: once })).toBe(once);
				for (const line of once.split('\n')) {
					// Only what cannot be broken is longer: a single text, or the key before it.
					if (line.replaceAll('\t', '  ').length > 120)
						expect(line).toMatch(/^\t*("(?:[^"\\]|\\.)*": )?(".*"|[[{]),?$/);
				}
			}),
			{ numRuns: 200 },
		);
	});

	it('cannot be had of what is not sound JSON', () => {
		for (const text of ['', '{', '{"a":1,"a":2}', '{"a":1,}', '\uFEFF{}']) {
			expect(formatFile({ name: 'a.json', text })).toBeNull();
		}
	});
});
