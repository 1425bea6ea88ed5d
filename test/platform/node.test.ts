import { createHmac, hkdfSync } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isLoopback } from '../../src/platform/is-loopback.ts';
import { createKeys, nodeClock, nodeDigest, nodeNewId, nodeRandom } from '../../src/platform/node.ts';
import { createTimeSortedIds } from '../../src/platform/time-sorted-id.ts';

afterEach(() => {
	vi.useRealTimers();
});

describe('the clock', () => {
	it('sleeps, and rejects with the reason of the signal', async () => {
		const begin = nodeClock.now();
		await nodeClock.sleep(20);
		expect(nodeClock.now() - begin).toBeGreaterThanOrEqual(18);

		const reason = new Error('enough');
		const controller = new AbortController();
		const sleeping = nodeClock.sleep(60_000, controller.signal);
		controller.abort(reason);
		await expect(sleeping).rejects.toBe(reason);
		await expect(nodeClock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
	});

	it('sleeps longer than a timer can', async () => {
		const controller = new AbortController();
		let woken = false;
		const sleeping = nodeClock.sleep(40 * 86_400_000, controller.signal).then(
			() => {
				woken = true;
			},
			() => undefined,
		);
		// A timer beyond 2^31 ms would fire at once.
		await nodeClock.sleep(20);
		expect(woken).toBe(false);
		controller.abort();
		await sleeping;
	});
});

describe('ids', () => {
	it('are UUIDs of version 7 that sort by time', () => {
		const ids = Array.from({ length: 1_000 }, () => nodeNewId());
		expect(new Set(ids).size).toBe(ids.length);
		expect([...ids].sort()).toEqual(ids);
		for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
	});

	it('begin with the time', () => {
		const newId = createTimeSortedIds(
			() => 0x0192_0a3b_4c5d,
			() => new Uint8Array(8).fill(0xff),
		);
		expect(newId()).toBe('01920a3b-4c5d-7000-bfff-ffffffffffff');
		expect(newId()).toBe('01920a3b-4c5d-7001-bfff-ffffffffffff');
	});

	it('sort even when the clock steps back, or more than 4,096 are made in a millisecond', () => {
		let now = 1_000;
		const newId = createTimeSortedIds(
			() => now,
			(count) => new Uint8Array(count),
		);
		const ids = Array.from({ length: 10_000 }, (_, index) => {
			if (index === 3_000) now = 500;
			if (index === 9_000) now = 2_000;
			return newId();
		});
		expect([...ids].sort()).toEqual(ids);
		expect(new Set(ids).size).toBe(ids.length);
	});
});

describe('keys', () => {
	const secret = 's'.repeat(32);
	const keys = createKeys(secret);

	it('come from the secret by HKDF-SHA256, one for each purpose', () => {
		const derive = (info: string) => Buffer.from(hkdfSync('sha256', secret, '', info, 32));
		const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest('hex');
		expect(keys.hash('Müller')).toBe(hmac(derive('greenlane/content-hash/v1'), 'Müller'));
		const drawn = BigInt(`0x${hmac(derive('greenlane/audit-draw/v1'), 'tsk_1').slice(0, 13)}`);
		expect(BigInt(keys.draw('tsk_1') * 2 ** 52)).toBe(drawn);
	});

	it('draw numbers spread over [0, 1), the same every time', () => {
		const draws = Array.from({ length: 4_000 }, (_, index) => keys.draw(`tsk_${index}`));
		expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
		expect(Math.max(...draws)).toBeLessThan(1);
		expect(draws.filter((draw) => draw < 0.05).length / draws.length).toBeCloseTo(0.05, 1);
		expect(createKeys(secret).draw('tsk_7')).toBe(draws[7]);
	});

	it('are named without being revealed', () => {
		expect(keys.keyId).toMatch(/^[0-9a-f]{8}$/);
		expect(createKeys('t'.repeat(32)).keyId).not.toBe(keys.keyId);
		expect(JSON.stringify(keys)).not.toContain(secret);
	});
});

it('the digest is SHA-256 of UTF-8 in lower-case hex', () => {
	expect(nodeDigest.sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
	expect(nodeDigest.sha256('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
});

it('random numbers are in [0, 1)', () => {
	for (let i = 0; i < 1_000; i += 1) {
		const number = nodeRandom();
		expect(number >= 0 && number < 1).toBe(true);
	}
});

it('knows which hosts only this machine reaches', () => {
	for (const host of ['localhost', '127.0.0.1', '127.255.1.2', '::1', '[::1]'])
		expect(isLoopback(host), host).toBe(true);
	for (const host of ['0.0.0.0', '::', '10.0.0.1', 'localhost.example.com', '127.0.0.1.example.com', '']) {
		expect(isLoopback(host), host).toBe(false);
	}
});
