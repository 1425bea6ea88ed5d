import { measureJudge } from '../judge.ts';
import { one, type Part, two, whole } from '../part.ts';

export const judgePart: Part = {
	name: 'judge',
	heading: 'Judge',
	async measure(quick, say) {
		const { contenders, ratio } = await measureJudge(quick ? 10 : 60);
		for (const { name, micros, perSecond } of contenders) {
			say(`${name.padEnd(64)} ${one(micros).padStart(7)} us ${whole(perSecond).padStart(9)}/s`);
		}
		return [
			'The nine conditions of three rules for 256 invoices of 20 fields, of which a quarter fails, by each engine in alternating rounds; medians. Each is handed the plain data that rules see, and all judge alike. Strict: `json-logic-js` under our operators. Explained: closures, with sentences and operands. Bulk: closures alone. A whole decision begins at the parsed task and looks at guards, applicability and required entities as well; `decide` is what precedes a completion. Careless operators trust the data: no check of types, of absent values or of more than one reading, binary arithmetic, patterns that may backtrack; ours are those that our own engines call.',
			'',
			'| Engine | us | decisions/s | generates code |',
			'|---|---:|---:|---|',
			...contenders.map(
				({ name, ours, micros, perSecond, generatesCode }) =>
					`| ${ours ? `**Greenlane**, ${name}` : name} | ${one(micros)} | ${whole(perSecond)} | ${generatesCode ? 'yes' : 'no'} |`,
			),
			'',
			`\`decide\` takes ${two(ratio)} times as long as plain \`json-logic-js\` with careless operators (aim: 2). \`json-logic-engine\` \`run\` is its interpreter, which keeps a plan of closures; its \`build\` writes JavaScript and evaluates it, which Workers forbid.`,
		];
	},
};
