import { afterAll, beforeAll, expect, it } from 'vitest';
import type { z } from 'zod';
import { operationOf } from '../../src/http/openapi-operations.ts';
import { problemSchema } from '../../src/http/openapi-schemas.ts';
import { operator } from './app-under-test.ts';
import { site } from './page-parts.ts';
import { createPagesUnderTest, type PagesUnderTest } from './pages-under-test.ts';

interface Operation {
	readonly operationId: string;
	readonly parameters?: readonly { readonly name: string; readonly in: string }[];
	readonly requestBody?: { readonly content: Record<string, { readonly schema: Record<string, unknown> }> };
	readonly responses: Record<string, unknown>;
	readonly security: readonly unknown[];
}

interface Document {
	readonly openapi: string;
	readonly paths: Record<string, Record<string, Operation>>;
}

let under: PagesUnderTest;
let document: Document;
const headers = { authorization: `Bearer ${operator.token}` };
const get = async (path: string) => await under.app.request(`${site}${path}`, { headers });

beforeAll(async () => {
	under = await createPagesUnderTest(2);
	document = (await (await get('/openapi.json')).json()) as Document;
});
afterAll(() => under.close());

it('has every route that the app serves, and none that it does not', () => {
	const served = new Set(
		under.app.routes
			.filter(({ method }) => method !== 'ALL')
			.map(({ method, path }) => `${method} ${path.replace(/:([a-z]+)/g, '{$1}')}`),
	);
	const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
		Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
	);
	expect(documented.toSorted()).toEqual([...served].toSorted());
	expect(document.openapi).toBe('3.1.0');
});

it('names each operation once, and refers to nothing that it does not hold', () => {
	const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
	const ids = operations.map((one) => one.operationId);
	expect(new Set(ids).size).toBe(ids.length);
	const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref);
	for (const ref of refs.filter((one) => one.startsWith('#/components')))
		expect(ref).toBe('#/components/schemas/Problem');
});

it('says what the schemas that read a request take', () => {
	const pause = document.paths['/v1/pause']?.post;
	expect(pause?.requestBody?.content['application/json']?.schema).toMatchObject({
		type: 'object',
		additionalProperties: false,
		properties: { scope: { type: 'string', default: '*' }, why: { type: 'string', maxLength: 200 } },
	});
	const cases = document.paths['/v1/cases']?.get;
	expect(cases?.parameters?.map(({ name }) => name)).toEqual([
		'outcome',
		'rule',
		'condition',
		'project_id',
		'day',
		'id',
		'limit',
		'before',
	]);
	expect(document.paths['/healthz']?.get?.security).toEqual([]);
});

it('and what is really answered', async () => {
	const { ledger } = under.world;
	await ledger.pause('proj_2', 'alice', 'because');
	await ledger.closeGate('proj_2', 'read', 'status-401');
	const [done] = (await ledger.listCases({ states: ['completed'], limit: 1 })).items;
	for (const [route, path] of [
		['/healthz', '/healthz'],
		['/v1/summary', '/v1/summary'],
		['/v1/cases', '/v1/cases?limit=200'],
		['/v1/cases/:id', `/v1/cases/${done?.id}`],
		['/v1/upcoming', '/v1/upcoming'],
		['/v1/statement', '/v1/statement'],
		['/v1/proof', '/v1/proof'],
		['/v1/decisions', '/v1/decisions'],
		['/v1/decisions/:id', `/v1/decisions/${done?.decisionId}`],
		['/v1/events', '/v1/events'],
		['/v1/rules', '/v1/rules'],
		['/v1/rules/results', '/v1/rules/results'],
		['/v1/controls', '/v1/controls'],
	] as const) {
		const answer = operationOf('GET', route)?.answer[1] as z.ZodType;
		const response = await get(path);
		expect(response.status, path).toBe(200);
		const parsed = answer.safeParse(await response.json());
		expect(parsed.error?.issues ?? [], path).toEqual([]);
	}
	const missing = await get('/v1/cases/none');
	expect(problemSchema.safeParse(await missing.json()).success).toBe(true);
});

it('and what a judgement without effect answers, also where the rules are refused', async () => {
	const simulate = async (body: unknown) =>
		await under.app.request(`${site}/v1/simulate`, {
			method: 'POST',
			headers: { ...headers, 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
	const answer = operationOf('POST', '/v1/simulate')?.answer[1] as z.ZodType;
	for (const task of [{}, { id: 'task_1', project_id: 'proj_1', pages: [] }]) {
		const judged = await simulate({ task });
		expect(judged.status).toBe(200);
		expect(answer.safeParse(await judged.json()).error?.issues ?? []).toEqual([]);
	}
	const refused = await simulate({ task: {}, rules: { broken: { mode: 'Live' } } });
	expect(refused.status).toBe(422);
	const problem = problemSchema.parse(await refused.json());
	expect(problem.findings?.length).toBeGreaterThan(0);
});
