/** What `cloudflare:workers` gives to a test: the bindings of `wrangler.toml`, and those of `vitest.config.ts`. */
declare namespace Cloudflare {
	interface Env {
		readonly EVENTS: Queue<unknown>;
		readonly LEDGER: D1Database;
		readonly MIGRATIONS: import('cloudflare:test').D1Migration[];
		/** The revisions of the project's rules on Node; null when they are refused. */
		readonly NODE_RULES: { readonly revision: string; readonly logicRevision: string } | null;
	}
}
