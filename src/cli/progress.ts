import type { Clock } from '../platform/index.ts';
import type { CliIo } from './io.ts';

export interface Progress {
	/** Called as often as there is something new; draws a few times a second. */
	show(done: number, detail: string): void;
	/** Takes the line away. */
	end(): void;
}

const everyMs = 100;
const width = 24;

/** A progress line of a terminal; nothing anywhere else. `total` null: how much there is cannot be told. */
export function createProgress(io: CliIo, clock: Pick<Clock, 'now'>, total: number | null): Progress {
	if (!io.isTerminal) return { show: () => {}, end: () => {} };
	let drawnAt = Number.NEGATIVE_INFINITY;
	return {
		show(done, detail) {
			const now = clock.now();
			if (now - drawnAt < everyMs) return;
			drawnAt = now;
			io.write(`\r\u001b[2K${bar(done, total)}${detail}`);
		},
		end() {
			if (drawnAt !== Number.NEGATIVE_INFINITY) io.write('\r\u001b[2K');
		},
	};
}

function bar(done: number, total: number | null): string {
	if (total === null || total <= 0) return '';
	const share = Math.min(1, done / total);
	const full = Math.round(share * width);
	return `[${'#'.repeat(full)}${'.'.repeat(width - full)}] ${String(Math.floor(share * 100)).padStart(3)} %  `;
}
