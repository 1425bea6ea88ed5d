import { fileURLToPath } from 'node:url';
import { runBundle } from '../../src/cli/bundle.ts';
import { bundlePath } from '../../src/rulesource/bundle-module.ts';

/** Packs the project's own rules before the tests, or says why they are refused. */
export default async function packRules(): Promise<void> {
	const root = fileURLToPath(new URL('../..', import.meta.url));
	const said: string[] = [];
	const say = (line: string) => void said.push(line);
	const io = { print: say, complain: say, paint: (_style: string, text: string) => text };
	const options = { out: `${root}${bundlePath}`, json: false };
	if ((await runBundle(`${root}rules`, options, io)) !== 0) throw new Error(said.join('\n'));
}
