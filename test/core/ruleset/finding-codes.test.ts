import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findingCodes } from '../../../src/core/ruleset/index.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('docs/findings.md', () => {
	it('has a row for every code, word for word, and no other', () => {
		const rows = readFileSync(`${root}docs/findings.md`, 'utf8')
			.split('\n')
			.filter((line) => line.startsWith('| `'))
			.map((line) => line.split('|').map((cell) => cell.trim()));
		const wanted = Object.entries(findingCodes).map(([code, { severity, meaning, remedy }]) => [
			'',
			`\`${code}\``,
			severity,
			meaning,
			remedy,
			'',
		]);
		expect(rows).toEqual(wanted);
	});
});

describe('the table of codes', () => {
	const sources = (folder: string, but: string) =>
		readdirSync(`${root}${folder}`)
			.filter((name) => name.endsWith('.ts') && name !== but)
			.map((name) => readFileSync(`${root}${folder}/${name}`, 'utf8'))
			.join('\n');
	const language = sources('src/core/language', '');
	const others = [sources('src/core/ruleset', 'finding-codes.ts'), sources('src/rulesource', '')].join('\n');

	it('has every code that the language can emit', () => {
		// The code is the second argument of `fault`, or a `code:` beside a pointer.
		const emitted = [
			...language.matchAll(/\bfault\(\s*(?:\[[^\]]*\]|[^,[(]+(?:\([^)]*\))?),\s*'([a-z-]+)'/g),
			...language.matchAll(/code: '([a-z-]+)', message, pointer/g),
		].map(([, code = '']) => code);
		expect(new Set(emitted).size).toBeGreaterThan(15);
		expect([...new Set(emitted)].filter((code) => !Object.hasOwn(findingCodes, code))).toEqual([]);
	});

	it('has no code that nothing emits', () => {
		const silent = Object.keys(findingCodes).filter((code) => {
			const quoted = `'${code}'`;
			return !language.includes(quoted) && !others.includes(quoted);
		});
		expect(silent).toEqual([]);
	});

	it('has codes in kebab-case, each with a sentence of meaning and one of remedy', () => {
		for (const [code, { meaning, remedy }] of Object.entries(findingCodes)) {
			expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
			expect([code, meaning, remedy]).toEqual([
				code,
				expect.stringMatching(/^\S.*\.$/),
				expect.stringMatching(/^[A-Z_].*\.$/),
			]);
			// These would not be shown as they stand.
			expect(`${meaning}${remedy}`).not.toMatch(/[|<>`]|__/);
		}
	});
});
