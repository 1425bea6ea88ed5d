import { readTimeZone } from '../config.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { reportProblems } from './report-problems.ts';

/** `TIMEZONE`, UTC when it is not set; or what is wrong with it has been said. */
export function timeZoneOf(io: CliIo): string | ExitCode {
	const config = readTimeZone(io.environment(), { readFile: io.readFile });
	if (config.ok) return config.timeZone;
	reportProblems(io, config.problems);
	return exitCodes.wrongUsage;
}
