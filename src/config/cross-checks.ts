import { isLoopback } from '../platform/is-loopback.ts';
import { type ConfigProblem, remedies, type VariableName } from './variables.ts';

/** The rules that join several variables. Works on the texts, so that it reports even where one of them is wrong. */
export function crossCheck(values: Readonly<Partial<Record<VariableName, string>>>): readonly ConfigProblem[] {
	const problems: ConfigProblem[] = [];
	if (values.OPERATOR_TOKEN !== undefined && values.OPERATORS !== undefined) {
		problems.push({ name: 'OPERATOR_TOKEN', fault: 'is set, and so is OPERATORS', remedy: 'unset one of the two' });
	}
	const open = values.OPERATOR_TOKEN === undefined && values.OPERATORS === undefined;
	if (open && values.HOST !== undefined && !isLoopback(values.HOST)) {
		problems.push({
			name: 'OPERATOR_TOKEN',
			fault: 'is not set although HOST can be reached from other machines',
			remedy: `${remedies.OPERATOR_TOKEN}; or set OPERATORS, or HOST to 127.0.0.1`,
		});
	}
	const { PORT = '8787', OPERATOR_PORT } = values;
	if (OPERATOR_PORT !== undefined && OPERATOR_PORT === PORT && PORT !== '0') {
		problems.push({ name: 'OPERATOR_PORT', fault: 'is the same as PORT', remedy: remedies.OPERATOR_PORT });
	}
	if (values.ALERT_WEBHOOK_SECRET !== undefined && values.ALERT_WEBHOOK_URL === undefined) {
		problems.push({
			name: 'ALERT_WEBHOOK_SECRET',
			fault: 'is set although ALERT_WEBHOOK_URL is not',
			remedy: 'set ALERT_WEBHOOK_URL, or unset it',
		});
	}
	const { STORE_CONTENT_DAYS = '0', SECRET_KEYS } = values;
	if (Number(STORE_CONTENT_DAYS) > 0 && SECRET_KEYS === undefined) {
		problems.push({
			name: 'STORE_CONTENT_DAYS',
			fault: 'asks to keep what documents say although SECRET_KEYS, which seals it, is not set',
			remedy: 'set SECRET_KEYS, or unset STORE_CONTENT_DAYS',
		});
	}
	const { RETAIN_DECISIONS_DAYS = '400', RETAIN_EVENTS_DAYS = '35', RETAIN_HASHES_DAYS = '30' } = values;
	for (const [name, days] of [
		['RETAIN_EVENTS_DAYS', RETAIN_EVENTS_DAYS],
		['RETAIN_HASHES_DAYS', RETAIN_HASHES_DAYS],
		['STORE_CONTENT_DAYS', STORE_CONTENT_DAYS],
	] as const) {
		if (Number(days) > Number(RETAIN_DECISIONS_DAYS)) {
			problems.push({ name, fault: 'is more than RETAIN_DECISIONS_DAYS', remedy: remedies[name] });
		}
	}
	return problems;
}
