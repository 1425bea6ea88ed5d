import type { Json } from '../json.ts';
import { closest, valueAt } from './check-format.ts';
import type { FindingCode } from './finding-codes.ts';
import { kindOfFile } from './load-rules.ts';
import type { JsonDocument, Path } from './parse-json.ts';
import { findingAt, readFile, sortFindings } from './rule-file.ts';
import type { Finding, RuleFile } from './types.ts';
import { operandPath, walkLogic } from './walk-logic.ts';

/** What real tasks have, as far as it was looked at. */
export interface SeenInTasks {
	readonly entities: ReadonlySet<string>;
	readonly metaNames: ReadonlySet<string>;
}

/**
 * Warns of what valid rules name and none of some real tasks has: a misspelt entity id is valid, and completes nothing.
 */
export function findUnseen(files: readonly RuleFile[], seen: SeenInTasks): readonly Finding[] {
	const findings = files.flatMap((file) => {
		if (kindOfFile(file.name).kind !== 'rule') return [];
		const { document } = readFile(file);
		return document === null ? [] : [...unseenIn(file.name, document, seen)];
	});
	return sortFindings(findings);
}

function* unseenIn(file: string, document: JsonDocument, seen: SeenInTasks): Generator<Finding> {
	for (const { name, path, what } of namesIn(document.value)) {
		const isEntity = what === 'entity';
		const known = isEntity ? seen.entities : seen.metaNames;
		if (known.has(name)) continue;
		const code: FindingCode = isEntity ? 'entity-never-seen' : 'meta-never-seen';
		const meant = closest(name, [...known]);
		const message = `None of the given tasks has the ${isEntity ? 'entity' : 'meta field'} ${JSON.stringify(name)}.`;
		const isKey = path[0] === 'appliesTo' && path[1] === 'meta';
		yield findingAt(file, document, { path, what: isKey ? 'key' : 'value' }, code, message, meant ?? undefined);
	}
}

interface NamedPlace {
	readonly name: string;
	readonly path: Path;
	readonly what: 'entity' | 'meta';
}

const entityOperators: ReadonlySet<string> = new Set(['confidence', 'content', 'number', 'date', 'present', 'count']);

function* namesIn(rule: Json): Generator<NamedPlace> {
	const meta = valueAt(rule, ['appliesTo', 'meta']);
	if (typeof meta === 'object' && meta !== null && !Array.isArray(meta)) {
		for (const name of Object.keys(meta)) yield { name, path: ['appliesTo', 'meta', name], what: 'meta' };
	}
	const required = valueAt(rule, ['requiredEntities']);
	for (const [index, name] of (Array.isArray(required) ? required : []).entries()) {
		if (typeof name === 'string') yield { name, path: ['requiredEntities', index], what: 'entity' };
	}
	const conditions = valueAt(rule, ['conditions']);
	const paths: Path[] = [
		['appliesTo', 'logic'],
		...(Array.isArray(conditions) ? conditions.map((_, index) => ['conditions', index, 'logic']) : []),
	];
	for (const path of paths) {
		const logic = valueAt(rule, path);
		if (logic === undefined) continue;
		for (const operation of walkLogic(logic)) {
			const [name] = operation.operands;
			if (typeof name !== 'string') continue;
			const place = [...path, ...operandPath(operation, 0)];
			if (entityOperators.has(operation.operator)) yield { name, path: place, what: 'entity' };
			else if (operation.operator === 'hasMeta') yield { name, path: place, what: 'meta' };
		}
	}
}
