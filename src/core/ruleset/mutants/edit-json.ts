import type { Json } from '../../json.ts';
import type { Path } from '../parse-json.ts';

/**
 * The document with another value at a path, or without it (`undefined`). What is not on the way is shared, not copied. A
 * path that leads to nothing changes nothing.
 */
export function editJson(root: Json, path: Path, to: Json | undefined): Json {
	const [step, ...rest] = path;
	if (step === undefined) return to ?? null;
	if (typeof root !== 'object' || root === null) return root;
	const isLast = rest.length === 0;
	if (Array.isArray(root)) {
		const list = root as readonly Json[];
		const found = list[Number(step)];
		if (found === undefined) return root;
		if (isLast && to === undefined) return list.toSpliced(Number(step), 1);
		return list.with(Number(step), editJson(found, rest, to));
	}
	const members = root as { readonly [key: string]: Json };
	const found = members[step];
	if (found === undefined) return root;
	if (isLast && to === undefined) {
		return Object.fromEntries(Object.entries(members).filter(([key]) => key !== String(step)));
	}
	return { ...members, [step]: editJson(found, rest, to) };
}
