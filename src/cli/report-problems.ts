import { type ConfigProblem, formatProblem } from '../config.ts';
import type { CliIo } from './io.ts';

/**
 * Says what is wrong with the configuration: one line each, with the variable's name, the fault and the remedy.
 *
 * @param option by which it was given, in place of the environment
 */
export function reportProblems(io: CliIo, problems: readonly ConfigProblem[], option?: string): void {
	io.complain(problems.length === 1 ? 'One setting is wrong:' : `${problems.length} settings are wrong:`);
	for (const problem of problems) io.complain(`  ${formatProblem(problem)}`);
	io.complain(
		option === undefined
			? 'Settings come from the environment, or from a .env file in the working directory.'
			: `This one was given by ${option}.`,
	);
}
