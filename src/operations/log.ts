import { configureSync, getLogger, type LogRecord } from '@logtape/logtape';
import type { Log, LogFields } from '../platform/index.ts';
import { allowedFields, createBlotter, plainMessage } from './redact-fields.ts';

export interface LogOptions {
	/** Takes one line, without its line break. */
	readonly write: (line: string, level: 'info' | 'warning' | 'error') => void;
	/** `json`: one object a line, for machines. `pretty`: aligned, for a terminal. */
	readonly format: 'json' | 'pretty';
	readonly colour?: boolean;
	/** Never come out, wherever they stand. */
	readonly secrets?: readonly string[];
	/** The least level that is written; `info` when left out. */
	readonly lowestLevel?: 'info' | 'warning' | 'error';
}

type Sink = (record: LogRecord) => void;

/** LogTape knows one configuration a process; each log is a category under it, with a sink of its own. */
const sinks = new Map<string, Sink>();
let logs = 0;

/**
 * A log that writes only what `LogFields` allows: checked when it runs, not just when it is compiled. A field that is not
 * on the list, or that does not look like an id or a code, never comes out.
 */
export function createLog(options: LogOptions): Log {
	configureOnce();
	logs += 1;
	const name = String(logs);
	sinks.set(name, createSink(options));
	const logger = getLogger(['greenlane', name]);
	const least = levels.indexOf(options.lowestLevel ?? 'info');
	const emit = (level: (typeof levels)[number], message: string, fields: LogFields = {}) => {
		if (levels.indexOf(level) < least) return;
		// LogTape reads `{name}` in a message as a placeholder; ours have none.
		const text = plainMessage(message).replace(/[{}]/g, '$&$&');
		const allowed = allowedFields(fields);
		if (level === 'info') logger.info(text, allowed);
		else if (level === 'warning') logger.warn(text, allowed);
		else logger.error(text, allowed);
	};
	return {
		info: (message, fields) => emit('info', message, fields),
		warn: (message, fields) => emit('warning', message, fields),
		error: (message, fields) => emit('error', message, fields),
	};
}

const levels = ['info', 'warning', 'error'] as const;

let configured = false;

function configureOnce(): void {
	if (configured) return;
	configured = true;
	configureSync({
		// Whoever else in the process configured LogTape loses: our lines are the only ones that went through the list.
		reset: true,
		sinks: { lines: (record) => sinks.get(record.category[1] ?? '')?.(record) },
		loggers: [
			{ category: ['greenlane'], sinks: ['lines'], lowestLevel: 'info' },
			{ category: ['logtape', 'meta'], sinks: [], lowestLevel: 'error' },
		],
	});
}

function createSink({ write, format, colour = false, secrets = [] }: LogOptions): Sink {
	const blot = createBlotter(secrets);
	const toLine = format === 'json' ? jsonLine : (record: LogRecord) => prettyLine(record, colour);
	return (record) => write(blot(toLine(record)), levelOf(record));
}

function levelOf({ level }: LogRecord): 'info' | 'warning' | 'error' {
	return level === 'error' || level === 'fatal' ? 'error' : level === 'warning' ? 'warning' : 'info';
}

function jsonLine(record: LogRecord): string {
	return JSON.stringify({
		time: new Date(record.timestamp).toISOString(),
		level: levelOf(record),
		message: record.message.join(''),
		...record.properties,
	});
}

const colours = { info: '32', warning: '33', error: '31' } as const;

function prettyLine(record: LogRecord, colour: boolean): string {
	const level = levelOf(record);
	const time = new Date(record.timestamp).toISOString().slice(11, 19);
	const label = level.padEnd(7);
	const fields = Object.entries(record.properties)
		.map(([name, value]) => `${name}=${String(value)}`)
		.join(' ');
	const paint = (code: string, text: string) => (colour && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text);
	const head = `${paint('2', time)} ${paint(colours[level], label)} ${record.message.join('')}`;
	return fields === '' ? head : `${head}  ${paint('2', fields)}`;
}
