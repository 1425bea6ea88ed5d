import { createHmac, hkdfSync } from 'node:crypto';
import type { Keys } from './index.ts';

/**
 * Derives the keys of the audit draw and of the stored hashes from a secret by HKDF-SHA256 (RFC 5869), each under an
 * info text of its own, so that what one of them reveals says nothing about the other or about the secret.
 *
 * @param secret the first of `SECRET_KEYS`
 */
export function createKeys(secret: string): Keys {
	const derive = (purpose: string, length: number) =>
		Buffer.from(hkdfSync('sha256', secret, '', `greenlane/${purpose}/v1`, length));
	const drawKey = derive('audit-draw', 32);
	const hashKey = derive('content-hash', 32);
	const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text, 'utf8').digest('hex');
	return {
		keyId: derive('key-id', 4).toString('hex'),
		// 13 hex digits are 52 bits: every such number is exact in a double.
		draw: (text) => Number.parseInt(hmac(drawKey, text).slice(0, 13), 16) / 2 ** 52,
		hash: (text) => hmac(hashKey, text),
	};
}
