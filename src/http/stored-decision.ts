import * as z from 'zod';
import type { Json } from '../core/json.ts';

/**
 * A decision as it was stored (see `redactDecision`), read with lenience: an older Greenlane may have written less, a
 * newer one more.
 */
const outcome = z.enum(['pass', 'fail', 'error']);

const marginSchema = z.object({
	label: z.string(),
	relation: z.string(),
	bound: z.string().optional(),
	unit: z.string(),
	holds: z.boolean(),
	sensitive: z.boolean().optional(),
	value: z.union([z.number(), z.string()]).optional(),
	limit: z.union([z.number(), z.string()]).optional(),
	by: z.number().optional(),
});

const conditionSchema = z.object({
	id: z.string(),
	requirement: z.string(),
	outcome,
	sentence: z.string(),
	error: z.string().optional(),
	margins: z.array(marginSchema).default([]),
});

const ruleSchema = z.object({
	id: z.string(),
	mode: z.enum(['live', 'shadow']),
	applies: z.enum(['yes', 'no', 'error']),
	because: z.string(),
	outcome: z.enum(['complete', 'review', 'not-applicable']),
	conditions: z.array(conditionSchema),
	braked: z.boolean().default(false),
});

const decisionSchema = z.object({
	/** What was too large to be stored; see `fitDecision`. */
	leftOut: z.array(z.string()).default([]),
	guards: z.array(z.object({ id: z.string(), outcome, sentence: z.string() })).default([]),
	rules: z.array(ruleSchema).default([]),
	auditShare: z.number().optional(),
	quietMinutesAfterOpened: z.number().optional(),
	holdMinutes: z.number().optional(),
	draw: z.object({ u: z.number(), keyId: z.string() }).nullable().default(null),
});

export type StoredDecision = z.output<typeof decisionSchema>;
export type StoredRule = z.output<typeof ruleSchema>;
export type StoredCondition = z.output<typeof conditionSchema>;
export type StoredMargin = z.output<typeof marginSchema>;

/** Null when it is none, or of a shape that this build does not know. */
export function readStoredDecision(body: Json): StoredDecision | null {
	const parsed = decisionSchema.safeParse(body);
	return parsed.success ? parsed.data : null;
}
