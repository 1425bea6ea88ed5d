import { type Part, percent } from '../part.ts';
import { judgeReceipts } from '../receipts.ts';

export const receiptsPart: Part = {
	name: 'receipts',
	heading: 'Real receipts',
	async measure(_quick, say) {
		const results = await judgeReceipts();
		if (results === null) {
			say('the receipts are not here; left out');
			return [];
		}
		for (const { rules, receipts, completed, wrong } of results) {
			say(`by ${rules}: ${completed} of ${receipts} completed, ${wrong} of them wrong`);
		}
		const named = (entries: Iterable<readonly [string, number]>) =>
			[...entries].map(([name, n]) => `${name} ${n}`).join(', ');
		return [
			'Scanned shop receipts with the confidences of a real OCR and a known truth (not part of this repository), judged by a plain threshold and by the same threshold with business conditions. Wrong: the date or the total is not what stands on the receipt.',
			'',
			'| Rules | Receipts | Completed | Wrong | What was wrong | Left to people, by the first reason |',
			'|---|---:|---:|---:|---|---|',
			...results.map(
				(r) =>
					`| ${r.rules} | ${r.receipts} | ${r.completed} | ${r.wrong} (${percent(r.wrong / Math.max(1, r.completed))}) | ${named(Object.entries(r.wrongFields))} | ${named(r.left)} |`,
			),
		];
	},
};
