import type { Random } from '../platform/index.ts';

/**
 * mulberry32 (Tommy Ettinger, public domain): small, fast, and the same numbers for the same seed on every platform.
 * The seed is taken modulo 2^32.
 */
export function seededRandom(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** A stream of its own, so that (for example) one fault more or less does not change the documents. */
export function forkRandom(random: Random): Random {
	return seededRandom(Math.floor(random() * 2 ** 32));
}

/** A whole number from `low` to `high`, both included. */
export function wholeBetween(random: Random, low: number, high: number): number {
	return low + Math.floor(random() * (high - low + 1));
}

/** Lowest and highest, both included, in whole milliseconds. */
export type Span = readonly [number, number];

export function drawFrom(random: Random, [low, high]: Span): number {
	return low === high ? low : Math.round(low + random() * (high - low));
}

export function pick<const T>(random: Random, list: readonly [T, ...T[]]): T {
	return list[Math.floor(random() * list.length)] ?? list[0];
}

/** Short lower-case text for ids. */
export function randomText(random: Random, length: number): string {
	let text = '';
	for (let i = 0; i < length; i += 1) text += 'abcdefghijklmnopqrstuvwxyz0123456789'.charAt(Math.floor(random() * 36));
	return text;
}
