import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeInBulk } from '../../src/core/decision/index.ts';
import type { Json } from '../../src/core/json.ts';
import { thinDraws, upperBound } from '../../src/core/statistics/index.ts';
import type { Task } from '../../src/core/task/index.ts';
import { createReplay, judgeAgain } from '../../src/evidence/replay-decision.ts';
import { seesElementsAlone } from '../../src/evidence/replay-elements.ts';
import { createReplayTally } from '../../src/evidence/replay-report.ts';
import { createReplaySample, type Truth } from '../../src/evidence/replay-sample.ts';
import type { DecisionRecord } from '../../src/ledger/index.ts';
import { ruleSetOf } from '../core/decision/rule-set-of.ts';
import { annotationOf, taskOf } from '../core/decision/task-of.ts';
import { recordOf, ruleOf } from './replayed-history.ts';

const today = '2026-06-02';
const certain = (entity: string, least: number): Json => ({ '>=': [{ confidence: entity }, least] });
const small: Json = { '<': [0, { number: 'total' }, 100] };

/** The answer of `after` to tasks that `before` judged. */
function replayOf(before: Json, after: Json, task: Task, changes: Partial<DecisionRecord> = {}) {
	const [then, now] = [ruleSetOf({ invoice: before }), ruleSetOf({ invoice: after })];
	const replay = createReplay(now, (revision) => (revision === then.revision ? then.canonical : null));
	return replay({ ...recordOf(task, then, today, 0.5), ...changes });
}

const cheap = taskOf({ annotations: [annotationOf('total', '50', 0.95), annotationOf('day', '01-06-2026', 0.9)] });

describe('replaying a decision', () => {
	it('reuses what was asked then, asks confidences anew, and leaves what wants the text', () => {
		const before = ruleOf({ sure: certain('total', 0.9), small });
		expect(replayOf(before, ruleOf({ laxer: certain('total', 0.8), renamed: small }), cheap)).toEqual({
			outcome: 'complete',
		});
		expect(replayOf(before, ruleOf({ stricter: certain('total', 0.97), small }), cheap)).toEqual({
			outcome: 'review',
			because: ['rule:invoice:stricter'],
		});
		const larger: Json = { '<': [0, { number: 'total' }, 200] };
		expect(replayOf(before, ruleOf({ sure: certain('total', 0.9), larger }), cheap)).toEqual({
			outcome: 'not-replayable',
			because: ['rule:invoice:larger'],
		});
		// One condition that does not hold is enough, whatever the others are.
		expect(replayOf(before, ruleOf({ sure: certain('total', 0.97), larger }), cheap)).toEqual({
			outcome: 'review',
			because: ['rule:invoice:sure'],
		});
	});

	it('takes no answer that was given for another locale', () => {
		const rule = ruleOf({ small });
		expect(replayOf(rule, rule, cheap).outcome).toBe('complete');
		expect(replayOf(rule, { ...(rule as object), locale: 'en-GB' }, cheap).outcome).toBe('not-replayable');
	});

	it('cannot tell whether a rule applies by meta that nobody asked about', () => {
		const rule = ruleOf({ sure: certain('total', 0.9) });
		const forInvoices = { ...(rule as object), appliesTo: { meta: { category: ['invoice'] } } };
		expect(replayOf(rule, forInvoices, cheap).outcome).toBe('not-replayable');
		expect(replayOf(forInvoices, forInvoices, cheap).outcome).toBe('complete');
		expect(replayOf(forInvoices, { ...(rule as object), appliesTo: { projects: ['proj_9'] } }, cheap)).toEqual({
			outcome: 'review',
			because: ['no-live-rule'],
		});
	});

	it('cannot tell where it is not known whether a rule breaks over the task, though its conditions hold', () => {
		const sure = ruleOf({ sure: certain('total', 0.9) });
		const then = ruleSetOf({ a: sure });
		const replayWith = (appliesTo: Json, one: Task) => {
			const now = ruleSetOf({ a: sure, b: { ...(sure as object), appliesTo } });
			const truth = judgeInBulk({ reading: { kind: 'task', task: one }, ruleSet: now, projectKnown: true, today });
			return [createReplay(now, () => then.canonical)(recordOf(one, then, today, 0.5)).outcome, truth.outcome];
		};
		expect(replayWith({ logic: { '>': [{ number: 'absent' }, 100] } }, cheap)).toEqual(['not-replayable', 'review']);
		const mixed = { ...cheap, meta: ['invoice', 'letter'].map((value) => ({ name: 'category', value })) };
		expect(replayWith({ meta: { category: ['invoice'] } }, mixed)).toEqual(['not-replayable', 'review']);
	});

	it('leaves a task to a person of whose decision too little was kept', () => {
		const [before, after] = [ruleOf({ sure: certain('total', 0.9) }), ruleOf({ sure: certain('total', 0.8) })];
		expect(replayOf(before, after, cheap).outcome).toBe('complete');
		expect(replayOf(before, after, cheap, { elements: [] }).outcome).toBe('not-replayable');
		expect(replayOf(before, before, cheap, { body: { outcome: 'complete' } }).outcome).toBe('not-replayable');
	});

	it('keeps a guard that did not pass', () => {
		const rule = ruleOf({ sure: certain('total', 0.5) });
		expect(replayOf(rule, rule, { ...cheap, status: 'COMPLETED' })).toEqual({
			outcome: 'review',
			because: ['guard:in-review'],
		});
	});

	it('is judged anew where what the document said was kept; but for guards, which tell how things stood then', () => {
		const [then, now] = [ruleSetOf({ invoice: ruleOf({ small }) }), ruleSetOf({ invoice: ruleOf({ sure: small }) })];
		const content = { task: cheap, today };
		expect(judgeAgain(now, recordOf(cheap, then, today, 0.5), content)).toEqual({ outcome: 'complete' });
		const dear = { ...cheap, annotations: [annotationOf('total', '500', 0.95)] };
		expect(judgeAgain(now, recordOf(dear, then, today, 0.5), { task: dear, today })).toEqual({
			outcome: 'review',
			because: ['rule:invoice:sure'],
		});
		const unknown = { id: 'project-known', outcome: 'fail', sentence: 'It is none of ours.' };
		const stopped = recordOf(cheap, then, today, 0.5);
		const body = { ...(stopped.body as object), guards: [unknown] };
		expect(judgeAgain(now, { ...stopped, body }, content)).toEqual({
			outcome: 'review',
			because: ['guard:project-known'],
		});
		expect(judgeAgain(now, { ...stopped, body: {} }, content).outcome).toBe('not-replayable');
	});

	it('never answers otherwise than judging the task itself would', () => {
		const seen: Record<string, number> = {};
		fc.assert(
			fc.property(ruleSet, ruleSet, task, fc.boolean(), (then, now, one, known) => {
				const replay = createReplay(now, () => (known ? then.canonical : null));
				const replayed = replay(recordOf(one, then, today, 0.5));
				seen[replayed.outcome] = (seen[replayed.outcome] ?? 0) + 1;
				if (replayed.outcome === 'not-replayable') return;
				const truth = judgeInBulk({
					reading: { kind: 'task', task: one },
					ruleSet: now,
					projectKnown: true,
					today,
				});
				expect(replayed.outcome).toBe(truth.outcome);
				const because = replayed.outcome === 'review' ? replayed.because : [];
				expect(truth.reasons).toEqual(expect.arrayContaining([...because]));
			}),
			{ numRuns: 1_000, seed: 20_260_603 },
		);
		// All three happen often, so that the law above is about something.
		const { complete = 0, review = 0, 'not-replayable': open = 0 } = seen;
		expect(Math.min(complete, review, open)).toBeGreaterThan(50);
	});

	it('replays every decision by the rules that made it, to the same outcome', () => {
		fc.assert(
			fc.property(ruleSet, task, (rules, one) => {
				const record = recordOf(one, rules, today, 0.5);
				expect(createReplay(rules, () => rules.canonical)(record).outcome).toBe(record.outcome);
			}),
			{ numRuns: 400, seed: 20_260_604 },
		);
	});

	it('knows which conditions ask for more than was kept', () => {
		const kept: readonly Json[] = [
			certain('total', 0.9),
			{ all: [{ var: 'annotations' }, { '>=': [{ var: 'confidence' }, 0.9] }] },
			{ '==': [{ count: 'total' }, 1] },
			{ '>': [{ var: 'counts.signatures' }, 0] },
		];
		const gone: readonly Json[] = [
			small,
			{ present: 'total' },
			{ '>': [{ var: 'counts.pages' }, 1] },
			{ '==': [{ var: ['task.name'] }, 'a'] },
			{ some: [{ var: 'annotations' }, { '==': [{ var: 'content' }, 'EUR'] }] },
			{ hasMeta: ['category'] },
			{ and: [certain('total', 0.9), { '<=': [{ date: 'day' }, { today: [] }] }] },
		];
		expect(kept.filter((logic) => !seesElementsAlone(logic))).toEqual([]);
		expect(gone.filter(seesElementsAlone)).toEqual([]);
	});
});

describe('the sample of a replay', () => {
	it('holds what thinning all tasks at once would hold', () => {
		const share = fc.constantFrom(0.05, 0.2, 0.5, 1);
		const draw = fc.integer({ min: 0, max: 999 }).map((n) => n / 1_000);
		const truth = fc.constantFrom<Truth | null>('right', 'right', 'wrong', 'unresolved', 'pending', null);
		fc.assert(
			fc.property(fc.array(fc.record({ draw, share, truth }), { maxLength: 60 }), (tasks) => {
				const sample = createReplaySample(0.95);
				for (const one of tasks) sample.add(one, one.truth);
				const result = sample.result();
				const { kept, share: smallest } = thinDraws(tasks);
				const count = (wanted: Truth) => kept.filter((one) => one.truth === wanted).length;
				const [wrong, unresolved] = [count('wrong'), count('unresolved')];
				if (count('right') + wrong === 0) {
					expect(result).toEqual({ outcome: 'no-labels', share: smallest, pending: count('pending') });
					return;
				}
				const checked = count('right') + wrong + unresolved;
				expect(result).toEqual({
					outcome: 'sample',
					share: smallest,
					...{ checked, wrong, unresolved, pending: count('pending') },
					bound: upperBound({ errors: wrong + unresolved, checked }, 0.95),
				});
			}),
			{ numRuns: 300, seed: 20_260_605 },
		);
	});

	it('is none where something was completed without any audit', () => {
		const sample = createReplaySample(0.95);
		sample.add({ draw: 0.01, share: 0.2 }, 'right');
		sample.add({ draw: 0.5, share: 0 }, null);
		expect(sample.result()).toEqual({ outcome: 'no-audit' });
	});
});

describe('a task without a label', () => {
	const rules = ruleSetOf({ invoice: ruleOf({ sure: certain('total', 0.9) }) });
	const dayMs = 24 * 60 * 60 * 1_000;
	const afterDays = (days: number) => {
		const tally = createReplayTally(rules, 0.95, Date.parse(`${today}T09:00:00Z`) + days * dayMs);
		for (const label of ['right', null] as const) {
			tally.add(recordOf(cheap, rules, today, 0.1), { outcome: 'complete' }, label);
		}
		return tally.result(0).exploratory;
	};

	it('counts as wrong after a week, and neither it nor one with a label counts before', () => {
		expect(afterDays(6)).toMatchObject({ outcome: 'no-labels', pending: 2 });
		expect(afterDays(7)).toMatchObject({ outcome: 'sample', checked: 2, unresolved: 1, pending: 0 });
	});
});

// What the laws are tried on: rules of few thresholds and entities, so that two folders often ask the same.

const entity = fc.constantFrom('total', 'day');
const share = fc.constantFrom(0.5, 0.8, 0.9, 0.97);
const logic: fc.Arbitrary<Json> = fc.oneof(
	fc.tuple(entity, share).map(([one, least]) => certain(one, least)),
	share.map((least): Json => ({ all: [{ var: 'annotations' }, { '>=': [{ var: 'confidence' }, least] }] })),
	share.map((least): Json => ({ some: [{ var: 'signatures' }, { '>': [{ var: 'confidence' }, least] }] })),
	fc.constant<Json>({ '==': [{ count: 'total' }, 1] }),
	fc.constant(small),
	fc.constant<Json>({ '<=': [{ date: 'day' }, { today: [] }] }),
);
const rule = fc
	.record({
		logics: fc.uniqueArray(logic, { minLength: 1, maxLength: 2, selector: (one) => JSON.stringify(one) }),
		mode: fc.oneof({ arbitrary: fc.constant('live'), weight: 9 }, fc.constantFrom('shadow', 'off')),
		appliesTo: fc.constantFrom<Json>(
			{},
			{},
			{},
			{},
			{ meta: { category: ['invoice'] } },
			{ stepTypes: ['VALIDATE', 'EXTRACT'] },
			{ projects: ['proj_2'] },
			{ logic: small },
			{ logic: { '<': [0, { number: 'day' }, 100] } },
		),
		requiredEntities: fc.uniqueArray(entity, { maxLength: 1 }),
	})
	.map(({ logics, ...changes }) => ruleOf(Object.fromEntries(logics.map((one, at) => [`c-${at}`, one])), changes));
const ruleSet = fc
	.dictionary(fc.constantFrom('a', 'b'), rule, { minKeys: 1, maxKeys: 2, size: 'xsmall' })
	.map((rules) => ruleSetOf(rules));
const annotation = fc
	.record({
		entity,
		content: fc.constantFrom(null, '', '50', '150', '01-06-2026', '03-06-2026'),
		confidence: fc.constantFrom(0.6, 0.95, 0.99, 1),
	})
	.map(({ entity: one, content, confidence }) => annotationOf(one, content, confidence));
const sure = [annotationOf('total', '50', 0.96), annotationOf('day', '01-06-2026', 0.98)];
const task = fc
	.record({
		annotations: fc.oneof(
			fc.constant(sure),
			fc.subarray(sure),
			annotation.map((one) => [...sure, one]),
		),
		meta: fc.constantFrom(
			[],
			[{ name: 'category', value: 'invoice' }],
			['invoice', 'letter'].map((value) => ({ name: 'category', value })),
		),
		stepType: fc.constantFrom('EXTRACT', 'EXTRACT', 'EXTRACT', 'EXTRACT', 'VALIDATE'),
		signatures: fc.constantFrom([{ id: 'sig', page: 1, confidence: 0.99, bounds: null }], []),
	})
	.map((changes) => taskOf(changes));
