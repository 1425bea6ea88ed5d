import { type ConfigProblem, formatProblem } from '../config.ts';
import type { CliIo } from './io.ts';

/** Says what is wrong with the configuration: one line each, with the variable's name, the fault and the remedy. */
export function reportProblems(io: CliIo, problems: readonly ConfigProblem[]): void {
	io.complain(problems.length === 1 ? 'One setting is wrong:' : `${problems.length} settings are wrong:`);
	for (const problem of problems) io.complain(`  ${formatProblem(problem)}`);
	io.complain('Settings come from the environment, or from a .env file in the working directory.');
}
