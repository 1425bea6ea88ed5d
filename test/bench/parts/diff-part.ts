import { measureDiff } from '../diff.ts';
import { type Part, whole } from '../part.ts';

export const diffPart: Part = {
	name: 'diff',
	heading: 'Diff',
	async measure(quick, say) {
		const results = await measureDiff(quick ? [5_000, 20_000] : [50_000, 200_000]);
		for (const { tasks, perSecond, perCpuSecond, maxRssMib } of results) {
			say(
				`${whole(tasks)} tasks, ${whole(perSecond)}/s, ${whole(perCpuSecond)} a second of processor time, at most ${whole(maxRssMib)} MiB`,
			);
		}
		return [
			'`greenlane diff` of those rules and the same with one threshold lower, over files of such invoices (2.8 KB a line), reading and parsing included, each in a process of its own. Memory is the most that the process ever held.',
			'',
			'| Tasks | tasks/s | tasks per second of processor time (aim: 10,000) | most MiB |',
			'|---:|---:|---:|---:|',
			...results.map(
				({ tasks, perSecond, perCpuSecond, maxRssMib }) =>
					`| ${whole(tasks)} | ${whole(perSecond)} | ${whole(perCpuSecond)} | ${whole(maxRssMib)} |`,
			),
		];
	},
};
