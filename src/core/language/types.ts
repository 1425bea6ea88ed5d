import type { Json } from '../json.ts';
import type { TaskView } from '../task/index.ts';

/** A fault in an expression, found without any data. `pointer` leads from the expression's root to the faulty place. */
export interface LogicFault {
	/** Stable, kebab-case: `unknown-operator`, `wrong-arity`, `wrong-type`, `unknown-path`, `not-finite`, `threshold-out-of-range`, ... */
	readonly code: string;
	/** One sentence: what is wrong and what to write instead. */
	readonly message: string;
	readonly pointer: readonly (string | number)[];
	/** The corrected word, when one is near enough. */
	readonly didYouMean?: string;
}

/** What an expression is evaluated against. */
export interface EvaluationContext {
	readonly view: TaskView;
	/** `YYYY-MM-DD` in the configured time zone. */
	readonly today: string;
}

export type ConditionOutcome = 'pass' | 'fail' | 'error';

/**
 * Something that an expression looked at, as a person would name it. `sensitive` marks values that come from document
 * text, a task's name or meta: they are shown to those who may see the document and never stored.
 */
export interface Operand {
	/** For people: `confidence of total_amount`, `number of net_amount`, `annotations[3].confidence`. */
	readonly label: string;
	readonly value: Json;
	readonly sensitive: boolean;
}

/** The result of one expression that must be exactly `true`. */
export interface Evaluation {
	readonly outcome: ConditionOutcome;
	/** A sentence that a clerk understands: "total_amount was read with 0.94; 0.98 is needed." Holds no document text. */
	readonly sentence: string;
	/** Why the outcome is `error`: a stable kebab-case code such as `missing-entity`, `not-a-number`, `empty-list`, `ambiguous-number`, `engines-disagree`. */
	readonly error?: string;
	readonly operands: readonly Operand[];
}

/** A validated expression, ready to be evaluated as often as wanted. Never throws. */
export interface CompiledLogic {
	/** json-logic-js under our strict operators: the reference. `pass` only on exactly `true`. */
	strict(context: EvaluationContext): { readonly outcome: ConditionOutcome; readonly error?: string };
	/** Closures compiled from the same tree, with the operands they saw and the sentence. */
	explain(context: EvaluationContext): Evaluation;
	/** Closures without explanation, for bulk work. */
	bulk(context: EvaluationContext): ConditionOutcome;
	/** Both engines; where they disagree the outcome is `error` with code `engines-disagree`. */
	evaluate(context: EvaluationContext): Evaluation;
	/** Entity ids that the expression names. */
	readonly entities: readonly string[];
}

export type CompileResult =
	| { readonly ok: true; readonly compiled: CompiledLogic }
	| { readonly ok: false; readonly faults: readonly LogicFault[] };

export interface CompileOptions {
	/** BCP 47 tag of the rule (`nl-NL`), for `number` and `date`; null: only text with a single reading in any locale is taken. */
	readonly locale: string | null;
}
