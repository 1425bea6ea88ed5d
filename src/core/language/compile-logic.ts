import type { Json } from '../json.ts';
import { checkExpression } from './check-expression.ts';
import { compileBoolean, type Run } from './closures.ts';
import { compileExplainer } from './explain.ts';
import { Halt } from './halt.ts';
import { compileMargins } from './margins.ts';
import { typeOf } from './node.ts';
import { compileOperands } from './operands.ts';
import { readingOf } from './reading.ts';
import { createStrictEvaluator } from './strict-evaluator.ts';
import type {
	CompiledLogic,
	CompileOptions,
	CompileResult,
	ConditionOutcome,
	Evaluation,
	EvaluationContext,
	Margin,
} from './types.ts';

/**
 * Checks an expression and makes it ready to be evaluated. All faults at once when there are any. What it gives never
 * throws, whatever the view; an expression passes only when it is exactly `true` in both evaluators.
 */
export function compileLogic(expression: Json, options: CompileOptions): CompileResult {
	const { node, faults, entities } = checkExpression(expression, options.locale);
	if (node === null) return { ok: false, faults };
	if (typeOf(node) !== 'boolean') {
		const message = 'A condition must be true or false; write a comparison or another condition around this.';
		return { ok: false, faults: [{ code: 'not-a-condition', message, pointer: [] }] };
	}
	const evaluateStrictly = createStrictEvaluator(node);
	const evaluate = compileBoolean(node);
	const explainer = compileExplainer(node);
	const collect = compileOperands(node);
	// Asked for where a person looks at a task, not in bulk.
	let measure: ((run: Run) => readonly Margin[]) | null = null;

	function strict(context: EvaluationContext): { readonly outcome: ConditionOutcome; readonly error?: string } {
		try {
			return toOutcome(evaluateStrictly(context));
		} catch (error) {
			return { outcome: 'error', error: haltOf(error).code };
		}
	}

	function explain(context: EvaluationContext): Evaluation {
		let run: Run | null = null;
		try {
			run = runOf(context);
			const { value, sentence, operands } = explainer(run);
			return { outcome: value === true ? 'pass' : 'fail', sentence, operands };
		} catch (error) {
			const halt = haltOf(error);
			return {
				outcome: 'error',
				error: halt.code,
				sentence: halt.sentence,
				operands: run === null ? [] : safely(collect, run),
			};
		}
	}

	const compiled: CompiledLogic = {
		strict,
		explain,
		bulk(context) {
			try {
				return evaluate(runOf(context), null) === true ? 'pass' : 'fail';
			} catch {
				return 'error';
			}
		},
		evaluate(context) {
			const explained = explain(context);
			const { outcome } = strict(context);
			if (outcome === explained.outcome) return explained;
			return {
				outcome: 'error',
				error: 'engines-disagree',
				sentence: 'The two evaluators of this condition disagree; please report the rule.',
				operands: explained.operands,
			};
		},
		margins(context) {
			try {
				measure ??= compileMargins(node);
				return measure(runOf(context));
			} catch {
				return [];
			}
		},
		inspect(context, look) {
			try {
				return look(node, runOf(context));
			} catch {
				return null;
			}
		},
		entities,
	};
	return { ok: true, compiled };
}

/** What an expression of any type gives under the strict evaluator: for tests against the language's own suite. */
export type StrictValue =
	| { readonly kind: 'value'; readonly value: unknown }
	| { readonly kind: 'error'; readonly code: string }
	| { readonly kind: 'refused'; readonly codes: readonly string[] };

export function evaluateValue(expression: Json, options: CompileOptions, context: EvaluationContext): StrictValue {
	const { node, faults } = checkExpression(expression, options.locale);
	if (node === null) return { kind: 'refused', codes: [...new Set(faults.map((fault) => fault.code))] };
	try {
		return { kind: 'value', value: createStrictEvaluator(node)(context) };
	} catch (error) {
		return { kind: 'error', code: haltOf(error).code };
	}
}

function runOf(context: EvaluationContext): Run {
	return { reading: readingOf(context), today: context.today };
}

function toOutcome(value: unknown): { readonly outcome: ConditionOutcome; readonly error?: string } {
	if (value === true) return { outcome: 'pass' };
	if (value === false) return { outcome: 'fail' };
	return { outcome: 'error', error: 'wrong-type' };
}

/** Anything but a `Halt` is a defect of ours, or a view that is none; it must not approve either. */
function haltOf(error: unknown): Halt {
	return error instanceof Halt ? error : new Halt('defect', 'The condition could not be evaluated.');
}

function safely(collect: ReturnType<typeof compileOperands>, run: Run): Evaluation['operands'] {
	try {
		return collect(run);
	} catch {
		return [];
	}
}
