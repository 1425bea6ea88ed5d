import type { RE2JS } from 're2js';
import { Halt } from './halt.ts';

const longestText = 10_000;

/** Whether a whole text has the form of a pattern, in time linear in the text. */
export function matchesWhole(pattern: RE2JS, text: string): boolean {
	if (text.length > longestText) throw new Halt('text-too-long', 'The text is too long to be held against a pattern.');
	return pattern.matcher(text).matches();
}
