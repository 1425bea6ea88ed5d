import { describe, expect, it } from 'vitest';
import { TimedOut } from '../../src/sendai/deadline.ts';
import { codeOf, provesNoConnection } from '../../src/sendai/network-error.ts';

const failure = (code: string, more: object = {}) =>
	Object.assign(new Error(`secret address ${code}`), { code, ...more });
const fetchFailed = (cause: unknown) => new TypeError('fetch failed', { cause });
const all = (errors: unknown[], more: object = {}) => Object.assign(new AggregateError(errors), more);

describe('no connection was ever made', () => {
	it.each<[string, unknown]>([
		['refused', fetchFailed(failure('ECONNREFUSED', { syscall: 'connect' }))],
		['refused, without a word on the call', fetchFailed(failure('ECONNREFUSED'))],
		['no such host', fetchFailed(failure('ENOTFOUND', { syscall: 'getaddrinfo' }))],
		['no answer from DNS', fetchFailed(failure('EAI_AGAIN'))],
		['no route', fetchFailed(failure('EHOSTUNREACH', { syscall: 'connect' }))],
		['no network', fetchFailed(failure('ENETUNREACH', { syscall: 'connect' }))],
		['connecting took too long', fetchFailed(failure('UND_ERR_CONNECT_TIMEOUT'))],
		[
			'every address refused',
			fetchFailed(
				all([failure('ECONNREFUSED'), failure('ENETUNREACH', { syscall: 'connect' })], { code: 'ECONNREFUSED' }),
			),
		],
	])('%s', (_what, error) => {
		expect(provesNoConnection(error)).toBe(true);
	});
});

describe('anything may have been sent', () => {
	const circle = new Error('round');
	circle.cause = circle;
	it.each<[string, unknown]>([
		['reset', fetchFailed(failure('ECONNRESET'))],
		['closed', fetchFailed(failure('UND_ERR_SOCKET'))],
		['no headers', fetchFailed(failure('UND_ERR_HEADERS_TIMEOUT'))],
		['timed out', fetchFailed(failure('ETIMEDOUT'))],
		['our own time-out', new TimedOut('late')],
		['a route lost under a connection', fetchFailed(failure('EHOSTUNREACH', { syscall: 'read' }))],
		['a network lost, without a word on the call', fetchFailed(failure('ENETUNREACH'))],
		['one address refused, another reset', fetchFailed(all([failure('ECONNREFUSED'), failure('ECONNRESET')]))],
		[
			'one address refused, another timed out, under a code that hides it',
			fetchFailed(all([failure('ECONNREFUSED'), failure('ETIMEDOUT')], { code: 'ECONNREFUSED' })),
		],
		['no addresses', fetchFailed(all([]))],
		[
			'refused because of a reset',
			fetchFailed(Object.assign(failure('ECONNREFUSED'), { cause: failure('ECONNRESET') })),
		],
		['without a code', fetchFailed(new Error('Network connection lost.'))],
		['without a cause', new TypeError('fetch failed')],
		['a cause that is text', fetchFailed('ECONNREFUSED')],
		['text', 'ECONNREFUSED'],
		['nothing', undefined],
		['a circle', circle],
	])('%s', (_what, error) => {
		expect(provesNoConnection(error)).toBe(false);
	});
});

it('the code is a code, never a message', () => {
	expect(codeOf(fetchFailed(failure('ECONNRESET')))).toBe('ECONNRESET');
	expect(codeOf(fetchFailed(all([failure('ENOTFOUND')])))).toBe('ENOTFOUND');
	expect(codeOf(new TimedOut('late'))).toBe('timeout');
	expect(codeOf(new DOMException('x', 'AbortError'))).toBe('aborted');
	expect(codeOf(new TypeError('Bearer sk_live'))).toBe('network');
	expect(codeOf(failure('see https://sk_live@host'))).toBe('network');
	expect(codeOf('sk_live')).toBe('network');
});
