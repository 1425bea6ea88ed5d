import { fileURLToPath } from 'node:url';
import jsonLogic from 'json-logic-js';
import { decide } from '../../src/core/decision/index.ts';
import { viewTask } from '../../src/core/task/index.ts';
import { nodeDigest } from '../../src/platform/node.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';
import { parseTask } from '../../src/sendai/task-schema.ts';

export interface JudgeResult {
	/** Microseconds for one whole decision: guards, rules, both evaluators, explanation. */
	readonly decideMicros: number;
	/** Microseconds for plain `json-logic-js` `apply` of the same expressions. */
	readonly plainMicros: number;
	readonly ratio: number;
}

const folder = fileURLToPath(new URL('./rules', import.meta.url));

/** Operators as somebody would write them who trusts their data: what plain `json-logic-js` lacks for these expressions. */
function addPlainOperators(): void {
	interface Annotation {
		readonly entity_id: string;
		readonly confidence: number;
		readonly content: string;
	}
	type Data = { readonly annotations: readonly Annotation[] };
	const find = (data: Data, entity: string) => data.annotations.filter((one) => one.entity_id === entity);
	jsonLogic.add_operation('confidence', function (this: Data, entity: string) {
		return Math.min(...find(this, entity).map((one) => one.confidence));
	});
	jsonLogic.add_operation('content', function (this: Data, entity: string) {
		return find(this, entity)[0]?.content;
	});
	jsonLogic.add_operation('number', function (this: Data, entity: string) {
		const text = find(this, entity)[0]?.content ?? '';
		return Number(text.replaceAll('.', '').replace(',', '.').replace('€', '').trim());
	});
	jsonLogic.add_operation('present', function (this: Data, entity: string) {
		return find(this, entity).length > 0;
	});
	jsonLogic.add_operation('within', (a: number, b: number, margin: number) => Math.abs(a - b) <= margin);
	jsonLogic.add_operation('matches', (text: string, pattern: string) => new RegExp(`^(?:${pattern})$`).test(text));
}

/** A 20-field invoice, as the API gives it. */
function makeInvoice(): unknown {
	const contents: Record<string, string> = {
		invoice_number: '2026-00417',
		iban: 'NL91ABNA0417164300',
		net_amount: '€ 1.000,00',
		tax_amount: '€ 210,00',
		total_amount: '€ 1.210,00',
	};
	const names = [...Object.keys(contents), ...Array.from({ length: 15 }, (_, n) => `field_${n}`)];
	return {
		payload: {
			id: 'task_bench',
			name: 'invoice.pdf',
			created_at: '2026-06-01T08:00:00Z',
			meta: [{ name: 'category', value: 'invoice' }],
			status: 'REVIEWING',
			step_type: 'EXTRACT',
			upload_id: 'upl_bench',
			project_id: 'proj_1',
			approved: false,
			exported_at: null,
			export_failed_at: null,
			last_opened_at: null,
			pages: [
				{
					id: 'page_1',
					width: 1000,
					height: 1400,
					annotations: names.map((entity_id, n) => ({
						id: `ann_${n}`,
						entity_id,
						confidence: 0.97 + (n % 3) / 100,
						content: contents[entity_id] ?? `value ${n}`,
						top: 10 * n,
						left_of_line: 20,
					})),
					checkboxes: [],
					segments: [],
					signatures: [],
				},
			],
		},
	};
}

/** One decision over three live rules against `apply` of the same expressions, in alternating rounds; medians. */
export async function measureJudge(rounds: number): Promise<JudgeResult> {
	const loaded = await loadFolder(folder, nodeDigest.sha256);
	if (!loaded.ok) throw new Error(loaded.findings.map((finding) => finding.message).join('\n'));
	const { ruleSet } = loaded;
	const reading = parseTask(makeInvoice());
	if (reading.kind !== 'task') throw new Error('the invoice is not read');
	addPlainOperators();
	const expressions = Object.values(
		JSON.parse(ruleSet.canonical) as Record<string, { conditions: { logic: jsonLogic.RulesLogic }[] }>,
	).flatMap((rule) => rule.conditions.map((condition) => condition.logic));

	const view = viewTask(reading.task);
	const today = '2026-06-01';
	const input = {
		reading,
		ruleSet,
		projectKnown: true,
		today,
		version: 'bench',
		fingerprint: 'f'.repeat(64),
		draw: { u: 0.999, keyId: 'bench' },
		braked: new Set<string>(),
	};
	const outcome = decide(input);
	if (outcome.outcome !== 'complete') throw new Error(`the invoice does not pass: ${outcome.reasons[0]?.sentence}`);
	for (const expression of expressions) {
		if (jsonLogic.apply(expression, view) !== true) throw new Error('plain json-logic-js does not pass an expression');
	}

	const perRound = 500;
	const ours: number[] = [];
	const plain: number[] = [];
	for (let round = 0; round < rounds; round += 1) {
		ours.push(
			time(perRound, () => {
				decide(input);
			}),
		);
		plain.push(
			time(perRound, () => {
				for (const expression of expressions) jsonLogic.apply(expression, view);
			}),
		);
	}
	const decideMicros = median(ours);
	const plainMicros = median(plain);
	return { decideMicros, plainMicros, ratio: decideMicros / plainMicros };
}

function time(times: number, work: () => void): number {
	const begin = performance.now();
	for (let n = 0; n < times; n += 1) work();
	return ((performance.now() - begin) * 1_000) / times;
}

function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[sorted.length >> 1] ?? Number.NaN;
}
