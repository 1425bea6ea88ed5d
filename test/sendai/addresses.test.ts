import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAddresses } from '../../src/sendai/addresses.ts';
import { validId } from '../../src/sendai/valid-id.ts';

const path = '/v2/{team_id}/project/{project_id}/tasks?upload_id={upload_id}&status=REVIEWING';
const make = (over: Partial<Parameters<typeof createAddresses>[0]> = {}) =>
	createAddresses({ baseUrl: 'https://api.send.ai', teamId: 'team_1', taskListPath: path, ...over });

describe('an id', () => {
	it.each(['task_1', 'tsk-1', 'a b', 'a/b', '../..', '%2e%2e', 'a?b#c', 'ü', '…', 'x'.repeat(200)])(
		'may be %j',
		(id) => {
			expect(validId(id)).toBe(true);
		},
	);
	it.each(['', '.', '..', 'a\n', 'a\u0000', '\u007f', '\u0085', '\u2028', '\ud800', 'x'.repeat(201)])(
		'may not be %j, and nothing is called with it',
		(id) => {
			expect(validId(id)).toBe(false);
			expect(make().task({ projectId: 'p', taskId: id })).toBeNull();
			expect(make().complete({ projectId: id, taskId: 't' })).toBeNull();
			expect(make().upload('p', id)).toBeNull();
			expect(make().list(id, null)).toBeNull();
			expect(make().list('p', id)).toBeNull();
			expect(() => make({ teamId: id })).toThrow('SENDAI_TEAM_ID');
		},
	);
});

describe('an address', () => {
	it('is the documented one', () => {
		const addresses = make();
		const ref = { projectId: 'project_1', taskId: 'task_1' };
		expect(addresses.task(ref)).toBe('https://api.send.ai/v2/team_1/project/project_1/task/task_1');
		expect(addresses.complete(ref)).toBe('https://api.send.ai/v2/team_1/project/project_1/task/task_1/complete');
		expect(addresses.upload('project_1', 'upl_1')).toBe('https://api.send.ai/v2/team_1/project/project_1/upload/upl_1');
	});

	it('has exactly its segments, each with exactly its id, whatever the ids are', () => {
		const id = fc.oneof(
			fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
			fc.string({ minLength: 1 }),
			fc.constantFrom(
				'.',
				'..',
				'%2e',
				'%2e%2e',
				'.%2e',
				'../x',
				'..\\x',
				'//x',
				'a/../b',
				'?',
				'#',
				';',
				'@',
				':',
				'\\',
				'%',
			),
		);
		fc.assert(
			fc.property(id, id, id, (teamId, projectId, taskId) => {
				fc.pre(validId(teamId));
				const address = make({ teamId }).complete({ projectId, taskId });
				if (!validId(projectId) || !validId(taskId)) return address === null;
				const url = new URL(address ?? '');
				expect(url.origin).toBe('https://api.send.ai');
				expect(url.search + url.hash).toBe('');
				expect(url.pathname.split('/').map(decodeURIComponent)).toEqual([
					'',
					'v2',
					teamId,
					'project',
					projectId,
					'task',
					taskId,
					'complete',
				]);
				return true;
			}),
			{ numRuns: 3_000 },
		);
	});

	it('keeps a path before /v2', () => {
		const addresses = make({ baseUrl: 'http://127.0.0.1:9/send-ai/' });
		expect(addresses.upload('p', 'u')).toBe('http://127.0.0.1:9/send-ai/v2/team_1/project/p/upload/u');
	});
});

describe('the base URL', () => {
	it.each([
		'https://api.send.ai',
		'http://localhost:8080',
		'http://127.0.0.1',
		'http://127.9.9.9:1',
		'http://[::1]:80',
	])('may be %s', (baseUrl) => {
		expect(() => make({ baseUrl })).not.toThrow();
	});
	it.each([
		'http://api.send.ai',
		'http://10.0.0.1',
		'http://127.0.0.1.example.org',
		'http://localhost.example.org',
		'ftp://localhost',
		'api.send.ai',
		'',
		'https://user:word@api.send.ai',
		'https://api.send.ai/?x=1',
		'https://api.send.ai/#x',
	])('may not be %j', (baseUrl) => {
		expect(() => make({ baseUrl })).toThrow(/^SENDAI_BASE_URL .*; give it like/);
	});
});

describe('the list path', () => {
	it('is filled in, and parameters without a value are left out', () => {
		expect(make().list('p/1', 'u&1')).toBe(
			'https://api.send.ai/v2/team_1/project/p%2F1/tasks?upload_id=u%261&status=REVIEWING',
		);
		expect(make().list('p', null)).toBe('https://api.send.ai/v2/team_1/project/p/tasks?status=REVIEWING');
		expect(make({ taskListPath: '/tasks?team={team_id}&in={project_id}' }).list('p', 'u')).toBe(
			'https://api.send.ai/tasks?team=team_1&in=p',
		);
	});

	it('gets the cursor or the page under its usual name, or where the template has it', () => {
		expect(make().listPage('p', null, { by: 'cursor', cursor: 'a=&b' })).toBe(
			'https://api.send.ai/v2/team_1/project/p/tasks?status=REVIEWING&cursor=a%3D%26b',
		);
		expect(make().listPage('p', null, { by: 'page', page: 2 })).toMatch(/\?status=REVIEWING&page=2$/);
		const named = make({ taskListPath: '/tasks?after={cursor}&nr={page}' });
		expect(named.list('p', null)).toBe('https://api.send.ai/tasks');
		expect(named.listPage('p', null, { by: 'cursor', cursor: 'c' })).toBe('https://api.send.ai/tasks?after=c');
		expect(named.listPage('p', null, { by: 'page', page: 3 })).toBe('https://api.send.ai/tasks?nr=3');
	});

	it('that needs an upload in its path is no address without one', () => {
		const addresses = make({ taskListPath: '/upload/{upload_id}/tasks' });
		expect(addresses.list('p', null)).toBeNull();
		expect(addresses.list('p', 'u')).toBe('https://api.send.ai/upload/u/tasks');
	});

	it.each([
		'tasks',
		'//other.example/tasks',
		'https://other.example/tasks',
		'/v2/../tasks',
		'/v2//tasks',
		'/v2/tasks/',
		'/v2/%2e%2e/tasks',
		'/tasks?x={task}',
		'/tasks#x',
		'',
	])('may not be %j', (taskListPath) => {
		expect(() => make({ taskListPath })).toThrow(/^SENDAI_TASK_LIST_PATH .*; give it like/);
	});
});
