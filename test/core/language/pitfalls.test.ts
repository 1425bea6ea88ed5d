import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import { loadRules } from '../../../src/core/ruleset/index.ts';
import type { TaskView } from '../../../src/core/task/index.ts';
import {
	annotationOf,
	answerOf,
	checkboxOf,
	compile,
	faultCodes,
	hostileView,
	regionOf,
	textsOf,
	today,
	viewOf,
} from './view-of.ts';

/** One thing that stock `json-logic-js` lets through, and what becomes of it here. */
interface Pitfall {
	readonly title: string;
	readonly logic: Json;
	/** Codes of the faults with which it is refused when the rules are loaded. */
	readonly refused?: readonly string[];
	/** Where it is a valid expression: what it is held against, and the outcome or the code of the error. Never `pass`. */
	readonly on?: readonly (readonly [view: TaskView, answer: string])[];
}

const atLeast = (entity: string, threshold: Json): Json => ({ '>=': [{ confidence: entity }, threshold] });
const sure = atLeast('total', 0.9);
const each = (condition: Json): Json => ({ all: [{ var: 'annotations' }, condition] });
const eachSure = each({ '>=': [{ var: 'confidence' }, 0.9] });

/** A total whose confidence, and everything else, is as a defect elsewhere might give it. */
const totalWith = (changes: Readonly<Record<string, unknown>>): TaskView =>
	hostileView({ annotations: [{ ...annotationOf('total', '10', 0.99), ...changes }] });
const doubtful = viewOf({ annotations: [annotationOf('total', '10', 0.1)] });
const nothing = viewOf();

function title(pitfalls: readonly Pitfall[]): readonly (readonly [string, Pitfall])[] {
	return pitfalls.map((pitfall) => [`${pitfall.title}: ${short(pitfall.logic)}`, pitfall]);
}

function short(logic: Json): string {
	const text = JSON.stringify(logic);
	return text.length > 110 ? `${text.slice(0, 110)}...` : text;
}

function holds(pitfall: Pitfall): void {
	expect(faultCodes(pitfall.logic), 'faults').toEqual(pitfall.refused ?? []);
	expect(pitfall.refused === undefined, 'a row is refused, or evaluated').toBe(pitfall.on !== undefined);
	for (const [view, answer] of pitfall.on ?? []) {
		expect(answer, 'nothing in this table may pass').not.toBe('pass');
		expect(answerOf(pitfall.logic, view)).toBe(answer);
		const compiled = compile(pitfall.logic);
		expect(compiled.bulk({ view, today })).toBe(answer === 'fail' ? 'fail' : 'error');
	}
}

describe('the shape of a rule', () => {
	it.each(
		title([
			{
				title: 'two operators',
				logic: { '>=': [{ confidence: 'total' }, 0.9], '==': [1, 1] },
				refused: ['not-one-operator'],
			},
			{
				title: 'a comment beside the operator',
				logic: { description: 'must be sure', '>=': [{ confidence: 'total' }, 0.9] },
				refused: ['not-one-operator'],
			},
			{ title: 'no operator', logic: {}, refused: ['not-one-operator'] },
			{ title: 'a list around the rule', logic: [sure], refused: ['unexpected-list'] },
			{ title: 'text for a rule', logic: 'false', refused: ['not-a-condition'] },
			{ title: 'text within and', logic: { and: [true, 'false'] }, refused: ['wrong-type'] },
			{ title: 'a list within and', logic: { and: [sure, [false]] }, refused: ['unexpected-list'] },
			{
				title: 'an operand that would be ignored',
				logic: { '>=': [{ confidence: 'total' }, 0.9, { confidence: 'net' }] },
				refused: ['wrong-arity'],
			},
			{ title: 'a third operand of ===', logic: { '===': [3, 3, 2] }, refused: ['wrong-arity'] },
			{ title: 'one operand of !=', logic: { '!=': [1] }, refused: ['wrong-arity'] },
			{ title: 'and without a list', logic: { and: true }, refused: ['wrong-type'] },
			{ title: 'and of nothing', logic: { and: [] }, refused: ['wrong-arity'] },
			{
				title: 'a typo that is never reached',
				logic: { or: [true, { grater: [1, 2] }] },
				refused: ['unknown-operator'],
			},
			{ title: 'a rule that is null', logic: null, refused: ['null-literal'] },
			{ title: 'a number for a rule', logic: 1, refused: ['not-a-condition'] },
		]),
	)('%s', (_title, pitfall) => holds(pitfall));

	it('the same key twice is found while reading the file, since JSON.parse would keep the last', () => {
		const logic = '{ ">=": [{ "confidence": "total" }, 0.99], ">=": [{ "confidence": "total" }, 0.1] }';
		expect(findingsOf(logic)).toContain('duplicate-key');
	});
});

describe('missing data', () => {
	const noConfidence = totalWith({ confidence: null });
	it.each(
		title([
			{
				title: 'null is less than anything',
				logic: { '<': [{ confidence: 'total' }, 0.05] },
				on: [
					[nothing, 'missing-entity'],
					[noConfidence, 'no-confidence'],
				],
			},
			{
				title: 'null is at least zero',
				logic: atLeast('total', 0),
				on: [
					[nothing, 'missing-entity'],
					[noConfidence, 'no-confidence'],
				],
			},
			{
				title: 'missing is not the same as below',
				logic: sure,
				on: [
					[nothing, 'missing-entity'],
					[doubtful, 'fail'],
				],
			},
			{
				title: 'null between two bounds',
				logic: { '<=': [0, { confidence: 'total' }, 1] },
				on: [
					[nothing, 'missing-entity'],
					[noConfidence, 'no-confidence'],
				],
			},
			{ title: 'not of a missing flag', logic: { '!': { var: 'flagged' } }, refused: ['unknown-path'] },
			{
				title: 'not of a flag that is null',
				logic: { none: [{ var: 'checkboxes' }, { var: 'checked' }] },
				on: [[viewOf({ checkboxes: [checkboxOf('a', null)] }), 'missing-value']],
			},
			{
				title: 'other than a missing text',
				logic: { '!=': [{ content: 'status' }, 'rejected'] },
				on: [
					[nothing, 'missing-entity'],
					[viewOf({ annotations: [annotationOf('status', null, 1)] }), 'empty-content'],
				],
			},
			{
				title: 'null equals null',
				logic: { '===': [{ content: 'a' }, { content: 'b' }] },
				on: [[nothing, 'missing-entity']],
			},
			{ title: 'if on what is missing', logic: { if: [{ var: 'missing' }, false, true] }, refused: ['unknown-path'] },
			{ title: 'if without else', logic: { if: [{ present: 'total' }, true] }, refused: ['wrong-arity'] },
			{ title: 'if on a missing entity', logic: { if: [sure, false, true] }, on: [[nothing, 'missing-entity']] },
			{ title: 'a default', logic: { '>=': [{ var: ['counts.pages', 1] }, 1] }, refused: ['default-not-allowed'] },
			{ title: 'missing', logic: { '!': { missing: ['a', 'b'] } }, refused: ['refused-operator'] },
			{ title: 'missing_some', logic: { '!': { missing_some: [0, ['a', 'b']] } }, refused: ['refused-operator'] },
			{ title: 'a null literal', logic: { '==': [{ content: 'total' }, null] }, refused: ['null-literal'] },
		]),
	)('%s', (_title, pitfall) => holds(pitfall));
});

describe('types', () => {
	it.each(
		title([
			{
				title: 'what is no confidence',
				logic: sure,
				on: [true, [1], ' 1 ', '0.95', 50, -0.1, 1.01, Number.NaN, Number.POSITIVE_INFINITY, undefined, {}].map(
					(confidence) => [totalWith({ confidence }), 'no-confidence'] as const,
				),
			},
			{
				title: 'what is no confidence, in a list',
				logic: eachSure,
				on: [
					...[true, [1], ' 1 ', '0.95', Number.NaN, Number.POSITIVE_INFINITY].map(
						(confidence) => [totalWith({ confidence }), 'wrong-type'] as const,
					),
					...[50, -0.1, 1.01].map((confidence) => [totalWith({ confidence }), 'no-confidence'] as const),
					...[null, undefined].map((confidence) => [totalWith({ confidence }), 'missing-value'] as const),
				],
			},
			{ title: 'a threshold in percent', logic: atLeast('total', 98), refused: ['threshold-out-of-range'] },
			{ title: 'a threshold that is text', logic: atLeast('total', '0.9'), refused: ['wrong-type'] },
			{ title: 'text in the order of text', logic: { '>=': ['9', '10'] }, refused: ['wrong-type'] },
			{
				title: 'contents in the order of text',
				logic: { '>': [{ content: 'total' }, { content: 'net' }] },
				refused: ['wrong-type'],
			},
			{ title: 'empty text equals zero', logic: { '==': [{ content: 'errors' }, 0] }, refused: ['wrong-type'] },
			{ title: 'text equals true', logic: { '==': [{ content: 'ok' }, true] }, refused: ['wrong-type'] },
			{
				title: 'not below, of no number',
				logic: { '!': { '<': [{ number: 'total' }, 0.9] } },
				on: [[textsOf({ total: 'n/a' }), 'not-a-number']],
			},
			{ title: 'a part of a text', logic: { in: [{ content: 'country' }, 'US,CA'] }, refused: ['wrong-type'] },
			{
				title: 'a missing text in a text',
				logic: { in: [{ content: 'country' }, 'nullable'] },
				refused: ['wrong-type'],
			},
			{
				title: 'an empty text in a list',
				logic: { in: [{ content: 'country' }, ['US', 'CA', '']] },
				on: [[textsOf({ country: '' }), 'empty-content']],
			},
			{
				title: 'a number beyond all numbers',
				logic: { '<=': [{ var: 'counts.pages' }, Number.POSITIVE_INFINITY] },
				refused: ['not-finite'],
			},
			{ title: 'no number', logic: { '<=': [{ var: 'counts.pages' }, Number.NaN] }, refused: ['not-finite'] },
		]),
	)('%s', (_title, pitfall) => holds(pitfall));

	it('numbers that JSON cannot carry are found while reading the file', () => {
		expect(findingsOf('{ "===": [9007199254740993, 9007199254740992] }')).toContain('imprecise-number');
		expect(findingsOf('{ "<=": [{ "var": "counts.pages" }, 1e400] }')).toContain('not-finite');
	});
});

describe('lists and scope', () => {
	const unsure = totalWith({ confidence: 'n/a' });
	const stranger = hostileView({ annotations: 'fraud' });
	const gone = hostileView({ segments: undefined });
	it.each(
		title([
			{
				title: 'an outer path inside all',
				logic: each({ '>=': [{ var: 'confidence' }, { var: 'counts.pages' }] }),
				refused: ['outer-scope'],
			},
			{
				title: 'an unknown path inside all',
				logic: each({ '>=': [{ var: 'confidence' }, { var: 'threshold' }] }),
				refused: ['unknown-path'],
			},
			{ title: 'all of nothing', logic: eachSure, on: [[nothing, 'empty-list']] },
			{
				title: 'none of nothing',
				logic: { none: [{ var: 'segments' }, { '<': [{ var: 'confidence' }, 0.9] }] },
				on: [
					[nothing, 'empty-list'],
					[gone, 'not-a-list'],
					[hostileView({ segments: 'fraud' }), 'not-a-list'],
					[hostileView({ segments: [{ id: 'a', confidence: 'n/a' }] }), 'wrong-type'],
				],
			},
			{
				title: 'the whole element',
				logic: { none: [{ var: 'annotations' }, { '==': [{ var: '' }, 'fraud'] }] },
				refused: ['path-not-literal'],
			},
			{
				title: 'a list that is text',
				logic: { none: [{ var: 'annotations' }, { '==': [{ var: 'content' }, 'fraud'] }] },
				on: [[stranger, 'not-a-list']],
			},
			{ title: 'absence on a list that is text', logic: { '!': { present: 'fraud' } }, on: [[stranger, 'not-a-list']] },
			{
				title: 'none with no number',
				logic: { none: [{ var: 'annotations' }, { '<': [{ var: 'confidence' }, 0.9] }] },
				on: [
					[nothing, 'empty-list'],
					[unsure, 'wrong-type'],
				],
			},
			{
				title: 'a typo in a list',
				logic: { none: [{ var: 'annotations' }, { '==': [{ var: 'contnet' }, 'low'] }] },
				refused: ['unknown-path'],
			},
			{
				title: 'one certain field among doubtful ones',
				logic: { some: [{ var: 'annotations' }, { '>=': [{ var: 'confidence' }, 0.9] }] },
				on: [
					[doubtful, 'fail'],
					[nothing, 'fail'],
				],
			},
			{
				title: 'reduce with a start value',
				logic: {
					'>=': [{ reduce: [{ var: 'annotations' }, { min: [{ var: 'current.c' }, { var: 'accumulator' }] }, 1] }, 0.9],
				},
				refused: ['refused-operator'],
			},
			{ title: 'the smallest of nothing', logic: { '>=': [{ min: [] }, 0.9] }, refused: ['wrong-arity'] },
			{
				title: 'the smallest of a list',
				logic: { '>=': [{ min: { var: 'annotations' } }, 0.9] },
				refused: ['wrong-type'],
			},
			{ title: 'the largest of a list', logic: { '<=': [{ max: { var: 'segments' } }, 0.1] }, refused: ['wrong-type'] },
			{
				title: 'the lowest of nothing',
				logic: { '>=': [{ lowest: [{ var: 'annotations' }] }, 0.9] },
				on: [
					[nothing, 'empty-list'],
					[unsure, 'wrong-type'],
					[doubtful, 'fail'],
				],
			},
			{ title: 'a filter', logic: { '!': { filter: [{ var: 'annotations' }, true] } }, refused: ['refused-operator'] },
			{ title: 'a map', logic: { '!': { map: [{ var: 'annotations' }, true] } }, refused: ['refused-operator'] },
		]),
	)('%s', (_title, pitfall) => holds(pitfall));

	it('"not some" of an empty list is true, as in all logic, and the rule that says so is doubted when it is loaded', () => {
		const logic = { '!': { some: [{ var: 'segments' }, { '<': [{ var: 'confidence' }, 0.9] }] } };
		expect(findingsOf(JSON.stringify(logic))).toContain('not-some');
		expect(answerOf(logic, viewOf({ segments: [regionOf('seg_1', 0.5)] }))).toBe('fail');
		expect(answerOf(logic, hostileView({ segments: [{ confidence: 'n/a' }] }))).toBe('wrong-type');
	});
});

describe('paths and prototypes', () => {
	const parsed = JSON.parse('{ "__proto__": { "confidence": 1, "entity_id": "total", "content": "10" } }') as object;
	const inherited: object = Object.assign({}, parsed);
	it.each(
		title([
			...[
				'__proto__',
				'constructor',
				'constructor.length',
				'__proto__.c',
				'toString',
				'annotations.length',
				'counts.constructor',
			].map((path): Pitfall => ({ title: 'a path', logic: { '>=': [{ var: path }, 0.9] }, refused: ['unknown-path'] })),
			...['__proto__', 'constructor', 'hasOwnProperty', 'entity_id.length'].map(
				(path): Pitfall => ({
					title: 'a path in a list',
					logic: each({ '>=': [{ var: path }, 0.9] }),
					refused: ['unknown-path'],
				}),
			),
			{ title: 'truth of the prototype', logic: { '!!': { var: '__proto__' } }, refused: ['refused-operator'] },
			{
				title: 'missing names of the prototype',
				logic: { missing: ['constructor', 'toString', 'x'] },
				refused: ['refused-operator'],
			},
			...[{ var: '' }, { var: [] }, { var: { var: 'key' } }, { var: null }, { var: 1 }].map(
				(path): Pitfall => ({
					title: 'the whole data',
					logic: { '==': [path, 'x'] },
					refused: [JSON.stringify(path) === '{"var":[]}' ? 'wrong-arity' : 'path-not-literal'],
				}),
			),
			{ title: 'a key with a dot', logic: { '==': [{ var: 'task.id.x' }, 'a'] }, refused: ['unknown-path'] },
			{
				title: 'the length of a list or text',
				logic: { '==': [{ var: 'annotations.length' }, 2] },
				refused: ['unknown-path'],
			},
			{
				title: 'an entity called like the prototype',
				logic: atLeast('__proto__', 0.5),
				on: [
					[nothing, 'missing-entity'],
					[doubtful, 'missing-entity'],
				],
			},
			{
				title: 'an entity called like a method',
				logic: { '==': [{ content: 'constructor' }, 'x'] },
				on: [[doubtful, 'missing-entity']],
			},
			{ title: 'meta called like a method', logic: { hasMeta: 'constructor' }, on: [[doubtful, 'fail']] },
			{
				title: 'inherited values of an element',
				logic: sure,
				on: [
					[hostileView({ annotations: [inherited] }), 'wrong-type'],
					[hostileView({ annotations: [parsed] }), 'wrong-type'],
				],
			},
			{
				title: 'an inherited confidence',
				logic: sure,
				on: [
					[
						hostileView({ annotations: [Object.assign(inherited, { entity_id: 'total', content: '10' })] }),
						'wrong-type',
					],
				],
			},
			{
				title: 'inherited values in a list',
				logic: { all: [{ var: 'segments' }, { '>=': [{ var: 'confidence' }, 0.9] }] },
				on: [
					[hostileView({ segments: [inherited] }), 'missing-value'],
					[hostileView({ segments: [parsed] }), 'missing-value'],
				],
			},
			{
				title: 'inherited values at the top',
				logic: { '>=': [{ var: 'counts.pages' }, 0] },
				on: [[hostileView({ counts: Object.create({ pages: 1 }) as object }), 'missing-value']],
			},
		]),
	)('%s', (_title, pitfall) => holds(pitfall));
});

describe('injection, side effects, cost', () => {
	const deep = (levels: number, wrap: (inner: Json) => Json): Json => {
		let logic: Json = { present: 'total' };
		for (let level = 1; level < levels; level += 1) logic = wrap(logic);
		return logic;
	};
	it.each(
		title([
			{
				title: 'document text that runs as a rule',
				logic: { '!': { missing: { var: 'annotations' } } },
				refused: ['refused-operator'],
			},
			{ title: 'document text in the log', logic: { log: { content: 'ssn' } }, refused: ['refused-operator'] },
			{ title: 'code', logic: { method: ['abc', 'toUpperCase'] }, refused: ['refused-operator'] },
			{ title: 'a dotted operator', logic: { 'var.prototype.constructor': ['c'] }, refused: ['unknown-operator'] },
			{
				title: 'an operator of the prototype',
				logic: JSON.parse('{ "__proto__": [1] }') as Json,
				refused: ['unknown-operator'],
			},
			{ title: 'an operator of the prototype', logic: { constructor: [1] }, refused: ['unknown-operator'] },
			{ title: 'a private operator', logic: { 'greenlane:present': ['total'] }, refused: ['unknown-operator'] },
			{
				title: 'a text that doubles',
				logic: { '==': [{ cat: [{ content: 'a' }, { content: 'a' }] }, 'x'] },
				refused: ['refused-operator'],
			},
			{ title: 'nesting', logic: deep(33, (inner) => ({ '!': [inner] })), refused: ['too-deep'] },
			{ title: 'nesting without brackets', logic: deep(33, (inner) => ({ '!': inner })), refused: ['too-deep'] },
			{
				title: 'a pattern that backtracks for ever',
				logic: { matches: [{ content: 'total' }, '(a+)+b'] },
				on: [
					[textsOf({ total: 'a'.repeat(9_999) }), 'fail'],
					[textsOf({ total: 'a'.repeat(10_001) }), 'text-too-long'],
				],
			},
		]),
	)('%s', (_title, pitfall) => holds(pitfall));

	it('nesting beyond any stack is refused like any other', () => {
		expect(faultCodes(deep(50_000, (inner) => ({ '!': [inner] })))).toEqual(['too-deep']);
	});

	it('nesting as deep as it may be is taken', () => {
		expect(faultCodes(deep(32, (inner) => ({ '!': [inner] })))).toEqual([]);
		expect(faultCodes(deep(32, (inner) => ({ '!': inner })))).toEqual([]);
	});
});

describe('arithmetic', () => {
	const amounts = textsOf({ ok: '1', total: '0', guess: '0.95 (guess)', huge: '999999999999999' });
	const times = (count: number): Json => ({ '*': Array.from({ length: count }, () => ({ number: 'huge' })) });
	it.each(
		title([
			{
				title: 'one divided by nothing',
				logic: { '>=': [{ '/': [{ number: 'ok' }, { number: 'absent' }] }, 0.95] },
				on: [[amounts, 'missing-entity']],
			},
			{
				title: 'one divided by zero',
				logic: { '>=': [{ '/': [{ number: 'ok' }, { number: 'total' }] }, 0.95] },
				on: [[amounts, 'not-finite']],
			},
			{
				title: 'zero divided by zero',
				logic: { '!': { '>': [{ '/': [{ number: 'total' }, { number: 'total' }] }, 0.95] } },
				on: [[amounts, 'not-finite']],
			},
			{
				title: 'a number that begins a text',
				logic: { '>=': [{ '+': '0.95 (guess)' }, 0.9] },
				refused: ['wrong-arity'],
			},
			{ title: 'a text in a sum', logic: { '>=': [{ '+': ['0.95', 0] }, 0.9] }, refused: ['wrong-type'] },
			{
				title: 'an entity that begins with a number',
				logic: { '>=': [{ number: 'guess' }, 0.9] },
				on: [[amounts, 'not-a-number']],
			},
			{ title: 'a product of nothing', logic: { '==': [{ '*': [] }, 1] }, refused: ['wrong-arity'] },
			{ title: 'a product beyond all numbers', logic: { '>': [times(21), 1] }, on: [[amounts, 'not-finite']] },
			{ title: 'a remainder', logic: { '==': [{ '%': [5, 2] }, 1] }, refused: ['refused-operator'] },
		]),
	)('%s', (_title, pitfall) => holds(pitfall));

	it('0.1 and 0.7 make 0.8, as on paper', () => {
		const logic = { '>=': [{ '+': [{ number: 'a' }, { number: 'b' }] }, 0.8] };
		expect(answerOf(logic, textsOf({ a: '0,1', b: '0,7' }))).toBe('pass');
		expect(answerOf(logic, textsOf({ a: '0,1', b: '0,69' }))).toBe('fail');
	});
});

/** Codes of the findings on a rule file with one condition. */
function findingsOf(logic: string): readonly string[] {
	const text = `{
		"description": "A rule of the tests.", "mode": "shadow", "locale": "nl-NL", "appliesTo": { "meta": { "a": ["b"] } },
		"conditions": [{ "id": "one", "requirement": "It must hold.", "logic": ${logic} }]
	}`;
	return loadRules([{ name: 'rule.json', text }]).findings.map(({ code }) => code);
}
