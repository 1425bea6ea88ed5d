import { type FindingCode, findingCodes } from './finding-codes.ts';
import { type JsonDocument, type ParsedJson, type Path, parseJson, toPointer } from './parse-json.ts';
import { placeOf } from './place.ts';
import type { Finding, RuleFile } from './types.ts';

/** In UTF-8 bytes on disk, and in UTF-16 units here, of which there are never more. */
export const largestFile = 256 * 1_024;

/** A file that was read as JSON, as far as it is JSON, and what is wrong with its text. */
export interface ReadFile {
	readonly name: string;
	readonly document: JsonDocument | null;
	readonly findings: readonly Finding[];
}

/** Reads one file's text. Total: what cannot be read has no document, and findings that say why. */
export function readFile({ name, text }: RuleFile): ReadFile {
	if (text.length > largestFile) return { name, document: null, findings: [folderFinding(name, 'file-too-large')] };
	const hasMark = text.startsWith('\uFEFF');
	// Without the mark, columns are what an editor shows.
	const plain = hasMark ? text.slice(1) : text;
	const parsed: ParsedJson = parseJson(plain);
	const findings = hasMark ? [folderFinding(name, 'byte-order-mark')] : [];
	for (const fault of parsed.faults) {
		findings.push({
			file: name,
			...placeOf(plain, fault.offset),
			severity: 'error',
			code: fault.code,
			message: fault.message,
			pointer: 'path' in fault ? toPointer(fault.path as Path) : '',
		});
	}
	return { name, document: parsed.document, findings };
}

/** A finding about a place in a document. The severity is that of the code; other codes than ours are errors. */
export function findingAt(
	file: string,
	document: JsonDocument,
	at: { readonly path: Path; readonly what?: 'key' | 'value' },
	code: FindingCode | (string & {}),
	message: string,
	didYouMean?: string,
): Finding {
	return {
		file,
		...document.locate(at.path, at.what ?? 'value'),
		severity: isFindingCode(code) ? findingCodes[code].severity : 'error',
		code,
		message,
		pointer: toPointer(at.path),
		...(didYouMean === undefined ? {} : { didYouMean }),
	};
}

/** A finding about a file as a whole, or about the folder (`.`). */
export function folderFinding(file: string, code: FindingCode, message?: string): Finding {
	const { severity, meaning, remedy } = findingCodes[code];
	return { file, line: 1, column: 1, severity, code, message: message ?? `${meaning} ${remedy}`, pointer: '' };
}

/** By file, line and column; errors first where several stand at one place. One finding for each place and code. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
	const sorted = findings.toSorted(
		(a, b) =>
			compare(a.file, b.file) ||
			a.line - b.line ||
			a.column - b.column ||
			compare(a.severity, b.severity) ||
			compare(a.code, b.code) ||
			compare(a.message, b.message),
	);
	return sorted.filter((finding, index) => {
		const before = sorted[index - 1];
		return (
			before?.file !== finding.file ||
			before.line !== finding.line ||
			before.column !== finding.column ||
			before.code !== finding.code
		);
	});
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

function isFindingCode(code: string): code is FindingCode {
	return Object.hasOwn(findingCodes, code);
}
