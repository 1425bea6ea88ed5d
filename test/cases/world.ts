/**
 * A whole Greenlane in one process under simulated time: the real steps and loop, the real client, the real SQLite ledger
 * and the real webhook, against the simulator. The bot can be killed at any call that it makes to a port, and another
 * incarnation be started on the same ledger.
 */
import { createHmac } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { CaseSettings } from '../../src/cases/index.ts';
import { createSteps } from '../../src/cases/index.ts';
import type { RuleSet } from '../../src/core/ruleset/types.ts';
import { createApp } from '../../src/http/index.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import type { Alert, Keys, Log } from '../../src/platform/index.ts';
import { createKeys } from '../../src/platform/node-keys.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';
import { fixedRules } from '../../src/rulesource/index.ts';
import { createSendAiClient } from '../../src/sendai/client.ts';
import { createSimulator, seededRandom } from '../../src/simulator/index.ts';
import { startInProcess } from '../../src/wakeups/in-process.ts';
import type { Wakeups } from '../../src/wakeups/index.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { createLife, type Life, mortal } from './mortal.ts';
import { type Sighting, witness } from './witness.ts';
import { apiKey, digest, listPath, projectId, teamId, webhookToken } from './world-parts.ts';
import type { World, WorldOptions } from './world-types.ts';

export { digest, judgeSnapshot, projectId, teamId, webhookToken } from './world-parts.ts';
export type { World, WorldOptions } from './world-types.ts';

const fixedKeys: Keys = {
	keyId: '00000000',
	draw: (text) => Number.parseInt(createHmac('sha256', 'draw').update(text).digest('hex').slice(0, 13), 16) / 2 ** 52,
	hash: (text) => createHmac('sha256', 'hash').update(text).digest('hex'),
};

let loaded: Promise<RuleSet> | null = null;
/** The project's own rules, loaded once. */
async function projectRules(): Promise<RuleSet> {
	loaded ??= loadRuleFolder(fileURLToPath(new URL('../../rules', import.meta.url)));
	return await loaded;
}

async function loadRuleFolder(folder: string): Promise<RuleSet> {
	const result = await loadFolder(folder, digest.sha256);
	if (!result.ok) throw new Error(`the rules do not load: ${result.findings[0]?.message}`);
	return result.ruleSet;
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export async function createWorld(options: WorldOptions): Promise<World> {
	const clock = createVirtualClock(Date.parse('2026-06-01T08:00:00Z'));
	const random = seededRandom(options.seed);
	const ruleSet = await (options.rules === undefined ? projectRules() : loadRuleFolder(options.rules));
	let ids = 0;
	const newId = () => {
		ids += 1;
		return `id-${String(ids).padStart(6, '0')}`;
	};
	const opened = await openSqliteLedger({ path: ':memory:', clock, newId, mode: 'here' });
	if (!opened.ok) throw new Error(opened.message);
	const { ledger } = opened;
	await ledger.serve(ruleSet.revision, ruleSet.logicRevision, ruleSet.canonical);

	const alerts: Alert[] = [];
	const accepted = new Set<string>();
	const sightings: Sighting[] = [];
	let deliver: (body: string, headers: Readonly<Record<string, string>>) => Promise<number> = async () => 0;

	const simulator = createSimulator({
		clock,
		random: seededRandom(options.seed + 1),
		teamId,
		apiKey,
		projects: [{ id: projectId }],
		notifications: {
			auth: { kind: 'bearer', token: webhookToken },
			level: 'task',
			retryAfterMs: [5_000, 60_000, 300_000],
		},
		...(options.list === true ? { list: { path: listPath } } : {}),
		...options.simulator,
		deliver: async ({ body, headers }) => {
			const status = await deliver(body, headers);
			if (status === 0) throw new TypeError('fetch failed');
			return { status };
		},
	});

	const settings: CaseSettings = {
		teamId,
		projects: [projectId],
		timeZone: 'Europe/Amsterdam',
		dailyLimit: null,
		unknownWaitMs: 60_000,
		postTimeoutMs: 20_000,
		leaseMs: 120_000,
		version: '0.0.0-test',
		...options.settings,
	};

	let life: Life = createLife(null, () => undefined);
	let wakeups: Wakeups | null = null;
	let incarnation = 0;

	const start = () => {
		const death = options.deaths?.[incarnation] ?? null;
		const secret = options.secrets?.[incarnation] ?? options.secrets?.at(-1);
		const keys = secret === undefined ? fixedKeys : createKeys(secret);
		incarnation += 1;
		const mine = createLife(death, () => {
			deliver = async () => 0;
			void clock.sleep(options.restartAfterMs ?? 3_000).then(start);
		});
		life = mine;
		const myLedger = mortal('ledger', (options.breakLedger ?? ((one) => one))(ledger), mine);
		const client = createSendAiClient({
			baseUrl: 'http://127.0.0.1:1',
			apiKey,
			teamId,
			taskListPath: options.list === true ? listPath : null,
			fetch: (input, init) => mine.call(`fetch ${init?.method ?? 'GET'}`, () => simulator.fetch(input, init)),
			clock,
			random,
			concurrency: 8,
		});
		const rules = fixedRules(ruleSet);
		const steps = createSteps({
			ledger: myLedger,
			sendai: (options.breakSendAi ?? ((one) => one))(witness(client, clock.now, (one) => sightings.push(one))),
			rules,
			keys,
			...(options.seal === undefined ? {} : { seal: options.seal }),
			digest,
			clock,
			random,
			newId,
			log: options.log ?? silent,
			alert: (alert) => {
				if (!mine.dead) alerts.push(alert);
			},
			settings,
		});
		const mineWakeups = startInProcess({
			ledger: myLedger,
			work: steps,
			clock,
			log: silent,
			concurrency: 16,
			leaseMs: settings.leaseMs,
			sweepEveryMs: 600_000,
			longestSleepMs: 600_000,
		});
		wakeups = mineWakeups;
		const app = createApp({
			teamId,
			projects: [projectId],
			webhookSecrets: [webhookToken],
			operators: [],
			ledger: myLedger,
			inbox: myLedger,
			rules,
			digest,
			newId,
			clock,
			timeZone: settings.timeZone,
			version: settings.version,
			log: silent,
			poke: () => mineWakeups.poke(),
		});
		deliver = async (body, headers) => {
			if (mine.dead) return 0;
			const answer = Promise.resolve(app.request('/webhooks/send-ai', { method: 'POST', headers, body }));
			const response = await Promise.race([answer, clock.sleep(15_000).then(() => null)]);
			if (response === null || mine.dead) return 0;
			if (response.status === 202) {
				const { event_id } = (await response.json()) as { event_id: string };
				accepted.add(event_id);
			}
			return response.status;
		};
	};
	start();

	return {
		clock,
		simulator,
		ledger,
		ruleSet,
		alerts,
		accepted,
		sightings,
		life: () => life,
		async enqueue(taskIds) {
			const id = newId();
			await ledger.accept({
				id,
				source: 'api',
				kind: 'in_review',
				name: 'enqueue',
				teamId,
				projectId,
				uploadId: null,
				taskIds,
				ignored: null,
				digest: digest.sha256(id),
			});
			accepted.add(id);
			wakeups?.poke();
		},
		async restart() {
			await wakeups?.stop(0);
			start();
		},
		async run(hours) {
			await clock.advance(hours * 3_600_000);
		},
		async close() {
			simulator.close();
			await Promise.all([wakeups?.stop(0), clock.advance(700_000)]);
			await ledger.close();
		},
	};
}
