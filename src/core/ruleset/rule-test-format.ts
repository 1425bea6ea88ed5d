import * as z from 'zod';
import type { Json } from '../json.ts';
import { describeKeys } from './rule-format.ts';

/**
 * The format of `<id>.test.json`: tasks, and what the rule beside it must answer to each. The one definition from which
 * test files are validated and `rule-test.schema.json` is written.
 */

const text = z.string().min(1, 'is empty').max(200, 'is longer than 200 characters');

const taskObject = z
	.record(
		z.string(),
		z.custom<Json>((value) => value !== undefined),
	)
	.refine((task) => !Object.hasOwn(task, 'fixture'), 'names a fixture and is not a change of it')
	.meta({ description: 'A task as the API answers it: GET .../task/{task_id}, its payload or the whole answer.' });

const confidence = z.number().min(0, 'is below 0').max(1, 'is above 1');

/** An element as it stands on a page in the API's answer. */
const elements = z.array(
	z.record(
		z.string(),
		z.custom<Json>((value) => value !== undefined),
	),
);

const changeSchema = z
	.strictObject({
		fixture: text.meta({ description: 'The name of a task in "fixtures".' }),
		task: z
			.record(
				z.string(),
				z.custom<Json>((value) => value !== undefined),
			)
			.meta({ description: 'Fields of the task that differ, like "status" or "step_type".' })
			.optional(),
		meta: z
			.record(z.string(), z.string().nullable())
			.meta({ description: 'Meta that differs: name to value; null takes it away.' })
			.optional(),
		annotations: z
			.record(
				z.string(),
				z.strictObject({ content: z.string().optional(), confidence: confidence.optional() }).nullable(),
			)
			.meta({
				description:
					'Annotations that differ: entity to what is changed in each of its occurrences; null takes them away. An entity that the fixture does not have is added.',
			})
			.optional(),
		checkboxes: z
			.strictObject({ checked: z.boolean().optional(), confidence: confidence.optional() })
			.nullable()
			.meta({ description: 'What is changed in every checkbox; null takes them away.' })
			.optional(),
		signatures: z
			.strictObject({ confidence: confidence.optional() })
			.nullable()
			.meta({ description: 'What is changed in every signature; null takes them away.' })
			.optional(),
		add: z
			.strictObject({
				annotations: elements.optional(),
				checkboxes: elements.optional(),
				segments: elements.optional(),
				signatures: elements.optional(),
			})
			.meta({ description: 'Elements that the first page has besides, as the API answers them.' })
			.optional(),
	})
	.meta({ description: 'A task of "fixtures" with some changes.' });

const caseSchema = z
	.strictObject({
		name: text.meta({
			description: 'What the case shows, as a sentence.',
			examples: ['leaves a total that was read with 0.97'],
		}),
		task: z.union([changeSchema, taskObject]).meta({ description: 'A changed fixture, or a task in full.' }),
		expect: z
			.enum(['complete', 'review'])
			.meta({ description: 'What this rule alone must answer, as if it were live.' }),
		because: z
			.array(text)
			.min(1, 'is an empty list; write at least one')
			.meta({
				description:
					'With review: exactly what stands in the way. A condition by its id; required:<entity> for a required entity; guard:<id> for a check on the task itself (guard:in-review); applies:no when the rule is not for the task, applies:error when that cannot be told. Left out: any reason will do.',
				examples: [['total-certain'], ['required:due_date', 'dates-plausible'], ['applies:no'], ['guard:in-review']],
			})
			.optional(),
		today: z
			.string()
			.regex(/^\d{4}-\d{2}-\d{2}$/, 'is not a day like 2026-06-01')
			.meta({ description: 'The day to judge as. Left out: 2026-06-01.' })
			.optional(),
	})
	.meta({ description: 'One case.' });

export const ruleTestSchema = z
	.strictObject({
		$schema: z.string().meta({ description: 'For editors: "./rule-test.schema.json".' }).optional(),
		fixtures: z
			.record(text, taskObject)
			.meta({ description: 'Tasks by name, for cases that change a little of one.' })
			.default({}),
		tests: z
			.array(caseSchema)
			.min(1, 'is an empty list; write at least one')
			.meta({ description: 'The cases; at least one.' }),
	})
	.meta({ title: 'Greenlane rule tests', description: 'What one rule must answer to given tasks.' });

/** A test file as it was read. */
export type RuleTests = z.output<typeof ruleTestSchema>;
export type RuleTestCase = RuleTests['tests'][number];
/** A task of a test as a change of a fixture. */
export type TaskChange = z.output<typeof changeSchema>;

/** What `because` can name of any rule: the checks on the task itself, and whether the rule is for it. */
export const commonReasons = [
	'applies:no',
	'applies:error',
	'guard:readable',
	'guard:in-review',
	'guard:not-exported',
	'guard:has-elements',
	'guard:confidences-valid',
] as const;

/** The day that a test judges as when it names none. */
export const usualTestDay = '2026-06-01';

/** The keys of a test file at a path, with what each means. */
export function ruleTestKeys(path: readonly (string | number)[]): Readonly<Record<string, string>> {
	const [first, second, third, fourth] = path;
	if (first === undefined) return describeKeys(ruleTestSchema);
	if (first !== 'tests' || typeof second !== 'number') return {};
	if (third === undefined) return describeKeys(caseSchema);
	return third === 'task' && fourth === undefined ? describeKeys(changeSchema) : {};
}
