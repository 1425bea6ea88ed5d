import type { Accepted, NewEvent } from '../ledger/index.ts';

/** Where events enter. Resolves only when the event is durable. */
export interface Inbox {
	accept(event: NewEvent): Promise<Accepted>;
}

/** How work that is due gets done. */
export interface Wakeups {
	/** Something may be due now: look soon. Cheap, may be called often. */
	poke(): void;
	/** Takes no new work, finishes or releases what is in hand within `graceMs`. */
	stop(graceMs: number): Promise<void>;
}
