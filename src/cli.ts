/** The door on Node: `node src/cli.ts <command>`. */
import { exitCodes } from './cli/exit-codes.ts';
import { processIo } from './cli/io.ts';
import { runCli } from './cli/program.ts';

const io = processIo();
try {
	process.exitCode = await runCli(process.argv.slice(2), io);
} catch (error) {
	// A defect or a machine in trouble: what is expected to fail was told by the command itself.
	io.complain(`Greenlane failed: ${error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'}`);
	process.exitCode = exitCodes.couldNotRun;
}
