import { type Part, whole } from '../part.ts';
import { boundedHeap, measureReplay } from '../replay.ts';

export const replayPart: Part = {
	name: 'replay',
	heading: 'Replay',
	async measure(quick, say) {
		const results = await measureReplay(quick ? [2_000, 10_000] : [25_000, 100_000, 400_000]);
		for (const { cases, perSecond, perCpuSecond, maxRssMib, boundedRssMib, ledgerMib } of results) {
			say(
				`${whole(cases)} cases, a ledger of ${whole(ledgerMib)} MiB, ${whole(perSecond)}/s, ${whole(perCpuSecond)} a second of processor time, at most ${whole(maxRssMib)} MiB, ${whole(boundedRssMib)} with a bounded heap`,
			);
		}
		return [
			`\`greenlane replay\` of those rules with one threshold lower, over ledgers of such invoices that were judged by the rules as they are, each in a process of its own. Every case has a label. Memory is the most that the process ever held, as Node runs it and with a small heap (\`${boundedHeap.join(' ')}\`), which leaves out what only waits to be collected.`,
			'',
			'| Cases | ledger MiB | cases/s | cases per second of processor time | most MiB | bounded |',
			'|---:|---:|---:|---:|---:|---:|',
			...results.map(
				({ cases, perSecond, perCpuSecond, maxRssMib, boundedRssMib, ledgerMib }) =>
					`| ${whole(cases)} | ${whole(ledgerMib)} | ${whole(perSecond)} | ${whole(perCpuSecond)} | ${whole(maxRssMib)} | ${whole(boundedRssMib)} |`,
			),
		];
	},
};
