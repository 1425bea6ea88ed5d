import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, findCounterfactuals } from '../../../src/core/decision/index.ts';
import type { DecisionInput } from '../../../src/core/decision/types.ts';
import type { Json } from '../../../src/core/json.ts';
import type { Task } from '../../../src/core/task/index.ts';
import { ruleSetOf } from './rule-set-of.ts';
import { annotationOf, taskOf } from './task-of.ts';

type RuleText = { readonly [key: string]: Json };

const ruleOf = (conditions: Readonly<Record<string, Json>>, changes: RuleText = {}): RuleText => ({
	description: 'A rule of the tests.',
	mode: 'live',
	locale: 'nl-NL',
	conditions: Object.entries(conditions).map(([id, logic]) => ({ id, requirement: 'It must be so.', logic })),
	auditShare: 0.05,
	...changes,
});

const inputOf = (rules: Readonly<Record<string, Json>>, task: Task): DecisionInput => ({
	reading: { kind: 'task', task },
	ruleSet: ruleSetOf(rules),
	projectKnown: true,
	today: '2026-06-02',
	version: '1.2.3',
	fingerprint: 'f'.repeat(64),
	draw: { u: 0.01, keyId: 'key' },
	braked: new Set(),
});

function counterfactuals(rules: Readonly<Record<string, Json>>, task: Task) {
	const input = inputOf(rules, task);
	return findCounterfactuals(input, decide(input));
}

/** What is told of the changes, in short. */
function told(rules: Readonly<Record<string, Json>>, task: Task) {
	return counterfactuals(rules, task).map(({ outcome, changes }) => [
		outcome,
		...changes.map(({ what, from, side, to }) => [what, from, side, to]),
	]);
}

const total = (confidence: number, content = '1.210,00') =>
	taskOf({ annotations: [annotationOf('total_amount', content, confidence)] });
const certain = (entity: string, least: number): Json => ({ '>=': [{ confidence: entity }, least] });

describe('what would complete a task that is left to people', () => {
	it('is the confidence that one condition is short of', () => {
		expect(told({ invoice: ruleOf({ certain: certain('total_amount', 0.98) }) }, total(0.94))).toEqual([
			['complete', ['confidence of total_amount', 0.94, 'at-least', 0.98]],
		]);
	});

	it('is the highest of several thresholds on one confidence, over all rules that apply', () => {
		const rules = {
			first: ruleOf({ a: certain('total_amount', 0.95), b: certain('total_amount', 0.99) }),
			second: ruleOf({ c: certain('total_amount', 0.97) }),
		};
		expect(told(rules, total(0.9))).toEqual([['complete', ['confidence of total_amount', 0.9, 'at-least', 0.99]]]);
	});

	it('is each element that a condition over all of them fails on, and no other', () => {
		const task = taskOf({
			annotations: [annotationOf('a', 'x', 0.8), annotationOf('b', 'x', 0.95), annotationOf('c', 'x', 0.7)],
		});
		const logic: Json = { all: [{ var: 'annotations' }, { '>=': [{ var: 'confidence' }, 0.9] }] };
		expect(told({ every: ruleOf({ certain: logic }) }, task)).toEqual([
			[
				'complete',
				['confidence of annotations[0] (a)', 0.8, 'at-least', 0.9],
				['confidence of annotations[2] (c)', 0.7, 'at-least', 0.9],
			],
		]);
	});

	it('is the cheapest of alternatives', () => {
		const logic: Json = {
			or: [
				{ and: [certain('total_amount', 0.99), certain('iban', 0.99)] },
				{ and: [{ '==': [{ content: 'total_amount' }, '5'] }] },
			],
		};
		expect(told({ either: ruleOf({ certain: logic }) }, total(0.9))).toEqual([
			['complete', ['total_amount', '1.210,00', 'exactly', '5']],
		]);
	});

	it('is an amount written as the locale writes it, so that the sum adds up', () => {
		const task = taskOf({
			annotations: [
				annotationOf('net', '1.000,00', 1),
				annotationOf('tax', '210,00', 1),
				annotationOf('total', '1.201,50', 1),
			],
		});
		const logic: Json = { within: [{ '+': [{ number: 'net' }, { number: 'tax' }] }, { number: 'total' }, 0.01] };
		const [only] = counterfactuals({ sums: ruleOf({ sums: logic }) }, task);
		expect(only?.changes).toMatchObject([
			{ what: 'net', from: '1.000,00', to: 991.5, fromSensitive: true, toSensitive: true },
		]);
	});

	it('goes on where one change brings up what could not be told before', () => {
		const rules = {
			invoice: ruleOf(
				{ limit: { '<': [{ number: 'total_amount' }, 100] }, certain: certain('total_amount', 0.9) },
				{ requiredEntities: ['total_amount'] },
			),
		};
		const task = taskOf({ annotations: [annotationOf('other', 'x', 1)] });
		const [only] = counterfactuals(rules, task);
		expect(only?.outcome).toBe('complete');
		expect(only?.changes.map(({ what }) => what)).toEqual(['total_amount']);
	});

	it('names what the guards want too, and the meta by which a rule would apply', () => {
		const rules = {
			invoice: ruleOf({ certain: certain('total_amount', 0.9) }, { appliesTo: { meta: { category: ['bill'] } } }),
		};
		expect(told(rules, { ...total(0.95), status: 'COMPLETED', exportedAt: '2026-06-01T09:00:00Z' })).toEqual([
			[
				'complete',
				['status', 'COMPLETED', 'exactly', 'REVIEWING'],
				['exported at', '2026-06-01T09:00:00Z', 'exactly', null],
				['meta category', 'invoice', 'exactly', 'bill'],
			],
		]);
	});

	it('is not known for text that must have a form, and then nothing is claimed', () => {
		const logic: Json = { matches: [{ content: 'total_amount' }, '[A-Z]+'] };
		expect(told({ form: ruleOf({ form: logic, certain: certain('total_amount', 0.99) }) }, total(0.9))).toEqual([]);
	});

	it('is not known for a rule of another project', () => {
		const rule = ruleOf({ certain: certain('total_amount', 0.9) }, { appliesTo: { projects: ['elsewhere'] } });
		expect(told({ rule }, total(0.95))).toEqual([]);
	});
});

describe('what would leave a task to people that is right', () => {
	it('is the nearest condition first', () => {
		const rules = {
			invoice: ruleOf({
				far: certain('total_amount', 0.5),
				date: { '<': [{ number: 'total_amount' }, 2500] },
				near: certain('invoice_date', 0.96),
			}),
		};
		expect(told(rules, taskOf())).toEqual([
			['review', ['confidence of invoice_date', 0.97, 'below', 0.959]],
			['review', ['confidence of total_amount', 0.99, 'below', 0.499]],
			['review', ['total_amount', '1.210,00', 'at-least', 2500]],
		]);
	});

	it('is one element of a condition over all of them', () => {
		const logic: Json = { all: [{ var: 'annotations' }, { '>': [{ var: 'confidence' }, 0.9] }] };
		expect(told({ every: ruleOf({ certain: logic }) }, taskOf())).toEqual([
			['review', ['confidence of annotations[0] (total_amount)', 0.99, 'at-most', 0.9]],
		]);
	});
});

/** Applies what is told, by its words alone. */
function applyTold(task: Task, changes: ReturnType<typeof counterfactuals>[number]['changes']): Task {
	let changed = task;
	for (const { kind, what, to } of changes) {
		if (kind !== 'confidence' || typeof to !== 'number') throw new Error(`${what} is not expected here`);
		const place = /^confidence of annotations\[(\d+)\]/.exec(what);
		const entity = what.slice('confidence of '.length);
		changed = {
			...changed,
			annotations: changed.annotations.map((one, index) => {
				const meant = place === null ? one.entityId === entity : index === Number(place[1]);
				return meant ? { ...one, confidence: to } : one;
			}),
		};
	}
	return changed;
}

describe('laws of counterfactuals', () => {
	it('hold when applied by their words: the outcome turns over, and no change could be spared', () => {
		const confidence = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
		const entities = ['a', 'b', 'c'];
		const leaf: fc.Arbitrary<Json> = fc
			.record({ entity: fc.constantFrom(...entities), least: confidence })
			.map(({ entity, least }): Json => certain(entity, least));
		const every: fc.Arbitrary<Json> = confidence.map(
			(least): Json => ({ all: [{ var: 'annotations' }, { '>=': [{ var: 'confidence' }, least] }] }),
		);
		const some: fc.Arbitrary<Json> = confidence.map(
			(least): Json => ({ some: [{ var: 'annotations' }, { '>': [{ var: 'confidence' }, least] }] }),
		);
		const junction = fc
			.record({ operator: fc.constantFrom('and', 'or'), parts: fc.array(leaf, { minLength: 2, maxLength: 3 }) })
			.map(({ operator, parts }): Json => ({ [operator]: parts }));
		const smallest = leaf.map(
			(one): Json => ({
				'>=': [{ min: entities.map((entity) => ({ confidence: entity })) }, (one as { '>=': Json[] })['>=']?.[1] ?? 0],
			}),
		);
		const conditions = fc.array(
			fc.oneof(
				leaf,
				every,
				some,
				junction,
				smallest,
				leaf.map((one): Json => ({ '!': [one] })),
			),
			{
				minLength: 1,
				maxLength: 4,
			},
		);
		let flipped = 0;
		fc.assert(
			fc.property(conditions, fc.array(confidence, { minLength: 3, maxLength: 3 }), (logics, confidences) => {
				const task = taskOf({
					annotations: entities.map((entity, index) => annotationOf(entity, 'x', confidences[index] ?? 0)),
				});
				const rules = { rule: ruleOf(Object.fromEntries(logics.map((logic, index) => [`c-${index}`, logic]))) };
				const input = inputOf(rules, task);
				const { outcome } = decide(input);
				for (const found of findCounterfactuals(input, decide(input))) {
					flipped += 1;
					const judge = (changes: typeof found.changes) =>
						decide({ ...input, reading: { kind: 'task', task: applyTold(task, changes) } }).outcome;
					expect(found.outcome).not.toBe(outcome);
					expect(judge(found.changes)).toBe(found.outcome);
					for (const spared of found.changes) {
						if (outcome === 'review') expect(judge(found.changes.filter((one) => one !== spared))).toBe('review');
					}
				}
			}),
			{ numRuns: 300 },
		);
		expect(flipped).toBeGreaterThan(200);
	});
});
