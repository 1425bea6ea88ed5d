import type { EvaluationContext, Wish } from '../language/types.ts';
import { findWishes } from '../language/wishes.ts';
import type { Rule } from '../ruleset/types.ts';
import { type Task, viewTask } from '../task/index.ts';
import { applyWishes, targetOf } from './apply-wishes.ts';
import { isConfidence } from './check-guards.ts';
import { decide } from './decide.ts';
import { describeChange } from './describe-change.ts';
import type { Change, Counterfactual, Decision, DecisionInput, TaskWish } from './types.ts';

/** A change can bring up what could not be told before; more than a few rounds is a task unlike any that passes. */
const mostRounds = 5;
/** Each is tried without, once. */
const mostWishes = 300;
const mostAlternatives = 5;

/**
 * The smallest known changes of a task under which its outcome would be the other one; each proved by judging the changed
 * task. For a task that is left to people: one set of changes, none of which could be spared. For one that would be
 * completed: single conditions that would no longer hold, the nearest first.
 *
 * None when no change is known, as for a document that cannot be read or text that must have a form.
 */
export function findCounterfactuals(input: DecisionInput, decision: Decision): readonly Counterfactual[] {
	if (input.reading.kind !== 'task') return [];
	return decision.outcome === 'complete' ? findSpoilers(input, input.reading.task) : findRemedies(input);
}

/** Outcome is all that counts here; what the brake or the draw say is not a property of the task. */
function decideFor(input: DecisionInput, task: Task): Decision {
	return decide({ ...input, reading: { kind: 'task', task }, draw: null });
}

function findRemedies(input: DecisionInput): readonly Counterfactual[] {
	if (input.reading.kind !== 'task') return [];
	const { task } = input.reading;
	const wanted = new Map<string, TaskWish>();
	for (let round = 0; round < mostRounds; round += 1) {
		const changed = applyWishes(task, [...wanted.values()]);
		const decision = decideFor(input, changed);
		if (decision.outcome === 'complete') {
			return [{ outcome: 'complete', changes: describe(task, spareWhatCanBe(input, task, [...wanted.values()])) }];
		}
		const wishes = wishesFor(input, changed, decision);
		if (wishes.length === 0) return [];
		for (const wish of wishes) addWish(wanted, wish);
		if (wanted.size > mostWishes) return [];
	}
	return [];
}

/** The higher of two thresholds on one confidence satisfies both. */
function addWish(wanted: Map<string, TaskWish>, wish: TaskWish): void {
	const target = targetOf(wish);
	const before = wanted.get(target);
	const higher =
		before?.kind === 'confidence' && wish.kind === 'confidence' && isUpward(before) && isUpward(wish)
			? before.to > wish.to
			: false;
	if (!higher) wanted.set(target, wish);
}

function isUpward({ side }: Extract<Wish, { kind: 'confidence' }>): boolean {
	return side === 'at-least' || side === 'above';
}

function wishesFor({ ruleSet, today }: DecisionInput, task: Task, decision: Decision): readonly TaskWish[] {
	const context = { view: viewTask(task), today };
	const wishes: TaskWish[] = guardWishes(task);
	const live = ruleSet.rules.filter(({ mode }) => mode === 'live');
	const applying = live.filter(({ id }) => decision.applying.includes(id));
	const unclear = live.filter(({ id }) => decision.rules.some((rule) => rule.id === id && rule.applies === 'error'));
	for (const rule of unclear) wishes.push(...(applicationWishes(rule, task, context) ?? []));
	if (applying.length === 0 && unclear.length === 0) {
		const cheapest = live
			.map((rule) => applicationWishes(rule, task, context))
			.filter((some) => some !== null)
			.toSorted((a, b) => a.length - b.length)[0];
		if (cheapest !== undefined) wishes.push(...cheapest);
	}
	for (const rule of applying) {
		const judged = decision.rules.find(({ id }) => id === rule.id);
		const failing = new Set(
			judged?.conditions.filter(({ outcome }) => outcome !== 'pass').map((condition) => condition.id) ?? [],
		);
		for (const entity of rule.requiredEntities) {
			if (!failing.has(`required:${entity}`)) continue;
			wishes.push({ kind: 'presence', entity, there: true });
			const unsure = task.annotations.some((one) => one.entityId === entity && !isConfidence(one.confidence));
			if (unsure) wishes.push({ kind: 'confidence', of: { entity }, to: 1, side: 'exactly' });
		}
		for (const { id, compiled } of rule.conditions) {
			if (failing.has(id)) wishes.push(...(findWishes(compiled, context, true) ?? []));
		}
	}
	return wishes;
}

function guardWishes(task: Task): TaskWish[] {
	const wishes: TaskWish[] = [];
	if (task.status !== 'REVIEWING') wishes.push({ kind: 'status', to: 'REVIEWING' });
	if (task.exportedAt !== null) wishes.push({ kind: 'exported' });
	for (const list of ['annotations', 'checkboxes', 'segments', 'signatures'] as const) {
		for (const [index, { confidence }] of task[list].entries()) {
			if (!isConfidence(confidence)) wishes.push({ kind: 'confidence', of: { list, index }, to: 1, side: 'exactly' });
		}
	}
	return wishes;
}

/** By what the rule would apply; null when that cannot be changed, as the project of a task. */
function applicationWishes({ appliesTo }: Rule, task: Task, context: EvaluationContext): readonly TaskWish[] | null {
	if (appliesTo.projects !== null && !appliesTo.projects.includes(task.projectId)) return null;
	const wishes: TaskWish[] = [];
	const [step] = appliesTo.stepTypes;
	if (step !== undefined && !appliesTo.stepTypes.includes(task.stepType)) wishes.push({ kind: 'step', to: step });
	for (const { name, values } of appliesTo.meta) {
		const found = task.meta.filter((entry) => entry.name === name);
		const [first] = values;
		if (first === undefined || (found.length > 0 && found.every(({ value }) => values.includes(value)))) continue;
		wishes.push({ kind: 'meta', name, value: found.find(({ value }) => values.includes(value))?.value ?? first });
	}
	if (appliesTo.logic === null) return wishes;
	const more = findWishes(appliesTo.logic, context, true);
	return more === null ? null : [...wishes, ...more];
}

/** Leaves out, one after the other, whatever the outcome does not need; the smallest changes are kept for last. */
function spareWhatCanBe(input: DecisionInput, task: Task, wishes: readonly TaskWish[]): readonly TaskWish[] {
	let needed = wishes;
	for (const wish of wishes) {
		const without = needed.filter((one) => one !== wish);
		if (decideFor(input, applyWishes(task, without)).outcome === 'complete') needed = without;
	}
	return needed;
}

/** What would leave a task to people that is right as it is: of each condition the one change that breaks it. */
function findSpoilers(input: DecisionInput, task: Task): readonly Counterfactual[] {
	const context = { view: viewTask(task), today: input.today };
	const candidates: (readonly TaskWish[])[] = [];
	for (const rule of input.ruleSet.rules.filter(({ mode }) => mode === 'live')) {
		for (const { compiled } of rule.conditions) {
			const wishes = findWishes(compiled, context, false);
			if (wishes !== null && wishes.length > 0) candidates.push(wishes);
		}
		for (const entity of rule.requiredEntities) candidates.push([{ kind: 'presence', entity, there: false }]);
	}
	const seen = new Set<string>();
	return candidates
		.filter((wishes) => {
			const key = JSON.stringify(wishes.map(targetOf));
			if (seen.has(key)) return false;
			seen.add(key);
			return decideFor(input, applyWishes(task, wishes)).outcome === 'review';
		})
		.map((wishes) => ({ outcome: 'review' as const, changes: describe(task, wishes) }))
		.toSorted((a, b) => a.changes.length - b.changes.length || sizeOf(a.changes) - sizeOf(b.changes))
		.slice(0, mostAlternatives);
}

/** Confidences by how far they move; other changes are further than any confidence. */
function sizeOf(changes: readonly Change[]): number {
	return changes.reduce((sum, { kind, from, to }) => {
		const moves = kind === 'confidence' && typeof from === 'number' && typeof to === 'number';
		return sum + (moves ? Math.abs(to - from) : 2);
	}, 0);
}

function describe(task: Task, wishes: readonly TaskWish[]): readonly Change[] {
	return wishes.map((wish) => describeChange(task, wish));
}
