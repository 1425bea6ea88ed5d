import type { RuleSet } from '../../src/core/ruleset/types.ts';
import type { Completion, Simulator } from '../../src/simulator/index.ts';
import { judgeSnapshot } from '../cases/world.ts';
import { type Book, contentOf, type Stretch } from './book.ts';

export interface CaseSeen {
	readonly id: string;
	readonly project_id: string;
	readonly task_id: string;
	readonly state: string;
	readonly reason: string | null;
	readonly due_at: string | null;
	readonly decision_id: string | null;
}

export interface DecisionSeen {
	readonly explained: boolean;
}

export interface Promise_ {
	readonly promise: string;
	/** Of how many it was asked. */
	readonly asked: number;
	readonly breaches: readonly string[];
}

export interface Proof {
	readonly promises: readonly Promise_[];
	/** Sent again after a completion that came to nothing unseen; see `nobodyCouldTell` of the seeded schedules. */
	readonly unseen: number;
	/**
	 * Opened or changed by a person after what the bot's last read, seconds before, showed: the API has no conditional write,
	 * reads are seconds old at times, and nobody could have known.
	 */
	readonly overtaken: number;
}

/** A POST that was on its way when something changed: a process that waited five seconds for its intent still sends it. */
const onItsWayMs = 7_000;
const resting = new Set(['completed', 'review', 'audit', 'superseded', 'refused', 'needs_human', 'gone']);

/** Whether nothing is in hand: a case rests, or waits for a moment that is known. */
export function isAtRest({ state, due_at }: CaseSeen): boolean {
	return resting.has(state) || (state === 'waiting' && due_at !== null);
}

/** Notifications of a task in review that were accepted. */
export function taskEvents(simulator: Simulator) {
	return simulator
		.notifications()
		.filter(
			({ statuses, event, taskId }) =>
				taskId !== null && /review/i.test(event) && statuses.some((status) => status >= 200 && status < 300),
		);
}

/**
 * Holds what happened against what is promised. What was completed, when, and what the task was then is the simulator's
 * book; only whether something is accounted for is asked of the bot.
 */
export function prove(
	simulator: Simulator,
	book: Book,
	cases: readonly CaseSeen[],
	decisions: ReadonlyMap<string, DecisionSeen>,
	settled: boolean,
): Proof {
	const byBot = simulator.completions().filter(({ by }) => by === 'bot');
	const overtaken = byBot.filter((one) => !raced(one) && isOvertaken(one, book));
	const clean = byBot.filter((one) => !raced(one) && !overtaken.includes(one));
	const arrivals = [...book.calls].flatMap(([taskId, calls]) =>
		calls.filter(({ kind }) => kind === 'complete').map(({ at }) => ({ taskId, at })),
	);

	const repeated = byBot.filter(({ earlier }) => earlier > 0);
	const unseen = repeated.filter((one) => nobodyCouldTell(one, byBot, simulator, book));

	const failing = clean.filter((one) => !allowedBy(book.servings, arrivedAt(one)).some((rules) => passes(rules, one)));
	const braked = clean.filter((one) =>
		allowedBy(book.servings, arrivedAt(one))
			.filter((rules) => passes(rules, one))
			.every((rules) => applying(rules, one).some((rule) => within(book.brakes, rule, arrivedAt(one)))),
	);
	const paused = arrivals.filter(
		({ taskId, at }) =>
			within(book.pauses, '*', at) || within(book.pauses, simulator.task(taskId)?.projectId ?? '', at),
	);

	const named = taskEvents(simulator);
	const known = new Set(cases.map(({ task_id }) => task_id));
	const lost = named.filter(({ taskId }) => !known.has(taskId ?? ''));
	const stuck = cases.filter((one) => !isAtRest(one));
	const decided = cases.filter(({ decision_id }) => decision_id !== null);

	const completions = (list: readonly Completion[]) => list.map(nameOf);
	return {
		unseen: unseen.length,
		overtaken: overtaken.length,
		promises: [
			promise(
				'at most one effective completion a task, step and visit',
				byBot.length,
				completions(repeated.filter((one) => !unseen.includes(one))),
			),
			promise('none of a task that fails the rules that served', clean.length, completions(failing)),
			promise('none under a rule that is braked', clean.length, completions(failing.length > 0 ? [] : braked)),
			promise(
				'none sent while paused',
				arrivals.length,
				paused.map(({ taskId }) => taskId),
			),
			promise('none sent again without a read in between', arrivals.length, blind(book)),
			promise(
				'none of a reopened, half-edited or malformed task',
				clean.length,
				clean
					.filter(({ reopened, halfEdited, malformed }) => reopened || halfEdited || malformed)
					.map((one) => sayState(one, book)),
			),
			promise(
				'every accepted event has its case',
				named.length,
				lost.map(({ id }) => id),
			),
			promise(
				'every case rests, or waits for a moment that is known',
				cases.length,
				stuck.map(({ id, state, reason, due_at }) => `${id} ${state} (${reason}), due ${due_at ?? 'never'}`),
			),
			promise('everything comes to rest in peace, within eight minutes', cases.length, settled ? [] : ['it did not']),
			promise(
				'every decision is explained',
				decided.length,
				decided.filter(({ decision_id }) => decisions.get(decision_id ?? '')?.explained !== true).map(({ id }) => id),
			),
			promise(
				'every completion is of a task that the ledger has',
				byBot.length,
				completions(byBot.filter(({ taskId }) => !known.has(taskId))),
			),
		],
	};
}

const promise = (text: string, asked: number, breaches: readonly string[]): Promise_ => ({
	promise: text,
	asked,
	breaches,
});
const nameOf = ({ taskId, step, visit }: Completion) => `${taskId} step ${step} visit ${visit}`;
const arrivedAt = ({ at, afterMs }: Completion) => at - afterMs;

/** Something came in between the arrival of the request and its commit: the API has no conditional write. */
function raced({ atArrival, status, step, visit, right, reopened, halfEdited, malformed, shouldPass }: Completion) {
	const then = { status, step, visit, right, reopened, halfEdited, malformed, shouldPass };
	return Object.entries(then).some(([key, value]) => atArrival?.[key as keyof typeof then] !== value);
}

function sayState(one: Completion, { calls }: Book): string {
	const { reopened, halfEdited, malformed, taskId } = one;
	const arrived = arrivedAt(one);
	const read = (calls.get(taskId) ?? []).findLast(({ content, at }) => content !== undefined && at <= arrived);
	const so = Object.entries({ reopened, halfEdited, malformed }).flatMap(([name, is]) => (is ? [name] : []));
	const shown = read === undefined ? 'never read' : `read ${arrived - read.at} ms before`;
	return `${nameOf(one)}: ${so.join(', ')}, ${shown}, ${read?.content === contentOf(one.snapshot) ? 'as it was' : 'otherwise'}`;
}

/** What a read of the last seconds showed, which may have been old, was not what there was when the request arrived. */
function isOvertaken(one: Completion, { calls }: Book): boolean {
	const arrived = arrivedAt(one);
	const read = (calls.get(one.taskId) ?? []).findLast(({ content, at }) => content !== undefined && at <= arrived);
	return read !== undefined && arrived - read.at <= onItsWayMs && read.content !== contentOf(one.snapshot);
}

function passes(rules: RuleSet, { snapshot, at }: Completion): boolean {
	return judgeSnapshot(rules, snapshot, new Date(at).toISOString().slice(0, 10)).decision.outcome === 'complete';
}

function applying(rules: RuleSet, { snapshot, at }: Completion): readonly string[] {
	const { decision } = judgeSnapshot(rules, snapshot, new Date(at).toISOString().slice(0, 10));
	return decision.rules.filter(({ applies, mode }) => applies === 'yes' && mode === 'live').map(({ id }) => id);
}

function allowedBy(servings: readonly Stretch<RuleSet>[], at: number): readonly RuleSet[] {
	return servings.filter(({ since, until }) => since <= at && at <= until + onItsWayMs).map(({ what }) => what);
}

const within = (stretches: readonly Stretch<string>[], what: string, at: number) =>
	stretches.some((one) => one.what === what && one.since + onItsWayMs < at && at < one.until);

/** Two completions of one task reached Send AI and nobody had looked at it in between. */
function blind({ calls }: Book): readonly string[] {
	return [...calls].flatMap(([taskId, list]) => {
		const order = list
			.filter(({ showedAway, content }) => !showedAway && content === undefined)
			.toSorted((one, other) => one.at - other.at);
		return order.some((call, index) => call.kind === 'complete' && order[index + 1]?.kind === 'complete')
			? [taskId]
			: [];
	});
}

/**
 * A completion that was taken, let fall back into review, and of which no answer, no read and no event told: to everybody
 * who asks the API it is one that never arrived.
 */
function nobodyCouldTell(
	second: Completion,
	all: readonly Completion[],
	simulator: Simulator,
	{ calls }: Book,
): boolean {
	const earlier = all.filter(
		(one) =>
			one.taskId === second.taskId && one.step === second.step && one.visit === second.visit && one.at < second.at,
	);
	const told = simulator
		.notifications()
		.some(
			({ taskId, statuses }) => taskId === second.taskId && statuses.some((status) => status >= 200 && status < 300),
		);
	return earlier.every(
		(before) =>
			before.outcome === 'refused' &&
			!told &&
			!(calls.get(second.taskId) ?? []).some(
				({ showedAway, at }) => showedAway && at >= before.at && at < arrivedAt(second),
			),
	);
}
