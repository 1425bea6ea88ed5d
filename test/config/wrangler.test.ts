import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { unstable_readConfig as readConfig } from 'wrangler';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What is looked at of a configuration as wrangler reads it. */
interface Configuration {
	readonly name: string;
	readonly queues: {
		readonly producers: readonly { readonly binding: string; readonly queue: string }[];
		readonly consumers: readonly {
			readonly queue: string;
			readonly max_batch_size: number;
			readonly max_concurrency: number;
			readonly max_retries: number;
			readonly dead_letter_queue?: string;
		}[];
	};
	readonly d1_databases: readonly Readonly<
		Record<'binding' | 'database_name' | 'database_id' | 'migrations_dir', string>
	>[];
	readonly triggers: { readonly crons: readonly string[] };
	readonly observability: { readonly enabled: boolean; readonly head_sampling_rate: number };
	readonly compatibility_flags: readonly string[];
	readonly compatibility_date: string;
	readonly preview_urls: boolean;
	readonly build: { readonly command: string; readonly watch_dir: readonly string[] };
}

function configOf(env: string | undefined): Configuration {
	const config: unknown = readConfig({ config: join(root, 'wrangler.toml'), ...(env === undefined ? {} : { env }) });
	return config as Configuration;
}

describe.each([
	['production', undefined],
	['staging', 'staging'],
])('%s on Workers', (_name, env) => {
	const config = configOf(env);
	const producer = config.queues.producers[0];

	test('has one queue, whose messages that fail go to a second one, and each is consumed', () => {
		const consumers = config.queues.consumers;
		expect(config.queues.producers.map(({ binding }) => binding)).toEqual(['EVENTS']);
		const work = consumers.find(({ queue }) => queue === producer?.queue);
		expect(consumers.map(({ queue }) => queue)).toEqual([producer?.queue, work?.dead_letter_queue]);
		// Both bounds of what one may do at once.
		expect(work?.max_batch_size).toBeLessThanOrEqual(10);
		expect(work?.max_concurrency).toBeGreaterThan(0);
		// What cannot be stored as dead must not be lost by being tried too rarely.
		expect(consumers.map(({ max_retries }) => max_retries)).toEqual([100, 100]);
	});

	test('has the ledger, with the migrations of SQLite', () => {
		const [ledger] = config.d1_databases;
		expect(config.d1_databases).toHaveLength(1);
		expect(ledger?.binding).toBe('LEDGER');
		expect(existsSync(join(root, ledger?.migrations_dir ?? '', '0001-ledger.sql'))).toBe(true);
	});

	test('sweeps every minute, is observed, and needs no flag', () => {
		expect(config.triggers.crons).toEqual(['* * * * *']);
		expect(config.observability).toMatchObject({ enabled: true, head_sampling_rate: 1 });
		expect(config.compatibility_flags).toEqual([]);
		// From then on `node:crypto` is there by itself.
		expect(config.compatibility_date >= '2026-08-04').toBe(true);
		expect(config.preview_urls).toBe(false);
	});

	test('is built from the rules, and again when they or the sources change', () => {
		expect(config.build).toMatchObject({ command: 'node src/cli.ts bundle' });
		const watched = config.build.watch_dir.map((path) => resolve(root, path));
		expect(watched).toEqual([join(root, 'src'), join(root, 'rules')]);
	});
});

test('staging shares nothing with production', () => {
	const [production, staging] = [configOf(undefined), configOf('staging')];
	expect(staging.name).not.toBe(production.name);
	const queuesOf = ({ queues }: typeof staging) => queues.consumers.map(({ queue }) => queue);
	expect(new Set([...queuesOf(production), ...queuesOf(staging)]).size).toBe(4);
	const databaseOf = ({ d1_databases: [one] }: typeof staging) => [one?.database_name, one?.database_id];
	expect(new Set([...databaseOf(production), ...databaseOf(staging)]).size).toBe(4);
});
