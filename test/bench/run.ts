/**
 * `npm run bench`: each part beside its limit in the same run. A part's section of RESULTS.md takes the place of the one
 * before. Figures of different machines say nothing to each other; the ratios do. `-- --quick` measures shortly and writes
 * nothing; `-- --only judge,diff` measures these parts alone.
 */
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Part } from './part.ts';
import { acceptsPart } from './parts/accepts-part.ts';
import { comparisonPart } from './parts/comparison-part.ts';
import { diffPart } from './parts/diff-part.ts';
import { endToEndPart } from './parts/end-to-end-part.ts';
import { growthPart } from './parts/growth-part.ts';
import { judgePart } from './parts/judge-part.ts';
import { memoryPart } from './parts/memory-part.ts';
import { receiptsPart } from './parts/receipts-part.ts';
import { replayPart } from './parts/replay-part.ts';
import { storesPart } from './parts/stores-part.ts';
import { workersPart } from './parts/workers-part.ts';
import { updateResults } from './results-file.ts';

const parts: readonly Part[] = [
	acceptsPart,
	judgePart,
	diffPart,
	replayPart,
	endToEndPart,
	storesPart,
	workersPart,
	growthPart,
	memoryPart,
	comparisonPart,
	receiptsPart,
];

const preamble = `# Measurements

Repeat with \`npm run bench\`, or one part with \`npm run bench -- --only NAME\` (${parts.map(({ name }) => name).join(', ')}). Load generator and server share one machine. Only the ratios carry over to other machines.`;

const { values } = readArguments();
const wanted = values.only?.split(',') ?? parts.map(({ name }) => name);
const unknown = wanted.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) refuse(`There is no ${unknown.join(', ')}.`);

const measured = new Map<string, string>();
for (const part of parts.filter(({ name }) => wanted.includes(name))) {
	console.log(part.name);
	const [load = 0] = loadavg();
	const lines = await part.measure(values.quick, (line) => console.log(`  ${line}`));
	const machine = `Measured ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${availableParallelism()} cores, load before it ${load.toFixed(1)}.`;
	if (lines.length > 0) measured.set(part.heading, [...lines, '', machine].join('\n'));
}
if (!values.quick) {
	const headings = parts.map(({ heading }) => heading);
	await updateResults(new URL('./RESULTS.md', import.meta.url), preamble, headings, measured);
}

function readArguments() {
	try {
		return parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });
	} catch (error) {
		return refuse(error instanceof Error ? error.message : 'That is no option.');
	}
}

function refuse(why: string): never {
	const names = parts.map(({ name }) => name).join(', ');
	console.error(`${why}\n\nnpm run bench -- [--quick] [--only NAME,NAME]\nThe parts are ${names}.`);
	process.exit(2);
}
