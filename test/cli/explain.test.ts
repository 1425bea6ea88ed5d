import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealContent } from '../../src/cases/kept-content.ts';
import { runCli } from '../../src/cli/program.ts';
import { addMargins, decide, redactDecision } from '../../src/core/decision/index.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import { createSeal, nodeDigest } from '../../src/platform/node.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';
import { parseTask } from '../../src/sendai/task-schema.ts';
import { annotationOf, taskOf } from '../core/decision/task-of.ts';
import { afterFirstRead, decision, move, openCase } from '../ledger/ledger-under-test.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { shadowRule, soundRule } from './rule-files.ts';

let folder = '';
const at = (name: string) => join(folder, name);

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'greenlane-explain-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secretText = '1.234,56';

/** A task in review whose total was read with that confidence, as the API answers it. */
function taskJson(confidence: number, category = 'invoice') {
	return {
		payload: {
			id: 'task_1',
			name: 'invoice.pdf',
			created_at: '2026-06-01T08:00:00Z',
			meta: [{ name: 'category', value: category }],
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
					annotations: [
						{ id: 'ann_1', entity_id: 'total_amount', confidence, content: secretText, top: 10, left_of_line: 20 },
					],
					checkboxes: [],
					segments: [],
					signatures: [],
				},
			],
		},
	};
}

function place(name: string, rule: string, confidence: number, category?: string) {
	const rules = mkdtempSync(at(`${name}-`));
	writeFileSync(join(rules, 'invoice.json'), rule);
	const task = at(`${name}.json`);
	writeFileSync(task, JSON.stringify(taskJson(confidence, category)));
	return { rules, task };
}

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
	const lines: string[] = [];
	const complained: string[] = [];
	const code = await runCli(args, {
		environment: () => environment,
		readFile: (path) => readFileSync(path, 'utf8'),
		readInput: async () => '',
		print: (line) => void lines.push(line),
		write: () => undefined,
		complain: (line) => void complained.push(line),
		paint: (_style, text) => text,
		isTerminal: false,
	});
	return { code, out: lines.join('\n').replace(/ +/g, ' '), err: complained.join('\n') };
}

describe('explain of a task', () => {
	it('says how far a condition is from passing, and the smallest change that would complete the task', async () => {
		const { rules, task } = place('short', soundRule, 0.94);
		const { code, out } = await run(['explain', task, '--rules', rules]);
		expect(code).toBe(0);
		expect(out).toContain('review: total_amount was read with 0.94; 0.98 is needed.');
		expect(out).toContain('confidence of total_amount >= 0.98 : 0.04 short');
		expect(out).toContain('It would be completed with\n confidence of total_amount 0.94 -> at least 0.98\n');
	});

	it('says of a task that passes what would have left it to a person', async () => {
		const { rules, task } = place('passes', soundRule, 0.99);
		const { out } = await run(['explain', task, '--rules', rules]);
		expect(out).toContain('confidence of total_amount >= 0.98 : holds with 0.01 to spare');
		expect(out).toContain(
			'It would be left to a person with any one of\n confidence of total_amount 0.99 -> at most 0.979\n total_amount present yes -> no\n',
		);
	});

	it('judges by rules in shadow as if they were live where none is', async () => {
		const { rules, task } = place('shadow', shadowRule, 0.94);
		const { out } = await run(['explain', task, '--rules', rules]);
		expect(out).toContain('review: No live rule applies to this task.');
		expect(out).toContain('No rule is live. If those in shadow were, the task would be left to a person.');
		expect(out).toContain('confidence of total_amount 0.94 -> at least 0.98');
	});

	it('gives the same as JSON, and document text nowhere unless it is asked for', async () => {
		const rule = JSON.parse(soundRule);
		rule.locale = 'nl-NL';
		rule.conditions.push({ id: 'limit', requirement: 'Small.', logic: { '<': [{ number: 'total_amount' }, 100] } });
		const { rules, task } = place('json', JSON.stringify(rule), 0.94, 'secret-category');
		for (const args of [[], ['--json']]) {
			const { out } = await run(['explain', task, '--rules', rules, ...args]);
			for (const secret of [secretText, '1234.56', '1134.56', 'secret-category']) expect(out).not.toContain(secret);
		}
		const { out } = await run(['explain', task, '--rules', rules, '--json', '--show-content']);
		expect(JSON.parse(out)).toMatchObject({
			outcome: 'review',
			counterfactuals: [
				{
					outcome: 'complete',
					changes: [
						{ what: 'meta category', from: 'secret-category', to: 'invoice' },
						{ what: 'confidence of total_amount', from: 0.94, to: 0.98, side: 'at-least' },
						{ what: 'total_amount', from: secretText, to: 99.99 },
					],
				},
			],
		});
	});

	it('wants a task or a decision, and not both', async () => {
		for (const args of [['explain'], ['explain', 'task.json', '--decision', 'dec-1']]) {
			const { code, err } = await run(args);
			expect([code, err]).toEqual([2, 'Give a task, or --decision with the id of a decision; one of the two.']);
		}
	});
});

describe('explain of a decision', () => {
	it('prints what the ledger kept: margins with it, document text not', async () => {
		const { rules, task } = place('kept', soundRule, 0.94);
		const loaded = await loadFolder(rules, nodeDigest.sha256);
		if (!loaded.ok) throw new Error('the rule is not sound');
		const reading = parseTask(JSON.parse(readFileSync(task, 'utf8')));
		const input = {
			reading,
			ruleSet: loaded.ruleSet,
			projectKnown: true,
			today: '2026-06-01',
			version: '9.9.9',
			fingerprint: 'fp-1',
			draw: null,
			braked: new Set<string>(),
		};
		const body = redactDecision(addMargins(decide(input), input));
		const path = at('ledger.db');
		let ids = 0;
		const opened = await openSqliteLedger({
			path,
			clock: createVirtualClock(Date.UTC(2026, 5, 1)),
			newId: () => `id-${ids++}`,
			mode: 'here',
		});
		if (!opened.ok) throw new Error(opened.message);
		const claim = afterFirstRead(await openCase(opened.ledger));
		await opened.ledger.recordDecision(claim, decision({ id: 'dec-7', outcome: 'review', body }), null);
		await opened.ledger.close();

		const environment = { DATABASE_URL: `file:${path}` };
		const { code, out } = await run(['explain', '--decision', 'dec-7'], environment);
		expect(code).toBe(0);
		expect(out).toContain('Task task-1 of project proj-1, step EXTRACT, visit 1');
		expect(out).toContain('fail total-certain: total_amount was read with 0.94; 0.98 is needed.');
		expect(out).toContain('confidence of total_amount >= 0.98 : 0.04 short');
		expect(out).not.toContain(secretText);

		// Nothing was kept of it, and then it cannot be shown.
		const asked = await run(['explain', '--decision', 'dec-7', '--show-content'], environment);
		expect([asked.code, asked.err]).toEqual([0, 'Nothing of what documents say is kept: STORE_CONTENT_DAYS is 0.']);
		expect(asked.out).toBe(out);

		const unknown = await run(['explain', '--decision', 'dec-8'], environment);
		expect([unknown.code, unknown.err]).toEqual([
			1,
			'The ledger holds no decision dec-8; GET /v1/decisions lists the ids.',
		]);
		const nowhere = await run(['explain', '--decision', 'dec-8'], { DATABASE_URL: `file:${at('none.db')}` });
		expect(nowhere.code).toBe(3);
		expect(nowhere.err).toContain('There is no ledger');
	});

	it('prints what is left of a decision that was too large, or whose task was forgotten', async () => {
		const path = at('left.db');
		const clock = createVirtualClock(Date.UTC(2026, 5, 1));
		let ids = 0;
		const opened = await openSqliteLedger({ path, clock, newId: () => `id-${ids++}`, mode: 'here' });
		if (!opened.ok) throw new Error(opened.message);
		const claim = afterFirstRead(await openCase(opened.ledger));
		const conditions = [{ id: 'certain', outcome: 'fail', sentence: 'It is not.', operands: [] }];
		const rule = { id: 'invoices', mode: 'live', applies: 'yes', because: 'It does.', outcome: 'review', conditions };
		const whole = {
			outcome: 'review',
			reasons: [{ code: 'x', sentence: 'It is not.' }],
			auditShare: 0,
			guards: [],
			rules: [rule],
		};
		await opened.ledger.recordDecision(
			claim,
			decision({ id: 'dec-small', body: { outcome: 'review', auditShare: 0, leftOut: ['rules', 'reasons'] } }),
			null,
		);
		await opened.ledger.recordDecision(claim, decision({ id: 'dec-forgotten', body: whole }), move('superseded'));
		expect(await opened.ledger.forget('proj-1', 'task-1', 'ann')).toMatchObject({ kind: 'forgotten' });
		await opened.ledger.close();
		const environment = { DATABASE_URL: `file:${path}` };
		const forgotten = await run(['explain', '--decision', 'dec-forgotten'], environment);
		expect([forgotten.code, forgotten.err]).toEqual([0, '']);
		expect(forgotten.out).toContain('review: the task is left to a person.');
		expect(forgotten.out).toContain('fail certain: ');
		const small = await run(['explain', '--decision', 'dec-small'], environment);
		expect([small.code, small.err]).toEqual([0, '']);
	});

	it('shows what the document said where that was kept and is asked for, and keeps that it was', async () => {
		const key = 'a-secret-of-the-tests-0123456789abcd';
		const path = at('contents.db');
		const task = taskOf({
			name: 'invoice\u001b[2J.pdf',
			annotations: [annotationOf('total', secretText, 0.94), annotationOf('iban', 'NL\u202e\u009b31m', 0.99)],
			meta: [{ name: 'client', value: 'Jansen' }],
		});
		const open = async () => {
			const clock = createVirtualClock(Date.now());
			let ids = 0;
			const opened = await openSqliteLedger({ path, clock, newId: () => `id-${ids++}`, mode: 'here' });
			if (!opened.ok) throw new Error(opened.message);
			return opened.ledger;
		};
		const ledger = await open();
		const claim = afterFirstRead(await openCase(ledger));
		const content = sealContent(createSeal([key])?.seal, 'dec-7', { task, today: '2026-06-01' });
		await ledger.recordDecision(claim, decision({ id: 'dec-7', ...content }), null);
		await ledger.recordDecision(claim, decision({ id: 'dec-8' }), null);
		await ledger.close();

		const environment = { DATABASE_URL: `file:${path}`, STORE_CONTENT_DAYS: '7', SECRET_KEYS: key };
		const shown = await run(['explain', '--decision', 'dec-7', '--show-content'], environment);
		expect([shown.code, shown.err]).toEqual([0, '']);
		expect(shown.out).toContain(` total 0.940 ${secretText}`);
		expect(shown.out).toContain('meta client: Jansen');
		expect(shown.out).toContain('NL��31m');
		for (const steering of ['\u001b', '\u009b', '\u202e']) expect(shown.out).not.toContain(steering);
		const json = await run(['explain', '--decision', 'dec-7', '--show-content', '--json'], environment);
		expect(JSON.parse(json.out)).toMatchObject({ id: 'dec-7', content: { view: { meta: [{ value: 'Jansen' }] } } });
		for (const args of [[], ['--json']]) {
			const { out } = await run(['explain', '--decision', 'dec-7', ...args], environment);
			expect(out).not.toContain('Jansen');
		}
		const again = await open();
		expect((await again.actsOn(claim.case.id)).map(({ act, by }) => [act, by])).toEqual([
			['view', 'command line'],
			['view', 'command line'],
		]);
		await again.close();

		const why = async (id: string, over: Readonly<Record<string, string>>) =>
			(await run(['explain', '--decision', id, '--show-content'], { ...environment, ...over })).err;
		expect(await why('dec-8', {})).toContain('was not kept');
		expect(await why('dec-7', { SECRET_KEYS: key.toUpperCase() })).toContain('add the former key');
		const wrong = await run(['explain', '--decision', 'dec-7', '--show-content'], {
			...environment,
			STORE_CONTENT_DAYS: 'x',
		});
		expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('STORE_CONTENT_DAYS is not a whole number')]);
	});
});
