import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import { type LoadedRules, loadRules, type RuleFile } from '../../../src/core/ruleset/index.ts';

type Fields = { readonly [key: string]: Json };

const certain = (entity: string, id = 'certain'): Json => ({
	id,
	requirement: `${entity} must be certain.`,
	logic: { '>=': [{ confidence: entity }, 0.98] },
});

const nothingElse: Json = {
	id: 'nothing-else',
	requirement: 'There is nothing else on the page.',
	logic: {
		'==': [{ '+': [{ var: 'counts.checkboxes' }, { var: 'counts.segments' }, { var: 'counts.signatures' }] }, 0],
	},
};

const sound: Fields = {
	$schema: './rule.schema.json',
	description: 'Invoices.',
	owner: 'accounts payable',
	mode: 'live',
	appliesTo: { meta: { category: ['invoice'], language: ['nl', 'en'] }, projects: ['proj_1'] },
	locale: 'nl-NL',
	requiredEntities: ['total_amount'],
	conditions: [certain('total_amount'), nothingElse],
	auditShare: 0.1,
	quietMinutesAfterOpened: 20,
	holdMinutes: 2,
};

const fileOf = (name: string, rule: Json): RuleFile => ({ name, text: JSON.stringify(rule, null, '\t') });

function loadSound(files: readonly RuleFile[]): Extract<LoadedRules, { ok: true }> {
	const loaded = loadRules(files);
	if (!loaded.ok) throw new Error(JSON.stringify(loaded.findings));
	return loaded;
}

const codesOf = (loaded: LoadedRules) => loaded.findings.map(({ file, code }) => `${file} ${code}`);

describe('a folder', () => {
	it('gives its rules sorted by id, each with what its file says', () => {
		const { rules, findings } = loadSound([
			fileOf('zebra.json', { ...sound, mode: 'off' }),
			fileOf('invoice.json', sound),
		]);
		expect(findings).toEqual([]);
		expect(rules.map(({ id, mode }) => [id, mode])).toEqual([
			['invoice', 'live'],
			['zebra', 'off'],
		]);
		expect(rules[0]).toMatchObject({
			description: 'Invoices.',
			owner: 'accounts payable',
			appliesTo: {
				projects: ['proj_1'],
				stepTypes: ['EXTRACT'],
				meta: [
					{ name: 'category', values: ['invoice'] },
					{ name: 'language', values: ['nl', 'en'] },
				],
				logic: null,
			},
			requiredEntities: ['total_amount'],
			auditShare: 0.1,
			quietMinutesAfterOpened: 20,
			holdMinutes: 2,
		});
		expect(rules[0]?.conditions.map(({ id, compiled }) => [id, compiled.entities])).toEqual([
			['certain', ['total_amount']],
			['nothing-else', []],
		]);
	});

	it('fills in cautious defaults', () => {
		const { rules } = loadSound([
			fileOf('a.json', { description: 'A.', mode: 'shadow', conditions: [certain('total_amount')] }),
		]);
		expect(rules[0]).toMatchObject({
			owner: null,
			appliesTo: { projects: null, stepTypes: ['EXTRACT'], meta: [], logic: null },
			requiredEntities: [],
			auditShare: 0.05,
			quietMinutesAfterOpened: 15,
			holdMinutes: 0,
		});
	});

	it('reads numbers by the locale of the rule, however the tag is spelt', () => {
		const { rules } = loadSound([
			fileOf('a.json', {
				...sound,
				locale: 'NL-nl',
				conditions: [{ id: 'small', requirement: 'Small.', logic: { '<': [{ number: 'total_amount' }, 2] } }],
			}),
		]);
		const evaluate = (content: string) =>
			rules[0]?.conditions[0]?.compiled.strict({
				today: '2026-06-01',
				view: {
					task: { id: '', name: '', step_type: '', created_at: '', upload_id: '', project_id: '' },
					meta: [],
					annotations: [
						{ id: 'a', entity_id: 'total_amount', page: 1, confidence: 1, content, top: 0, left_of_line: 0 },
					],
					checkboxes: [],
					segments: [],
					signatures: [],
					counts: { pages: 1, annotations: 1, checkboxes: 0, segments: 0, signatures: 0 },
				},
			}).outcome;
		expect([evaluate('1,234'), evaluate('1.234')]).toEqual(['pass', 'fail']);
	});

	it('takes entities and meta as they are written, spaces included', () => {
		const { rules } = loadSound([
			fileOf('a.json', { ...sound, requiredEntities: [' total '], appliesTo: { meta: { ' kind': ['x '] } } }),
		]);
		expect(rules[0]?.requiredEntities).toEqual([' total ']);
		expect(rules[0]?.appliesTo.meta).toEqual([{ name: ' kind', values: ['x '] }]);
	});

	it('refuses everything when one file is wrong, and says all that is wrong in all of them', () => {
		const loaded = loadRules([
			fileOf('b.json', { ...sound, mode: 'on', auditShare: 2 }),
			fileOf('a.json', { ...sound, extra: 1 }),
			fileOf('c.json', sound),
			{ name: 'd.json', text: '{' },
		]);
		expect(loaded.ok).toBe(false);
		expect(codesOf(loaded)).toEqual([
			'a.json unknown-key',
			'b.json wrong-mode',
			'b.json wrong-value',
			'd.json not-json',
		]);
	});

	it.each([
		['notes.txt', 'stray-file'],
		['invoice.yaml', 'stray-file'],
		['Invoice.json', 'file-name'],
		['in voice.json', 'file-name'],
		['invoice.json.json', 'file-name'],
		['-invoice.json', 'file-name'],
		['__proto__.json', 'file-name'],
		[`${'a'.repeat(65)}.json`, 'file-name'],
		['.json', 'file-name'],
		['README.txt', 'stray-file'],
	])('refuses %s: %s', (name, code) => {
		const loaded = loadRules([fileOf('sound.json', sound), fileOf(name, sound)]);
		expect([loaded.ok, codesOf(loaded)]).toEqual([false, [`${name} ${code}`]]);
	});

	it('offers the name that a rule file could have', () => {
		const [finding] = loadRules([fileOf('Invoice NL.json', sound)]).findings;
		expect(finding?.didYouMean).toBe('invoice-nl.json');
	});

	it('leaves its guide and its schemas alone, whatever is in them', () => {
		const loaded = loadRules([
			fileOf('sound.json', sound),
			{ name: 'README.md', text: '\u0000' },
			{ name: 'rule.schema.json', text: '{' },
		]);
		expect([loaded.ok, loaded.findings]).toEqual([true, []]);
	});

	it('refuses a file beyond 256 KiB without reading it', () => {
		const text = `{"description":"${'x'.repeat(256 * 1_024)}"}`;
		expect(codesOf(loadRules([{ name: 'a.json', text }]))).toEqual(['a.json file-too-large']);
	});

	it('without a rule, or without one that votes, is sound and doubtful', () => {
		expect(loadRules([])).toMatchObject({ ok: true, rules: [], canonical: '{}', logicCanonical: '{}' });
		expect(codesOf(loadRules([]))).toEqual(['. no-rules']);
		expect(codesOf(loadRules([fileOf('a.json', { ...sound, mode: 'shadow' })]))).toEqual(['. no-live-rule']);
	});

	it('does not miss an element that a live rule for every task looks at', () => {
		const fieldsOnly = { ...sound, conditions: [certain('total_amount')] };
		expect(codesOf(loadRules([fileOf('a.json', fieldsOnly)]))).toEqual(['a.json element-unchecked']);
		const { appliesTo: _, ...everywhere } = sound;
		expect(codesOf(loadRules([fileOf('a.json', fieldsOnly), fileOf('b.json', everywhere)]))).toEqual([
			'b.json applies-to-every-task',
		]);
		const shadow = { ...everywhere, mode: 'shadow' };
		expect(codesOf(loadRules([fileOf('a.json', fieldsOnly), fileOf('b.json', shadow)]))).toEqual([
			'a.json element-unchecked',
		]);
	});

	it('wants the certainty of a required entity asked for, by name or with all annotations', () => {
		const over = (list: string): Json => ({
			id: 'all',
			requirement: 'All.',
			logic: { all: [{ var: list }, { '>=': [{ var: 'confidence' }, 0.9] }] },
		});
		const doubts = (condition: Json) =>
			codesOf(loadRules([fileOf('a.json', { ...sound, conditions: [condition, nothingElse] })])).filter((code) =>
				code.endsWith('required-not-judged'),
			);
		expect(doubts(over('annotations'))).toEqual([]);
		expect(doubts(certain('total_amount'))).toEqual([]);
		expect(doubts(over('checkboxes'))).toEqual(['a.json required-not-judged']);
		expect(doubts(certain('iban'))).toEqual(['a.json required-not-judged']);
	});

	it('has no doubt about equal counts, texts and numbers that were not calculated', () => {
		const logics: Json[] = [
			{ '==': [{ count: 'line' }, 1] },
			{ '==': [{ content: 'currency' }, 'EUR'] },
			{ '==': [{ '+': [{ var: 'counts.pages' }, 1] }, 2] },
			{ '==': [{ number: 'discount' }, 0] },
			{ some: [{ var: 'signatures' }, { '>=': [{ var: 'confidence' }, 0.9] }] },
			{ some: [{ var: 'annotations' }, { '==': [{ var: 'entity_id' }, 'iban'] }] },
			{ '!': { present: 'discount' } },
			{ '>=': [{ confidence: 'iban' }, 0.99] },
		];
		const conditions = logics.map((logic, index) => ({ id: `c-${index}`, requirement: 'It holds.', logic }));
		expect(
			loadRules([fileOf('a.json', { ...sound, conditions: [...conditions, certain('total_amount')] })]),
		).toMatchObject({
			ok: true,
			findings: [{ code: 'element-unchecked' }],
		});
	});
});

describe('the tests of a rule', () => {
	const testsOf = (...tests: Json[]): RuleFile => ({
		name: 'invoice.test.json',
		text: JSON.stringify({ fixtures: { right: { id: 'task_1' } }, tests }),
	});
	const load = (file: RuleFile) => loadRules([fileOf('invoice.json', sound), file]);

	it('are read with it, and are no part of its revision', () => {
		const withTests = load(
			testsOf(
				{ name: 'passes', task: { fixture: 'right' }, expect: 'complete' },
				{ name: 'is left', task: { id: 'x' }, expect: 'review', because: ['certain', 'required:total_amount'] },
			),
		);
		expect(withTests).toMatchObject({ ok: true, findings: [] });
		expect(loadSound([fileOf('invoice.json', sound)])).toMatchObject(
			withTests.ok ? { canonical: withTests.canonical, logicCanonical: withTests.logicCanonical } : {},
		);
	});

	it.each([
		[{ name: 'x', task: { fixture: 'rigt' }, expect: 'complete' }, 'unknown-fixture', 'right'],
		[{ name: 'x', task: { fixture: 'right' }, expect: 'review', because: ['certan'] }, 'unknown-condition', 'certain'],
		[{ name: 'x', task: { fixture: 'right', annotatons: {} }, expect: 'review' }, 'unknown-key', 'annotations'],
		[
			{ name: 'x', task: { fixture: 'right', checkboxes: { checkd: true } }, expect: 'review' },
			'unknown-key',
			undefined,
		],
		[{ name: 'x', task: { fixture: 'right' }, expect: 'approve' }, 'wrong-value', undefined],
		[{ name: 'x', task: 'right', expect: 'review' }, 'wrong-value', undefined],
		[{ name: 'x', task: { fixture: 'right' }, expect: 'review', today: '1 June' }, 'wrong-value', undefined],
		[{ name: 'x', expect: 'review' }, 'missing-key', undefined],
	] as const)('%j: %s', (test, code, didYouMean) => {
		const loaded = load(testsOf(test as unknown as Json));
		expect(loaded.ok).toBe(false);
		expect(loaded.findings.map((finding) => [finding.code, finding.didYouMean])).toEqual([[code, didYouMean]]);
	});

	it('want a rule beside them', () => {
		const file = { ...testsOf({ name: 'x', task: { fixture: 'right' }, expect: 'complete' }), name: 'other.test.json' };
		expect(codesOf(load(file))).toEqual(['other.test.json test-without-rule']);
	});
});

describe('the canonical text', () => {
	const rules: Readonly<Record<string, Json>> = {
		invoice: sound,
		other: { ...sound, mode: 'shadow', conditions: [certain('iban')] },
	};

	it('is one object, rule id to rule, from which the conditions can be read back', () => {
		const { canonical } = loadSound(Object.entries(rules).map(([id, rule]) => fileOf(`${id}.json`, rule)));
		const read = JSON.parse(canonical) as typeof rules;
		expect(Object.keys(read)).toEqual(['invoice', 'other']);
		expect(read.invoice).toEqual({
			...sound,
			appliesTo: { ...(sound.appliesTo as Fields), stepTypes: ['EXTRACT'] },
		});
	});

	it('does not depend on the order of keys or files, nor on white space', () => {
		const spread = fc.record({ order: fc.infiniteStream(fc.nat()), indent: fc.nat(8), swap: fc.boolean() });
		const plain = loadSound(Object.entries(rules).map(([id, rule]) => fileOf(`${id}.json`, rule)));
		fc.assert(
			fc.property(spread, ({ order, indent, swap }) => {
				const files = Object.entries(rules).map(([id, rule]) => ({
					name: `${id}.json`,
					text: JSON.stringify(shuffleKeys(rule, order), null, indent),
				}));
				const loaded = loadSound(swap ? files.toReversed() : files);
				expect(loaded.canonical).toBe(plain.canonical);
				expect(loaded.logicCanonical).toBe(plain.logicCanonical);
			}),
			{ numRuns: 60 },
		);
	});

	it('of the logic stays when mode and prose change; the other changes', () => {
		const [condition, ...others] = sound.conditions as readonly Fields[];
		const plain = loadSound([fileOf('a.json', sound)]);
		for (const change of [
			{ description: 'Other.' },
			{ owner: null },
			{ mode: 'off' },
			{ $schema: './elsewhere.json' },
			{ conditions: [{ ...condition, requirement: 'Other.' }, ...others] },
		]) {
			const changed = loadSound([fileOf('a.json', { ...sound, ...change } as Json)]);
			expect([change, changed.logicCanonical]).toEqual([change, plain.logicCanonical]);
			expect(changed.canonical).not.toBe(plain.canonical);
		}
	});

	it('of the logic changes with whatever can change an outcome', () => {
		const [condition, ...others] = sound.conditions as readonly Fields[];
		const plain = loadSound([fileOf('a.json', sound)]);
		for (const change of [
			{ appliesTo: { meta: { category: ['invoice'] } } },
			{ locale: 'en-GB' },
			{ requiredEntities: [] },
			{ conditions: others },
			{ conditions: [{ ...condition, logic: { '>=': [{ confidence: 'total_amount' }, 0.97] } }, ...others] },
			{ auditShare: 0.2 },
			{ holdMinutes: 3 },
		]) {
			const changed = loadSound([fileOf('a.json', { ...sound, ...change } as Json)]);
			expect(changed.logicCanonical).not.toBe(plain.logicCanonical);
		}
		expect(loadSound([fileOf('b.json', sound)]).logicCanonical).not.toBe(plain.logicCanonical);
	});

	it('says the same of a default that is left out and one that is written', () => {
		const { owner: _o, auditShare: _a, holdMinutes: _h, quietMinutesAfterOpened: _q, ...short } = sound;
		const long = { ...short, owner: null, auditShare: 0.05, holdMinutes: 0, quietMinutesAfterOpened: 15 };
		expect(loadSound([fileOf('a.json', short)]).canonical).toBe(loadSound([fileOf('a.json', long)]).canonical);
	});
});

describe('whatever stands in a file', () => {
	const total = (name: string, text: string) => {
		const loaded = loadRules([{ name, text }]);
		for (const finding of loaded.findings) {
			if (finding.file === '.') continue;
			// The place lies in the text, so that it can be shown.
			const lines = text.split('\n');
			expect(finding.line).toBeGreaterThanOrEqual(1);
			expect(finding.line).toBeLessThanOrEqual(lines.length);
			expect(finding.column).toBeLessThanOrEqual((lines[finding.line - 1] ?? '').length + 1);
		}
		return loaded;
	};

	it('never throws, and is never taken for a rule by chance', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.json({ noUnicodeString: false })), (text) => {
				expect(total('a.json', text).ok).toBe(false);
				expect(total('a.test.json', text).ok).toBe(false);
			}),
			{ numRuns: 300 },
		);
	});

	it('never throws when a sound file is damaged anywhere, and never takes what JSON.parse refuses', () => {
		const text = JSON.stringify(sound, null, '\t');
		const damage = fc.record({
			at: fc.nat(text.length),
			removed: fc.nat(12),
			put: fc.oneof(
				fc.string({ maxLength: 3 }),
				fc.constantFrom('"', '{', '}', '[', ']', ',', ':', '\\', 'null', '1e999', '/*'),
			),
		});
		fc.assert(
			fc.property(damage, ({ at, removed, put }) => {
				const damaged = text.slice(0, at) + put + text.slice(at + removed);
				if (total('a.json', damaged).ok) expect(() => JSON.parse(damaged)).not.toThrow();
			}),
			{ numRuns: 500 },
		);
	});

	it('never throws on any value in any place of the format', () => {
		const keys = [
			'description',
			'mode',
			'appliesTo',
			'locale',
			'requiredEntities',
			'conditions',
			'auditShare',
			'owner',
		];
		fc.assert(
			fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
				total('a.json', JSON.stringify({ ...sound, [key]: value }));
				total('a.json', JSON.stringify({ ...sound, conditions: [{ id: 'x', requirement: 'X.', logic: value }] }));
				total('a.json', JSON.stringify({ ...sound, appliesTo: { logic: value, meta: value } }));
			}),
			{ numRuns: 200 },
		);
	});

	it('may be nested as deep as a file can be', () => {
		for (const text of ['['.repeat(200_000), '{"a":'.repeat(40_000), `${'[{"!":'.repeat(30_000)}`]) {
			expect(codesOf(total('a.json', text))).toEqual(['a.json too-deep']);
		}
	});
});

/** The same value with the keys of its objects in another order. */
function shuffleKeys(value: Json, order: Iterator<number>): Json {
	if (Array.isArray(value)) return value.map((item) => shuffleKeys(item, order));
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).map(([key, member]) => ({
		key,
		member: shuffleKeys(member, order),
		rank: Number(order.next().value ?? 0),
	}));
	return Object.fromEntries(entries.toSorted((a, b) => a.rank - b.rank).map(({ key, member }) => [key, member]));
}
