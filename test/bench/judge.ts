import { fileURLToPath } from 'node:url';
import type jsonLogic from 'json-logic-js';
import { decide, judgeInBulk } from '../../src/core/decision/index.ts';
import { type CompiledLogic, createContext, type EvaluationContext } from '../../src/core/language/index.ts';
import type { RuleSet } from '../../src/core/ruleset/types.ts';
import { type Task, type TaskView, viewTask } from '../../src/core/task/index.ts';
import { nodeDigest } from '../../src/platform/node.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';
import { parseTask } from '../../src/sendai/task-schema.ts';
import { makeInvoice } from './invoice.ts';
import { createRivals } from './rivals.ts';

export interface Contender {
	readonly name: string;
	readonly ours: boolean;
	readonly generatesCode: boolean;
	/** Microseconds for one task. */
	readonly micros: number;
	readonly perSecond: number;
}

export interface JudgeResult {
	/** Ours first. */
	readonly contenders: readonly Contender[];
	/** A whole decision of ours, in times of plain `json-logic-js`. */
	readonly ratio: number;
}

const folder = fileURLToPath(new URL('./rules', import.meta.url));
const today = '2026-06-01';
const taskCount = 256;
/** In a row, so that one engine's caches are not always another's. */
const passes = 4;

/**
 * The same nine conditions of three rules over the same 256 invoices by each engine, in alternating rounds; medians. Every
 * engine is handed the plain data that rules see; a whole decision begins at the parsed task, and looks at guards,
 * applicability and required entities besides.
 */
export async function measureJudge(rounds: number): Promise<JudgeResult> {
	const loaded = await loadFolder(folder, nodeDigest.sha256);
	if (!loaded.ok) throw new Error(loaded.findings.map((finding) => finding.message).join('\n'));
	const { ruleSet } = loaded;
	const tasks = Array.from({ length: taskCount }, (_, n) => readInvoice(n));
	const views = tasks.map(viewTask);

	const rivals = createRivals(expressionsOf(ruleSet));
	const contenders = [
		...createWhole(ruleSet).map((one) => ({ ...one, ours: true, generatesCode: false, inputs: tasks })),
		...createOurs(ruleSet).map((one) => ({ ...one, ours: true, generatesCode: false, inputs: views })),
		...rivals.map((one) => ({ ...one, ours: false, inputs: views })),
	].map(({ inputs, judge, ...rest }) => ({
		...rest,
		times: [] as number[],
		judgeAll: async () => {
			const completed: boolean[] = [];
			for (const input of inputs) {
				const holds = (judge as (one: unknown) => boolean | Promise<boolean>)(input);
				// Waiting for what is there already would be measured as the engine's own.
				completed.push(typeof holds === 'boolean' ? holds : await holds);
			}
			return completed;
		},
	}));

	const [reference, ...others] = await Promise.all(contenders.map(({ judgeAll }) => judgeAll()));
	const wanted = JSON.stringify(reference);
	for (const [index, answers] of others.entries()) {
		if (JSON.stringify(answers) !== wanted) throw new Error(`${contenders[index + 1]?.name} judges otherwise`);
	}
	if (!reference?.includes(true) || !reference.includes(false)) throw new Error('all invoices end alike');

	for (let round = 0; round < rounds; round += 1) {
		for (const { times, judgeAll } of contenders) {
			const began = performance.now();
			for (let pass = 0; pass < passes; pass += 1) await judgeAll();
			times.push(((performance.now() - began) * 1_000) / (taskCount * passes));
		}
	}
	const measured = contenders.map(({ name, ours: own, generatesCode, times }): Contender => {
		const micros = median(times);
		return { name, ours: own, generatesCode, micros, perSecond: 1e6 / micros };
	});
	const microsOf = (name: string) => measured.find((one) => one.name.startsWith(name))?.micros ?? Number.NaN;
	return { contenders: measured, ratio: microsOf('whole decision') / microsOf('json-logic-js') };
}

type Judge<T> = { readonly name: string; readonly judge: (one: T) => boolean };

function createWhole(ruleSet: RuleSet): readonly Judge<Task>[] {
	const input = {
		ruleSet,
		projectKnown: true,
		today,
		version: 'bench',
		fingerprint: 'f'.repeat(64),
		draw: { u: 0.999, keyId: 'bench' },
		braked: new Set<string>(),
	};
	return [
		{
			name: 'whole decision: both evaluators, explained, guards (`decide`)',
			judge: (task) => decide({ ...input, reading: { kind: 'task', task } }).outcome === 'complete',
		},
		{
			name: 'whole decision in bulk: closures, guards (`judgeInBulk`)',
			judge: (task) => judgeInBulk({ ...input, reading: { kind: 'task', task } }).outcome === 'complete',
		},
	];
}

function createOurs(ruleSet: RuleSet): readonly Judge<TaskView>[] {
	const conditions = ruleSet.rules.flatMap((rule) => rule.conditions.map(({ compiled }) => compiled));
	const byEach = (outcomeOf: (condition: CompiledLogic, context: EvaluationContext) => string) => (view: TaskView) => {
		const context = createContext(view, today);
		let passed = 0;
		for (const condition of conditions) if (outcomeOf(condition, context) === 'pass') passed += 1;
		return passed === conditions.length;
	};
	return [
		{ name: 'strict', judge: byEach((condition, context) => condition.strict(context).outcome) },
		{ name: 'explained', judge: byEach((condition, context) => condition.explain(context).outcome) },
		{ name: 'bulk', judge: byEach((condition, context) => condition.bulk(context)) },
	];
}

function readInvoice(n: number): Task {
	const reading = parseTask(makeInvoice(n));
	if (reading.kind !== 'task') throw new Error('the invoice is not read');
	return reading.task;
}

function expressionsOf({ canonical }: RuleSet): readonly jsonLogic.RulesLogic[] {
	const rules = JSON.parse(canonical) as Record<string, { conditions: { logic: jsonLogic.RulesLogic }[] }>;
	return Object.values(rules).flatMap((rule) => rule.conditions.map((condition) => condition.logic));
}

function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[sorted.length >> 1] ?? Number.NaN;
}
