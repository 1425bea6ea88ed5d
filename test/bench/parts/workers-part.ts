import { one, type Part, two, whole } from '../part.ts';
import { measurePassing, onNode, onWorkers } from '../runtimes.ts';
import { measureStartUp } from '../start-up.ts';
import { weighWorker } from '../worker-size.ts';

export const workersPart: Part = {
	name: 'workers',
	heading: 'Cloudflare Workers',
	async measure(quick, say) {
		const tasks = quick ? 50 : 500;
		const results = [];
		for (const [runtime, start] of [
			['Node', onNode()],
			['Worker', onWorkers],
		] as const) {
			const result = { runtime, ...(await measurePassing(start, tasks)) };
			say(
				`${runtime}: ${whole(result.perSecond)} tasks/s, ${result.cpuMsPerTask === null ? '-' : one(result.cpuMsPerTask)} ms of processor time a task`,
			);
			results.push(result);
		}
		const starts: number[] = [];
		for (let run = 0; run < (quick ? 1 : 5); run += 1) starts.push(await measureStartUp());
		const startUp = starts.toSorted((a, b) => a - b)[Math.floor(starts.length / 2)] ?? 0;
		const { gzipBytes, parts } = await weighWorker();
		say(`start-up ${one(startUp)} ms of processor time; ${one(gzipBytes / 1024)} KiB gzip`);
		const [node, worker] = results;
		const ratio = node === undefined || worker === undefined ? 0 : worker.perSecond / node.perSecond;
		return [
			`The same ${whole(tasks)} tasks that pass, each told by a notification of its own, through \`serve\` (SQLite in a file) and through the local Worker (\`wrangler dev\`: workerd, D1 and the queue on this machine), from the first notification until all are at rest; the simulator answers after 20 ms. The local queue and the local D1 are stand-ins of Cloudflare's own making, in one process: what they say of throughput holds for neither D1 nor Queues in production. There one consumer runs at a time, with one call to Send AI at a time; on Cloudflare up to eight do (\`max_concurrency\`), which is the bound on calls. Processor time is of all processes of the bot, less what they use when idle; of the Worker that includes the queue, the database and the development server, so that it is a bound from above for what Cloudflare would count. A task that passes is five invocations or more (notification, event, judging, settling, follow-ups), each of which may take 10 ms on the free plan.`,
			'',
			'| Runtime | Tasks | At rest and completed | Wall ms | Tasks/s | Processor ms a task |',
			'|---|---:|---:|---:|---:|---:|',
			...results.map(
				(r) =>
					`| ${r.runtime} | ${whole(r.tasks)} | ${whole(r.completed)} | ${whole(r.wallMs)} | ${one(r.perSecond)} | ${r.cpuMsPerTask === null ? '-' : one(r.cpuMsPerTask)} |`,
			),
			'',
			`The local Worker passes ${two(ratio)} times as many tasks a second as Node. It starts in ${one(startUp)} ms of processor time (median of ${starts.length}; \`wrangler check startup\`; Cloudflare allows a second). It is ${one(gzipBytes / 1024)} KiB gzip (aim: 250), of which minified: ${parts
				.slice(0, 8)
				.map(([part, bytes]) => `${part} ${whole(bytes / 1024)} KiB`)
				.join(', ')}.`,
		];
	},
};
