import { bears, certaintyOfAttempt, upperBound } from '../core/statistics/index.ts';
import type { CalibrationFile } from './calibration-file.ts';
import type { Certificate } from './certificate-format.ts';

export { type Certificate, certificateVersion, readCertificate, thinCurve } from './certificate-format.ts';

/** What it is held against. */
export interface Held {
	/** Of the rule as it stands; null: there is no such rule. */
	readonly logic: string | null;
	/** Ms since the epoch. */
	readonly now: number;
	/** What stands beside the rule, of every run; null: it is not what `calibrate` wrote. Left out: there is none. */
	readonly calibration?: CalibrationFile | null;
	/** Counted anew from the tasks and labels, where these are at hand. */
	readonly recounted?: {
		readonly checked: number;
		readonly errors: number;
		readonly unresolved: number;
		/** Labelled tasks that pass everything but the thresholds. */
		readonly labelled: number;
		readonly labels: string;
		/** Lines of the file that hold no task. */
		readonly unreadable: number;
	};
}

/** A sentence for each thing that does not hold; none: the promise stands. */
export function checkCertificate(certificate: Certificate, held: Held): readonly string[] {
	const { checked, errors, unresolved, bound, certainty, maxError } = certificate;
	const wrong: string[] = [];
	if (held.logic === null) wrong.push(`There is no rule ${certificate.rule}.`);
	else if (held.logic !== certificate.logic) {
		wrong.push('The logic of the rule is not the one that was certified; calibrate it anew.');
	}
	if (Date.parse(certificate.expiresAt) <= held.now) {
		wrong.push(`It expired on ${certificate.expiresAt.slice(0, 10)}; calibrate on newer labels.`);
	}
	if (errors > checked || unresolved > errors) wrong.push('Its counts contradict each other.');
	else {
		if (upperBound({ errors, checked }, certainty) !== bound) wrong.push('Its bound does not follow from its counts.');
		if (!bears({ errors, checked }, { maxError, certainty })) wrong.push('Its counts do not bear its promise.');
	}
	if (held.calibration !== undefined && !isOfRun(certificate, held.calibration)) {
		wrong.push('The runs that are kept beside the rule have none that it could be of.');
	}
	const { recounted } = held;
	if (recounted === undefined) return wrong;
	if (recounted.unreadable > 0)
		wrong.push(`${recounted.unreadable} lines of the tasks hold none, and may be what it left out.`);
	if (recounted.labels !== certificate.labels) wrong.push('The labels are not those that it rests on.');
	for (const what of ['checked', 'errors', 'unresolved'] as const) {
		if (recounted[what] !== certificate[what]) {
			wrong.push(`It says ${what} ${certificate[what]}; of these tasks and labels it is ${recounted[what]}.`);
		}
	}
	if (recounted.checked / Math.max(1, recounted.labelled) !== certificate.passing) {
		wrong.push('The share that passes is another one.');
	}
	return wrong;
}

/** Whether a kept run found what the certificate says, with the certainty that its number left it. */
function isOfRun(certificate: Certificate, file: CalibrationFile | null): boolean {
	if (file === null || file.rule !== certificate.rule) return false;
	const run = file.runs[certificate.attempt - 1];
	return (
		run?.outcome === 'holds' &&
		run.certainty === certificate.certainty &&
		run.checked === certificate.checked &&
		run.errors === certificate.errors &&
		// What was declared since may have another certainty; then nobody can tell what this run had.
		(file.runs.length > certificate.attempt || run.certainty === certaintyOfAttempt(file.plan.certainty, run.attempt))
	);
}
