import type { CaseClaim, EventClaim, Ledger } from '../ledger/index.ts';
import type { Clock, ContentSeal, Digest, Keys, Log, RaiseAlert, Random, Trace } from '../platform/index.ts';
import type { RuleSource } from '../rulesource/index.ts';
import type { SendAi } from '../sendai/index.ts';

export interface CaseSettings {
	readonly teamId: string;
	/** Null: any project. */
	readonly projects: readonly string[] | null;
	/** IANA name; decides which day `today` and the daily limit mean. */
	readonly timeZone: string;
	/** Most completions per project and day; null: no limit. */
	readonly dailyLimit: number | null;
	readonly unknownWaitMs: number;
	/** How long one `complete` may take to answer. The case's lease outlives it. */
	readonly postTimeoutMs: number;
	/** How long a step may hold a case without a POST. */
	readonly leaseMs: number;
	/** Greenlane's version, stored with each decision. */
	readonly version: string;
}

/** Everything the steps need, handed in. */
export interface CaseDeps {
	readonly ledger: Ledger;
	readonly sendai: SendAi;
	readonly rules: RuleSource;
	/** Null when no rule is live: nothing is drawn and nothing hashed then, and nothing can be completed. */
	readonly keys: Keys | null;
	/** Set where what documents say is kept for a while. */
	readonly seal?: ContentSeal['seal'];
	readonly digest: Digest;
	readonly clock: Clock;
	readonly random: Random;
	readonly newId: () => string;
	readonly log: Log;
	readonly alert: RaiseAlert;
	readonly trace?: Trace;
	readonly settings: CaseSettings;
}

/** The steps of the way of one event. None of them rejects unless the store does. */
export interface Steps {
	handleEvent(claim: EventClaim): Promise<void>;
	handleCase(claim: CaseClaim): Promise<void>;
	/** Polls the list call, when there is one, for tasks in review that nobody told us of. */
	sweep(): Promise<{ readonly found: number }>;
}
