import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { createTokenBuckets } from '../../src/http/token-buckets.ts';
import { createAppUnderTest, eventsOf, notification, problemOf, webhookToken } from './app-under-test.ts';

const other = 'another-bearer-token-0123';

async function limited(webhookRate: number | null) {
	const app = await createAppUnderTest({ webhookRate, webhookSecrets: [webhookToken, other] });
	onTestFinished(() => app.close());
	let sent = 0;
	return {
		app,
		send: async (token = webhookToken) => {
			sent += 1;
			return await app.notify(notification({ id: `evt_${sent}` }), { authorization: `Bearer ${token}` });
		},
	};
}

it('ten seconds of notifications are taken at once, the next is asked to come again, and comes', async () => {
	const { app, send } = await limited(2);
	for (let n = 0; n < 20; n += 1) expect((await send()).status, `${n}`).toBe(202);
	const refused = await send();
	expect(refused.headers.get('retry-after')).toBe('1');
	expect(await problemOf(refused)).toMatchObject({ status: 429, code: 'too-many-notifications' });
	// Nothing of it was stored, so that nobody takes it for accepted.
	expect((await eventsOf(app.ledger)).length).toBe(20);
	await app.clock.advance(500);
	expect((await send()).status).toBe(202);
	expect((await send()).status).toBe(429);
});

it('one secret does not use up what another may send, and who has none uses up nothing', async () => {
	const { app, send } = await limited(1);
	for (let n = 0; n < 30; n += 1) expect((await send('wrong-token-0123456789')).status).toBe(401);
	for (let n = 0; n < 10; n += 1) expect((await send()).status).toBe(202);
	expect((await send()).status).toBe(429);
	expect((await send(other)).status).toBe(202);
	expect((await eventsOf(app.ledger)).length).toBe(11);
});

it('without a limit as many are taken as come', async () => {
	const { send } = await limited(null);
	for (let n = 0; n < 40; n += 1) expect((await send()).status).toBe(202);
});

it('never more than the burst and the rate go through, whenever they come, and who waits as told is let through', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.nat({ max: 3_000 }), { maxLength: 200 }), (rate, gaps) => {
			let now = 1_000_000;
			const take = createTokenBuckets(rate, { now: () => now });
			const begin = now;
			let taken = 0;
			for (const gap of gaps) {
				now += gap;
				const wait = take(7);
				if (wait === 0) taken += 1;
				else {
					now += wait;
					expect(take(7)).toBe(0);
					taken += 1;
				}
			}
			expect(taken).toBeLessThanOrEqual(rate * 10 + ((now - begin) / 1_000) * rate + 1e-6);
		}),
		{ seed: 7 },
	);
});
