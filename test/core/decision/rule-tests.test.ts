/** Cases of a rule, what they have shown of it, and the mutants that they notice. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGuards } from '../../../src/core/decision/check-guards.ts';
import { measureCoverage, runMutants, runRuleTests } from '../../../src/core/decision/index.ts';
import type { Json } from '../../../src/core/json.ts';
import { commonReasons, loadRules, type RuleSuite } from '../../../src/core/ruleset/index.ts';
import { parseTask } from '../../../src/sendai/task-schema.ts';
import { suiteOf } from '../ruleset/suite-of.ts';
import { taskOf } from './task-of.ts';

const annotation = (entity_id: string, content: string, confidence: number) => ({
	id: `ann_${entity_id}`,
	entity_id,
	confidence,
	content,
	top: 10,
	left_of_line: 20,
});

const right = {
	id: 'task_1',
	name: 'invoice.pdf',
	created_at: '2026-06-01T08:00:00Z',
	status: 'REVIEWING',
	step_type: 'EXTRACT',
	upload_id: 'upl_1',
	project_id: 'proj_1',
	exported_at: null,
	export_failed_at: null,
	last_opened_at: null,
	meta: [{ name: 'category', value: 'invoice' }],
	pages: [
		{
			id: 'page_1',
			annotations: [annotation('total', '10,00', 0.99), annotation('day', '01-06-2026', 0.97)],
			checkboxes: [],
			segments: [],
			signatures: [],
		},
	],
};

const rule = {
	description: 'Invoices whose total is certain.',
	mode: 'live',
	locale: 'nl-NL',
	appliesTo: { meta: { category: ['invoice'] } },
	requiredEntities: ['total'],
	conditions: [
		{ id: 'certain', requirement: 'Certain.', logic: { '>=': [{ confidence: 'total' }, 0.98] } },
		{ id: 'past', requirement: 'Written by today.', logic: { '<=': [{ date: 'day' }, { today: [] }] } },
	],
};

type Change = Readonly<Record<string, Json>>;
interface Case {
	readonly change?: Change;
	readonly expect?: 'complete' | 'review';
	readonly because?: readonly string[];
	readonly today?: string;
}

const testsOf = (cases: readonly Case[]): Json => ({
	fixtures: { right },
	tests: cases.map(({ change = {}, expect = 'review', ...rest }, index) => ({
		name: `case ${index}`,
		task: { fixture: 'right', ...change },
		expect,
		...rest,
	})),
});

const suiteWith = (cases: readonly Case[], changed: Change = {}) => suiteOf({ ...rule, ...changed }, testsOf(cases));
const runAll = ({ rule: one, tests }: RuleSuite) => (tests === null ? [] : runRuleTests(one, tests.content, parseTask));
/** What a single case comes to: whether it passed, and what was found. */
function runOne(one: Case, changed: Change = {}) {
	const [run] = runAll(suiteWith([one], changed));
	return [run?.passed, run?.found.outcome, ...(run?.found.because ?? [])];
}

const unsure = { annotations: { total: { confidence: 0.97 } } };

describe('a case', () => {
	it('passes when the outcome is the expected one', () => {
		expect(runOne({ expect: 'complete' })).toEqual([true, 'complete']);
		expect(runOne({ expect: 'review' })).toEqual([false, 'complete']);
		expect(runOne({ expect: 'complete', change: unsure })).toEqual([false, 'review', 'certain']);
		expect(runOne({ expect: 'review', change: unsure })).toEqual([true, 'review', 'certain']);
	});

	it.each(['live', 'shadow', 'off'])('is judged as if live by a rule that is %s', (mode) => {
		expect(runOne({ expect: 'complete' }, { mode })).toEqual([true, 'complete']);
	});

	it('wants exactly the reasons that it names, in whatever order', () => {
		const change = { annotations: { total: { confidence: 0.97 }, day: { content: '02-06-2026' } } };
		expect(runOne({ change, because: ['past', 'certain'] })).toEqual([true, 'review', 'certain', 'past']);
		expect(runOne({ change, because: ['certain'] })[0]).toBe(false);
		expect(runOne({ change: unsure, because: ['certain', 'past'] })[0]).toBe(false);
		expect(runOne({ change, because: ['past'], today: '2026-06-02' })[0]).toBe(false);
		expect(runOne({ change, because: ['certain'], today: '2026-06-02' })[0]).toBe(true);
	});

	it.each<[string, Change, readonly string[]]>([
		['is not for it', { meta: { category: 'contract' } }, ['applies:no']],
		['lacks what is required', { annotations: { total: null } }, ['required:total', 'certain']],
		['is not in review', { task: { status: 'COMPLETED' } }, ['guard:in-review']],
		['has been exported', { task: { exported_at: '2026-06-01T09:00:00Z' } }, ['guard:not-exported']],
		[
			'has a confidence that is none',
			{ add: { annotations: [{ ...annotation('extra', 'x', 7) }] } },
			['guard:confidences-valid'],
		],
		[
			'cannot be read',
			{ task: { id: 7 } },
			['guard:readable', 'guard:in-review', 'guard:not-exported', 'guard:has-elements', 'guard:confidences-valid'],
		],
	])('says so when the task %s', (_what, change, reasons) => {
		expect(runOne({ change })).toEqual([true, 'review', ...reasons]);
	});

	it('says so when it cannot be told whether the rule applies', () => {
		const twice = {
			meta: [
				{ name: 'category', value: 'invoice' },
				{ name: 'category', value: 'contract' },
			],
		};
		const [run] = runAll(
			suiteOf(rule, {
				tests: [{ name: 'twice', task: { ...right, ...twice }, expect: 'review', because: ['applies:error'] }],
			}),
		);
		expect([run?.passed, run?.found.because]).toEqual([true, ['applies:error']]);
	});
});

it('because can name every guard but the one that no case can fail', () => {
	const guards = checkGuards({ kind: 'task', task: taskOf() }, true).map(({ id }) => `guard:${id}`);
	expect(commonReasons.filter((one) => one.startsWith('guard:'))).toEqual(
		guards.filter((one) => one !== 'guard:project-known'),
	);
});

describe('coverage', () => {
	const cover = (cases: readonly Case[], changed: Change = {}) => {
		const suite = suiteWith(cases, changed);
		return measureCoverage(suite, runAll(suite)).map(({ id, seen, covered }) => [
			id,
			seen.pass,
			seen.fail,
			seen.error,
			covered,
		]);
	};

	it('counts what each case saw of each part, errors apart', () => {
		expect(
			cover([
				{ expect: 'complete' },
				{ change: unsure },
				{ change: { annotations: { total: null } } },
				{ change: { meta: { category: 'x' } } },
			]),
		).toEqual([
			['rule', 1, 3, 0, true],
			['applies', 3, 1, 0, true],
			['required:total', 2, 1, 0, true],
			['certain', 1, 1, 1, true],
			['past', 3, 0, 0, false],
		]);
	});

	it('takes no error for false', () => {
		const found = cover([{ expect: 'complete' }, { change: { annotations: { total: null } } }]);
		expect(found.find(([id]) => id === 'certain')).toEqual(['certain', 1, 0, 1, false]);
	});

	it('asks for what a rule applies to only where it says so', () => {
		const { appliesTo: _, ...everywhere } = rule;
		const suite = suiteOf(everywhere, testsOf([{ expect: 'complete' }]));
		const ids = measureCoverage(suite, runAll(suite)).map(({ id }) => id);
		expect(ids).toEqual(['rule', 'required:total', 'certain', 'past']);
	});
});

describe('mutants', () => {
	const survivorsOf = (cases: readonly Case[], changed: Change = {}) => {
		const suite = suiteWith(cases, changed);
		return [...runMutants(suite, runAll(suite))]
			.filter(({ result }) => result === 'survived')
			.map(({ mutant: { part, from, to } }) => `${part}: ${from} -> ${to}`);
	};
	const atTheLimit = { annotations: { total: { confidence: 0.98 } } };
	const cases: readonly Case[] = [
		{ expect: 'complete', change: atTheLimit },
		{ change: unsure, because: ['certain'] },
		{ expect: 'complete', today: '2026-06-01' },
		{ today: '2026-05-31', because: ['past'] },
		{ change: { annotations: { total: null } }, because: ['required:total', 'certain'] },
		{ change: { meta: { category: 'contract' } }, because: ['applies:no'] },
	];

	it('are all noticed by cases that stand at every limit', () => {
		expect(survivorsOf(cases)).toEqual([]);
	});

	it.each<[number, readonly string[]]>([
		[0, ['certain: >= -> >', 'certain: 0.98 -> 0.99']],
		[1, ['certain: 0.98 -> 0.97']],
		[3, ['past: past -> nothing']],
		[4, ['required:total: "total" -> nothing']],
		[5, ['applies: "category": ["invoice"] -> nothing']],
	])('that only case %i notices survive without it', (index, survivors) => {
		expect(survivorsOf(cases.toSpliced(index, 1))).toEqual(survivors);
	});

	it('that apply to more are held against all conditions there', () => {
		const others = cases.slice(0, -1);
		const contract = { meta: { category: 'contract' } };
		const survivor = 'applies: "category": ["invoice"] -> nothing';
		// It is left all the same, for another reason, and the case is content with any.
		expect(survivorsOf([...others, { change: { ...contract, ...unsure } }])).toEqual([survivor]);
		expect(survivorsOf([...others, { change: contract }])).toEqual([]);
	});

	it('that no rule can be are refused, not noticed', () => {
		const [only] = rule.conditions;
		const suite = suiteWith([{ expect: 'complete' }], { conditions: only === undefined ? [] : [only] });
		const refused = [...runMutants(suite, runAll(suite))].filter(({ result }) => result === 'refused');
		expect(refused.map(({ mutant }) => mutant.kind)).toEqual(['drop-condition']);
	});

	it('come out as the whole rule file with the mistake in it would, whatever the cases', () => {
		const folder = new URL('../../../rules/', import.meta.url);
		const read = (name: string) => JSON.parse(readFileSync(fileURLToPath(new URL(name, folder)), 'utf8'));
		const whole = read('invoice.json') as Json;
		const tests = read('invoice.test.json') as { readonly fixtures: Json; readonly tests: readonly Json[] };
		const some = fc.subarray([...tests.tests], { minLength: 1, maxLength: 6 });
		fc.assert(
			fc.property(some, fc.nat(7), (chosen, offset) => {
				const suite = suiteOf(whole, { fixtures: tests.fixtures, tests: [...chosen] });
				for (const [index, { mutant, result }] of [...runMutants(suite, runAll(suite))].entries()) {
					if (index % 8 !== offset) continue;
					const loaded = loadRules([{ name: 'invoice.json', text: JSON.stringify(mutant.rule) }]);
					const [mutated] = loaded.ok ? loaded.rules : [];
					const passes = mutated !== undefined && runAll({ ...suite, rule: mutated }).every(({ passed }) => passed);
					expect([mutant.from, mutant.to, result]).toEqual([
						mutant.from,
						mutant.to,
						mutated === undefined ? 'refused' : passes ? 'survived' : 'killed',
					]);
				}
			}),
			{ seed: 11, numRuns: 8 },
		);
	});
});
