import { readFile, writeFile } from 'node:fs/promises';
import { type ComparisonResult, compare, fetchRivals, type Rival } from '../comparison.ts';
import { drawComparison } from '../comparison-chart.ts';
import { one, type Part, whole } from '../part.ts';

const rivals: readonly Rival[] = ['Greenlane', 'Express script', 'Node-RED flow'];

export const comparisonPart: Part = {
	name: 'comparison',
	heading: 'Beside what one would otherwise build',
	async measure(quick, say) {
		const { folder, versions } = await fetchRivals();
		const results: ComparisonResult[] = [];
		for (const rival of rivals) {
			const result = await compare(rival, folder, quick ? 60 : 300, 7);
			results.push(result);
			say(`${rival}: ${JSON.stringify(result.peace)} ${JSON.stringify(result.trouble)}`);
		}
		if (!quick) await writeFile(new URL('../comparison.svg', import.meta.url), drawComparison(results));
		const script = await readFile(new URL('../comparison/express-script.mjs', import.meta.url), 'utf8');
		return [
			`The same rule (every field read with 0.90 or better), the same simulator with 20 ms an answer, the same traffic, each in a process of its own: \`greenlane serve\` with SQLite; an Express script with \`p-retry\` around both calls; a Node-RED flow of webhook, GET, condition, POST (\`test/bench/comparison/\`). ${versions}; fetched for the measurement.`,
			'',
			'In peace, all tasks at once:',
			'',
			'| | Tasks | Completed | Seconds | Tasks/s |',
			'|:---|---:|---:|---:|---:|',
			...results.map(
				({ rival, peace: { tasks, completed, seconds } }) =>
					`| ${rival} | ${whole(tasks)} | ${whole(completed)} | ${one(seconds)} | ${one(completed / seconds)} |`,
			),
			'',
			'Under one seeded schedule of faults (connections that break before and after the work was done, 429, 503, wrong and late answers, notifications that come twice and in another order), people who open, edit and reopen, and three deaths of the process:',
			'',
			'| | Tasks | Completed | **Twice** | **Wrongly** | Certain, and left in review |',
			'|:---|---:|---:|---:|---:|---:|',
			...results.map(
				({ rival, trouble: { tasks, completed, twice, wrongly, lost } }) =>
					`| ${rival} | ${whole(tasks)} | ${whole(completed)} | ${twice} | ${wrongly} | ${lost} |`,
			),
			'',
			'![What went wrong under the same faults](comparison.svg)',
			'',
			"All counts are the simulator's. _Twice_: a second effective completion in one visit. _Wrongly_: of a task that a person had half-edited, that had been reopened or was malformed, or that hit another step than it was aimed at. _Certain, and left_ are, for the script and the flow, tasks that were lost with the process or after the last try, and nobody knows of; for Greenlane tasks that it left to people on purpose, with the reason written down: an outcome that could not be cleared up, a person who was there.",
			'',
			'What it does not say: the script could be made better, and that is how this project began. In peace it is faster, since it reads once where Greenlane reads twice and looks afterwards what became of it, and since it waits for no disk.',
			'',
			'<details><summary>The script</summary>',
			'',
			'```js',
			script.trim(),
			'```',
			'',
			'</details>',
		];
	},
};
