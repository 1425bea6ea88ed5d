import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRules, compareSets, decide, judgeInBulk, shareRules } from '../../../src/core/decision/index.ts';
import type { Json } from '../../../src/core/json.ts';
import { compileLogic } from '../../../src/core/language/index.ts';
import type { RuleSet } from '../../../src/core/ruleset/types.ts';
import type { Annotation, Task, TaskReading, TaskView } from '../../../src/core/task/index.ts';
import { soundPair, soundView } from '../language/arbitrary-pairs.ts';
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
/** Certain, and mostly there, so that many a task completes. */
const certainOnes = ['total', 'net', 'day'].map((one) => annotationOf(one, one === 'day' ? '01-06-2026' : '50', 1));
const annotations = fc.oneof(
	fc.constant(certainOnes),
	fc.subarray(certainOnes),
	fc.array(annotation, { maxLength: 4 }),
	annotation.map((one) => [...certainOnes, one]),
);
const reading: fc.Arbitrary<TaskReading> = fc.oneof(
	{
		weight: 12,
		arbitrary: fc
			.record({
				annotations,
				status: fc.constantFrom(...Array.from({ length: 9 }, () => 'REVIEWING'), 'COMPLETED'),
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
		let completed = 0;
		fc.assert(
			fc.property(ruleSet, reading, fc.constantFrom(true, true, true, false), (rules, one, projectKnown) => {
				const { outcome, reasons, shadow } = decideFor(rules, one, projectKnown);
				seen.add(outcome);
				if (outcome === 'complete') completed += 1;
				for (const found of Object.values(shadow)) seen.add(`shadow ${found}`);
				expect(judgeInBulk({ reading: one, ruleSet: rules, projectKnown, today })).toEqual({
					outcome,
					reasons: reasons.map(({ code }) => code),
					shadow,
				});
			}),
			{ numRuns: 800, seed: 20_260_602 },
		);
		expect(completed).toBeGreaterThan(10);
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
			{ numRuns: 300, seed: 20_260_603 },
		);
	});

	it('gives what a decision gives for conditions of any operators over any elements', () => {
		const counts = { complete: 0, review: 0, error: 0 };
		const pairs = fc.array(soundPair, { minLength: 1, maxLength: 2 });
		fc.assert(
			fc.property(pairs, soundView, fc.constantFrom('live', 'shadow'), (some, view, mode) => {
				const sound = some.filter(({ expression, locale }) => compileLogic(expression, { locale }).ok);
				const rules = sound.map(({ expression, locale }, index) => [
					`rule-${index}`,
					ruleOf([expression], { mode: index === 0 ? 'live' : mode, locale: locale ?? 'nl-NL' }),
				]);
				const loaded = loadOrNull(Object.fromEntries(rules));
				fc.pre(loaded !== null);
				const one: TaskReading = { kind: 'task', task: taskOfView(view as TaskView) };
				const decision = decideFor(loaded, one, true);
				counts[decision.outcome] += 1;
				if (decision.rules.some(({ conditions }) => conditions.some(({ outcome }) => outcome === 'error'))) {
					counts.error += 1;
				}
				expect(judgeInBulk({ reading: one, ruleSet: loaded, projectKnown: true, today })).toEqual({
					outcome: decision.outcome,
					reasons: decision.reasons.map(({ code }) => code),
					shadow: decision.shadow,
				});
			}),
			{ numRuns: 600, seed: 20_260_604 },
		);
		for (const count of Object.values(counts)) expect(count).toBeGreaterThan(30);
	});
});

function loadOrNull(rules: Readonly<Record<string, Json>>): RuleSet | null {
	if (Object.keys(rules).length === 0) return null;
	try {
		return ruleSetOf(rules);
	} catch {
		// Refused as a file: an expression that is valid can still be of no use in a rule.
		return null;
	}
}

/** A task that is seen as the view is, every element of it certain enough for the guards. */
function taskOfView(view: TaskView): Task {
	const boundsOf = ({ left, top, right, bottom }: TaskView['segments'][number]) =>
		left === null || top === null || right === null || bottom === null ? null : { left, top, right, bottom };
	const regionOf = (region: TaskView['segments'][number]) => ({
		id: region.id,
		page: region.page,
		confidence: region.confidence ?? 0.9,
		bounds: boundsOf(region),
	});
	return taskOf({
		stepType: 'EXTRACT',
		meta: view.meta,
		pageCount: view.counts.pages,
		annotations: [
			annotationOf('always', 'there', 0.95),
			...view.annotations.map((one) => ({
				...annotationOf(one.entity_id, one.content, one.confidence ?? 0.9, one.id),
				top: one.top,
				leftOfLine: one.left_of_line,
			})),
		],
		checkboxes: view.checkboxes.map((box) => ({ ...regionOf(box), checked: box.checked })),
		segments: view.segments.map(regionOf),
		signatures: view.signatures.map(regionOf),
	});
}

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
