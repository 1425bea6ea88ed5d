import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { Finding } from '../../src/core/ruleset/index.ts';
import { fixedRules } from '../../src/rulesource/index.ts';
import { ruleSetOf } from '../core/decision/rule-set-of.ts';
import { wireAnnotation, wirePage, wireTask } from '../sendai/wire-samples.ts';
import { type AppUnderTest, createAppUnderTest, operator, problemOf, reader } from './app-under-test.ts';

const rule = (conditions: readonly Json[], over: { readonly [key: string]: Json } = {}) => ({
	description: 'A rule of the tests.',
	mode: 'live',
	locale: 'nl-NL',
	conditions: conditions.map((logic, index) => ({ id: `condition-${index}`, requirement: 'It must be so.', logic })),
	...over,
});
const certain = rule([{ '>=': [{ confidence: 'total_amount' }, 0.98] }]);
const limit = rule([{ '<': [{ number: 'total_amount' }, 1000] }]);
const task = wireTask({ project_id: 'proj_1' });

let app: AppUnderTest;
const called: string[] = [];

beforeAll(async () => {
	const real = await createAppUnderTest();
	await real.close();
	// A store of which every call is noted, and none answered.
	const ledger = new Proxy(real.ledger, {
		get: (_target, name) => () => {
			called.push(String(name));
			return Promise.reject(new Error('the store must not be asked'));
		},
	});
	app = await createAppUnderTest({ rules: fixedRules(ruleSetOf({ certain })), ledger });
	vi.stubGlobal('fetch', () => {
		called.push('fetch');
		throw new Error('nothing may leave the machine');
	});
});

afterAll(() => vi.unstubAllGlobals());

interface Simulated {
	readonly outcome: string;
	readonly first_reason: string | null;
	readonly decision: { readonly rules: readonly unknown[]; readonly guards: readonly unknown[] };
}

/** As the operator who may only read. */
const simulate = (body: unknown) =>
	app.request('/v1/simulate', {
		method: 'POST',
		headers: { authorization: `Bearer ${reader.token}`, 'content-type': 'application/json' },
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});

async function simulated(body: unknown): Promise<Simulated> {
	const response = await simulate(body);
	expect(response.status).toBe(200);
	return (await response.json()) as Simulated;
}

async function refused(rules: unknown) {
	const response = await simulate({ task, rules });
	const text = await response.clone().text();
	const { findings, more_findings: more } = JSON.parse(text) as { findings: Finding[]; more_findings: number };
	return { problem: await problemOf(response), findings, more, text };
}

describe('POST /v1/simulate', () => {
	it('says what the serving rules would decide, in the form of a stored decision', async () => {
		expect(await simulated({ task })).toMatchObject({
			outcome: 'complete',
			withheld: null,
			first_reason: null,
			project_id: 'proj_1',
			task_id: 'task_1',
			step_type: 'EXTRACT',
			rules: ['certain'],
			revision: ruleSetOf({ certain }).revision,
			version: 'test',
			fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
			decision: { outcome: 'complete', draw: null, applying: ['certain'] },
		});
		expect(await simulated({ task: { payload: { ...task, status: 'COMPLETED' } } })).toMatchObject({
			outcome: 'review',
			first_reason: 'guard:in-review',
		});
	});

	it('judges by exactly the rules that are given', async () => {
		const answer = await simulated({ task, rules: { limit } });
		expect(answer).toMatchObject({
			outcome: 'review',
			first_reason: 'rule:limit:condition-0',
			rules: ['limit'],
			revision: ruleSetOf({ limit }).revision,
			logic_revision: ruleSetOf({ limit }).logicRevision,
		});
		expect(answer.decision.rules).toHaveLength(1);
		expect(await simulated({ task, rules: {} })).toMatchObject({ outcome: 'review', first_reason: 'no-live-rule' });
		expect(await simulated({ task })).toMatchObject({ outcome: 'complete', rules: ['certain'] });
	});

	it('judges as of today in the configured time zone, and knows the configured projects', async () => {
		const today = (day: string) => simulated({ task, rules: { day: rule([{ '==': [{ today: [] }, day] }]) } });
		// 08:00 UTC; the clock is the one of the tests.
		expect((await today('2026-06-01')).outcome).toBe('complete');
		await app.clock.advance(14.5 * 3_600_000);
		expect((await today('2026-06-02')).outcome).toBe('complete');
		const foreign = await simulated({ task: { ...task, project_id: 'proj_9' } });
		expect(foreign.first_reason).toBe('guard:project-known');
	});

	it('leaves a task that cannot be read to a person, as an answer', async () => {
		for (const [broken, first] of [
			['not a task', 'guard:readable'],
			[null, 'guard:readable'],
			[{ ...task, id: undefined }, 'guard:readable'],
			[{ ...task, pages: 'none' }, 'guard:readable'],
		]) {
			const answer = await simulated({ task: broken });
			expect([answer.outcome, answer.first_reason]).toEqual(['review', first]);
			expect(answer.decision.guards[0]).toMatchObject({ id: 'readable', outcome: expect.stringMatching(/error|fail/) });
		}
	});

	it('has no effect at all: no call of the store or of Send AI, no work announced, nothing logged', async () => {
		await simulated({ task });
		await simulated({ task, rules: { limit } });
		await refused({ broken: { ...limit, mode: 'alive' } });
		expect(called).toEqual([]);
		expect(app.pokes()).toBe(0);
		expect(app.logged).toEqual([]);
	});

	it('leaves values of the document out unless they are asked for', async () => {
		const text = 'Jansen & Zonen';
		const other = wireTask({
			project_id: 'proj_1',
			pages: [
				wirePage({
					annotations: [
						wireAnnotation({ content: text }),
						wireAnnotation({ id: 'a2', entity_id: 'amount', content: '777' }),
					],
				}),
			],
		});
		const rules = {
			one: rule([{ '==': [{ content: 'total_amount' }, 'x'] }, { '<': [{ number: 'amount' }, 5] }]),
		};
		const hidden = JSON.stringify(await simulated({ task: other, rules }));
		expect(hidden).not.toContain('Jansen');
		expect(hidden).not.toContain('777');
		const shown = JSON.stringify(await simulated({ task: other, rules, show_content: true }));
		expect(shown).toContain('Jansen');
		expect(shown).toContain('777');
	});
});

describe('given rules that are not sound', () => {
	it('are refused with every finding and its place in the rule as it is written out', async () => {
		const broken = {
			...certain,
			appliesTo: { projects: ['proj_1'] },
			mode: 'alive',
			conditions: [{ ...certain.conditions[0], logic: { gte: [1, 2] } }],
		};
		const { problem, findings, more } = await refused({ broken, sound: { ...limit, mode: 'off' } });
		expect(problem).toEqual({
			status: 422,
			code: 'rules-refused',
			detail: 'The rules were refused: 2 errors; "findings" says which.',
		});
		expect(more).toBe(0);
		expect(findings).toMatchObject([
			{ file: 'broken.json', severity: 'error', code: 'wrong-mode', pointer: '/mode' },
			{ file: 'broken.json', code: 'unknown-operator', pointer: '/conditions/0/logic/gte', did_you_mean: '>=' },
		]);
		const lines = JSON.stringify(broken, null, '\t').split('\n');
		const [mode, operator] = findings;
		expect(lines[(mode?.line ?? 0) - 1]?.slice((mode?.column ?? 0) - 1)).toMatch(/^"alive"/);
		expect(lines[(operator?.line ?? 0) - 1]?.slice((operator?.column ?? 0) - 1)).toMatch(/^"gte"/);
	});

	it.each([
		['an id that is no file name', { 'Not Kebab': limit }, 'file-name'],
		['something that is no rule', { rule: 'text' }, 'wrong-value'],
		['a key that means something to JavaScript', `{"rule":{"__proto__":{},"mode":"live"}}`, 'unsafe-key'],
		['a test file', { 'limit.test': limit }, 'test-without-rule'],
		['brackets without end', `{"deep":${'['.repeat(500_000)}${']'.repeat(500_000)}}`, 'too-deep'],
	])('%s', async (_what, rules, code) => {
		const response = await simulate(`{"task":{},"rules":${typeof rules === 'string' ? rules : JSON.stringify(rules)}}`);
		expect(response.status).toBe(422);
		const { findings } = (await response.json()) as { findings: Finding[] };
		expect(findings.map((finding) => finding.code)).toContain(code);
	});

	it('are counted beyond the first 200 findings', async () => {
		const twins = { ...limit, requiredEntities: Array.from({ length: 300 }, () => 'total_amount') };
		const { findings, more } = await refused({ twins });
		expect([findings.length, more]).toEqual([200, 99]);
	});
});

describe('a call that would cost too much', () => {
	const started = () => {
		const start = performance.now();
		return () => performance.now() - start;
	};
	const big = (elements: number, content = 'x') =>
		wireTask({
			project_id: 'proj_1',
			pages: [
				wirePage({
					annotations: Array.from({ length: elements }, (_, index) => wireAnnotation({ id: `a${index}`, content })),
				}),
			],
		});
	const everywhere = (operations: number, operation: Json) =>
		rule(
			Array.from({ length: operations / 20 }, () => ({
				all: [{ var: 'annotations' }, { and: Array.from({ length: 20 }, () => operation) }],
			})),
		);

	it.each([
		[
			'patterns that are written out by repetition',
			task,
			{ a: rule(Array.from({ length: 10 }, () => ({ matches: [{ content: 'x' }, '(?:a{1,90}b){1,9}'.repeat(14)] }))) },
			'too-much-work',
		],
		['more text than rules have', task, { a: { ...limit, description: 'x'.repeat(140_000) } }, 'too-large'],
		[
			'many operations for many elements',
			big(5_000),
			{ a: everywhere(400, { '>': [{ var: 'confidence' }, 0] }) },
			'too-much-work',
		],
		[
			'decimal arithmetic for many elements',
			big(5_000),
			{ a: everywhere(60, { within: [{ var: 'confidence' }, 1, 0.5] }) },
			'too-much-work',
		],
		[
			'patterns for many elements',
			big(3_000),
			{ a: everywhere(200, { matches: [{ var: 'content' }, 'x'] }) },
			'too-much-work',
		],
		[
			'patterns for long texts',
			big(100, 'x'.repeat(9_000)),
			{ a: everywhere(20, { matches: [{ var: 'content' }, '(?:x|y)*z'] }) },
			'too-much-work',
		],
	])('is refused at once: %s', async (_what, of, rules, code) => {
		const took = started();
		expect(await problemOf(await simulate({ task: of, rules }))).toMatchObject({ status: 413, code });
		expect(took()).toBeLessThan(1_000);
	});

	it('is not one of usual size', async () => {
		const rules = Object.fromEntries(
			Array.from({ length: 15 }, (_, index) => [
				`rule-${index}`,
				rule(
					Array.from({ length: 12 }, (_, part) => ({
						and: [
							{ all: [{ var: 'annotations' }, { '>=': [{ var: 'confidence' }, part / 20] }] },
							{ matches: [{ content: 'total_amount' }, '€? ?[0-9]{1,3}(?:[.][0-9]{3}){0,3},[0-9]{2}'] },
						],
					})),
				),
			]),
		);
		expect((await simulated({ task: big(500, '€ 1.210,00'), rules })).outcome).toBe('complete');
	});

	it('is a body of more than 2 MiB', async () => {
		const detail = 'The body has at most 2097152 bytes.';
		const large = { task: { ...task, name: 'x'.repeat(2_097_152) } };
		expect(await problemOf(await simulate(large))).toEqual({ status: 413, code: 'too-large', detail });
		expect((await simulate({ task: { ...task, name: 'x'.repeat(2_000_000) } })).status).toBe(200);
	});
});

describe('a body that is wrong', () => {
	it.each([
		[{}, 'task is missing'],
		[{ task, rules: [] }, 'rules is not an object'],
		[{ task, rules: 'x' }, 'rules is not an object'],
		[{ task, show_content: 'yes' }, 'show_content is neither true nor false'],
		[{ task, secret: 1 }, 'it has a member that is not known'],
		[[task], 'it is not an object'],
	])('%j', async (body, what) => {
		expect(await problemOf(await simulate(body))).toEqual({
			status: 400,
			code: 'malformed-body',
			detail: `The body is wrong: ${what}.`,
		});
	});

	it('is told before anything is judged, and wants an operator', async () => {
		expect(await problemOf(await simulate('{"task":'))).toMatchObject({ status: 400, code: 'malformed-json' });
		const body = JSON.stringify({ task });
		const post = (headers: Record<string, string>) => app.request('/v1/simulate', { method: 'POST', headers, body });
		expect(await problemOf(await post({ 'content-type': 'application/json' }))).toMatchObject({ status: 401 });
		const asText = { authorization: `Bearer ${operator.token}`, 'content-type': 'text/plain' };
		expect(await problemOf(await post(asText))).toMatchObject({ status: 415 });
	});
});
