import type { HonoRequest } from 'hono';

export type BodyReading =
	| { readonly kind: 'read'; readonly bytes: Uint8Array }
	| { readonly kind: 'too-large' }
	/** The connection broke, or fewer bytes came than announced. */
	| { readonly kind: 'broken' };

/**
 * Reads a request's bytes once, and at most `limit` of them. A length that is announced is judged before anything is
 * read; the HTTP parser holds the sender to it. A body without a length (chunked) is counted while it comes.
 *
 * Hono's `body-limit` does the same by way of the request's stream; under node-server that costs a second request
 * object for each call, which the webhook's throughput would feel.
 */
export async function readBody(request: HonoRequest, limit: number): Promise<BodyReading> {
	const { headers } = request.raw;
	if (announcesMore(headers, limit)) return { kind: 'too-large' };
	try {
		if (headers.has('content-length') && !headers.has('transfer-encoding'))
			return { kind: 'read', bytes: new Uint8Array(await request.arrayBuffer()) };
		return await readStream(request.raw.body, limit);
	} catch {
		return { kind: 'broken' };
	}
}

/** Whether the headers alone say that the body is longer. */
export function announcesMore(headers: Headers, limit: number): boolean {
	return Number(headers.get('content-length') ?? 0) > limit;
}

async function readStream(body: ReadableStream<Uint8Array> | null, limit: number): Promise<BodyReading> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	if (body !== null) {
		const reader = body.getReader();
		for (;;) {
			const { done, value } = await reader.read();
			if (done) break;
			size += value.byteLength;
			if (size > limit) {
				// Not awaited: the sender may never stop, and it has its answer.
				void reader.cancel().catch(() => undefined);
				return { kind: 'too-large' };
			}
			chunks.push(value);
		}
	}
	const bytes = new Uint8Array(size);
	let offset = 0;
	for (const chunk of chunks) {
		bytes.set(chunk, offset);
		offset += chunk.byteLength;
	}
	return { kind: 'read', bytes };
}

/** `application/json`, with or without parameters, or a type that is built on it (`application/cloudevents+json`). */
export function isJson(contentType: string | null): boolean {
	return contentType !== null && /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType.trim());
}

/** The JSON value of the bytes; `undefined`, which no JSON text means, when they are none or no UTF-8. */
export function parseJson(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(decoder.decode(bytes)) as unknown;
	} catch {
		return undefined;
	}
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
