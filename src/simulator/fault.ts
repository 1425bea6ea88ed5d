import type { Random } from '../platform/index.ts';
import { drawFrom } from './seeded-random.ts';

export const REQUEST_KINDS = [
	'get-task',
	'get-upload',
	'list-tasks',
	'complete',
	'discard',
	'report',
	'unlock',
	'approve',
	'disapprove',
] as const;

export type RequestKind = (typeof REQUEST_KINDS)[number];

const ANY: readonly RequestKind[] = REQUEST_KINDS;
const READS: readonly RequestKind[] = ['get-task', 'get-upload', 'list-tasks'];
const WRITES = ANY.filter((kind) => !READS.includes(kind));

/** Each fault, and the calls that a drawn one may hit. An injected one hits whatever it is injected on. */
const HITS = {
	/** Never connected: nothing has reached Send AI (`ECONNREFUSED`). On a socket: the connection is reset unread. */
	refused: ANY,
	/** The connection breaks before anything is done. */
	'reset-before': ANY,
	/** Done, and the answer never comes. */
	'hang-after-commit': ANY,
	/** Done, and the connection breaks (`ECONNRESET`). */
	'reset-after-commit': ANY,
	/** Done; the status line, the headers and half of the body arrive, then the connection breaks. */
	'cut-body': ANY,
	/** The same, and the rest of the body never comes. */
	'stall-body': ANY,
	/** Done; the body is a page of HTML. */
	'garbage-body': ANY,
	/** 500, nothing done. */
	'error-before': ANY,
	/** Done, and 500. */
	'error-after-commit': ANY,
	/** 429 with `Retry-After`. */
	'too-many-requests': ANY,
	/** 503 with `Retry-After`. */
	unavailable: ANY,
	/** The request is taken, nothing is answered, and it is done `ms` later: 1 to 50 s unless told. */
	'late-commit': WRITES,
	/** Done after `ms`, and answered: 1 to 5 s unless told. */
	slow: ANY,
	/** The answer shows the state of `ms` ago: 200 ms to 2 s unless told. */
	'stale-read': READS,
	/** 307 to the same call; whoever follows it has the call done. */
	redirect: ANY,
	/** Done, and 307 to the same call; whoever follows it has it done again. */
	'redirect-after-commit': WRITES,
	unauthorized: ANY,
	forbidden: ANY,
	/** 404, although the object exists; the next call finds it. */
	'not-found': ANY,
	/** 422 at once from Send AI's own validation, nothing done. */
	validation: ['complete'],
	/** 2xx with the task unchanged, nothing done. */
	ignored: ['complete'],
	/** 2xx; then, after the processing delay, validation refuses it and the task is in review again at the same step. */
	'fall-back': ['complete'],
	/** 2xx; then, after the processing delay, the task is FAILED. */
	fail: ['complete'],
	/** Done, and 207 with an `errors` key. */
	'multi-status': ['complete', 'report'],
	/** The read itself moves `last_opened_at`. */
	opens: ['get-task'],
} as const satisfies Record<string, readonly RequestKind[]>;

export type FaultName = keyof typeof HITS;

export const FAULT_NAMES = Object.keys(HITS) as readonly FaultName[];

export interface Fault {
	readonly name: FaultName;
	/** For `late-commit`, `slow` and `stale-read`. */
	readonly ms?: number | undefined;
	/** For `too-many-requests` and `unavailable`; drawn from 1 to 30 when left out. */
	readonly retryAfterSeconds?: number | undefined;
	/** How `Retry-After` is written; drawn from `seconds` and `date` when left out. */
	readonly retryAfterForm?: 'seconds' | 'date' | 'none' | undefined;
}

/** Chance per call, 0 to 1, of each fault. */
export type FaultChances = Partial<Record<FaultName, number>>;

/** Chances by call; a call without an entry of its own has those of `any`. */
export type FaultRates = Partial<Record<RequestKind | 'any', FaultChances>>;

export interface Injection {
	readonly fault: FaultName | Fault;
	/** Which calls; `any` when left out. */
	readonly on?: RequestKind | 'any' | undefined;
	readonly taskId?: string | undefined;
	/** How many matching calls; 1 when left out, `Infinity` for good. */
	readonly times?: number | undefined;
	/** How many matching calls pass unharmed before; 0 when left out. */
	readonly after?: number | undefined;
}

export interface InjectedFault {
	remaining(): number;
	remove(): void;
}

export interface Faults {
	inject(injection: Injection): InjectedFault;
	/** The fault of this call: the first injected one that matches, else a drawn one, else none. */
	next(kind: RequestKind, taskId: string | undefined): Fault | null;
	/** From here on nothing is drawn, and what was injected is taken back. */
	calm(): void;
	readonly counts: ReadonlyMap<FaultName, number>;
}

/** Faults by injection and, from a seeded stream, by chance. One number is drawn for each call that has chances. */
export function createFaults(rates: FaultRates, random: Random): Faults {
	let drawing = true;
	let injected: { injection: Injection; skip: number; left: number }[] = [];
	const counts = new Map<FaultName, number>();
	const chances = new Map(REQUEST_KINDS.map((kind) => [kind, listChances(kind, rates)] as const));

	function takeInjected(kind: RequestKind, taskId: string | undefined): Fault | null {
		for (const entry of injected) {
			const { on = 'any', taskId: only, fault } = entry.injection;
			if ((on !== 'any' && on !== kind) || (only !== undefined && only !== taskId)) continue;
			if (entry.skip > 0) {
				entry.skip -= 1;
				continue;
			}
			entry.left -= 1;
			if (entry.left <= 0) injected = injected.filter((other) => other !== entry);
			return typeof fault === 'string' ? { name: fault } : fault;
		}
		return null;
	}

	function draw(kind: RequestKind): Fault | null {
		const list = chances.get(kind);
		if (!drawing || list === undefined || list.length === 0) return null;
		let u = random();
		for (const [name, chance] of list) {
			if (u < chance) return { name };
			u -= chance;
		}
		return null;
	}

	return {
		counts,
		inject(injection) {
			const entry = { injection, skip: injection.after ?? 0, left: injection.times ?? 1 };
			injected.push(entry);
			return {
				remaining: () => Math.max(0, entry.left),
				remove() {
					entry.left = 0;
					injected = injected.filter((other) => other !== entry);
				},
			};
		},
		next(kind, taskId) {
			const fault = (injected.length > 0 ? takeInjected(kind, taskId) : null) ?? draw(kind);
			if (fault === null) return null;
			counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
			return complete(fault, random);
		},
		calm() {
			drawing = false;
			injected = [];
		},
	};
}

function listChances(kind: RequestKind, rates: FaultRates): [FaultName, number][] {
	const own = rates[kind];
	const chances = own ?? rates.any ?? {};
	return FAULT_NAMES.flatMap((name): [FaultName, number][] => {
		const chance = chances[name] ?? 0;
		const hits: readonly RequestKind[] = HITS[name];
		return chance > 0 && (own !== undefined || hits.includes(kind)) ? [[name, chance]] : [];
	});
}

/** Draws what was left open, so that a schedule is decided by its seed alone. */
function complete(fault: Fault, random: Random): Fault {
	switch (fault.name) {
		case 'late-commit':
			return { ...fault, ms: fault.ms ?? drawFrom(random, [1_000, 50_000]) };
		case 'slow':
			return { ...fault, ms: fault.ms ?? drawFrom(random, [1_000, 5_000]) };
		case 'stale-read':
			return { ...fault, ms: fault.ms ?? drawFrom(random, [200, 2_000]) };
		case 'too-many-requests':
		case 'unavailable':
			return {
				...fault,
				retryAfterSeconds: fault.retryAfterSeconds ?? Math.ceil(random() * 30),
				retryAfterForm: fault.retryAfterForm ?? (random() < 0.5 ? 'seconds' : 'date'),
			};
		default:
			return fault;
	}
}
