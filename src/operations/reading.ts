import { dayOf } from '../cases/calendar.ts';
import type { GateRecord, Ledger, Measures, PauseRecord, Troubles } from '../ledger/index.ts';
import type { RuleSource } from '../rulesource/index.ts';
import { alertPrefix } from './alert-memory.ts';

export interface ReadingOptions {
	readonly ledger: Ledger;
	readonly rules: RuleSource;
	/** Null: every project of the team; then only those that something is known of have a series. */
	readonly projects: readonly string[] | null;
	/** Most completions per project and day; null: no limit. */
	readonly dailyLimit: number | null;
	/** IANA name: whose day the limit counts. */
	readonly timeZone: string;
	/** Greenlane's version. */
	readonly version: string;
}

/** Everything that a scrape shows, read at about the same moment. */
export interface Reading {
	readonly measures: Measures;
	readonly troubles: Troubles;
	readonly gates: readonly GateRecord[];
	readonly pauses: readonly PauseRecord[];
	readonly brakes: ReadonlySet<string>;
	/** Completions of the day, by project. */
	readonly completions: ReadonlyMap<string, number>;
	/** Kinds of alerts that are open, one for each. */
	readonly openAlerts: readonly string[];
	readonly servedRevision: string;
	readonly ledgerRevision: string | null;
	readonly rulesByMode: ReadonlyMap<string, number>;
	readonly rulesRefused: boolean;
	readonly projects: readonly string[];
	readonly dailyLimit: number | null;
	readonly version: string;
}

/** Reads the ledger, each part along an index or from a tally. */
export async function takeReading({
	ledger,
	rules,
	projects,
	dailyLimit,
	timeZone,
	version,
}: ReadingOptions): Promise<Reading> {
	const measures = await ledger.measures();
	const [troubles, gates, pauses, brakes, completions, alerts, ledgerRevision] = await Promise.all([
		ledger.troubles(),
		ledger.gates(),
		ledger.pauses(),
		ledger.brakes(),
		ledger.completionsByProject(dayOf(measures.at, timeZone)),
		ledger.settingsUnder(alertPrefix),
		ledger.serving(),
	]);
	const ruleSet = rules.current();
	const rulesByMode = new Map<string, number>();
	for (const { mode } of ruleSet.rules) rulesByMode.set(mode, (rulesByMode.get(mode) ?? 0) + 1);
	return {
		measures,
		troubles,
		gates,
		pauses,
		brakes,
		completions,
		openAlerts: [...alerts.keys()].map((key) => key.slice(alertPrefix.length).split(':')[0] ?? ''),
		servedRevision: ruleSet.revision,
		ledgerRevision,
		rulesByMode,
		rulesRefused: rules.refusedSince() !== null,
		projects: projects ?? [],
		dailyLimit,
		version,
	};
}
