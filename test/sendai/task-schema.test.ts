import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintText, type Task, viewTask } from '../../src/core/task/index.ts';
import { parseTask } from '../../src/sendai/task-schema.ts';
import { MALFORMATIONS, spoil } from '../../src/simulator/documents/malformed.ts';
import type { WireTask } from '../../src/simulator/wire.ts';
import { wireAnnotation, wirePage, wireTask, wireTaskWith, without } from './wire-samples.ts';

const asked = { projectId: 'project_1', taskId: 'task_1' };

function taskOf(json: unknown): Task {
	const reading = parseTask(json, asked);
	if (reading.kind !== 'task') throw new Error(`malformed: ${JSON.stringify(reading.faults)}`);
	return reading.task;
}

describe('a task as documented', () => {
	it('is read whole and has no faults, in its envelope or bare', () => {
		const task = taskOf({ payload: wireTask() });
		expect(task).toEqual(taskOf(wireTask()));
		expect(task).toEqual({
			id: 'task_1',
			name: 'invoice.pdf',
			createdAt: '2026-11-01T09:00:00.000Z',
			status: 'REVIEWING',
			stepType: 'EXTRACT',
			uploadId: 'upl_1',
			projectId: 'project_1',
			exportedAt: null,
			exportFailedAt: null,
			lastOpenedAt: null,
			meta: [{ name: 'category', value: 'invoice' }],
			pageCount: 1,
			annotations: [
				{
					id: 'annotation_1',
					page: 1,
					confidence: 0.98,
					entityId: 'total_amount',
					content: '€ 1.210,00',
					top: 120,
					leftOfLine: 40,
				},
			],
			checkboxes: [
				{ id: 'box_1', page: 1, confidence: 0.97, bounds: { left: 10, top: 20, right: 30, bottom: 60 }, checked: true },
			],
			segments: [{ id: 'segment_1', page: 1, confidence: 0.9, bounds: { left: 10, top: 20, right: 30, bottom: 60 } }],
			signatures: [
				{ id: 'signature_1', page: 1, confidence: 0.88, bounds: { left: 10, top: 20, right: 30, bottom: 60 } },
			],
			faults: [],
		});
	});

	it('may be spelled in camelCase', () => {
		const { step_type, upload_id, project_id, created_at, exported_at, export_failed_at, last_opened_at, ...rest } =
			wireTask({ pages: [wirePage({ annotations: [camelAnnotation()] })] });
		const camel = {
			...rest,
			stepType: step_type,
			uploadId: upload_id,
			projectId: project_id,
			createdAt: created_at,
			exportedAt: exported_at,
			exportFailedAt: export_failed_at,
			lastOpenedAt: last_opened_at,
		};
		expect(taskOf(camel)).toEqual(taskOf(wireTask()));
	});

	it('numbers its pages from 1 and keeps the order of the wire', () => {
		const page = (id: string) => wirePage({ annotations: [wireAnnotation({ id })] });
		const task = taskOf(wireTask({ pages: [page('b'), page('a')] }));
		expect(task.annotations.map(({ id, page }) => [id, page])).toEqual([
			['b', 1],
			['a', 2],
		]);
		expect(task.pageCount).toBe(2);
	});

	it('gets its status and step in upper case, and no letter of another alphabet becomes one of ours', () => {
		const task = taskOf(wireTask({ status: 'reviewing', step_type: 'extract' }));
		expect([task.status, task.stepType]).toEqual(['REVIEWING', 'EXTRACT']);
		expect(taskOf(wireTask({ status: 'revıewıng' })).status).not.toBe('REVIEWING');
		expect(taskOf(wireTask({ status: 'proceſſing' })).status).not.toBe('PROCESSING');
	});

	it('keeps confidences that are out of range: a guard looks at them', () => {
		for (const confidence of [98, -1, 1.0000001, 0, 1]) {
			const task = taskOf(wireTaskWith({ confidence }));
			expect(task.annotations[0]?.confidence).toBe(confidence);
			expect(task.faults).toEqual([]);
		}
	});
});

describe('what cannot be taken for the task', () => {
	it.each([
		['null', null],
		['text', 'task'],
		['a list', [wireTask()]],
		['an empty object', {}],
		['an empty envelope', { payload: null }],
		['a list in the envelope', { payload: [wireTask()] }],
		['no id', without(wireTask(), 'id')],
		['an id that is a number', wireTask({ id: 1 })],
		['no status', without(wireTask(), 'status')],
		['a status that is null', wireTask({ status: null })],
		['an empty status', wireTask({ status: '' })],
		['no step', without(wireTask(), 'step_type')],
		['a step that is null', wireTask({ step_type: null })],
		['another task', wireTask({ id: 'task_2' })],
		['a task of another project', wireTask({ project_id: 'project_2' })],
		['a task that hides behind __proto__', JSON.parse(`{"__proto__": ${JSON.stringify(wireTask())}}`)],
		['a task that only its prototype is', Object.create(wireTask())],
		['too many elements', wireTask({ pages: [{ annotations: new Array(50_001).fill({}) }] })],
		['too many pages', wireTask({ pages: new Array(50_001).fill({}) })],
	])('%s is malformed', (_what, json) => {
		const reading = parseTask(json, asked);
		expect(reading.kind).toBe('malformed');
		expect(reading.kind === 'malformed' && reading.faults.length).toBeGreaterThan(0);
	});
});

describe('what is not as documented is a fault, with its place', () => {
	const page = 'pages[0]';
	const annotation = `${page}.annotations[0]`;
	it.each<[string, unknown, string]>([
		['pages absent', without(wireTask(), 'pages'), 'pages'],
		['pages null', wireTask({ pages: null }), 'pages'],
		['pages an object', wireTask({ pages: { 0: wirePage() } }), 'pages'],
		['a page that is null', wireTask({ pages: [null] }), page],
		['a page without id', wireTask({ pages: [wirePage({ id: null })] }), `${page}.id`],
		['annotations absent', wireTask({ pages: [without(wirePage(), 'annotations')] }), `${page}.annotations`],
		['signatures null', wireTask({ pages: [wirePage({ signatures: null })] }), `${page}.signatures`],
		['an annotation that is text', wireTask({ pages: [wirePage({ annotations: ['x'] })] }), annotation],
		['confidence null', wireTaskWith({ confidence: null }), `${annotation}.confidence`],
		[
			'confidence absent',
			wireTask({ pages: [wirePage({ annotations: [without(wireAnnotation(), 'confidence')] })] }),
			`${annotation}.confidence`,
		],
		['confidence as text', wireTaskWith({ confidence: '0.98' }), `${annotation}.confidence`],
		['confidence as a list', wireTaskWith({ confidence: [0.98] }), `${annotation}.confidence`],
		['confidence true', wireTaskWith({ confidence: true }), `${annotation}.confidence`],
		[
			'confidence beyond all numbers',
			JSON.parse(JSON.stringify(wireTaskWith({ confidence: 7 })).replace('"confidence":7', '"confidence":1e999')),
			`${annotation}.confidence`,
		],
		['an annotation without id', wireTaskWith({ id: '' }), `${annotation}.id`],
		['an annotation without entity', wireTaskWith({ entity_id: null }), `${annotation}.entity_id`],
		['content a number', wireTaskWith({ content: 1210 }), `${annotation}.content`],
		['content null', wireTaskWith({ content: null }), `${annotation}.content`],
		['a position as text', wireTaskWith({ top: '120' }), `${annotation}.top`],
		['two spellings that differ', wireTaskWith({ entityId: 'net_amount' }), `${annotation}.entity_id`],
		['checked as text', wirePageWith('checkboxes', { checked: 'yes' }), `${page}.checkboxes[0].checked`],
		['points as text', wirePageWith('segments', { coordinates: 'here' }), `${page}.segments[0].coordinates`],
		[
			'points as pairs of text',
			wirePageWith('segments', { coordinates: [['1', '2']] }),
			`${page}.segments[0].coordinates`,
		],
		['no points at all', wirePageWith('segments', { coordinates: [] }), `${page}.segments[0].coordinates`],
		['meta null', wireTask({ meta: null }), 'meta'],
		['meta absent', without(wireTask(), 'meta'), 'meta'],
		['meta an object', wireTask({ meta: { category: 'invoice' } }), 'meta'],
		['a meta value that is a number', wireTask({ meta: [{ name: 'year', value: 2026 }] }), 'meta[0].value'],
		['a meta entry that is text', wireTask({ meta: ['invoice'] }), 'meta[0]'],
		['exported_at absent', without(wireTask(), 'exported_at'), 'exported_at'],
		['exported_at false', wireTask({ exported_at: false }), 'exported_at'],
		['exported_at in two ways', wireTask({ exportedAt: '2026-11-01T09:00:00Z' }), 'exported_at'],
		['last_opened_at no time', wireTask({ last_opened_at: 'yesterday' }), 'last_opened_at'],
		['created_at null', wireTask({ created_at: null }), 'created_at'],
		['no name', without(wireTask(), 'name'), 'name'],
		['no upload', without(wireTask(), 'upload_id'), 'upload_id'],
		['no project', without(wireTask(), 'project_id'), 'project_id'],
		['a __proto__ key', JSON.parse(JSON.stringify(wireTask()).replace('{', '{"__proto__":{"pages":[]},')), '__proto__'],
		[
			'a __proto__ key in an annotation',
			JSON.parse(JSON.stringify(wireTask()).replace('"entity_id"', '"__proto__":{"confidence":1},"entity_id"')),
			`${annotation}.__proto__`,
		],
		['10,000 annotations', wireTask({ pages: [wirePage({ annotations: many(10_000) })] }), 'pages'],
	])('%s', (_what, json, path) => {
		const { faults } = taskOf(json);
		expect(faults.map((fault) => fault.path)).toEqual([path]);
	});

	it('reads what is not a number as no confidence', () => {
		for (const confidence of [null, undefined, '0.98', Number.NaN, Number.POSITIVE_INFINITY, {}, []]) {
			expect(taskOf(wireTaskWith({ confidence })).annotations[0]?.confidence).toBeNull();
		}
	});

	it('takes absent content, positions and points for none, without a fault', () => {
		const bare = { id: 'a', entity_id: 'e', confidence: 0.9 };
		const task = taskOf(
			wireTask({ pages: [wirePage({ annotations: [bare], segments: [{ id: 's', confidence: 0.9 }] })] }),
		);
		expect(task.annotations[0]).toEqual({
			...{ id: 'a', page: 1, confidence: 0.9 },
			entityId: 'e',
			content: null,
			top: null,
			leftOfLine: null,
		});
		expect(task.segments[0]?.bounds).toBeNull();
		expect(task.faults).toEqual([]);
	});

	it('never quotes the document', () => {
		const secret = 'NL91ABNA0417164300';
		const json = wireTask({
			meta: [{ name: secret, value: { [secret]: 1 } }],
			name: [secret],
			last_opened_at: secret,
			[secret]: secret,
			pages: [wirePage({ annotations: [wireAnnotation({ content: { secret }, confidence: secret })], id: [secret] })],
		});
		const { faults } = taskOf(json);
		expect(faults.length).toBeGreaterThan(4);
		expect(JSON.stringify(faults)).not.toContain(secret);
	});

	it('stays short when everything is wrong', () => {
		const { faults } = taskOf(wireTask({ pages: [wirePage({ annotations: many(4_000).map(() => 0) })] }));
		expect(faults).toHaveLength(101);
		expect(faults.at(-1)).toEqual({ path: '', message: 'and 3900 more faults' });
	});
});

it('no spoiled task of the simulator is both without fault and without sign of it', () => {
	for (const malformation of MALFORMATIONS) {
		const spoiled = JSON.parse(JSON.stringify(spoil(wireTask() as unknown as WireTask, malformation)));
		const reading = parseTask({ payload: spoiled }, asked);
		const visible =
			reading.kind === 'malformed' ||
			reading.task.faults.length > 0 ||
			reading.task.status !== 'REVIEWING' ||
			reading.task.annotations.length === 0 ||
			reading.task.annotations.some(({ confidence }) => confidence === null || confidence > 1);
		expect(visible, malformation).toBe(true);
	}
});

it('10,000 annotations are read in less than 50 ms', () => {
	const json = { payload: wireTask({ pages: [wirePage({ annotations: many(10_000) })] }) };
	const times = [1, 2, 3].map(() => {
		const start = performance.now();
		parseTask(json, asked);
		return performance.now() - start;
	});
	expect(Math.min(...times)).toBeLessThan(50);
});

describe('whatever comes', () => {
	const hostile = fc.oneof(
		fc.anything({ withNullPrototype: true, withDate: true, withMap: true, withSparseArray: true, withBigInt: true }),
		fc.jsonValue(),
	);
	/** Looks enough like a task to be read, with anything at all in any place. */
	const almost = fc
		.record({
			over: fc.dictionary(fc.constantFrom(...Object.keys(wireTask()), 'stepType', '__proto__'), hostile, {
				maxKeys: 3,
			}),
			page: fc.dictionary(fc.constantFrom(...Object.keys(wirePage())), hostile, { maxKeys: 2 }),
			annotation: fc.dictionary(fc.constantFrom(...Object.keys(wireAnnotation()), 'entityId'), hostile, { maxKeys: 3 }),
		})
		.map(({ over, page, annotation }) =>
			wireTask({ pages: [wirePage({ annotations: [wireAnnotation(annotation)], ...page })], ...over }),
		);

	it('is read without throwing, and never with a confidence that is no finite number', () => {
		fc.assert(
			fc.property(fc.oneof(hostile, almost), (json) => {
				const reading = parseTask(json);
				if (reading.kind === 'malformed') return reading.faults.length > 0;
				const { task } = reading;
				expect(task.id).not.toBe('');
				expect(task.status).not.toBe('');
				expect(task.stepType).not.toBe('');
				for (const element of [...task.annotations, ...task.checkboxes, ...task.segments, ...task.signatures]) {
					expect(element.confidence === null || Number.isFinite(element.confidence)).toBe(true);
				}
				// What rules see and what is hashed can be made of it.
				expect(() => fingerprintText(task)).not.toThrow();
				return true;
			}),
			{ numRuns: 2_000 },
		);
	});

	it('that is no plain JSON task has a fault whenever a documented field is of another type', () => {
		const wrong = fc.oneof(fc.boolean(), fc.double(), fc.constant({}), fc.constant([[]]));
		fc.assert(
			fc.property(
				fc.constantFrom('name', 'created_at', 'upload_id', 'meta', 'pages', 'last_opened_at'),
				wrong,
				(name, value) => {
					expect(taskOf(wireTask({ [name]: value })).faults.length).toBeGreaterThan(0);
				},
			),
		);
	});

	it('the view made of it is the view of the sample when only unknown fields are added', () => {
		fc.assert(
			fc.property(
				fc.dictionary(
					fc.string().map((key) => `x_${key}`),
					fc.jsonValue(),
				),
				(extra) => {
					expect(viewTask(taskOf({ ...wireTask(), ...extra }))).toEqual(viewTask(taskOf(wireTask())));
				},
			),
		);
	});
});

function many(count: number): Record<string, unknown>[] {
	return Array.from({ length: count }, (_, index) => wireAnnotation({ id: `annotation_${index}` }));
}

function camelAnnotation(): Record<string, unknown> {
	const { entity_id, left_of_line, ...rest } = wireAnnotation();
	return { ...rest, entityId: entity_id, leftOfLine: left_of_line };
}

function wirePageWith(kind: 'checkboxes' | 'segments', over: Record<string, unknown>): Record<string, unknown> {
	const [element] = wirePage()[kind] as Record<string, unknown>[];
	return wireTask({ pages: [wirePage({ [kind]: [{ ...element, ...over }] })] });
}
