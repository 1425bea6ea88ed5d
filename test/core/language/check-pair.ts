import { compileLogic } from '../../../src/core/language/index.ts';
import type { TaskView } from '../../../src/core/task/index.ts';
import type { Pair } from './arbitrary-pairs.ts';
import { secretText } from './known-texts.ts';
import { judge } from './reference.ts';

/** What became of a pair; `breach` says what must not be. */
export type Checked =
	| { readonly kind: 'refused'; readonly codes: readonly string[] }
	| { readonly kind: 'pass' | 'fail' | 'error' }
	| { readonly kind: 'breach'; readonly what: string };

const today = '2026-06-02';

/** Holds both evaluators, in every form in which they are offered, against the reference and each other. */
export function checkPair({ expression, view, locale }: Pair): Checked {
	try {
		return check({ expression, view, locale });
	} catch (error) {
		return { kind: 'breach', what: `thrown: ${String(error)}` };
	}
}

function check({ expression, view, locale }: Pair): Checked {
	const result = compileLogic(expression, { locale });
	if (!result.ok) {
		if (result.faults.length === 0) return { kind: 'breach', what: 'refused without a fault' };
		return { kind: 'refused', codes: result.faults.map(({ code }) => code) };
	}
	const context = { view: view as TaskView, today };
	const judged = judge(expression, view, today, locale);
	const wanted = judged.kind === 'error' ? 'error' : judged.value === true ? 'pass' : 'fail';
	const code = judged.kind === 'error' ? judged.code : undefined;
	const { strict, explain, bulk, evaluate } = result.compiled;
	const [byStrict, byClosures, byBulk, byBoth] = [strict(context), explain(context), bulk(context), evaluate(context)];
	const found = [
		['strict', byStrict.outcome, byStrict.error],
		['explain', byClosures.outcome, byClosures.error],
		['bulk', byBulk, code],
		['evaluate', byBoth.outcome, byBoth.error],
	] as const;
	for (const [who, outcome, error] of found) {
		if (outcome !== wanted || error !== code) {
			return { kind: 'breach', what: `${who}: ${outcome} ${error ?? ''}, not ${wanted} ${code ?? ''}` };
		}
	}
	for (const { sentence, operands } of [byClosures, byBoth]) {
		if (sentence.includes(secretText)) return { kind: 'breach', what: `document text in "${sentence}"` };
		if (!sentence.endsWith('.')) return { kind: 'breach', what: `no sentence: "${sentence}"` };
		if (/NaN|undefined|null|Infinity|\[object/.test(sentence))
			return { kind: 'breach', what: `not for people: "${sentence}"` };
		if (operands.length > 50) return { kind: 'breach', what: `${operands.length} operands` };
		const storable = JSON.stringify(operands.filter(({ sensitive }) => !sensitive));
		if (storable.includes(secretText))
			return { kind: 'breach', what: 'document text in an operand that may be stored' };
		const odd = operands.find(({ value }) => typeof value === 'number' && !Number.isFinite(value));
		if (odd !== undefined) return { kind: 'breach', what: `${odd.label} is not JSON` };
	}
	return { kind: wanted };
}
