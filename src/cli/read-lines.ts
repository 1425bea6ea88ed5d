import { Buffer } from 'node:buffer';

/** A line of a file, or that it was longer than anybody's. */
export type Line =
	| { readonly number: number; readonly text: string }
	| { readonly number: number; readonly tooLong: true };

/**
 * The lines of a stream of bytes, one after the other, numbered from 1; blank ones are counted and left out. Holds one
 * line at a time, and of one that is too long nothing.
 *
 * @param longest bytes of a line
 * @param onBytes told how many bytes have been taken in
 */
export async function* readLines(
	chunks: AsyncIterable<Uint8Array>,
	longest: number,
	onBytes: (count: number) => void = () => {},
): AsyncGenerator<Line> {
	let number = 0;
	let held: Buffer[] = [];
	let length = 0;
	let tooLong = false;
	const take = (part: Buffer) => {
		length += part.length;
		if (length > longest) {
			tooLong = true;
			held = [];
		} else held.push(part);
	};
	const finish = (): Line | null => {
		number += 1;
		const line = tooLong ? ({ number, tooLong } as const) : { number, text: decode(held) };
		held = [];
		length = 0;
		tooLong = false;
		return 'text' in line && line.text.trim() === '' ? null : line;
	};
	for await (const chunk of chunks) {
		const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
		onBytes(bytes.length);
		let from = 0;
		for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
			take(bytes.subarray(from, end));
			from = end + 1;
			const line = finish();
			if (line !== null) yield line;
		}
		if (from < bytes.length) take(bytes.subarray(from));
	}
	if (length > 0) {
		const line = finish();
		if (line !== null) yield line;
	}
}

function decode(parts: readonly Buffer[]): string {
	const [first] = parts;
	return (parts.length === 1 && first !== undefined ? first : Buffer.concat(parts)).toString('utf8');
}
