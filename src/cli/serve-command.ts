import { readConfig, secretsOf } from '../config.ts';
import { createLog } from '../operations/log.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { printFindings } from './print-findings.ts';
import { reportProblems } from './report-problems.ts';
import { startServer } from './serve.ts';

export interface ServeCommandOptions {
	/** Log lines as JSON on a terminal too. */
	readonly json: boolean;
}

/** `greenlane serve`: runs until SIGINT or SIGTERM; a second signal ends it at once. SIGHUP reads the rules again. */
export async function runServe(options: ServeCommandOptions, io: CliIo): Promise<ExitCode> {
	const reading = readConfig(io.environment(), { readFile: io.readFile });
	if (!reading.ok) {
		reportProblems(io, reading.problems);
		return exitCodes.wrongUsage;
	}
	const { config } = reading;
	const log = createLog({
		write: (line) => io.print(line),
		format: options.json || !io.isTerminal ? 'json' : 'pretty',
		colour: io.paint('strong', '.') !== '.',
		secrets: secretsOf(config),
	});

	// Before anything starts: a signal that comes while the store opens must not be lost.
	const signal = waitForSignal(io);
	const started = await startServer({ config, log });
	if (!started.ok) {
		if (started.findings !== undefined) printFindings(io, started.findings, io.complain);
		io.complain(started.message);
		return started.exitCode;
	}
	process.on('SIGHUP', () => {
		log.info('reading the rules again');
		void started.reload().catch(() => undefined);
	});
	await signal;
	log.info('stopping');
	await started.stop();
	return exitCodes.good;
}

function waitForSignal(io: CliIo): Promise<void> {
	return new Promise((resolve) => {
		let count = 0;
		for (const name of ['SIGINT', 'SIGTERM'] as const) {
			process.on(name, () => {
				count += 1;
				if (count === 1) resolve();
				else {
					// What was in hand is due again when its lease ends.
					io.complain('Stopped at once.');
					process.exit(name === 'SIGINT' ? 130 : 143);
				}
			});
		}
	});
}
