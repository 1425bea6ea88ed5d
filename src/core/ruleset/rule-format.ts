import * as z from 'zod';
import type { Json } from '../json.ts';

/**
 * The format of a rule file: the one definition from which files are validated and `rule.schema.json` is written. What a
 * key promises stands in its description, since that is what an editor shows.
 *
 * Defaults are cautious ones: a share of completions is always measured, and a task that somebody has just opened rests.
 */

export const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

const isBlank = (text: string) => text.trim() === '';
/** Taken as it is: ids and values of others may begin or end with anything. */
const name = z
	.string()
	.min(1, 'is empty')
	.max(200, 'is longer than 200 characters')
	.refine((text) => text === '' || !isBlank(text), 'is blank');
const prose = z
	.string()
	.min(1, 'is empty; write a sentence')
	.max(2_000, 'is longer than 2,000 characters')
	.refine((text) => text === '' || !isBlank(text), 'is blank; write a sentence');
const distinctNames = z.array(name).min(1, 'is an empty list; name at least one').max(500, 'has more than 500 items');

/** Any JSON: the language validates it, with its own positions. `rule.schema.json` refers to the operators there. */
const logic = z.custom<Json>((value) => value !== undefined);

export const conditionSchema = z
	.strictObject({
		id: z
			.string()
			.regex(kebabCase, 'is not in kebab-case')
			.max(64, 'is longer than 64 characters')
			.meta({
				description: 'Names the condition in decisions, tests and reports. Kebab-case, unique within the file.',
				examples: ['total-certain'],
			}),
		requirement: prose.meta({
			description: "What must hold, in the owner's words. Shown to reviewers when it does not.",
			examples: ['The total must be read almost without doubt.'],
		}),
		logic: logic.meta({ description: 'JSON-Logic that must be exactly true. An error in it means review.' }),
	})
	.meta({ description: 'One condition. All of them are always evaluated, and all must hold.' });

export const appliesToSchema = z
	.strictObject({
		projects: distinctNames
			.meta({ description: 'Ids of projects. Left out: any project.', examples: [['proj_invoices']] })
			.optional(),
		stepTypes: z
			.array(name.regex(/^[^a-z]+$/, 'is not in upper case, as steps are'))
			.min(1, 'is an empty list; name at least one')
			.max(50, 'has more than 50 items')
			.default(['EXTRACT'])
			.meta({ description: 'Steps at which the rule may judge.' }),
		meta: z
			.record(name, distinctNames)
			.meta({
				description:
					'Meta fields and their allowed values: a task applies when each is there with one of its values. Meta is the only way to tell kinds of documents apart: the API gives no document type.',
				examples: [{ category: ['invoice'] }],
			})
			.optional(),
		logic: logic
			.meta({ description: 'JSON-Logic that must hold as well. An error in it is a veto, not a skip.' })
			.optional(),
	})
	.meta({ description: 'Which tasks the rule is for; all that is given must hold. Left out: every task at EXTRACT.' });

const share = (what: string) =>
	z.number().gt(0, 'is not above 0').lt(1, 'is not below 1; 0.01 is one in a hundred').meta({ description: what });

export const promiseSchema = z
	.strictObject({
		maxError: share('The largest share wrong of what the rule passes.'),
		certainty: share('How certain that is; 0.95 is right in 95 of 100 such promises.'),
	})
	.meta({
		description:
			'What is to be promised of the rule. `check` says when no certificate bears it, or no longer. Completes nothing by itself.',
		examples: [{ maxError: 0.01, certainty: 0.95 }],
	});

export const ruleSchema = z
	.strictObject({
		$schema: z.string().meta({ description: 'For editors: "./rule.schema.json".' }).optional(),
		description: prose.meta({
			description: 'What the rule is for, one sentence.',
			examples: ['Supplier invoices whose amounts and dates are certain need no reviewer.'],
		}),
		owner: name
			.nullable()
			.default(null)
			.meta({ description: 'Who answers for the rule.', examples: ['accounts payable'] }),
		mode: z.enum(['live', 'shadow', 'off']).meta({
			description:
				'live: votes. shadow: is judged and recorded, and votes neither for nor against. off: is only validated. There is no default.',
		}),
		appliesTo: appliesToSchema.prefault({}),
		locale: z
			.string()
			.nullable()
			.default(null)
			.meta({
				description:
					'Language tag by which number and date read text: 1.234,56 is a number in nl-NL, 1,234.56 in en-GB. Left out: only text that reads the same everywhere is taken.',
				examples: ['nl-NL', 'en-GB'],
			}),
		requiredEntities: z
			.array(name)
			.max(500, 'has more than 500 items')
			.default([])
			.meta({
				description: 'Entities that must be there, each occurrence with content and a confidence.',
				examples: [['total_amount', 'invoice_date']],
			}),
		irrelevantEntities: z
			.array(name)
			.max(500, 'has more than 500 items')
			.meta({
				description:
					'Entities in which a change by a person is no error of the rule, like a remark. Of several rules that apply, all must say so.',
				examples: [['internal_note']],
			})
			.optional(),
		conditions: z
			.array(conditionSchema)
			.min(1, 'is an empty list; write at least one')
			.max(200, 'has more than 200 items')
			.meta({ description: 'What must hold; at least one.' }),
		auditShare: z.number().min(0, 'is below 0').max(1, 'is above 1; 0.05 is one in twenty').default(0.05).meta({
			description:
				'Share of would-be completions that is left to people all the same, to measure errors. 0.05: one in twenty.',
		}),
		auditRamp: z
			.int('is no whole number')
			.min(0, 'is below 0')
			.max(10_000, 'is above 10000')
			.meta({
				description:
					'While the rule is new: the first so many that pass are all left to people, then one in five until as many again were, then auditShare. It begins again when the logic of the rule changes.',
				examples: [30],
			})
			.optional(),
		promise: promiseSchema.optional(),
		quietMinutesAfterOpened: z
			.number()
			.min(0, 'is below 0')
			.max(10_080, 'is above a week')
			.default(15)
			.meta({ description: 'A task that a person opened less than this many minutes ago waits.' }),
		holdMinutes: z
			.number()
			.min(0, 'is below 0')
			.max(10_080, 'is above a week')
			.default(0)
			.meta({ description: 'Every task waits this many minutes first, so that people can step in.' }),
	})
	.meta({
		title: 'Greenlane rule',
		description: 'When a Send AI task may be completed without a person. The file name without .json is the rule id.',
	});

/** A rule file as it was read, defaults filled in. */
export type RuleText = z.output<typeof ruleSchema>;

/** The keys of a rule file at a path, with what each means. */
export function ruleKeys(path: readonly (string | number)[]): Readonly<Record<string, string>> {
	const [first, second, third] = path;
	if (first === undefined) return describeKeys(ruleSchema);
	if (first === 'appliesTo' && second === undefined) return describeKeys(appliesToSchema);
	if (first === 'promise' && second === undefined) return describeKeys(promiseSchema);
	if (first === 'conditions' && typeof second === 'number' && third === undefined) return describeKeys(conditionSchema);
	return {};
}

/** The keys of an object schema, with their descriptions. */
export function describeKeys(schema: z.ZodObject): Readonly<Record<string, string>> {
	return Object.fromEntries(Object.entries(schema.shape).map(([key, member]) => [key, describe(member)]));
}

/** A key that may be left out is described where its value is. */
function describe(schema: z.core.$ZodType): string {
	const { description } = z.globalRegistry.get(schema) ?? {};
	if (description !== undefined) return description;
	return schema instanceof z.ZodOptional ? describe(schema.unwrap()) : '';
}
