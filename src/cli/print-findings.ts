import type { Finding } from '../core/ruleset/types.ts';
import { alignColumns } from './align-columns.ts';
import type { CliIo } from './io.ts';

/** Prints findings as aligned lines `file:line:col  severity  code  message`, errors and warnings in the order of the files. */
export function printFindings(
	io: Pick<CliIo, 'paint'>,
	findings: readonly Finding[],
	print: (line: string) => void,
): void {
	const rows = findings.map(({ file, line, column, severity, code, message, didYouMean }) => [
		`${file}:${line}:${column}`,
		io.paint(severity === 'error' ? 'bad' : 'doubtful', severity),
		code,
		didYouMean === undefined || message.includes(didYouMean) ? message : `${message} Did you mean ${didYouMean}?`,
	]);
	for (const line of alignColumns(rows)) print(line);
}

/** `2 errors, 1 warning`. */
export function countFindings(findings: readonly Finding[]): string {
	const errors = findings.filter((finding) => finding.severity === 'error').length;
	const warnings = findings.length - errors;
	const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
	return `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
}
