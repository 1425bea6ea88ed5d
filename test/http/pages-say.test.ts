/**
 * What the pages say of a staged ledger, number by number and link by link, against what the operator API says of it; and
 * in plain words where the API asks the same function.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseOverview } from '../../src/ledger/index.ts';
import { projectId, teamId } from '../cases/world.ts';
import { getPage, logInBoth, site } from './page-parts.ts';
import { createPagesUnderTest, type PagesUnderTest } from './pages-under-test.ts';
import { buttonsIn, instantsIn, linksIn, plainText, readFacts, readTable, sectionOf } from './read-page.ts';
import { stageTrouble } from './stage-trouble.ts';

const view = {
	timeZone: 'Europe/Amsterdam',
	dailyLimit: 50,
	taskUrl: null,
	sessionSecret: 'a secret of the session, long enough',
};
const hour = 3_600_000;

let under: PagesUnderTest;
let [alice, bob] = ['', ''];
/** Paths of a task that needs a person, and of one that came twice. */
let [failed, reopened] = ['', ''];

beforeAll(async () => {
	under = await createPagesUnderTest(5, { view }, { certain: 0.85 });
	const { world } = under;
	const { ledger, simulator } = world;
	// What came before is older than a week, and within the thirty days.
	await world.run(9 * 24);
	const staged = await stageTrouble(under);
	failed = staged.failed;
	// A hold that ends in a completion, one that ends in a pause, then one that goes on.
	await world.run(3.5);
	const certain = { kind: 'invoice', language: 'nl', right: true, confidence: 0.985, malformation: 'none' } as const;
	const uploadCertain = async (count: number) => {
		simulator.createUpload({ tasks: Array.from({ length: count }, () => ({ ...certain, unattended: true })) });
		await world.run(0.2);
	};
	simulator.createUpload({ tasks: [{ ...certain, confidence: 0.5, unattended: true }] });
	await uploadCertain(2);
	await ledger.pause(projectId, 'bob', 'a look at the totals');
	await world.run(3.5);
	await uploadCertain(3);
	await ledger.setBrake('invoice', true, 'carol', 'two wrong totals');

	const done = await oneCase(staged.completed);
	const again = {
		...({ id: 'evt_again', name: 'task.in_review', ignored: null, source: 'webhook', kind: 'in_review' } as const),
		...{ digest: 'again', teamId, projectId, uploadId: null, taskIds: [done.taskId] },
	};
	await ledger.accept(again);
	await ledger.accept(again);
	const claim = await ledger.claimEvent(again.id, 60_000);
	if (claim === null) throw new Error('the event is not there');
	await ledger.finishEvent(claim, { kind: 'located', tasks: [{ projectId, taskId: done.taskId }], uploadId: null });
	reopened = staged.completed;
	// A session is over after half a day.
	({ alice, bob } = await logInBoth(under.app));
}, 60_000);
afterAll(() => under.close());

const show = async (path: string, cookie = alice) => (await getPage(under.app, path, cookie)).text;

async function ask<Answer>(path: string): Promise<Answer> {
	const response = await under.app.request(`${site}${path}`, { headers: { cookie: alice } });
	expect(response.status, path).toBe(200);
	return (await response.json()) as Answer;
}

async function oneCase(path: string): Promise<CaseOverview> {
	const found = await under.world.ledger.caseOverview(path.replace('/tasks/', ''));
	if (found === null) throw new Error(`${path} shows no case`);
	return found;
}

const number = (value: number) => new Intl.NumberFormat('en-GB').format(value);
const share = (value: number | null) => (value === null ? '–' : `${(value * 100).toFixed(value === 1 ? 0 : 1)} %`);

interface FlowAnswer {
	readonly received: number;
	readonly completed: number;
	readonly completed_by_unknown: number;
	readonly left_to_people: number;
	readonly waiting: number;
	readonly straight_through_rate: number | null;
}

interface SummaryAnswer {
	readonly today: FlowAnswer;
	readonly period: FlowAnswer;
	readonly days: readonly (FlowAnswer & { readonly day: string })[];
	readonly in_flight: readonly { readonly count: number }[];
	readonly needs_human: number;
	readonly blockers: readonly { readonly code: string; readonly count: number; readonly alone: number }[];
}

describe('Today', () => {
	it('says how much went straight through, came, was completed, left and waits, today and in thirty days', async () => {
		const { today, period, days, in_flight, needs_human } = await ask<SummaryAnswer>('/v1/summary?days=30');
		const week = (await ask<SummaryAnswer>('/v1/summary?days=7')).period;
		expect(days).toHaveLength(30);
		expect(week.received).toBeLessThan(period.received);
		// Numbers that could be taken for each other would prove little.
		const numbers = [today.received, today.completed, today.left_to_people, needs_human, 0];
		expect(new Set(numbers).size).toBe(numbers.length);
		expect(today.straight_through_rate).not.toBe(period.straight_through_rate);
		const facts = readFacts(sectionOf(await show('/'), 'numbers'));
		const said = (name: string) => facts.get(name)?.text;
		const both = (one: (flow: FlowAnswer) => string) => `${one(today)} ${one(period)} in 30 days`;
		expect(said('Straight through')).toBe(both((flow) => share(flow.straight_through_rate)));
		expect(said('Received')).toBe(both((flow) => number(flow.received)));
		expect(said('Completed')).toMatch(new RegExp(`^${both((flow) => number(flow.completed))}(?:,|$)`));
		expect(said('Left to people')).toBe(both((flow) => number(flow.left_to_people)));
		const waiting = in_flight.reduce((sum, { count }) => sum + count, 0);
		expect(waiting).toBeGreaterThan(0);
		expect(said('Waiting')).toMatch(new RegExp(`^${waiting} oldest \\d+ `));
		expect(facts.get('Waiting')?.links).toEqual(['/tasks?outcome=in_progress']);
		expect(facts.get('Need a person')).toEqual({
			text: `${needs_human} look at them`,
			links: ['/tasks?outcome=needs_human'],
		});
	});

	it('draws thirty days, wide and narrow, and has the same as a table', async () => {
		const { days } = await ask<SummaryAnswer>('/v1/summary?days=30');
		const flow = sectionOf(await show('/'), 'flow');
		for (const size of ['wide', 'narrow']) {
			const drawing = new RegExp(`<svg class="${size}"[^>]* role="img".*?</svg>`, 's').exec(flow)?.[0] ?? '';
			const bars = (layer: string) => drawing.match(new RegExp(`class="bar ${layer}"`, 'g'))?.length ?? 0;
			const daysWith = (some: (day: FlowAnswer) => number) => days.filter((day) => some(day) > 0).length;
			expect([size, bars('completed'), bars('left'), bars('waiting')]).toEqual([
				size,
				daysWith((day) => day.completed + day.completed_by_unknown),
				daysWith((day) => day.left_to_people),
				daysWith((day) => day.waiting),
			]);
			expect(drawing).toMatch(/<path class="rate" d="M/);
		}
		expect(readTable(flow, 'Tasks by day of arrival, newest first')).toEqual(
			days
				.toReversed()
				.map((day) => [
					{ text: day.day, links: [`/tasks?day=${day.day}`] },
					...[
						...[day.received, day.completed + day.completed_by_unknown, day.left_to_people, day.waiting].map(number),
						share(day.straight_through_rate),
					].map((text) => ({ text, links: [] })),
				]),
		);
	});

	it('says what leaves tasks to people, how often, and how often alone', async () => {
		const { blockers, period } = await ask<SummaryAnswer>('/v1/summary?days=30');
		expect(blockers.some(({ count, alone }) => alone > 0 && alone < count)).toBe(true);
		const rows = readTable(await show('/'), 'Guards and conditions that leave tasks to people, most frequent first');
		expect(rows?.map(([head, count, alone, part]) => [head?.links[0], count?.text, alone?.text, part?.text])).toEqual(
			blockers
				.slice(0, 12)
				.map(({ code, count, alone }) => [
					`/tasks?${new URLSearchParams({ condition: code })}`,
					number(count),
					number(alone),
					`${share(Math.min(1, count / period.left_to_people))} of what was left`,
				]),
		);
	});

	it('says first what is wrong, each with the page that tells more', async () => {
		const { ledger, ruleSet } = under.world;
		const [limit, [completed]] = [view.dailyLimit, [...(await ledger.completionsByProject(await today())).values()]];
		view.dailyLimit = completed ?? 0;
		await ledger.serve('f'.repeat(64), 'f'.repeat(64), '{}');
		const [line = ''] = /<p class="state bad" role="status">.*?<\/p>/s.exec(await show('/')) ?? [];
		await ledger.serve(ruleSet.revision, ruleSet.logicRevision, ruleSet.canonical);
		view.dailyLimit = limit;
		const said = [...line.matchAll(/<a href="([^"]*)">(.*?)<\/a>/g)].map(([, page, message = '']) => [
			page,
			plainText(message),
		]);
		expect(said).toEqual([
			['/controls', 'the complete gate of proj_2 is closed (status-403)'],
			['/controls', 'proj_1 is paused by bob'],
			['/controls', 'proj_2 is paused by alice'],
			['/tasks?outcome=needs_human', '1 task needs a person'],
			['/rules', 'another process serves other rules'],
			['/rules', 'the rule invoice is braked'],
			['/events?status=dead', '1 event is dead'],
			['/events?status=unresolvable', '1 event is unresolvable'],
			['/controls', "the day's limit of proj_1 is reached"],
		]);
		expect(plainText(line)).toMatch(/^! Needs attention: the complete gate/);
	});
});

/** By the clock of the operators. */
async function today(): Promise<string> {
	const format = new Intl.DateTimeFormat('en-CA', { timeZone: view.timeZone, dateStyle: 'short' });
	return format.format(await under.world.ledger.now());
}

interface ControlsAnswer {
	readonly day: string;
	readonly projects: readonly {
		readonly project_id: string;
		readonly completed_today: number;
		readonly left_today: number;
		readonly paused: boolean;
	}[];
	readonly gates: readonly { readonly closed_at: string }[];
	readonly changes: readonly { readonly by: string; readonly scope: string; readonly why: string }[];
}

describe('Controls', () => {
	it('say of each project what was completed today and what is left of the limit', async () => {
		const { projects, day } = await ask<ControlsAnswer>('/v1/controls');
		const completed = await under.world.ledger.completionsByProject(await today());
		expect(completed.get(projectId)).toBeGreaterThan(0);
		const rows = readTable(await show('/controls'), 'Projects, their completions today and what is left of the limit');
		expect(rows?.map((row) => row.map(({ text }) => text))).toEqual([
			['proj_1', 'paused', String(completed.get(projectId)), String(50 - (completed.get(projectId) ?? 0))],
			['proj_2', 'paused', '0', '50'],
		]);
		expect(rows?.map((row) => [row[0]?.text, Number(row[2]?.text), Number(row[3]?.text)])).toEqual(
			projects.map(({ project_id, completed_today, left_today }) => [project_id, completed_today, left_today]),
		);
		expect(plainText(sectionOf(await show('/controls'), 'limits'))).toContain(`Projects today ${day}`);
	});

	it('name each closed gate, since when and why, with the button that opens it', async () => {
		const { gates } = await ask<ControlsAnswer>('/v1/controls');
		const section = sectionOf(await show('/controls'), 'gates');
		const rows = readTable(section, 'Closed gates');
		expect(rows?.map((row) => [row[0]?.text, row[1]?.text, row[3]?.text])).toEqual([
			['proj_2', 'complete', 'status-403'],
		]);
		expect(instantsIn(section)).toEqual(gates.map(({ closed_at }) => closed_at));
		expect(buttonsIn(section)).toEqual([['Open', '/controls/open-gate']]);
		expect(section).toContain('<input type="hidden" name="project_id" value="proj_2">');
		expect(buttonsIn(sectionOf(await show('/controls', bob), 'gates'))).toEqual([]);
	});

	it('say who paused and braked what, and why', async () => {
		const { changes } = await ask<ControlsAnswer>('/v1/controls');
		const said = plainText(sectionOf(await show('/controls'), 'changes'));
		expect(changes).toHaveLength(3);
		for (const { by, scope, why } of changes) {
			expect(said).toContain(`${by} ${by === 'carol' ? 'braked' : 'paused'} ${scope} ${why}`);
		}
	});
});

describe('Rules', () => {
	interface Result {
		readonly rule: string;
		readonly applied: number;
		readonly passed: number;
		readonly blockers: readonly { readonly condition: string; readonly count: number; readonly alone: number }[];
	}

	it('say what serves and since when', async () => {
		const { ledger, ruleSet } = under.world;
		const page = await show('/rules');
		expect(readFacts(page).get('Revision')?.text).toBe(ruleSet.revision.slice(0, 12));
		const [, serves = ''] = /<dt>Serves since<\/dt><dd>(.*?)<\/dd>/s.exec(page) ?? [];
		expect(instantsIn(serves)).toEqual([new Date((await ledger.servingSince())?.since ?? 0).toISOString()]);
		expect(plainText(sectionOf(page, 'rule-invoice'))).toContain('invoice live braked');
	});

	it('say of each how often it applied and passed in thirty days, and what it did not find to hold', async () => {
		const { rules } = await ask<{ rules: Result[] }>('/v1/rules/results?days=30');
		const week = await ask<{ rules: Result[] }>('/v1/rules/results?days=7');
		const page = await show('/rules');
		expect(rules.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['invoice', 'everything-certain']));
		for (const { rule, applied, passed, blockers } of rules) {
			expect(week.rules.find((one) => one.rule === rule)?.applied ?? 0, rule).toBeLessThan(applied);
			const section = sectionOf(page, `rule-${rule}`);
			const facts = readFacts(section);
			expect(facts.get('Applied in 30 days'), rule).toEqual({ text: number(applied), links: [`/tasks?rule=${rule}`] });
			expect(facts.get('Passed')?.text, rule).toBe(`${number(passed)} ${share(passed / applied)}`);
			const kind = rule === 'everything-certain' ? 'shadow' : 'rule';
			const rows = readTable(section, `What ${rule} requires and did not always hold`) ?? [];
			expect(rows.map(([, count, alone]) => [count?.links[0], count?.text, alone?.text]).toSorted(), rule).toEqual(
				blockers
					.map(({ condition, count, alone }) => [
						`/tasks?${new URLSearchParams({ condition: `${kind}:${rule}:${condition}` })}`,
						number(count),
						kind === 'shadow' ? '–' : number(alone),
					])
					.toSorted(),
			);
		}
		expect(rules.find(({ rule }) => rule === 'invoice')?.blockers.length).toBeGreaterThan(1);
	});
});

describe('the lists', () => {
	it('of tasks lead by Older from the newest to the oldest, with every case once', async () => {
		const { cases } = await ask<{ cases: { id: string }[] }>('/v1/cases?limit=200');
		expect(cases.length).toBeGreaterThan(50);
		const seen: string[] = [];
		for (let path: string | undefined = '/tasks'; path !== undefined; ) {
			const text = await show(path);
			seen.push(...[...text.matchAll(/<th scope="row"><a href="\/tasks\/([^"]+)"/g)].map(([, id = '']) => id));
			path = olderIn(text);
		}
		expect(seen).toEqual(cases.map(({ id }) => id));
	});

	it('of tasks can be had as CSV and as JSON lines, filtered as they are', async () => {
		const { cases } = await ask<{ cases: { id: string }[] }>('/v1/cases?limit=200&outcome=completed');
		const [, downloads = ''] = /<p class="downloads">(.*?)<\/p>/s.exec(await show('/tasks?outcome=completed')) ?? [];
		expect(linksIn(downloads)).toEqual(['/v1/cases.csv?outcome=completed', '/v1/cases.jsonl?outcome=completed']);
		for (const [index, link] of linksIn(downloads).entries()) {
			const text = await (await under.app.request(`${site}${link}`, { headers: { cookie: alice } })).text();
			// The CSV has a header.
			expect(text.trimEnd().split('\n').length).toBe(cases.length + (index === 0 ? 1 : 0));
		}
	});

	it('of events lead by Older to every event, and show apart what was delivered again', async () => {
		const { events } = await ask<{ events: { id: string; duplicates: number }[] }>('/v1/events?limit=200');
		expect(events.length).toBeGreaterThan(50);
		const seen: string[] = [];
		for (let path: string | undefined = '/events'; path !== undefined; ) {
			const text = await show(path);
			seen.push(...idsOfEvents(text));
			path = olderIn(text);
		}
		expect(seen).toEqual(events.map(({ id }) => id));

		const again = events.filter(({ duplicates }) => duplicates > 0);
		expect(again.map(({ id }) => id)).toEqual(expect.arrayContaining(['evt_again', 'evt_5ad01e']));
		const page = await show('/events?status=duplicates');
		expect(idsOfEvents(page).toSorted()).toEqual(again.map(({ id }) => id).toSorted());
		expect(plainText(page)).toContain(`Delivered again ${again.length} `);
		const rows = readTable(page, 'Events, newest first');
		expect(rows?.find(([head]) => head?.text.startsWith('evt_again '))?.[1]?.text).toBe('Located delivered again once');
	});
});

const olderIn = (page: string) => /<a href="([^"]*)" rel="next">Older<\/a>/.exec(page)?.[1]?.replaceAll('&amp;', '&');
const idsOfEvents = (page: string) => [...page.matchAll(/<tr id="event-([^"]+)">/g)].map(([, id = '']) => id);

describe('the page of a task', () => {
	it('that needs a person can be marked as handled, by who may operate', async () => {
		expect(buttonsIn(await show(failed))).toEqual(expect.arrayContaining([['Mark handled', `${failed}/handled`]]));
		expect(buttonsIn(await show(failed, bob))).not.toContainEqual(['Mark handled', `${failed}/handled`]);
	});

	it('that waits can be left to a person, by who may operate', async () => {
		const { cases } = await ask<{ cases: { id: string }[] }>('/v1/upcoming');
		const path = `/tasks/${cases[0]?.id}`;
		expect(buttonsIn(await show(path))).toEqual(expect.arrayContaining([['Leave to a person', `${path}/leave`]]));
		expect(buttonsIn(await show(path, bob))).not.toContainEqual(['Leave to a person', `${path}/leave`]);
		expect(buttonsIn(await show(failed))).not.toContainEqual(['Leave to a person', `${failed}/leave`]);
	});

	it('names the revision of the rules that judged it, with its facts and on its time line', async () => {
		const { ruleSet } = under.world;
		const page = await show(reopened);
		const revision = ruleSet.revision.slice(0, 12);
		expect(readFacts(page).get("Rules' revision")).toEqual({ text: revision, links: ['/rules'] });
		expect(plainText(sectionOf(page, 'line'))).toMatch(
			new RegExp(`Judged: all holds under revision ${revision}, Greenlane `),
		);
	});

	it('names the other visits of its task, and how often its event was delivered', async () => {
		const { taskId } = await oneCase(reopened);
		const visits = await under.world.ledger.casesOfTask(projectId, taskId);
		expect(visits).toHaveLength(2);
		for (const [index, { id }] of visits.entries()) {
			const page = await show(`/tasks/${id}`);
			const other = visits[1 - index]?.id;
			expect(linksIn(sectionOf(page, 'visits'))).toEqual([`/tasks/${other}`]);
			expect(instantsIn(sectionOf(page, 'visits'))).toEqual(
				visits.map(({ openedAt }) => new Date(openedAt).toISOString()),
			);
			expect(plainText(sectionOf(page, 'line')).includes('came by webhook, delivered again once evt_again')).toBe(
				index === 1,
			);
		}
		expect(sectionOf(await show(failed), 'visits')).toBe('');
	});
});

describe('About to complete', () => {
	it('has what waits out its hold, then what waits for something else, each with when it is due', async () => {
		const { cases } = await ask<{ cases: { id: string; task_id: string; reason: string; due_at: string }[] }>(
			'/v1/upcoming',
		);
		const now = await under.world.ledger.now();
		const page = await show('/upcoming');
		for (const [section, caption, fits] of [
			['held', 'Tasks that wait out their hold, soonest first', (reason: string) => reason === 'hold'],
			[
				'others',
				'Tasks that will be completed after another wait, soonest first',
				(reason: string) => reason !== 'hold',
			],
		] as const) {
			const expected = cases.filter(({ reason }) => fits(reason));
			expect(expected.length, section).toBeGreaterThan(0);
			const rows = readTable(sectionOf(page, section), caption);
			expect(rows?.map(([head, , , due]) => [head?.links[0], due?.text])).toEqual(
				expected.map(({ id, due_at }) => [`/tasks/${id}`, `in ${span(Date.parse(due_at) - now)}`]),
			);
		}
		expect(plainText(sectionOf(page, 'others'))).toContain('Waiting for the pause to end');
	});
});

/** Hours and minutes, or minutes and seconds: nothing here waits for a day. */
function span(ms: number): string {
	const [h, min, s] = [Math.floor(ms / hour), Math.floor((ms % hour) / 60_000), Math.floor((ms % 60_000) / 1_000)];
	const parts = h > 0 ? [`${h} h`, min > 0 ? `${min} min` : ''] : [`${min} min`, s > 0 ? `${s} s` : ''];
	return parts.filter((part) => part !== '').join(' ');
}
