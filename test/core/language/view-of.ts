import type { Json } from '../../../src/core/json.ts';
import {
	type CompiledLogic,
	type CompileOptions,
	compileLogic,
	type Evaluation,
	type EvaluationContext,
	evaluateValue,
	type LogicFault,
	type StrictValue,
} from '../../../src/core/language/index.ts';
import type { AnnotationView, CheckboxView, RegionView, TaskView } from '../../../src/core/task/index.ts';

export const today = '2026-06-02';

/** An annotation as rules see it. */
export function annotationOf(
	entity: string,
	content: string | null,
	confidence: number | null,
	id = entity,
): AnnotationView {
	return { id: `ann_${id}`, entity_id: entity, page: 1, confidence, content, top: 10, left_of_line: 20 };
}

export function regionOf(id: string, confidence: number | null): RegionView {
	return { id, page: 1, confidence, left: 0, top: 0, right: 10, bottom: 10 };
}

export function checkboxOf(id: string, checked: boolean | null, confidence: number | null = 0.95): CheckboxView {
	return { ...regionOf(id, confidence), checked };
}

/** A view without elements and meta; whatever is given replaces what it has, and the counts follow. */
export function viewOf(changes: Partial<TaskView> = {}): TaskView {
	const lists = { annotations: [], checkboxes: [], segments: [], signatures: [], ...changes };
	return {
		task: {
			id: 'task_1',
			name: 'invoice.pdf',
			step_type: 'EXTRACT',
			created_at: '2026-06-01T08:00:00Z',
			upload_id: 'upl_1',
			project_id: 'proj_1',
		},
		meta: [],
		counts: {
			pages: 1,
			annotations: lists.annotations.length,
			checkboxes: lists.checkboxes.length,
			segments: lists.segments.length,
			signatures: lists.signatures.length,
		},
		...lists,
	};
}

/** A view whose entities have these texts, all read with the same confidence. */
export function textsOf(texts: Readonly<Record<string, string>>, confidence = 0.99): TaskView {
	return viewOf({
		annotations: Object.entries(texts).map(([entity, text]) => annotationOf(entity, text, confidence)),
	});
}

/** A view that no type allows: what a defect elsewhere might hand in. */
export function hostileView(changes: Readonly<Record<string, unknown>>): TaskView {
	return { ...viewOf(), ...changes } as unknown as TaskView;
}

export function contextOf(view: TaskView, day = today): EvaluationContext {
	return { view, today: day };
}

/** A valid expression, compiled. */
export function compile(expression: Json, locale: CompileOptions['locale'] = 'nl-NL'): CompiledLogic {
	const result = compileLogic(expression, { locale });
	if (result.ok) return result.compiled;
	throw new Error(`${JSON.stringify(expression)}: ${result.faults.map(({ message }) => message).join(' ')}`);
}

/** What a valid expression comes to by both evaluators. */
export function evaluate(expression: Json, view: TaskView, locale: CompileOptions['locale'] = 'nl-NL'): Evaluation {
	return compile(expression, locale).evaluate(contextOf(view));
}

/** Outcome alone, or the code of the error. */
export function answerOf(expression: Json, view: TaskView, locale: CompileOptions['locale'] = 'nl-NL'): string {
	const { outcome, error } = evaluate(expression, view, locale);
	return error ?? outcome;
}

/** What an expression of any type gives under the strict evaluator. */
export function strictValueOf(
	expression: Json,
	view: TaskView,
	locale: CompileOptions['locale'] = 'nl-NL',
): StrictValue {
	return evaluateValue(expression, { locale }, contextOf(view));
}

export function faultsOf(expression: Json, locale: CompileOptions['locale'] = 'nl-NL'): readonly LogicFault[] {
	const result = compileLogic(expression, { locale });
	return result.ok ? [] : result.faults;
}

/** Codes of the faults, each once, sorted; empty for an expression that is taken. */
export function faultCodes(expression: Json, locale: CompileOptions['locale'] = 'nl-NL'): readonly string[] {
	return [...new Set(faultsOf(expression, locale).map(({ code }) => code))].sort();
}
