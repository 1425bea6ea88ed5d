import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const fixtures = 'test/fixtures/must-fail';

/** The tools that `npm run check` runs, on code that must not pass them. */
describe('the checks bite', () => {
	let folder = '';
	let config = '';

	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'greenlane-lint-'));
		config = join(folder, 'oxlintrc.json');
		// The project's own rules; only the fixtures, which it leaves out, are let in.
		const own = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as { ignorePatterns: string[] };
		expect(own.ignorePatterns).toEqual([fixtures]);
		writeFileSync(config, JSON.stringify({ ...own, ignorePatterns: [] }));
	});

	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it('the linter of check:promises catches an accept that nobody waits for, in every disguise', async () => {
		const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
			scripts: Record<string, string>;
		};
		expect(scripts['check:promises']).toBe('oxlint --type-aware --deny-warnings src test');
		expect(scripts.check).toContain('check:promises');

		const file = `${fixtures}/floating-accept.ts`;
		const result = await runTool('oxlint', ['--type-aware', '--deny-warnings', '-c', config, '-f', 'json', file]);
		expect(result.code).toBe(1);
		const { diagnostics } = JSON.parse(result.output) as {
			diagnostics: { code: string; labels: { span: { line: number } }[] }[];
		};
		const lines = readFileSync(join(root, file), 'utf8').split('\n');
		const found = diagnostics.map(({ code, labels }) => [code, lines[(labels[0]?.span.line ?? 0) - 1]?.trim()]);
		expect(found).toEqual([
			['typescript(no-floating-promises)', 'ledger.accept(event);'],
			['typescript(no-misused-promises)', 'events.forEach(async (event) => {'],
			['typescript(no-misused-promises)', 'if (ledger.accept(event)) return true;'],
		]);
	});

	it('fetch in the core is a type error', async () => {
		const result = await runTool('tsc', ['-p', `${fixtures}/core`]);
		expect(result.code).not.toBe(0);
		expect(result.output.trim().split('\n')).toEqual([
			expect.stringMatching(/fetch-in-core\.ts\(2,\d+\): error TS2304: Cannot find name 'fetch'/),
			expect.stringMatching(/process-in-core\.ts\(2,\d+\): error TS2591: Cannot find name 'process'/),
			expect.stringMatching(/timer-in-core\.ts\(2,\d+\): error TS2304: Cannot find name 'setTimeout'/),
		]);
	});

	it('syntax that Node cannot strip is a type error', async () => {
		const result = await runTool('tsc', ['-p', `${fixtures}/syntax`]);
		expect(result.code).not.toBe(0);
		expect(result.output).toMatch(/enum\.ts\(2,\d+\): error TS1294/);
		expect(result.output).toMatch(/parameter-property\.ts\(3,\d+\): error TS1294/);
	});
});

async function runTool(tool: string, args: readonly string[]): Promise<{ code: number; output: string }> {
	const bin = join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${tool}.cmd` : tool);
	try {
		const { stdout } = await run(bin, [...args], { cwd: root, timeout: 60_000, shell: process.platform === 'win32' });
		return { code: 0, output: stdout };
	} catch (error) {
		const failed = error as { code?: number; stdout?: string };
		return { code: failed.code ?? -1, output: failed.stdout ?? '' };
	}
}
