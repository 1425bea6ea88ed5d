import type { Rule } from '../core/ruleset/types.ts';
import { type Brake, foldIntoBrake, readBrake, setBrake } from '../core/statistics/brake.ts';
import { brakeItself, brakeStateKey, type CaseClaim } from '../ledger/index.ts';
import type { CaseDeps } from './types.ts';

/** What a brake watches for where the rule promises nothing: one in a hundred. */
export const usualMaxError = 0.01;
/** One false alarm in so many labels. */
const runLength = 20_000;
const atOnce = 200;
const tries = 5;

/** The state with the label that was folded last; both in one setting, so that no label counts twice. */
interface Kept {
	readonly seq: number;
	readonly brake: Brake;
}

type FoldDeps = Pick<CaseDeps, 'ledger' | 'rules' | 'alert'>;

/**
 * Folds the audit labels that are new into the brake of each rule that applied, each exactly once, in their order. A brake
 * that trips stops its rule at once, on every process, and says so; so does a state that cannot be read.
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
		return text !== undefined && readKept(text) === null;
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
	if (text === null || readKept(text) !== null) return;
	let seq = 0;
	for (;;) {
		const labels = await ledger.labelsAfter(seq, atOnce, { rule, audited: true });
		seq = labels.at(-1)?.seq ?? seq;
		if (labels.length < atOnce) break;
	}
	const next: Kept = { seq, brake: setBrake(settingOf(deps, rule)) };
	await ledger.swapSetting(key, text, JSON.stringify(next));
}

/** How the brake of a rule is set: by its promise, or as usual. */
function settingOf({ rules }: Pick<CaseDeps, 'rules'>, rule: string) {
	const promise = rules.current().rules.find(({ id }) => id === rule)?.promise ?? null;
	return { maxError: promise?.maxError ?? usualMaxError, runLength };
}

async function foldRule(deps: FoldDeps, rule: string): Promise<void> {
	const { ledger } = deps;
	const key = brakeStateKey(rule);
	const { revision } = deps.rules.current();
	const setting = settingOf(deps, rule);
	for (let attempt = 0; attempt < tries; attempt += 1) {
		const text = await ledger.setting(key);
		const kept = text === null ? { seq: 0, brake: setBrake(setting) } : readKept(text);
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
		const differs = kept.brake.trippedAt === null && kept.brake.maxError !== setting.maxError;
		const other = differs && (await ledger.serving()) === revision;
		const from = rearmed || other ? setBrake(setting) : kept.brake;
		let brake = from;
		for (const { label } of labels) if (label !== 'unresolved') brake = foldIntoBrake(brake, label === 'wrong');
		// Before the state says so: whoever dies in between folds again, and stops the rule again.
		if (brake.trippedAt !== null && from.trippedAt === null) {
			await stop(deps, rule, `Of its audited tasks more were wrong than may be: ${brake.errors} of ${brake.labels}.`);
		}
		const next: Kept = { seq: last.seq, brake };
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

function readKept(text: string): Kept | null {
	try {
		const { seq, brake } = JSON.parse(text) as { readonly seq?: unknown; readonly brake?: unknown };
		const read = readBrake(brake);
		return Number.isSafeInteger(seq) && read.outcome === 'read' ? { seq: Number(seq), brake: read.state } : null;
	} catch {
		return null;
	}
}
