import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CliIo } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/program.ts';
import { writeJunit } from '../../src/cli/test-junit.ts';
import type { TestReport } from '../../src/cli/test-report.ts';
import { runTest } from '../../src/cli/test-rules.ts';
import { greenlane } from './greenlane-process.ts';
import { brokenRule, soundRule } from './rule-files.ts';

let dir = '';

beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), 'greenlane-test-'));
	mkdirSync(at('rules'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = (name: string) => join(dir, name);
const rules = () => at('rules');
const write = (name: string, content: unknown) =>
	writeFileSync(join(rules(), name), typeof content === 'string' ? content : JSON.stringify(content, null, '\t'));

function createIo(changes: Partial<CliIo> = {}) {
	const printed: string[] = [];
	const complained: string[] = [];
	const written: string[] = [];
	const io: CliIo = {
		environment: () => ({}),
		readFile: (path) => readFileSync(path, 'utf8'),
		readInput: async () => '',
		print: (line) => void printed.push(line),
		write: (text) => void written.push(text),
		complain: (line) => void complained.push(line),
		paint: (_style, text) => text,
		isTerminal: false,
		...changes,
	};
	return { io, printed, complained, written };
}

/** Runs the command line in this process. */
async function test(...args: readonly string[]) {
	const { io, printed, complained } = createIo();
	const code = await runCli(['test', rules(), ...args], io);
	return { code, out: printed.join('\n'), err: complained.join('\n'), printed };
}

const secret = 'Jansen & Zonen geheim';
const right = {
	id: 'task_1',
	name: `${secret}.pdf`,
	created_at: '2026-06-01T08:00:00Z',
	status: 'REVIEWING',
	step_type: 'EXTRACT',
	upload_id: 'upl_1',
	project_id: 'proj_1',
	exported_at: null,
	export_failed_at: null,
	last_opened_at: null,
	meta: [{ name: 'category', value: 'invoice' }],
	pages: [
		{
			id: 'page_1',
			annotations: [{ id: 'a', entity_id: 'total_amount', confidence: 0.99, content: secret, top: 1, left_of_line: 1 }],
			checkboxes: [],
			segments: [],
			signatures: [],
		},
	],
};

const completes = { name: 'completes what is certain', task: { fixture: 'right' }, expect: 'complete' };
const leaves = {
	name: 'leaves a total read with 0.97',
	task: { fixture: 'right', annotations: { total_amount: { confidence: 0.97 } } },
	expect: 'review',
	because: ['total-certain'],
};
const atLimit = {
	name: 'completes a total read with exactly 0.98',
	task: { fixture: 'right', annotations: { total_amount: { confidence: 0.98 } } },
	expect: 'complete',
};
const missing = {
	name: 'leaves a page without a total',
	task: { fixture: 'right', annotations: { total_amount: null }, add: { segments: [{ id: 's', confidence: 1 }] } },
	expect: 'review',
	because: ['required:total_amount', 'total-certain'],
};
const contract = {
	name: 'does not apply to contracts',
	task: { fixture: 'right', meta: { category: 'contract' } },
	expect: 'review',
	because: ['applies:no'],
};
const everyCase = [completes, leaves, atLimit, missing, contract];
const testsOf = (...tests: readonly object[]) => ({ fixtures: { right }, tests });

describe('a folder whose cases pass', () => {
	it('is good, and shows in how many cases each part was true, false or an error', async () => {
		write('invoice.json', soundRule);
		write('invoice.test.json', testsOf(...everyCase));
		const { code, printed } = await test();
		expect(code).toBe(0);
		expect(printed).toEqual([
			'invoice (live): 5 of 5 cases pass',
			'  cases that saw it      true  false  error',
			'  the rule completes        2      3      0',
			'  the rule applies          4      1      0',
			'  required:total_amount     3      1      0',
			'  total-certain             2      1      1',
			'',
			`good: 5 cases of 1 rule in ${rules()} pass.`,
		]);
	});

	it('holds a rule that is off, or in shadow, against its cases as well', async () => {
		for (const mode of ['off', 'shadow']) {
			write('invoice.json', soundRule.replace('"live"', `"${mode}"`));
			write('invoice.test.json', testsOf({ ...leaves, expect: 'complete', because: undefined }));
			const { code, out } = await test();
			expect([code, out]).toEqual([1, expect.stringContaining(`invoice (${mode}): 0 of 1 cases pass`)]);
		}
	});
});

describe('a case that fails', () => {
	it('is shown at its name, with what was expected, what was found, and why', async () => {
		write('invoice.json', soundRule);
		write('invoice.test.json', testsOf(completes, { ...leaves, expect: 'complete', because: undefined }));
		const { code, printed } = await test();
		expect(code).toBe(1);
		const text = readFileSync(join(rules(), 'invoice.test.json'), 'utf8').split('\n');
		const line = text.findIndex((one) => one.includes(leaves.name));
		const column = text[line]?.indexOf(`"${leaves.name}"`) ?? -2;
		expect(printed.slice(0, 5)).toEqual([
			'invoice (live): 1 of 2 cases pass',
			`  ${rules()}/invoice.test.json:${line + 1}:${column + 1}  failed  ${leaves.name}`,
			'    expected complete',
			'    found review because total-certain',
			'      total-certain  total_amount was read with 0.97; 0.98 is needed.',
		]);
		expect(printed.at(-2)).toBe('failed: 1 of 2 cases fail.');
	});

	it('says so when the rule does not apply, and which reasons it had missed', async () => {
		write('invoice.json', soundRule);
		write('invoice.test.json', testsOf({ ...contract, because: ['total-certain'] }));
		const { out } = await test();
		expect(out).toContain('expected review because total-certain');
		expect(out).toContain('found review because applies:no');
		expect(out).toContain('applies:no  It wants category to be invoice; the task says otherwise.');
	});

	it('never shows what stands in the document', async () => {
		write('invoice.json', soundRule);
		write(
			'invoice.test.json',
			testsOf(...everyCase.map((one) => ({ ...one, expect: 'review', because: ['applies:error'] }))),
		);
		for (const args of [[], ['--json'], ['--mutate'], ['--junit', at('out.xml')]]) {
			const { code, out, err } = await test(...args);
			expect(code).toBe(1);
			expect(out + err).not.toContain('geheim');
		}
		expect(readFileSync(at('out.xml'), 'utf8')).not.toContain('geheim');
	});
});

describe('what was not tested at all', () => {
	it('a rule without a test file fails, and says which file to write', async () => {
		write('invoice.json', soundRule);
		const { code, out } = await test();
		expect(code).toBe(1);
		expect(out).toContain('warning: there is no invoice.test.json.');
		expect(out).toMatch(/failed: invoice has no tests, .* write invoice\.test\.json/);
	});

	it('a folder without a rule fails', async () => {
		const { code, out } = await test();
		expect([code, out]).toEqual([1, `failed: There is no rule in ${rules()}, so nothing was tested.`]);
	});

	it('a filter that no case meets fails: it may be misspelt', async () => {
		write('invoice.json', soundRule);
		write('invoice.test.json', testsOf(...everyCase));
		const { code, out } = await test('--filter', 'contarct');
		expect([code, out]).toEqual([1, 'failed: No case has "contarct" in its name.']);
	});
});

describe('--filter', () => {
	it('runs only the cases whose names have the text, and blames nobody for the rest', async () => {
		write('invoice.json', soundRule);
		write('invoice.test.json', testsOf({ ...completes, expect: 'review' }, leaves, contract));
		write('other.json', soundRule);
		const { code, printed } = await test('--filter', 'CONTRACT');
		expect(code).toBe(0);
		expect(printed[0]).toBe('invoice (live): 1 of 1 cases pass, 2 left out');
		expect(printed.join('\n')).not.toContain('cases that saw it');
	});

	it.each(['--mutate', '--strict'])('does not go with %s, which would blame what was left out', async (option) => {
		const { code, err } = await test('--filter', 'x', option);
		expect([code, err]).toEqual([2, expect.stringContaining('--filter leaves cases out')]);
	});
});

describe('--strict', () => {
	it('makes a failure of what is not covered, at its line', async () => {
		write('invoice.json', soundRule);
		write('invoice.test.json', testsOf(completes, leaves));
		const lax = await test();
		expect(lax.code).toBe(0);
		const line = soundRule.split('\n').findIndex((one) => one.includes('"requiredEntities"')) + 2;
		expect(lax.out).toMatch(
			new RegExp(`required:total_amount +2 +0 +0 +never false +\\S+invoice\\.json:${line}:3$`, 'm'),
		);
		expect(lax.out).toContain('With --strict, what no case covers would be failures.');
		const strict = await test('--strict');
		expect([strict.code, strict.out]).toEqual([1, expect.stringContaining('failed: 2 parts are not covered.')]);
	});

	it('makes a failure of a mutant that survives', async () => {
		write('invoice.json', soundRule);
		write('invoice.test.json', testsOf(completes, leaves, missing, contract));
		expect((await test('--strict')).code).toBe(0);
		expect((await test('--mutate')).code).toBe(0);
		const { code, out } = await test('--strict', '--mutate');
		expect([code, out]).toEqual([1, expect.stringContaining('failed: 2 mutants survive.')]);
		write('invoice.test.json', testsOf(...everyCase));
		expect((await test('--strict', '--mutate')).code).toBe(0);
	});
});

describe('--mutate', () => {
	it('lists each mutant that survives with its place, the change, and a case that would notice', async () => {
		write('invoice.json', soundRule);
		write('invoice.test.json', testsOf(completes, leaves, missing, contract));
		const { out, printed } = await test('--mutate');
		expect(out).toContain('  4 of 6 mutants noticed, 1 refused by the checker');
		const from = printed.findIndex((line) => line.includes('mutants noticed'));
		const lines = soundRule.split('\n');
		const line = lines.findIndex((one) => one.includes('0.98')) + 1;
		expect(printed.slice(from + 1, from + 5).map((one) => one.replace(rules(), '').replace(/ {2,}/g, '  '))).toEqual([
			expect.stringMatching(/^ {2}\/invoice\.json:\d+:\d+ {2}total-certain {2}>= -> >$/),
			'  Add a case with confidence of total_amount at exactly 0.98.',
			`  /invoice.json:${line}:${(lines[line - 1]?.indexOf('0.98') ?? 0) + 1}  total-certain  0.98 -> 0.99`,
			'  Add a case with confidence of total_amount at exactly 0.98: it must hold there.',
		]);
	});

	it('waits until the cases pass', async () => {
		write('invoice.json', soundRule);
		write('invoice.test.json', testsOf({ ...completes, expect: 'review' }));
		expect((await test('--mutate')).out).toContain('No mutants were tried: first the cases must pass.');
	});

	it('shows progress on a terminal alone, and wipes it out', async () => {
		const conditions = Array.from({ length: 12 }, (_, index) => ({
			id: `c-${index}`,
			requirement: 'Certain.',
			logic: { '>=': [{ confidence: 'total_amount' }, 0.98 - index / 100] },
		}));
		write('invoice.json', { ...(JSON.parse(soundRule) as object), conditions });
		write('invoice.test.json', testsOf(completes));
		const options = { mutate: true, strict: false, watch: false, json: false };
		const terminal = createIo({ isTerminal: true });
		await runTest(rules(), options, terminal.io);
		expect(terminal.written.some((text) => /invoice: \d+ mutants tried/.test(text))).toBe(true);
		expect(terminal.written.at(-1)).toBe('\r\u001b[2K');
		for (const [isTerminal, json] of [
			[false, false],
			[true, true],
		] as const) {
			const { io, written } = createIo({ isTerminal });
			await runTest(rules(), { ...options, json }, io);
			expect(written).toEqual([]);
		}
	});
});

describe('a folder with errors', () => {
	it('is told as check tells it, and nothing is tested', async () => {
		write('invoice.json', brokenRule);
		write('invoice.test.json', testsOf(completes));
		const { code, out } = await test();
		expect(code).toBe(1);
		expect(out).toMatch(/invoice\.json:4:10 +error +wrong-mode/);
		expect(out).toContain('did you mean live?');
		expect(out).toContain('nothing was tested');
	});

	it.each<[string, object, string]>([
		['names a condition that the rule does not have', { ...leaves, because: ['total-certian'] }, 'unknown-condition'],
		['gives a reason for what it wants completed', { ...completes, because: ['total-certain'] }, 'wrong-value'],
	])('is one with a case that %s', async (_what, one, code) => {
		write('invoice.json', soundRule);
		write('invoice.test.json', testsOf(one));
		const { code: exit, out } = await test();
		expect([exit, out]).toEqual([1, expect.stringContaining(code)]);
	});

	it('is 3 when it is not there', async () => {
		expect((await greenlane(['test', at('nowhere')])).code).toBe(3);
	});
});

describe('--json', () => {
	it('is everything as data', async () => {
		write('invoice.json', soundRule);
		write(
			'invoice.test.json',
			testsOf(completes, leaves, missing, { ...contract, expect: 'complete', because: undefined }),
		);
		const { code, out } = await test('--json');
		expect(code).toBe(1);
		const report = JSON.parse(out) as TestReport;
		expect(report).toMatchObject({
			ok: false,
			problems: ['1 of 4 cases fail.'],
			revision: expect.any(String),
			findings: expect.any(Array),
		});
		expect(report.rules).toHaveLength(1);
		expect(report.rules[0]).toMatchObject({
			id: 'invoice',
			mode: 'live',
			file: 'invoice.json',
			testFile: 'invoice.test.json',
			tested: true,
			leftOut: 0,
			mutants: null,
		});
		expect(report.rules[0]?.cases[3]).toEqual({
			name: contract.name,
			file: 'invoice.test.json',
			line: expect.any(Number),
			column: expect.any(Number),
			passed: false,
			expected: { outcome: 'complete', because: [] },
			found: { outcome: 'review', because: ['applies:no'] },
			sentences: [{ reason: 'applies:no', sentence: 'It wants category to be invoice; the task says otherwise.' }],
		});
		expect(report.rules[0]?.coverage?.at(-1)).toEqual({
			kind: 'condition',
			id: 'total-certain',
			file: 'invoice.json',
			line: expect.any(Number),
			column: expect.any(Number),
			true: 1,
			false: 1,
			error: 1,
			covered: true,
		});
	});

	it('holds the findings when the folder has errors', async () => {
		write('invoice.json', brokenRule);
		const report = JSON.parse((await test('--json')).out) as TestReport;
		expect(report).toMatchObject({ ok: false, revision: null, rules: [] });
		expect(report.findings.map(({ code }) => code)).toContain('wrong-mode');
	});

	it('holds the mutants', async () => {
		write('invoice.json', soundRule);
		write('invoice.test.json', testsOf(completes, leaves, missing, contract));
		const report = JSON.parse((await test('--json', '--mutate')).out) as TestReport;
		expect(report.rules[0]?.mutants).toMatchObject({
			killed: 4,
			total: 6,
			refused: 1,
			survivors: [
				{ from: '>=', to: '>' },
				{ from: '0.98', to: '0.99', kind: 'threshold', part: 'total-certain' },
			],
		});
	});
});

describe('--junit', () => {
	const junit = async (...args: readonly string[]) => {
		const { code } = await test('--junit', at('out.xml'), ...args);
		const text = readFileSync(at('out.xml'), 'utf8');
		return { code, text, failures: Number(/<testsuites [^>]*failures="(\d+)"/.exec(text)?.[1]) };
	};

	it('is a suite for each rule and a test for each case', async () => {
		write('invoice.json', soundRule);
		write(
			'invoice.test.json',
			testsOf({ ...completes, name: 'a < "b" & c' }, { ...leaves, expect: 'complete', because: undefined }),
		);
		const { code, text, failures } = await junit();
		expect([code, failures]).toEqual([1, 1]);
		expect(text).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="greenlane test" tests="2"/);
		expect(text).toContain('<testsuite name="invoice" tests="2" failures="1" errors="0" skipped="0">');
		expect(text).toMatch(
			/<testcase name="a &lt; &quot;b&quot; &amp; c" classname="invoice" file="[^"]*invoice\.test\.json" line="\d+"\/>/,
		);
		expect(text).toContain('<failure message="expected complete; found review because total-certain"');
	});

	it.each<[string, () => void, readonly string[]]>([
		['a rule has no tests', () => write('invoice.json', soundRule), []],
		['there is no rule', () => undefined, []],
		['the folder has errors', () => write('invoice.json', brokenRule), []],
		[
			'a part is not covered',
			() => {
				write('invoice.json', soundRule);
				write('invoice.test.json', testsOf(completes, leaves));
			},
			['--strict'],
		],
		[
			'a mutant survives',
			() => {
				write('invoice.json', soundRule);
				write('invoice.test.json', testsOf(completes, leaves, missing, contract));
			},
			['--strict', '--mutate'],
		],
	])('has a failure when %s, as the exit code has', async (_what, prepare, args) => {
		prepare();
		const { code, failures } = await junit(...args);
		expect(code).toBe(1);
		expect(failures).toBeGreaterThan(0);
	});

	it('has none when all is good', async () => {
		write('invoice.json', soundRule);
		write('invoice.test.json', testsOf(...everyCase));
		const { code, failures } = await junit('--strict', '--mutate');
		expect([code, failures]).toEqual([0, 0]);
	});

	it('is 3 when it cannot be written', async () => {
		write('invoice.json', soundRule);
		write('invoice.test.json', testsOf(completes));
		const { code, err } = await test('--junit', at('nowhere/out.xml'));
		expect([code, err]).toEqual([3, expect.stringContaining('out.xml cannot be written')]);
	});

	it('is well formed, whatever stands in names and sentences', () => {
		const text = fc.string({ unit: 'binary' });
		fc.assert(
			fc.property(text, text, text, (name, sentence, id) => {
				const failed = {
					name,
					file: 'a',
					line: 1,
					column: 1,
					passed: false,
					expected: { outcome: 'complete', because: [] },
					found: { outcome: 'review', because: [id] },
					sentences: [{ reason: id, sentence }],
				} as const;
				const rule = {
					id,
					mode: 'live',
					file: 'a',
					testFile: 'b',
					tested: true,
					cases: [failed],
					leftOut: 0,
					coverage: null,
					mutants: null,
				} as const;
				const xml = writeJunit({ ok: false, problems: [], revision: '', findings: [], rules: [rule] }, id, true);
				// Every mark-up character is of one of our own tags, and nothing is left that XML 1.0 cannot hold.
				const rest = xml.replace(
					/<\?xml [^<>]*\?>|<\/?(?:testsuites?|testcase|failure)(?: [a-z]+="[^<>"]*")*\/?>/g,
					'',
				);
				expect(rest.replace(/&(?:amp|lt|gt|quot);/g, '')).not.toMatch(/[<>&]/);
				expect(xml.replace(/^\t+/gm, '')).not.toMatch(/[^\n\P{Cc}]|[\ufffe\uffff]/u);
				expect(xml.isWellFormed()).toBe(true);
			}),
			{ seed: 3, numRuns: 300 },
		);
	});
});

describe('--watch', () => {
	it('tests again after a change, and ends as the last run did', async () => {
		write('invoice.json', soundRule);
		write('invoice.test.json', testsOf(...everyCase));
		const enough = new AbortController();
		const { io, printed } = createIo();
		const running = runTest(
			rules(),
			{ mutate: false, strict: false, watch: true, json: false, signal: enough.signal },
			io,
		);
		const until = async (text: string) => {
			for (const end = performance.now() + 5_000; !printed.join('\n').includes(text); ) {
				if (performance.now() > end) throw new Error(`"${text}" never came: ${printed.join('\n')}`);
				await new Promise((resolve) => setTimeout(resolve, 10));
			}
		};
		await until('Watching');
		write('invoice.test.json', testsOf({ ...completes, expect: 'review' }));
		await until('1 of 1 case fails');
		enough.abort();
		expect(await running).toBe(1);
	});
});

describe('the command line', () => {
	it('runs for real, on the rules of the repository', async () => {
		const { code, stdout, stderr } = await greenlane(['test', '--mutate', '--strict']);
		expect([code, stderr]).toEqual([0, '']);
		expect(stdout).toMatch(/good: \d+ cases of 3 rules in rules pass\.\n$/);
		expect(stdout).not.toContain('\u001b');
	});

	it.each([[['test', 'a', 'b']], [['test', '--filter']], [['test', '--bogus']]])('%j is 2', async (args) => {
		expect(await runCli(args, createIo().io)).toBe(2);
	});

	it('takes the folder from RULES_DIR', async () => {
		write('invoice.json', soundRule);
		write('invoice.test.json', testsOf(completes));
		const { io, printed } = createIo({ environment: () => ({ RULES_DIR: rules() }) });
		expect(await runCli(['test'], io)).toBe(0);
		expect(printed[0]).toContain('invoice (live)');
	});
});
