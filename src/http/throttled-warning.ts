import type { Clock, Log } from '../platform/index.ts';

const everyMs = 60_000;

/**
 * Warns of refused requests at most once a minute for each code, with how many there were since: whoever tries tokens
 * or posts rubbish must not be able to fill the disk.
 */
export function createThrottledWarning(log: Log, clock: Clock): (message: string, code: string) => void {
	const seen = new Map<string, { at: number; count: number }>();
	return (message, code) => {
		const now = clock.now();
		const last = seen.get(code);
		if (last !== undefined && now - last.at < everyMs) {
			last.count += 1;
			return;
		}
		log.warn(message, { code, count: (last?.count ?? 0) + 1 });
		seen.set(code, { at: now, count: 0 });
	};
}
