import { parse } from '@humanwhocodes/momoa';
import type { Json } from '../json.ts';
import { type Place, placesIn } from './place.ts';
import { scanSyntax } from './scan-syntax.ts';
import { fault, type SyntaxFault } from './syntax-fault.ts';

/** Keys and indexes from the root of a document to one of its places. */
export type Path = readonly (string | number)[];

/** A JSON text that was read, and where each of its values stands. */
export interface JsonDocument {
	readonly value: Json;
	/**
	 * Where the key at a path stands (`key`), or its value. A path that leads to nothing gives the nearest place that there
	 * is: an absent key is missed at the object that should have it.
	 */
	locate(path: Path, what: 'key' | 'value'): Place;
}

export type ParsedJson =
	/** `faults` are then things that JSON allows and we do not: the document is fit to be looked at, not to be served. */
	| { readonly document: JsonDocument; readonly faults: readonly (SyntaxFault & { readonly path: Path })[] }
	| { readonly document: null; readonly faults: readonly SyntaxFault[] };

type ValueNode = ReturnType<typeof parse>['body'];

/** Keys that mean something to the language in which we are written: no field of ours has such a name. */
const unsafeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads a JSON text and keeps the positions. Total: any text gives a document or the faults for which there is none.
 * What `JSON.parse` would silently let pass is a fault: a key given twice, keys like `__proto__`, numbers that JavaScript
 * cannot hold.
 */
export function parseJson(text: string): ParsedJson {
	if (text.trim() === '') return { document: null, faults: [fault('empty-file', 0)] };
	const scanned = scanSyntax(text);
	if (scanned.length > 0) return { document: null, faults: scanned };
	let root: ValueNode;
	try {
		root = parse(text, { mode: 'json' }).body;
		// Two parsers must agree before anything is built on it: a laxer one would read what others refuse.
		JSON.parse(text);
	} catch (error) {
		return { document: null, faults: [unexpected(text, error)] };
	}
	const faults: (SyntaxFault & { readonly path: Path })[] = [];
	const value = evaluate(root, [], text, faults);
	const placeOf = placesIn(text);
	return { document: { value, locate: (path, what) => placeOf(offsetOf(root, path, what)) }, faults };
}

/** The path as a JSON Pointer (RFC 6901). */
export function toPointer(path: Path): string {
	return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The parser's own message is in its author's words; ours says what to do. */
function unexpected(text: string, error: unknown): SyntaxFault {
	const offset =
		error instanceof Error && 'offset' in error && typeof error.offset === 'number'
			? Math.min(error.offset, text.length)
			: 0;
	const found = text.charAt(offset);
	const before = text.slice(0, offset).trimEnd().at(-1) ?? '';
	if (found === '"' && before === '"') return fault('not-json', offset, 'A comma or a colon is missing before this.');
	if (found === '"' && /[\d}\]el]/.test(before)) return fault('not-json', offset, 'A comma is missing before this.');
	if (/[\p{L}_$]/u.test(found)) {
		const message =
			'A word stands here without quotes; write text in double quotes. Only true, false and null go without.';
		return fault('not-json', offset, message);
	}
	if (found === '') return fault('not-json', offset, 'The file ends too early.');
	return fault('not-json', offset, 'This is not JSON here; look for a missing quote, comma, colon or bracket.');
}

/** The value of a node. Unsafe keys are left out, the first of two equal keys stands; both are faults. */
function evaluate(node: ValueNode, path: Path, text: string, faults: (SyntaxFault & { readonly path: Path })[]): Json {
	switch (node.type) {
		case 'Object': {
			const value: Record<string, Json> = {};
			for (const { name, value: member } of node.members) {
				const key = name.type === 'String' ? name.value : name.name;
				const here = [...path, key];
				const { offset } = name.loc.start;
				if (unsafeKeys.has(key)) {
					const message = `${key} cannot be a key: it means something to JavaScript itself; use another name.`;
					faults.push({ ...fault('unsafe-key', offset, message), path: here });
				} else if (Object.hasOwn(value, key)) {
					const message = `${JSON.stringify(key)} is given twice in one object; remove one of the two.`;
					faults.push({ ...fault('duplicate-key', offset, message), path: here });
				} else value[key] = evaluate(member, here, text, faults);
			}
			return value;
		}
		case 'Array':
			return node.elements.map((element, index) => evaluate(element.value, [...path, index], text, faults));
		case 'Number': {
			const { start, end } = node.loc;
			const code = numberFault(node.value, text.slice(start.offset, end.offset));
			if (code !== null) faults.push({ ...fault(code, start.offset), path });
			return node.value;
		}
		case 'String':
		case 'Boolean':
			return node.value;
		default:
			return null;
	}
}

function numberFault(value: number, written: string): 'not-finite' | 'imprecise-number' | null {
	if (!Number.isFinite(value)) return 'not-finite';
	return /^-?\d+$/.test(written) && !Number.isSafeInteger(value) ? 'imprecise-number' : null;
}

type ObjectNode = Extract<ValueNode, { type: 'Object' }>;
type MemberNode = ObjectNode['members'][number];

const members = new WeakMap<ObjectNode, ReadonlyMap<string, MemberNode>>();

/** By name, the first of equal ones; made once, since a file may have thousands of unknown keys to point at. */
function membersOf(node: ObjectNode): ReadonlyMap<string, MemberNode> {
	let byName = members.get(node);
	if (byName === undefined) {
		const named = node.members.flatMap((member) =>
			member.name.type === 'String' ? [[member.name.value, member] as const] : [],
		);
		byName = new Map(named.toReversed());
		members.set(node, byName);
	}
	return byName;
}

function offsetOf(root: ValueNode, path: Path, what: 'key' | 'value'): number {
	let node = root;
	let offset = root.loc.start.offset;
	for (const [depth, step] of path.entries()) {
		const isLast = depth === path.length - 1;
		if (node.type === 'Object') {
			const member = membersOf(node).get(String(step));
			if (member === undefined) return offset;
			node = member.value;
			offset = (isLast && what === 'key' ? member.name : member.value).loc.start.offset;
		} else if (node.type === 'Array') {
			const element = node.elements[Number(step)];
			if (element === undefined) return offset;
			node = element.value;
			offset = node.loc.start.offset;
		} else return offset;
	}
	return offset;
}
