import type { Finding, RuleSet } from '../core/ruleset/types.ts';
import type { Log, RaiseAlert } from '../platform/index.ts';
import { countFindings } from './print-findings.ts';

/** What a watched folder tells of. */
export interface RefusalReports {
	onServed(ruleSet: RuleSet): void;
	onRefused(findings: readonly Finding[], since: number): void;
}

/**
 * Tells people that changed rules were refused: one alert when it begins, and one when rules serve again. What is wrong may
 * change in between, save by save of whoever repairs it: that is in the log alone.
 */
export function createRefusalReports({
	log,
	alert,
}: {
	readonly log: Log;
	readonly alert: RaiseAlert;
}): RefusalReports {
	/** Since when (ISO 8601) people know of a refusal. */
	let told: string | null = null;
	return {
		onServed({ revision, rules: { length } }) {
			log.info('rules serve', { revision, count: length });
			if (told === null) return;
			const message = `The rules folder is sound again and serves; it was refused since ${told}.`;
			told = null;
			alert({ code: 'rules-refused', message, resolved: true, fields: { revision, count: length } });
		},
		onRefused(findings, since) {
			const first = findings.find(({ severity }) => severity === 'error') ?? findings[0];
			const fields = first === undefined ? {} : { reason: first.code };
			const what = `${countFindings(findings)}${first === undefined ? '' : `, first ${first.code} at ${first.file}:${first.line}:${first.column}`}`;
			if (told !== null) {
				log.error(`rules still refused: ${what}`, { ...fields, code: 'rules-refused' });
				return;
			}
			told = new Date(since).toISOString();
			const message = `The rules folder was refused: ${what}. The last good rules keep serving, since ${told}; GET /v1/rules lists what is wrong.`;
			alert({ code: 'rules-refused', message, fields });
		},
	};
}
