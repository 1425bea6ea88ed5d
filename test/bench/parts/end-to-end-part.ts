import { measureEndToEnd } from '../end-to-end.ts';
import { type Part, two, whole } from '../part.ts';

export const endToEndPart: Part = {
	name: 'end-to-end',
	heading: 'End to end',
	async measure(quick, say) {
		const { completed, calls, wallMs, idealMs, ratio } = await measureEndToEnd(quick ? 200 : 1_000);
		say(`${completed} tasks, ${calls} calls in ${whole(wallMs)} ms, ideal ${whole(idealMs)} ms, ratio ${two(ratio)}`);
		return [
			'Tasks that pass, told to the bot at once, through reads, intent, completion and settling over loopback HTTP; the simulator answers after 20 ms, the bot makes 8 calls at once. Ideal: calls x 20 ms / 8.',
			'',
			'| Tasks | Calls | Wall ms | Ideal ms | Ratio (aim: 1.2) |',
			'|---:|---:|---:|---:|---:|',
			`| ${whole(completed)} | ${whole(calls)} | ${whole(wallMs)} | ${whole(idealMs)} | ${two(ratio)} |`,
		];
	},
};
