import { connect, createServer, type Socket } from 'node:net';

/** What happens to a connection when a client sends a COMMIT: it breaks before the server sees it, or after it was done. */
export type AtCommit = 'pass' | 'break-before' | 'break-after';

export interface PostgresProxy {
	readonly url: string;
	/** For the next COMMIT that comes by. */
	atCommit(what: AtCommit): void;
	/** Breaks what is open, and refuses what comes until `open`. */
	cut(): void;
	open(): void;
	/** How many commits came by. */
	commits(): number;
	close(): Promise<void>;
}

/** A wire between the ledger and a real server, which breaks where it is told to. */
export async function startPostgresProxy(url: string): Promise<PostgresProxy> {
	const target = new URL(url);
	const sockets = new Set<Socket>();
	let next: AtCommit = 'pass';
	let isCut = false;
	let commits = 0;
	const server = createServer((client) => {
		if (isCut) {
			client.destroy();
			return;
		}
		const upstream = connect(Number(target.port), target.hostname);
		const both = [client, upstream];
		const end = () => {
			for (const socket of both) socket.destroy();
		};
		for (const socket of both) {
			sockets.add(socket);
			socket.on('error', end).on('close', () => {
				sockets.delete(socket);
				end();
			});
		}
		let breakAtAnswer = false;
		client.on('data', (data) => {
			// A simple query: `Q`, its length, its text, and a zero.
			const isCommit = data.includes('COMMIT\0');
			if (isCommit) commits += 1;
			const what = isCommit ? next : 'pass';
			if (isCommit) next = 'pass';
			if (what === 'break-before') {
				end();
				return;
			}
			breakAtAnswer ||= what === 'break-after';
			upstream.write(data);
		});
		upstream.on('data', (data) => {
			if (breakAtAnswer) end();
			else client.write(data);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
	const through = new URL(url);
	through.hostname = '127.0.0.1';
	through.port = String(address.port);
	const cut = () => {
		isCut = true;
		for (const socket of sockets) socket.destroy();
	};
	return {
		url: through.href,
		atCommit(what) {
			next = what;
		},
		cut,
		open() {
			isCut = false;
		},
		commits: () => commits,
		close() {
			cut();
			return new Promise((resolve) => server.close(() => resolve()));
		},
	};
}
