/**
 * What a failed batch means. `untouched`: D1 did not begin, it may be tried again whatever it is. `unknown`: it may have
 * been done, or may yet be. `final`: D1 read it and refused it, and would again.
 */
export type D1Fault = 'untouched' | 'unknown' | 'final';

/**
 * D1 tells its faults apart by their wording alone. From https://developers.cloudflare.com/d1/observability/debug-d1/, and
 * others that were seen; what is not listed and carries no SQLite code is taken for `unknown`, the careful reading.
 */
const untouched: readonly RegExp[] = [
	/D1 DB is overloaded/i,
	/requests queued for too long/i,
	/too many requests queued/i,
	/Cannot resolve D1 DB due to transient issue/i,
	/Internal error while starting up D1 DB storage/i,
];

/** Refused by SQLite or before it: a constraint, a text that is no SQL, a value that is too large. */
const final: readonly RegExp[] = [
	/SQLITE_(?!BUSY|LOCKED|IOERR|INTERRUPT|NOMEM|FULL|CANTOPEN|PROTOCOL)/,
	/D1_(?:TYPE_ERROR|COLUMN_NOTFOUND)/,
	/Wrong number of parameter bindings/i,
];

export function readFault(error: unknown): D1Fault {
	const text = textOf(error);
	if (untouched.some((pattern) => pattern.test(text))) return 'untouched';
	return final.some((pattern) => pattern.test(text)) ? 'final' : 'unknown';
}

/** For a log: what D1 said, but for values, which it shows where it does not know their type. */
export function describeFault(error: unknown): string {
	return textOf(error)
		.replace(/(D1_TYPE_ERROR).*/s, '$1')
		.slice(0, 200);
}

function textOf(error: unknown): string {
	return error instanceof Error ? error.message : 'unknown';
}
