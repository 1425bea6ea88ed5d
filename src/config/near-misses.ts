import { distance } from 'fastest-levenshtein';
import type { Environment } from './collect-values.ts';
import { isVariableName, type VariableName, variableNames } from './variables.ts';

/** Names shorter than this have too many neighbours that mean something else (`HOME` is no misspelt `HOST`). */
const shortestName = 8;
const mostEdits = 2;

/**
 * Names in the environment that look like one of ours misspelt (`SENDAI_APIKEY`, `WEBHOOK_SECRET`), each with the name
 * that was probably meant. Only names that are not set properly as well: a `DATABASE_URI` beside `DATABASE_URL` is
 * somebody else's.
 */
export function findNearMisses(
	env: Environment,
	isSet: (name: VariableName) => boolean,
): ReadonlyMap<string, VariableName> {
	const found = new Map<string, VariableName>();
	for (const [name, value] of Object.entries(env)) {
		const base = name.replace(/_FILE$/, '');
		if (value === undefined || value.trim() === '' || isVariableName(base)) continue;
		const meant = closest(base);
		if (meant !== null && !isSet(meant)) found.set(name, meant);
	}
	return found;
}

function closest(name: string): VariableName | null {
	const bare = simplify(name);
	let best: { name: VariableName; edits: number } | null = null;
	for (const known of variableNames) {
		if (known.length < shortestName) continue;
		const edits = distance(bare, simplify(known));
		if (edits <= mostEdits && (best === null || edits < best.edits)) best = { name: known, edits };
	}
	return best?.name ?? null;
}

function simplify(name: string): string {
	return name.toUpperCase().replace(/[^A-Z0-9]/g, '');
}
