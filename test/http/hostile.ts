import type { SourceDocument } from '../../src/simulator/index.ts';

/** Breaks out of an attribute, in two ways, and runs in two: what a page makes of it must be text. */
export const hostile = `"><script>stolen()</script><img src=x onerror=stolen()>'&lt;`;

/** As an id that no layout has room for. */
export const endless = `${hostile}${'W'.repeat(200 - hostile.length)}`;

/** Hostile in every word that its author may choose freely; applies to the document below. */
export const hostileRule = {
	description: hostile,
	owner: hostile,
	mode: 'live',
	appliesTo: { meta: { [hostile]: [hostile] } },
	requiredEntities: [hostile],
	conditions: [
		{ id: 'certain', requirement: hostile, logic: { '>=': [{ confidence: hostile }, 0.98] } },
		{ id: 'exact', requirement: endless, logic: { '==': [{ content: endless }, hostile] } },
	],
} as const;

/** Hostile in every word that a customer's document or a model may bring. */
export const hostileDocument: SourceDocument = {
	kind: 'invoice',
	language: 'en',
	name: `${hostile}.pdf`,
	meta: [{ name: hostile, value: hostile }],
	fields: [hostile, endless].map((entityId, index) => ({
		...{ entityId, nature: 'text', content: hostile, top: 100 + 32 * index, leftOfLine: 200 },
	})),
	checkboxes: [],
	signatures: [],
};
