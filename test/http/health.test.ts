import { describe, expect, it } from 'vitest';
import { ownReadsSetting } from '../../src/ledger/index.ts';
import { createAppUnderTest, reader } from './app-under-test.ts';

interface Readiness {
	status: string;
	checks: { store: string; rules: string };
	notes: { code: string; message: string }[];
	gates?: unknown[];
	pauses?: unknown[];
	revision?: string;
}

describe('health', () => {
	it('answers without touching the store', async () => {
		const app = await createAppUnderTest();
		await app.close();
		const response = await app.request('/healthz');
		expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
		expect(response.headers.get('cache-control')).toBe('no-store');
	});

	it('is at its own address alone: with a slash behind it, there is nothing', async () => {
		const app = await createAppUnderTest();
		expect((await app.request('/healthz/')).status).toBe(404);
		expect((await app.request('/webhooks/send-ai/', { method: 'POST' })).status).toBe(404);
		await app.close();
	});
});

describe('readiness', () => {
	it('is 200 when the store can be written and rules serve', async () => {
		const app = await createAppUnderTest();
		const response = await app.request('/readyz');
		expect([response.status, await response.json()]).toEqual([
			200,
			{ status: 'ready', checks: { store: 'ok', rules: 'ok' }, notes: [] },
		]);
		await app.close();
	});

	it('is 503 with Retry-After when the store fails, or no rules serve', async () => {
		const closed = await createAppUnderTest();
		await closed.close();
		const noStore = await closed.request('/readyz');
		expect(noStore.headers.get('retry-after')).toBe('5');
		expect([noStore.status, await noStore.json()]).toEqual([
			503,
			{ status: 'not-ready', checks: { store: 'failing', rules: 'ok' }, notes: [] },
		]);

		const app = await createAppUnderTest({
			rules: {
				current() {
					throw new Error('none');
				},
				findings: () => [],
				refusedSince: () => null,
				certificates: () => new Map(),
				reload: null,
			},
		});
		const noRules = await app.request('/readyz');
		expect([noRules.status, ((await noRules.json()) as Readiness).checks]).toEqual([
			503,
			{ store: 'ok', rules: 'failing' },
		]);
		await app.close();
	});

	it('says what is not as usual, and names projects to operators alone', async () => {
		const app = await createAppUnderTest();
		await app.ledger.closeGate('proj_1', 'complete', 'status-403');
		await app.ledger.closeGate('proj_1', 'read', 'status-401');
		await app.ledger.closeGate('proj_2', 'read', 'status-401');
		await app.ledger.pause('*', 'alice');
		await app.ledger.pause('proj_2', 'alice');
		await app.ledger.setSetting(ownReadsSetting, 'yes');
		const response = await app.request('/readyz');
		expect(response.status).toBe(200);
		const open = (await response.json()) as Readiness;
		expect(open.notes).toEqual([
			{
				code: 'read-gate-closed',
				message: 'The read gate of 2 projects is closed; it opens by itself once a read succeeds.',
			},
			{
				code: 'complete-gate-closed',
				message: 'The complete gate of one project is closed; see the API key, then POST /v1/resume or restart.',
			},
			{ code: 'paused', message: 'Everything is paused by an operator; POST /v1/resume ends it.' },
			{ code: 'project-paused', message: 'Paused by an operator: one project.' },
			{ code: 'quiet-period-off', message: 'Our own reads move last_opened_at: the quiet period is off.' },
		]);
		expect(JSON.stringify(open)).not.toMatch(/proj_|alice/);

		const seen = (await (
			await app.request('/readyz', { headers: { authorization: `Bearer ${reader.token}` } })
		).json()) as Readiness;
		expect(seen.gates).toHaveLength(3);
		expect(seen.pauses).toContainEqual({ scope: 'proj_2', by: 'alice', at: '2026-06-01T08:00:00.000Z' });
		expect(seen.revision).toHaveLength(64);
		await app.close();
	});
});
