/**
 * `node test/core/language/fuzz.ts --pairs 100000 --seed 1`: holds both evaluators against the reference on generated
 * expressions and views. Prints what became of them; exits 1 on the first that crashes, leaks or gives something else.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { soundPair, spoiltPair } from './arbitrary-pairs.ts';
import { type Checked, checkPair } from './check-pair.ts';

const { values } = parseArgs({
	options: {
		pairs: { type: 'string', default: '100000' },
		seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
	},
});
const pairs = Number(values.pairs);
const seed = Number(values.seed);
if (!Number.isSafeInteger(pairs) || pairs < 1 || !Number.isSafeInteger(seed)) {
	console.error('--pairs and --seed are whole numbers');
	process.exit(2);
}

const counts: Record<Checked['kind'], number> = { refused: 0, pass: 0, fail: 0, error: 0, breach: 0 };
const began = performance.now();
const result = fc.check(
	fc.property(fc.oneof({ arbitrary: soundPair, weight: 4 }, { arbitrary: spoiltPair, weight: 1 }), (pair) => {
		const checked = checkPair(pair);
		counts[checked.kind] += 1;
		return checked.kind !== 'breach';
	}),
	{ numRuns: pairs, seed },
);
const seconds = (performance.now() - began) / 1_000;

const { pass, fail, error, refused } = counts;
console.log(`seed ${seed}: ${result.numRuns} pairs in ${seconds.toFixed(1)} s`);
console.log(`  ${pass} pass, ${fail} fail, ${error} error, ${refused} refused`);
const [smallest] = result.counterexample ?? [];
if (result.failed) {
	const checked = smallest === undefined ? null : checkPair(smallest);
	console.error(`breach, smallest found: ${checked?.kind === 'breach' ? checked.what : 'not seen again'}`);
	console.error(fc.stringify(smallest));
	process.exitCode = 1;
}
