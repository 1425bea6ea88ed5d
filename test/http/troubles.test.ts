import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownReadsSetting } from '../../src/ledger/index.ts';
import type { AlertDesk } from '../../src/operations/alert-desk.ts';
import { createAlerts } from '../../src/operations/create-alerts.ts';
import { createIds } from '../ledger/ledger-under-test.ts';
import { type AppUnderTest, createAppUnderTest, operator } from './app-under-test.ts';
import { getPage, logIn } from './page-parts.ts';

let app: AppUnderTest;
let alice = '';
let desk: AlertDesk;

beforeEach(async () => {
	app = await createAppUnderTest();
	alice = await logIn(app, operator.token);
	const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
	desk = createAlerts({
		...{ ledger: app.ledger, log: quiet, clock: app.clock, newId: createIds(), timeZone: 'UTC', dailyLimit: null },
		...{ webhookUrl: null, webhookSecret: null, fetch: async () => new Response('') },
	});
});
afterEach(() => app.close());

async function topLine(): Promise<string> {
	const { text } = await getPage(app, '/', alice);
	return /<p class="state .*?<\/p>/s.exec(text)?.[0] ?? '';
}

async function told(): Promise<readonly string[]> {
	const { troubles } = (await (await app.read('/v1/summary')).json()) as { troubles: { code: string }[] };
	return troubles.map(({ code }) => code);
}

const fine = 'Nothing is wrong right now.';
const raise = async (code: string, fields: Record<string, string>, resolved = false) => {
	desk.raise({ code, message: 'm', fields, ...(resolved ? { resolved: true } : {}) });
	await desk.idle();
};

it('nothing is wrong in a ledger where nothing is', async () => {
	expect(await topLine()).toContain(fine);
	expect(await told()).toEqual([]);
	// A moment that somebody was told of is no state that lasts.
	await raise('reopened', { case_id: 'case-1' });
	expect(await topLine()).toContain(fine);
});

it('a silence is told until something comes again', async () => {
	await raise('nothing-received', {});
	expect(await topLine()).toContain('<a href="/events">nothing has been received for longer than usual</a>');
	expect(await topLine()).not.toContain(fine);
	expect(await told()).toEqual(['nothing-received']);
	await raise('nothing-received', {}, true);
	expect(await topLine()).toContain(fine);
});

it('exports that failed are told until they are made up for: one with its task, more by their number', async () => {
	await raise('export-failed', { case_id: 'case/1', project_id: 'proj_1' });
	expect(await topLine()).toContain('<a href="/tasks/case%2F1">a completed task could not be exported by Send AI</a>');
	expect(await told()).toEqual(['export-failed']);
	for (let index = 2; index <= 25; index += 1) await raise('export-failed', { case_id: `case/${index}` });
	expect(await topLine()).toContain('>25 completed tasks could not be exported by Send AI</a>');
	for (const index of [26, 27]) await raise('export-failed', { case_id: `case/${index}` });
	expect(await topLine()).toContain('>26 or more completed tasks could not be exported by Send AI</a>');
	expect(await told()).toEqual(['export-failed']);
});

it('an export that was made up for is told no more', async () => {
	await raise('export-failed', { case_id: 'case-1' });
	await raise('export-failed', { case_id: 'case-1' }, true);
	expect(await topLine()).toContain(fine);
});

it('what is over counts for nothing also as long as nobody could be told so', async () => {
	const key = 'alert:export-failed:case-1';
	const entry = { id: 'a', code: 'export-failed', message: 'm', fields: {}, at: 0, until: 0, tries: 1 };
	await app.ledger.setSetting(key, JSON.stringify({ ...entry, phase: 'told' }));
	expect(await told()).toEqual(['export-failed']);
	await app.ledger.setSetting(key, JSON.stringify({ ...entry, phase: 'over' }));
	expect(await told()).toEqual([]);
	await app.ledger.setSetting(key, 'of another build');
	expect(await told()).toEqual([]);
});

it('a quiet period that our own reads hide is told', async () => {
	await app.ledger.setSetting(ownReadsSetting, 'no');
	expect(await topLine()).toContain(fine);
	await app.ledger.setSetting(ownReadsSetting, 'yes');
	expect(await topLine()).toContain('the quiet period is off, since our own reads move last_opened_at');
	expect(await told()).toEqual(['quiet-period-off']);
});
