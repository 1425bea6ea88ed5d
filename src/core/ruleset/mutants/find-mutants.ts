import { canonicalJson, type Json } from '../../json.ts';
import { valueAt } from '../check-format.ts';
import type { Path } from '../parse-json.ts';
import { walkLogic } from '../walk-logic.ts';
import { changeOperator } from './change-operators.ts';
import { dropOperands, flipConstants } from './drop-operands.ts';
import { editJson } from './edit-json.ts';
import { type Change, type Mutant, type MutantKind, writeShort } from './mutant.ts';
import { type LogicChange, nudgeThresholds } from './nudge-thresholds.ts';

/**
 * Every mutant of a valid rule file, each with one small mistake: thresholds moved by a step, comparisons turned,
 * conditions, required entities, operands and limits of `appliesTo` left out. No two are the same, and none is the rule
 * itself. In the order of the file, but for `appliesTo`, which comes first.
 *
 * Some may be refused when they are loaded (a threshold below 0); some may mean the same as the rule.
 */
export function findMutants(rule: Json): readonly Mutant[] {
	return [...mutateApplies(rule), ...mutateRequired(rule), ...mutateConditions(rule)];
}

function mutateApplies(rule: Json): readonly Mutant[] {
	const leaveOut = (path: Path, what: 'key' | 'value', hint: string) =>
		dropAt(rule, { kind: 'drop-applies', part: 'applies', path: ['appliesTo', ...path], what, hint });
	/** All of a list's values, where leaving one out leaves others. */
	const leaveOutValues = (path: Path, name: string) => {
		const values = valueAt(rule, ['appliesTo', ...path]);
		if (!Array.isArray(values) || values.length < 2) return [];
		return (values as readonly Json[]).map((value, index) =>
			leaveOut([...path, index], 'value', `with ${name} at ${writeShort(value)}`),
		);
	};
	const hasKey = (key: string) => valueAt(rule, ['appliesTo', key]) !== undefined;
	const another = (what: string) => `of ${what}, with "expect": "review" and "because": ["applies:no"]`;
	const metaNames = Object.keys(valueAt(rule, ['appliesTo', 'meta']) ?? {});
	return [
		...(hasKey('projects') ? [leaveOut(['projects'], 'key', another('another project'))] : []),
		...leaveOutValues(['projects'], 'project_id'),
		...leaveOutValues(['stepTypes'], 'step_type'),
		...metaNames.flatMap((name) => [
			leaveOut(['meta', name], 'key', another(`another ${name}`)),
			...leaveOutValues(['meta', name], `meta ${name}`),
		]),
		...(hasKey('logic') ? [leaveOut(['logic'], 'key', another('another kind, by this logic'))] : []),
		...mutateLogic(rule, ['appliesTo', 'logic'], 'applies', null),
	];
}

function mutateRequired(rule: Json): readonly Mutant[] {
	const entities = valueAt(rule, ['requiredEntities']);
	if (!Array.isArray(entities)) return [];
	return (entities as readonly Json[]).map((entity, index) => {
		const part = `required:${String(entity)}`;
		const hint = `without ${String(entity)}, with "because" naming "${part}"`;
		return dropAt(rule, { kind: 'drop-required', part, path: ['requiredEntities', index], what: 'value', hint });
	});
}

function mutateConditions(rule: Json): readonly Mutant[] {
	const conditions = valueAt(rule, ['conditions']);
	if (!Array.isArray(conditions)) return [];
	return conditions.flatMap((_, index) => {
		const part = String(valueAt(rule, ['conditions', index, 'id']));
		const hint = `in which "${part}" does not hold, with "because" naming it`;
		const path = ['conditions', index];
		return [
			// The whole condition would say less than its name.
			{ ...dropAt(rule, { kind: 'drop-condition', part, path, what: 'value', hint }), from: part },
			...mutateLogic(rule, [...path, 'logic'], part, index),
		];
	});
}

function dropAt(
	rule: Json,
	change: Omit<Change, 'from' | 'to'> & { readonly part: string; readonly kind: MutantKind },
): Mutant {
	const value = writeShort(valueAt(rule, change.path) ?? null);
	const from = change.what === 'key' ? `${JSON.stringify(change.path.at(-1))}: ${value}` : value;
	return { ...change, from, to: 'nothing', condition: null, rule: editJson(rule, change.path, undefined) };
}

/** The mutants of one expression, each once. */
function mutateLogic(rule: Json, path: Path, part: string, condition: number | null): readonly Mutant[] {
	const logic = valueAt(rule, path);
	if (logic === undefined) return [];
	const seen = new Set([canonicalJson(logic)]);
	const mutants: Mutant[] = [];
	for (const operation of walkLogic(logic)) {
		const changes: readonly LogicChange[] = [
			...changeOperator(operation),
			...nudgeThresholds(operation),
			...dropOperands(operation),
			...flipConstants(operation),
		];
		for (const { with: to, ...change } of changes) {
			// A threshold or a constant is changed itself, anything else as part of its operation.
			const at = change.kind === 'threshold' || change.kind === 'constant' ? change.path : operation.path;
			const mutated = editJson(logic, at, to);
			const content = canonicalJson(mutated);
			if (seen.has(content)) continue;
			seen.add(content);
			mutants.push({
				...change,
				path: [...path, ...change.path],
				part,
				condition,
				rule: editJson(rule, path, mutated),
			});
		}
	}
	return mutants;
}
