import { type FoldedAudits, readFolded, watches } from '../cases/fold-audits.ts';
import { heldOutBy } from '../cases/held-out.ts';
import { logicDigest } from '../cases/logic-digest.ts';
import type { Rule } from '../core/ruleset/types.ts';
import type { Brake } from '../core/statistics/brake.ts';
import { lightUpperBound } from '../core/statistics/light-upper-bound.ts';
import { type CurvePoint, readCertificate } from '../evidence/certificate-format.ts';
import { settlingMs } from '../evidence/settling.ts';
import { type AuditWeek, type BrakeRecord, brakeStateKey, ruleStatePrefix } from '../ledger/index.ts';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';

/** What is promised of a rule, and what bears it. */
export type Certified =
	| { readonly kind: 'none' }
	/** Not its own, or of other logic than the rule has now. */
	| { readonly kind: 'other'; readonly why: string }
	| {
			readonly kind: 'holds' | 'expired';
			readonly maxError: number;
			readonly certainty: number;
			readonly checked: number;
			readonly errors: number;
			readonly unresolved: number;
			readonly bound: number;
			/** Of the labelled tasks, the share that passes. */
			readonly passing: number;
			/** Ms since the epoch, both. */
			readonly issuedAt: number;
			readonly expiresAt: number;
			/** From strict to lax; empty in certificates of before. */
			readonly curve: readonly CurvePoint[];
	  };

export interface RuleProof {
	readonly rule: string;
	readonly mode: Rule['mode'];
	readonly promise: Rule['promise'];
	readonly certified: Certified;
	/** Null: not braked. */
	readonly braked: BrakeRecord | null;
	/** Null before its first label; `unreadable` stops the rule. */
	readonly brake: Brake | 'unreadable' | null;
	/** What audits say of the promise; null without one, and before its first label. */
	readonly watched: WatchedPromise | null;
	/** Of a rule with a ramp: how many it held out since it has this logic. */
	readonly ramp: { readonly heldOut: number; readonly of: number } | null;
	/** Of the bounds: as promised, or 0.95. */
	readonly certainty: number;
	/** Oldest first. */
	readonly weeks: readonly BoundedWeek[];
}

/** The promise since the brake was set or the promise was made. It may be looked at after each audit without losing certainty. */
export interface WatchedPromise {
	readonly audits: number;
	readonly errors: number;
	/** Since when it is refuted, with the promise's certainty, ms since the epoch; null as long as it stands. */
	readonly refutedAt: number | null;
}

export interface BoundedWeek extends AuditWeek {
	/**
	 * The largest share wrong that the audits of this week and those before it leave possible, each week by itself: who stops
	 * at the lowest of them has not earned its certainty. Those decided within `settlingMs` are left out, labelled or not.
	 * Null: none of them can be counted.
	 */
	readonly bound: number | null;
}

export interface Proof {
	readonly since: number;
	/** Live rules first, then those in shadow. */
	readonly rules: readonly RuleProof[];
	readonly prevented: readonly { readonly mark: string; readonly count: number }[];
}

const mostPrevented = 12;
const usualCertainty = 0.95;

/**
 * What is known of how right the rules are, from the ledger and from the certificates beside the rules.
 *
 * @param since audits of decisions from then on, ms since the epoch
 */
export async function describeProof(
	{ ledger, rules, digest }: Pick<AppDeps, 'ledger' | 'rules' | 'digest'>,
	since: number,
	now: number,
): Promise<Proof> {
	const [weeks, prevented, braked, states] = await Promise.all([
		fromStore(ledger.auditsByWeek(since, now - settlingMs)),
		fromStore(ledger.preventedBy(since, mostPrevented)),
		fromStore(ledger.brakesSet()),
		fromStore(ledger.settingsUnder(ruleStatePrefix)),
	]);
	const order = { live: 0, shadow: 1, off: 2 } as const;
	const certificates = rules.certificates();
	const shown = rules
		.current()
		.rules.filter(({ mode }) => mode !== 'off')
		.toSorted((a, b) => order[a.mode] - order[b.mode]);
	return {
		since,
		prevented,
		rules: shown.map((rule) => {
			const logic = logicDigest({ digest }, rule);
			const stopped = braked.find(({ ruleId }) => ruleId === rule.id) ?? null;
			const certainty = rule.promise?.certainty ?? usualCertainty;
			const folded = foldedOf(states.get(brakeStateKey(rule.id)));
			// Let go again since it tripped: it begins anew with the next audit.
			const tripped = folded !== null && folded !== 'unreadable' && folded.brake.trippedAt !== null;
			const known = stopped === null && tripped ? null : folded;
			return {
				rule: rule.id,
				mode: rule.mode,
				promise: rule.promise,
				certified: certify(certificates.get(rule.id), rule.id, logic, now),
				braked: stopped,
				brake: known === null || known === 'unreadable' ? known : known.brake,
				watched: known === null || known === 'unreadable' ? null : watchedOf(known, rule),
				ramp: rule.auditRamp === 0 ? null : { heldOut: heldOutBy({ digest }, rule, states), of: 2 * rule.auditRamp },
				certainty,
				weeks: bounded(
					weeks.filter((week) => week.rule === rule.id),
					certainty,
				),
			};
		}),
	};
}

function certify(text: string | undefined, rule: string, logic: string, now: number): Certified {
	if (text === undefined) return { kind: 'none' };
	const certificate = readCertificate(text);
	if (certificate === null || certificate.rule !== rule) return { kind: 'other', why: 'It is not of this rule.' };
	if (certificate.logic !== logic) return { kind: 'other', why: 'The rule has other logic now.' };
	const { maxError, certainty, checked, errors, unresolved, bound, passing, curve = [] } = certificate;
	const [issuedAt, expiresAt] = [Date.parse(certificate.issuedAt), Date.parse(certificate.expiresAt)];
	return {
		kind: expiresAt > now ? 'holds' : 'expired',
		...{ maxError, certainty, checked, errors, unresolved, bound, passing, issuedAt, expiresAt, curve },
	};
}

function bounded(weeks: readonly AuditWeek[], certainty: number): readonly BoundedWeek[] {
	let [checked, errors] = [0, 0];
	return weeks.map((week) => {
		checked += week.sampled;
		errors += week.sampledErrors;
		return { ...week, bound: checked === 0 ? null : lightUpperBound({ checked, errors }, certainty) };
	});
}

function foldedOf(text: string | undefined): FoldedAudits | 'unreadable' | null {
	return text === undefined ? null : (readFolded(text) ?? 'unreadable');
}

/** Of another promise than the rule makes now nothing is said: it begins anew with the next audit. */
function watchedOf({ claim, refutedAt }: FoldedAudits, { promise }: Pick<Rule, 'promise'>): WatchedPromise | null {
	if (claim === null || !watches(claim, promise)) return null;
	return { audits: claim.labels, errors: claim.errors, refutedAt };
}

/** How near a brake is to tripping, 0 to 1: its height against ln runLength. */
export function nearness({ height, runLength, trippedAt }: Brake): number {
	return trippedAt !== null ? 1 : Math.min(1, Math.max(0, height) / Math.log(runLength));
}
