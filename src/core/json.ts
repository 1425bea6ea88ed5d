export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * JSON with keys in code-unit order and no white space, so that equal content gives equal text (the ordering of
 * RFC 8785). Throws a TypeError on a number that JSON cannot carry.
 */
export function canonicalJson(value: Json): string {
	if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
	if (typeof value === 'number') {
		if (!Number.isFinite(value)) throw new TypeError('a number that is not finite has no canonical form');
		return JSON.stringify(value);
	}
	if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
	const members = value as { readonly [key: string]: Json };
	return `{${Object.keys(members)
		.sort()
		.map((key) => `${JSON.stringify(key)}:${canonicalJson(members[key] ?? null)}`)
		.join(',')}}`;
}
