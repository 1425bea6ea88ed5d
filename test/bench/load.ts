import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';

export interface Load {
	/** Answers with 2xx per second. */
	readonly perSecond: number;
	/** Milliseconds. */
	readonly p50: number;
	readonly p99: number;
	readonly failed: number;
}

/** Starts a server script of this folder in a process of its own and waits until it says its port. */
export async function startServer(
	script: string,
	args: readonly string[],
): Promise<{ port: number; stop(): Promise<void> }> {
	const child: ChildProcess = fork(fileURLToPath(new URL(script, import.meta.url)), [...args], { stdio: 'inherit' });
	const [message] = (await once(child, 'message')) as [{ port: number }];
	return {
		port: message.port,
		async stop() {
			child.kill('SIGTERM');
			if (child.exitCode === null) await once(child, 'exit');
		},
	};
}

let sent = 0;

/** Sends notifications, each with an id of its own, over so many connections. */
export async function sendNotifications(port: number, connections: number, seconds: number): Promise<Load> {
	const run = String(Date.now());
	const result = await autocannon({
		url: `http://127.0.0.1:${port}`,
		connections,
		duration: seconds,
		requests: [
			{
				method: 'POST',
				path: '/webhooks/send-ai',
				headers: { 'content-type': 'application/json', authorization: 'Bearer benchmark-webhook-token' },
				setupRequest: (request) => {
					sent += 1;
					return { ...request, body: notification(`evt_${run}_${sent}`) };
				},
			},
		],
	});
	return {
		perSecond: result['2xx'] / result.duration,
		p50: result.latency.p50,
		p99: result.latency.p99,
		failed: result.non2xx + result.errors,
	};
}

function notification(id: string): string {
	return JSON.stringify({
		id,
		event: 'upload.in_review',
		event_level: 'UPLOAD',
		team_id: 'team_1',
		project_id: 'proj_1',
		upload: {
			id: `upl_${id}`,
			name: 'invoices.pdf',
			project_id: 'proj_1',
			status: 'IN_REVIEW',
			files: {},
			meta: [{ name: 'category', value: 'invoice' }],
			folder_id: 'fld_inbox',
			created_at: '2026-06-01T08:00:00Z',
		},
		task: null,
	});
}
