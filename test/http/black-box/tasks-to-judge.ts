import type { SourceDocument, TaskSpec } from '../../../src/simulator/index.ts';
import { bodyOf, type Caller } from './opened.ts';

const rule = {
	mode: 'live',
	conditions: [
		{
			id: 'nothing-guessed',
			requirement: 'No field may be a guess.',
			logic: { all: [{ var: 'annotations' }, { '>=': [{ var: 'confidence' }, 0.9] }] },
		},
	],
	...{ auditShare: 0, quietMinutesAfterOpened: 0 },
} as const;

/** The rules that the suite wants to serve: one for each way that it has to see a case go. */
export const rules = {
	invoice: { ...rule, description: 'Invoices.', appliesTo: { meta: { category: ['invoice'] } } },
	identity: {
		...rule,
		description: 'Identity documents, after a while.',
		appliesTo: { meta: { category: ['identity'] } },
		holdMinutes: 60,
	},
	audited: { ...rule, description: 'All left to be audited.', appliesTo: { stepTypes: ['CHECK'] }, auditShare: 1 },
} as const;

/** Completed. */
export const certain: TaskSpec = {
	kind: 'invoice',
	language: 'nl',
	right: true,
	confidence: 0.99,
	malformation: 'none',
};
/** Waits for an hour before it would be completed. */
export const held: TaskSpec = { ...certain, kind: 'identity' };
/** Left to people although it is certain. */
export const audited: TaskSpec = { ...certain, steps: ['CHECK'] };

/** Stands in everything of the document below that Greenlane must not keep. */
export const secret = 'Jansen';
const document: SourceDocument = {
	...{ kind: 'invoice', language: 'nl', name: `${secret}.pdf`, checkboxes: [], signatures: [] },
	meta: ['category', 'client'].map((name) => ({ name, value: name === 'category' ? 'invoice' : secret })),
	fields: [{ entityId: 'supplier', nature: 'text', content: `Bakkerij ${secret}`, top: 100, leftOfLine: 200 }],
};
/** Left to people. */
export const doubtful: TaskSpec = { ...certain, document, confidence: 0.8 };

export interface CaseOverview {
	readonly id: string;
	readonly task_id: string;
	readonly state: string;
	readonly reason: string | null;
}

export async function casesOf(ask: Caller, taskId: string): Promise<readonly CaseOverview[]> {
	const path = `/v1/cases?id=${encodeURIComponent(taskId)}`;
	return (await bodyOf<{ cases: readonly CaseOverview[] }>(await ask.read(path))).cases;
}
