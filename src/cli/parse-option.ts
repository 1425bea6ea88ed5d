import { InvalidArgumentError } from 'commander';

/** An option that is a whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
	return (text) => {
		const value = Number(text);
		if (/^\d+$/.test(text) && value >= least && value <= most) return value;
		throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
	};
}

/** An option that is a number from 0 to `most`. */
export function upTo(most: number): (text: string) => number {
	return (text) => {
		const value = Number(text);
		if (/^\d+(?:\.\d+)?$/.test(text) && value <= most) return value;
		throw new InvalidArgumentError(`Give a number from 0 to ${most}.`);
	};
}

/** An option that is a share above 0 and below 1, as `1%` or `0.01`. */
export function parseShare(text: string): number {
	const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
	const written = Number(match?.[1]);
	const value = match?.[2] === '%' ? Number((written / 100).toPrecision(15)) : written;
	if (match !== null && value > 0 && value < 1) return value;
	if (text.trim() === '1') throw new InvalidArgumentError('Is that 1% or 100%? Write the per cent sign.');
	throw new InvalidArgumentError('Give a share above 0 and below 1, like 1% or 0.01.');
}

/** An option that is a day of the calendar, `YYYY-MM-DD`. */
export function parseDay(text: string): string {
	const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
	if (day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)) return text;
	throw new InvalidArgumentError('Give a day like 2026-06-01.');
}
