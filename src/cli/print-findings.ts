import type { Finding } from '../core/ruleset/types.ts';
import { alignColumns } from './align-columns.ts';
import type { CliIo } from './io.ts';
import { printable } from './printable.ts';

export interface PrintFindingsOptions {
	/** Put before file names, so that a terminal can open them. */
	readonly dir?: string;
	/** The text of a file, to show the line that a finding is about. */
	readonly textOf?: (file: string) => string | undefined;
}

/**
 * Prints findings as aligned lines `file:line:col  severity  code  message`, errors and warnings in the order of the files;
 * below each, where the text is at hand, its line with a caret, and what was probably meant.
 */
export function printFindings(
	io: Pick<CliIo, 'paint'>,
	findings: readonly Finding[],
	print: (line: string) => void,
	{ dir, textOf = () => undefined }: PrintFindingsOptions = {},
): void {
	const lines = alignColumns(
		findings.map(({ file, line, column, severity, code, message }) => [
			`${printable(placeOf(file, dir))}:${line}:${column}`,
			io.paint(severity === 'error' ? 'bad' : 'doubtful', severity),
			code,
			printable(message),
		]),
	);
	for (const [index, finding] of findings.entries()) {
		print(lines[index] ?? '');
		for (const line of excerpt(textOf(finding.file), finding)) print(io.paint('quiet', line));
		const { didYouMean, message } = finding;
		if (didYouMean === undefined || isSaid(didYouMean, message)) continue;
		print(`    did you mean ${io.paint('strong', printable(didYouMean))}?`);
	}
}

/** `2 errors, 1 warning`. */
export function countFindings(findings: readonly Finding[]): string {
	const errors = findings.filter((finding) => finding.severity === 'error').length;
	const warnings = findings.length - errors;
	const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
	return `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
}

/** A corrected expression stands in its message, and so does a word that the message asks about. */
function isSaid(didYouMean: string, message: string): boolean {
	return message.includes(didYouMean) && (didYouMean.startsWith('{') || message.includes('Did you mean'));
}

/** A file of a folder as a terminal can open it; `.` is the folder itself. */
export function placeOf(file: string, dir: string | undefined): string {
	if (dir === undefined) return file;
	const folder = dir.replace(/[\\/]+$/, '');
	return file === '.' ? folder : `${folder}/${file}`;
}

/** Columns of a line that are shown around a finding. */
const widest = 100;

/** The line of a finding and a caret under the place, or nothing. */
function excerpt(text: string | undefined, { line, column }: Finding): readonly string[] {
	const whole = text?.replace(/^\uFEFF/, '').split('\n')[line - 1];
	if (whole === undefined || whole.trim() === '') return [];
	const from = Math.max(0, column - 1 - widest / 2);
	const shown = whole.slice(from, from + widest);
	const lead = shown.slice(0, column - 1 - from);
	const gutter = String(line).padStart(6);
	return [`${gutter} | ${spaced(shown)}`, `${' '.repeat(gutter.length)} | ${' '.repeat(spaced(lead).length)}^`];
}

/** Tabs as two columns, as the formatter counts them. */
function spaced(line: string): string {
	return printable(line.replaceAll('\t', '  '));
}
