import { runRuleTests } from '../core/decision/index.ts';
import type { Json } from '../core/json.ts';
import {
	formatFile,
	loadRules,
	loadRuleTests,
	type Rule,
	type RuleTestCase,
	type RuleTests,
	usualTestDay,
} from '../core/ruleset/index.ts';
import type { Task } from '../core/task/index.ts';
import { parseTask } from '../sendai/task-schema.ts';
import { amountIn, decimalsOf, writeAmountLike } from './init-amounts.ts';
import type { DraftCase } from './init-conditions.ts';
import { type DateEntity, dateIn, writeDate } from './init-dates.ts';
import { makeCertain, redactTask, shorten, toWire } from './init-fixtures.ts';
import { dayOfArrival } from './init-holds.ts';
import { draftRule, type RuleDraft } from './init-rule.ts';

/** A rule with its tests, as the texts of their two files. */
export interface FirstRule {
	readonly id: string;
	readonly ruleText: string;
	readonly testText: string;
	readonly draft: RuleDraft;
	/** How many tasks became fixtures of their own; the others did not fit. */
	readonly fixtures: number;
	readonly cases: number;
}

/** A fixture must leave room for the cases in a file of 256 KiB. */
const mostFixtureLength = 24 * 1_024;
const mostFixturesLength = 64 * 1_024;
const mostFixtures = 20;
const certain = 0.99;

/**
 * Makes a first rule in shadow from tasks, and its tests: a sound task, each part of the rule seen true and false by a
 * change of it, and the tasks themselves as they were read. What the rule says to each is taken from judging it.
 *
 * @param tasks at least one, each with an element and without faults
 * @param keepContent whether the fixtures keep the text of the documents
 */
export function makeFirstRule(
	id: string,
	tasks: readonly Task[],
	{ keepContent }: { readonly keepContent: boolean },
): FirstRule {
	const draft = draftRule(tasks);
	const ruleText = write(`${id}.json`, draft.rule);
	const rule = load(id, ruleText);
	const meaning = { amounts: draft.amounts, dates: draft.dates, metaNames: new Set(draft.metaNames) };
	const shown = tasks.map((task, index) => (keepContent ? task : redactTask(task, meaning, index + 1)));

	const [first] = shown;
	if (rule === null || first === undefined) throw new Error('a drafted rule is not valid');
	const sound = makeCertain(first, certain);
	const fixtures: Record<string, Json> = {
		sound: toWire(fits(sound) ? sound : shorten(sound, new Set(draft.rule.requiredEntities))),
	};
	const asRead = shown.map((task, index) => ({ name: `task-${index + 1}`, task })).filter(({ task }) => fits(task));
	let length = 0;
	const kept = asRead.slice(0, mostFixtures).filter(({ task }) => {
		length += JSON.stringify(toWire(task)).length;
		return length <= mostFixturesLength;
	});
	for (const { name, task } of kept) fixtures[name] = toWire(task);

	const today = (task: Task) => (keepContent ? { today: dayOfArrival(task) ?? usualTestDay } : {});
	const soundCases: readonly DraftCase[] = [
		{ name: 'completes a task on which everything is certain', change: {}, expect: 'complete' },
		...draft.cases,
		...amountCases(draft, sound),
		...dateCases(draft, sound, today(first).today ?? usualTestDay),
	];
	const wanted = [
		...soundCases.map((one) => ({
			test: testOf(one.name, 'sound', one.change, today(first)),
			isMeant: (outcome: string, because: readonly string[]) =>
				outcome === one.expect && (one.because === undefined || because.includes(one.because)),
		})),
		...kept.map(({ name, task }) => ({
			test: testOf(`${name} as it was read`, name, {}, today(task)),
			isMeant: () => true,
		})),
	];
	const asked: RuleTests = { fixtures: fixtures as RuleTests['fixtures'], tests: wanted.map(({ test }) => test) };
	const tests = runRuleTests(rule, asked, parseTask).flatMap(({ index, test, found }) => {
		if (wanted[index]?.isMeant(found.outcome, found.because) !== true) return [];
		const because = found.outcome === 'review' ? { because: found.because } : {};
		return [{ ...test, expect: found.outcome, ...because }];
	});
	const testText = write(`${id}.test.json`, { $schema: './rule-test.schema.json', fixtures, tests } as unknown as Json);
	const loaded = loadRuleTests({ name: `${id}.test.json`, text: testText }, null);
	if (loaded.tests === null) throw new Error(`drafted tests are not valid: ${loaded.findings[0]?.code ?? ''}`);
	return { id, ruleText, testText, draft, fixtures: kept.length, cases: tests.length };
}

function testOf(name: string, fixture: string, change: DraftCase['change'], today: { today?: string }): RuleTestCase {
	return { name, task: { fixture, ...change }, expect: 'review', ...today };
}

/** A cent is still within the tolerance; two are not; and a tax that is the total is far off. */
function amountCases({ amounts }: RuleDraft, sound: Task): readonly DraftCase[] {
	if (amounts === null) return [];
	const { total, tax, locale } = amounts;
	const content = sound.annotations.find(({ entityId }) => entityId === total)?.content ?? null;
	const amount = amountIn(sound, total, locale);
	if (content === null || amount === null) return [];
	const because = 'adds-up';
	const change = (entity: string, text: string) => ({ annotations: { [entity]: { content: text } } });
	const off = (by: number) => change(total, writeAmountLike(content, amount + by, locale));
	return [
		{
			name: `leaves a task whose ${tax} is as much as its ${total}`.slice(0, 200),
			change: change(tax, content),
			expect: 'review',
			because,
		},
		...(decimalsOf(content, locale) < 2
			? []
			: ([
					{ name: 'completes a total that is a cent off', change: off(0.01), expect: 'complete' },
					{ name: 'leaves a total that is two cents off', change: off(0.02), expect: 'review', because },
				] as const)),
	];
}

/** Dates on the very day that is still allowed. */
function dateCases({ dates }: RuleDraft, sound: Task, today: string): readonly DraftCase[] {
	const on = ({ entity, format }: DateEntity, day: string) => ({
		annotations: { [entity]: { content: writeDate(day, format) } },
	});
	const [first, second] = [dates.find(({ kind }) => kind === 'past'), dates.find(({ kind }) => kind === 'later')];
	const day = first === undefined ? null : dateIn(sound, first);
	return [
		...dates
			.filter(({ kind }) => kind === 'past')
			.map((date): DraftCase => {
				const name = `completes a task whose ${date.entity} is today`.slice(0, 200);
				return { name, change: on(date, today), expect: 'complete' };
			}),
		...(first === undefined || second === undefined || day === null
			? []
			: [
					{
						name: `completes a task whose ${second.entity} is its ${first.entity}`.slice(0, 200),
						change: on(second, day),
						expect: 'complete',
					} as const,
				]),
	];
}

function fits(task: Task): boolean {
	return JSON.stringify(toWire(task)).length <= mostFixtureLength;
}

function write(name: string, value: Json): string {
	return formatFile({ name, text: JSON.stringify(value) }) ?? '';
}

function load(id: string, text: string): Rule | null {
	const loaded = loadRules([{ name: `${id}.json`, text }]);
	return loaded.ok ? (loaded.rules[0] ?? null) : null;
}
