import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createWebhookAuthenticator } from '../../src/sendai/index.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { digest } from './loopback.ts';

const secret = `whsec_${Buffer.from('a key of twenty-four bytes').toString('base64')}`;
const older = `whsec_${Buffer.from('the key before that one ..').toString('base64')}`;
const token = 'a-bearer-token';
const body = '{"event":"upload.in_review","name":"Müller"}';
const now = Date.UTC(2026, 10, 1, 12);
const clock = createVirtualClock(now);

const make = (...secrets: string[]) => createWebhookAuthenticator(secrets, { clock, digest });

interface Signing {
	readonly by?: string;
	readonly at?: number;
	readonly over?: string;
}

function signed({ by = secret, at = now, over = body }: Signing = {}): Headers {
	return new Headers({
		'webhook-id': 'msg_1',
		'webhook-timestamp': String(Math.floor(at / 1_000)),
		'webhook-signature': new Webhook(by).sign('msg_1', new Date(at), over),
	});
}

function change(headers: Headers, name: string, value: string | null | ((old: string) => string)): Headers {
	const changed = new Headers(headers);
	if (value === null) changed.delete(name);
	else changed.set(name, typeof value === 'string' ? value : value(headers.get(name) ?? ''));
	return changed;
}

const signatureOf = (by: string) => signed({ by }).get('webhook-signature') ?? '';

describe('a signature', () => {
	it.each<[string, string[], Headers]>([
		['by the secret', [secret], signed()],
		['by the secret, within five minutes before', [secret], signed({ at: now - 300_000 })],
		['by the secret, within five minutes after', [secret], signed({ at: now + 300_000 })],
		['by the older secret, both being set', [secret, older], signed({ by: older })],
		['by the newer secret, both being set', [older, secret], signed()],
		[
			'among several, ours second',
			[secret],
			change(signed(), 'webhook-signature', (own) => `${signatureOf(older)} ${own}`),
		],
		[
			'among several, one of a version that we do not know',
			[secret],
			change(signed(), 'webhook-signature', (own) => `v1a,${'A'.repeat(44)} ${own}`),
		],
		[
			'among several, ours first',
			[secret],
			change(signed(), 'webhook-signature', (own) => `${own} ${signatureOf(older)}`),
		],
		['by the first of two secrets', [secret, older], signed()],
		['with a bearer secret set as well', [token, secret], signed()],
		['beside a bearer token that is wrong', [token, secret], change(signed(), 'authorization', 'Bearer wrong')],
	])('is taken %s', (_what, secrets, headers) => {
		expect(make(...secrets).authenticate(headers, body)).toMatchObject({ ok: true, scheme: 'standard-webhooks' });
		expect(make(...secrets).authenticate(headers, new TextEncoder().encode(body))).toMatchObject({ ok: true });
	});

	it.each<[string, Headers, string, string?]>([
		['without webhook-id', change(signed(), 'webhook-id', null), 'signature-headers-missing'],
		['without webhook-timestamp', change(signed(), 'webhook-timestamp', null), 'signature-headers-missing'],
		['without webhook-signature', change(signed(), 'webhook-signature', null), 'signature-headers-missing'],
		['with an empty webhook-signature', change(signed(), 'webhook-signature', ''), 'signature-headers-missing'],
		['without any header', new Headers(), 'no-credentials'],
		[
			'with the wrong version tag',
			change(signed(), 'webhook-signature', (own) => own.replace('v1,', 'v2,')),
			'wrong-signature',
		],
		[
			'without a version tag',
			change(signed(), 'webhook-signature', (own) => own.replace('v1,', '')),
			'wrong-signature',
		],
		['that is truncated', change(signed(), 'webhook-signature', (own) => own.slice(0, -2)), 'wrong-signature'],
		['that is only a tag', change(signed(), 'webhook-signature', 'v1,'), 'wrong-signature'],
		['that is longer', change(signed(), 'webhook-signature', (own) => `${own}A`), 'wrong-signature'],
		['by a secret that is not set', signed({ by: older }), 'wrong-signature'],
		['of another id', change(signed(), 'webhook-id', 'msg_2'), 'wrong-signature'],
		['of another time', change(signed(), 'webhook-timestamp', String(now / 1_000 + 1)), 'wrong-signature'],
		['too old', signed({ at: now - 301_000 }), 'timestamp-too-old'],
		['too new', signed({ at: now + 301_000 }), 'timestamp-too-new'],
		['with text for a time', change(signed(), 'webhook-timestamp', 'now'), 'timestamp-unreadable'],
		['with text after the time', change(signed(), 'webhook-timestamp', (own) => `${own}abc`), 'timestamp-unreadable'],
		[
			'with a nought before the time',
			change(signed(), 'webhook-timestamp', (own) => `0${own}`),
			'timestamp-unreadable',
		],
		['with a negative time', change(signed(), 'webhook-timestamp', '-1'), 'timestamp-unreadable'],
		['with a fraction of a second', change(signed(), 'webhook-timestamp', (own) => `${own}.5`), 'timestamp-unreadable'],
		['of the body with other white space', signed(), 'wrong-signature', body.replace(':', ': ')],
		['of the body with a line end', signed(), 'wrong-signature', `${body}\n`],
		['of another body', signed(), 'wrong-signature', '{}'],
		['of no body', signed(), 'wrong-signature', ''],
	])('is refused %s', (_what, headers, reason, otherBody = body) => {
		const refusal = { ok: false, reason };
		expect(make(secret).authenticate(headers, otherBody)).toEqual(refusal);
		expect(make(secret).authenticate(headers, new TextEncoder().encode(otherBody))).toEqual(refusal);
	});

	it('that is wrong is not saved by a bearer token that is right', () => {
		const headers = change(signed({ by: older }), 'authorization', `Bearer ${token}`);
		expect(make(secret, token).authenticate(headers, body)).toEqual({ ok: false, reason: 'wrong-signature' });
		const late = change(signed({ at: now - 400_000 }), 'authorization', `Bearer ${token}`);
		expect(make(secret, token).authenticate(late, body)).toEqual({ ok: false, reason: 'timestamp-too-old' });
	});

	it('is over the bytes: what is no UTF-8, or has a byte order mark more, is refused', () => {
		const bytes = new TextEncoder().encode(body);
		const lossy = body.replace('ü', '\ufffd');
		const broken = bytes.map((byte) => (byte === 0xc3 ? 0xff : byte)).filter((byte) => byte !== 0xbc);
		expect(new TextDecoder().decode(broken)).toBe(lossy);
		expect(make(secret).authenticate(signed({ over: lossy }), broken)).toEqual({ ok: false, reason: 'body-not-utf8' });
		const marked = new Uint8Array([0xef, 0xbb, 0xbf, ...bytes]);
		expect(make(secret).authenticate(signed(), marked)).toEqual({ ok: false, reason: 'wrong-signature' });
	});

	it('agrees with the library about the vector of its own tests', () => {
		const at = 1_614_265_330_000;
		const then = createWebhookAuthenticator(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], {
			clock: createVirtualClock(at),
			digest,
		});
		const headers = new Headers({
			'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
			'webhook-timestamp': '1614265330',
			'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
		});
		expect(then.authenticate(headers, '{"test": 2432232314}')).toMatchObject({ ok: true, scheme: 'standard-webhooks' });
	});
});

describe('a bearer token', () => {
	const bearer = (value: string) => new Headers({ authorization: value });
	it.each<[string, string[], string]>([
		['alone', [token], `Bearer ${token}`],
		['in another case of the scheme', [token], `bearer  ${token}`],
		['as the first of two', [token, 'other'], `Bearer ${token}`],
		['as the second of two', ['other', token], `Bearer ${token}`],
		['beside a signing secret, when nothing is signed', [secret, token], `Bearer ${token}`],
	])('is taken %s', (_what, secrets, value) => {
		expect(make(...secrets).authenticate(bearer(value), body)).toMatchObject({ ok: true, scheme: 'bearer' });
	});

	it('is taken although there is a signature that nobody gave us a secret for', () => {
		const headers = change(signed(), 'authorization', `Bearer ${token}`);
		expect(make(token).authenticate(headers, body)).toMatchObject({ ok: true, scheme: 'bearer' });
	});

	it.each<[string, string[], string, string]>([
		['that is wrong', [token], 'Bearer wrong', 'wrong-token'],
		['that is a part', [token], `Bearer ${token.slice(0, -1)}`, 'wrong-token'],
		['that is longer', [token], `Bearer ${token}x`, 'wrong-token'],
		['in another case', [token], `Bearer ${token.toUpperCase()}`, 'wrong-token'],
		['that is empty', [token], 'Bearer ', 'no-credentials'],
		['without the scheme', [token], token, 'no-credentials'],
		['as Basic', [token], `Basic ${token}`, 'no-credentials'],
		['twice', [token], `Bearer ${token}, Bearer ${token}`, 'no-credentials'],
		['that is the signing secret itself', [secret], `Bearer ${secret}`, 'no-credentials'],
	])('is refused %s', (_what, secrets, value, reason) => {
		expect(make(...secrets).authenticate(bearer(value), body)).toEqual({ ok: false, reason });
	});
});

describe('secrets that cannot be used stop the start, and are not shown', () => {
	it.each<[string, string[], RegExp]>([
		['none', [], /^WEBHOOK_SECRETS is empty/],
		['an empty one', [token, ''], /^WEBHOOK_SECRETS, entry 2: it is empty/],
		['white space', [' '], /^WEBHOOK_SECRETS, entry 1: it is empty/],
		['one with a space', ['a secret'], /^WEBHOOK_SECRETS, entry 1: it is empty or holds what no header can carry\.$/],
		['a signing secret without a key', ['whsec_'], /^WEBHOOK_SECRETS, entry 1: after whsec_ must come base64/],
		[
			'a signing secret that is no base64',
			['whsec_%%%%'],
			/^WEBHOOK_SECRETS, entry 1: after whsec_ must come base64[^%]*$/,
		],
	])('%s', (_what, secrets, message) => {
		expect(() => make(...secrets)).toThrow(message);
	});
});
