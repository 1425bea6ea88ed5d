import type { Json } from '../json.ts';
import { compareWithNumber, isConfidence } from './lint-logic.ts';
import { type JsonDocument, type Path, parseJson } from './parse-json.ts';
import { operandPath, operationOf } from './walk-logic.ts';

/** A number of a rule file that a confidence must reach. */
export interface Threshold {
	/** The condition that it stands in. */
	readonly condition: string;
	/** From the root of the file to the number. */
	readonly path: Path;
	/** Over 0 and below 1. */
	readonly value: number;
	/** Where the number stands in the text, in UTF-16 units: from `start` up to `end`. */
	readonly start: number;
	readonly end: number;
}

/** What passes a whole when each of its parts does: raising a threshold below these makes the rule stricter, never laxer. */
const growing: ReadonlySet<string> = new Set(['and', 'or', 'all', 'some']);

/**
 * The thresholds of a sound rule file that can be tightened together: `>=` or `>` of a confidence, where a larger number
 * can only make the rule stricter. What stands below `!`, `none` or `if` is none of them, nor is 1, which can be no
 * stricter.
 */
export function findThresholds(text: string): readonly Threshold[] {
	const { document } = parseJson(text);
	if (document === null) return [];
	const { conditions } = document.value as { readonly conditions?: Json };
	if (!Array.isArray(conditions)) return [];
	return conditions.flatMap((condition: Json, at): readonly Threshold[] => {
		const { id, logic } = condition as { readonly id?: Json; readonly logic?: Json };
		return inLogic(logic, ['conditions', at, 'logic']).map((path) => ({
			condition: String(id),
			...numberAt(text, document, path),
			path,
		}));
	});
}

/** Paths of the numbers, within the file. */
function inLogic(logic: Json | undefined, path: Path): readonly Path[] {
	const operation = operationOf(logic, path);
	if (operation === null) return [];
	const compared = compareWithNumber(operation);
	if (compared !== null) {
		const { operator, value, threshold, at } = compared;
		const isOne = (operator === '>=' || operator === '>') && isConfidence(value) && threshold > 0 && threshold < 1;
		return isOne ? [at] : [];
	}
	if (!growing.has(operation.operator)) return [];
	return operation.operands.flatMap((operand, index) => inLogic(operand, operandPath(operation, index)));
}

function numberAt(text: string, document: JsonDocument, path: Path): Omit<Threshold, 'condition' | 'path'> {
	const { line, column } = document.locate(path, 'value');
	const lineStart =
		text
			.split('\n')
			.slice(0, line - 1)
			.join('\n').length + (line > 1 ? 1 : 0);
	const start = lineStart + column - 1;
	const [written = ''] = /^[-+.\deE]+/.exec(text.slice(start)) ?? [];
	return { value: Number(written), start, end: start + written.length };
}

/** The text with other numbers at these places, and not another character changed. */
export function writeThresholds(text: string, thresholds: readonly Threshold[], values: readonly number[]): string {
	let [written, from] = ['', 0];
	for (const [at, { start, end }] of thresholds.entries()) {
		written += text.slice(from, start) + String(values[at] ?? text.slice(start, end));
		from = end;
	}
	return written + text.slice(from);
}
