import * as z from 'zod';

/** `<rule>.certificate.json`, beside the rule: what is promised of what it passes, and what that rests on. */
export interface Certificate {
	readonly version: typeof certificateVersion;
	readonly rule: string;
	/** SHA-256, hex, of the logic that is certified: of any other it says nothing. */
	readonly logic: string;
	/** The largest share wrong. */
	readonly maxError: number;
	/** Of this promise; what the runs before it have spent is taken off. */
	readonly certainty: number;
	/** Which run of the rule's calibrations it was. */
	readonly attempt: number;
	readonly checked: number;
	/** Wrong or unresolved. */
	readonly errors: number;
	/** Of the errors, those whose truth was not found. */
	readonly unresolved: number;
	/** The upper bound of the share wrong, with that certainty. */
	readonly bound: number;
	/** Of the labelled tasks, the share that passes. */
	readonly passing: number;
	/** When the first and the last labelled task were created, ISO 8601. */
	readonly period: { readonly from: string; readonly to: string };
	/** The day that the rule was judged as, `YYYY-MM-DD`; older certificates do not say it. */
	readonly today?: string | undefined;
	readonly issuedAt: string;
	/** From then on it promises nothing. */
	readonly expiresAt: string;
	readonly extractor: string | null;
	/** The tasks that the rule was for, for people to read: the logic that is certified covers it. Older certificates lack it. */
	readonly stratum?: Stratum | undefined;
	/** How it is known what was wrong. */
	readonly truth: 'labels-file' | 'reviewers';
	/** SHA-256, hex, of the labels that it rests on: see `digestOfLabels`. */
	readonly labels: string;
	/** The labels were of tasks chosen at random; else a task without one counts as unresolved. */
	readonly sampled?: boolean | undefined;
	/** Of these labels, from strict thresholds to lax ones: the share that passes, and the share wrong of it. For the eye. */
	readonly curve?: readonly CurvePoint[] | undefined;
}

/** What a rule says of the tasks that it is for, by `appliesTo`. */
export interface Stratum {
	/** Null: any project. */
	readonly projects: readonly string[] | null;
	readonly stepTypes: readonly string[];
	/** Of each the allowed values. */
	readonly meta: readonly { readonly name: string; readonly values: readonly string[] }[];
	/** Whether logic of the rule narrows it further. */
	readonly narrowed: boolean;
}

export interface CurvePoint {
	readonly coverage: number;
	readonly risk: number;
}

export const certificateVersion = 1;

const mostPoints = 60;

/** As many points of a curve as a certificate holds, the first and the last among them. */
export function thinCurve(points: readonly CurvePoint[]): readonly CurvePoint[] {
	const every = Math.max(1, (points.length - 1) / (mostPoints - 1));
	const kept = new Set(points.map((_point, at) => Math.round(Math.round(at / every) * every)));
	return points.filter((_point, at) => kept.has(at)).map(({ coverage, risk }) => ({ coverage, risk }));
}

const share = z.number().min(0).max(1);
const count = z.int().min(0);
const instant = z.iso.datetime({ offset: true });
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const proper = z.number().gt(0).lt(1);

const schema = z.strictObject({
	version: z.literal(certificateVersion),
	rule: z.string(),
	logic: hash,
	maxError: proper,
	certainty: proper,
	attempt: z.int().min(1),
	checked: count,
	errors: count,
	unresolved: count,
	bound: share,
	passing: share,
	period: z.strictObject({ from: instant, to: instant }),
	today: z.iso.date().optional(),
	issuedAt: instant,
	expiresAt: instant,
	extractor: z.string().nullable(),
	stratum: z
		.strictObject({
			projects: z.array(z.string()).nullable(),
			stepTypes: z.array(z.string()),
			meta: z.array(z.strictObject({ name: z.string(), values: z.array(z.string()) })),
			narrowed: z.boolean(),
		})
		.optional(),
	truth: z.enum(['labels-file', 'reviewers']),
	labels: hash,
	sampled: z.boolean().optional(),
	curve: z
		.array(z.strictObject({ coverage: share, risk: share }))
		.max(200)
		.optional(),
});

/** Reads a certificate; null when the text is none, or one of another version. */
export function readCertificate(text: string): Certificate | null {
	try {
		return schema.safeParse(JSON.parse(text)).data ?? null;
	} catch {
		return null;
	}
}
