/** Longest run of ids within one millisecond before the counter borrows from the next one. */
const mostPerMs = 0x1000;

/**
 * Makes ids that sort by the time at which they were made: UUID version 7 (RFC 9562, method 1: the 12 bits after the
 * time count up within one millisecond). A clock that steps back does not: time never runs backwards in ids.
 *
 * @param randomBytes gives so many unpredictable bytes
 */
export function createTimeSortedIds(now: () => number, randomBytes: (count: number) => Uint8Array): () => string {
	let lastMs = -1;
	let counter = 0;
	return () => {
		const ms = now();
		if (ms > lastMs) {
			lastMs = ms;
			counter = 0;
		} else {
			counter += 1;
			if (counter === mostPerMs) {
				lastMs += 1;
				counter = 0;
			}
		}
		const time = lastMs.toString(16).padStart(12, '0');
		const bytes = randomBytes(8);
		// The two highest bits are the variant, 10.
		bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x80;
		const tail = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
		const middle = `7${counter.toString(16).padStart(3, '0')}`;
		return `${time.slice(0, 8)}-${time.slice(8)}-${middle}-${tail.slice(0, 4)}-${tail.slice(4)}`;
	};
}
