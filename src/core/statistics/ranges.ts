/*
 * Arguments out of range are defects of the caller, who has read them from somewhere and should have refused them there.
 * A bound of a nonsensical question must never come out as a number.
 */

/** @throws RangeError unless the value lies strictly between 0 and 1 */
export function requireShare(name: string, value: number): void {
	if (!(value > 0 && value < 1)) throw new RangeError(`${name} must lie between 0 and 1`);
}

/** @throws RangeError unless the value lies in 0..1 */
export function requireRate(name: string, value: number): void {
	if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must be from 0 to 1`);
}

/** @throws RangeError unless the value is a whole number of 0 or more */
export function requireCount(name: string, value: number): void {
	if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} must be a whole number of 0 or more`);
}
