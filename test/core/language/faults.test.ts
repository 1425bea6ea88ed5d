import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import { compileLogic, operators } from '../../../src/core/language/index.ts';
import { loadRules } from '../../../src/core/ruleset/index.ts';
import { compile, faultCodes, faultsOf } from './view-of.ts';

const sure: Json = { '>=': [{ confidence: 'total' }, 0.9] };
const numberOfPages: Json = { var: 'counts.pages' };

describe('the fault says where it is', () => {
	it.each<readonly [title: string, logic: Json, code: string, pointer: readonly (string | number)[]]>([
		['at the root', { and: [] }, 'wrong-arity', ['and']],
		[
			'deep inside',
			{ and: [sure, { or: [sure, { '!': [{ grater: 1 }] }] }] },
			'unknown-operator',
			['and', 1, 'or', 1, '!', 0, 'grater'],
		],
		['in an operand without brackets', { '!': { var: 'nothing' } }, 'unknown-path', ['!', 'var']],
		['in a list of allowed values', { in: [{ content: 'currency' }, ['EUR', 1]] }, 'wrong-type', ['in', 1, 1]],
		['at a threshold', { '>=': [{ confidence: 'total' }, 98] }, 'threshold-out-of-range', ['>=', 1]],
		['at a threshold that stands first', { '<=': [98, { confidence: 'total' }] }, 'threshold-out-of-range', ['<=', 0]],
		['at a list', { all: [{ var: 'anotations' }, true] }, 'unknown-path', ['all', 0, 'var']],
	])('%s', (_title, logic, code, pointer) => {
		expect(faultsOf(logic)).toMatchObject([{ code, pointer }]);
	});
});

it('all faults come at once, also in what is never reached', () => {
	const logic = { and: [false, { if: [true, sure, { grater: [1] }] }, { '>=': [{ confidence: '' }, '1'] }, {}, null] };
	expect(faultsOf(logic).map(({ code }) => code)).toEqual([
		'unknown-operator',
		'wrong-type',
		'not-one-operator',
		'null-literal',
	]);
});

it('a refused expression has at least one fault, and each is a sentence', () => {
	for (const logic of [{}, [], null, 1, 'x', { a: 1 }, { and: [] }, { var: [] }, { today: [1] }]) {
		const faults = faultsOf(logic as Json);
		expect(faults.length).toBeGreaterThan(0);
		for (const { message, code } of faults) {
			expect(message).toMatch(/^\S.*[.?]$/s);
			expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
		}
	}
});

describe('operands', () => {
	const operands: Readonly<Record<string, Json>> = {
		boolean: true,
		number: 1,
		text: 'x',
		date: { today: [] },
		null: null,
		list: ['x'],
	};
	/** For each operator that takes values: what it takes at a place, where the others are filled as they must be. */
	const places: readonly (readonly [title: string, make: (operand: Json) => Json, takes: readonly string[]])[] = [
		['!', (operand) => ({ '!': [operand] }), ['boolean']],
		['and', (operand) => ({ and: [true, operand] }), ['boolean']],
		['or', (operand) => ({ or: [operand] }), ['boolean']],
		['the condition of if', (operand) => ({ if: [operand, true, false] }), ['boolean']],
		['a value of if', (operand) => ({ if: [true, operand, true] }), ['boolean']],
		['a value of if beside a number', (operand) => ({ '>': [{ if: [true, 1, operand] }, 0] }), ['number']],
		['== with a number', (operand) => ({ '==': [numberOfPages, operand] }), ['number']],
		['=== with text', (operand) => ({ '===': [{ content: 'a' }, operand] }), ['text']],
		['!= with a truth value', (operand) => ({ '!=': [{ present: 'a' }, operand] }), ['boolean']],
		['!== with a date', (operand) => ({ '!==': [{ date: 'a' }, operand] }), ['date']],
		['> with a number', (operand) => ({ '>': [numberOfPages, operand] }), ['number']],
		['< with a date', (operand) => ({ '<': [{ date: 'a' }, operand, { today: [] }] }), ['date']],
		['>= with itself', (operand) => ({ '>=': [operand, operand] }), ['number', 'date']],
		['+', (operand) => ({ '>': [{ '+': [1, operand] }, 0] }), ['number']],
		['-', (operand) => ({ '>': [{ '-': [operand] }, 0] }), ['number']],
		['*', (operand) => ({ '>': [{ '*': [operand, 1] }, 0] }), ['number']],
		['/', (operand) => ({ '>': [{ '/': [1, operand] }, 0] }), ['number']],
		['min', (operand) => ({ '>': [{ min: [operand] }, 0] }), ['number']],
		['max', (operand) => ({ '>': [{ max: [1, operand] }, 0] }), ['number']],
		['within', (operand) => ({ within: [1, operand, 1] }), ['number']],
		['the tolerance of within', (operand) => ({ within: [1, 1, operand] }), ['number']],
		['the text of matches', (operand) => ({ matches: [operand, 'x'] }), ['text']],
		['the pattern of matches', (operand) => ({ matches: [{ content: 'a' }, operand] }), ['text']],
		['the list of in', (operand) => ({ in: [{ content: 'a' }, operand] }), ['list']],
		['the list of all', (operand) => ({ all: [operand, true] }), []],
		['the condition of all', (operand) => ({ all: [{ var: 'annotations' }, operand] }), ['boolean']],
		['the condition of some', (operand) => ({ some: [{ var: 'annotations' }, operand] }), ['boolean']],
		['the condition of none', (operand) => ({ none: [{ var: 'annotations' }, operand] }), ['boolean']],
		['the list of lowest', (operand) => ({ '>': [{ lowest: [operand] }, 0] }), []],
		['the number of lowest', (operand) => ({ '>': [{ lowest: [{ var: 'annotations' }, operand] }, 0] }), ['number']],
		['the entity of confidence', (operand) => ({ '>': [{ confidence: [operand] }, 0] }), ['text']],
		['the entity of content', (operand) => ({ '==': [{ content: [operand] }, 'x'] }), ['text']],
		['the entity of present', (operand) => ({ present: [operand] }), ['text']],
		['the entity of number', (operand) => ({ '>': [{ number: [operand] }, 0] }), ['text']],
		['the entity of date', (operand) => ({ '>': [{ date: [operand] }, { today: [] }] }), ['text']],
		['the entity of count', (operand) => ({ '>': [{ count: [operand] }, 0] }), ['text']],
		['the name of hasMeta', (operand) => ({ hasMeta: [operand] }), ['text']],
		['a value of hasMeta', (operand) => ({ hasMeta: ['a', operand] }), ['text']],
	];
	it.each(places)('%s', (_title, make, takes) => {
		const taken = Object.entries(operands).filter(([, operand]) => faultCodes(make(operand)).length === 0);
		expect(taken.map(([type]) => type)).toEqual(takes);
	});

	it.each(operators.map(({ name, operands: [least, most] }) => [name, least, most] as const))(
		'%s takes %i to %i, no fewer and no more',
		(name, least, most) => {
			const withOperands = (count: number) => faultCodes({ [name]: Array.from({ length: count }, () => true) });
			if (least > 0) expect(withOperands(least - 1)).toEqual(['wrong-arity']);
			const beyond = withOperands(most + 1);
			expect(beyond).toEqual([name === 'var' ? 'default-not-allowed' : 'wrong-arity']);
			expect(withOperands(least)).not.toContain('wrong-arity');
		},
	);

	it('an entity and a name of meta is any text but the empty one', () => {
		for (const entity of ['total', 'a.b', 'Überschrift 1', '__proto__', ' ', '{}']) {
			expect(faultCodes({ present: entity })).toEqual([]);
			expect(compile({ present: entity }).entities).toEqual([entity]);
		}
		expect(faultCodes({ present: '' })).toEqual(['wrong-type']);
		expect(faultCodes({ hasMeta: [''] })).toEqual(['wrong-type']);
	});
});

it('the root is a condition, whatever is in it', () => {
	for (const logic of [
		1,
		'true',
		numberOfPages,
		{ content: 'a' },
		{ date: 'a' },
		{ today: [] },
		{ '+': [1, 2] },
		{ if: [true, 1, 2] },
	]) {
		expect(faultCodes(logic as Json)).toEqual(['not-a-condition']);
	}
	expect(faultCodes(true)).toEqual([]);
});

describe('thresholds on a confidence', () => {
	const confidences: readonly (readonly [string, Json])[] = [
		['of an entity', { confidence: 'total' }],
		['the lowest of a list', { lowest: [{ var: 'annotations' }] }],
		['the lowest, written out', { lowest: [{ var: 'annotations' }, { var: 'confidence' }] }],
		['the smallest of several', { min: [{ confidence: 'a' }, { confidence: 'b' }] }],
		['one of two', { if: [{ present: 'a' }, { confidence: 'a' }, { confidence: 'b' }] }],
	];
	it.each(confidences)('%s', (_title, confidence) => {
		for (const threshold of [0, 0.98, 1]) expect(faultCodes({ '>=': [confidence, threshold] })).toEqual([]);
		for (const threshold of [-0.1, 1.01, 98, 1e9]) {
			for (const operator of ['>=', '>', '<', '<=', '==', '!=']) {
				expect(faultCodes({ [operator]: [confidence, threshold] })).toEqual(['threshold-out-of-range']);
				expect(faultCodes({ [operator]: [threshold, confidence] })).toEqual(['threshold-out-of-range']);
			}
		}
	});

	it('of the elements of a list', () => {
		const logic = { all: [{ var: 'signatures' }, { '<=': [90, { var: 'confidence' }, 100] }] };
		expect(faultsOf(logic)).toMatchObject([
			{ code: 'threshold-out-of-range', pointer: ['all', 1, '<=', 0], didYouMean: '0.9' },
			{ code: 'threshold-out-of-range', pointer: ['all', 1, '<=', 2], didYouMean: '1' },
		]);
	});

	it.each([
		[98, '0.98'],
		[99.9, '0.999'],
		[7, '0.07'],
		[100, '1'],
		[2.5, '0.025'],
	])('in percent: %d is meant as %s', (written, meant) => {
		const [fault] = faultsOf({ '>=': [{ confidence: 'total' }, written] });
		expect(fault).toMatchObject({ didYouMean: meant });
		expect(fault?.message).toContain(`write ${meant} `);
	});

	it('other numbers may be beyond 1', () => {
		expect(faultCodes({ '>=': [{ number: 'total' }, 98] })).toEqual([]);
		expect(faultCodes({ '>=': [{ lowest: [{ var: 'annotations' }, { var: 'top' }] }, 98] })).toEqual([]);
	});
});

describe('what was meant', () => {
	it.each([
		['gte', '>='],
		['ge', '>='],
		['=>', '>='],
		['greater_than', '>'],
		['lt', '<'],
		['lessThanOrEqual', '<='],
		['equals', '=='],
		['eq', '=='],
		['=', '=='],
		['not', '!'],
		['sum', '+'],
		['every', 'all'],
		['any', 'some'],
		['exists', 'present'],
		['AND', 'and'],
		['Confidence', 'confidence'],
		['confidance', 'confidence'],
		['presnt', 'present'],
		['hasmeta', 'hasMeta'],
		['has_meta', 'hasMeta'],
		['lowset', 'lowest'],
		['regex', 'matches'],
		['withn', 'within'],
		['>==', '>='],
		['<==', '<='],
	])('operator %s: %s', (written, meant) => {
		const [fault] = faultsOf({ [written]: [1, 2] });
		expect(fault).toMatchObject({ code: 'unknown-operator', didYouMean: meant });
		expect(fault?.message).toContain(meant);
	});

	it.each(['grater', 'xyzzy', '??', 'frobnicate'])('operator %s: nobody knows', (written) => {
		expect(faultsOf({ [written]: [1] })[0]?.didYouMean).toBeUndefined();
	});

	it.each([
		[{ '==': [{ var: 'task.stepType' }, 'EXTRACT'] }, 'task.step_type'],
		[{ '>': [{ var: 'counts.page' }, 1] }, 'counts.pages'],
		[{ all: [{ var: 'anotations' }, true] }, 'annotations'],
		[{ all: [{ var: 'annotations' }, { '>': [{ var: 'confidance' }, 0] }] }, 'confidence'],
		[{ all: [{ var: 'checkboxes' }, { var: 'cheked' }] }, 'checked'],
	])('path: %j', (logic, meant) => {
		expect(faultsOf(logic as Json)).toMatchObject([{ code: 'unknown-path', didYouMean: meant }]);
	});

	it('a number too many of names is not quoted at length', () => {
		const [fault] = faultsOf({ [`no${'o'.repeat(5_000)}`]: 1 });
		expect(fault?.message.length).toBeLessThan(300);
	});
});

describe('scope', () => {
	const lists = ['annotations', 'checkboxes', 'segments', 'signatures', 'meta'];
	it.each([...lists, 'task.id', 'counts.pages'])('%s is not seen from inside a list, and the fault says so', (path) => {
		const [fault, ...more] = faultsOf({ all: [{ var: 'annotations' }, { '==': [{ var: path }, { var: 'id' }] }] });
		expect(fault).toMatchObject({ code: 'outer-scope' });
		expect(fault?.message).toContain('Inside a list');
		expect(more).toEqual([]);
	});

	it('lists inside lists are refused', () => {
		const inner = { some: [{ var: 'segments' }, { '>': [{ var: 'confidence' }, 0.5] }] };
		expect(faultCodes({ all: [{ var: 'annotations' }, inner] })).toEqual(['outer-scope']);
		expect(faultCodes({ all: [{ var: 'annotations' }, { '>': [{ count: { var: 'segments' } }, 0] }] })).toEqual([
			'outer-scope',
		]);
		expect(faultCodes({ all: [{ var: 'annotations' }, { '>': [{ lowest: [{ var: 'segments' }] }, 0] }] })).toEqual([
			'outer-scope',
		]);
	});

	it('entities can be seen from everywhere', () => {
		expect(
			faultCodes({ all: [{ var: 'annotations' }, { '<=': [{ confidence: 'total' }, { var: 'confidence' }] }] }),
		).toEqual([]);
	});

	it('fields of elements are not seen at the top, and lists are not values', () => {
		expect(faultCodes({ '>=': [{ var: 'confidence' }, 0.9] })).toEqual(['unknown-path']);
		expect(faultCodes({ '==': [{ var: 'annotations' }, 1] })).toEqual(['wrong-type']);
		expect(faultCodes({ '==': [{ var: 'annotations.0.confidence' }, 1] })).toEqual(['unknown-path']);
		expect(faultCodes({ '==': [{ var: 'meta.supplier' }, 'x'] })).toEqual(['unknown-path']);
	});

	it('meta has no confidence to be the lowest', () => {
		expect(faultCodes({ '>': [{ lowest: [{ var: 'meta' }] }, 0.9] })).toEqual(['wrong-type']);
	});
});

describe('size', () => {
	const allowed = (count: number): Json => ({
		in: [{ content: 'supplier' }, Array.from({ length: count }, (_, n) => `supplier ${n}`)],
	});
	/** One part for `and`, three for each comparison. */
	const parts = (comparisons: number): Json => ({
		and: Array.from({ length: 10 }, () => ({ and: Array.from({ length: comparisons / 10 }, () => sure) })),
	});

	it('a list of allowed values has at most 1,000', () => {
		expect(faultCodes(allowed(1_000))).toEqual([]);
		expect(faultsOf(allowed(1_001))).toMatchObject([{ code: 'too-large', pointer: ['in', 1] }]);
	});

	it('an expression has at most 1,000 parts, and the fault comes once', () => {
		expect(faultCodes(parts(320))).toEqual([]);
		expect(faultsOf(parts(340)).map(({ code }) => code)).toEqual(['too-large']);
	});

	it('wherever the limit is crossed, there is a fault: also on the list of an operator', () => {
		for (let padding = 985; padding <= 1_005; padding += 1) {
			const rest = Array.from({ length: 10 }, (_, n) =>
				n === 0
					? { and: Array.from({ length: Math.min(100, padding - 900) }, () => true) }
					: { and: Array.from({ length: 100 }, () => true) },
			);
			const logic: Json = { and: [...rest, { all: [{ var: 'annotations' }, { '>=': [{ var: 'confidence' }, 0.9] }] }] };
			const result = compileLogic(logic, { locale: null });
			if (!result.ok) expect(result.faults.map(({ code }) => code)).toEqual(['too-large']);
		}
	});

	it('a rule of which one condition is too large is refused, not served without it', () => {
		const conditions = [
			{ id: 'sure', requirement: 'The total is certain.', logic: sure },
			{ id: 'known', requirement: 'The supplier is known.', logic: { and: [allowed(1_500), sure] } },
		];
		const rule = {
			description: 'Known suppliers.',
			mode: 'live',
			locale: 'nl-NL',
			appliesTo: { meta: { category: ['invoice'] } },
			conditions,
			auditShare: 0.05,
		};
		const loaded = loadRules([{ name: 'known.json', text: JSON.stringify(rule) }]);
		expect(loaded.ok).toBe(false);
		expect(loaded.findings.map(({ code }) => code)).toContain('too-large');
	});

	it('a pattern has at most 500 characters, and must be one that RE2 understands', () => {
		const pattern = (source: string) => faultCodes({ matches: [{ content: 'a' }, source] });
		expect(pattern('a'.repeat(500))).toEqual([]);
		for (const source of [
			'a'.repeat(501),
			'(',
			'[a-',
			'(?=a)',
			'(?<!a)b',
			'(a)\\1',
			'a{2000}',
			'((a{1000}){1000})',
			'[ab]{900}[cd]{900}[ef]{900}',
			'*',
			'\\',
		]) {
			expect([source.slice(0, 20), pattern(source)]).toEqual([source.slice(0, 20), ['bad-pattern']]);
		}
	});
});

describe('the table of operators', () => {
	it('names each once, and shows an example that is taken', () => {
		expect(new Set(operators.map(({ name }) => name)).size).toBe(operators.length);
		for (const { name, example, description, signature } of operators) {
			const logic = JSON.parse(example) as Json;
			expect([name, faultCodes(logic)]).toEqual([name, []]);
			expect(example).toContain(`"${name}"`);
			expect(description).toMatch(/^[A-Z].*\.$/);
			expect(signature).not.toBe('');
		}
	});

	it('is the language, no less: whatever is in it is understood', () => {
		expect(operators.map(({ name }) => name).sort()).toEqual(
			[
				'var',
				'==',
				'===',
				'!=',
				'!==',
				'>',
				'>=',
				'<',
				'<=',
				'!',
				'and',
				'or',
				'if',
				'all',
				'some',
				'none',
				'in',
				'+',
				'-',
				'*',
				'/',
				'min',
				'max',
				'confidence',
				'content',
				'number',
				'date',
				'count',
				'present',
				'hasMeta',
				'lowest',
				'today',
				'within',
				'matches',
			].sort(),
		);
		for (const { name } of operators) expect(faultCodes({ [name]: [] })).not.toContain('unknown-operator');
	});
});

it('entities are listed once each, wherever they stand', () => {
	const logic = {
		and: [
			{ present: 'a' },
			{ '>=': [{ confidence: 'a' }, 0.9] },
			{ within: [{ number: 'b' }, { '+': [{ number: 'c' }, 1] }, 0] },
			{ all: [{ var: 'annotations' }, { '<=': [{ count: 'd' }, 1] }] },
			{ if: [{ '==': [{ content: 'e' }, 'x'] }, { '<': [{ date: 'f' }, { today: [] }] }, true] },
		],
	};
	expect([...compile(logic).entities].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});
