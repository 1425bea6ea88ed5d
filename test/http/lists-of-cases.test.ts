import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Move } from '../../src/ledger/index.ts';
import { afterFirstRead, decision, move, openCase } from '../ledger/ledger-under-test.ts';
import { type AppUnderTest, createAppUnderTest, operator } from './app-under-test.ts';
import { getPage, logIn } from './page-parts.ts';

let app: AppUnderTest;
let alice = '';

beforeEach(async () => {
	app = await createAppUnderTest();
	alice = await logIn(app, operator.token);
});
afterEach(() => app.close());

/** A case of the task that was judged, and left to people for these reasons where there are some. */
async function judge(taskId: string, to: Move, codes: readonly string[] = []): Promise<string> {
	const claim = afterFirstRead(await openCase(app.ledger, taskId, { teamId: 'team_1', projectId: 'proj_1' }));
	const outcome = codes.length === 0 ? ('complete' as const) : ('review' as const);
	const body = { outcome, guards: [], rules: [], reasons: codes.map((code) => ({ code, sentence: '' })) };
	const judged = decision({ id: `dec_${taskId}`, outcome, firstReason: codes[0] ?? null, body });
	expect(await app.ledger.recordDecision(claim, judged, to)).toBe(true);
	return claim.case.id;
}

async function tasksIn(path: string): Promise<readonly string[]> {
	const { cases } = (await (await app.read(path)).json()) as { cases: { task_id: string }[] };
	return cases.map((one) => one.task_id);
}

describe('the filter by a condition', () => {
	it('finds an entity whatever the customer calls it', async () => {
		const names = ['Total amount', 'Gesamtbetrag €', "Montant d'échéance & 100% «net»", '合計'];
		for (const [index, entity] of names.entries()) {
			await judge(`tsk_${index}`, move('review'), [`rule:invoice:required:${entity}`]);
		}
		for (const [index, entity] of names.entries()) {
			for (const [name, value] of [
				['whole', `condition=${encodeURIComponent(`rule:invoice:required:${entity}`)}`],
				['of a rule', `rule=invoice&condition=${encodeURIComponent(`required:${entity}`)}`],
			] as const) {
				expect(await tasksIn(`/v1/cases?${value}`), `${entity} ${name}`).toEqual([`tsk_${index}`]);
				const page = await getPage(app, `/tasks?${value}`, alice);
				expect(page.text).toContain(`>tsk_${index}</a>`);
				expect(page.text).not.toContain('was not understood');
			}
		}
	});
});

describe('a place in a list that is none', () => {
	const cursors = ['x', '1.5', '-1', '1%20', '0x1', '1-2', '9'.repeat(16), '%00', '1%27'];

	it('is said on the pages, which then begin with the newest', async () => {
		await judge('tsk_1', move('review'), ['no-live-rule']);
		for (const [path, sentence] of [
			['/tasks', 'Part of the filter was not understood; it was left out.'],
			['/events', 'The address holds no place in this list; it begins with the newest.'],
		] as const) {
			for (const cursor of cursors) {
				const { status, text } = await getPage(app, `${path}?before=${cursor}`, alice);
				expect([status, text.includes(sentence), text.includes('tsk_1')], cursor).toEqual([200, true, true]);
			}
			for (const query of ['', '?before=', '?before=99']) {
				expect((await getPage(app, `${path}${query}`, alice)).text).not.toContain(sentence);
			}
		}
	});
});

describe('what is about to complete', () => {
	const cursors = ['x', '1', '1-', '-1', '1-x', '1-2-3', `${'9'.repeat(16)}-1`, '%00'];

	it('goes on behind a link where one page does not hold it', async () => {
		for (let index = 0; index < 203; index += 1) {
			await judge(`tsk_${index}`, move('waiting', { reason: 'hold', dueInMs: 60_000 + index }));
		}
		const { text } = await getPage(app, '/upcoming', alice);
		expect([text.includes('>tsk_199</a>'), text.includes('>tsk_200</a>')]).toEqual([true, false]);
		const later = /<a href="([^"]+)" rel="next">Later<\/a>/.exec(text)?.[1] ?? '';
		const rest = await getPage(app, later, alice);
		expect(rest.text.match(/>tsk_\d+<\/a>/g)).toEqual(['>tsk_200</a>', '>tsk_201</a>', '>tsk_202</a>']);
		expect(rest.text).not.toContain('rel="next"');
		expect(rest.text).toContain('<a href="/upcoming" rel="first">Soonest</a>');
		const sentence = 'The address holds no place in this list; it begins with the soonest.';
		for (const cursor of cursors) {
			const lost = await getPage(app, `/upcoming?after=${cursor}`, alice);
			expect([lost.status, lost.text.includes(sentence), lost.text.includes('>tsk_0</a>')]).toEqual([200, true, true]);
		}
		for (const shown of [text, rest.text]) expect(shown).not.toContain(sentence);
	});
});

describe('a task whose decision is not there', () => {
	it('was never judged, or its decision is no longer kept: each is said', async () => {
		const day = 86_400_000;
		const pruned = await judge('tsk_1', move('superseded', { reason: 'completed' }), ['no-live-rule']);
		await app.clock.advance(401 * day);
		const open = (await openCase(app.ledger, 'tsk_2', { teamId: 'team_1', projectId: 'proj_1' })).case.id;
		// The session has ended meanwhile.
		alice = await logIn(app, operator.token);
		const sentences = { never: 'Nothing has been decided yet.', gone: 'The decision is no longer kept.' };
		const said = async (id: string) => {
			const { text } = await getPage(app, `/tasks/${id}`, alice);
			const row = await getPage(app, `/tasks?id=${id}`, alice);
			// Its event is gone by then as well, and had come all the same.
			expect(text).not.toContain('Found by the list');
			return [
				...Object.values(sentences).filter((sentence) => text.includes(sentence)),
				/<td><span class="quiet">([^<]*)<\/span><\/td><\/tr>/.exec(row.text)?.[1],
			];
		};
		expect(await said(open)).toEqual([sentences.never, 'not yet']);
		expect(await said(pruned)).toEqual([undefined]);
		const times = { eventsMs: 35 * day, decisionsMs: 400 * day, hashesMs: 30 * day, contentMs: day };
		expect(await app.ledger.prune(times, 10)).toMatchObject({ cases: 1 });
		expect(await said(pruned)).toEqual([sentences.gone, 'no longer kept']);
	});
});

it('an id leaves the other filters as they are, in the list, on the page and in the downloads', async () => {
	await judge('tsk_1', move('review'), ['rule:invoice:required:Total amount']);
	for (const [filter, found] of [
		['', true],
		['&outcome=review&project_id=proj_1&day=2026-06-01&condition=rule:invoice:required:Total%20amount', true],
		['&outcome=completed', false],
		['&project_id=proj_2', false],
		['&day=2026-06-02', false],
		['&condition=no-live-rule', false],
		['&rule=another', false],
	] as const) {
		expect(await tasksIn(`/v1/cases?id=tsk_1${filter}`), filter).toEqual(found ? ['tsk_1'] : []);
		expect((await getPage(app, `/tasks?id=tsk_1${filter}`, alice)).text.includes('>tsk_1</a>'), filter).toBe(found);
		for (const format of ['csv', 'jsonl']) {
			const text = await (await app.read(`/v1/cases.${format}?id=tsk_1${filter}`)).text();
			expect(text.includes('tsk_1'), `${format} ${filter}`).toBe(found);
		}
	}
});
