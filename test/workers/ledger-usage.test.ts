import { expect, onTestFinished, test } from 'vitest';
import { type ContentReading, createContentReader, createSteps } from '../../src/cases/index.ts';
import { loadRules } from '../../src/core/ruleset/index.ts';
import type { D1Usage } from '../../src/ledger/d1-store.ts';
import type { DecisionRecord } from '../../src/ledger/index.ts';
import type { ContentSeal } from '../../src/platform/index.ts';
import { createKeys, createSeal, nodeDigest } from '../../src/platform/node.ts';
import { fixedRules } from '../../src/rulesource/index.ts';
import { createSendAiClient } from '../../src/sendai/client.ts';
import { claimCase, claimEvent, createIds, event, lease } from '../ledger/ledger-under-test.ts';
import { ruleText } from '../rulesource/rule-text.ts';
import { wireAnnotation, wirePage, wireTask } from '../sendai/wire-samples.ts';
import { openD1 } from './d1-under-test.ts';

/** What one task asks of D1, by the step that asks. */
type Usages = Record<string, { calls: number; statements: number; rowsRead: number; rowsWritten: number }>;

const secretKey = 'a secret of thirty-two characters';

/** As long as ids may be, where there are many. */
const idOf = (n: number, of: number) => (of === 1 ? `ann_${n}` : `ann_${n}`.padEnd(128, 'x'));

/** Takes one task from its notification to its end, whatever that is, and counts. */
async function follow(
	confidence: number,
	fields = 1,
	seal: ContentSeal | null = null,
): Promise<{
	readonly usages: Usages;
	readonly state: string;
	readonly decision: DecisionRecord | null;
	readonly content: ContentReading | null;
}> {
	let step = '';
	const usages: Usages = {};
	const onUsage = ({ statements, rowsRead, rowsWritten }: D1Usage) => {
		const so = usages[step] ?? { calls: 0, statements: 0, rowsRead: 0, rowsWritten: 0 };
		usages[step] = {
			calls: so.calls + 1,
			statements: so.statements + statements,
			rowsRead: so.rowsRead + rowsRead,
			rowsWritten: so.rowsWritten + rowsWritten,
		};
	};
	const { ledger, clock } = await openD1((database) => database, { onUsage });
	onTestFinished(() => ledger.close());

	const loaded = loadRules([{ name: 'invoice.json', text: ruleText({ auditShare: 0 }) }]);
	if (!loaded.ok) throw new Error('the rule does not load');
	const ruleSet = { ...loaded, revision: 'r'.repeat(64), logicRevision: 'l'.repeat(64) };
	await ledger.serve(ruleSet.revision, ruleSet.logicRevision, ruleSet.canonical);

	let completed = false;
	const annotations = Array.from({ length: fields }, (_, n) =>
		wireAnnotation({ id: idOf(n, fields), confidence, ...(n === 0 ? {} : { entity_id: 'l'.repeat(100) }) }),
	);
	const page = { annotations, checkboxes: [], segments: [], signatures: [] };
	const task = () =>
		wireTask({ project_id: 'proj-1', pages: [wirePage(page)], ...(completed ? { status: 'COMPLETED' } : {}) });
	const timed = { ...clock, sleep: () => new Promise<void>(() => undefined) };
	const steps = createSteps({
		ledger,
		sendai: createSendAiClient({
			baseUrl: 'http://127.0.0.1:1',
			apiKey: 'key',
			teamId: 'team-1',
			taskListPath: null,
			fetch: async (_input, init) => {
				completed ||= init?.method === 'POST';
				return Response.json(task());
			},
			clock: timed,
			random: () => 0.5,
			concurrency: 8,
		}),
		rules: fixedRules(ruleSet),
		keys: createKeys(secretKey),
		...(seal === null ? {} : { seal: seal.seal }),
		digest: nodeDigest,
		clock: timed,
		random: () => 0.5,
		newId: createIds(),
		log: { info: () => undefined, warn: () => undefined, error: () => undefined },
		alert: () => undefined,
		settings: {
			teamId: 'team-1',
			projects: ['proj-1'],
			timeZone: 'UTC',
			dailyLimit: null,
			unknownWaitMs: 60_000,
			postTimeoutMs: 20_000,
			leaseMs: lease,
			version: '0.0.0-test',
		},
	});

	for (let existing = 0; existing < 3; existing += 1) {
		// What others have left behind must not cost this one anything.
		step = 'others';
		const other = `other-${existing}`;
		await ledger.accept(event({ id: other, taskIds: [other] }));
		await steps.handleEvent(await claimEvent(ledger, other));
	}
	step = 'accept';
	await ledger.accept(event({ taskIds: ['task_1'] }));
	step = 'locate';
	await steps.handleEvent(await claimEvent(ledger, 'evt-1'));
	step = 'others';
	const id = (await ledger.casesOfTask('proj-1', 'task_1'))[0]?.id ?? '';
	step = 'judge';
	await steps.handleCase(await claimCase(ledger, id));
	if (completed) {
		clock.pass(2_000);
		step = 'settle';
		await steps.handleCase(await claimCase(ledger, id));
	}
	step = 'others';
	const { others: _others, '': _serve, ...counted } = usages;
	const record = await ledger.getCase(id);
	const decision = await ledger.getDecision(record?.decisionId ?? '');
	const content = seal === null ? null : await createContentReader(ledger, seal, 60_000)(decision?.id ?? '');
	return { usages: counted, state: record?.state ?? 'none', decision, content };
}

function sumOf(usages: Usages, what: 'rowsRead' | 'rowsWritten'): number {
	return Object.values(usages).reduce((sum, one) => sum + one[what], 0);
}

const callsAndStatements = (usages: Usages) =>
	Object.fromEntries(Object.entries(usages).map(([step, { calls, statements }]) => [step, [calls, statements]]));

/** Calls of D1 and statements in them: whoever adds one shall know. */
test('what a task that is completed asks of D1 is known', async () => {
	const { usages, state } = await follow(0.99);
	expect(state).toBe('completed');
	expect(callsAndStatements(usages)).toEqual({ accept: [1, 1], locate: [2, 4], judge: [5, 9], settle: [2, 2] });
	expect(sumOf(usages, 'rowsRead')).toBeLessThanOrEqual(155);
	expect(sumOf(usages, 'rowsWritten')).toBeLessThanOrEqual(78);
});

test('what a task that is left to a person asks of D1 is known', async () => {
	const { usages, state } = await follow(0.5);
	expect(state).toBe('review');
	expect(callsAndStatements(usages)).toEqual({ accept: [1, 1], locate: [2, 4], judge: [2, 4] });
	expect(sumOf(usages, 'rowsRead')).toBeLessThanOrEqual(86);
	expect(sumOf(usages, 'rowsWritten')).toBeLessThanOrEqual(55);
});

test('to keep what a document said costs one statement and three rows more, in the same calls', async () => {
	const { usages, content } = await follow(0.5, 1, createSeal([secretKey]));
	expect(content).toMatchObject({ kind: 'content', content: { task: { id: 'task_1', projectId: 'proj-1' } } });
	expect(callsAndStatements(usages)).toEqual({ accept: [1, 1], locate: [2, 4], judge: [2, 5] });
	expect(sumOf(usages, 'rowsWritten')).toBeLessThanOrEqual(58);
});

test('a task of more elements than D1 takes in a row is decided all the same, and says what it left out', async () => {
	const { state, decision, usages } = await follow(0.99, 4_999);
	expect(state).toBe('completed');
	expect(decision).toMatchObject({ outcome: 'complete', elements: [], body: { leftOut: ['elements'] } });
	expect(usages.judge?.calls).toBe(5);
});

test('what a document of so many elements said is kept as well', async () => {
	const kept = await follow(0.99, 4_999, createSeal([secretKey]));
	expect(kept).toMatchObject({ state: 'completed', content: { kind: 'content' } });
	expect(kept.usages.judge?.calls).toBe(5);
});
