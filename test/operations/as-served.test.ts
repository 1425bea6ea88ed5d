/** Alerts and retention as `serve` wires them: a whole server over a ledger file, told of by its configuration alone. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { startServer } from '../../src/cli/serve.ts';
import { readConfig } from '../../src/config.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import type { Clock, Log } from '../../src/platform/index.ts';
import { createIds } from '../ledger/ledger-under-test.ts';
import { ruleText } from '../rulesource/rule-text.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';

const dayMs = 86_400_000;
const alertSecret = `whsec_${btoa('a key of the alerts, of 32 bytes')}`;
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Sleeps two hundred times as fast as it says, by the real time of day. */
const hasty: Clock = {
	now: Date.now,
	sleep: (ms, signal) => wait(Math.min(ms / 200, 2 ** 31 - 1), undefined, signal === undefined ? {} : { signal }),
};

let folder = '';
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'greenlane-served-'));
	mkdirSync(join(folder, 'rules'));
	writeFileSync(join(folder, 'rules', 'invoice.json'), ruleText({ auditShare: 0 }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a server of before has left in the ledger. */
async function stage(work: (ledger: Ledger, clock: VirtualClock) => Promise<void>, daysAgo = 0): Promise<void> {
	const clock = createVirtualClock(Date.now() - daysAgo * dayMs);
	const opened = await openSqliteLedger({ path: join(folder, 'ledger.db'), clock, newId: createIds(), mode: 'here' });
	if (!opened.ok) throw new Error(opened.message);
	await work(opened.ledger, clock);
	await opened.ledger.close();
}

/** Serves, and writes down what comes to the receiver of alerts. */
async function serve(environment: Readonly<Record<string, string>>) {
	const alerts: { headers: Record<string, string>; body: string }[] = [];
	const reading = readConfig(
		{
			SENDAI_API_KEY: 'key-of-the-account',
			SENDAI_TEAM_ID: 'team_1',
			SENDAI_PROJECT_IDS: 'proj_1',
			SENDAI_BASE_URL: 'http://127.0.0.1:9',
			WEBHOOK_SECRETS: 'webhook-token-0123456789',
			OPERATOR_TOKEN: 'operator-token-0123456789',
			SECRET_KEYS: 'a key of the tests of more than 32 characters',
			DATABASE_URL: `file:${join(folder, 'ledger.db')}`,
			RULES_DIR: join(folder, 'rules'),
			PORT: '0',
			ALERT_WEBHOOK_URL: 'https://alerts.example/hook',
			...environment,
		},
		{ readFile: () => '' },
	);
	if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
	const server = await startServer({
		config: reading.config,
		log: silent,
		clock: hasty,
		lookEveryMs: 10_000,
		async fetch(url, init) {
			if (!url.startsWith('https://alerts.example/')) return new Response('', { status: 503 });
			alerts.push({ headers: init?.headers as Record<string, string>, body: String(init?.body) });
			return new Response('ok');
		},
	});
	if (!server.ok) throw new Error(server.message);
	onTestFinished(() => server.stop());
	return { server, alerts };
}

it('signs alerts with ALERT_WEBHOOK_SECRET, so that who is told can tell from whom', async () => {
	await stage((ledger) => ledger.closeGate('proj_1', 'read', 'status-401'));
	const { alerts } = await serve({ ALERT_WEBHOOK_SECRET: alertSecret });
	await vi.waitFor(() => expect(alerts).toHaveLength(1), { timeout: 5_000 });
	const { headers = {}, body = '' } = alerts[0] ?? {};
	expect(new Webhook(alertSecret).verify(body, headers)).toMatchObject({
		code: 'read-gate-closed',
		fields: { project_id: 'proj_1' },
	});
	const other = new Webhook(`whsec_${btoa('another key that is 32 bytes long')}`);
	expect(() => other.verify(body, headers)).toThrow('No matching signature');
});

it('sends alerts unsigned where there is no secret', async () => {
	await stage((ledger) => ledger.closeGate('proj_1', 'read', 'status-401'));
	const { alerts } = await serve({});
	await vi.waitFor(() => expect(alerts).toHaveLength(1), { timeout: 5_000 });
	expect(Object.keys(alerts[0]?.headers ?? {})).toEqual(['content-type']);
});

it('lets go of what is older than RETAIN_EVENTS_DAYS a minute after its start, and of nothing else', async () => {
	await stage(async (ledger, clock) => {
		for (const id of ['evt_20_days', 'evt_10_days', 'evt_newest']) {
			await ledger.accept({
				...{ id, source: 'webhook', kind: 'other', name: 'upload.created', ignored: 'other-event', digest: id },
				...{ teamId: 'team_1', projectId: 'proj_1', uploadId: null, taskIds: [] },
			});
			await clock.advance(10 * dayMs - 3_600_000);
		}
	}, 20);
	const { server } = await serve({ RETAIN_EVENTS_DAYS: '14' });
	const left = async () => (await server.ledger.listEvents({ limit: 10 })).items.map(({ id }) => id);
	expect(await left()).toEqual(['evt_newest', 'evt_10_days', 'evt_20_days']);
	await vi.waitFor(async () => expect(await left()).toEqual(['evt_newest', 'evt_10_days']), { timeout: 5_000 });
});
