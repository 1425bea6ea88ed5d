import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { readLines } from '../../src/cli/read-lines.ts';

let folder = '';
const at = (name: string) => join(folder, name);

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'greenlane-diff-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A task of one total and one date, as the API answers it. */
function taskLine(id: string, total: number, date: number, changes: object = {}): string {
	const annotation = (entity: string, confidence: number) => ({
		id: `ann_${entity}`,
		entity_id: entity,
		confidence,
		content: 'secret text',
		top: 10,
		left_of_line: 20,
	});
	return JSON.stringify({
		id,
		name: 'secret.pdf',
		created_at: '2026-06-01T08:00:00Z',
		meta: [],
		status: 'REVIEWING',
		step_type: 'EXTRACT',
		upload_id: 'upl_1',
		project_id: 'proj_1',
		approved: false,
		exported_at: null,
		export_failed_at: null,
		last_opened_at: null,
		pages: [
			{
				id: 'page_1',
				width: 595,
				height: 842,
				annotations: [annotation('total', total), annotation('date', date)],
				checkboxes: [],
				segments: [],
				signatures: [],
			},
		],
		...changes,
	});
}

function ruleOf(thresholds: Readonly<Record<string, number>>, mode = 'live'): string {
	return JSON.stringify({
		description: 'A rule of the tests.',
		mode,
		conditions: Object.entries(thresholds).map(([entity, least]) => ({
			id: `${entity}-certain`,
			requirement: 'It must be certain.',
			logic: { '>=': [{ confidence: entity }, least] },
		})),
		auditShare: 0.05,
	});
}

function rulesAt(name: string, rules: Readonly<Record<string, string>>): string {
	const dir = at(name);
	mkdirSync(dir, { recursive: true });
	for (const [id, text] of Object.entries(rules)) writeFileSync(join(dir, `${id}.json`), text);
	return dir;
}

function tasksAt(name: string, lines: readonly string[]): string {
	writeFileSync(at(name), `${lines.join('\n')}\n`);
	return at(name);
}

async function diff(args: readonly string[], terminal = false) {
	const lines: string[] = [];
	const complained: string[] = [];
	let written = '';
	const code = await runCli(['diff', ...args], {
		environment: () => ({}),
		readFile: (path) => readFileSync(path, 'utf8'),
		readInput: async () => '',
		print: (line) => void lines.push(line),
		write: (text) => {
			written += text;
		},
		complain: (line) => void complained.push(line),
		paint: (_style, text) => text,
		isTerminal: terminal,
	});
	return { code, out: lines.join('\n').replace(/ +/g, ' '), err: complained.join('\n'), written };
}

const tasks = () =>
	tasksAt('tasks.jsonl', [
		taskLine('task_sure', 0.99, 0.99),
		taskLine('task_total', 0.92, 0.99),
		taskLine('task_date', 0.99, 0.92),
		taskLine('task_both', 0.92, 0.92),
		taskLine('task_unsure', 0.5, 0.99),
	]);

describe('diff', () => {
	it('fails when something newly completes, and says because of which condition, with examples', async () => {
		const before = rulesAt('strict', { invoice: ruleOf({ total: 0.95, date: 0.95 }) });
		const after = rulesAt('loose', { invoice: ruleOf({ total: 0.9, date: 0.95 }) });
		const { code, out } = await diff([before, after, '--tasks', tasks(), '--flips', at('flips.jsonl')]);
		expect(code).toBe(1);
		expect(out).toContain('Rule invoice has changed.');
		expect(out).toContain('completed before 1 20.0 % straight through\ncompleted after 2 40.0 % straight through');
		expect(out).toContain(
			'1 newly completes, by the condition which stood in the way before\n 1 rule:invoice:total-certain (changed) such as task_total (line 2)',
		);
		expect(out).toContain('0 newly left to a person');
		expect(out).toContain('looser: 1 task newly completes; --allow-more when that is meant.');
		expect(out).not.toContain('secret');
		expect(readFileSync(at('flips.jsonl'), 'utf8')).toBe(
			'{"line":2,"task_id":"task_total","direction":"newly-completes","because":["rule:invoice:total-certain"]}\n',
		);

		const allowed = await diff([before, after, '--tasks', tasks(), '--allow-more']);
		expect(allowed.code).toBe(0);
		const back = await diff([after, before, '--tasks', tasks()]);
		expect(back.code).toBe(0);
		expect(back.out).toContain('1 newly left to a person, by the condition which stands in the way now');
		expect(back.out).toContain('1 rule:invoice:total-certain such as task_total (line 2)');
		expect(back.out).toContain('good: nothing newly completes.');
	});

	it('says first when a rule has no vote any more', async () => {
		const both = { invoice: ruleOf({ total: 0.9 }), dates: ruleOf({ date: 0.95 }) };
		const before = rulesAt('both', both);
		const after = rulesAt('one', { ...both, dates: ruleOf({ date: 0.95 }, 'shadow'), added: ruleOf({ total: 0.1 }) });
		const { code, out } = await diff([before, after, '--tasks', tasks()]);
		expect(code).toBe(1);
		expect(out.split('\n').slice(0, 2)).toEqual([
			'Rule dates has no vote any more: that can only let more through.',
			'Rule added is new.',
		]);
		expect(out).toContain('rule:dates:date-certain (the rule is no longer live) such as task_date (line 3)');
	});

	it('gives the same as JSON', async () => {
		const before = rulesAt('json-before', { invoice: ruleOf({ total: 0.9 }) });
		const after = rulesAt('json-after', { invoice: ruleOf({ total: 0.95 }) });
		const { code, out } = await diff([before, after, '--tasks', tasks(), '--json']);
		expect(code).toBe(0);
		expect(JSON.parse(out)).toMatchObject({
			rules: [{ id: 'invoice', change: 'changed' }],
			tasks: 5,
			completed: { before: 4, after: 2 },
			newly_completes: 0,
			newly_left: 2,
			groups: [
				{
					direction: 'newly-left',
					because: 'rule:invoice:total-certain',
					count: 2,
					examples: [
						{ line: 2, task_id: 'task_total' },
						{ line: 4, task_id: 'task_both' },
					],
				},
			],
			unreadable: { count: 0, lines: [] },
			not_in_review: 0,
		});
	});

	it('never takes a line that holds no task for a good one', async () => {
		const rules = rulesAt('same', { invoice: ruleOf({ total: 0.9 }) });
		const file = tasksAt('broken.jsonl', [taskLine('task_1', 0.99, 0.99), '{"id":', '', '"no task"', '{}']);
		const { code, out } = await diff([rules, rules, '--tasks', file]);
		expect(code).toBe(1);
		expect(out).toContain('The two folders hold the same rules.');
		expect(out).toContain('tasks 1\n');
		expect(out).toContain('unreadable: 3 lines hold no task, at line 2, 4, 5.');
		expect(out).toMatch(/incomplete: not every line was compared; --skip-unreadable when that is meant\.$/);
		const skipped = await diff([rules, rules, '--tasks', file, '--skip-unreadable']);
		expect([skipped.code, skipped.out.includes('good: nothing newly completes.')]).toEqual([0, true]);
		const none = tasksAt('none.jsonl', []);
		const nothing = await diff([rules, rules, '--tasks', none]);
		expect([nothing.code, nothing.out.includes('nothing compared')]).toEqual([1, true]);
	});

	it('judges tasks as if in review, whatever became of them, unless they are to be taken as saved', async () => {
		const before = rulesAt('saved-before', { invoice: ruleOf({ total: 0.95 }) });
		const after = rulesAt('saved-after', { invoice: ruleOf({ total: 0.9 }) });
		const done = { status: 'COMPLETED', exported_at: '2026-06-01T09:00:00Z' };
		const file = tasksAt('done.jsonl', [taskLine('task_1', 0.92, 0.99, done)]);
		const { code, out } = await diff([before, after, '--tasks', file]);
		expect([code, out.includes('1 task was saved outside review')]).toEqual([1, true]);
		expect((await diff([before, after, '--tasks', file, '--as-saved'])).code).toBe(0);
	});

	it('shows progress on a terminal, and nothing of it elsewhere', async () => {
		const rules = rulesAt('progress', { invoice: ruleOf({ total: 0.9 }) });
		const file = tasksAt(
			'many.jsonl',
			Array.from({ length: 600 }, (_, n) => taskLine(`task_${n}`, 0.99, 0.99)),
		);
		const shown = await diff([rules, rules, '--tasks', file], true);
		expect(shown.written).toMatch(/\[[#.]{24}\] +\d+ % {2}\d+ tasks, \d+ a second/);
		expect((await diff([rules, rules, '--tasks', file])).written).toBe('');
	});

	it('says what is wrong with a folder or a file: 1 for rules, 3 for what cannot be read or written, 2 for usage', async () => {
		const rules = rulesAt('fine', { invoice: ruleOf({ total: 0.9 }) });
		const broken = rulesAt('broken', { invoice: ruleOf({ total: 98 }) });
		const wrong = await diff([rules, broken, '--tasks', tasks()]);
		expect([wrong.code, wrong.err.includes('threshold-out-of-range')]).toEqual([1, true]);
		expect((await diff([at('nowhere'), rules, '--tasks', tasks()])).code).toBe(3);
		expect((await diff([rules, rules, '--tasks', at('none')])).code).toBe(3);
		expect((await diff([rules, rules, '--tasks', tasks(), '--flips', at('no/such/folder')])).code).toBe(3);
		expect((await diff([rules, rules])).code).toBe(2);
	});

	it('reads tasks from standard input', async () => {
		const before = rulesAt('stdin-before', { invoice: ruleOf({ total: 0.95 }) });
		const after = rulesAt('stdin-after', { invoice: ruleOf({ total: 0.9 }) });
		const child = spawn(process.execPath, ['src/cli.ts', 'diff', before, after, '--tasks', '-', '--json']);
		let out = '';
		child.stdout.on('data', (chunk) => {
			out += chunk;
		});
		child.stdin.end(readFileSync(tasks()));
		const code = await new Promise((resolve) => child.once('close', resolve));
		expect(code).toBe(1);
		expect(JSON.parse(out)).toMatchObject({ tasks: 5, newly_completes: 2 });
	}, 20_000);
});

describe('lines of a stream', () => {
	async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
		const bytes = new TextEncoder().encode(text);
		for (let from = 0; from < bytes.length; from += size) yield bytes.slice(from, from + size);
	}

	it('are the same however the bytes come, and one that is too long is not held', async () => {
		const text = `één\n\n${'x'.repeat(40)}\n{"a":"€"}\nlast`;
		for (let size = 1; size <= 60; size += 1) {
			const found = [];
			for await (const line of readLines(inPieces(text, size), 20)) found.push(line);
			expect(found).toEqual([
				{ number: 1, text: 'één' },
				{ number: 3, tooLong: true },
				{ number: 4, text: '{"a":"€"}' },
				{ number: 5, text: 'last' },
			]);
		}
	});
});
