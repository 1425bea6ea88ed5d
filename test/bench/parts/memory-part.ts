import { boundedHeap, measureMemory } from '../memory.ts';
import { one, type Part, whole } from '../part.ts';

export const memoryPart: Part = {
	name: 'memory',
	heading: 'Memory over a long run',
	async measure(quick, say) {
		const [batches, batch] = quick ? [3, 100] : [10, 2_000];
		const readings = await measureMemory(batches, batch, ({ tasks, residentMib, perSecond }) =>
			say(`${whole(tasks)} tasks: ${residentMib === null ? '-' : one(residentMib)} MiB, ${one(perSecond)} tasks/s`),
		);
		return [
			`One process of \`serve\` (SQLite) that passes ${whole(batches * batch)} tasks, ${whole(batch)} at once and one batch after the other, with a small heap (\`${boundedHeap}\`): its resident memory after each batch and how fast the batch went. Without these options Node lets the heap grow further before it collects (\`docs/deploy/README.md\` has a figure): these rows say what is held, not what a process takes by default.`,
			'',
			`| Tasks passed | ${readings.map(({ tasks }) => whole(tasks)).join(' | ')} |`,
			`|:---|${readings.map(() => '---:').join('|')}|`,
			`| Resident MiB | ${readings.map(({ residentMib }) => (residentMib === null ? '-' : whole(residentMib))).join(' | ')} |`,
			`| Tasks/s | ${readings.map(({ perSecond }) => one(perSecond)).join(' | ')} |`,
		];
	},
};
