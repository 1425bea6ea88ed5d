import type { ReadContent } from '../cases/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Metrics } from '../operations/metrics.ts';
import type { Clock, Digest, Log } from '../platform/index.ts';
import type { RuleSource } from '../rulesource/index.ts';
import type { Inbox } from '../wakeups/index.ts';

/** A person or program that may use the operator API. */
export interface Operator {
	/** Stands in the record of what was done. */
	readonly name: string;
	/** `operate` may do what `read` may. */
	readonly role: 'read' | 'operate';
	readonly token: string;
}

/** What the pages need to know beyond the ledger. */
export interface ViewSettings {
	/** IANA name: whose days the pages count, whose clock they show. */
	readonly timeZone: string;
	/** Most completions per project and day; null: no limit. */
	readonly dailyLimit: number | null;
	/** Where a task is seen at Send AI, with `{task_id}` and `{project_id}`; null: nowhere that we know of. */
	readonly taskUrl: string | null;
	/** Goes into the key that signs sessions, beside the operator's token. */
	readonly sessionSecret: string;
}

/** What the app needs, handed in by a door. */
export interface AppDeps {
	readonly teamId: string;
	/** Null: every project of the team. */
	readonly projects: readonly string[] | null;
	readonly webhookSecrets: readonly string[];
	/** Notifications a second that one secret may send on average, ten times as many at once; null, or left out: any number. */
	readonly webhookRate?: number | null;
	/** Empty: nobody needs a token, and requests must name this machine. Only for servers on loopback. */
	readonly operators: readonly Operator[];
	readonly ledger: Ledger;
	readonly inbox: Inbox;
	readonly rules: RuleSource;
	readonly digest: Digest;
	readonly newId: () => string;
	readonly clock: Clock;
	/** IANA name: which day it is, for rules. */
	readonly timeZone: string;
	/** Greenlane's version. */
	readonly version: string;
	readonly log: Log;
	/** Called when there may be work: after an event was accepted, or an operator set something going. */
	readonly poke: () => void;
	/** Serves `/metrics`; nothing does when left out. */
	readonly metrics?: Pick<Metrics, 'text' | 'contentType'>;
	/** Reads what documents said, and for how long that is kept (ms); nothing is kept when left out. */
	readonly readContent?: ReadContent;
	readonly keepContentMs?: number;
	/** UTC, no limit and no links when left out. */
	readonly view?: ViewSettings;
}
