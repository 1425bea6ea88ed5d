import { distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import type { Json } from '../json.ts';
import type { FindingCode } from './finding-codes.ts';
import type { JsonDocument, Path } from './parse-json.ts';
import { findingAt } from './rule-file.ts';
import type { Finding } from './types.ts';

/** The keys that a format knows at a path, each with its description. */
export type KnownKeys = (path: Path) => Readonly<Record<string, string>>;

/** What people write in place of our keys. */
const otherNames: Readonly<Record<string, string>> = {
	when: 'logic',
	if: 'logic',
	rule: 'logic',
	expression: 'logic',
	reason: 'requirement',
	message: 'requirement',
	name: 'id',
	status: 'mode',
	enabled: 'mode',
	state: 'mode',
	required: 'requiredEntities',
	rules: 'conditions',
	checks: 'conditions',
	audit: 'auditShare',
	language: 'locale',
	comment: 'description',
	expected: 'expect',
	tasks: 'fixtures',
	cases: 'tests',
};

/** Holds a document against a format. The value is null when there are findings. */
export function checkFormat<T>(
	file: string,
	document: JsonDocument,
	schema: z.ZodType<T>,
	knownKeys: KnownKeys,
):
	| { readonly value: T; readonly findings: readonly [] }
	| { readonly value: null; readonly findings: readonly Finding[] } {
	const parsed = schema.safeParse(document.value);
	if (parsed.success) return { value: parsed.data, findings: [] };
	const findings = parsed.error.issues.flatMap((issue) => toFindings(file, document, issue, knownKeys));
	return { value: null, findings };
}

function toFindings(file: string, document: JsonDocument, issue: z.core.$ZodIssue, knownKeys: KnownKeys): Finding[] {
	const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
	const find = (code: FindingCode, message: string, at: Path = path, what?: 'key', didYouMean?: string) =>
		findingAt(file, document, what === undefined ? { path: at } : { path: at, what }, code, message, didYouMean);

	if (issue.code === 'unrecognized_keys') {
		const known = knownKeys(path);
		return issue.keys.map((key) => {
			const meant = closest(key, Object.keys(known));
			const offer =
				meant === null ? `The keys here are ${listOf(Object.keys(known))}.` : `Did you mean ${quote(meant)}?`;
			return find(
				'unknown-key',
				`${quote(key)} is no key of the format. ${offer}`,
				[...path, key],
				'key',
				meant ?? undefined,
			);
		});
	}
	const label = labelOf(path);
	const value = valueAt(document.value, path);
	if (value === undefined) {
		const key = path.at(-1);
		const known = typeof key === 'string' ? knownKeys(path.slice(0, -1))[key] : undefined;
		return [find('missing-key', `${label} is missing.${known === undefined ? '' : ` ${known}`}`)];
	}
	// Said already, by what read the number.
	if (typeof value === 'number' && !Number.isFinite(value)) return [];
	switch (issue.code) {
		case 'invalid_value': {
			const allowed = issue.values.map((one) => String(one));
			const meant = typeof value === 'string' ? closest(value, allowed) : null;
			const code = path.length === 1 && path[0] === 'mode' ? 'wrong-mode' : 'wrong-value';
			return [find(code, `${label} must be ${listOf(allowed, 'or')}.`, path, undefined, meant ?? undefined)];
		}
		case 'invalid_type':
			return [find('wrong-value', `${label} must be ${named(issue.expected)}; this is ${kindOf(value)}.`)];
		case 'invalid_format': {
			const isId = path.at(-1) === 'id';
			const meant =
				typeof value !== 'string'
					? ''
					: isId
						? toKebabCase(value)
						: path.includes('stepTypes')
							? value.toUpperCase()
							: '';
			const better = meant === '' || meant === value ? undefined : meant;
			return [find(isId ? 'condition-id' : 'wrong-value', `${label} ${issue.message}.`, path, undefined, better)];
		}
		case 'invalid_key':
			return [find('wrong-value', `The name ${issue.issues[0]?.message ?? 'is wrong'}.`, path, 'key')];
		case 'invalid_union': {
			// The only one of ours: a changed fixture, which names it, or a whole task.
			const isChange = typeof value === 'object' && value !== null && Object.hasOwn(value, 'fixture');
			const branch = issue.errors[isChange ? 0 : 1] ?? [];
			return branch.flatMap((inner) =>
				toFindings(file, document, { ...inner, path: [...issue.path, ...inner.path] }, knownKeys),
			);
		}
		default:
			return [find('wrong-value', `${label} ${issue.message}.`)];
	}
}

/** The nearest of some words, when one is near enough. */
export function closest(word: string, words: readonly string[]): string | null {
	const other = otherNames[word.toLowerCase()];
	if (other !== undefined && words.includes(other)) return other;
	const bare = simplify(word);
	const most = Math.max(1, Math.floor(bare.length / 4));
	let best: { readonly word: string; readonly edits: number } | null = null;
	for (const one of words) {
		const edits = distance(bare, simplify(one));
		if (edits <= most && (best === null || edits < best.edits)) best = { word: one, edits };
	}
	return best?.word ?? null;
}

/** `conditions[0].id`, in quotes. */
export function labelOf(path: Path): string {
	if (path.length === 0) return 'The file';
	let label = '';
	for (const step of path) label += typeof step === 'number' ? `[${step}]` : `${label === '' ? '' : '.'}${step}`;
	return quote(label);
}

export function valueAt(root: Json, path: Path): Json | undefined {
	let value: Json | undefined = root;
	for (const step of path) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
		value = (value as { readonly [key: string]: Json })[String(step)];
	}
	return value;
}

/** `"a", "b" and "c"`. */
export function listOf(words: readonly string[], last: 'and' | 'or' = 'and'): string {
	const quoted = words.map(quote);
	const end = quoted.pop() ?? 'nothing';
	return quoted.length === 0 ? end : `${quoted.join(', ')} ${last} ${end}`;
}

function quote(word: string): string {
	return JSON.stringify(word.length > 80 ? `${word.slice(0, 80)}...` : word);
}

function simplify(word: string): string {
	return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** For names that were written in another habit. */
export function toKebabCase(text: string): string {
	return text
		.replace(/([a-z0-9])([A-Z])/g, '$1-$2')
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^-|-$/g, '')
		.slice(0, 64);
}

function named(expected: string): string {
	switch (expected) {
		case 'string':
			return 'text in double quotes';
		case 'number':
			return 'a number';
		case 'array':
			return 'a list';
		case 'object':
		case 'record':
			return 'an object';
		case 'boolean':
			return 'true or false';
		default:
			return expected;
	}
}

function kindOf(value: Json): string {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'a list';
	switch (typeof value) {
		case 'string':
			return 'text';
		case 'number':
			return 'a number';
		case 'boolean':
			return String(value);
		default:
			return 'an object';
	}
}
