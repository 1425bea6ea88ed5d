import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ContentSeal } from './index.ts';

const [nonceBytes, tagBytes] = [12, 16];
/** Against a text that was made to unfold without end; nobody but us seals, so that this is never met. */
const mostTextBytes = 64 * 2 ** 20;

/**
 * Seals texts by AES-256-GCM (NIST SP 800-38D) under a key that HKDF-SHA256 derives from a secret for this alone, with a
 * fresh nonce of 96 random bits for each, and what it is about as authenticated data. Sealed: `v1.<key id>.<base64url of
 * nonce, ciphertext and tag>`, of the text compressed by DEFLATE.
 *
 * @param secrets `SECRET_KEYS`, the current one first; every one of them opens
 * @param randomBytes gives so many unpredictable bytes
 * @returns null without a secret
 */
export function createContentSeal(
	secrets: readonly string[],
	randomBytes: (count: number) => Uint8Array,
): ContentSeal | null {
	const keys = secrets.map((secret) => {
		const derive = (purpose: string, length: number) =>
			Buffer.from(hkdfSync('sha256', secret, '', `greenlane/${purpose}/v1`, length));
		return { id: derive('content-seal-id', 4).toString('hex'), key: derive('content-seal', 32) };
	});
	const [current] = keys;
	if (current === undefined) return null;
	return {
		seal(text, about) {
			const nonce = randomBytes(nonceBytes);
			const cipher = createCipheriv('aes-256-gcm', current.key, nonce, { authTagLength: tagBytes });
			cipher.setAAD(Buffer.from(about, 'utf8'));
			const parts = [cipher.update(deflateRawSync(Buffer.from(text, 'utf8'))), cipher.final()];
			const sealed = Buffer.concat([nonce, ...parts, cipher.getAuthTag()]);
			return `v1.${current.id}.${sealed.toString('base64url')}`;
		},
		open(sealed, about) {
			const [, id, body] = /^v1\.([0-9a-f]{8})\.([\w-]+)$/.exec(sealed) ?? [];
			const key = keys.find((one) => one.id === id)?.key;
			if (key === undefined || body === undefined) return null;
			const bytes = Buffer.from(body, 'base64url');
			if (bytes.length < nonceBytes + tagBytes) return null;
			const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
				authTagLength: tagBytes,
			});
			decipher.setAAD(Buffer.from(about, 'utf8'));
			decipher.setAuthTag(bytes.subarray(-tagBytes));
			try {
				const parts = [decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()];
				return inflateRawSync(Buffer.concat(parts), { maxOutputLength: mostTextBytes }).toString('utf8');
			} catch {
				// Not what was sealed, or not about this.
				return null;
			}
		},
	};
}
