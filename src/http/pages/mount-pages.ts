import type { Context, Hono, MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { AppDeps } from '../deps.ts';
import type { OperatorAuth, OperatorEnv } from '../operator-auth.ts';
import { problem } from '../problem.ts';
import type { OperatorRoute } from '../routes.ts';
import { isSameOrigin } from '../same-origin.ts';
import { createThrottledWarning } from '../throttled-warning.ts';
import { createAssets } from './assets.ts';
import { formRoutes } from './form-routes.ts';
import { loginPage } from './login-page.ts';
import { pageRoutes } from './page-routes.ts';
import { ownPath, readForm } from './read-form.ts';
import { createRender } from './render.ts';

/** Only what this server itself serves: no inline script or style, no frame, no form that leads elsewhere. */
const secure = secureHeaders({
	contentSecurityPolicy: {
		defaultSrc: ["'none'"],
		styleSrc: ["'self'"],
		scriptSrc: ["'self'"],
		imgSrc: ["'self'"],
		formAction: ["'self'"],
		baseUri: ["'none'"],
		frameAncestors: ["'none'"],
	},
	xFrameOptions: 'DENY',
	// `same-origin`, not `no-referrer`: under that one browsers send `Origin: null` with our own forms.
	referrerPolicy: 'same-origin',
});

async function neverStored(c: Context, next: () => Promise<void>): Promise<void> {
	await next();
	c.header('cache-control', 'no-store');
}

/**
 * Adds the pages, their forms, the login and what they load to the app.
 *
 * @returns their methods and paths
 */
export function mountPages(
	app: Hono<OperatorEnv>,
	deps: AppDeps,
	auth: OperatorAuth,
): readonly { readonly method: string; readonly path: string }[] {
	const { paths, assets } = createAssets(deps.digest);
	const render = createRender(auth, paths);
	const warn = createThrottledWarning(deps.log, deps.clock);
	const known: { method: string; path: string }[] = [];

	for (const { path, handle } of assets) {
		app.get(path, handle);
		known.push({ method: 'GET', path });
	}
	const add = (method: 'GET' | 'POST', path: string, ...handlers: [MiddlewareHandler<OperatorEnv>]) => {
		app.on(method, path, secure, neverStored, ...handlers);
		known.push({ method, path });
	};

	add('GET', '/login', async function showLogin(c) {
		const next = ownPath(c.req.query('next'), '/');
		if (!auth.wantsLogin) return c.redirect('/', 303);
		const body = loginPage({ next, refused: false });
		return await render.page(c, { title: 'Log in', part: null, viewer: null, body });
	});
	add('POST', '/login', async function logIn(c) {
		if (!isSameOrigin(c)) return refuseForeign(c);
		const fields = await readForm(c);
		const next = ownPath(fields?.get('next'), '/');
		const operator = auth.findByToken(fields?.get('token')?.trim() ?? '');
		if (operator === null) {
			warn('login refused', 'unknown-token');
			const body = loginPage({ next, refused: true });
			return await render.page(c, { title: 'Log in', part: null, viewer: null, body }, 401);
		}
		await auth.sessions.begin(c, operator);
		deps.log.info('an operator logged in');
		return c.redirect(next, 303);
	});
	add('POST', '/logout', async function logOut(c) {
		if (!isSameOrigin(c)) return refuseForeign(c);
		auth.sessions.end(c);
		return c.redirect('/login?notice=logged-out', 303);
	});

	function refuseForeign(c: Context): Response {
		warn('page refused', 'cross-site');
		return problem(c, 403, 'cross-site', 'This form must be sent from a page of this server.');
	}

	/** Like `require` of the operators' authentication, for people: the way to the login in place of a 401. */
	const admit = (role: OperatorRoute['role']): MiddlewareHandler<OperatorEnv> =>
		async function admitViewer(c, next) {
			const changes = c.req.method !== 'GET' && c.req.method !== 'HEAD';
			if (changes && !isSameOrigin(c)) return refuseForeign(c);
			const identity = await auth.identify(c);
			if (identity === 'cross-site') return refuseForeign(c);
			if (identity === 'foreign') {
				warn('page refused', 'foreign-origin');
				return problem(c, 403, 'foreign-origin', 'Without operators only this machine may look; set OPERATOR_TOKEN.');
			}
			if (identity === null) {
				// A program that asks for no page is told so in its own language.
				if (!(c.req.header('accept') ?? '').includes('text/html')) {
					return problem(c, 401, 'unknown-token', 'Log in at /login, or send the token of an operator.', {
						'www-authenticate': 'Bearer realm="greenlane"',
					});
				}
				const url = new URL(c.req.url);
				const next = changes ? '/' : `${url.pathname}${url.search}`;
				return c.redirect(next === '/' ? '/login' : `/login?${new URLSearchParams({ next }).toString()}`, 303);
			}
			if (role === 'operate' && identity.role !== 'operate') {
				const viewer = { ...identity, mayLogOut: auth.wantsLogin };
				return await render.forbidden(c, viewer, 'You may look; an operator with the role operate may do this.');
			}
			c.set('operator', identity.name);
			c.set('role', identity.role);
			await next();
			return;
		};

	for (const { method, path, role, handle } of [...pageRoutes(deps, render), ...formRoutes(deps)]) {
		app.on(method, path, secure, neverStored, admit(role), handle);
		known.push({ method, path });
	}
	return known;
}
