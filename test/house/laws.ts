import { posix } from 'node:path';
import type { Import, Source } from './read-source.ts';

/** A law that a file breaks. */
export interface Breach {
	readonly path: string;
	readonly law: string;
	readonly what: string;
}

/**
 * The rooms of the house from the doors down to the core. A room may import from rooms below it, and from rooms of its
 * own floor as long as no circle comes of it.
 */
const floors: readonly (readonly string[])[] = [
	['core'],
	['platform', 'sendai', 'ledger', 'wakeups', 'rulesource'],
	['cases', 'evidence', 'operations'],
	['http', 'config'],
	['cli'],
	['door'],
];

/** Where a platform may be named: doors, commands, and adapters. */
const platformFiles: readonly RegExp[] = [
	/^src\/(?:cli|worker)\.ts$/,
	/^src\/(?:cli|worker)\//,
	/^src\/platform\/(?:node|workers)[\w-]*\.ts$/,
	/^src\/ledger\/(?:sqlite|d1|postgres)[\w-]*(?:\/[\w-]+)*\.ts$/,
	/^src\/rulesource\/(?:folder|bundle|watch)[\w-]*\.ts$/,
	/^src\/wakeups\/(?:queues|pg-boss)[\w-]*\.ts$/,
	/^src\/simulator\/(?:serve|deliver-by-fetch)\.ts$/,
];

const platformModule =
	/^(?:node:|cloudflare:|@cloudflare\/|bun:|pg$|pg-boss$|postgres$|better-sqlite3$|@hono\/node-server|undici$|ws$)/;

/** Pure and free of any platform. */
const coreModules = new Set([
	'json-logic-js',
	'zod',
	're2js',
	'@humanwhocodes/momoa',
	'fastest-levenshtein',
	'@stdlib/stats-base-dists-beta-quantile',
	'@stdlib/stats-base-dists-binomial-cdf',
]);

/** Names that say nothing about what is in a file. */
const emptyNames = /(?:^|\/)(?:utils?|helpers?|common|misc|shared|[\w-]*manager)(?:\/|\.ts$)/;
const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test|\.d)?\.[a-z0-9]+$/;

/** Holds the sources of `src/` against the laws of the house. */
export function findBreaches(sources: readonly Source[]): readonly Breach[] {
	const breaches: Breach[] = [];
	for (const source of sources) {
		for (const [law, what] of breachesOf(source)) breaches.push({ path: source.path, law, what });
	}
	return [...breaches, ...findCircles(sources), ...findLeakingIndexes(sources)];
}

function* breachesOf(source: Source): Generator<readonly [law: string, what: string]> {
	const { path, imports, reaches, texts } = source;
	const room = roomOf(path);
	if (room === null) yield ['every file stands in a room', path];
	if (!kebabCase.test(posix.basename(path))) yield ['file names are kebab-case', posix.basename(path)];
	if (emptyNames.test(path.slice('src/'.length))) yield ['a name says what is in the file', path];

	const mayNamePlatform = platformFiles.some((pattern) => pattern.test(path));
	for (const one of imports) {
		const { specifier } = one;
		if (specifier === '(computed)') yield ['imports can be read', specifier];
		if (platformModule.test(specifier) && !mayNamePlatform) yield ['platforms stand in adapters and doors', specifier];
		if (room === 'core' && !isRelative(specifier) && !coreModules.has(specifier)) {
			yield ['the core imports pure libraries alone', specifier];
		}
		if (specifier.startsWith('#') && room !== 'door') {
			yield ['only a door imports what a build has made', specifier];
		}
		if (!isRelative(specifier)) continue;
		if (!/\.(?:ts|json)$/.test(specifier)) yield ['relative imports end in .ts or .json', specifier];
		const target = resolve(path, specifier);
		if (!target.startsWith('src/')) {
			if (target !== 'package.json') yield ['src imports nothing from outside', specifier];
			continue;
		}
		const targetRoom = roomOf(target);
		if (room === null || targetRoom === null) continue;
		if (targetRoom === 'simulator' && room !== 'simulator' && room !== 'cli') {
			yield ['nothing in production imports the simulator', specifier];
		}
		if (floorOf(room) < floorOf(targetRoom))
			yield ['no import leads upward', `${room} -> ${targetRoom} (${specifier})`];
		if (room === 'simulator' && !['simulator', 'platform', 'core'].includes(targetRoom)) {
			yield ['the simulator knows nothing of Greenlane', specifier];
		}
	}
	if (!mayNamePlatform) {
		for (const name of reaches) yield ['clock, randomness, network and process are handed in', name];
	}
	if (room !== 'sendai' && room !== 'simulator' && room !== 'config') {
		for (const text of texts) {
			if (/api\.send\.ai|\/v2(?:\/|$)/.test(text)) yield ['only sendai knows a Send AI address', text];
		}
	}
}

/** Circles between files, and between rooms (and the parts of the core), types included. */
function findCircles(sources: readonly Source[]): Breach[] {
	const files = new Map<string, Set<string>>();
	const rooms = new Map<string, Set<string>>();
	for (const { path, imports } of sources) {
		for (const { specifier } of imports) {
			if (!isRelative(specifier) || !specifier.endsWith('.ts')) continue;
			const target = resolve(path, specifier);
			edge(files, path, target);
			const [from, to] = [partOf(path), partOf(target)];
			if (from !== to) edge(rooms, from, to);
		}
	}
	const law = 'there is no circle';
	return [...circlesIn(files), ...circlesIn(rooms)].map((circle) => ({
		path: circle[0] ?? '',
		law,
		what: circle.join(' -> '),
	}));
}

/** What runs when an `index.ts` is imported must be free of any platform. */
function findLeakingIndexes(sources: readonly Source[]): Breach[] {
	const byPath = new Map(sources.map((source) => [source.path, source]));
	const breaches: Breach[] = [];
	for (const source of sources) {
		if (posix.basename(source.path) !== 'index.ts') continue;
		const seen = new Set<string>();
		const open = [source.path];
		for (let path = open.pop(); path !== undefined; path = open.pop()) {
			if (seen.has(path)) continue;
			seen.add(path);
			for (const { specifier, typeOnly } of byPath.get(path)?.imports ?? []) {
				if (typeOnly) continue;
				if (platformModule.test(specifier)) {
					const what = `${path} imports ${specifier}`;
					breaches.push({ path: source.path, law: 'an index exports nothing of an adapter', what });
				} else if (isRelative(specifier)) open.push(resolve(path, specifier));
			}
		}
	}
	return breaches;
}

/** `cases`, `core`, ..., `door`; null for a file that stands nowhere. */
export function roomOf(path: string): string | null {
	if (/^src\/(?:cli\.ts|worker\.ts|worker\/.+)$/.test(path)) return 'door';
	if (path === 'src/config.ts') return 'config';
	const room = /^src\/([a-z]+)\//.exec(path)?.[1] ?? null;
	return room === 'simulator' || floors.some((floor) => room !== null && floor.includes(room)) ? room : null;
}

/** Like the room, but `core/task` and `core/language` apart. */
function partOf(path: string): string {
	return /^src\/core\/([a-z]+)\//.exec(path)?.[0] ?? roomOf(path) ?? path;
}

/** The simulator stands beside the ports: only commands look at it. */
function floorOf(room: string): number {
	return room === 'simulator' ? 1 : floors.findIndex((floor) => floor.includes(room));
}

function isRelative(specifier: string): boolean {
	return specifier.startsWith('.');
}

function resolve(path: string, specifier: Import['specifier']): string {
	return posix.normalize(posix.join(posix.dirname(path), specifier));
}

function edge(graph: Map<string, Set<string>>, from: string, to: string): void {
	const targets = graph.get(from);
	if (targets === undefined) graph.set(from, new Set([to]));
	else targets.add(to);
}

function circlesIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
	const circles: string[][] = [];
	const done = new Set<string>();
	const visit = (node: string, trail: readonly string[]) => {
		const at = trail.indexOf(node);
		if (at >= 0) {
			circles.push([...trail.slice(at), node]);
			return;
		}
		if (done.has(node)) return;
		for (const target of graph.get(node) ?? []) visit(target, [...trail, node]);
		done.add(node);
	};
	for (const node of graph.keys()) visit(node, []);
	return circles;
}
