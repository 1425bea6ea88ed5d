import type { Completion } from './completion.ts';
import type { FaultName, RequestKind } from './fault.ts';
import type { NotificationCounts } from './notification.ts';

/** What the simulator has seen, and what it knows and a bot cannot. */
export interface SimulatorReport {
	readonly uploads: number;
	readonly tasks: number;
	readonly byStatus: Readonly<Record<string, number>>;
	/** Effective completions, by whom. */
	readonly completedByBot: number;
	readonly completedByPerson: number;
	/** Completions by the bot that should not have been, each list oldest first; one completion can stand in several. */
	readonly violations: {
		/** A second effective completion in one visit. */
		readonly repeated: readonly Completion[];
		/** A value was wrong. Rules decide on confidences, so a few of these are honest mistakes of the model. */
		readonly wrong: readonly Completion[];
		readonly reopened: readonly Completion[];
		readonly halfEdited: readonly Completion[];
		readonly malformed: readonly Completion[];
		/** Aimed at another step, visit or status than it took effect on: the request was under way for too long. */
		readonly strayed: readonly Completion[];
	};
	/** Tasks in review at this moment that should pass: what a bot has left to people without need. */
	readonly leftThoughRight: number;
	readonly posts: {
		/** Calls of `complete` that reached Send AI. */
		readonly received: number;
		readonly effective: number;
		readonly withoutEffect: number;
	};
	readonly requests: Readonly<Partial<Record<RequestKind, number>>>;
	/** Most requests that were open at once, as the client sees it. */
	readonly maxInFlight: number;
	readonly faults: Readonly<Partial<Record<FaultName, number>>>;
	readonly notifications: NotificationCounts;
}

/** Sorts the bot's completions by what was wrong with them. */
export function findViolations(completions: readonly Completion[]): SimulatorReport['violations'] {
	const byBot = completions.filter(({ by }) => by === 'bot');
	return {
		repeated: byBot.filter(({ earlier }) => earlier > 0),
		wrong: byBot.filter(({ right }) => !right),
		reopened: byBot.filter(({ reopened }) => reopened),
		halfEdited: byBot.filter(({ halfEdited }) => halfEdited),
		malformed: byBot.filter(({ malformed }) => malformed),
		strayed: byBot.filter(({ atArrival, step, visit, status }) => {
			return atArrival?.step !== step || atArrival.visit !== visit || atArrival.status !== status;
		}),
	};
}
