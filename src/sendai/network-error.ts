import { TimedOut } from './deadline.ts';

/** Errors are nested by the platform a few levels deep; deeper than this is a cycle. */
const deepest = 8;

/** A short code for logs and the ledger: `timeout`, `ECONNRESET`, `UND_ERR_SOCKET`, ... Never the error's message, which may hold an address or a header. */
export function codeOf(error: unknown): string {
	return findCode(error, 0) ?? 'network';
}

function findCode(error: unknown, depth: number): string | null {
	if (error instanceof TimedOut) return 'timeout';
	if (!(error instanceof Error) || depth > deepest) return null;
	const code = plainCode(error);
	if (code !== null) return code;
	if (error.name === 'AbortError') return 'aborted';
	for (const inner of nestedIn(error)) {
		const found = findCode(inner, depth + 1);
		if (found !== null) return found;
	}
	return null;
}

/**
 * Whether an error proves that no connection was ever made, so that no byte of the request can have been sent. Several
 * addresses may have been tried: then each must have failed so. Any doubt is a no.
 */
export function provesNoConnection(error: unknown): boolean {
	return proves(error, 0);
}

function proves(error: unknown, depth: number): boolean {
	if (!(error instanceof Error) || depth > deepest) return false;
	const own = plainCode(error);
	if (own !== null && !isConnectFailure(own, 'syscall' in error ? error.syscall : undefined)) return false;
	const nested = nestedIn(error);
	return nested.length === 0 ? own !== null : nested.every((inner) => proves(inner, depth + 1));
}

function isConnectFailure(code: string, syscall: unknown): boolean {
	switch (code) {
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
		case 'UND_ERR_CONNECT_TIMEOUT':
			return true;
		case 'ECONNREFUSED':
			return syscall === undefined || syscall === 'connect';
		// A connection that was made can end with these as well, when a route goes away under it.
		case 'EHOSTUNREACH':
		case 'ENETUNREACH':
			return syscall === 'connect';
		default:
			return false;
	}
}

/** What is inside it: the failures of all addresses tried (an AggregateError, of whatever realm) and its cause. */
function nestedIn(error: Error): readonly unknown[] {
	const errors: readonly unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
	return error.cause === undefined ? errors : [...errors, error.cause];
}

function plainCode(error: Error): string | null {
	const code: unknown = 'code' in error ? error.code : undefined;
	return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : null;
}
