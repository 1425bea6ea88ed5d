import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../src/platform/index.ts';
import type { TaskListOptions } from '../../src/simulator/index.ts';
import { clientOf } from './loopback.ts';
import { simulate } from './simulated.ts';

const path = '/v2/{team_id}/project/{project_id}/tasks?upload_id={upload_id}&status=REVIEWING';

const entry = (id: string, over: object = {}) => ({
	id,
	project_id: 'p',
	upload_id: 'u',
	status: 'REVIEWING',
	step_type: 'EXTRACT',
	...over,
});

/** A client that is answered from a table by query string; whatever is not in it is a 500. */
function clientFrom(pages: Record<string, unknown>, headers: Record<string, Record<string, string>> = {}) {
	const asked: string[] = [];
	const fetch: Fetch = async (input) => {
		const { search } = new URL(input);
		asked.push(search);
		return search in pages
			? Response.json(pages[search], { headers: headers[search] ?? {} })
			: new Response(null, { status: 500 });
	};
	return { asked, client: clientOf('https://api.send.ai', { fetch, taskListPath: path }) };
}

const first = '?upload_id=u&status=REVIEWING';
const list = (pages: Record<string, unknown>, headers?: Record<string, Record<string, string>>) =>
	clientFrom(pages, headers).client.listTasks('p', 'u');
const idsOf = async (pages: Record<string, unknown>, headers?: Record<string, Record<string, string>>) => {
	const result = await list(pages, headers);
	return result.kind === 'listed' ? result.tasks.map(({ taskId }) => taskId) : result;
};

describe('the list', () => {
	const two = [entry('a'), entry('b')];
	it.each<[string, unknown]>([
		['an array in the envelope', { payload: two }],
		['items', { payload: { items: two } }],
		['tasks', { payload: { tasks: two } }],
		['items without envelope', { items: two }],
		['a bare array', two],
	])('may be %s', async (_what, body) => {
		expect(await idsOf({ [first]: body })).toEqual(['a', 'b']);
	});

	it('tells what is known of each task, in either spelling', async () => {
		const camel = { taskId: 'b', projectId: 'p', uploadId: 'u', stepType: 'Classify', status: 'in_review' };
		expect(await list({ [first]: [entry('a'), camel, { id: 'c' }] })).toEqual({
			kind: 'listed',
			tasks: [
				{ taskId: 'a', projectId: 'p', uploadId: 'u', status: 'REVIEWING', stepType: 'EXTRACT' },
				{ taskId: 'b', projectId: 'p', uploadId: 'u', status: 'IN_REVIEW', stepType: 'CLASSIFY' },
				{ taskId: 'c', projectId: 'p', uploadId: null, status: null, stepType: null },
			],
		});
	});

	it('keeps what is in review, or does not say, and of this upload and project', async () => {
		const body = [
			entry('a'),
			entry('b', { status: 'reviewing' }),
			entry('c', { status: 'In Review' }),
			entry('d', { status: null }),
			entry('e', { upload_id: null }),
			entry('x1', { status: 'PROCESSING' }),
			entry('x2', { status: 'COMPLETED' }),
			entry('x3', { status: 'NOT_IN_REVIEW' }),
			entry('x4', { upload_id: 'other' }),
			entry('x5', { project_id: 'other' }),
		];
		expect(await idsOf({ [first]: body })).toEqual(['a', 'b', 'c', 'd', 'e']);
		const whole = await clientFrom({ '?status=REVIEWING': body }).client.listTasks('p', null);
		expect(whole.kind === 'listed' && whole.tasks.map(({ taskId }) => taskId)).toContain('x4');
	});
});

describe('further pages', () => {
	const [a, b, c] = [[entry('a')], [entry('b')], [entry('c')]];
	const then = (more: string) => `${first}&${more}`;
	it.each<[string, Record<string, unknown>]>([
		[
			'next_cursor',
			{
				[first]: { payload: a, next_cursor: '1' },
				[then('cursor=1')]: { payload: b, next_cursor: '2' },
				[then('cursor=2')]: { payload: c, next_cursor: null },
			},
		],
		[
			'nextCursor in payload',
			{
				[first]: { payload: { items: a, nextCursor: '1' } },
				[then('cursor=1')]: { payload: { items: [...b, ...c], nextCursor: '' } },
			},
		],
		[
			'cursor, with has_more to say when it ends',
			{
				[first]: { payload: a, cursor: 'a', has_more: true },
				[then('cursor=a')]: { payload: [...b, ...c], cursor: 'c', has_more: false },
			},
		],
		[
			'a number for a cursor',
			{ [first]: { payload: a, next_cursor: 10 }, [then('cursor=10')]: { payload: [...b, ...c], next_cursor: null } },
		],
		[
			'next as a cursor',
			{ [first]: { payload: a, next: 'n' }, [then('cursor=n')]: { payload: [...b, ...c], next: null } },
		],
		[
			'next as an address',
			{ [first]: { payload: a, next: 'https://api.send.ai/else?x=1' }, '?x=1': { payload: [...b, ...c], next: null } },
		],
		['next as a path', { [first]: { payload: a, next: '/else?x=1' }, '?x=1': { payload: [...b, ...c] } }],
		['next as a number', { [first]: { payload: a, next: 2 }, [then('page=2')]: { payload: [...b, ...c], next: null } }],
		[
			'next_page',
			{ [first]: { payload: a, next_page: 2 }, [then('page=2')]: { payload: [...b, ...c], next_page: null } },
		],
		[
			'page and total_pages',
			{
				[first]: { payload: a, page: 1, total_pages: 3 },
				[then('page=2')]: { payload: b, page: 2, total_pages: 3 },
				[then('page=3')]: { payload: c, page: 3, total_pages: 3 },
			},
		],
		[
			'has_more alone',
			{
				[first]: { payload: { tasks: a, hasMore: true } },
				[then('page=2')]: { payload: { tasks: [...b, ...c], hasMore: false } },
			},
		],
		[
			'an empty page in between',
			{
				[first]: { payload: a, next_cursor: '1' },
				[then('cursor=1')]: { payload: [], next_cursor: '2' },
				[then('cursor=2')]: { payload: [...b, ...c] },
			},
		],
		[
			'a task that comes twice because the list moved',
			{ [first]: { payload: [...a, ...b], next_cursor: '1' }, [then('cursor=1')]: { payload: [...b, ...c] } },
		],
		[
			'a total that is reached',
			{ [first]: { payload: a, next_cursor: '1', total: 3 }, [then('cursor=1')]: { payload: [...b, ...c], total: 3 } },
		],
	])('by %s', async (_what, pages) => {
		expect(await idsOf(pages)).toEqual(['a', 'b', 'c']);
	});

	it('by a Link header, which is all that a bare array has room for', async () => {
		const link = '<https://api.send.ai/first>; rel="first", </tasks?page=2>; rel="next"';
		expect(await idsOf({ [first]: a, '?page=2': [...b, ...c] }, { [first]: { link } })).toEqual(['a', 'b', 'c']);
		const last = '<https://api.send.ai/first>; rel="prev"';
		expect(await idsOf({ [first]: a }, { [first]: { link: last } })).toEqual(['a']);
	});
});

describe('never half a list', () => {
	const a = [entry('a')];
	const b = [entry('b')];
	it.each<[string, Record<string, unknown>]>([
		['no list', { [first]: { payload: { a } } }],
		['null', { [first]: null }],
		['an entry without id', { [first]: [entry('a'), { name: 'b' }] }],
		['an entry whose id leads elsewhere', { [first]: [entry('..')] }],
		['an entry that is text', { [first]: ['task_a'] }],
		['a status that is a number', { [first]: [entry('a', { status: 3 })] }],
		[
			'a cursor that comes again',
			{ [first]: { payload: a, next_cursor: '1' }, [`${first}&cursor=1`]: { payload: b, next_cursor: '1' } },
		],
		[
			'a page that comes again',
			{ [first]: { payload: a, next_cursor: '1' }, [`${first}&cursor=1`]: { payload: a, next_cursor: '2' } },
		],
		[
			'a page other than the one asked for',
			{
				[first]: { payload: a, page: 1, total_pages: 2 },
				[`${first}&page=2`]: { payload: b, page: 1, total_pages: 2 },
			},
		],
		[
			'page numbers that go round',
			{ [first]: { payload: a, next_page: 2 }, [`${first}&page=2`]: { payload: b, next_page: 2 } },
		],
		['has_more and no cursor', { [first]: { payload: a, has_more: true, next_cursor: null } }],
		['a cursor that is an object', { [first]: { payload: a, next_cursor: { after: 1 } } }],
		['total_pages as text', { [first]: { payload: a, page: 1, total_pages: '2' } }],
		['a total with no way to the rest', { [first]: { payload: a, total: 230 } }],
		['a way to another host', { [first]: { payload: a, next: 'https://evil.example/tasks' } }],
		['a way to another host without a scheme', { [first]: { payload: a, next: '//evil.example/tasks' } }],
	])('%s is malformed', async (_what, pages) => {
		const { client } = clientFrom(pages);
		expect(await client.listTasks('p', 'u')).toMatchObject({ kind: 'malformed', message: expect.any(String) });
	});

	it('a cursor that comes again with nothing is noticed at once', async () => {
		const { client, asked } = clientFrom({
			[first]: { payload: a, next_cursor: '1' },
			[`${first}&cursor=1`]: { payload: [], next_cursor: '1' },
		});
		expect(await client.listTasks('p', 'u')).toMatchObject({ kind: 'malformed' });
		expect(asked).toHaveLength(2);
	});

	it('the Link of a bare array may not lead to another host either', async () => {
		const link = '<https://evil.example/tasks>; rel=next';
		expect(await idsOf({ [first]: a }, { [first]: { link } })).toMatchObject({ kind: 'malformed' });
	});

	it('a page that fails is a failure of the list', async () => {
		const { client, asked } = clientFrom({ [first]: { payload: a, next_cursor: 'gone' } });
		expect(await client.listTasks('p', 'u')).toMatchObject({ kind: 'unavailable', code: 'status-500' });
		expect(asked).toHaveLength(4);
	});

	it('a list without end stops after 200 pages', async () => {
		let count = 0;
		const fetch: Fetch = async () => {
			count += 1;
			return Response.json({ payload: [entry(`task_${count}`)], next_cursor: String(count) });
		};
		const client = clientOf('https://api.send.ai', { fetch, taskListPath: path });
		expect(await client.listTasks('p', 'u')).toMatchObject({ kind: 'malformed' });
		expect(count).toBe(200);
	});

	it('without a list path nothing is called', async () => {
		const client = clientOf('https://api.send.ai', { fetch: () => Promise.reject(new Error('called')) });
		expect(client.canList).toBe(false);
		expect(await client.listTasks('p', 'u')).toMatchObject({ kind: 'malformed' });
	});
});

describe('every list of the simulator is read to its end', () => {
	for (const envelope of ['payload', 'items', 'tasks', 'bare'] as const) {
		for (const pagination of ['none', 'cursor', 'page'] as const) {
			it(`${envelope}, ${pagination}`, async () => {
				const list: TaskListOptions = {
					path: '/v2/{team_id}/project/{project_id}/tasks',
					envelope,
					pagination,
					pageSize: 3,
				};
				const { clock, simulator, client } = simulate({ list }, { taskListPath: `${list.path}?status=REVIEWING` });
				const ids = [1, 2, 3, 4].flatMap(() => simulator.createUpload({ tasks: [{}, {}] }).taskIds);
				await clock.advance(60_000);
				const result = await client.listTasks('project_1', null);
				expect(result.kind === 'listed' && result.tasks.map(({ taskId }) => taskId).sort()).toEqual(ids.sort());
			});
		}
	}
});
