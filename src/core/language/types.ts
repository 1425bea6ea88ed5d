import type { Json } from '../json.ts';
import type { TaskView } from '../task/index.ts';
import type { Run } from './closures.ts';
import type { KeptReading } from './kept-reading.ts';
import type { Node } from './node.ts';

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
	/** Where what was read from the view is kept for the next condition; `createContext` makes it. */
	readonly kept?: KeptReading;
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

/** How far one comparison of numbers or days is from turning over. */
export interface Margin {
	/** For people: `confidence of total_amount`, `annotations[3].confidence (iban)`. */
	readonly label: string;
	readonly value: number | string;
	/** What `value` must be to the limit for the whole condition to hold. */
	readonly relation: '==' | '!=' | '>' | '>=' | '<' | '<=';
	readonly limit: number | string;
	/** What the limit is called: the number itself where the rule gives it, else `due_date` and the like. */
	readonly bound: string;
	/** Positive: that far on the right side. Negative: that much is missing. 0: exactly on the limit. */
	readonly by: number;
	readonly unit: 'confidence' | 'number' | 'days';
	readonly holds: boolean;
	/** The values come from document text. */
	readonly sensitive: boolean;
}

/**
 * A change of a task that an expression would need to turn out otherwise. `to` is the nearest value that does, or, where
 * there is none (above or below something), one a little further.
 */
export type Wish =
	| {
			readonly kind: 'confidence';
			readonly of:
				| { readonly entity: string }
				| {
						readonly list: 'annotations' | 'checkboxes' | 'segments' | 'signatures';
						readonly index: number;
				  };
			readonly to: number;
			readonly side: Side;
	  }
	/** `text` is what would have to stand there for an entity, `means` the number or day that it is read as. */
	| {
			readonly kind: 'content';
			readonly entity: string;
			readonly text: string;
			readonly means: number | string;
			readonly side: Side;
			/** Whether `means` follows from other text of the document. */
			readonly sensitive: boolean;
	  }
	| { readonly kind: 'presence'; readonly entity: string; readonly there: boolean }
	| { readonly kind: 'checked'; readonly index: number; readonly to: boolean }
	| {
			readonly kind: 'elements';
			readonly list: 'annotations' | 'checkboxes' | 'segments' | 'signatures';
			readonly count: number;
			readonly side: Side;
	  }
	| { readonly kind: 'meta'; readonly name: string; readonly value: string | null };

export type Side = 'exactly' | 'at-least' | 'at-most' | 'above' | 'below' | 'other-than';

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
	/** How far each comparison is from turning over. */
	margins(context: EvaluationContext): readonly Margin[];
	/**
	 * What somebody finds in the expression over a context; null where that breaks off. For what not everybody needs, so that
	 * a Worker does not carry it: see `findWishes`.
	 */
	inspect<T>(context: EvaluationContext, look: (node: Node, run: Run) => T): T | null;
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
