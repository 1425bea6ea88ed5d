import { Webhook } from 'standardwebhooks';
import type { Clock, Digest } from '../platform/index.ts';

export type WebhookAuthentication =
	/** `secret`: the place of the secret that fits, from 0. */
	| { readonly ok: true; readonly scheme: 'standard-webhooks' | 'bearer'; readonly secret: number }
	| { readonly ok: false; readonly reason: WebhookRefusal };

export type WebhookRefusal =
	/** Neither a signature nor a bearer token that could be checked with the secrets we have. */
	| 'no-credentials'
	| 'signature-headers-missing'
	| 'timestamp-unreadable'
	| 'timestamp-too-old'
	| 'timestamp-too-new'
	/** A signature is over bytes; only a body of sound UTF-8 has one text for its bytes. */
	| 'body-not-utf8'
	| 'wrong-signature'
	| 'wrong-token';

export interface WebhookAuthenticator {
	/**
	 * @param headers of the request; names in any case (a `Headers` object does)
	 * @param rawBody the bytes as they came, before anybody parsed them
	 */
	authenticate(headers: { get(name: string): string | null }, rawBody: Uint8Array | string): WebhookAuthentication;
}

/** How far a timestamp may be from our clock, as in the Standard Webhooks libraries. */
const toleranceSeconds = 300;

/**
 * Authenticates by any of `WEBHOOK_SECRETS`: `whsec_...` for Standard Webhooks signatures (`v1`, HMAC-SHA256 over id,
 * timestamp and body; https://www.standardwebhooks.com), anything else as a bearer token. All secrets of a scheme are
 * tried, without stopping at the first that fits.
 *
 * With a `whsec_` secret set, a request with a `webhook-signature` header stands or falls with that signature: a bearer
 * token beside it does not save it.
 *
 * @throws Error naming the place of the secret in the list, never the secret, when one cannot be used or there is none
 */
export function createWebhookAuthenticator(
	secrets: readonly string[],
	{ clock, digest }: { readonly clock: Clock; readonly digest: Digest },
): WebhookAuthenticator {
	if (secrets.length === 0) throw new Error('WEBHOOK_SECRETS is empty: give at least one secret.');
	const signers: { readonly webhook: Webhook; readonly secret: number }[] = [];
	const tokens: { readonly digest: string; readonly secret: number }[] = [];
	for (const [index, secret] of secrets.entries()) {
		if (secret.startsWith('whsec_')) signers.push({ webhook: createSigner(secret, index), secret: index });
		else if (/^[\x21-\x7e]+$/.test(secret)) tokens.push({ digest: digest.sha256(secret), secret: index });
		else throw new Error(`WEBHOOK_SECRETS, entry ${index + 1}: it is empty or holds what no header can carry.`);
	}

	function checkSignature(headers: { get(name: string): string | null }, rawBody: Uint8Array | string) {
		const id = headers.get('webhook-id') ?? '';
		const stamp = headers.get('webhook-timestamp') ?? '';
		const signatures = headers.get('webhook-signature') ?? '';
		if (id === '' || stamp === '' || signatures === '') return refuse('signature-headers-missing');
		// The library would read "1700000000abc" as a number, and hold it against the real clock.
		if (!/^[1-9]\d{0,11}$/.test(stamp)) return refuse('timestamp-unreadable');
		const seconds = Number(stamp);
		const now = Math.floor(clock.now() / 1_000);
		if (now - seconds > toleranceSeconds) return refuse('timestamp-too-old');
		if (seconds - now > toleranceSeconds) return refuse('timestamp-too-new');
		const body = typeof rawBody === 'string' ? rawBody : decodeExactly(rawBody);
		if (body === null) return refuse('body-not-utf8');

		// What is expected begins with `v1,`: a signature of any other version is equal to none.
		const given = signatures.split(' ');
		let matched = -1;
		for (const { webhook, secret } of signers) {
			const expected = webhook.sign(id, new Date(seconds * 1_000), body);
			for (const signature of given) matched = sameText(digest, signature, expected) ? secret : matched;
		}
		return matched === -1 ? refuse('wrong-signature') : accept('standard-webhooks', matched);
	}

	function checkToken(token: string) {
		const given = digest.sha256(token);
		let matched = -1;
		for (const known of tokens) matched = sameDigest(given, known.digest) ? known.secret : matched;
		return matched === -1 ? refuse('wrong-token') : accept('bearer', matched);
	}

	return {
		authenticate(headers, rawBody) {
			if (signers.length > 0 && headers.get('webhook-signature') !== null) return checkSignature(headers, rawBody);
			const token = bearerToken(headers.get('authorization'));
			if (tokens.length > 0 && token !== null) return checkToken(token);
			const halfSigned = headers.get('webhook-id') !== null || headers.get('webhook-timestamp') !== null;
			return refuse(signers.length > 0 && halfSigned ? 'signature-headers-missing' : 'no-credentials');
		},
	};
}

function createSigner(secret: string, index: number): Webhook {
	try {
		return new Webhook(secret);
	} catch {
		throw new Error(
			`WEBHOOK_SECRETS, entry ${index + 1}: after whsec_ must come base64, as the sender of the webhooks shows it.`,
		);
	}
}

/** The only text that has these bytes; null when they are no UTF-8. A byte order mark is kept: it was signed too. */
function decodeExactly(bytes: Uint8Array): string | null {
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		return null;
	}
}

/** RFC 6750; the scheme's name in any case. */
function bearerToken(authorization: string | null): string | null {
	return /^bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** Compares digests of both: how long it takes says nothing about how much of the secret side was right. */
function sameText(digest: Digest, a: string, b: string): boolean {
	return sameDigest(digest.sha256(a), digest.sha256(b));
}

function sameDigest(a: string, b: string): boolean {
	let difference = a.length ^ b.length;
	for (let i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
	return difference === 0;
}

function accept(scheme: 'standard-webhooks' | 'bearer', secret: number): WebhookAuthentication {
	return { ok: true, scheme, secret };
}

function refuse(reason: WebhookRefusal): WebhookAuthentication {
	return { ok: false, reason };
}
