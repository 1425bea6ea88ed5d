/**
 * Ends an evaluation as an error. Thrown inside this folder only, because `json-logic-js` knows no other way out; never
 * an `Error`, since a stack costs more than the whole evaluation and nobody reads it.
 */
export class Halt {
	/** Stable, kebab-case. */
	readonly code: string;
	/** For a clerk; holds no document text. */
	readonly sentence: string;

	constructor(code: string, sentence: string) {
		this.code = code;
		this.sentence = sentence;
	}
}
