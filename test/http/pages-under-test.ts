/**
 * The pages over a ledger with some days of the simulator's traffic in it, judged and completed by the real steps, served
 * on loopback by a real server.
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';
import { createContentReader } from '../../src/cases/index.ts';
import type { Finding } from '../../src/core/ruleset/types.ts';
import { type AppDeps, createApp } from '../../src/http/index.ts';
import type { Log, LogFields } from '../../src/platform/index.ts';
import { createSeal } from '../../src/platform/node.ts';
import type { RuleSource } from '../../src/rulesource/index.ts';
import { createWorld, digest, projectId, teamId, type World } from '../cases/world.ts';
import { operator, reader, webhookToken } from './app-under-test.ts';

export interface PagesUnderTest {
	readonly world: World;
	/** Like `http://127.0.0.1:40123`. */
	readonly url: string;
	readonly app: ReturnType<typeof createApp>;
	readonly logged: readonly { message: string; fields: LogFields | undefined }[];
	pokes(): number;
	/** What wanted to serve and was refused; empty: nothing. */
	refuse(findings: readonly Finding[]): void;
	close(): Promise<void>;
}

const hour = 3_600_000;
const keepContentMs = 30 * 24 * hour;

/**
 * @param days of traffic; each task of the last hours is in its hold when it would be completed
 * @param certain share of documents that the model reads without a doubt
 */
export async function createPagesUnderTest(
	days: number,
	over: Partial<AppDeps> = {},
	{ certain = 0.75 }: { readonly certain?: number } = {},
): Promise<PagesUnderTest> {
	const folder = mkdtempSync(join(tmpdir(), 'greenlane-pages-'));
	for (const name of ['invoice', 'everything-certain', 'identity-document']) {
		const path = fileURLToPath(new URL(`../../rules/${name}.json`, import.meta.url));
		const rule = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
		const changed = name === 'everything-certain' ? {} : { mode: 'live', holdMinutes: 180, auditShare: 0.1 };
		writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...rule, ...changed }));
	}
	const seal = createSeal(['a secret of the pages, of 32 characters or more']);
	if (seal === null) throw new Error('there is no seal');
	const world = await createWorld({
		seed: 5,
		seal: seal.seal,
		rules: folder,
		settings: { timeZone: 'Europe/Amsterdam' },
		simulator: {
			documents: { invoices: 0.8, dutch: 0.9, malformed: 0.03, certain } as never,
			reviewer: { opens: 0.05 } as never,
		},
	});
	rmSync(folder, { recursive: true, force: true });
	for (let day = 0; day < days; day += 1) {
		for (let part = 0; part < 4; part += 1) {
			world.simulator.createUpload({ tasks: Array.from({ length: 2 + ((day * 3 + part * 5) % 4) }, () => ({})) });
			await world.clock.advance((part === 3 && day === days - 1 ? 1 : 6) * hour);
		}
	}

	const logged: { message: string; fields: LogFields | undefined }[] = [];
	const note = (message: string, fields?: LogFields) => {
		logged.push({ message, fields });
	};
	const log: Log = { info: note, warn: note, error: note };
	let pokes = 0;
	let refused: readonly Finding[] = [];
	const rules: RuleSource = {
		current: () => world.ruleSet,
		findings: () => refused,
		refusedSince: () => (refused.length === 0 ? null : world.clock.now() - hour),
		certificates: () => new Map(),
		reload: async () => ({
			outcome: refused.length === 0 ? 'unchanged' : 'refused',
			revision: world.ruleSet.revision,
			findings: refused,
		}),
	};
	const app = createApp({
		teamId,
		projects: [projectId, 'proj_2'],
		webhookSecrets: [webhookToken],
		operators: [reader, operator],
		ledger: world.ledger,
		inbox: world.ledger,
		rules,
		digest,
		newId: () => `made-${logged.length}`,
		clock: world.clock,
		timeZone: 'Europe/Amsterdam',
		version: '0.0.0',
		log,
		poke: () => {
			pokes += 1;
		},
		readContent: createContentReader(world.ledger, seal, keepContentMs),
		keepContentMs,
		view: {
			timeZone: 'Europe/Amsterdam',
			dailyLimit: 50,
			taskUrl: 'https://app.example/projects/{project_id}/tasks/{task_id}',
			sessionSecret: 'a secret of the session, long enough',
		},
		...over,
	});
	const server = createAdaptorServer({ fetch: app.fetch, createServer, overrideGlobalObjects: false }) as Server;
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		world,
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		app,
		logged,
		pokes: () => pokes,
		refuse: (findings) => {
			refused = findings;
		},
		async close() {
			server.closeAllConnections();
			server.close();
			await world.close();
		},
	};
}
