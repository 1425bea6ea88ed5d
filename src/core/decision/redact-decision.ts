import type { Json } from '../json.ts';
import type { Margin, Operand } from '../language/types.ts';
import type { Decision } from './types.ts';

/**
 * The decision as it may be stored: whole but for values that come from document text, a task's name or meta, of which
 * the type alone stays. Sentences hold none of these by their own promise.
 */
export function redactDecision(decision: Decision): Json {
	const { rules, guards, reasons, shadow, applying, draw, ...rest } = decision;
	return {
		...rest,
		reasons: reasons.map(({ code, sentence }) => ({ code, sentence })),
		guards: guards.map(({ id, outcome, sentence }) => ({ id, outcome, sentence })),
		rules: rules.map(({ conditions, ...rule }) => ({
			...rule,
			conditions: conditions.map(({ operands, margins, ...condition }) => ({
				...condition,
				operands: operands.map(redactOperand),
				...(margins === undefined ? {} : { margins: margins.map(redactMargin) }),
			})),
		})),
		applying: [...applying],
		shadow: { ...shadow },
		draw: draw === null ? null : { u: draw.u, keyId: draw.keyId },
	};
}

function redactOperand({ label, value, sensitive }: Operand): Json {
	return sensitive ? { label, type: typeOf(value), sensitive } : { label, value, sensitive };
}

/** How far an amount is from a limit that stands in the rule is the amount. */
function redactMargin({ value, limit, by, ...margin }: Margin): Json {
	return margin.sensitive ? { ...margin } : { ...margin, value, limit, by };
}

function typeOf(value: Json): string {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'list';
	return typeof value === 'string' ? 'text' : typeof value;
}
