import type { Context, MiddlewareHandler } from 'hono';
import { isLoopback } from '../platform/is-loopback.ts';
import type { AppDeps, Operator } from './deps.ts';
import { problem } from './problem.ts';
import { createThrottledWarning } from './throttled-warning.ts';

/** What the routes of the operator API know of a request. */
export interface OperatorEnv {
	Variables: { operator: string };
}

export interface OperatorAuth {
	/** Lets a request through that may do what the role may; 401 without a known token, 403 with one that may not. */
	require(role: Operator['role']): MiddlewareHandler<OperatorEnv>;
	/** Whether a request may see details; for routes that anybody may call. */
	isOperator(c: Context): boolean;
}

/** The name under which is recorded what somebody did on a server that wants no token. */
const nobody = 'local';

/**
 * Authenticates by `Authorization: Bearer`. Tokens are compared by their digests, all of them, without stopping at the
 * first that differs. Without operators no token is wanted: such a server listens on loopback, and so that no web page
 * can speak through a browser to it, the request must name this machine and come from no other origin.
 */
export function createOperatorAuth(deps: Pick<AppDeps, 'operators' | 'digest' | 'log' | 'clock'>): OperatorAuth {
	const { digest } = deps;
	const warn = createThrottledWarning(deps.log, deps.clock);
	const known = deps.operators.map(({ name, role, token }) => ({ name, role, digest: digest.sha256(token) }));

	type Identity = { readonly name: string; readonly role: Operator['role'] };

	function identify(c: Context): Identity | 'foreign' | null {
		if (known.length === 0) return isLocal(c) ? { name: nobody, role: 'operate' } : 'foreign';
		const token = /^bearer +([\x21-\x7e]+) *$/i.exec(c.req.header('authorization') ?? '')?.[1];
		if (token === undefined) return null;
		const given = digest.sha256(token);
		let found: Identity | null = null;
		for (const operator of known) if (isSame(operator.digest, given)) found = operator;
		return found;
	}

	return {
		isOperator: (c) => {
			const identity = identify(c);
			return identity !== null && identity !== 'foreign';
		},
		require: (role) =>
			async function requireOperator(c, next) {
				const identity = identify(c);
				if (identity === 'foreign') {
					warn('operator refused', 'foreign-origin');
					return problem(c, 403, 'foreign-origin', 'Without operators only this machine may call; set OPERATOR_TOKEN.');
				}
				if (identity === null) {
					warn('operator refused', 'unknown-token');
					return problem(c, 401, 'unknown-token', 'Send Authorization: Bearer with the token of an operator.', {
						'www-authenticate': 'Bearer realm="greenlane"',
					});
				}
				if (role === 'operate' && identity.role !== 'operate') {
					return problem(c, 403, 'read-only', 'This operator may read; the role operate may do this.');
				}
				c.set('operator', identity.name);
				await next();
				return;
			},
	};
}

function isLocal(c: Context): boolean {
	const url = new URL(c.req.url);
	const origin = c.req.header('origin');
	return isLoopback(url.hostname) && (origin === undefined || URL.parse(origin)?.host === url.host);
}

function isSame(a: string, b: string): boolean {
	let difference = a.length ^ b.length;
	for (let i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
	return difference === 0;
}
