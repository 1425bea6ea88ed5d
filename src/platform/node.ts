/** The platform on Node: the one place outside doors and adapters that reaches for clock, randomness and network. */
import { hash, randomBytes, randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock, Digest, Fetch, Random } from './index.ts';
import { createContentSeal } from './node-content-seal.ts';
import { createTimeSortedIds } from './time-sorted-id.ts';

export { createKeys } from './node-keys.ts';

/** See `createContentSeal`. */
export const createSeal = (secrets: readonly string[]) => createContentSeal(secrets, randomBytes);

/** The longest delay that a Node timer takes; a longer one would fire at once. */
const longestTimer = 2 ** 31 - 1;

export const nodeClock: Clock = {
	now: () => Date.now(),
	async sleep(ms, signal) {
		try {
			for (let left = Math.max(0, ms); ; left -= longestTimer) {
				await wait(Math.min(left, longestTimer), undefined, signal === undefined ? {} : { signal });
				if (left <= longestTimer) return;
			}
		} catch (error) {
			throw signal?.aborted === true ? signal.reason : error;
		}
	},
};

/** Unpredictable: spreads retries over instances that started at the same moment, too. */
export const nodeRandom: Random = () => randomInt(2 ** 47) / 2 ** 47;

export const nodeDigest: Digest = {
	sha256: (text) => hash('sha256', text, 'hex'),
};

export const nodeNewId: () => string = createTimeSortedIds(Date.now, randomBytes);

/**
 * Node's own `fetch`, with its agent: connections are kept alive, ten seconds to connect, no retry of a request that was
 * written. How long an answer may take is the caller's to bound, by a signal; redirects and bodies as well.
 */
export const nodeFetch: Fetch = (input, init) => fetch(input, init);
