import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../../src/platform/index.ts';
import { nodeClock, nodeFetch } from '../../src/platform/node.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import type { Book } from './book.ts';
import type { Bots } from './bots.ts';
import { loadRules, ruleIds, type Strictness, writeRules } from './rules.ts';

export interface TroubleWorld {
	readonly bots: Bots;
	readonly simulator: Simulator;
	readonly book: Book;
	readonly random: Random;
	/** Folders that bots read their rules from, and one that none does. */
	readonly rulesDirs: readonly string[];
	readonly spareDir: string;
	readonly projects: readonly string[];
	readonly operatorToken: string;
	/** A file system of its own for the ledger, that can be filled; null: there is none. */
	readonly smallDisk: string | null;
	/** Restarts the store under load; null: it has no process of its own. */
	readonly restartStore: (() => Promise<void>) | null;
	/** Names of troubles that are not made. */
	readonly without: readonly string[];
}

/** Asks a bot that is alive, another one when it dies meanwhile. Null: nobody answered. */
export async function ask(
	{ bots, operatorToken, random }: Pick<TroubleWorld, 'bots' | 'operatorToken' | 'random'>,
	path: string,
	body?: unknown,
): Promise<Response | null> {
	for (let tries = 0; tries < 20; tries += 1) {
		const alive = bots.alive();
		const address = alive[Math.floor(random() * alive.length)];
		if (address !== undefined) {
			try {
				const response = await nodeFetch(`${address}${path}`, {
					method: body === undefined ? 'GET' : 'POST',
					headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
					signal: AbortSignal.timeout(60_000),
					...(body === undefined ? {} : { body: JSON.stringify(body) }),
				});
				if (response.status < 500) return response;
				await response.body?.cancel();
			} catch {
				// It died, or its store is busy.
			}
		}
		await nodeClock.sleep(250);
	}
	return null;
}

async function did(world: TroubleWorld, path: string, body: unknown): Promise<boolean> {
	const response = await ask(world, path, body);
	await response?.body?.cancel();
	return response?.ok === true;
}

/** Makes trouble until the time is over: each kind by its weight, several at once where they take long. */
export async function makeTrouble(
	world: TroubleWorld,
	untilMs: number,
	everyMs: readonly [number, number],
): Promise<void> {
	const { random } = world;
	const left = () => untilMs - nodeClock.now();
	const between = (low: number, high: number) => low + random() * (high - low);
	const running = new Set<Promise<void>>();
	const busy = new Set<string>();
	const menu = troublesOf(world, between, left);
	const lots = menu.flatMap((trouble) => Array.from({ length: trouble.weight }, () => trouble));
	while (left() > 0) {
		await nodeClock.sleep(Math.max(0, Math.min(left(), between(...everyMs))));
		if (left() <= 0) break;
		const trouble = lots[Math.floor(random() * lots.length)];
		if (trouble === undefined || busy.has(trouble.name)) continue;
		busy.add(trouble.name);
		const work = trouble.make().finally(() => {
			busy.delete(trouble.name);
			running.delete(work);
		});
		running.add(work);
	}
	await Promise.all(running);
}

interface Trouble {
	readonly name: string;
	readonly weight: number;
	make(): Promise<void>;
}

function troublesOf(
	world: TroubleWorld,
	between: (low: number, high: number) => number,
	left: () => number,
): readonly Trouble[] {
	const { bots, simulator, book, random } = world;
	const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
	const pauseFor = (ms: number) => nodeClock.sleep(Math.max(0, Math.min(ms, left())));

	const menu: Trouble[] = [
		{
			name: 'kill',
			weight: 6,
			async make() {
				book.count('process killed');
				await bots.kill(Math.floor(random() * bots.count), between(100, 3_000));
			},
		},
		{
			name: 'pause',
			weight: 2,
			async make() {
				const scope = pick(['*', ...world.projects]) ?? '*';
				if (!(await did(world, '/v1/pause', { scope, why: 'chaos' }))) return;
				const stretch = book.begin(book.pauses, scope);
				book.count('paused');
				await pauseFor(between(9_000, 15_000));
				stretch.until = nodeClock.now();
				while (!(await did(world, '/v1/resume', { scope, why: 'chaos' }))) await nodeClock.sleep(500);
			},
		},
		{
			name: 'brake',
			weight: 2,
			async make() {
				const rule = pick(ruleIds) ?? ruleIds[0];
				if (!(await did(world, `/v1/rules/${rule}/brake`, { why: 'chaos' }))) return;
				const stretch = book.begin(book.brakes, rule);
				book.count('rule braked');
				await pauseFor(between(10_000, 18_000));
				stretch.until = nodeClock.now();
				while (!(await did(world, `/v1/rules/${rule}/rearm`, { why: 'chaos' }))) await nodeClock.sleep(500);
			},
		},
		{ name: 'rules', weight: 2, make: () => changeRules(world, random() < 0.5 ? 'strict' : 'lenient') },
		{
			name: 'upstream',
			weight: 1,
			async make() {
				book.count('upstream down');
				const down = simulator.injectFault({ fault: 'refused', on: 'any', times: Number.POSITIVE_INFINITY });
				await pauseFor(between(3_000, 10_000));
				down.remove();
			},
		},
	];
	const { smallDisk, restartStore } = world;
	if (smallDisk !== null) {
		menu.push({
			name: 'disk',
			weight: 1,
			async make() {
				book.count('disk full');
				await fill(join(smallDisk, 'ballast'));
				await pauseFor(between(2_000, 5_000));
				await rm(join(smallDisk, 'ballast'), { force: true });
			},
		});
	}
	if (restartStore !== null) {
		menu.push({
			name: 'store',
			weight: 1,
			async make() {
				book.count('store restarted');
				await restartStore();
			},
		});
	}
	return menu.filter(({ name }) => !world.without.includes(name));
}

/**
 * Puts other rules into one folder after the other. The old ones may serve until the ledger says that the new ones do;
 * after that nothing may be completed that they refuse, whichever process still holds the old ones.
 */
export async function changeRules(world: TroubleWorld, strictness: Strictness, dirs = world.rulesDirs): Promise<void> {
	const { book } = world;
	await writeRules(world.spareDir, strictness);
	const next = await loadRules(world.spareDir);
	const before = book.servings.filter(({ until }) => until === Number.POSITIVE_INFINITY);
	if (before.some(({ what }) => what.revision === next.revision)) return;
	book.begin(book.servings, next);
	book.count('rules changed');
	for (const dir of dirs) await writeRules(dir, strictness);
	for (let tries = 0; tries < 240; tries += 1) {
		const response = await ask(world, '/v1/rules');
		if (response?.ok === true) {
			const { revision } = (await response.json()) as { revision: string };
			if (revision === next.revision) {
				for (const stretch of before) stretch.until = nodeClock.now();
				return;
			}
		}
		await nodeClock.sleep(250);
	}
	// Never confirmed, so nothing is held against the bot: both may serve.
}

/** Until nothing more goes in. */
async function fill(path: string): Promise<void> {
	const chunk = Buffer.alloc(64 * 1024);
	await writeFile(path, '');
	const file = await open(path, 'a');
	try {
		for (let written = 0; written < 4_096; written += 1) await file.write(chunk);
	} catch {
		// It is full: what was asked for.
	} finally {
		await file.close();
	}
}
