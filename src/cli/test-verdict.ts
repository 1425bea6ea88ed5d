import type { CaseReport } from './test-report.ts';

/** `expected review because total-certain` */
export function sayExpected({ expected: { outcome, because } }: CaseReport): string {
	return `expected ${outcome}${because === null ? ', for any reason' : listReasons(because)}`;
}

/** `found complete` */
export function sayFound({ found: { outcome, because } }: CaseReport): string {
	return `found ${outcome}${listReasons(because)}`;
}

function listReasons(reasons: readonly string[]): string {
	return reasons.length === 0 ? '' : ` because ${reasons.join(', ')}`;
}
