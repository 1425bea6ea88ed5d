import type { MiddlewareHandler } from 'hono';
import type { Digest } from '../../platform/index.ts';
import type { AssetPaths } from './layout.ts';
import { script } from './script.ts';
import { stylesheet } from './stylesheet.ts';

export interface Asset {
	readonly path: string;
	readonly handle: MiddlewareHandler;
}

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#146c43"/><path d="M10 4 6 28M22 4l4 24" stroke="#fff" stroke-width="2.5"/><path d="M16 5v5m0 5v5m0 5v3" stroke="#fff" stroke-width="2.5"/></svg>`;

/**
 * What the pages load. The names hold digests of what is in them, so that they may be kept for ever and never be stale;
 * open to anybody, for they say nothing.
 */
export function createAssets(digest: Digest): { readonly paths: AssetPaths; readonly assets: readonly Asset[] } {
	const named = (name: string, ending: string, text: string) =>
		`/assets/${name}-${digest.sha256(text).slice(0, 16)}.${ending}`;
	const paths: AssetPaths = {
		stylesheet: named('pages', 'css', stylesheet),
		script: named('pages', 'js', script),
	};
	const forEver = 'public, max-age=31536000, immutable';
	return {
		paths,
		assets: [
			asset(paths.stylesheet, 'text/css; charset=utf-8', stylesheet, forEver),
			asset(paths.script, 'text/javascript; charset=utf-8', script, forEver),
			asset('/assets/icon.svg', 'image/svg+xml', icon, 'public, max-age=86400'),
		],
	};
}

function asset(path: string, type: string, text: string, caching: string): Asset {
	return {
		path,
		handle: async function getAsset(c) {
			return c.body(text, 200, {
				'content-type': type,
				'cache-control': caching,
				'x-content-type-options': 'nosniff',
			});
		},
	};
}
