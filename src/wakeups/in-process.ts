import type { CaseClaim, EventClaim, Ledger } from '../ledger/index.ts';
import type { Clock, Log } from '../platform/index.ts';
import type { Wakeups } from './index.ts';

/** What the loop runs. Structural, so that wakeups know nothing of the steps but their shape. */
export interface Work {
	handleEvent(claim: EventClaim): Promise<void>;
	handleCase(claim: CaseClaim): Promise<void>;
	sweep(): Promise<unknown>;
}

export interface InProcessOptions {
	readonly ledger: Ledger;
	readonly work: Work;
	readonly clock: Clock;
	readonly log: Log;
	/** Cases and events in hand at once; calls to Send AI have a bound of their own. */
	readonly concurrency: number;
	/** How long a claim lasts; longer than any step without a POST. */
	readonly leaseMs: number;
	readonly sweepEveryMs: number;
	/** The longest sleep; another process on the same ledger may have made something due. 5 s when left out. */
	readonly longestSleepMs?: number;
}

/** What is due but was claimed by somebody else just now must not make the loop spin. */
const shortestSleepMs = 10;
const afterErrorMs = 1_000;

/**
 * The wakeups of one Node process: a loop that claims what is due from the ledger and runs it. It keeps nothing in memory
 * that the ledger does not know, so that a process may die at any instruction: leases end, and the work is due again.
 */
export function startInProcess(options: InProcessOptions): Wakeups {
	const { ledger, work, clock, log, concurrency, leaseMs, sweepEveryMs, longestSleepMs = 5_000 } = options;
	const inHand = new Set<Promise<void>>();
	let stopping = false;
	let abandoned = false;
	let poked = false;
	let wake: AbortController | null = null;

	const poke = () => {
		poked = true;
		wake?.abort();
	};

	const take = (name: string, fields: { event_id?: string; case_id?: string }, job: Promise<void>) => {
		const done = job
			.catch((error: unknown) => {
				// What was in hand when the grace ended has been told of; the ledger closes under it.
				if (abandoned) return;
				// Only a store that failed gets here. The lease ends by itself and the work is due again.
				log.error('step failed', { ...fields, step: name, code: error instanceof Error ? error.name : 'unknown' });
			})
			.finally(() => {
				inHand.delete(done);
				poke();
			});
		inHand.add(done);
	};

	const claimWhatIsDue = async (): Promise<number> => {
		const free = concurrency - inHand.size;
		if (free <= 0) return 0;
		const cases = await ledger.claimDueCases(free, leaseMs);
		for (const claim of cases) take('case', { case_id: claim.case.id }, work.handleCase(claim));
		const left = free - cases.length;
		// Events are quick to locate, and nothing can be judged before: they always get some room.
		const events = await ledger.claimDueEvents(Math.max(left, 1), leaseMs);
		for (const claim of events) take('event', { event_id: claim.event.id }, work.handleEvent(claim));
		return cases.length + events.length;
	};

	const rest = async (ms: number) => {
		if (poked || stopping) return;
		const controller = new AbortController();
		wake = controller;
		await clock.sleep(ms, controller.signal).catch(() => {});
		wake = null;
	};

	const loop = async () => {
		while (!stopping) {
			poked = false;
			try {
				const taken = await claimWhatIsDue();
				if (taken > 0 && inHand.size < concurrency) continue;
				if (inHand.size >= concurrency) await rest(longestSleepMs);
				else {
					const dueInMs = await ledger.nextDueInMs();
					await rest(Math.max(shortestSleepMs, Math.min(dueInMs ?? longestSleepMs, longestSleepMs)));
				}
			} catch (error) {
				log.error('wakeups: the store failed', { code: error instanceof Error ? error.name : 'unknown' });
				poked = false;
				await rest(afterErrorMs);
			}
		}
	};

	const sweeping = new AbortController();
	const sweepLoop = async () => {
		while (!stopping) {
			try {
				await work.sweep();
				poke();
			} catch (error) {
				log.error('sweep failed', { code: error instanceof Error ? error.name : 'unknown' });
			}
			await clock.sleep(sweepEveryMs, sweeping.signal).catch(() => {});
		}
	};

	const running = Promise.all([loop(), sweepLoop()]);

	return {
		poke,
		async stop(graceMs) {
			stopping = true;
			wake?.abort();
			sweeping.abort();
			const finished = Promise.all([running, ...inHand]);
			const grace = new AbortController();
			await Promise.race([finished, clock.sleep(graceMs, grace.signal).catch(() => {})]);
			grace.abort();
			abandoned = true;
			if (inHand.size > 0) log.warn('stopped with work in hand; its leases end by themselves', { count: inHand.size });
		},
	};
}
