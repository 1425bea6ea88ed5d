import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContentSeal } from '../../src/platform/index.ts';
import { createSeal } from '../../src/platform/node.ts';

const secret = 'a-secret-of-the-tests-0123456789abcd';
const former = 'the-secret-before-it-0123456789abcdef';

function sealBy(...secrets: string[]): ContentSeal {
	const seal = createSeal(secrets);
	if (seal === null) throw new Error('there is no seal');
	return seal;
}

/** By Web Crypto and a stream, written from the words of the docstring: another way than the code's own. */
async function openElsewhere(sealed: string, by: string, about: string): Promise<string> {
	const bytes = Uint8Array.from(Buffer.from(sealed.split('.')[2] ?? '', 'base64url'));
	const encoded = (text: string) => new TextEncoder().encode(text);
	const material = await crypto.subtle.importKey('raw', encoded(by), 'HKDF', false, ['deriveKey']);
	const key = await crypto.subtle.deriveKey(
		{ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoded('greenlane/content-seal/v1') },
		material,
		{ name: 'AES-GCM', length: 256 },
		false,
		['decrypt'],
	);
	const plain = await crypto.subtle.decrypt(
		{ name: 'AES-GCM', iv: bytes.slice(0, 12), additionalData: encoded(about), tagLength: 128 },
		key,
		bytes.slice(12),
	);
	const inflated = new Blob([plain]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
	return await new Response(inflated).text();
}

describe('what a document says', () => {
	it('opens as it was sealed, whatever it is', () => {
		const seal = sealBy(secret);
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.string(), (text, about) => {
				expect(seal.open(seal.seal(text, about), about)).toBe(text.toWellFormed());
			}),
			{ seed: 20_261_128 },
		);
	});

	it('is sealed as the document says, so that anybody with the secret can open it', async () => {
		const sealed = sealBy(secret).seal('Bakkerij Jansen, € 72,01', 'dec-1');
		expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]+$/);
		expect(await openElsewhere(sealed, secret, 'dec-1')).toBe('Bakkerij Jansen, € 72,01');
		await expect(openElsewhere(sealed, secret, 'dec-2')).rejects.toThrow();
	});

	it('looks different each time, and is smaller than what repeats itself', () => {
		const seal = sealBy(secret);
		const text = 'Bakkerij Jansen '.repeat(500);
		const [one, other] = [seal.seal(text, 'dec-1'), seal.seal(text, 'dec-1')];
		expect(one).not.toBe(other);
		expect(one).not.toContain('Jansen');
		expect(one.length).toBeLessThan(text.length / 10);
	});

	it('opens for nothing else, by no other key, and not when one character was changed', () => {
		const seal = sealBy(secret);
		const sealed = seal.seal('Bakkerij Jansen', 'dec-1');
		expect(seal.open(sealed, 'dec-2')).toBeNull();
		expect(sealBy(former).open(sealed, 'dec-1')).toBeNull();
		for (let at = 0; at < sealed.length; at += 1) {
			const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
			// The last character of base64 has bits that mean nothing.
			if (at < sealed.length - 1) expect(seal.open(changed, 'dec-1'), `at ${at}`).toBeNull();
		}
		for (const nonsense of ['', 'v1', 'v1..', sealed.slice(0, 20), `v2${sealed.slice(2)}`]) {
			expect(seal.open(nonsense, 'dec-1')).toBeNull();
		}
	});

	it('opens by a former key as long as that stands behind the current one', () => {
		const sealed = sealBy(former).seal('Bakkerij Jansen', 'dec-1');
		const rotated = sealBy(secret, former);
		expect(rotated.open(sealed, 'dec-1')).toBe('Bakkerij Jansen');
		// What is sealed now is sealed by the current one.
		expect(sealBy(secret).open(rotated.seal('new', 'dec-2'), 'dec-2')).toBe('new');
	});

	it('is not sealed without a key', () => {
		expect(createSeal([])).toBeNull();
	});
});
