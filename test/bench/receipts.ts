import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decide } from '../../src/core/decision/index.ts';
import { nodeDigest } from '../../src/platform/node.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';
import { parseTask } from '../../src/sendai/task-schema.ts';

export interface ReceiptResult {
	readonly rules: string;
	readonly receipts: number;
	readonly completed: number;
	/** Completed although the date or the total was not what stands on the receipt. */
	readonly wrong: number;
	/** The wrong ones by what was wrong with them. */
	readonly wrongFields: Readonly<Record<string, number>>;
	/** Left to a person, by the first reason, most frequent first. */
	readonly left: readonly (readonly [reason: string, count: number])[];
}

interface Receipt {
	readonly task: unknown;
	readonly truth: Readonly<Record<string, boolean>>;
}

/** Real receipts with known truth, beside the repository where somebody has put them; not part of it. */
const file = fileURLToPath(new URL('../../../shared/data/receipts.jsonl', import.meta.url));

/** Judges every receipt by each of the rule folders; null where there are none. */
export async function judgeReceipts(): Promise<readonly ReceiptResult[] | null> {
	if (!existsSync(file)) return null;
	const receipts = readFileSync(file, 'utf8')
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as Receipt);
	return [await judgeBy('receipts-rules', receipts), await judgeBy('receipts-strict-rules', receipts)];
}

async function judgeBy(folder: string, receipts: readonly Receipt[]): Promise<ReceiptResult> {
	const loaded = await loadFolder(fileURLToPath(new URL(`./${folder}`, import.meta.url)), nodeDigest.sha256);
	if (!loaded.ok) throw new Error(loaded.findings.map(({ message }) => message).join('\n'));
	let completed = 0;
	let wrong = 0;
	const wrongFields: Record<string, number> = {};
	const left = new Map<string, number>();
	for (const { task, truth } of receipts) {
		const decision = decide({
			reading: parseTask(task),
			ruleSet: loaded.ruleSet,
			projectKnown: true,
			today: '2026-06-01',
			version: 'bench',
			fingerprint: '',
			draw: null,
			braked: new Set(),
		});
		if (decision.outcome !== 'complete') {
			const reason = decision.reasons[0]?.code ?? 'review';
			left.set(reason, (left.get(reason) ?? 0) + 1);
			continue;
		}
		completed += 1;
		const faults = ['date', 'total_amount'].filter((entity) => truth[entity] !== true);
		if (faults.length > 0) wrong += 1;
		for (const entity of faults) wrongFields[entity] = (wrongFields[entity] ?? 0) + 1;
	}
	return {
		rules: folder,
		receipts: receipts.length,
		completed,
		wrong,
		wrongFields,
		left: [...left].sort(([, a], [, b]) => b - a),
	};
}
