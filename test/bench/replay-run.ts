/**
 * Runs `greenlane replay` and prints its report with the most memory that the process ever held, in KiB, and the processor
 * time of all its threads, in seconds.
 */
import { processIo } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/program.ts';

let report = '';
const exitCode = await runCli(['replay', ...process.argv.slice(2), '--json'], {
	...processIo(),
	print: (line) => {
		report = line;
	},
});
const { maxRSS: maxRssKib, userCPUTime, systemCPUTime } = process.resourceUsage();
const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
console.log(JSON.stringify({ exitCode, ...JSON.parse(report), maxRssKib, cpuSeconds }));
