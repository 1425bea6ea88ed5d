import { LogicEngine } from 'json-logic-engine';
import jsonLogic from 'json-logic-js';
import { Engine, type RuleProperties } from 'json-rules-engine';
import { RE2JS } from 're2js';
import { isWithin } from '../../src/core/language/calculate.ts';
import { matchesWhole } from '../../src/core/language/matches-whole.ts';
import { anyNumberFormat, numberFormatOf } from '../../src/core/language/number-format.ts';
import { createContext, readingOf } from '../../src/core/language/reading.ts';
import type { TaskView } from '../../src/core/task/index.ts';
import { carelessOperators } from './careless-operators.ts';

/** Another engine that judges by the same conditions; all of them are evaluated, as ours does. */
export interface Rival {
	readonly name: string;
	readonly generatesCode: boolean;
	/** Whether every condition holds. */
	readonly judge: (view: TaskView) => boolean | Promise<boolean>;
}

/** @param expressions of the rules, as they stand in the files */
export function createRivals(expressions: readonly jsonLogic.RulesLogic[]): readonly Rival[] {
	return [
		plain(expressions),
		...logicEngine(expressions, 'careless operators', carelessly),
		...logicEngine(expressions, 'our operators', asOurs),
		rulesEngine(),
	];
}

function plain(expressions: readonly jsonLogic.RulesLogic[]): Rival {
	const { confidence, content, number, within, matches } = carelessOperators;
	jsonLogic.add_operation('confidence', function (this: TaskView, entity: string) {
		return confidence(this, entity);
	});
	jsonLogic.add_operation('content', function (this: TaskView, entity: string) {
		return content(this, entity);
	});
	jsonLogic.add_operation('number', function (this: TaskView, entity: string) {
		return number(this, entity);
	});
	jsonLogic.add_operation('within', within);
	jsonLogic.add_operation('matches', matches);
	return {
		name: 'json-logic-js `apply`, careless operators',
		generatesCode: false,
		judge: (view) => countTrue(expressions, (one) => jsonLogic.apply(one, view) as unknown) === expressions.length,
	};
}

type Operators = Pick<typeof carelessOperators, 'within' | 'matches'> & {
	/** Reads what entities say in this task. */
	readonly read: (view: TaskView) => {
		readonly confidence: (entity: string) => number;
		readonly content: (entity: string) => string;
		readonly number: (entity: string) => number;
	};
};

const carelessly: Operators = {
	...carelessOperators,
	read: (view) => ({
		confidence: (entity) => carelessOperators.confidence(view, entity),
		content: (entity) => carelessOperators.content(view, entity),
		number: (entity) => carelessOperators.number(view, entity),
	}),
};

const dutch = numberFormatOf('nl-NL') ?? anyNumberFormat;
const patterns = new Map<string, RE2JS>();
/** What our evaluators call: checked, numbers read by locale, decimal arithmetic, patterns in linear time. */
const asOurs: Operators = {
	read(view) {
		const reading = readingOf(createContext(view, '2026-06-01'));
		return {
			confidence: (entity) => reading.confidence(entity),
			content: (entity) => reading.content(entity),
			number: (entity) => reading.number(entity, dutch),
		};
	},
	within: isWithin,
	matches(text, pattern) {
		let known = patterns.get(pattern);
		if (known === undefined) {
			known = RE2JS.compile(pattern);
			patterns.set(pattern, known);
		}
		return matchesWhole(known, text);
	},
};

/** Its interpreter keeps a plan of closures for each expression; `build` writes JavaScript and evaluates it. */
function logicEngine(
	expressions: readonly jsonLogic.RulesLogic[],
	what: string,
	{ read, within, matches }: Operators,
): readonly Rival[] {
	const engine = new LogicEngine();
	let task: ReturnType<Operators['read']> | null = null;
	const now = () => {
		if (task === null) throw new Error('no task is judged');
		return task;
	};
	engine.addMethod('confidence', ([entity]: [string]) => now().confidence(entity));
	engine.addMethod('content', ([entity]: [string]) => now().content(entity));
	engine.addMethod('number', ([entity]: [string]) => now().number(entity));
	engine.addMethod('within', ([a, b, margin]: [number, number, number]) => within(a, b, margin));
	engine.addMethod('matches', ([text, pattern]: [string, string]) => matches(text, pattern));
	const judgeBy =
		<T>(conditions: readonly T[], evaluate: (condition: T, view: TaskView) => unknown) =>
		(view: TaskView) => {
			task = read(view);
			return countTrue(conditions, (one) => evaluate(one, view)) === conditions.length;
		};
	const built = expressions.map((one) => engine.build(one) as (view: TaskView) => unknown);
	return [
		{
			name: `json-logic-engine \`run\`, ${what}`,
			generatesCode: false,
			judge: judgeBy(expressions, (one, view) => engine.run(one, view) as unknown),
		},
		{
			name: `json-logic-engine \`build\`, ${what}`,
			generatesCode: true,
			judge: judgeBy(built, (one, view) => one(view)),
		},
	];
}

function countTrue<T>(conditions: readonly T[], evaluate: (condition: T) => unknown): number {
	let count = 0;
	for (const condition of conditions) if (evaluate(condition) === true) count += 1;
	return count;
}

/** The same nine conditions in its own words: facts that are worked out of the task, and operators on them. */
function rulesEngine(): Rival {
	const { confidence, content, number, within, matches } = carelessOperators;
	const certain = (entity: string) => ({
		fact: 'confidence',
		params: { entity },
		operator: 'greaterThanInclusive',
		value: 0.95,
	});
	const rule: RuleProperties = {
		event: { type: 'complete' },
		conditions: {
			all: [
				certain('total_amount'),
				certain('iban'),
				{ all: [certain('net_amount'), certain('tax_amount')] },
				{ fact: 'lowest', operator: 'greaterThanInclusive', value: 0.9 },
				{ fact: 'annotations', operator: 'greaterThanInclusive', value: 10 },
				{ fact: 'content', params: { entity: 'invoice_number' }, operator: 'matches', value: '20[0-9]{2}-[0-9]{5}' },
				{ fact: 'content', params: { entity: 'iban' }, operator: 'matches', value: 'NL[0-9]{2}[A-Z]{4}[0-9]{10}' },
				{ fact: 'apart', operator: 'lessThanInclusive', value: 0.01 },
				{
					all: [
						{ fact: 'total', operator: 'greaterThan', value: 0 },
						{ fact: 'total', operator: 'lessThan', value: 10_000 },
					],
				},
			],
		},
	};
	const engine = new Engine([rule]);
	engine.addOperator('matches', (text: string, pattern: string) => matches(text, pattern));
	const fact = <T>(name: string, read: (view: TaskView, entity: string) => T) =>
		engine.addFact(name, async (params, almanac) =>
			read(await almanac.factValue<TaskView>('view'), String(params.entity)),
		);
	fact('confidence', confidence);
	fact('content', content);
	fact('lowest', ({ annotations }) => Math.min(...annotations.map((one) => one.confidence ?? 0)));
	fact('annotations', ({ counts }) => counts.annotations);
	fact('total', (view) => number(view, 'total_amount'));
	fact('apart', (view) => {
		const sum = number(view, 'net_amount') + number(view, 'tax_amount');
		return within(sum, number(view, 'total_amount'), 0.01) ? 0 : 1;
	});
	return {
		name: 'json-rules-engine, careless operators',
		generatesCode: false,
		judge: async (view) => (await engine.run({ view })).events.length > 0,
	};
}
