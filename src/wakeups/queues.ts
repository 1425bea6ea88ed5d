import type { Accepted, Ledger, NewEvent } from '../ledger/index.ts';
import type { Clock, Digest, Log } from '../platform/index.ts';
import type { Work } from './in-process.ts';
import type { Inbox } from './index.ts';
import { parseQueueMessage, type QueueMessage } from './queue-message.ts';

/** A queue, as far as it is sent to. Resolves once the message is durable. */
export interface Queue {
	send(message: QueueMessage, options?: { readonly delaySeconds?: number }): Promise<unknown>;
}

/** A message as the platform hands it to a consumer. */
export interface Delivered {
	readonly id: string;
	readonly body: unknown;
	readonly attempts: number;
	ack(): void;
	retry(options?: { readonly delaySeconds?: number }): void;
}

/** A message has at most 128 KB, its envelope included. */
const longestMessage = 100_000;

/**
 * Where events enter on Workers: durable once the queue has them, whatever the database does meanwhile. Whether an event is
 * a duplicate only the ledger knows, which is asked later. A list of ids that is too long for a message goes to the ledger
 * at once.
 */
export function createQueueInbox(queue: Queue, ledger: Pick<Ledger, 'accept'>, clock: Pick<Clock, 'now'>): Inbox {
	return {
		async accept(event: NewEvent): Promise<Accepted> {
			const message: QueueMessage = { version: 1, kind: 'event', event, sentAt: clock.now(), resends: 0 };
			if (new TextEncoder().encode(JSON.stringify(message)).length > longestMessage) {
				const accepted = await ledger.accept(event);
				await queue.send({ version: 1, kind: 'wake' });
				return accepted;
			}
			await queue.send(message);
			return { status: event.ignored === null ? 'accepted' : 'ignored', eventId: event.id };
		},
	};
}

export interface ConsumerOptions {
	readonly queue: Queue;
	readonly ledger: Ledger;
	readonly work: Work;
	readonly clock: Clock;
	readonly log: Log;
	readonly leaseMs: number;
	/** Whether the rules of this deployment are the ones in force; work is only done then. */
	readonly serves: () => Promise<boolean>;
	/** Cases of one invocation: each makes some thirty calls, and the platform counts them. 10 when left out. */
	readonly mostCases?: number;
	/** For how long an invocation may go on taking work, ms. 20 s when left out. */
	readonly budgetMs?: number;
}

/** Something that is due this soon is waited for rather than sent round by the queue. */
const worthWaitingMs = 2_500;
/** What is due later than this the cron finds. */
const cronEveryMs = 60_000;
const longestDelaySeconds = 900;

/** The consumer's side: what it does with a batch of messages, and with the tick of the cron. Neither ever rejects. */
export interface Consumer {
	/** Every message ends in `ack` or `retry`. */
	handleBatch(messages: readonly Delivered[]): Promise<void>;
	handleTick(sweep: boolean): Promise<void>;
}

/**
 * The wakeups on Workers. The ledger alone says what is to be done: an event is written there first and its message is
 * done with; from then on messages only wake somebody up. One invocation works on one thing at a time, so that the queue's
 * `max_concurrency` is the bound on calls to Send AI.
 *
 * When the store fails, an event's message is sent anew, later and later, instead of spending the tries that the platform
 * grants a message.
 */
export function createConsumer(options: ConsumerOptions): Consumer {
	const { queue, ledger, work, clock, log, leaseMs, serves, mostCases = 10, budgetMs = 20_000 } = options;

	async function take(delivered: Delivered): Promise<void> {
		const message = parseQueueMessage(delivered.body);
		if (message === null) {
			// Perhaps another version's. It may come back until the platform gives it to the dead letters, which keep it.
			log.error('a message of the queue is not understood', { code: 'unknown-message', count: delivered.attempts });
			delivered.retry({ delaySeconds: delayOf(delivered.attempts) });
			return;
		}
		if (message.kind === 'wake') {
			delivered.ack();
			return;
		}
		const { event } = message;
		let accepted: Accepted;
		try {
			accepted = await ledger.accept(event);
		} catch (error) {
			log.error('the store failed; the event is sent anew', { event_id: event.id, code: nameOf(error) });
			await again(delivered, message);
			return;
		}
		delivered.ack();
		if (accepted.status !== 'ignored') await locate(accepted.eventId);
	}

	/** The event is in the ledger: whatever fails from here on is due again by itself. */
	async function locate(eventId: string): Promise<void> {
		try {
			if (!(await serves())) return;
			const claim = await ledger.claimEvent(eventId, leaseMs);
			if (claim !== null) await work.handleEvent(claim);
		} catch (error) {
			log.error('step failed', { event_id: eventId, step: 'event', code: nameOf(error) });
		}
	}

	async function again(delivered: Delivered, message: QueueMessage & { kind: 'event' }): Promise<void> {
		const resends = message.resends + 1;
		const delaySeconds = delayOf(resends);
		try {
			await queue.send({ ...message, resends }, { delaySeconds });
			delivered.ack();
		} catch {
			// The queue does not take it either: then this delivery is one of those that the platform counts.
			delivered.retry({ delaySeconds });
		}
	}

	/** Works off what is due, as far as one invocation may; says how long until more is, null for never. */
	async function workOff(): Promise<number | null> {
		const until = clock.now() + budgetMs;
		let cases = 0;
		for (;;) {
			if (cases >= mostCases || clock.now() >= until) return await ledger.nextDueInMs();
			const [event] = await ledger.claimDueEvents(1, leaseMs);
			if (event !== undefined) await step('event', { event_id: event.event.id }, () => work.handleEvent(event));
			const [due] = await ledger.claimDueCases(1, leaseMs);
			if (due !== undefined) {
				cases += 1;
				await step('case', { case_id: due.case.id }, () => work.handleCase(due));
			}
			if (event !== undefined || due !== undefined) continue;
			const nextMs = await ledger.nextDueInMs();
			if (nextMs === null || nextMs > worthWaitingMs || clock.now() + nextMs >= until) return nextMs;
			await clock.sleep(Math.max(10, nextMs));
		}
	}

	async function step(name: string, fields: { event_id?: string; case_id?: string }, job: () => Promise<void>) {
		try {
			await job();
		} catch (error) {
			// Only a store that failed gets here. The lease ends by itself and the work is due again.
			log.error('step failed', { ...fields, step: name, code: nameOf(error) });
		}
	}

	/** Works, and has somebody go on where this invocation ends. */
	async function run(): Promise<void> {
		try {
			if (!(await serves())) return;
			const nextMs = await workOff();
			if (nextMs === null || nextMs >= cronEveryMs) return;
			await queue.send({ version: 1, kind: 'wake' }, { delaySeconds: Math.ceil(nextMs / 1_000) });
		} catch (error) {
			log.error('wakeups: the store or the queue failed; the next tick goes on', { code: nameOf(error) });
		}
	}

	return {
		async handleBatch(messages) {
			for (const message of messages) await take(message);
			await run();
		},
		async handleTick(sweep) {
			try {
				if (sweep && (await serves())) await work.sweep();
			} catch (error) {
				log.error('sweep failed', { code: nameOf(error) });
			}
			await run();
		},
	};
}

/**
 * What happens to messages that were tried in vain: the event goes to the ledger as `dead`, where an operator sees it and
 * can redeliver it; only then is its message done with. One that the ledger knows already is not lost, and stays as it is.
 */
export async function buryDead(
	messages: readonly Delivered[],
	{
		ledger,
		log,
		digest,
		teamId,
		leaseMs,
	}: {
		readonly ledger: Ledger;
		readonly log: Log;
		readonly digest: Digest;
		readonly teamId: string;
		readonly leaseMs: number;
	},
): Promise<void> {
	for (const delivered of messages) {
		const message = parseQueueMessage(delivered.body);
		if (message?.kind === 'wake') {
			delivered.ack();
			continue;
		}
		const event = message?.event ?? strangerOf(delivered, teamId, digest);
		try {
			const accepted = await ledger.accept(event);
			if (accepted.status === 'accepted') {
				const claim = await ledger.claimEvent(accepted.eventId, leaseMs);
				if (claim !== null) await ledger.finishEvent(claim, { kind: 'dead', reason: 'dead-letter' });
			}
			log.error('an event is dead; redeliver it when its cause is mended', { event_id: accepted.eventId });
			delivered.ack();
		} catch (error) {
			log.error('a dead letter could not be stored yet', { event_id: event.id, code: nameOf(error) });
			delivered.retry({ delaySeconds: delayOf(delivered.attempts) });
		}
	}
}

/** A message that nobody understands is kept by its id and digest, so that its loss would be seen. */
function strangerOf(delivered: Delivered, teamId: string, digest: Digest): NewEvent {
	return {
		id: `dead-letter-${delivered.id}`,
		source: 'webhook',
		kind: 'other',
		name: 'dead-letter',
		teamId,
		projectId: 'unknown',
		uploadId: null,
		taskIds: [],
		ignored: null,
		digest: digest.sha256(JSON.stringify(delivered.body) ?? ''),
	};
}

/** 5 s, doubled each time, at most a quarter of an hour. */
function delayOf(attempts: number): number {
	return Math.min(longestDelaySeconds, 5 * 2 ** Math.min(Math.max(0, attempts - 1), 10));
}

function nameOf(error: unknown): string {
	return error instanceof Error ? error.name : 'unknown';
}
