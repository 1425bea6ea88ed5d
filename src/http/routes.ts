import type { Handler } from 'hono';
import type { z } from 'zod';
import type { Operator } from './deps.ts';
import type { OperatorEnv } from './operator-auth.ts';

/** One route of the operator API. */
export interface OperatorRoute {
	readonly method: 'GET' | 'POST';
	readonly path: string;
	/** The least role that may call it. */
	readonly role: Operator['role'];
	/** What its query and its body are read by; left out where it takes none. */
	readonly query?: z.ZodType;
	readonly body?: z.ZodType;
	readonly handle: Handler<OperatorEnv>;
}
