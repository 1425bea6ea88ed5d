export { calculate } from './calculate.ts';
export { mostDepth, mostNodes } from './check-expression.ts';
export { compileLogic, evaluateValue, type StrictValue } from './compile-logic.ts';
export { countPatternParts } from './count-pattern-parts.ts';
export { isIsoDate } from './date-format.ts';
export { countPlaces } from './decimals.ts';
export { numberFormatOf } from './number-format.ts';
export { type OperatorSpec, operators } from './operators.ts';
export { createContext } from './reading.ts';
export { elementFields, listNames, rootFields } from './scopes.ts';
export type {
	CompiledLogic,
	CompileOptions,
	CompileResult,
	ConditionOutcome,
	Evaluation,
	EvaluationContext,
	LogicFault,
	Operand,
} from './types.ts';
