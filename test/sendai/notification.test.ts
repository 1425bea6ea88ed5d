import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindOf, type Notification, parseNotification, toNewEvent } from '../../src/sendai/index.ts';
import { digest } from './loopback.ts';

const upload = { id: 'upl_1', name: 'x', status: 'IN_REVIEW', files: {}, meta: [], folder_id: 'f', created_at: 'x' };
const sample = (over: object = {}) => ({
	id: 'evt_1',
	event: 'upload.in_review',
	event_level: 'UPLOAD',
	team_id: 'team_1',
	project_id: 'project_1',
	upload,
	task: null,
	...over,
});

function read(json: unknown): Notification {
	const reading = parseNotification(json);
	if (!reading.ok) throw new Error(reading.message);
	return reading.notification;
}

describe('the kind of an event', () => {
	it.each([
		'upload.in_review',
		'IN_REVIEW',
		'UPLOAD_IN_REVIEW',
		'task.in_review',
		'TASK_IN_REVIEW',
		'upload_in_review',
		'Upload.In-Review',
		'in review',
		'upload.inReview',
		' IN_REVIEW ',
		'task.reviewing',
	])('%j is in_review', (event) => {
		expect(kindOf(event)).toBe('in_review');
	});
	it.each(['upload.processed', 'PROCESSED', 'UPLOAD_PROCESSED', 'task.processed', 'Upload-Processed'])(
		'%j is processed',
		(event) => {
			expect(kindOf(event)).toBe('processed');
		},
	);
	it.each([
		'upload.created',
		'IN_REVIEW_SOON',
		'NOT_IN_REVIEW',
		'UPLOAD_UPLOAD_IN_REVIEW',
		'processing',
		'ın_revıew',
		'__proto__',
		'x',
	])('%j is other', (event) => {
		expect(kindOf(event)).toBe('other');
	});
});

describe('a notification', () => {
	it('gives its ids and its kind', () => {
		expect(read(sample())).toEqual({
			id: 'evt_1',
			kind: 'in_review',
			name: 'upload.in_review',
			level: 'UPLOAD',
			teamId: 'team_1',
			projectId: 'project_1',
			uploadId: 'upl_1',
			taskIds: [],
		});
	});

	it('of one task names it, in either prefix, and nothing of its data crosses over', () => {
		const task = {
			id: 'tsk_1',
			status: 'COMPLETED',
			document_type: 'x',
			extracted_data: { iban: 'NL91ABNA0417164300' },
		};
		const notification = read(
			sample({ event: 'TASK_IN_REVIEW', event_level: 'task', task, upload: { ...upload, files: { task_2: {} } } }),
		);
		expect(notification).toMatchObject({ kind: 'in_review', level: 'TASK', taskIds: ['tsk_1'] });
		expect(JSON.stringify(notification)).not.toContain('NL91');
	});

	it('may hold task ids in upload.files, or upload_id and task_id beside it', () => {
		expect(read(sample({ upload: { ...upload, files: { a: { task_id: 'task_1' }, task_2: 1 } } })).taskIds).toEqual([
			'task_1',
			'task_2',
		]);
		expect(read(sample({ upload: null, upload_id: 'upl_2', task_id: 'task_3' }))).toMatchObject({
			uploadId: 'upl_2',
			taskIds: ['task_3'],
		});
	});

	it('may be in camelCase, without id, level, upload or task, and with anything else besides', () => {
		const camel = { event: 'IN_REVIEW', teamId: 't', projectId: 'p', uploadId: 'u', extra: [1], __proto__x: {} };
		expect(read(camel)).toEqual({
			id: null,
			kind: 'in_review',
			name: 'IN_REVIEW',
			level: null,
			teamId: 't',
			projectId: 'p',
			uploadId: 'u',
			taskIds: [],
		});
	});

	it('has a name that any log can bear', () => {
		expect(read(sample({ event: '<b>\n\u001b[31m in review' })).name).toBe('_b_31m_in_review');
		expect(read(sample({ event: 'x'.repeat(500) })).name).toHaveLength(64);
	});

	it.each<[string, unknown, string]>([
		['null', null, 'not a JSON object'],
		['a list', [sample()], 'not a JSON object'],
		['text', 'IN_REVIEW', 'not a JSON object'],
		['no event', sample({ event: undefined }), 'event'],
		['an event that is a number', sample({ event: 7 }), 'event'],
		['an empty event', sample({ event: ' ' }), 'event'],
		['no team', sample({ team_id: undefined }), 'team_id'],
		['a team that is a number', sample({ team_id: 5 }), 'team_id'],
		['no project', sample({ project_id: null }), 'project_id'],
		['a project that leads elsewhere', sample({ project_id: '..' }), 'project_id'],
		['an upload that is text', sample({ upload: 'upl_1' }), 'upload'],
		['an upload that is a list', sample({ upload: [upload] }), 'upload'],
		['an upload id with a line end', sample({ upload: { id: 'upl\n1' } }), 'upload.id'],
		['a task that is text', sample({ task: 'task_1' }), 'task'],
		['a task id too long', sample({ task: { id: 'x'.repeat(201) } }), 'task.id'],
		['an empty task id', sample({ task: { id: '' } }), 'task.id'],
		['an id that is an object', sample({ id: {} }), 'id'],
		['ids behind __proto__', JSON.parse(`{"__proto__": ${JSON.stringify(sample())}}`), 'event'],
	])('%s is refused, with the field', (_what, json, field) => {
		const reading = parseNotification(json);
		expect(reading.ok).toBe(false);
		expect(!reading.ok && reading.message).toContain(field);
	});

	it('is read without throwing whatever it is, and only good ids cross over', () => {
		const almost = fc
			.dictionary(
				fc.constantFrom('id', 'event', 'team_id', 'project_id', 'upload', 'task', 'upload_id', '__proto__'),
				fc.anything({ withNullPrototype: true }),
				{ maxKeys: 3 },
			)
			.map((over) => ({ ...sample(), ...over }));
		fc.assert(
			fc.property(fc.oneof(fc.anything(), almost), (json) => {
				const reading = parseNotification(json);
				if (!reading.ok) return;
				const { teamId, projectId, taskIds } = reading.notification;
				for (const id of [teamId, projectId, ...taskIds]) expect(id).toMatch(/^[^\p{Cc}]{1,200}$/u);
			}),
			{ numRuns: 1_000 },
		);
	});
});

describe('the event for the ledger', () => {
	const sources = { deliveryId: 'msg_1', digest, newId: () => 'fresh' };
	it('has the id of the sender: of the event, else of the delivery, else a fresh one', () => {
		expect(toNewEvent(read(sample()), sources).id).toBe('evt_1');
		expect(toNewEvent(read(sample({ id: null })), sources).id).toBe('msg_1');
		expect(toNewEvent(read(sample({ id: null })), { ...sources, deliveryId: null }).id).toBe('fresh');
		expect(toNewEvent(read(sample({ id: null })), { ...sources, deliveryId: 'a\u0000' }).id).toBe('fresh');
	});

	it('is told to be ignored when its kind is other', () => {
		expect(toNewEvent(read(sample()), sources)).toMatchObject({ source: 'webhook', kind: 'in_review', ignored: null });
		expect(toNewEvent(read(sample({ event: 'upload.created' })), sources)).toMatchObject({
			kind: 'other',
			name: 'upload.created',
			ignored: 'other-event',
		});
	});

	it('has one digest however it is worded, and another when it says something else', () => {
		const digestOf = (over: object) => toNewEvent(read(sample(over)), sources).digest;
		const same = [
			{ event: 'UPLOAD_IN_REVIEW' },
			{ id: 'evt_2' },
			{ extra: 1 },
			{ upload: { ...upload, name: 'y', status: 'PROCESSING' } },
		].map(digestOf);
		expect(new Set([digestOf({}), ...same]).size).toBe(1);
		expect(digestOf({})).toMatch(/^[0-9a-f]{64}$/);
		const other = [
			{ event: 'PROCESSED' },
			{ team_id: 't' },
			{ project_id: 'p' },
			{ upload: { id: 'u' } },
			{ task: { id: 't' } },
		].map(digestOf);
		expect(new Set([digestOf({}), ...other]).size).toBe(6);
		const files = (...ids: string[]) => ({ upload: { ...upload, files: ids } });
		expect(digestOf(files('task_1', 'task_2'))).toBe(digestOf(files('task_2', 'task_1')));
	});
});
