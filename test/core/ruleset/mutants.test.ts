import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Json } from '../../../src/core/json.ts';
import { compileLogic, operators } from '../../../src/core/language/index.ts';
import { findMutants, loadRules, type Mutant } from '../../../src/core/ruleset/index.ts';
import { viewTask } from '../../../src/core/task/index.ts';
import { annotationOf, taskOf } from '../decision/task-of.ts';

const ruleWith = (logic: Json, rest: { readonly [key: string]: Json } = {}): Json => ({
	description: 'A rule.',
	mode: 'live',
	locale: 'nl-NL',
	conditions: [{ id: 'one', requirement: 'One.', logic }],
	...rest,
});

const changes = (mutants: readonly Mutant[]) => mutants.map(({ from, to }) => `${from} -> ${to}`);
/** Those of the expression alone. */
const changesOf = (logic: Json) => changes(findMutants(ruleWith(logic)).filter(({ condition }) => condition !== null));
const logicOf = ({ rule }: Mutant): Json => (rule as { conditions: { logic: Json }[] }).conditions[0]?.logic ?? null;

const total = { confidence: 'total' };
const surer = { '>=': [{ var: 'confidence' }, 0.9] };

describe('the mutants of an expression', () => {
	it.each<[string, Json, readonly string[]]>([
		['a threshold', { '>=': [total, 0.98] }, ['>= -> >', '>= -> <', '0.98 -> 0.97', '0.98 -> 0.99']],
		['a short threshold', { '>': [total, 0.9] }, ['> -> >=', '> -> <=', '0.9 -> 0.89', '0.9 -> 0.91']],
		['a long threshold', { '>=': [total, 0.985] }, ['>= -> >', '>= -> <', '0.985 -> 0.984', '0.985 -> 0.986']],
		['a threshold at the end', { '<': [total, 1] }, ['< -> <=', '< -> >=', '1 -> 0.99']],
		['a limit of an amount', { '<=': [{ number: 'a' }, 2500] }, ['<= -> <', '<= -> >', '2500 -> 2499', '2500 -> 2501']],
		['a limit at zero', { '>': [{ number: 'a' }, 0] }, ['> -> >=', '> -> <=', '0 -> -1', '0 -> 1']],
		['an equality', { '==': [{ content: 'a' }, 'EUR'] }, ['== -> !=']],
		['an inequality', { '!==': [{ content: 'a' }, 'EUR'] }, ['!== -> ===']],
		[
			'a day',
			{ '<': [{ date: 'a' }, '2026-03-01'] },
			['< -> <=', '< -> >=', '"2026-03-01" -> "2026-02-28"', '"2026-03-01" -> "2026-03-02"'],
		],
		['text that looks like a day', { '==': [{ content: 'a' }, '2026-03-01'] }, ['== -> !=']],
		[
			'a range',
			{ '<': [0, { number: 'a' }, 9.5] },
			[
				'< -> <=',
				'{"<":[0,{"number":"a"},9.5]} -> {"!":[{"<":[0,{"number":"a"},9.5]}]}',
				'0 -> -1',
				'0 -> 1',
				'9.5 -> 9.4',
				'9.5 -> 9.6',
				'0 -> nothing',
				'9.5 -> nothing',
			],
		],
		[
			'a junction',
			{ and: [{ present: 'a' }, { present: 'b' }] },
			[
				'and -> or',
				'{"and":[{"present":"a"},{"present":"b"}]} -> {"!":[{"and":[{"present":"a"},{"present":"b"}]}]}',
				'{"present":"a"} -> nothing',
				'{"present":"b"} -> nothing',
				'{"present":"a"} -> {"!":[{"present":"a"}]}',
				'{"present":"b"} -> {"!":[{"present":"b"}]}',
			],
		],
		[
			'a junction of one',
			{ or: [{ present: 'a' }] },
			['{"or":[{"present":"a"}]} -> {"!":[{"or":[{"present":"a"}]}]}', '{"present":"a"} -> {"!":[{"present":"a"}]}'],
		],
		['the same twice, once', { min: [total, total] }, ['min -> max', '{"confidence":"total"} -> nothing']],
		['a negation, once', { '!': { present: 'a' } }, ['{"!":{"present":"a"}} -> {"present":"a"}']],
		[
			'a list',
			{ all: [{ var: 'annotations' }, surer] },
			[
				'all -> some',
				'all -> none',
				'{"all":[{"var":"annotations"},{">=":[{"var":"confidence"},0.9]}]} -> {"!":[{"all":[{"var":"annotations"},{">=":[{"var":"confidence"},0.9]}]}]}',
				'>= -> >',
				'>= -> <',
				'0.9 -> 0.89',
				'0.9 -> 0.91',
			].map((change) => expect.stringContaining(change.slice(0, 77)) as unknown as string),
		],
		[
			'what is ticked',
			{ some: [{ var: 'checkboxes' }, { var: 'checked' }] },
			[
				'some -> all',
				'some -> none',
				expect.stringContaining('{"!":'),
				'{"var":"checked"} -> {"!":[{"var":"checked"}]}',
			],
		],
		[
			'the smallest of some',
			{ '>': [{ min: [total, { confidence: 'net' }] }, 0.5] },
			[
				'> -> >=',
				'> -> <=',
				'0.5 -> 0.49',
				'0.5 -> 0.51',
				'min -> max',
				'{"confidence":"total"} -> nothing',
				'{"confidence":"net"} -> nothing',
			],
		],
		[
			'a sum with a tolerance',
			{ within: [{ '+': [{ number: 'a' }, { number: 'b' }] }, { number: 'c' }, 0.01] },
			[
				expect.stringContaining('{"!":'),
				'0.01 -> 0',
				'0.01 -> 0.02',
				'+ -> -',
				'{"number":"a"} -> nothing',
				'{"number":"b"} -> nothing',
			],
		],
		[
			'allowed values',
			{ in: [{ content: 'a' }, ['x', 'y']] },
			[expect.stringContaining('{"!":'), '"x" -> nothing', '"y" -> nothing'],
		],
		['the only allowed value', { in: [{ content: 'a' }, ['x']] }, [expect.stringContaining('{"!":')]],
		['meta with a value', { hasMeta: ['name', 'x'] }, [expect.stringContaining('{"!":'), '"x" -> nothing']],
		[
			'an else',
			{ if: [{ present: 'a' }, { present: 'b' }, true] },
			['true -> false', expect.stringContaining('"a"'), expect.stringContaining('"b"')],
		],
	])('%s', (_what, logic, wanted) => {
		expect(changesOf(logic)).toEqual(wanted);
	});

	it('are what the change says, in the place that it names', () => {
		const rule = ruleWith({ and: [{ '>=': [total, 0.98] }, { in: [{ content: 'a' }, ['x', 'y']] }] });
		const found = findMutants(rule).find(({ to }) => to === '0.99');
		expect(found).toMatchObject({
			kind: 'threshold',
			part: 'one',
			condition: 0,
			path: ['conditions', 0, 'logic', 'and', 0, '>=', 1],
			what: 'value',
			rule: ruleWith({ and: [{ '>=': [total, 0.99] }, { in: [{ content: 'a' }, ['x', 'y']] }] }),
		});
		const listed = findMutants(rule).find(({ from }) => from === '"y"');
		expect(listed?.path).toEqual(['conditions', 0, 'logic', 'and', 1, 'in', 1, 1]);
		expect(listed && logicOf(listed)).toEqual({ and: [{ '>=': [total, 0.98] }, { in: [{ content: 'a' }, ['x']] }] });
	});
});

describe('the mutants of a rule', () => {
	const rule = ruleWith(
		{ '>=': [total, 0.98] },
		{
			appliesTo: {
				projects: ['p'],
				stepTypes: ['EXTRACT', 'CLASSIFY'],
				meta: { category: ['invoice'], language: ['nl', 'de'] },
				logic: { '>=': [{ var: 'counts.pages' }, 2] },
			},
			requiredEntities: ['total', 'net'],
		},
	);

	it('leave out each part that the rule has', () => {
		const dropped = findMutants(rule).filter(({ kind }) => kind.startsWith('drop-'));
		expect(dropped.map(({ part, from }) => [part, from])).toEqual([
			['applies', '"projects": ["p"]'],
			['applies', '"EXTRACT"'],
			['applies', '"CLASSIFY"'],
			['applies', '"category": ["invoice"]'],
			['applies', '"language": ["nl","de"]'],
			['applies', '"nl"'],
			['applies', '"de"'],
			['applies', '"logic": {">=":[{"var":"counts.pages"},2]}'],
			['required:total', '"total"'],
			['required:net', '"net"'],
			['one', 'one'],
		]);
		const [first] = dropped;
		expect(first?.rule).toHaveProperty('appliesTo.meta');
		expect(first?.rule).not.toHaveProperty('appliesTo.projects');
	});

	it('change the logic of what it applies to', () => {
		const found = findMutants(rule).filter(({ path }) => path[1] === 'logic' && path.length > 2);
		expect(changes(found)).toEqual(['>= -> >', '>= -> <', '2 -> 1', '2 -> 3']);
		expect(found.every(({ condition, part }) => condition === null && part === 'applies')).toBe(true);
	});

	it('leave the rule as it was', () => {
		const before = JSON.stringify(rule);
		findMutants(rule);
		expect(JSON.stringify(rule)).toBe(before);
	});
});

/** One expression for each operator of the language, as the guide and the editors show it. */
const examples = operators.map(({ name, example }) => [name, JSON.parse(example) as Json] as const);

describe('whatever the operator', () => {
	it.each(examples)(
		'%s: each mutant is another rule, given once, that the loader takes or refuses',
		(_name, example) => {
			const logic = { and: [example, { '!': [{ or: [example, { present: 'x' }] }] }] };
			const rule = ruleWith(logic);
			const mutants = findMutants(rule);
			const texts = mutants.map((mutant) => canonicalJson(mutant.rule));
			expect(new Set([...texts, canonicalJson(rule)]).size).toBe(texts.length + 1);
			const refused = mutants.filter(
				(mutant) => !loadRules([{ name: 'a.json', text: JSON.stringify(mutant.rule) }]).ok,
			);
			// A rule wants one condition.
			expect(refused.map(({ kind }) => kind)).toEqual(['drop-condition']);
		},
	);
});

it('a hint about a threshold is true: there the rule is as it says, and the mutant is not', () => {
	const hundredths = (least: number, most: number) => fc.integer({ min: least, max: most }).map((one) => one / 100);
	const limit = hundredths(2, 98);
	const operator = fc.constantFrom('>', '>=', '<', '<=');
	const logics = fc.oneof(
		fc.tuple(operator, limit).map(([one, at]): Json => ({ [one]: [total, at] })),
		fc.tuple(operator, limit).map(([one, at]): Json => ({ [one]: [at, total] })),
		fc
			.tuple(fc.constantFrom('<', '<='), hundredths(2, 40), hundredths(60, 98))
			.map(([one, from, to]): Json => ({ [one]: [from, total, to] })),
	);
	const outcomeOf = (logic: Json, confidence: number) => {
		const compiled = compileLogic(logic, { locale: null });
		if (!compiled.ok) throw new Error('refused');
		const view = viewTask(taskOf({ annotations: [annotationOf('total', 'x', confidence)] }));
		return compiled.compiled.evaluate({ view, today: '2026-06-01' }).outcome;
	};
	fc.assert(
		fc.property(logics, (logic) => {
			const nudged = findMutants(ruleWith(logic)).filter(({ kind }) => kind === 'threshold');
			expect(nudged.length).toBeGreaterThan(1);
			for (const mutant of nudged) {
				const [, at, not] = /at exactly ([\d.]+): it must (not )?hold there$/.exec(mutant.hint) ?? [];
				const wanted = not === undefined ? 'pass' : 'fail';
				expect([mutant.hint, outcomeOf(logic, Number(at))]).toEqual([mutant.hint, wanted]);
				expect(outcomeOf(logicOf(mutant), Number(at))).not.toBe(wanted);
			}
		}),
		{ seed: 7, numRuns: 150 },
	);
});
