/**
 * What stands outside of the bot: the simulator's own view of each call, and when what was in force. Nothing of it comes
 * from the ledger.
 */
import type { RuleSet } from '../../src/core/ruleset/types.ts';
import { nodeDigest } from '../../src/platform/node.ts';
import type { RequestEvent, Simulator } from '../../src/simulator/index.ts';

export interface Call {
	readonly kind: 'get-task' | 'complete';
	readonly at: number;
	/** The call was answered, or may have been, with the task away from review. */
	readonly showedAway: boolean;
	/** Of a read that was answered, or half answered: what it showed; see `contentOf`. `at` is when it was looked up. */
	readonly content?: string;
}

/** A stretch of time that is certain: it was confirmed before it began, and not taken back before its end. */
export interface Stretch<T> {
	readonly since: number;
	until: number;
	readonly what: T;
}

export interface Book {
	readonly calls: ReadonlyMap<string, readonly Call[]>;
	/** Scopes: `*` or a project. */
	readonly pauses: Stretch<string>[];
	/** Ids of rules. */
	readonly brakes: Stretch<string>[];
	/** Rule sets that the ledger may hold to be serving; they overlap while they change. */
	readonly servings: Stretch<RuleSet>[];
	/** Stretches that began and are not over. */
	begin<T>(list: Stretch<T>[], what: T): Stretch<T>;
	/** Faults that were not the simulator's, by kind. */
	readonly troubles: Map<string, number>;
	count(trouble: string, times?: number): void;
}

/** What a task shows of its content and of whoever is at work on it, as one text: equal texts are the same to the bot. */
export function contentOf(wire: unknown): string {
	const { pages, status, last_opened_at } = wire as Readonly<Record<string, unknown>>;
	return nodeDigest.sha256(JSON.stringify([status, last_opened_at, pages]));
}

export function createBook(simulator: Simulator, now: () => number): Book {
	const calls = new Map<string, Call[]>();
	simulator.onRequest(({ kind, phase, taskId, fault, arrivedAt, shown }: RequestEvent) => {
		if (taskId === undefined) return;
		if (kind === 'complete' && phase === 'before') note(taskId, { kind, at: arrivedAt, showedAway: false });
		if (kind === 'get-task' && phase === 'before') note(taskId, { kind, at: arrivedAt, showedAway: false });
		if (kind === 'get-task' && phase === 'afterCommit' && shown !== undefined) {
			note(taskId, { kind, at: now(), showedAway: false, content: contentOf(shown) });
		}
		if (kind === 'get-task' && phase === 'afterCommit' && fault === null) {
			const away = simulator.task(taskId)?.status !== 'REVIEWING';
			if (away) note(taskId, { kind, at: now(), showedAway: true });
		}
	});
	function note(taskId: string, call: Call) {
		const known = calls.get(taskId);
		if (known === undefined) calls.set(taskId, [call]);
		else known.push(call);
	}
	const troubles = new Map<string, number>();
	return {
		calls,
		pauses: [],
		brakes: [],
		servings: [],
		begin(list, what) {
			const stretch = { since: now(), until: Number.POSITIVE_INFINITY, what };
			list.push(stretch);
			return stretch;
		},
		troubles,
		count(trouble, times = 1) {
			troubles.set(trouble, (troubles.get(trouble) ?? 0) + times);
		},
	};
}
