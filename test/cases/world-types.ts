import type { CaseSettings } from '../../src/cases/index.ts';
import type { RuleSet } from '../../src/core/ruleset/types.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import type { Alert, ContentSeal, Log } from '../../src/platform/index.ts';
import type { SendAi } from '../../src/sendai/index.ts';
import type { Simulator, SimulatorOptions } from '../../src/simulator/index.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Death, Life } from './mortal.ts';
import type { Sighting } from './witness.ts';

export interface WorldOptions {
	readonly seed: number;
	/** The rules folder; the project's own when left out. */
	readonly rules?: string;
	readonly simulator?: Partial<SimulatorOptions>;
	readonly settings?: Partial<CaseSettings>;
	/** Keeps what documents say. */
	readonly seal?: ContentSeal['seal'];
	/** What the steps say; silent when left out. */
	readonly log?: Log;
	/** The account has a list call (the bot's configuration and the simulator's). */
	readonly list?: boolean;
	/** How the first incarnations die, one after the other; the one after the last lives on. */
	readonly deaths?: readonly Death[];
	/** From a death to the next incarnation, ms. */
	readonly restartAfterMs?: number;
	/** The first of `SECRET_KEYS` of one incarnation after the other; the last one stays. A fixed key when left out. */
	readonly secrets?: readonly string[];
	/** Breaks the bot on purpose, to see that the world notices. */
	readonly breakSendAi?: (sendai: SendAi) => SendAi;
	readonly breakLedger?: (ledger: Ledger) => Ledger;
}

export interface World {
	readonly clock: VirtualClock;
	readonly simulator: Simulator;
	readonly ledger: Ledger;
	readonly ruleSet: RuleSet;
	readonly alerts: readonly Alert[];
	/** Ids of events that the webhook accepted. */
	readonly accepted: ReadonlySet<string>;
	/** When the bot was shown tasks away from review. */
	readonly sightings: readonly Sighting[];
	readonly life: () => Life;
	/** Hands task ids to the bot as the customer's integration would. */
	enqueue(taskIds: readonly string[]): Promise<void>;
	restart(): Promise<void>;
	/** Runs until nothing but the bot's own idle polling is left, at most `hours` of simulated time. */
	run(hours: number): Promise<void>;
	close(): Promise<void>;
}
