import { describe, expect, it } from 'vitest';
import { buildTestTask, type RuleTestCase } from '../../../src/core/ruleset/index.ts';

const right = {
	id: 'task_1',
	status: 'REVIEWING',
	meta: [
		{ name: 'category', value: 'invoice' },
		{ name: 'language', value: 'nl' },
	],
	pages: [
		{
			id: 'page_1',
			annotations: [
				{ id: 'a', entity_id: 'total', confidence: 0.9, content: '1' },
				{ id: 'b', entity_id: 'line', confidence: 0.8, content: '2' },
			],
			checkboxes: [{ id: 'c', checked: true, confidence: 0.7 }],
			signatures: [{ id: 's', confidence: 0.6 }],
			segments: [],
		},
		{ id: 'page_2', annotations: [{ id: 'd', entity_id: 'line', confidence: 0.5, content: '3' }] },
	],
};

const build = (task: RuleTestCase['task']) =>
	buildTestTask({ fixtures: { right } }, { task }) as unknown as typeof right;

describe('the task of a test', () => {
	it('is a fixture as it is when nothing changes', () => {
		expect(build({ fixture: 'right' })).toMatchObject(right);
	});

	it('is a task in full, with or without the envelope of the API', () => {
		expect(build(right)).toEqual(right);
		expect(build({ payload: right })).toEqual(right);
		expect(buildTestTask({ fixtures: { right: { payload: right } } }, { task: { fixture: 'right' } })).toMatchObject({
			id: 'task_1',
		});
	});

	it('has every occurrence of an entity changed, on every page', () => {
		const { pages } = build({ fixture: 'right', annotations: { line: { confidence: 0.1 } } });
		expect(pages.map((page) => page.annotations.map(({ id, confidence }) => [id, confidence]))).toEqual([
			[
				['a', 0.9],
				['b', 0.1],
			],
			[['d', 0.1]],
		]);
		expect(pages[0]?.annotations[1]?.content).toBe('2');
	});

	it('has entities taken away and added', () => {
		const { pages } = build({ fixture: 'right', annotations: { line: null, iban: { content: 'NL' }, gone: null } });
		expect(pages.map((page) => page.annotations.map(({ entity_id, content }) => [entity_id, content]))).toEqual([
			[
				['total', '1'],
				['iban', 'NL'],
			],
			[],
		]);
	});

	it('has meta, fields, checkboxes and signatures changed', () => {
		const task = build({
			fixture: 'right',
			task: { status: 'PROCESSING' },
			meta: { language: null, category: 'contract', supplier: 'X' },
			checkboxes: { checked: false },
			signatures: null,
		});
		expect(task.status).toBe('PROCESSING');
		expect(task.meta).toEqual([
			{ name: 'category', value: 'contract' },
			{ name: 'supplier', value: 'X' },
		]);
		expect(task.pages[0]?.checkboxes).toEqual([{ id: 'c', checked: false, confidence: 0.7 }]);
		expect(task.pages[0]?.signatures).toEqual([]);
	});

	it('has elements put on its first page', () => {
		const checkbox = { id: 'e', checked: false, confidence: 0.1 };
		const { pages } = build({
			fixture: 'right',
			checkboxes: null,
			add: { checkboxes: [checkbox], segments: [{ id: 'f', confidence: 0.2 }] },
		});
		expect(pages[0]).toMatchObject({ checkboxes: [checkbox], segments: [{ id: 'f', confidence: 0.2 }] });
		expect(pages[1]).toMatchObject({ checkboxes: [], segments: [] });
	});

	it('leaves the fixture as it was', () => {
		const before = JSON.stringify(right);
		build({ fixture: 'right', annotations: { total: null }, checkboxes: null, meta: { category: null } });
		expect(JSON.stringify(right)).toBe(before);
	});
});
