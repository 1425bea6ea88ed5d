import type { TaskRef } from '../core/task/index.ts';
import type { Clock } from '../platform/index.ts';
import type { ProbedOpening } from './probe-report.ts';
import type { SendAi } from './types.ts';

const pauseMs = 2_000;
/** `Date` has whole seconds, and the two clocks behind the API may differ a little. */
const nearMs = 5_000;

interface Look {
	readonly openedAt: string | null;
	readonly serverTime: number | null;
}

/**
 * Whether our own GET moves `last_opened_at`: reads the task, waits, reads it again. `moves` takes two moves in a row,
 * each at the time of one of our reads by the answer's `Date`, because a person may open the task in between and because
 * the quiet period is switched off by it.
 */
export async function probeOpening(
	{ sendai, clock }: { readonly sendai: Pick<SendAi, 'readTask'>; readonly clock: Clock },
	ref: TaskRef,
): Promise<ProbedOpening> {
	const looks: Look[] = [];
	let moves = 0;
	while (looks.length < 3) {
		if (looks.length > 0) await clock.sleep(pauseMs);
		const read = await sendai.readTask(ref);
		if (read.kind !== 'read' || read.reading.kind !== 'task') {
			return { verdict: 'cannot tell', because: 'the task could not be read twice' };
		}
		const before = looks.at(-1);
		const look = { openedAt: read.reading.task.lastOpenedAt, serverTime: read.serverTime };
		looks.push(look);
		if (before === undefined) continue;
		if (before.openedAt === look.openedAt) break;
		if (!isNear(look.openedAt, before.serverTime) && !isNear(look.openedAt, look.serverTime)) {
			return { verdict: 'cannot tell', because: 'it changed between two reads, to a time that is not ours' };
		}
		moves += 1;
	}
	if (moves === 2) return { verdict: 'moves', because: 'it followed our reads twice in a row' };
	if (moves === 1) return { verdict: 'cannot tell', because: 'it followed one read and not the next' };
	const [first] = looks;
	if (first !== undefined && isNear(first.openedAt, first.serverTime)) {
		return { verdict: 'cannot tell', because: 'somebody, or our first read, had opened the task just then' };
	}
	if (looks.some((look) => look.serverTime === null)) {
		return { verdict: 'cannot tell', because: 'the answers have no Date to compare with' };
	}
	return { verdict: 'does not', because: 'two reads left it as it was' };
}

function isNear(openedAt: string | null, serverTime: number | null): boolean {
	if (openedAt === null || serverTime === null) return false;
	return Math.abs(Date.parse(openedAt) - serverTime) <= nearMs;
}
