import { watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../platform/index.ts';

export interface WatchOptions {
	readonly dir: string;
	readonly clock: Clock;
	/** How long nothing must have changed before it is told: editors and deployments write in several steps. */
	readonly quietMs: number;
	/** How often the folder is looked at besides, for file systems that announce nothing. */
	readonly lookEveryMs: number;
	/** Whether to tell at the next look even if nothing has changed: something is still to be done. */
	readonly isDue?: () => boolean;
	/** Told after a change; the next one is told after it has come to an end. Must not reject. */
	readonly onChange: () => Promise<void>;
}

/**
 * Tells when a folder's content changes, also when the folder is replaced as a whole. Several changes within the quiet
 * time are told once. Resolves once the folder is being watched: what changes from then on is told.
 */
export async function watchChanges(options: WatchOptions): Promise<{ stop(): Promise<void> }> {
	const { dir, clock, quietMs, lookEveryMs, isDue = () => false, onChange } = options;
	const stopping = new AbortController();
	let told = await describeFolder(dir);
	let wake: (() => void) | null = null;
	let announced = false;
	const announce = () => {
		announced = true;
		wake?.();
	};
	const notices = announceChanges(dir, announce);

	/** Until something is announced, or for `ms`. */
	const rest = async (ms: number) => {
		const ended = new AbortController();
		const notice = new Promise<void>((resolve) => {
			wake = resolve;
		});
		const signal = AbortSignal.any([stopping.signal, ended.signal]);
		await Promise.race([notice, clock.sleep(ms, signal).catch(() => undefined)]);
		wake = null;
		ended.abort();
	};

	const run = async () => {
		while (!stopping.signal.aborted) {
			if (!announced) await rest(lookEveryMs);
			announced = false;
			let seen = await describeFolder(dir);
			if (seen === told && !isDue()) continue;
			for (let quiet = seen === told; !quiet && !stopping.signal.aborted; ) {
				await clock.sleep(quietMs, stopping.signal).catch(() => undefined);
				const now = await describeFolder(dir);
				quiet = now === seen;
				seen = now;
			}
			if (stopping.signal.aborted) return;
			told = seen;
			notices.renew();
			await onChange();
		}
	};
	const running = run();
	return {
		async stop() {
			stopping.abort();
			wake?.();
			notices.stop();
			await running;
		},
	};
}

/** The platform's notices, which may fail or be missing: looking from time to time makes up for that. */
function announceChanges(dir: string, announce: () => void): { renew(): void; stop(): void } {
	let watcher: ReturnType<typeof watch> | null = null;
	const stop = () => {
		watcher?.close();
		watcher = null;
	};
	/** A folder that was replaced is another one, of which the old watcher knows nothing. */
	const renew = () => {
		stop();
		try {
			watcher = watch(dir, { persistent: false }, announce);
			watcher.on('error', stop);
		} catch {
			watcher = null;
		}
	};
	renew();
	return { renew, stop };
}

/** Changes when a file's name, size, time or identity does. */
async function describeFolder(dir: string): Promise<string> {
	try {
		const names = (await readdir(dir)).sort();
		const facts = await Promise.all(
			names.map(async (name) => {
				const found = await stat(join(dir, name)).catch(() => null);
				return found === null ? [name] : [name, found.size, found.mtimeMs, found.ctimeMs, found.ino];
			}),
		);
		return JSON.stringify(facts);
	} catch {
		return 'unreadable';
	}
}
