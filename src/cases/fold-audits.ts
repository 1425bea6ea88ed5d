import type { Rule } from '../core/ruleset/types.ts';
import { type Brake, foldIntoBrake, readBrake, setBrake } from '../core/statistics/brake.ts';
import type { Claim } from '../core/statistics/claim.ts';
import { foldIntoClaim, readWatchedClaim, type WatchedClaim, watchClaim } from '../core/statistics/watched-claim.ts';
import { brakeItself, brakeStateKey, type CaseClaim, type LabelRecord } from '../ledger/index.ts';
import type { CaseDeps } from './types.ts';

/** What a brake watches for where the rule promises nothing: one in a hundred. */
export const usualMaxError = 0.01;
/** A brake that nothing is wrong with trips once in so many labels, on average, or less often. */
export const runLength = 20_000;
const atOnce = 200;
const tries = 5;

/** What audits have said of a rule, with the label that was folded last: in one setting, so that no label counts twice. */
export interface FoldedAudits {
	readonly seq: number;
	readonly brake: Brake;
	/** The rule's promise since the brake was set; null where it promises nothing, and in states of before. */
	readonly claim: WatchedClaim | null;
	/** When the label came that broke the claim, ms since the epoch; null as long as it stands. */
	readonly refutedAt: number | null;
}

type FoldDeps = Pick<CaseDeps, 'ledger' | 'rules' | 'alert'>;

/**
 * Folds the audit labels that are new into the brake of each rule that applied and into what it promises, each exactly once,
 * in their order. A brake that trips stops its rule at once, on every process, and says so; so does a state that cannot be
 * read. A promise that is refuted is told of, and stops nothing: that is the brake's.
 */
export async function foldAudits(deps: FoldDeps, claim: CaseClaim): Promise<void> {
	const decisionId = claim.case.decisionId;
	const decision = decisionId === null ? null : await deps.ledger.getDecision(decisionId);
	for (const rule of decision?.rules ?? []) await foldRule(deps, rule);
}

/** The same for all live rules: labels that were imported, and those after which a process died. */
export async function foldAll(deps: FoldDeps): Promise<void> {
	for (const { id, mode } of deps.rules.current().rules) if (mode === 'live') await foldRule(deps, id);
}

/**
 * The rules that complete nothing: those that are braked, and those whose brake nobody can read.
 *
 * @param states `Surroundings.ruleStates`
 */
export function stoppedRules(
	rules: readonly Pick<Rule, 'id'>[],
	braked: ReadonlySet<string>,
	states: ReadonlyMap<string, string>,
): ReadonlySet<string> {
	const unreadable = rules.filter(({ id }) => {
		const text = states.get(brakeStateKey(id));
		return text !== undefined && readFolded(text) === null;
	});
	return new Set([...braked, ...unreadable.map(({ id }) => id)]);
}

/**
 * Makes the state of a rule's brake begin anew where it cannot be read, after the labels that there are: what they said is
 * not known any more. For an operator who lets the rule go; without it the rule would be stopped at the next look.
 */
export async function mendBrakeState(deps: Pick<CaseDeps, 'ledger' | 'rules'>, rule: string): Promise<void> {
	const { ledger } = deps;
	const key = brakeStateKey(rule);
	const text = await ledger.setting(key);
	if (text === null || readFolded(text) !== null) return;
	let seq = 0;
	for (;;) {
		const labels = await ledger.labelsAfter(seq, atOnce, { rule, audited: true });
		seq = labels.at(-1)?.seq ?? seq;
		if (labels.length < atOnce) break;
	}
	const next: FoldedAudits = { seq, ...begin(deps, rule) };
	await ledger.swapSetting(key, text, JSON.stringify(next));
}

const promiseOf = ({ rules }: Pick<CaseDeps, 'rules'>, rule: string): Claim | null =>
	rules.current().rules.find(({ id }) => id === rule)?.promise ?? null;

/** Before the first label: the brake is set by the promise, or as usual. */
function begin(deps: Pick<CaseDeps, 'rules'>, rule: string): Omit<FoldedAudits, 'seq'> {
	const promise = promiseOf(deps, rule);
	const brake = setBrake({ maxError: promise?.maxError ?? usualMaxError, runLength });
	return { brake, claim: promise === null ? null : watchClaim(promise), refutedAt: null };
}

/** Whether it is this promise that is watched. */
export function watches(claim: Claim | null, promise: Claim | null): boolean {
	return claim?.maxError === promise?.maxError && claim?.certainty === promise?.certainty;
}

/** What nobody could resolve says nothing. */
function fold(from: Omit<FoldedAudits, 'seq'>, labels: readonly LabelRecord[]): Omit<FoldedAudits, 'seq'> {
	let { brake, claim, refutedAt } = from;
	for (const { label, labelledAt } of labels) {
		if (label === 'unresolved') continue;
		brake = foldIntoBrake(brake, label === 'wrong');
		if (claim === null) continue;
		claim = foldIntoClaim(claim, label === 'wrong');
		if (claim.brokenAt !== null) refutedAt ??= labelledAt;
	}
	return { brake, claim, refutedAt };
}

async function foldRule(deps: FoldDeps, rule: string): Promise<void> {
	const { ledger } = deps;
	const key = brakeStateKey(rule);
	const { revision } = deps.rules.current();
	const anew = begin(deps, rule);
	for (let attempt = 0; attempt < tries; attempt += 1) {
		const text = await ledger.setting(key);
		const kept = text === null ? { seq: 0, ...anew } : readFolded(text);
		if (kept === null) {
			await stop(deps, rule, 'The state of the brake cannot be read, so that nobody can tell whether the rule errs.');
			return;
		}
		const labels = await ledger.labelsAfter(kept.seq, atOnce, { rule, audited: true });
		const last = labels.at(-1);
		if (last === undefined) return;
		// Whoever let the rule go again lets it begin anew. So does another promise, which asks for another brake; but only of
		// the rules in force: a process that still holds others would set it back at every look.
		const rearmed = kept.brake.trippedAt !== null && !(await ledger.brakes()).has(rule);
		const otherBrake = kept.brake.trippedAt === null && kept.brake.maxError !== anew.brake.maxError;
		const otherClaim = !watches(kept.claim, anew.claim);
		const inForce = (otherBrake || otherClaim) && (await ledger.serving()) === revision;
		const { claim, refutedAt } = rearmed || (otherClaim && inForce) ? anew : kept;
		const { brake } = rearmed || (otherBrake && inForce) ? anew : kept;
		const next: FoldedAudits = { seq: last.seq, ...fold({ brake, claim, refutedAt }, labels) };
		if (rearmed) tellLetGo(deps, rule);
		// Before the state says so: whoever dies in between folds again, and stops the rule again.
		if (next.brake.trippedAt !== null && brake.trippedAt === null) {
			const { errors, labels: all } = next.brake;
			await stop(deps, rule, `Of its audited tasks more were wrong than may be: ${errors} of ${all}.`);
		}
		if (kept.refutedAt !== null && refutedAt === null) tellAnew(deps, rule);
		if (next.claim !== null && next.refutedAt !== null && refutedAt === null) tellRefuted(deps, rule, next.claim);
		if (await ledger.swapSetting(key, text, JSON.stringify(next))) {
			if (labels.length < atOnce) return;
		}
	}
}

async function stop(deps: FoldDeps, rule: string, why: string): Promise<void> {
	const set = await deps.ledger.brakesSet();
	if (set.some(({ ruleId, by }) => ruleId === rule && by === brakeItself)) return;
	await deps.ledger.setBrake(rule, true, brakeItself);
	deps.alert({
		code: 'rule-braked',
		message: `A rule is braked and completes nothing. ${why}`,
		fields: { rule_id: rule },
	});
}

/** Or else its next trip would be the same trouble, of which nobody is told twice. */
function tellLetGo({ alert }: FoldDeps, rule: string): void {
	alert({
		code: 'rule-braked',
		message: 'The rule was let go, and its brake counts anew.',
		fields: { rule_id: rule },
		resolved: true,
	});
}

function tellRefuted({ alert }: FoldDeps, rule: string, { errors, labels }: WatchedClaim): void {
	alert({
		code: 'promise-refuted',
		message: `What a rule promises is refuted by its audits, with the certainty that it promises: ${errors} of ${labels} were wrong.`,
		fields: { rule_id: rule },
	});
}

/** Or else the next time would be the same trouble, of which nobody is told twice. */
function tellAnew({ alert }: FoldDeps, rule: string): void {
	alert({
		code: 'promise-refuted',
		message: 'What a rule promises is watched anew.',
		fields: { rule_id: rule },
		resolved: true,
	});
}

/**
 * Reads what was stored; null when the brake in it cannot be read. A claim that cannot stops nothing, and is watched anew.
 */
export function readFolded(text: string): FoldedAudits | null {
	try {
		const { seq, brake, claim, refutedAt } = JSON.parse(text) as { readonly [key in keyof FoldedAudits]?: unknown };
		const read = readBrake(brake);
		if (!Number.isSafeInteger(seq) || read.outcome !== 'read') return null;
		const watched = readWatchedClaim(claim);
		const stands = { claim: null, refutedAt: null };
		const of = watched.outcome === 'read' ? { claim: watched.state, refutedAt: numberOrNull(refutedAt) } : stands;
		return { seq: Number(seq), brake: read.state, ...of };
	} catch {
		return null;
	}
}

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
