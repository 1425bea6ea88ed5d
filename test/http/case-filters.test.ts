/**
 * What the filters of the list of cases leave: said of every case by the test itself, asked of the API, of both downloads
 * and of the page.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseOverview } from '../../src/ledger/index.ts';
import { projectId, teamId } from '../cases/world.ts';
import { operator } from './app-under-test.ts';
import { getPage, logIn, site } from './page-parts.ts';
import { createPagesUnderTest, type PagesUnderTest } from './pages-under-test.ts';

/** A case with the codes of what left it to a person. */
type Known = CaseOverview & { readonly codes: readonly string[] };

const days = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Amsterdam', dateStyle: 'short' });
const dayOf = ({ openedAt }: CaseOverview) => days.format(openedAt);
const utcDayOf = ({ openedAt }: CaseOverview) => new Date(openedAt).toISOString().slice(0, 10);
const otherProject = 'proj_2';

let under: PagesUnderTest;
let alice = '';
/** Newest first, as every answer has them. */
let all: readonly Known[] = [];

beforeAll(async () => {
	under = await createPagesUnderTest(3, {}, { certain: 0.5 });
	const { world } = under;
	const { ledger, clock } = world;
	// Half an hour past midnight in Amsterdam is the day before in UTC.
	const midnight = Math.ceil(clock.now() / 86_400_000) * 86_400_000 - 2 * 3_600_000;
	for (const [id, at] of [
		['evt_before', midnight - 1_800_000],
		['evt_after', midnight + 1_800_000],
	] as const) {
		await clock.advance(at - clock.now());
		await ledger.accept({
			...{ id, name: 'upload.in_review', ignored: null, source: 'webhook', kind: 'in_review', digest: id },
			...{ teamId, projectId: otherProject, uploadId: null, taskIds: [] },
		});
		const claim = await ledger.claimEvent(id, 60_000);
		if (claim === null) throw new Error('the event is not there');
		const tasks = [1, 2].map((n) => ({ projectId: otherProject, taskId: `${id}_${n}` }));
		await ledger.finishEvent(claim, { kind: 'located', tasks, uploadId: null });
	}
	alice = await logIn(under.app, operator.token);
	const { items } = await ledger.listCases({ limit: 500 });
	all = await Promise.all(
		items.map(async (record) => {
			const decision = record.decisionId === null ? null : await ledger.getDecision(record.decisionId);
			const { reasons = [] } = (decision?.body ?? {}) as { reasons?: readonly { code: string }[] };
			return { ...record, codes: reasons.map(({ code }) => code) };
		}),
	);
});
afterAll(() => under.close());

async function idsOf(query: Readonly<Record<string, string>>) {
	const search = new URLSearchParams(query).toString();
	const headers = { cookie: alice };
	const ask = async (path: string) => await under.app.request(`${site}${path}`, { headers });
	const { cases } = (await (await ask(`/v1/cases?limit=200&${search}`)).json()) as { cases: { id: string }[] };
	const csv = (await (await ask(`/v1/cases.csv?${search}`)).text()).trimEnd().split('\r\n').slice(1);
	const jsonl = (await (await ask(`/v1/cases.jsonl?${search}`)).text()).split('\n').filter((line) => line !== '');
	const { text } = await getPage(under.app, `/tasks?${search}`, alice);
	return {
		list: cases.map(({ id }) => id),
		csv: csv.map((line) => line.split(',')[0]?.replaceAll('"', '')),
		jsonl: jsonl.map((line) => (JSON.parse(line) as { id: string }).id),
		page: [...text.matchAll(/<th scope="row"><a href="\/tasks\/([^"]+)"/g)].map(([, id]) => id),
	};
}

async function expectFiltered(query: Readonly<Record<string, string>>, fits: (one: Known) => boolean) {
	const ids = all.filter(fits).map(({ id }) => id);
	expect(ids.length, JSON.stringify(query)).toBeGreaterThan(0);
	expect(ids.length, JSON.stringify(query)).toBeLessThan(all.length);
	// A page shows fifty at most.
	expect(await idsOf(query)).toEqual({ list: ids, csv: ids, jsonl: ids, page: ids.slice(0, 50) });
}

describe('the list of cases, its downloads and the Tasks page', () => {
	it('show the cases of one day of the operators, by their own midnight', async () => {
		expect(all.some((one) => dayOf(one) !== utcDayOf(one))).toBe(true);
		for (const day of new Set(all.map(dayOf))) await expectFiltered({ day }, (one) => dayOf(one) === day);
	});

	it('show the cases of one project', async () => {
		for (const project of [projectId, otherProject]) {
			await expectFiltered({ project_id: project }, (one) => one.projectId === project);
		}
	});

	it('show what a condition left to people, by its whole code or with its rule', async () => {
		const code = 'rule:invoice:payment-certain';
		const fits = ({ codes }: Known) => codes.includes(code);
		await expectFiltered({ condition: code }, fits);
		await expectFiltered({ rule: 'invoice', condition: 'payment-certain' }, fits);
		await expectFiltered({ condition: 'no-live-rule' }, ({ codes }) => codes.includes('no-live-rule'));
	});

	it('show what fits every filter at once', async () => {
		const left = ['review', 'audit', 'refused', 'superseded', 'needs_human'];
		const newest = all.find(({ projectId: project }) => project === otherProject);
		if (newest === undefined) throw new Error('the other project has no case');
		const day = dayOf(newest);
		await expectFiltered(
			{ day, project_id: otherProject },
			(one) => dayOf(one) === day && one.projectId === otherProject,
		);
		const condition = 'rule:invoice:payment-certain';
		const first = all.findLast((one) => left.includes(one.state) && one.codes.includes(condition));
		if (first === undefined) throw new Error(`${condition} left nothing to people`);
		await expectFiltered(
			{ outcome: 'left', condition, day: dayOf(first) },
			(one) => left.includes(one.state) && one.codes.includes(condition) && dayOf(one) === dayOf(first),
		);
	});
});
