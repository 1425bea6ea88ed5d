import { expect } from 'vitest';
import { dayOf } from '../../src/cases/calendar.ts';
import { isTerminal } from '../../src/core/lifecycle/index.ts';
import type { AttemptRecord, CaseRecord, EventRecord } from '../../src/ledger/index.ts';
import type { Completion } from '../../src/simulator/index.ts';
import type { Sighting } from './witness.ts';
import { judgeSnapshot, projectId } from './world-parts.ts';
import type { World } from './world-types.ts';

/** What a world came to, told by the simulator's book and not by the ledger's. */
export interface Account {
	/** What should never be; empty when all promises were kept. */
	readonly breaches: readonly string[];
	readonly completed: number;
	/** Completions that were sent again after one that came to nothing unseen: see `nobodyCouldTell`. */
	readonly unseen: number;
	readonly cases: readonly CaseRecord[];
}

/**
 * Holds a world that has come to rest against the promises: at most one effective completion per task, step and visit,
 * none on a task that fails its rules, none on a reopened or half-edited task, no accepted event unaccounted for.
 *
 * What comes in between the arrival of the POST and its commit is the one thing that the API leaves open (it has no
 * conditional write), and no breach.
 */
export async function settleAccounts(
	world: Pick<World, 'simulator' | 'ledger' | 'ruleSet' | 'accepted' | 'sightings'>,
): Promise<Account> {
	const { simulator, ledger, ruleSet } = world;
	const breaches: string[] = [];
	const byBot = simulator.completions().filter((completion) => completion.by === 'bot');

	const events = (await Promise.all([...world.accepted].map((id) => ledger.getEvent(id)))).filter(
		(one) => one !== null,
	);
	const seen = new Map<string, Completion[]>();
	let unseen = 0;
	for (const completion of byBot) {
		const key = `${completion.taskId} step ${completion.step} visit ${completion.visit}`;
		const earlier = seen.get(key) ?? [];
		seen.set(key, [...earlier, completion]);

		const cases = await ledger.casesOfTask(projectId, completion.taskId);
		const attempts = (await Promise.all(cases.map((one) => ledger.attemptsOf(one.id)))).flat();
		if (earlier.length > 0) {
			if (earlier.every((before) => nobodyCouldTell(before, completion, attempts, events, world.sightings)))
				unseen += 1;
			else breaches.push(`${key} was completed ${earlier.length + 1} times`);
		}
		const { decision, fingerprint } = judgeSnapshot(
			ruleSet,
			completion.snapshot,
			dayOf(completion.at, 'Europe/Amsterdam'),
		);
		// A late commit acts on whatever is there then. What the request found when it arrived is what the bot could know.
		const raced = JSON.stringify(completion.atArrival) !== JSON.stringify(truthOf(completion));
		if (!raced) {
			if (decision.outcome !== 'complete')
				breaches.push(`${key} was completed although ${decision.reasons[0]?.sentence}`);
			if (!attempts.some((attempt) => attempt.fingerprint === fingerprint))
				breaches.push(`${key} was completed with content that nobody judged`);
		}
		const found = completion.atArrival;
		if (found === null) continue;
		if (found.status !== 'REVIEWING') breaches.push(`${key} was sent while ${found.status}`);
		if (found.halfEdited) breaches.push(`${key} was completed half-edited`);
		if (found.reopened) breaches.push(`${key} was completed after it had been reopened`);
		if (found.malformed) breaches.push(`${key} was completed although its task object is malformed`);
	}

	const cases: CaseRecord[] = [];
	for (const task of simulator.tasks()) cases.push(...(await ledger.casesOfTask(projectId, task.id)));
	for (const one of cases) {
		if (one.sends > 3) breaches.push(`case ${one.id} was sent ${one.sends} times`);
		const rests = isTerminal(one.state) || one.state === 'review' || one.state === 'audit';
		const waits = one.state === 'waiting' && one.dueAt !== null;
		if (!rests && !waits) breaches.push(`case ${one.id} is stuck in ${one.state} (${one.reason})`);
	}
	for (const eventId of world.accepted) {
		const event = await ledger.getEvent(eventId);
		if (event === null) breaches.push(`event ${eventId} was accepted and is gone`);
		else if (event.status === 'accepted') breaches.push(`event ${eventId} was never worked on (${event.reason})`);
		else if (event.status === 'located' && event.kind === 'in_review') {
			// A task that was processed needs no case; one that waits for a reviewer does.
			for (const taskId of event.taskIds) {
				if (!cases.some((one) => one.taskId === taskId))
					breaches.push(`event ${eventId} named ${taskId}, which has no case`);
			}
		}
	}
	return { breaches, completed: byBot.length, unseen, cases };
}

/**
 * Whether a completion came to nothing unseen: Send AI took it, and let the task fall back into review, while its answer
 * never came here, no read showed the task away, and no event told. To everyone who asks the API, that is a completion that
 * never arrived, and of the two only the later has an effect. Anything of it that was seen makes the second a breach.
 */
function nobodyCouldTell(
	before: Completion,
	completion: Completion,
	attempts: readonly AttemptRecord[],
	events: readonly EventRecord[],
	sightings: readonly Sighting[],
): boolean {
	const arrivedAt = completion.at - completion.afterMs;
	const answered = attempts.some(
		({ raw, answeredAt, intendedAt }) =>
			intendedAt <= before.at &&
			raw?.kind === 'status' &&
			raw.status >= 200 &&
			raw.status < 300 &&
			(answeredAt ?? 0) <= arrivedAt,
	);
	const told = events.some(
		({ taskIds, receivedAt }) =>
			taskIds.includes(before.taskId) && receivedAt > before.at - before.afterMs && receivedAt < arrivedAt,
	);
	const shown = sightings.some(({ taskId, at }) => taskId === before.taskId && at >= before.at && at < arrivedAt);
	return before.outcome === 'refused' && !answered && !told && !shown;
}

/** Fails with the seed in the message, so that the schedule can be run again. */
export function expectKept(account: Account, what: string): void {
	expect(account.breaches, what).toEqual([]);
}

function truthOf({ status, step, stepType, visit, right, reopened, halfEdited, malformed, shouldPass }: Completion) {
	return { status, step, stepType, visit, right, reopened, halfEdited, malformed, shouldPass };
}
