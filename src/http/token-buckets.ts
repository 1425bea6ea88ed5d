import type { Clock } from '../platform/index.ts';

/** How long a burst may be, in seconds of what is allowed on average: a batch of uploads comes at once. */
const burstSeconds = 10;

/**
 * A bucket of tokens for each key: so many a second, ten seconds' worth at once.
 *
 * @returns takes a token of a bucket: 0 when there was one, else in how many ms there will be
 */
export function createTokenBuckets(perSecond: number, clock: Pick<Clock, 'now'>): (key: number) => number {
	const most = perSecond * burstSeconds;
	const buckets = new Map<number, { tokens: number; at: number }>();
	return (key) => {
		const now = clock.now();
		let bucket = buckets.get(key);
		if (bucket === undefined) {
			bucket = { tokens: most, at: now };
			buckets.set(key, bucket);
		}
		// A clock that was set back gives none.
		bucket.tokens = Math.min(most, bucket.tokens + (Math.max(0, now - bucket.at) / 1_000) * perSecond);
		bucket.at = now;
		if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / perSecond) * 1_000);
		bucket.tokens -= 1;
		return 0;
	};
}
