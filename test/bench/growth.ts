import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AppDeps, createApp } from '../../src/http/index.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import { nodeClock, nodeDigest, nodeNewId } from '../../src/platform/node.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';
import { fixedRules } from '../../src/rulesource/index.ts';
import { makeLedger } from './million.ts';
import { measurePassing, onNode } from './runtimes.ts';

export interface PageTimes {
	readonly page: string;
	readonly p50: number;
	readonly p95: number;
}

export interface GrowthResult {
	readonly cases: number;
	readonly fileMib: number;
	readonly pages: readonly PageTimes[];
	/** Accepts a second, on this ledger and on an empty one, in alternating rounds. */
	readonly accepts: { readonly here: number; readonly empty: number };
	/** Tasks that pass a second, from the notification until they are at rest, in a process of its own. */
	readonly passing: { readonly here: number; readonly empty: number };
}

const token = 'benchmark-operator-token';
const rounds = 40;
/** The pages, and what is looked for on them. */
const pages = [
	['Today', '/'],
	['Tasks', '/tasks'],
	['Tasks, completed', '/tasks?outcome=completed'],
	['Tasks, by a condition', '/tasks?condition=rule%3Ainvoice%3Atotal-certain'],
	['Tasks, of a project and a rule', '/tasks?project_id=proj_1&rule=invoice'],
	['Tasks, by id', '/tasks?id=task_777'],
	['A task', '/tasks/case_777'],
	['About to complete', '/upcoming'],
	['Rules', '/rules'],
	['Proof', '/proof'],
	['Statement of this month', '/statement'],
	['Events', '/events'],
	['Controls', '/controls'],
] as const;

/** Pages and accepts of ledgers of so many cases. */
export async function measureGrowth(
	counts: readonly number[],
	say: (line: string) => void,
): Promise<readonly GrowthResult[]> {
	const folder = await mkdtemp(join(tmpdir(), 'greenlane-growth-'));
	const results: GrowthResult[] = [];
	try {
		for (const count of counts) {
			const path = join(folder, `${count}.db`);
			const begin = nodeClock.now();
			await makeLedger(path, count);
			say(`a ledger of ${count} cases made in ${Math.round((nodeClock.now() - begin) / 1_000)} s`);
			const fileMib = (await stat(path)).size / 2 ** 20;
			// First: the accepts leave events behind that a bot would go and look for.
			const passing = await comparePassing(path);
			const [here, empty] = [await open(path), await open(join(folder, `${count}-empty.db`))];
			let measured: Pick<GrowthResult, 'pages' | 'accepts'>;
			try {
				measured = { pages: await measurePages(here), accepts: await measureAccepts(here, empty) };
			} finally {
				await here.close();
				await empty.close();
			}
			results.push({ cases: count, fileMib, ...measured, passing });
			await rm(path);
		}
		return results;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function open(path: string): Promise<Ledger> {
	const opened = await openSqliteLedger({ path, clock: nodeClock, newId: nodeNewId, mode: 'thread' });
	if (!opened.ok) throw new Error(opened.message);
	return opened.ledger;
}

async function measurePages(ledger: Ledger): Promise<readonly PageTimes[]> {
	const loaded = await loadFolder(fileURLToPath(new URL('../../rules', import.meta.url)), nodeDigest.sha256);
	if (!loaded.ok) throw new Error('the rules do not load');
	const deps: AppDeps = {
		teamId: 'team_1',
		projects: ['proj_0', 'proj_1', 'proj_2'],
		webhookSecrets: ['benchmark-webhook-token'],
		operators: [{ name: 'bench', role: 'read', token }],
		ledger,
		inbox: ledger,
		rules: fixedRules(loaded.ruleSet),
		digest: nodeDigest,
		newId: nodeNewId,
		clock: nodeClock,
		timeZone: 'UTC',
		version: 'bench',
		log: { info: () => undefined, warn: () => undefined, error: () => undefined },
		poke: () => undefined,
	};
	const app = createApp(deps);
	const times: PageTimes[] = [];
	for (const [page, path] of pages) {
		const taken: number[] = [];
		for (let round = 0; round < rounds; round += 1) {
			const begin = performance.now();
			const response = await app.request(`http://127.0.0.1${path}`, {
				headers: { accept: 'text/html', authorization: `Bearer ${token}` },
			});
			const text = await response.text();
			taken.push(performance.now() - begin);
			if (response.status !== 200 || !text.includes('</html>')) throw new Error(`${path} answered ${response.status}`);
		}
		taken.sort((a, b) => a - b);
		times.push({ page, p50: taken[Math.floor(rounds / 2)] ?? 0, p95: taken[Math.ceil(rounds * 0.95) - 1] ?? 0 });
	}
	return times;
}

const tasksAtOnce = 300;

async function comparePassing(path: string): Promise<GrowthResult['passing']> {
	const empty = await measurePassing(onNode(), tasksAtOnce);
	const here = await measurePassing(onNode(1, `file:${path}`), tasksAtOnce);
	return { here: here.perSecond, empty: empty.perSecond };
}

const acceptRounds = 6;
const acceptsARound = 3_000;
const atOnce = 64;

async function measureAccepts(here: Ledger, empty: Ledger): Promise<GrowthResult['accepts']> {
	const spent = new Map<Ledger, number>();
	for (let round = 0; round < acceptRounds; round += 1) {
		for (const ledger of round % 2 === 0 ? [here, empty] : [empty, here]) {
			const begin = performance.now();
			let next = 0;
			await Promise.all(
				Array.from({ length: atOnce }, async () => {
					while (next < acceptsARound) {
						const id = `accept_${round}_${next}`;
						next += 1;
						await ledger.accept({
							...{ id, source: 'webhook', kind: 'in_review', name: 'task.in_review', teamId: 'team_1' },
							...{ projectId: 'proj_1', uploadId: id, taskIds: [id], ignored: null, digest: id },
						});
					}
				}),
			);
			// The first round of each warms up.
			if (round > 0) spent.set(ledger, (spent.get(ledger) ?? 0) + performance.now() - begin);
		}
	}
	const perSecond = (ledger: Ledger) => ((acceptRounds - 1) * acceptsARound * 1_000) / (spent.get(ledger) ?? 1);
	return { here: perSecond(here), empty: perSecond(empty) };
}
