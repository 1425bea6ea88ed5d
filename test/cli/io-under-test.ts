import { readFileSync } from 'node:fs';
import type { CliIo } from '../../src/cli/io.ts';

/** A command's surroundings in which what it prints can be read; no environment, no colours, no terminal. */
export function createIo(changes: Partial<CliIo> = {}) {
	const printed: string[] = [];
	const complained: string[] = [];
	let written = '';
	const io: CliIo = {
		environment: () => ({}),
		readFile: (path) => readFileSync(path, 'utf8'),
		readInput: async () => '',
		print: (line) => void printed.push(line),
		write: (text) => {
			written += text;
		},
		complain: (line) => void complained.push(line),
		paint: (_style, text) => text,
		isTerminal: false,
		...changes,
	};
	return { io, out: () => printed.join('\n'), err: () => complained.join('\n'), written: () => written };
}
