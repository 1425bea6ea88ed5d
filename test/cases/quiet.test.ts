import { expect, test } from 'vitest';
import { lastPersonOpening, quietFor, rememberOpenings, thatMayMove } from '../../src/cases/quiet.ts';
import type { Task } from '../../src/core/task/index.ts';

const at = Date.parse('2026-06-01T12:00:00Z');
const minute = 60_000;

function opened(lastOpenedAt: string | null): Task {
	return {
		id: 'task_1',
		name: '',
		createdAt: '',
		status: 'REVIEWING',
		stepType: 'EXTRACT',
		uploadId: 'upl_1',
		projectId: 'proj_1',
		exportedAt: null,
		exportFailedAt: null,
		lastOpenedAt,
		meta: [],
		pageCount: 1,
		annotations: [],
		checkboxes: [],
		segments: [],
		signatures: [],
		faults: [],
	};
}
const iso = (instant: number) => new Date(instant).toISOString();

test('a task that nobody opened does not wait', () => {
	expect(quietFor(opened(null), 15, [at], at, at)).toBe(0);
});

test('a task that a person opened five minutes ago waits the other ten', () => {
	expect(quietFor(opened(iso(at - 5 * minute)), 15, [at], at, at)).toBe(10 * minute);
});

test('the wait ends with the quiet period, not before', () => {
	expect(quietFor(opened(iso(at - 15 * minute + 1)), 15, [], at, at)).toBe(1);
	expect(quietFor(opened(iso(at - 15 * minute)), 15, [], at, at)).toBe(0);
});

test.each([
	[-1_001, false],
	[-1_000, true],
	[0, true],
	[5_000, true],
	[5_001, false],
])('an opening %i ms from a read of ours: ours is %s', (offset, ours) => {
	const own = at - 2 * minute;
	expect(quietFor(opened(iso(own + offset)), 15, [own], at, at) === 0).toBe(ours);
});

test('an opening in the future waits the whole period from then', () => {
	expect(quietFor(opened(iso(at + minute)), 15, [], at, at)).toBe(16 * minute);
});

test('an opening whose time cannot be read counts as one at the first sight of the task', () => {
	expect(quietFor(opened('yesterday-ish'), 15, [], at, at - 5 * minute)).toBe(10 * minute);
});

test('a rule without quiet period does not wait', () => {
	expect(quietFor(opened(iso(at)), 0, [], at, at)).toBe(0);
});

test('an opening by a person is remembered after a read of ours put its own in its place', () => {
	const person = at - 4 * minute;
	const seen = rememberOpenings({}, opened(iso(person)), [at - minute], true);
	expect(seen).toEqual({ personOpenedAt: person });
	const later = rememberOpenings(seen, opened(iso(at)), [at - minute, at], false);
	// It may be that person again.
	expect(later).toEqual({ personOpenedAt: person, maybeOpenedAt: at });
	expect(quietFor(opened(iso(at)), 15, [at - minute, at], at, at - minute, later)).toBe(15 * minute);
	const then = at + 15 * minute;
	const last = rememberOpenings(later, opened(iso(then)), [at - minute, at, then], false);
	expect(quietFor(opened(iso(then)), 15, [at - minute, at, then], then, at - minute, last)).toBe(0);
});

test('a first read that shows its own opening says nothing about who came before: the task waits once', () => {
	const seen = rememberOpenings({}, opened(iso(at)), [at], true);
	expect(seen).toEqual({ openingHidden: true });
	expect(quietFor(opened(iso(at)), 15, [at], at, at, seen)).toBe(15 * minute);
	const then = at + 15 * minute;
	const again = rememberOpenings(seen, opened(iso(then)), [at, then], false);
	expect(quietFor(opened(iso(then)), 15, [at, then], then, at, again)).toBe(0);
});

test('an opening close to a read of ours, which an earlier read did not show, may be a person: the task waits once', () => {
	const first = rememberOpenings({}, opened(null), [at - 3_000], true);
	expect(first).toEqual({});
	const seen = rememberOpenings(first, opened(iso(at - 1_000)), [at - 3_000, at], false);
	expect(seen).toEqual({ maybeOpenedAt: at - 1_000 });
	expect(quietFor(opened(iso(at - 1_000)), 15, [at - 3_000, at], at, at - 3_000, seen)).toBe(15 * minute - 1_000);
	// It says nothing of who looked: for labels it is nobody.
	expect(lastPersonOpening(opened(iso(at - 1_000)), [at - 3_000, at], seen)).toBeNull();

	// Where our reads move it, the next one does so again, and is not waited for.
	const then = at + 15 * minute;
	const again = rememberOpenings(seen, opened(iso(then)), [at - 3_000, at, then], false);
	expect(again).toEqual(seen);
	expect(quietFor(opened(iso(then)), 15, [at - 3_000, at, then], then, at - 3_000, again)).toBe(0);
});

test('where our reads are known to leave it alone, every opening is a person', () => {
	const [reads, stay] = [[at - 3_000, at], { ownReads: 'stay' } as const];
	expect(thatMayMove(reads, stay)).toEqual([]);
	for (const ownReads of ['move', 'unknown'] as const) expect(thatMayMove(reads, { ownReads })).toBe(reads);
	const seen = rememberOpenings({}, opened(iso(at)), thatMayMove(reads, stay), true);
	expect(seen).toEqual({ personOpenedAt: at });
	expect(lastPersonOpening(opened(iso(at)), thatMayMove(reads, stay), seen)).toBe(at);
});
