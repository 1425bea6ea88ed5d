import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	caseStates,
	interpretStatus,
	isTerminal,
	mayMove,
	terminalStates,
	wokenByEvent,
} from '../../../src/core/lifecycle/index.ts';

test('a visit that ended never goes anywhere else', () => {
	for (const from of terminalStates) {
		for (const to of caseStates) expect(mayMove(from, to), `${from} -> ${to}`).toBe(from === to);
	}
});

test('completing is entered only from a case that is judged or verified, never from one left to a person', () => {
	const into = caseStates.filter((from) => mayMove(from, 'completing'));
	expect(into).toEqual(['located', 'waiting', 'completing', 'verifying']);
});

test('every open state has a way to an end', () => {
	for (const state of caseStates) {
		const reached = new Set([state]);
		for (const from of reached) for (const to of caseStates) if (mayMove(from, to)) reached.add(to);
		expect([...reached].some(isTerminal), state).toBe(true);
	}
});

test('an event cuts no rate limit, pause, gate or daily limit short', () => {
	for (const reason of ['rate_limited', 'paused', 'gate', 'limit']) expect(wokenByEvent('waiting', reason)).toBe(false);
	for (const reason of ['processing', 'quiet', 'hold', 'not_found', null])
		expect(wokenByEvent('waiting', reason)).toBe(true);
	for (const state of terminalStates) expect(wokenByEvent(state, null)).toBe(false);
	expect(wokenByEvent('review', 'guard:in-review')).toBe(true);
});

test.each([
	[200, false, 'taken'],
	[202, false, 'taken'],
	[207, false, 'taken'],
	[299, true, 'taken'],
	[300, false, 'unknown'],
	[307, false, 'unknown'],
	[308, true, 'unknown'],
	[400, false, 'refused'],
	[401, false, 'denied'],
	[403, false, 'denied'],
	[404, false, 'refused'],
	[408, false, 'unknown'],
	[409, false, 'refused'],
	[422, true, 'refused'],
	[429, false, 'refused-before-work'],
	[429, true, 'refused-before-work'],
	[500, false, 'unknown'],
	[500, true, 'unknown'],
	[502, false, 'unknown'],
	[503, false, 'unknown'],
	[503, true, 'refused-before-work'],
	[504, true, 'unknown'],
	[0, false, 'unknown'],
] as const)('status %i, Retry-After %s: %s', (status, retryAfter, meaning) => {
	expect(interpretStatus(status, retryAfter)).toBe(meaning);
});

test('no status outside 200..299 counts as taken, and only 429 and 503 as refused before work', () => {
	fc.assert(
		fc.property(fc.integer({ min: -1, max: 1000 }), fc.boolean(), (status, retryAfter) => {
			const meaning = interpretStatus(status, retryAfter);
			expect(meaning === 'taken').toBe(status >= 200 && status <= 299);
			if (meaning === 'refused-before-work') expect([429, 503]).toContain(status);
		}),
	);
});
