import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { styleText } from 'node:util';
import type { Environment, ReadFile } from '../config.ts';

/** The styles that commands use; they mean the same everywhere. */
export type Style = 'good' | 'bad' | 'doubtful' | 'quiet' | 'strong';

/** What a command may touch of the process, handed in so that tests can run one in-process. */
export interface CliIo {
	/** Answers the environment, with a `.env` file of the working directory where there is one. */
	readonly environment: () => Environment;
	readonly readFile: ReadFile;
	/** All of standard input, for `-`. */
	readonly readInput: () => Promise<string>;
	/** Writes one line to standard output. */
	readonly print: (line: string) => void;
	/** Writes to standard output as it is: for the progress line of a terminal. */
	readonly write: (text: string) => void;
	/** Writes one line to standard error. */
	readonly complain: (line: string) => void;
	/** Colours text where standard output is a terminal and `NO_COLOR` is not set. */
	readonly paint: (style: Style, text: string) => string;
	/** Whether standard output is a terminal: only then is progress shown. */
	readonly isTerminal: boolean;
}

const formats = { good: 'green', bad: 'red', doubtful: 'yellow', quiet: 'dim', strong: 'bold' } as const;

/** The process itself. */
export function processIo(): CliIo {
	let loaded = false;
	for (const stream of [process.stdout, process.stderr]) stream.on('error', forgiveClosedPipe);
	return {
		environment() {
			if (!loaded) loadEnvFile();
			loaded = true;
			return process.env;
		},
		readFile: (path) => readFileSync(path, 'utf8'),
		readInput: () => text(process.stdin),
		print: (line) => void process.stdout.write(`${line}\n`),
		write: (value) => void process.stdout.write(value),
		complain: (line) => void process.stderr.write(`${line}\n`),
		paint: (style, value) => styleText(formats[style], value, { stream: process.stdout }),
		isTerminal: process.stdout.isTTY === true,
	};
}

/** Whoever read has left, like `head`: the command goes on to its end, and its exit code says what it would have said. */
function forgiveClosedPipe(error: NodeJS.ErrnoException): void {
	if (error.code !== 'EPIPE') throw error;
}

/** Variables that are set already stand; the file only adds. */
function loadEnvFile(): void {
	try {
		process.loadEnvFile('.env');
	} catch {
		// There is none, or none that may be read: what is missing then is said by its name.
	}
}
