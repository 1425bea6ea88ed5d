/**
 * One file for each mistake: what must be found, then the text of a rule file that has the mistake, which stands in a folder
 * as `invoice.json`. A line says `line:column severity code: message [did you mean]`; the message is left out where it is the
 * language's, which has tests of its own.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Finding, loadRules } from '../../../src/core/ruleset/index.ts';

const folder = fileURLToPath(new URL('./mistakes/', import.meta.url));
const divider = '\n---\n';

describe('a mistake is found where it is, and the message says what to do', () => {
	it.each(readdirSync(folder).sort())('%s', (name) => {
		const file = readFileSync(`${folder}${name}`, 'utf8');
		const at = file.indexOf(divider);
		const wanted = file.slice(0, at).split('\n');
		const loaded = loadRules([{ name: 'invoice.json', text: file.slice(at + divider.length) }]);

		expect(loaded.findings.filter((finding) => finding.file === 'invoice.json').map(describeFinding)).toEqual(
			wanted.map((line) => {
				const [, head = '', message, meant] = /^([^:]+:\d+ \w+ [a-z-]+)(: .*?)?( \[.*\])?$/s.exec(line) ?? [];
				return [head, message === undefined ? expect.stringMatching(/^: .*[.?]$/) : message, meant ?? ''];
			}),
		);
		expect(loaded.ok).toBe(wanted.every((line) => line.includes(' warning ')));
	});

	it('in every way that a file can be wrong', () => {
		expect(readdirSync(folder).length).toBeGreaterThan(75);
	});
});

function describeFinding({ line, column, severity, code, message, didYouMean }: Finding): readonly string[] {
	const meant = didYouMean === undefined ? '' : ` [${didYouMean}]`;
	return [`${line}:${column} ${severity} ${code}`, `: ${message}`, meant];
}
