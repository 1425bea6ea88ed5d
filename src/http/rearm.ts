import * as z from 'zod';
import { usualMaxError } from '../cases/fold-audits.ts';
import { logicDigest } from '../cases/logic-digest.ts';
import type { Rule } from '../core/ruleset/types.ts';
import { lightUpperBound } from '../core/statistics/light-upper-bound.ts';
import { readCertificate } from '../evidence/certificate-format.ts';
import { type BrakeRecord, brakeItself } from '../ledger/index.ts';
import { whySchema } from './controls-routes.ts';
import type { AppDeps } from './deps.ts';
import { instant } from './present.ts';

export const rearmSchema = z
	.strictObject(
		{
			/** Kept, and shown to whoever wonders. */
			why: whySchema.optional(),
			/** Without a certificate, on the operator's own word; asks for a `why`. */
			force: z.boolean({ error: 'is neither true nor false' }).optional(),
		},
		{ error: 'is not an object' },
	)
	.refine(({ why, force }) => force !== true || why !== undefined, {
		path: ['why'],
		error: 'is missing, and a rule is only let go by force with a reason',
	});

/**
 * Why a rule may not be let go again, for a person; null when it may. One that an operator stopped, an operator lets go.
 * One whose brake tripped made more errors than it may: it is let go by a certificate that was issued after that, on tasks
 * that came after it too, for the logic that it has now, whose counts bear what it says, and which bears what the rule
 * promises, or what its brake watches for.
 *
 * @param now ms since the epoch
 */
export function whyNotRearm(
	brake: BrakeRecord,
	rule: Rule | undefined,
	certificates: ReadonlyMap<string, string>,
	{ digest }: Pick<AppDeps, 'digest'>,
	now: number,
): string | null {
	if (brake.by !== brakeItself) return null;
	const since = `Its brake tripped on ${instant(brake.at)}: of its audited tasks more were wrong than may be.`;
	const text = certificates.get(brake.ruleId);
	if (rule === undefined || text === undefined) return `${since} No certificate stands beside the rule.`;
	const certificate = readCertificate(text);
	if (certificate === null || certificate.rule !== rule.id) return `${since} The certificate beside it is not its own.`;
	if (certificate.logic !== logicDigest({ digest }, rule)) {
		return `${since} The certificate beside it is of other logic than the rule has now.`;
	}
	if (Date.parse(certificate.issuedAt) <= brake.at) return `${since} The certificate beside it is older than that.`;
	if (Date.parse(certificate.period.to) <= brake.at) {
		return `${since} The certificate beside it rests on tasks from before that alone.`;
	}
	const { checked, errors, certainty, maxError } = certificate;
	if (errors > checked || checked === 0 || lightUpperBound({ errors, checked }, certainty) > maxError) {
		return `${since} The counts of the certificate beside it do not bear what it says.`;
	}
	const { promise } = rule;
	if (promise === null && maxError > usualMaxError) {
		return `${since} The certificate beside it bears less than the brake watches for, ${usualMaxError * 100} %.`;
	}
	if (promise !== null && (maxError > promise.maxError || certainty < promise.certainty)) {
		return `${since} The certificate beside it bears less than the rule promises.`;
	}
	return Date.parse(certificate.expiresAt) <= now ? `${since} The certificate beside it has expired.` : null;
}
