import { configureSync, getLogger, type LogRecord } from '@logtape/logtape';
import type { Log, LogFields } from '../platform/index.ts';
import { clearEntry, createLineWriter, type LogLevel, type LogOptions } from './log-line.ts';

export type { LogOptions } from './log-line.ts';

type Sink = (record: LogRecord) => void;

/** LogTape knows one configuration a process; each log is a category under it, with a sink of its own. */
const sinks = new Map<string, Sink>();
let logs = 0;

/** A log through LogTape that writes only what `LogFields` allows: see `clearEntry`. */
export function createLog(options: LogOptions): Log {
	configureOnce();
	logs += 1;
	const name = String(logs);
	sinks.set(name, createSink(options));
	const logger = getLogger(['greenlane', name]);
	const emit = (level: LogLevel, said: string, given?: LogFields) => {
		const entry = clearEntry(options, level, said, given);
		if (entry === null) return;
		// LogTape reads `{name}` in a message as a placeholder; ours have none.
		const text = entry.message.replace(/[{}]/g, '$&$&');
		if (level === 'info') logger.info(text, entry.fields);
		else if (level === 'warning') logger.warn(text, entry.fields);
		else logger.error(text, entry.fields);
	};
	return {
		info: (message, fields) => emit('info', message, fields),
		warn: (message, fields) => emit('warning', message, fields),
		error: (message, fields) => emit('error', message, fields),
	};
}

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

function createSink(options: LogOptions): Sink {
	const write = createLineWriter(options);
	return (record) =>
		write({ level: levelOf(record), message: record.message.join(''), fields: record.properties }, record.timestamp);
}

function levelOf({ level }: LogRecord): LogLevel {
	return level === 'error' || level === 'fatal' ? 'error' : level === 'warning' ? 'warning' : 'info';
}
