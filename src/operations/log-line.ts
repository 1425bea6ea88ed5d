import type { LogFields } from '../platform/index.ts';
import { allowedFields, createBlotter, plainMessage } from './redact-fields.ts';

export interface LogOptions {
	/** Takes one line, without its line break. */
	readonly write: (line: string, level: LogLevel) => void;
	/** `json`: one object a line, for machines. `pretty`: aligned, for a terminal. */
	readonly format: 'json' | 'pretty';
	readonly colour?: boolean;
	/** Never come out, wherever they stand. */
	readonly secrets?: readonly string[];
	/** The least level that is written; `info` when left out. */
	readonly lowestLevel?: LogLevel;
}

export const logLevels = ['info', 'warning', 'error'] as const;

export type LogLevel = (typeof logLevels)[number];

/** What a line says, cleared: made by `clearEntry`. */
export interface LogEntry {
	readonly level: LogLevel;
	readonly message: string;
	readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * What may come out of what was said, or null below the least level. Checked when it runs, not just when it is compiled: a
 * field that is not on the list of `LogFields`, or that does not look like an id or a code, never comes out.
 */
export function clearEntry(
	{ lowestLevel = 'info' }: Pick<LogOptions, 'lowestLevel'>,
	level: LogLevel,
	message: string,
	fields: LogFields = {},
): LogEntry | null {
	if (logLevels.indexOf(level) < logLevels.indexOf(lowestLevel)) return null;
	return { level, message: plainMessage(message), fields: allowedFields(fields) };
}

/** Writes entries as lines, with the secrets blotted out. `at`: ms since 1970. */
export function createLineWriter(options: LogOptions): (entry: LogEntry, at: number) => void {
	const { write, format, colour = false, secrets = [] } = options;
	const blot = createBlotter(secrets);
	const toLine = format === 'json' ? jsonLine : (entry: LogEntry, at: number) => prettyLine(entry, at, colour);
	return (entry, at) => write(blot(toLine(entry, at)), entry.level);
}

function jsonLine({ level, message, fields }: LogEntry, at: number): string {
	return JSON.stringify({ time: new Date(at).toISOString(), level, message, ...fields });
}

const colours = { info: '32', warning: '33', error: '31' } as const;

function prettyLine({ level, message, fields }: LogEntry, at: number, colour: boolean): string {
	const time = new Date(at).toISOString().slice(11, 19);
	const label = level.padEnd(7);
	const shown = Object.entries(fields)
		.map(([name, value]) => `${name}=${String(value)}`)
		.join(' ');
	const paint = (code: string, text: string) => (colour && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text);
	const head = `${paint('2', time)} ${paint(colours[level], label)} ${message}`;
	return shown === '' ? head : `${head}  ${paint('2', shown)}`;
}
