import { createHmac } from 'node:crypto';
import { sealContent } from '../../src/cases/kept-content.ts';
import { decide, elementRecords, redactDecision } from '../../src/core/decision/index.ts';
import type { Json } from '../../src/core/json.ts';
import type { RuleSet } from '../../src/core/ruleset/types.ts';
import type { Task } from '../../src/core/task/index.ts';
import type { DecisionRecord, Ledger, NewDecision } from '../../src/ledger/index.ts';
import type { ContentSeal } from '../../src/platform/index.ts';
import { afterFirstRead, move, openCase } from '../ledger/ledger-under-test.ts';

const keyed = (text: string) => createHmac('sha256', 'key of the tests').update(text).digest('hex');

/** A rule of the tests from its conditions. */
export const ruleOf = (logics: Readonly<Record<string, Json>>, changes: Readonly<Record<string, Json>> = {}): Json => ({
	description: 'A rule of the tests.',
	mode: 'live',
	locale: 'nl-NL',
	conditions: Object.entries(logics).map(([id, logic]) => ({ id, requirement: 'It must be so.', logic })),
	auditShare: 0.2,
	...changes,
});

/** What is stored when the task is judged, as the bot stores it. */
export function decisionOf(task: Task, ruleSet: RuleSet, today: string, u: number | null): NewDecision {
	const decision = decide({
		reading: { kind: 'task', task },
		ruleSet,
		projectKnown: true,
		today,
		version: '1.2.3',
		fingerprint: 'fp',
		draw: u === null ? null : { u, keyId: '0a1b2c3d' },
		braked: new Set(),
	});
	return {
		id: `dec-${task.id}`,
		outcome: decision.outcome,
		withheld: decision.withheld ?? null,
		firstReason: decision.reasons[0]?.code ?? null,
		revision: ruleSet.revision,
		logicRevision: ruleSet.logicRevision,
		version: '1.2.3',
		fingerprint: 'fp',
		rules: decision.applying,
		// As a store would give it back.
		body: JSON.parse(JSON.stringify(redactDecision(decision))) as Json,
		elements: JSON.parse(JSON.stringify(elementRecords(task, keyed))) as Json,
	};
}

/** The same as a record of the ledger. */
export function recordOf(task: Task, ruleSet: RuleSet, today: string, u: number | null): DecisionRecord {
	const { id, projectId, stepType } = task;
	const place = { caseId: `case-${id}`, projectId, taskId: id, stepType, visit: 1 };
	return { ...decisionOf(task, ruleSet, today, u), ...place, decidedAt: Date.parse(`${today}T09:00:00Z`) };
}

/** Judges the task by the rules and leaves its case as the bot would, as far as reports look at it. */
export async function remember(
	ledger: Ledger,
	task: Task,
	ruleSet: RuleSet,
	today: string,
	u: number | null,
	seal?: ContentSeal['seal'],
) {
	await ledger.serve(ruleSet.revision, ruleSet.logicRevision, ruleSet.canonical);
	const judged = decisionOf(task, ruleSet, today, u);
	const decision = { ...judged, ...sealContent(seal, judged.id, { task, today }) };
	const claim = afterFirstRead(await openCase(ledger, task.id, { projectId: task.projectId }));
	const state = decision.withheld === 'audit' ? 'audit' : decision.outcome === 'review' ? 'review' : 'superseded';
	const kept = await ledger.recordDecision(claim, decision, move(state));
	if (!kept) throw new Error(`the decision on ${task.id} was not kept`);
}
