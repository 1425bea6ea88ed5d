import { measureGrowth } from '../growth.ts';
import { one, type Part, percent, whole } from '../part.ts';

export const growthPart: Part = {
	name: 'growth',
	heading: 'Growth',
	async measure(quick, say) {
		const results = await measureGrowth(quick ? [10_000] : [10_000, 100_000, 1_000_000], say);
		for (const { cases, pages } of results) {
			for (const { page, p50, p95 } of pages) say(`${whole(cases)} ${page}: ${one(p50)} ms, p95 ${one(p95)} ms`);
		}
		for (const { cases, accepts, passing } of results) {
			say(`${whole(cases)}: ${whole(accepts.here)} accepts/s, ${whole(accepts.empty)} empty`);
			say(`${whole(cases)}: ${one(passing.here)} tasks/s, ${one(passing.empty)} empty`);
		}
		const names = results[0]?.pages.map(({ page }) => page) ?? [];
		return [
			'SQLite ledgers of so many cases of 90 days. Pages: 40 requests each, one after the other, without the network; milliseconds, median and 95th percentile (aim at a million: 100). Accepts: events stored durably, 64 at once, in rounds that alternate with an empty ledger (aim: at least 90 %). Tasks a second: 300 that pass, at once, from the notification until they are at rest, through `serve` on that ledger and on an empty one.',
			'',
			`| | ${results.map(({ cases }) => `${whole(cases)} cases`).join(' | ')} |`,
			`|:---|${results.map(() => '---:').join('|')}|`,
			...names.map((name) => {
				const cells = results.map(({ pages }) => {
					const found = pages.find(({ page }) => page === name);
					return found === undefined ? '' : `${one(found.p50)} / ${one(found.p95)}`;
				});
				return `| ${name} | ${cells.join(' | ')} |`;
			}),
			`| Accepts a second | ${results.map(({ accepts }) => whole(accepts.here)).join(' | ')} |`,
			`| of an empty ledger's | ${results.map(({ accepts }) => percent(accepts.here / accepts.empty)).join(' | ')} |`,
			`| Tasks a second | ${results.map(({ passing }) => one(passing.here)).join(' | ')} |`,
			`| of an empty ledger's | ${results.map(({ passing }) => percent(passing.here / passing.empty)).join(' | ')} |`,
			`| File, MiB | ${results.map(({ fileMib }) => whole(fileMib)).join(' | ')} |`,
			`| File, bytes a case | ${results.map(({ fileMib, cases }) => whole((fileMib * 2 ** 20) / cases)).join(' | ')} |`,
		];
	},
};
