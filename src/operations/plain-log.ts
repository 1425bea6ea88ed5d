import type { Clock, Log, LogFields } from '../platform/index.ts';
import { clearEntry, createLineWriter, type LogLevel, type LogOptions } from './log-line.ts';

/**
 * The log of a Worker: the same lines as `createLog` writes, without LogTape. An isolate has nobody to share a
 * configuration with, and LogTape would be a twentieth of what is uploaded.
 */
export function createPlainLog(options: LogOptions & { readonly clock: Pick<Clock, 'now'> }): Log {
	const write = createLineWriter(options);
	const emit = (level: LogLevel, message: string, fields?: LogFields) => {
		const entry = clearEntry(options, level, message, fields);
		if (entry !== null) write(entry, options.clock.now());
	};
	return {
		info: (message, fields) => emit('info', message, fields),
		warn: (message, fields) => emit('warning', message, fields),
		error: (message, fields) => emit('error', message, fields),
	};
}
