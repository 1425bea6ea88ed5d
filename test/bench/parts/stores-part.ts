import { one, type Part, whole } from '../part.ts';
import { measureStores } from '../stores.ts';

export const storesPart: Part = {
	name: 'stores',
	heading: 'SQLite and Postgres',
	async measure(quick, say) {
		const effort = quick ? { connections: 64, seconds: 2, tasks: 50 } : { connections: 64, seconds: 8, tasks: 500 };
		const results = await measureStores(effort, ({ store, processes, accepts, passing }) =>
			say(`${store} ${processes}: ${whole(accepts.perSecond)} accepts/s, ${one(passing.perSecond)} tasks/s`),
		);
		return [
			`Processes of \`serve\` on one ledger: a file, or a Postgres from npm with its defaults (\`fsync\` and \`synchronous_commit\` on). Accepts: notifications answered after the commit, ${effort.connections} connections over all processes. Tasks: ${whole(effort.tasks)} that pass, told at once by a notification each, until all are at rest; the simulator answers after 20 ms. Server, bots, simulator and load share the cores of one machine, so that more processes can only share what there is: what this shows is what a second store and further processes cost, not what machines of their own would bring.`,
			'',
			'| Store | Processes | Accepts/s | p50 ms | p99 ms | failed | Tasks at rest | completed | Tasks/s | Processor ms a task |',
			'|:---|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
			...results.map(
				({ store, processes, accepts, passing }) =>
					`| ${store} | ${processes} | ${whole(accepts.perSecond)} | ${one(accepts.p50)} | ${one(accepts.p99)} | ${accepts.failed} | ${whole(passing.tasks)} | ${whole(passing.completed)} | ${one(passing.perSecond)} | ${passing.cpuMsPerTask === null ? '-' : one(passing.cpuMsPerTask)} |`,
			),
			'',
			'Processor time is of the processes of the bot, without the server of Postgres, less what they use when idle.',
		];
	},
};
