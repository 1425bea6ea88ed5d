/** The platform on Cloudflare Workers: clock, randomness, digests and ids there. */
import { createHash } from 'node:crypto';
import type { Clock, Digest, Fetch, Random } from './index.ts';
import { createContentSeal } from './node-content-seal.ts';
import { createTimeSortedIds } from './time-sorted-id.ts';

export { createKeys } from './node-keys.ts';

/** Time moves only with I/O there, which is often enough: nothing here measures a calculation. */
export const workersClock: Clock = {
	now: () => Date.now(),
	sleep(ms, signal) {
		return new Promise((resolve, reject) => {
			if (signal?.aborted === true) {
				reject(signal.reason);
				return;
			}
			const abort = () => {
				clearTimeout(timer);
				reject(signal?.reason);
			};
			const timer = setTimeout(
				() => {
					signal?.removeEventListener('abort', abort);
					resolve();
				},
				Math.max(0, ms),
			);
			signal?.addEventListener('abort', abort, { once: true });
		});
	},
};

const randomBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count));

export const workersRandom: Random = () => {
	const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
	return ((high & 0x7fff) * 2 ** 32 + low) / 2 ** 47;
};

export const workersDigest: Digest = {
	sha256: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
};

export const workersNewId: () => string = createTimeSortedIds(Date.now, randomBytes);

/** See `createContentSeal`. */
export const createSeal = (secrets: readonly string[]) => createContentSeal(secrets, randomBytes);

/** Redirects, bodies and time-outs are the caller's to bound, as on Node. */
export const workersFetch: Fetch = (input, init) => fetch(input, init);
