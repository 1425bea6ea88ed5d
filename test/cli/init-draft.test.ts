import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountIn, writeAmountLike } from '../../src/cli/init-amounts.ts';
import { draftRule } from '../../src/cli/init-rule.ts';
import { type FirstRule, makeFirstRule } from '../../src/cli/init-tests.ts';
import { measureCoverage, runRuleTests } from '../../src/core/decision/index.ts';
import { loadRules, readRuleSuites } from '../../src/core/ruleset/index.ts';
import type { Task } from '../../src/core/task/index.ts';
import { parseTask } from '../../src/sendai/task-schema.ts';
import { wireAnnotation, wirePage, wireTask } from '../sendai/wire-samples.ts';

/** A task with these contents, and nothing else on it. */
function taskOf(contents: Readonly<Record<string, string>>, over: Record<string, unknown> = {}, page = {}): Task {
	const annotations = Object.entries(contents).map(([entity_id, content], index) =>
		wireAnnotation({ id: `a${index}`, entity_id, content }),
	);
	const bare = { annotations, checkboxes: [], segments: [], signatures: [] };
	const reading = parseTask(wireTask({ meta: [], pages: [wirePage({ ...bare, ...page })], ...over }));
	if (reading.kind !== 'task' || reading.task.faults.length > 0) throw new Error(JSON.stringify(reading));
	return reading.task;
}

const conditionsOf = (...tasks: Task[]) => draftRule(tasks).rule.conditions.map(({ id }) => id);
const fieldsOnly = ['everything-certain', 'nothing-else'];

/** What `test --strict` asks of the two files, without mutants. */
function prove({ id, ruleText, testText }: FirstRule) {
	const files = [
		{ name: `${id}.json`, text: ruleText },
		{ name: `${id}.test.json`, text: testText },
	];
	const loaded = loadRules(files);
	const [suite] = loaded.ok ? readRuleSuites(files, loaded.rules) : [];
	if (suite?.tests == null) throw new Error('the tests were not read');
	const runs = runRuleTests(suite.rule, suite.tests.content, parseTask);
	return {
		findings: loaded.findings.map(({ code }) => code),
		failed: runs.filter(({ passed }) => !passed).length,
		uncovered: measureCoverage(suite, runs)
			.filter(({ covered }) => !covered)
			.map((part) => part.id),
		runs,
	};
}

describe('amounts', () => {
	const euros = { net_amount: '1.000,00', tax_amount: '210,00', total_amount: '1.210,00' };

	it.each([
		['in Dutch', euros, 'nl-NL'],
		['with currency signs', { subtotal: '€ 10,00', btw: '€ 2,10', totaal: '€ 12,10' }, 'nl-NL'],
		['in English', { netAmount: '$1,000.00', taxAmount: '$210.00', grossAmount: '$1,210.00' }, 'en-GB'],
		['with a space between groups', { net: '1 000,00', tva: '210,00', total: '1 210,00' }, 'fr-FR'],
	])('that add up become a condition: %s', (_what, contents, locale) => {
		const { rule } = draftRule([taskOf(contents)]);
		expect(rule.conditions.map(({ id }) => id)).toContain('adds-up');
		expect(rule.locale).toBe(locale);
	});

	it('are read in the language of the documents where several write alike', () => {
		const meta = [{ name: 'language', value: 'de' }];
		expect(draftRule([taskOf(euros, { meta })]).rule.locale).toBe('de-DE');
	});

	it.each([
		['do not add up', { ...euros, total_amount: '1.211,00' }],
		['could be of either decimal sign', { net_amount: '1.000', tax_amount: '2.000', total_amount: '3.000' }],
		['are whole', { net_amount: '1000', tax_amount: '210', total_amount: '1210' }],
		[
			'have no tax, so that nobody knows which is which',
			{ net_amount: '5,00', tax_amount: '0,00', total_amount: '5,00' },
		],
		['have two candidates for one', { ...euros, vat: '210,00' }],
		['are names alone', { net_amount: 'one', tax_amount: 'two', total_amount: 'three' }],
	])('are left alone when they %s', (_what, contents) => {
		const { rule } = draftRule([taskOf(contents)]);
		expect(rule.conditions.map(({ id }) => id)).toEqual(fieldsOnly);
		expect(rule).not.toHaveProperty('locale');
	});

	it('must add up in every task, and each task may prove the decimal sign', () => {
		expect(conditionsOf(taskOf(euros), taskOf({ ...euros, tax_amount: '21,00' }))).not.toContain('adds-up');
		const whole = { net_amount: '1000', tax_amount: '210', total_amount: '1210' };
		expect(conditionsOf(taskOf(whole), taskOf(euros))).toContain('adds-up');
	});

	it('are written in the form of others', () => {
		fc.assert(
			fc.property(
				fc.constantFrom('nl-NL', 'en-US', 'fr-FR', 'de-DE'),
				fc.constantFrom('€ ', '', 'EUR ', '-'),
				fc.integer({ min: 0, max: 99_999_999 }),
				fc.boolean(),
				fc.integer({ min: 0, max: 9_999_999 }),
				(locale, before, cents, useGrouping, amount) => {
					const format = { minimumFractionDigits: 2, useGrouping } as const;
					const like = before + new Intl.NumberFormat(locale, format).format(cents / 100);
					const written = writeAmountLike(like, amount / 100, locale);
					const value = amountIn(taskOf({ x: written }), 'x', locale);
					expect(value).toBeCloseTo(before === '-' ? -amount / 100 : amount / 100, 5);
				},
			),
			{ seed: 3, numRuns: 200 },
		);
	});
});

describe('dates', () => {
	it.each([
		['the year is first', { invoice_date: '2026-03-04' }, 'yyyy-MM-dd'],
		['a day is above 12', { invoice_date: '28-03-2026' }, 'dd-MM-yyyy'],
		['another date has a day above 12', { invoice_date: '3/4/2026', due_date: '30/4/2026' }, 'd/M/yyyy'],
		['the month is first', { invoice_date: '03/28/2026' }, 'MM/dd/yyyy'],
	])('are compared when %s', (_what, contents, format) => {
		const { rule } = draftRule([taskOf(contents)]);
		expect(rule.conditions.find(({ id }) => id === 'invoice-date-past')?.logic).toEqual({
			'<=': [{ date: ['invoice_date', format] }, { today: [] }],
		});
	});

	it.each([
		['day and month could change places', { invoice_date: '03-04-2026', due_date: '04-05-2026' }],
		['the tasks write them both ways', { invoice_date: '28-03-2026', order_date: '03-28-2026' }],
		['the year has two digits', { invoice_date: '28-03-26' }],
		['there is no such day', { invoice_date: '30-02-2026' }],
		['they are no dates by name', { invoice_number: '28-03-2026' }],
		['they lie in the future of the task', { invoice_date: '28-03-2027' }],
		['they are for later by name', { due_date: '28-03-2026', expiry_date: '28-03-2026' }],
	])('are left alone when %s', (_what, contents) => {
		expect(conditionsOf(taskOf(contents))).toEqual(fieldsOnly);
	});

	it('are in order where they are in all tasks', () => {
		const good = taskOf({ invoice_date: '28-03-2026', due_date: '28-04-2026' });
		expect(conditionsOf(good)).toEqual([...fieldsOnly, 'invoice-date-past', 'dates-in-order']);
		const bad = taskOf({ invoice_date: '28-03-2026', due_date: '28-02-2026' });
		expect(conditionsOf(good, bad)).toEqual([...fieldsOnly, 'invoice-date-past']);
	});
});

describe('elements and meta', () => {
	const box = (checked: boolean, confidence = 0.9) => ({
		id: `box_${checked}`,
		confidence,
		checked,
		coordinates: [[1, 2]],
	});
	const signature = { id: 'signature_1', confidence: 0.9, coordinates: [[1, 2]] };
	const logicOf = (id: string, ...tasks: Task[]) =>
		draftRule(tasks).rule.conditions.find((condition) => condition.id === id)?.logic;

	it('must be certain where they are, and absent where no task has any', () => {
		const signed = taskOf({ name: 'x' }, {}, { signatures: [signature] });
		expect(conditionsOf(signed)).toEqual(['everything-certain', 'signatures-certain', 'nothing-else']);
		expect(logicOf('signatures-certain', signed)).toEqual({
			all: [{ var: 'signatures' }, { '>=': [{ var: 'confidence' }, 0.95] }],
		});
		expect(logicOf('signatures-certain', signed, taskOf({ name: 'x' }))).toHaveProperty('or');
		expect(logicOf('nothing-else', signed)).toEqual({
			'==': [{ '+': [{ var: 'counts.checkboxes' }, { var: 'counts.segments' }] }, 0],
		});
	});

	it('must be ticked where all are', () => {
		const ticked = taskOf({ name: 'x' }, {}, { checkboxes: [box(true)] });
		const mixed = taskOf({ name: 'x' }, {}, { checkboxes: [box(true), box(false)] });
		expect(JSON.stringify(logicOf('checkboxes-certain', ticked))).toContain('"checked"');
		expect(JSON.stringify(logicOf('checkboxes-certain', ticked, mixed))).not.toContain('"checked"');
	});

	it('require the entities that every task has, never empty', () => {
		const required = (...tasks: Task[]) => draftRule(tasks).rule.requiredEntities;
		expect(required(taskOf({ a: 'x', b: 'x', c: ' ' }), taskOf({ b: 'x', a: 'x', d: 'x' }))).toEqual(['a', 'b']);
	});

	it('of meta take what tells kinds apart, and what several tasks agree on', () => {
		const meta = (values: Record<string, string>) => ({
			meta: Object.entries(values).map(([name, value]) => ({ name, value })),
		});
		const one = taskOf({ a: 'x' }, meta({ category: 'invoice', customer: 'Jansen', source: 'mail' }));
		expect(draftRule([one])).toMatchObject({
			rule: { appliesTo: { meta: { category: ['invoice'] } } },
			otherMeta: ['customer', 'source'],
		});
		const other = taskOf({ a: 'x' }, meta({ category: 'order', customer: 'Zonen', source: 'mail' }));
		expect(draftRule([one, other])).toMatchObject({
			rule: { appliesTo: { meta: { category: ['invoice', 'order'], source: ['mail'] } } },
			otherMeta: ['customer'],
		});
	});
});

describe('the tests of a first rule', () => {
	const invoice = {
		supplier: 'Jansen & Zonen',
		invoice_date: '28-03-2026',
		due_date: '28-04-2026',
		net_amount: '€ 1.234,00',
		tax_amount: '€ 259,14',
		total_amount: '€ 1.493,14',
	};

	it('have the tasks as they were read, with what the rule says to each', () => {
		const sure = taskOf(invoice);
		const unsure = taskOf(invoice, {}, { annotations: [wireAnnotation({ entity_id: 'supplier', confidence: 0.5 })] });
		const first = makeFirstRule('invoice', [sure, unsure], { keepContent: false });
		const found = prove(first).runs.map(({ test, found: { outcome, because } }) => [
			test.name,
			outcome,
			because.length,
		]);
		expect(found).toContainEqual(['task-1 as it was read', 'complete', 0]);
		expect(found).toContainEqual(['task-2 as it was read', 'review', 1]);
	});

	it('see amounts and dates right and wrong, though no text of the documents is left', () => {
		const first = makeFirstRule('invoice', [taskOf(invoice)], { keepContent: false });
		expect(first.draft.rule.conditions.map(({ id }) => id)).toEqual([
			...fieldsOnly,
			'adds-up',
			'invoice-date-past',
			'dates-in-order',
		]);
		expect(prove(first)).toMatchObject({ failed: 0, uncovered: [] });
		for (const text of Object.values(invoice)) expect(first.testText).not.toContain(text);
	});

	it('fit into their file, however long the document', () => {
		const many = Object.fromEntries(Array.from({ length: 4_000 }, (_, index) => [`entity_${index}`, 'x'.repeat(100)]));
		const first = makeFirstRule(
			'long',
			Array.from({ length: 5 }, () => taskOf(many)),
			{ keepContent: true },
		);
		expect(first.testText.length).toBeLessThan(200_000);
		expect(first.fixtures).toBe(0);
		expect(prove(first)).toMatchObject({ failed: 0, uncovered: [] });
	});

	/** Letters that no name of a key, an id or a step has. */
	const secretText = fc.stringMatching(/^[QZ]{6,12}[ ,.]?[1-9]{5,8}$/);
	const text = fc.oneof(secretText, fc.constantFrom('', ' ', '12,50', '1.000,00', '28-03-2026', '2026-03-28'));
	const entity = fc.oneof(
		fc.constantFrom('net_amount', 'tax', 'total', 'invoice_date', 'due_date', '__proto__', 'constructor', 'a.b', 'ä'),
		fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }),
	);
	const confidence = fc.double({ min: 0, max: 1, noNaN: true });
	const element = fc.record({
		id: fc.constant('e'),
		confidence,
		checked: fc.boolean(),
		coordinates: fc.constant([[1, 2]]),
	});
	const elements = fc.array(element, { maxLength: 3 });
	const page = fc.record({
		annotations: fc.array(fc.record({ id: fc.constant('a'), entity_id: entity, confidence, content: text }), {
			minLength: 1,
			maxLength: 8,
		}),
		checkboxes: elements,
		segments: elements,
		signatures: elements,
	});
	const meta = fc.array(fc.record({ name: fc.oneof(fc.constantFrom('category', '__proto__'), entity), value: text }), {
		maxLength: 4,
	});
	const hasElements = ({ annotations, checkboxes, segments, signatures }: Task) =>
		annotations.length + checkboxes.length + segments.length + signatures.length > 0;
	const task = fc
		.record({
			pages: fc.array(page, { minLength: 1, maxLength: 2 }),
			meta,
			status: fc.constantFrom('REVIEWING', 'COMPLETED'),
			step_type: fc.constantFrom('EXTRACT', 'CLASSIFY', 'ANOTHER_STEP'),
			project_id: fc.constantFrom('project_1', 'another'),
		})
		.map((over) => parseTask(wireTask({ ...over, pages: over.pages.map((one) => wirePage(one)) })))
		.filter((reading) => reading.kind === 'task' && reading.task.faults.length === 0 && hasElements(reading.task))
		.map((reading) => (reading.kind === 'task' ? reading.task : taskOf({ a: 'x' })));

	it('pass, and see every part of the rule true and false, whatever the tasks are', () => {
		fc.assert(
			fc.property(fc.array(task, { minLength: 1, maxLength: 3 }), fc.boolean(), (tasks, keepContent) => {
				const first = makeFirstRule('first-rule', tasks, { keepContent });
				const { findings, failed, uncovered } = prove(first);
				expect({ findings, failed, uncovered }).toEqual({ findings: ['no-live-rule'], failed: 0, uncovered: [] });
				if (keepContent) return;
				const inRule = new Set(Object.values((first.draft.rule.appliesTo as { meta?: object }).meta ?? {}).flat());
				for (const secret of tasks.flatMap((one) => [
					...one.annotations.map(({ content }) => content ?? ''),
					...one.meta.map(({ value }) => value),
				])) {
					if (/^[QZ]/.test(secret) && !inRule.has(secret)) expect(first.testText).not.toContain(secret);
				}
			}),
			{ seed: 20_261_126, numRuns: 80 },
		);
	});
});
