import { placeOf } from './place.ts';
import { fault, type SyntaxFault } from './syntax-fault.ts';

/** Deeper than any rule that a person can read, and far from what would exhaust the stack. */
export const deepest = 64;

/** More of the same kind help nobody. */
const mostFaults = 20;

/**
 * Finds what a JSON parser would only call an unexpected character: comments, trailing commas, quotes and brackets that
 * do not match. Never recursive, so that no file can exhaust the stack.
 */
export function scanSyntax(text: string): readonly SyntaxFault[] {
	const faults: SyntaxFault[] = [];
	const open: { readonly bracket: string; readonly offset: number }[] = [];
	/** The last character outside strings that is neither space nor comment. */
	let last = { character: '', offset: 0 };
	let at = 0;
	while (at < text.length && faults.length < mostFaults) {
		const character = text.charAt(at);
		if (character === '"') {
			const string = scanString(text, at);
			faults.push(...string.faults);
			last = { character, offset: at };
			at = string.end;
			continue;
		}
		if (character === '/') {
			const end = endOfComment(text, at);
			faults.push(fault('comment', at));
			if (end === null) return faults;
			at = end;
			continue;
		}
		if (character === "'") {
			faults.push(fault('single-quote', at));
			return faults;
		}
		if (character === '{' || character === '[') {
			if (open.length === deepest) {
				faults.push(fault('too-deep', at, `Brackets are nested more than ${deepest} deep here; write it flatter.`));
				return faults;
			}
			open.push({ bracket: character, offset: at });
		} else if (character === '}' || character === ']') {
			const opened = open.pop();
			if (opened?.bracket !== (character === '}' ? '{' : '[')) {
				const message =
					opened === undefined
						? `This ${character} closes nothing; remove it, or open what it closes.`
						: `This ${character} stands where ${opened.bracket === '{' ? '}' : ']'} must close the ${opened.bracket} of line ${placeOf(text, opened.offset).line}.`;
				faults.push(fault('not-json', at, message));
				return faults;
			}
			if (last.character === ',') faults.push(fault('trailing-comma', last.offset));
		}
		if (!/\s/.test(character)) last = { character, offset: at };
		at += 1;
	}
	const unclosed = open.at(-1);
	if (faults.length === 0 && unclosed !== undefined) {
		const closing = unclosed.bracket === '{' ? '}' : ']';
		faults.push(
			fault('not-json', unclosed.offset, `This ${unclosed.bracket} is never closed; add ${closing} where it ends.`),
		);
	}
	return faults;
}

function scanString(text: string, start: number): { readonly end: number; readonly faults: readonly SyntaxFault[] } {
	for (let at = start + 1; at < text.length; at += 1) {
		const character = text.charAt(at);
		if (character === '\\') at += 1;
		else if (character === '"') return { end: at + 1, faults: [] };
		else if (character === '\n' || character === '\r') {
			const message = 'This text has no closing " on its line; add it. A line break inside a text is written \\n.';
			return { end: text.length, faults: [fault('not-json', start, message)] };
		} else if (character < ' ') {
			return { end: text.length, faults: [fault('control-character', at)] };
		}
	}
	return { end: text.length, faults: [fault('not-json', start, 'This text has no closing "; add it.')] };
}

/** Null: it is no comment, or one that never ends. */
function endOfComment(text: string, start: number): number | null {
	if (text.startsWith('//', start)) {
		const end = text.indexOf('\n', start);
		return end < 0 ? text.length : end;
	}
	if (!text.startsWith('/*', start)) return null;
	const end = text.indexOf('*/', start + 2);
	return end < 0 ? null : end + 2;
}
