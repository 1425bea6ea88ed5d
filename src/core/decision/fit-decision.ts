import type { Json } from '../json.ts';

/** UTF-8 bytes of JSON that a decision and the records of its elements may have together: D1 takes two million a row. */
export const mostDecisionBytes = 1_600_000;

/** Parts of a decision that may be left out of what is stored, the one that is missed least first. */
export type LeftOut = 'elements' | 'margins' | 'operands' | 'rules' | 'reasons';

/** What is stored of a decision, both as JSON. */
export interface StoredParts {
	/** As `redactDecision` gives it. */
	readonly body: Json;
	/** As `elementRecords` gives it. */
	readonly elements: Json;
}

const fewReasons = 100;

/**
 * The same, no larger than a store takes: outcome, reasons and guards stay as long as anything can, and `leftOut` in the
 * body names what went. The outcome is the same as ever: only the evidence is smaller. A task whose elements were left out
 * is never compared with what a reviewer made of it.
 */
export function fitDecision(parts: StoredParts, mostBytes = mostDecisionBytes): StoredParts {
	let { body, elements } = parts;
	const leftOut: LeftOut[] = [];
	const leave = (part: LeftOut, smaller: () => void) => {
		if (bytesOf(body) + bytesOf(elements) <= mostBytes) return;
		smaller();
		leftOut.push(part);
		body = { ...(body as { readonly [key: string]: Json }), leftOut };
	};
	leave('elements', () => {
		elements = [];
	});
	leave('margins', () => {
		body = mapConditions(body, ({ margins: _margins, ...condition }) => condition);
	});
	leave('operands', () => {
		body = mapConditions(body, (condition) => ({ ...condition, operands: [] }));
	});
	leave('rules', () => {
		body = { ...(body as Fields), rules: [] };
	});
	leave('reasons', () => {
		const { reasons, guards: _guards, ...rest } = body as Fields;
		body = { ...rest, reasons: Array.isArray(reasons) ? reasons.slice(0, fewReasons) : [] };
	});
	return { body, elements };
}

interface Fields {
	readonly [key: string]: Json;
}

function mapConditions(body: Json, map: (condition: Fields) => Json): Json {
	const { rules, ...rest } = body as Fields;
	const list = Array.isArray(rules) ? (rules as readonly Fields[]) : [];
	return {
		...rest,
		rules: list.map(({ conditions, ...rule }) => ({
			...rule,
			conditions: (Array.isArray(conditions) ? (conditions as readonly Fields[]) : []).map(map),
		})),
	};
}

/** Of its JSON in UTF-8. */
function bytesOf(value: Json): number {
	const text = JSON.stringify(value);
	let bytes = text.length;
	for (let at = 0; at < text.length; at += 1) {
		const unit = text.charCodeAt(at);
		// Of a surrogate pair each half counts two; JSON.stringify writes a lone one as an escape.
		if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
	}
	return bytes;
}
