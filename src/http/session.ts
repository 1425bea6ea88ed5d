import type { Context } from 'hono';
import { deleteCookie, getCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { AppDeps, Operator } from './deps.ts';

/** A working day, with its lunch. */
const lifetimeMs = 12 * 3_600_000;
const cookieName = 'greenlane';

export interface Sessions {
	/** Lets the browser speak for an operator for twelve hours. */
	begin(c: Context, operator: Operator): Promise<void>;
	/** The operator for whom the browser speaks; null without a cookie, with one that is forged, over, or of another token. */
	find(c: Context): Promise<Operator | null>;
	end(c: Context): void;
}

/**
 * Sessions without a store: the cookie holds a name and an end, signed by HMAC-SHA-256 under a key that follows from the
 * operator's token and role. A token that is changed or withdrawn ends its sessions, and every process with the same
 * configuration knows them.
 */
export function createSessions({
	operators,
	digest,
	clock,
	view,
}: Pick<AppDeps, 'operators' | 'digest' | 'clock' | 'view'>): Sessions {
	const keyOf = ({ name, role, token }: Operator) =>
		digest.sha256(JSON.stringify(['greenlane session', view?.sessionSecret ?? '', name, role, token]));

	return {
		async begin(c, operator) {
			const ends = clock.now() + lifetimeMs;
			await setSignedCookie(c, cookieName, `${ends}:${operator.name}`, keyOf(operator), {
				path: '/',
				httpOnly: true,
				sameSite: 'Strict',
				secure: isEncrypted(c),
				maxAge: lifetimeMs / 1_000,
			});
		},
		async find(c) {
			const claimed = /^\d{1,16}:([\w.@-]{1,64})\.[^.]+$/.exec(getCookie(c, cookieName) ?? '')?.[1];
			const operator = operators.find(({ name }) => name === claimed);
			if (operator === undefined) return null;
			const signed = await getSignedCookie(c, keyOf(operator), cookieName);
			if (typeof signed !== 'string') return null;
			const [ends] = signed.split(':');
			return signed === `${ends}:${operator.name}` && Number(ends) > clock.now() ? operator : null;
		},
		end(c) {
			deleteCookie(c, cookieName, { path: '/', httpOnly: true, sameSite: 'Strict', secure: isEncrypted(c) });
		},
	};
}

/** A proxy in front may be what speaks TLS; who lies about it hides only a cookie of their own. */
function isEncrypted(c: Context): boolean {
	return c.req.url.startsWith('https:') || c.req.header('x-forwarded-proto') === 'https';
}
