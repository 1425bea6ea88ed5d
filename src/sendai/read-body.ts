/** Longest answer that is read. */
export const longestBody = 32 * 1024 * 1024;

/** An answer was longer than `longestBody`. */
export class BodyTooLong extends Error {
	override readonly name = 'BodyTooLong';
}

/**
 * Reads a body as text, counting as it comes: `content-length` may be absent or lie. Ends early when the signal is
 * aborted, whether or not the body belongs to a request with that signal.
 *
 * @throws BodyTooLong, or whatever the connection broke with
 */
export async function readBody(response: Response, signal: AbortSignal, longest = longestBody): Promise<string> {
	if (response.body === null) return '';
	const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
	const cancel = () => {
		reader.cancel().catch(() => undefined);
	};
	signal.addEventListener('abort', cancel, { once: true });
	try {
		const decoder = new TextDecoder();
		const parts: string[] = [];
		let length = 0;
		for (;;) {
			const { done, value } = await reader.read();
			signal.throwIfAborted();
			if (done) break;
			length += value.byteLength;
			if (length > longest) {
				cancel();
				throw new BodyTooLong('the answer is too long');
			}
			parts.push(decoder.decode(value, { stream: true }));
		}
		parts.push(decoder.decode());
		return parts.join('');
	} finally {
		signal.removeEventListener('abort', cancel);
	}
}

/** Lets go of a body that nobody wants, so that its connection is free again. */
export function dropBody(response: Response): void {
	if (response.body === null || response.body.locked) return;
	response.body.cancel().catch(() => undefined);
}
