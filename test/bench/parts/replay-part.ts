import { type Part, whole } from '../part.ts';
import { measureReplay } from '../replay.ts';

export const replayPart: Part = {
	name: 'replay',
	heading: 'Replay',
	async measure(quick, say) {
		const results = await measureReplay(quick ? [2_000, 10_000] : [25_000, 100_000]);
		for (const { cases, perSecond, perCpuSecond, maxRssMib, ledgerMib } of results) {
			say(
				`${whole(cases)} cases, a ledger of ${whole(ledgerMib)} MiB, ${whole(perSecond)}/s, ${whole(perCpuSecond)} a second of processor time, at most ${whole(maxRssMib)} MiB`,
			);
		}
		return [
			'`greenlane replay` of those rules with one threshold lower, over ledgers of such invoices that were judged by the rules as they are, each in a process of its own. Memory is the most that the process ever held.',
			'',
			'| Cases | ledger MiB | cases/s | cases per second of processor time | most MiB |',
			'|---:|---:|---:|---:|---:|',
			...results.map(
				({ cases, perSecond, perCpuSecond, maxRssMib, ledgerMib }) =>
					`| ${whole(cases)} | ${whole(ledgerMib)} | ${whole(perSecond)} | ${whole(perCpuSecond)} | ${whole(maxRssMib)} |`,
			),
		];
	},
};
