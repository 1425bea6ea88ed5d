import type { Context, MiddlewareHandler } from 'hono';
import { isLoopback } from '../platform/is-loopback.ts';
import type { AppDeps, Operator } from './deps.ts';
import { problem } from './problem.ts';
import { isSameOrigin } from './same-origin.ts';
import { createSessions, type Sessions } from './session.ts';
import { createThrottledWarning } from './throttled-warning.ts';

/** What the routes of the operator API know of a request. */
export interface OperatorEnv {
	Variables: { operator: string; role: Operator['role'] };
}

export interface Identity {
	readonly name: string;
	readonly role: Operator['role'];
}

/**
 * Who sent a request. `foreign`: there are no operators, and it does not come from this machine. `cross-site`: a cookie
 * came with it, and another site sent it. Null: nobody that is known.
 */
export type Identified = Identity | 'foreign' | 'cross-site' | null;

export interface OperatorAuth {
	/** Lets a request through that may do what the role may; 401 without a known token, 403 with one that may not. */
	require(role: Operator['role']): MiddlewareHandler<OperatorEnv>;
	/** Whether a request may see details; for routes that anybody may call. */
	isOperator(c: Context): Promise<boolean>;
	identify(c: Context): Promise<Identified>;
	/** The operator whose token this is. */
	findByToken(token: string): Operator | null;
	readonly sessions: Sessions;
	/** Whether there is anybody to log in as. */
	readonly wantsLogin: boolean;
}

/** The name under which is recorded what somebody did on a server that wants no token. */
const nobody = 'local';

/**
 * Authenticates by `Authorization: Bearer`, or by the cookie that the login page gave; what changes something by cookie
 * must come from our own pages. Tokens are compared by their digests, all of them, without stopping at the first that
 * differs. Without operators no token is wanted: such a server listens on loopback, and so that no web page can speak
 * through a browser to it, the request must name this machine and come from no other origin.
 */
export function createOperatorAuth(
	deps: Pick<AppDeps, 'operators' | 'digest' | 'log' | 'clock' | 'view'>,
): OperatorAuth {
	const { digest } = deps;
	const warn = createThrottledWarning(deps.log, deps.clock);
	const known = deps.operators.map((operator) => ({ operator, digest: digest.sha256(operator.token) }));
	const sessions = createSessions(deps);

	function findByToken(token: string): Operator | null {
		const given = digest.sha256(token);
		let found: Operator | null = null;
		for (const one of known) if (isSame(one.digest, given)) found = one.operator;
		return found;
	}

	async function identify(c: Context): Promise<Identified> {
		if (known.length === 0) return isLocal(c) ? { name: nobody, role: 'operate' } : 'foreign';
		const header = c.req.header('authorization');
		if (header !== undefined) {
			const token = /^bearer +([\x21-\x7e]+) *$/i.exec(header)?.[1];
			return token === undefined ? null : findByToken(token);
		}
		const operator = await sessions.find(c);
		if (operator === null) return null;
		const changes = c.req.method !== 'GET' && c.req.method !== 'HEAD';
		return changes && !isSameOrigin(c) ? 'cross-site' : operator;
	}

	return {
		sessions,
		wantsLogin: known.length > 0,
		findByToken,
		identify,
		isOperator: async (c) => {
			const identity = await identify(c);
			return identity !== null && typeof identity !== 'string';
		},
		require: (role) =>
			async function requireOperator(c, next) {
				const identity = await identify(c);
				if (identity === 'foreign') {
					warn('operator refused', 'foreign-origin');
					return problem(c, 403, 'foreign-origin', 'Without operators only this machine may call; set OPERATOR_TOKEN.');
				}
				if (identity === 'cross-site') {
					warn('operator refused', 'cross-site');
					return problem(c, 403, 'cross-site', 'A cookie serves the pages of this server alone; send a bearer token.');
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
				c.set('role', identity.role);
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
