import type { Json } from '../json.ts';
import type { Path } from './parse-json.ts';
import { readFile } from './rule-file.ts';
import { ruleKeys } from './rule-format.ts';
import { ruleTestKeys } from './rule-test-format.ts';
import type { RuleFile } from './types.ts';

const width = 120;
/** A tab counts for as many columns as the formatter of this project counts. */
const tabWidth = 2;

/**
 * A rule or test file as we write them: tabs, keys in the order of the format, whatever fits in 120 columns on one line.
 * The meaning stays the same. Null when the text is not JSON that can be taken over whole.
 */
export function formatFile(file: RuleFile): string | null {
	const { document, findings } = readFile(file);
	if (document === null || findings.length > 0) return null;
	const keysAt = file.name.endsWith('.test.json') ? ruleTestKeys : ruleKeys;
	return `${printExpanded(inOrder(document.value, [], keysAt), 0)}\n`;
}

type KeysAt = (path: Path) => Readonly<Record<string, string>>;

function inOrder(value: Json, path: Path, keysAt: KeysAt): Json {
	if (Array.isArray(value)) return value.map((item, index) => inOrder(item, [...path, index], keysAt));
	if (typeof value !== 'object' || value === null) return value;
	const order = Object.keys(keysAt(path));
	const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
	return Object.fromEntries(
		Object.entries(value)
			.toSorted(([a], [b]) => rank(a) - rank(b))
			.map(([key, member]) => [key, inOrder(member, [...path, key], keysAt)]),
	);
}

/** `taken`: columns of the line that stand beside the value; `depth`: tabs. */
function print(value: Json, depth: number, taken: number): string {
	const line = printOnOneLine(value);
	return taken + line.length <= width ? line : printExpanded(value, depth);
}

function printExpanded(value: Json, depth: number): string {
	const tabs = '\t'.repeat(depth + 1);
	const indent = (depth + 1) * tabWidth;
	const wrap = (open: string, items: readonly string[], close: string) =>
		`${open}\n${items.map((item) => tabs + item).join(',\n')}\n${'\t'.repeat(depth)}${close}`;
	if (Array.isArray(value)) {
		if (value.length === 0) return '[]';
		const items = value.map((item, index) => print(item, depth + 1, indent + comma(index, value.length)));
		return wrap('[', items, ']');
	}
	if (typeof value === 'object' && value !== null) {
		const entries = Object.entries(value);
		if (entries.length === 0) return '{}';
		const items = entries.map(([key, member], index) => {
			const label = `${JSON.stringify(key)}: `;
			return label + print(member, depth + 1, indent + label.length + comma(index, entries.length));
		});
		return wrap('{', items, '}');
	}
	return JSON.stringify(value);
}

/** Every item but the last is followed by one, which must fit as well. */
function comma(index: number, count: number): number {
	return index < count - 1 ? 1 : 0;
}

function printOnOneLine(value: Json): string {
	if (Array.isArray(value)) return `[${value.map(printOnOneLine).join(', ')}]`;
	if (typeof value === 'object' && value !== null) {
		const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${printOnOneLine(member)}`);
		return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
	}
	return JSON.stringify(value);
}
