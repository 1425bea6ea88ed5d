import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, disagreements, elementRecords, redactDecision } from '../../../src/core/decision/index.ts';
import type { DecisionInput } from '../../../src/core/decision/types.ts';
import type { Json } from '../../../src/core/json.ts';
import type { RuleSet } from '../../../src/core/ruleset/types.ts';
import type { Task } from '../../../src/core/task/index.ts';
import { ruleSetOf } from './rule-set-of.ts';
import { annotationOf, taskOf } from './task-of.ts';

type RuleText = { readonly [key: string]: Json };

const atLeast = (entity: string, threshold: number): Json => ({
	id: `${entity.replaceAll('_', '-')}-certain`,
	requirement: `${entity} must be certain.`,
	logic: { '>=': [{ confidence: entity }, threshold] },
});

const ruleOf = (changes: RuleText = {}): RuleText => ({
	description: 'A rule of the tests.',
	mode: 'live',
	appliesTo: { meta: { category: ['invoice'] } },
	locale: 'nl-NL',
	conditions: [atLeast('total_amount', 0.98)],
	auditShare: 0.05,
	...changes,
});

function judge(ruleSet: RuleSet, task: Task, changes: Partial<DecisionInput> = {}) {
	return decide({
		reading: { kind: 'task', task },
		ruleSet,
		projectKnown: true,
		today: '2026-06-02',
		version: '1.2.3',
		fingerprint: 'f'.repeat(64),
		draw: { u: 0.5, keyId: 'key' },
		braked: new Set(),
		...changes,
	});
}

const codes = (decision: { reasons: readonly { code: string }[] }) => decision.reasons.map(({ code }) => code);

describe('a task whose every condition holds', () => {
	it('is completed, and the decision says by which rules and under which revision', () => {
		const ruleSet = ruleSetOf({ invoice: ruleOf() });
		const decision = judge(ruleSet, taskOf());
		expect(decision).toMatchObject({
			outcome: 'complete',
			reasons: [],
			applying: ['invoice'],
			revision: ruleSet.revision,
			logicRevision: ruleSet.logicRevision,
			version: '1.2.3',
			draw: { u: 0.5, keyId: 'key' },
		});
		expect(decision.withheld).toBeUndefined();
		expect(decision.guards.map(({ id, outcome }) => [id, outcome])).toEqual([
			['readable', 'pass'],
			['project-known', 'pass'],
			['in-review', 'pass'],
			['not-exported', 'pass'],
			['has-elements', 'pass'],
			['confidences-valid', 'pass'],
		]);
	});

	it('takes the largest audit share and the longest waits of the rules that apply', () => {
		const ruleSet = ruleSetOf({
			a: ruleOf({ auditShare: 0.02, holdMinutes: 5, quietMinutesAfterOpened: 30 }),
			b: ruleOf({ auditShare: 0.1, holdMinutes: 0, quietMinutesAfterOpened: 10 }),
			elsewhere: ruleOf({ auditShare: 1, holdMinutes: 99, appliesTo: { meta: { category: ['receipt'] } } }),
			shadow: ruleOf({ auditShare: 1, holdMinutes: 99, mode: 'shadow' }),
		});
		expect(judge(ruleSet, taskOf())).toMatchObject({ auditShare: 0.1, holdMinutes: 5, quietMinutesAfterOpened: 30 });
	});

	it('is withheld when its draw is below the share, and only then; the outcome stays the same', () => {
		const ruleSet = ruleSetOf({ invoice: ruleOf() });
		const drawn = judge(ruleSet, taskOf(), { draw: { u: 0.0499, keyId: 'key' } });
		expect([drawn.outcome, drawn.withheld]).toEqual(['complete', 'audit']);
		const not = judge(ruleSet, taskOf(), { draw: { u: 0.05, keyId: 'key' } });
		expect([not.outcome, not.withheld]).toEqual(['complete', undefined]);
	});

	it('is withheld by a brake on a live rule that applies, and by no other', () => {
		const ruleSet = ruleSetOf({ invoice: ruleOf(), shadow: ruleOf({ mode: 'shadow' }) });
		expect(judge(ruleSet, taskOf(), { braked: new Set(['invoice']) })).toMatchObject({
			outcome: 'complete',
			withheld: 'braked',
		});
		expect(judge(ruleSet, taskOf(), { braked: new Set(['shadow', 'unknown']) }).withheld).toBeUndefined();
	});
});

describe('guards', () => {
	const ruleSet = ruleSetOf({ invoice: ruleOf() });
	const region = { id: 'r', page: 2, bounds: null };
	const cases: readonly (readonly [reason: string, task: Partial<Task>])[] = [
		['guard:readable', { faults: [{ path: 'pages[0].annotations[0].top', message: 'is not a number' }] }],
		['guard:in-review', { status: 'PROCESSING' }],
		['guard:in-review', { status: 'COMPLETED' }],
		['guard:in-review', { status: 'ARCHIVED' }],
		['guard:not-exported', { exportedAt: '2026-06-01T09:00:00Z' }],
		['guard:confidences-valid', { signatures: [{ ...region, confidence: null }] }],
		['guard:confidences-valid', { segments: [{ ...region, confidence: 98 }] }],
		['guard:confidences-valid', { checkboxes: [{ ...region, confidence: Number.NaN, checked: true }] }],
		['guard:confidences-valid', { segments: [{ ...region, confidence: -0.01 }] }],
	];
	it.each(cases)('%s stops %j, although every rule holds', (reason, changes) => {
		const decision = judge(ruleSet, taskOf(changes));
		expect(decision.outcome).toBe('review');
		expect(codes(decision)).toEqual([reason]);
		// All is evaluated: the page never says "unknown".
		expect(decision.rules[0]?.outcome).toBe('complete');
	});

	it('guard:has-elements stops a task of which nothing was read', () => {
		expect(codes(judge(ruleSet, taskOf({ annotations: [] })))[0]).toBe('guard:has-elements');
	});

	it('guard:project-known stops a task of another project', () => {
		expect(codes(judge(ruleSet, taskOf(), { projectKnown: false }))).toEqual(['guard:project-known']);
	});

	it('an answer that is no task is left to a person, with the first fault', () => {
		const decision = judge(ruleSet, taskOf(), {
			reading: { kind: 'malformed', faults: [{ path: 'pages', message: 'is missing' }] },
			fingerprint: '',
		});
		expect(decision.outcome).toBe('review');
		expect(decision.reasons[0]).toEqual({
			code: 'guard:readable',
			sentence: 'The answer of Send AI is no task: pages: is missing.',
		});
		expect(decision.rules).toEqual([]);
	});

	it('do not repeat a status that is no plain word', () => {
		const decision = judge(ruleSet, taskOf({ status: 'Jan Jansen, Dorpsstraat 1' }));
		expect(JSON.stringify(decision.reasons)).not.toContain('Jansen');
	});
});

describe('which rules apply', () => {
	const applies = (appliesTo: Json, task = taskOf()) =>
		judge(ruleSetOf({ invoice: ruleOf({ appliesTo }) }), task).rules[0]?.applies;

	it('every task of its step when nothing is given', () => {
		expect(applies({})).toBe('yes');
		expect(applies({}, taskOf({ stepType: 'CLASSIFY' }))).toBe('no');
		expect(applies({ stepTypes: ['CLASSIFY'] }, taskOf({ stepType: 'CLASSIFY' }))).toBe('yes');
	});

	it('by project, by meta, and by logic; all that is given must hold', () => {
		expect(applies({ projects: ['proj_2'] })).toBe('no');
		expect(applies({ projects: ['proj_1', 'proj_2'] })).toBe('yes');
		expect(applies({ meta: { category: ['receipt', 'invoice'] } })).toBe('yes');
		expect(applies({ meta: { category: ['Invoice'] } })).toBe('no');
		expect(applies({ meta: { category: ['invoice'], supplier: ['acme'] } })).toBe('no');
		expect(applies({ logic: { '>': [{ var: 'counts.annotations' }, 1] } })).toBe('yes');
		expect(applies({ logic: { '>': [{ var: 'counts.annotations' }, 2] } })).toBe('no');
		expect(applies({ projects: ['proj_2'], logic: { '>': [{ var: 'counts.annotations' }, 1] } })).toBe('no');
	});

	it('a name with several values, only some of which are allowed, is a veto', () => {
		const meta = [
			{ name: 'category', value: 'invoice' },
			{ name: 'category', value: 'contract' },
		];
		const decision = judge(ruleSetOf({ invoice: ruleOf(), wide: ruleOf({ appliesTo: {} }) }), taskOf({ meta }));
		expect(decision.outcome).toBe('review');
		expect(codes(decision)).toEqual(['rule:invoice:applies']);
		expect(JSON.stringify(decision)).not.toContain('contract');
	});

	it('an error in its logic is a veto, not a skip', () => {
		const broken = { logic: { '>=': [{ confidence: 'no_such_entity' }, 0.5] } };
		const decision = judge(
			ruleSetOf({ broken: ruleOf({ appliesTo: broken }), wide: ruleOf({ appliesTo: {} }) }),
			taskOf(),
		);
		expect(decision.outcome).toBe('review');
		expect(codes(decision)).toEqual(['rule:broken:applies']);
		expect(decision.rules.find(({ id }) => id === 'broken')).toMatchObject({ appliesError: 'missing-entity' });
	});

	it('no live rule: left to a person, whatever a shadow rule says', () => {
		const decision = judge(ruleSetOf({ shadow: ruleOf({ mode: 'shadow' }), off: ruleOf({ mode: 'off' }) }), taskOf());
		expect([decision.outcome, codes(decision)]).toEqual(['review', ['no-live-rule']]);
		expect(decision.shadow).toEqual({ shadow: 'complete' });
		expect(decision.rules.map(({ id }) => id)).toEqual(['shadow']);
	});

	it('an empty folder completes nothing', () => {
		expect(codes(judge(ruleSetOf({}), taskOf()))).toEqual(['no-live-rule']);
	});
});

describe('rules that apply', () => {
	it('must all hold, and every condition is evaluated', () => {
		const ruleSet = ruleSetOf({
			a: ruleOf({ conditions: [atLeast('total_amount', 0.999), atLeast('invoice_date', 0.99)] }),
			b: ruleOf({ conditions: [atLeast('total_amount', 0.9)] }),
		});
		const decision = judge(ruleSet, taskOf());
		expect(decision.outcome).toBe('review');
		expect(codes(decision)).toEqual(['rule:a:total-amount-certain', 'rule:a:invoice-date-certain']);
		expect(decision.reasons[0]?.sentence).toMatch(/total_amount was read with 0\.99.*0\.999/);
	});

	const required: readonly (readonly [what: string, annotations: Task['annotations'], sentence: string])[] = [
		['missing', [annotationOf('total_amount', '1,00', 1)], 'invoice_date is missing.'],
		[
			'empty',
			[annotationOf('total_amount', '1,00', 1), annotationOf('invoice_date', ' \u00a0', 1)],
			'invoice_date is empty.',
		],
		[
			'null',
			[annotationOf('total_amount', '1,00', 1), annotationOf('invoice_date', null, 1)],
			'invoice_date is empty.',
		],
		[
			'once empty',
			[
				annotationOf('total_amount', '1,00', 1),
				annotationOf('invoice_date', '01-06-2026', 1),
				annotationOf('invoice_date', '', 1, 'second'),
			],
			'invoice_date is empty.',
		],
	];
	it.each(required)('a required entity that is %s leaves the task to a person', (_what, annotations, sentence) => {
		const ruleSet = ruleSetOf({ invoice: ruleOf({ requiredEntities: ['total_amount', 'invoice_date'] }) });
		const decision = judge(ruleSet, taskOf({ annotations }));
		expect(decision.reasons).toEqual([{ code: 'rule:invoice:required:invoice_date', sentence }]);
	});
});

describe('laws', () => {
	const confidence = fc.constantFrom(0, 0.5, 0.9, 0.95, 0.98, 0.99, 1);
	const taskArb = fc
		.record({
			total: confidence,
			date: confidence,
			extra: fc.boolean(),
			category: fc.constantFrom('invoice', 'receipt'),
		})
		.map(({ total, date, extra, category }) =>
			taskOf({
				meta: [{ name: 'category', value: category }],
				annotations: [
					annotationOf('total_amount', '1.210,00', total),
					annotationOf('invoice_date', '01-06-2026', date),
					...(extra ? [annotationOf('iban', 'NL00', 0.9)] : []),
				],
			}),
		);
	const conditionArb = fc
		.tuple(fc.constantFrom('total_amount', 'invoice_date', 'iban'), fc.constantFrom(0.5, 0.9, 0.98, 0.999))
		.map(([entity, threshold]) => atLeast(entity, threshold));
	const ruleArb = (mode: string) =>
		fc
			.record({
				conditions: fc.uniqueArray(conditionArb, {
					minLength: 1,
					maxLength: 3,
					selector: (condition) => JSON.stringify((condition as { id: string }).id),
				}),
				appliesTo: fc.constantFrom<Json>({}, { meta: { category: ['invoice'] } }, { meta: { category: ['receipt'] } }),
			})
			.map((rule) => ruleOf({ ...rule, mode }));

	it('a further live rule never turns review into completion where a live rule already applies', () => {
		fc.assert(
			fc.property(taskArb, ruleArb('live'), ruleArb('live'), (task, first, second) => {
				const before = judge(ruleSetOf({ first }), task);
				fc.pre(before.applying.length > 0);
				const after = judge(ruleSetOf({ first, second }), task);
				if (before.outcome === 'review') expect(after.outcome).toBe('review');
			}),
		);
	});

	it('a further condition never turns review into completion', () => {
		fc.assert(
			fc.property(taskArb, ruleArb('live'), fc.constantFrom(0.5, 0.99), (task, rule, threshold) => {
				const stricter = {
					...rule,
					conditions: [
						...(rule.conditions as Json[]),
						{ id: 'further', requirement: 'More.', logic: { '>=': [{ confidence: 'total_amount' }, threshold] } },
					],
				};
				const before = judge(ruleSetOf({ rule }), task);
				if (before.outcome === 'review') expect(judge(ruleSetOf({ rule: stricter }), task).outcome).toBe('review');
			}),
		);
	});

	it('shadow rules, brakes and draws never change an outcome', () => {
		fc.assert(
			fc.property(
				taskArb,
				ruleArb('live'),
				ruleArb('shadow'),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(task, live, shadow, u) => {
					const alone = judge(ruleSetOf({ live }), task);
					const beside = judge(ruleSetOf({ live, shadow }), task, {
						braked: new Set(['live', 'shadow']),
						draw: { u, keyId: 'other' },
					});
					expect(beside.outcome).toBe(alone.outcome);
					expect(beside.reasons).toEqual(alone.reasons);
				},
			),
		);
	});
});

describe('what may be stored', () => {
	const secret = 'Dorpsstraat 12';
	const ruleSet = ruleSetOf({
		invoice: ruleOf({
			conditions: [
				atLeast('total_amount', 0.98),
				{ id: 'address', requirement: 'At home.', logic: { '==': [{ content: 'address' }, 'Kerkweg 1'] } },
				{ id: 'name', requirement: 'Named.', logic: { '==': [{ var: 'task.name' }, 'x'] } },
				{ id: 'supplier', requirement: 'Known.', logic: { hasMeta: ['supplier', 'acme'] } },
			],
		}),
	});
	const task = taskOf({
		name: `${secret}.pdf`,
		meta: [
			{ name: 'category', value: 'invoice' },
			{ name: 'supplier', value: secret },
		],
		annotations: [annotationOf('total_amount', '1.210,00', 0.91), annotationOf('address', secret, 0.99)],
	});

	it('holds no document text, task name or meta value, and still says what was looked at', () => {
		const stored = JSON.stringify(redactDecision(judge(ruleSet, task)));
		expect(stored).not.toContain(secret);
		expect(stored).not.toContain('1.210,00');
		expect(stored).toContain('0.91');
		expect(stored).toContain('"type":"text"');
	});

	it('keeps of each element id, kind, entity, page, confidence and a keyed hash', () => {
		const hashed: string[] = [];
		const records = elementRecords(
			{ ...task, checkboxes: [{ id: 'chk', page: 2, confidence: 0.8, checked: true, bounds: null }] },
			(text) => {
				hashed.push(text);
				return `hash-${hashed.length}`;
			},
		);
		expect(records).toEqual({
			version: 2,
			normaliser: 1,
			elements: [
				{
					id: 'ann_total_amount',
					kind: 'annotation',
					entity: 'total_amount',
					page: 1,
					confidence: 0.91,
					hash: 'hash-1',
				},
				{ id: 'ann_address', kind: 'annotation', entity: 'address', page: 1, confidence: 0.99, hash: 'hash-2' },
				{ id: 'chk', kind: 'checkbox', page: 2, confidence: 0.8, hash: 'hash-3' },
			],
		});
		expect(new Set(hashed).size).toBe(3);
		expect(hashed[1]).toContain(secret);
	});

	it('equates values that read alike, and no others', () => {
		const hashOf = (content: string) => {
			const [{ hash } = { hash: '' }] = (
				elementRecords(taskOf({ annotations: [annotationOf('a', content, 1)] }), (text) => text) as unknown as {
					readonly elements: readonly { readonly hash: string }[];
				}
			).elements;
			return hash;
		};
		expect(hashOf('  Caf\u00e9\n de  Zaak ')).toBe(hashOf('Cafe\u0301 de Zaak'));
		for (const [one, other] of [
			['1.234', '1234'],
			['1.234', '1,234'],
			['A', 'a'],
			['01-02-2026', '2026-02-01'],
			['a b', 'ab'],
		] as const) {
			expect(hashOf(one)).not.toBe(hashOf(other));
		}
	});

	it('equal values of different elements or tasks have different hashes', () => {
		const texts: string[] = [];
		const note = (text: string) => {
			texts.push(text);
			return text;
		};
		const twice = [annotationOf('a', 'same', 1, 'one'), annotationOf('a', 'same', 1, 'two')];
		elementRecords(taskOf({ annotations: twice }), note);
		elementRecords(taskOf({ id: 'task_2', annotations: twice }), note);
		expect(new Set(texts).size).toBe(4);
	});
});

it('a disagreement of the two evaluators is named', () => {
	const decision = judge(ruleSetOf({ invoice: ruleOf() }), taskOf());
	expect(disagreements(decision)).toEqual([]);
	const [rule] = decision.rules;
	const [condition] = rule?.conditions ?? [];
	if (rule === undefined || condition === undefined) throw new Error('the rule has no condition');
	const odd = { ...condition, outcome: 'error' as const, error: 'engines-disagree' };
	expect(
		disagreements({ ...decision, rules: [{ ...rule, appliesError: 'engines-disagree', conditions: [odd] }] }),
	).toEqual(['rule:invoice:applies', 'rule:invoice:total-amount-certain']);
});
