import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRules, compareSets, decide, judgeInBulk, shareRules } from '../../../src/core/decision/index.ts';
import type { Json } from '../../../src/core/json.ts';
import type { RuleSet } from '../../../src/core/ruleset/types.ts';
import type { Annotation, TaskReading } from '../../../src/core/task/index.ts';
import { ruleSetOf } from './rule-set-of.ts';
import { annotationOf, taskOf } from './task-of.ts';

const certain = (entity: string, least: number): Json => ({ '>=': [{ confidence: entity }, least] });
const ruleOf = (logics: readonly Json[], changes: Readonly<Record<string, Json>> = {}): Json => ({
	description: 'A rule of the tests.',
	mode: 'live',
	locale: 'nl-NL',
	conditions: logics.map((logic, index) => ({ id: `c-${index}`, requirement: 'It must be so.', logic })),
	auditShare: 0.05,
	...changes,
});

const share = fc.constantFrom(0, 0.5, 0.9, 1);
const entity = fc.constantFrom('total', 'net', 'day');
const logic: fc.Arbitrary<Json> = fc.oneof(
	fc.tuple(entity, share).map(([one, least]) => certain(one, least)),
	share.map((least): Json => ({ all: [{ var: 'annotations' }, { '>=': [{ var: 'confidence' }, least] }] })),
	entity.map((one): Json => ({ '<': [0, { number: one }, 100] })),
	entity.map((one): Json => ({ '<=': [{ date: one }, { today: [] }] })),
	entity.map((one): Json => ({ within: [{ number: 'net' }, { number: one }, 0.01] })),
	share.map((least): Json => ({ some: [{ var: 'signatures' }, { '>': [{ var: 'confidence' }, least] }] })),
);
const rule = fc
	.record({
		logics: fc.uniqueArray(logic, { minLength: 1, maxLength: 3, selector: (one) => JSON.stringify(one) }),
		mode: fc.constantFrom('live', 'live', 'shadow', 'off'),
		appliesTo: fc.oneof(
			fc.constantFrom<Json>(
				{},
				{ meta: { category: ['invoice'] } },
				{ meta: { category: ['receipt'] } },
				{ stepTypes: ['EXTRACT', 'VALIDATE'] },
				{ projects: ['proj_2'] },
			),
			logic.map((one): Json => ({ logic: one })),
		),
		requiredEntities: fc.uniqueArray(entity, { maxLength: 2 }),
	})
	.map(({ logics, ...changes }) => ruleOf(logics, changes));
const ruleSet = fc
	.dictionary(fc.constantFrom('a', 'b', 'c'), rule, { maxKeys: 3 })
	.filter((rules) => Object.keys(rules).length > 0)
	.map(ruleSetOf);

const annotation = fc
	.record({
		entity,
		content: fc.constantFrom(null, '', '50', '50,00', '1.210,00', '01-06-2026', '03-06-2026', 'EUR'),
		confidence: fc.oneof({ arbitrary: share, weight: 8 }, { arbitrary: fc.constant(null), weight: 1 }),
	})
	.map(({ entity: one, content, confidence }): Annotation => annotationOf(one, content, confidence));
const reading: fc.Arbitrary<TaskReading> = fc.oneof(
	{
		weight: 12,
		arbitrary: fc
			.record({
				annotations: fc.array(annotation, { maxLength: 5 }),
				status: fc.constantFrom('REVIEWING', 'REVIEWING', 'REVIEWING', 'COMPLETED'),
				stepType: fc.constantFrom('EXTRACT', 'EXTRACT', 'VALIDATE'),
				meta: fc.subarray([
					{ name: 'category', value: 'invoice' },
					{ name: 'category', value: 'receipt' },
				]),
			})
			.map((changes): TaskReading => ({ kind: 'task', task: taskOf(changes) })),
	},
	{
		weight: 1,
		arbitrary: fc.constant<TaskReading>({ kind: 'malformed', faults: [{ path: 'id', message: 'is gone' }] }),
	},
);
const today = '2026-06-02';

const decideFor = (rules: RuleSet, one: TaskReading, projectKnown: boolean) =>
	decide({
		reading: one,
		ruleSet: rules,
		projectKnown,
		today,
		version: '1.2.3',
		fingerprint: '',
		draw: { u: 0, keyId: 'key' },
		braked: new Set(['a']),
	});

describe('judging in bulk', () => {
	it('gives the outcome, the reasons and the shadow outcomes that a decision gives', () => {
		const seen = new Set<string>();
		fc.assert(
			fc.property(ruleSet, reading, fc.boolean(), (rules, one, projectKnown) => {
				const { outcome, reasons, shadow } = decideFor(rules, one, projectKnown);
				seen.add(outcome);
				for (const found of Object.values(shadow)) seen.add(`shadow ${found}`);
				expect(judgeInBulk({ reading: one, ruleSet: rules, projectKnown, today })).toEqual({
					outcome,
					reasons: reasons.map(({ code }) => code),
					shadow,
				});
			}),
			{ numRuns: 1_500 },
		);
		expect([...seen].sort()).toEqual([
			'complete',
			'review',
			'shadow complete',
			'shadow not-applicable',
			'shadow review',
		]);
	});

	it('gives the same for two sets at once, with what they share judged once', () => {
		fc.assert(
			fc.property(ruleSet, ruleSet, reading, (before, after, one) => {
				const compared = compareSets(before, shareRules(before, after), one, today);
				const [old, now] = [decideFor(before, one, true), decideFor(after, one, true)];
				expect(compared.before.outcome).toBe(old.outcome);
				expect(compared.after.outcome).toBe(now.outcome);
				expect(compared.after.reasons).toEqual(now.reasons.map(({ code }) => code));
				const direction = now.outcome === 'complete' ? 'newly-completes' : 'newly-left';
				expect(compared.flip?.direction).toBe(old.outcome === now.outcome ? undefined : direction);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('what differs between two sets', () => {
	const [one, other] = [ruleOf([certain('total', 0.9)]), ruleOf([certain('total', 0.5)])];
	const inMode = (mode: string) => ruleOf([certain('total', 0.9)], { mode });

	it.each([
		['nothing', { a: one }, { a: one }, []],
		['a threshold', { a: one }, { a: other }, [['a', 'changed']]],
		['a new rule', { a: one }, { a: one, b: one }, [['b', 'added']]],
		['a live rule that is gone', { a: one, b: one }, { a: one }, [['b', 'left-live']]],
		['a shadow rule that is gone', { a: one, b: inMode('shadow') }, { a: one }, [['b', 'removed']]],
		['a rule that left live', { a: one }, { a: inMode('shadow') }, [['a', 'left-live']]],
		['a rule that went live', { a: inMode('off') }, { a: one }, [['a', 'went-live']]],
		['a mode without a vote', { a: inMode('off') }, { a: inMode('shadow') }, [['a', 'changed']]],
	])('%s', (_what, before, after, changes) => {
		const found = compareRules(ruleSetOf(before as Record<string, Json>), ruleSetOf(after as Record<string, Json>));
		expect(found.map(({ id, change }) => [id, change])).toEqual(changes);
	});
});
