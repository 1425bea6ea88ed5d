import type { Context } from 'hono';
import { html } from 'hono/html';
import type { OperatorAuth, OperatorEnv } from '../operator-auth.ts';
import { type AssetPaths, layout, type PageOptions } from './layout.ts';
import type { Markup } from './markup.ts';
import type { Viewer } from './viewer.ts';

/** How a page becomes an answer. */
export interface Render {
	viewerOf(c: Context<OperatorEnv>): Viewer;
	page(c: Context, options: Omit<PageOptions, 'assets' | 'notice'>, status?: 200 | 401 | 403 | 404): Promise<Response>;
	/** A 404 for people. */
	missing(c: Context<OperatorEnv>, text: string): Promise<Response>;
	/** A 403 for people. */
	forbidden(c: Context, viewer: Viewer | null, text: string): Promise<Response>;
}

export function createRender(auth: Pick<OperatorAuth, 'wantsLogin'>, assets: AssetPaths): Render {
	const viewerOf: Render['viewerOf'] = (c) => ({
		name: c.get('operator'),
		role: c.get('role'),
		mayLogOut: auth.wantsLogin,
	});
	const page: Render['page'] = async (c, options, status = 200) =>
		await c.html(layout({ ...options, assets, notice: c.req.query('notice') }), status);
	const sentence = (text: string): Markup => html`<p>${text}</p><p><a href="/">To the first page</a></p>`;
	return {
		viewerOf,
		page,
		missing: (c, text) => page(c, { title: 'Not found', part: null, viewer: viewerOf(c), body: sentence(text) }, 404),
		forbidden: (c, viewer, text) => page(c, { title: 'Not allowed', part: null, viewer, body: sentence(text) }, 403),
	};
}
