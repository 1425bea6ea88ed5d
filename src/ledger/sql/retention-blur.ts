import type { Json } from '../../core/json.ts';

/** Keys whose values are codes, outcomes and numbers of ours: what is left of a decision on a task that was forgotten. */
const kept = new Set([
	'outcome',
	'reasons',
	'code',
	'withheld',
	'shadow',
	'guards',
	'rules',
	'id',
	'mode',
	'applies',
	'appliesError',
	'braked',
	'conditions',
	'error',
	'applying',
	'auditShare',
	'quietMinutesAfterOpened',
	'holdMinutes',
	'revision',
	'logicRevision',
	'version',
	'draw',
	'keyId',
	'leftOut',
]);
/** Readers expect them; they may tell of the task. */
const emptied = new Set(['sentence', 'because', 'requirement']);

/**
 * A stored decision without what could tell of its task: which rules and conditions held stays, sentences, operands,
 * margins, the fingerprint and the drawn number go.
 */
export function blurDecision(body: Json): Json {
	if (Array.isArray(body)) return body.map(blurDecision);
	if (typeof body !== 'object' || body === null) return body;
	return Object.fromEntries(
		Object.entries(body).flatMap(([key, value]): [string, Json][] => {
			if (emptied.has(key)) return [[key, '']];
			if (key === 'draw') return [[key, null]];
			// Names of rules.
			if (key === 'shadow') return [[key, value]];
			return kept.has(key) ? [[key, blurDecision(value)]] : [];
		}),
	);
}
