/** A JSON object as it came over the wire: nothing about its keys or values is known. */
export type WireObject = Readonly<Record<string, unknown>>;

/** The value as an object, or null when it is an array, null or no object at all. */
export function asObject(value: unknown): WireObject | null {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as WireObject) : null;
}

/**
 * An own member by its snake_case name, else by its camelCase twin: the public pages show both. Own members only, so
 * that neither a hostile `__proto__` nor `Object.prototype` answers for a field.
 *
 * @returns undefined when there is neither
 */
export function memberOf(object: WireObject, name: string): unknown {
	if (Object.hasOwn(object, name)) return object[name];
	const twin = camelTwin(name);
	return twin !== name && Object.hasOwn(object, twin) ? object[twin] : undefined;
}

/** Whether the object gives a member in both spellings, with different values. */
export function contradictsItself(object: WireObject, name: string): boolean {
	const twin = camelTwin(name);
	return (
		twin !== name &&
		Object.hasOwn(object, twin) &&
		Object.hasOwn(object, name) &&
		!Object.is(object[name], object[twin])
	);
}

/** What stands in the envelope `{ payload }`, or the value itself when it has none. */
export function unwrapPayload(json: unknown): unknown {
	const envelope = asObject(json);
	return envelope !== null && Object.hasOwn(envelope, 'payload') ? envelope.payload : json;
}

/** Upper case, of ASCII only: `ı` and `ſ` must not become letters of a status that we act on. */
export function upperCaseWord(text: string): string {
	return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

const twins = new Map<string, string>();

/** Remembered, because it is asked for every field of every element. Only our own field names come here. */
function camelTwin(name: string): string {
	const known = twins.get(name);
	if (known !== undefined) return known;
	const twin = name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
	twins.set(name, twin);
	return twin;
}
