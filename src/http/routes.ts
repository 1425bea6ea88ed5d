import type { Handler } from 'hono';
import type { Operator } from './deps.ts';
import type { OperatorEnv } from './operator-auth.ts';

/** One route of the operator API. */
export interface OperatorRoute {
	readonly method: 'GET' | 'POST';
	readonly path: string;
	/** The least role that may call it. */
	readonly role: Operator['role'];
	readonly handle: Handler<OperatorEnv>;
}
