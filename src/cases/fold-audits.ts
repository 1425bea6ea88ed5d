import type { Rule } from '../core/ruleset/types.ts';
import { type Brake, foldIntoBrake, readBrake, setBrake } from '../core/statistics/brake.ts';
import { brakeItself, brakeStateKey, type CaseClaim } from '../ledger/index.ts';
import type { CaseDeps } from './types.ts';

/** What a brake watches for where the rule promises nothing: one in a hundred. */
const usualMaxError = 0.01;
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

async function foldRule(deps: FoldDeps, rule: string): Promise<void> {
	const { ledger } = deps;
	const key = brakeStateKey(rule);
	const promise = deps.rules.current().rules.find(({ id }) => id === rule)?.promise ?? null;
	const setting = { maxError: promise?.maxError ?? usualMaxError, runLength };
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
		// Whoever let the rule go again lets it begin anew. So does another promise: it asks for another brake.
		const rearmed = kept.brake.trippedAt !== null && !(await ledger.brakes()).has(rule);
		const other = kept.brake.trippedAt === null && kept.brake.maxError !== setting.maxError;
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
	if ((await deps.ledger.brakes()).has(rule)) return;
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
