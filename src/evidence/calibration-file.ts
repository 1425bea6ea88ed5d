import * as z from 'zod';
import { type Plan, readPlan } from '../core/statistics/index.ts';

/** `<rule>.calibration.json`, beside the rule: what was declared before any label was seen, and what came of each run. */
export interface CalibrationFile {
	readonly version: typeof calibrationVersion;
	readonly rule: string;
	/** SHA-256, hex, of the rule's logic as it was when this was declared, its thresholds included. */
	readonly logic: string;
	/** ISO 8601. */
	readonly declaredAt: string;
	/** What read the documents, in the customer's words; null when nobody said. */
	readonly extractor: string | null;
	/** Its certainty is that of all runs together; each run has a part of what may go wrong. */
	readonly plan: Plan;
	/** The earlier tasks whose scores the plan rests on. */
	readonly unlabelled: {
		readonly tasks: number;
		/** Of them, those that pass everything but the thresholds. */
		readonly scored: number;
		/** When the newest of them was created, ISO 8601: labels are of later ones. */
		readonly until: string;
	};
	/**
	 * Labels are of tasks created after this, ISO 8601: what an earlier run has seen may have shaped what is declared now.
	 * `unlabelled.until` where it is left out.
	 */
	readonly after?: string | undefined;
	/** Of this rule, oldest first, those of earlier declarations too: every one spends. */
	readonly runs: readonly CalibrationRun[];
}

export interface CalibrationRun {
	/** ISO 8601. */
	readonly at: string;
	/** Counted from 1. */
	readonly attempt: number;
	/** Of this run alone. */
	readonly certainty: number;
	readonly outcome: 'holds' | 'none';
	/** Why none holds. */
	readonly why: string | null;
	/** Labelled tasks that pass everything but the thresholds. */
	readonly labels: number;
	/** Of the accepted step; of the first one when none was. */
	readonly checked: number;
	readonly errors: number;
	/** Labels without a truth, counted as errors, among all that pass everything but the thresholds. */
	readonly unresolved: number;
	/** When the newest task that it saw was created, ISO 8601; left out by an older Greenlane. */
	readonly to?: string | undefined;
	/** Tasks without a label were left out; else they count as wrong. */
	readonly sampled?: boolean | undefined;
}

export const calibrationVersion = 1;

const share = z.number().gt(0).lt(1);
const count = z.int().min(0);
const instant = z.iso.datetime({ offset: true });

const schema = z.strictObject({
	version: z.literal(calibrationVersion),
	rule: z.string(),
	logic: z.string().regex(/^[0-9a-f]{64}$/),
	declaredAt: instant,
	extractor: z.string().nullable(),
	plan: z.unknown().transform((value, context) => {
		const plan = readPlan(value);
		if (plan !== null) return plan;
		context.addIssue({ code: 'custom', message: 'is not a plan of this version' });
		return z.NEVER;
	}),
	unlabelled: z.strictObject({ tasks: count, scored: count, until: instant }),
	after: instant.optional(),
	runs: z.array(
		z.strictObject({
			at: instant,
			attempt: z.int().min(1),
			certainty: share,
			outcome: z.enum(['holds', 'none']),
			why: z.string().nullable(),
			labels: count,
			checked: count,
			errors: count,
			unresolved: count,
			to: instant.optional(),
			sampled: z.boolean().optional(),
		}),
	),
});

/** Reads what `calibrate declare` wrote; null when the text is something else, or was tampered with so that it no longer reads. */
export function readCalibrationFile(text: string): CalibrationFile | null {
	const parsed = schema.safeParse(parse(text));
	if (!parsed.success) return null;
	// The budget is spent in order; a run that is missing would be a run that nobody paid for.
	return parsed.data.runs.every(({ attempt }, at) => attempt === at + 1) ? parsed.data : null;
}

/** When the newest task that any run of the rule has seen was created, ISO 8601; null before the first run. */
export function seenUntil({ runs }: Pick<CalibrationFile, 'runs'>): string | null {
	const seen = runs.map(({ to, at }) => Date.parse(to ?? at));
	return seen.length === 0 ? null : new Date(Math.max(...seen)).toISOString();
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
