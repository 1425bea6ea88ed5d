import type { Json } from '../json.ts';
import { checkFormat, closest, labelOf, listOf } from './check-format.ts';
import { findingAt, readFile } from './rule-file.ts';
import type { RuleText } from './rule-format.ts';
import {
	commonReasons,
	type RuleTestCase,
	type RuleTests,
	ruleTestKeys,
	ruleTestSchema,
	type TaskChange,
} from './rule-test-format.ts';
import type { Finding, RuleFile } from './types.ts';

/**
 * Reads a test file. `tests` is null when something is wrong with it. `rule`, where it is known, is what `because` is held
 * against.
 */
export function loadRuleTests(
	file: RuleFile,
	rule: RuleText | null,
): { readonly tests: RuleTests | null; readonly findings: readonly Finding[] } {
	const { document, findings: faults } = readFile(file);
	if (document === null) return { tests: null, findings: faults };
	const checked = checkFormat(file.name, document, ruleTestSchema, ruleTestKeys);
	const findings: Finding[] = [...faults, ...checked.findings];
	if (checked.value === null) return { tests: null, findings };

	const fixtures = Object.keys(checked.value.fixtures);
	const conditions =
		rule === null
			? null
			: [...rule.conditions.map(({ id }) => id), ...rule.requiredEntities.map((entity) => `required:${entity}`)];
	for (const [index, { task, expect, because }] of checked.value.tests.entries()) {
		const { fixture } = task;
		if (typeof fixture === 'string' && !fixtures.includes(fixture)) {
			const path = ['tests', index, 'task', 'fixture'];
			const message = `There is no fixture ${JSON.stringify(fixture)}; there is ${listOf(fixtures)}.`;
			findings.push(
				findingAt(file.name, document, { path }, 'unknown-fixture', message, closest(fixture, fixtures) ?? undefined),
			);
		}
		if (expect === 'complete' && because !== undefined) {
			const path = ['tests', index, 'because'];
			const message = `${labelOf(path)} goes with "review" alone: nothing stands in the way of a task that is completed.`;
			findings.push(findingAt(file.name, document, { path, what: 'key' }, 'wrong-value', message));
		}
		for (const [at, id] of (because ?? []).entries()) {
			const known = conditions === null ? null : [...conditions, ...commonReasons];
			if (conditions === null || known === null || known.includes(id)) continue;
			const path = ['tests', index, 'because', at];
			const message = `${labelOf(path)} names no condition of the rule; it has ${listOf(conditions)}. Besides there are ${listOf(commonReasons)}.`;
			findings.push(
				findingAt(file.name, document, { path }, 'unknown-condition', message, closest(id, known) ?? undefined),
			);
		}
	}
	return { tests: findings.some(({ severity }) => severity === 'error') ? null : checked.value, findings };
}

type Fields = { readonly [key: string]: Json };

/** The task of a case as the API would answer it, without the envelope: a fixture with its changes, or the task itself. */
export function buildTestTask({ fixtures }: Pick<RuleTests, 'fixtures'>, { task }: Pick<RuleTestCase, 'task'>): Json {
	if (typeof task.fixture !== 'string') return withoutEnvelope(task as Fields);
	const change = task as TaskChange;
	const base = withoutEnvelope(fixtures[change.fixture] ?? {});
	const pages = listIn(base, 'pages').map((page, index) => ({
		...page,
		annotations: [
			...changeAnnotations(listIn(page, 'annotations'), change.annotations ?? {}, index === 0),
			...added(index, change.add?.annotations),
		],
		checkboxes: [...changeAll(listIn(page, 'checkboxes'), change.checkboxes), ...added(index, change.add?.checkboxes)],
		segments: [...listIn(page, 'segments'), ...added(index, change.add?.segments)],
		signatures: [...changeAll(listIn(page, 'signatures'), change.signatures), ...added(index, change.add?.signatures)],
	}));
	return { ...base, ...change.task, meta: changeMeta(listIn(base, 'meta'), change.meta ?? {}), pages };
}

function added(page: number, elements: readonly Fields[] | undefined): readonly Fields[] {
	return page === 0 ? (elements ?? []) : [];
}

function withoutEnvelope(task: Fields): Fields {
	return isFields(task.payload) ? task.payload : task;
}

function changeMeta(meta: readonly Fields[], changes: Readonly<Record<string, string | null>>): Json {
	const kept = meta.filter(({ name }) => typeof name !== 'string' || !Object.hasOwn(changes, name));
	const changed = Object.entries(changes).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
	return [...kept, ...changed];
}

function changeAnnotations(
	annotations: readonly Fields[],
	changes: Readonly<
		Record<string, { readonly content?: string | undefined; readonly confidence?: number | undefined } | null>
	>,
	mayAdd: boolean,
): readonly Json[] {
	const known = new Set(annotations.map(({ entity_id }) => entity_id));
	const changed = annotations.flatMap((annotation): readonly Json[] => {
		const { entity_id: entity } = annotation;
		if (typeof entity !== 'string' || !Object.hasOwn(changes, entity)) return [annotation];
		const change = changes[entity];
		return change === null || change === undefined ? [] : [{ ...annotation, ...given(change) }];
	});
	if (!mayAdd) return changed;
	const others = Object.entries(changes).flatMap(([entity_id, change]): readonly Json[] =>
		change === null || known.has(entity_id)
			? []
			: [{ id: `ann_${entity_id}`, entity_id, confidence: 1, content: '', top: 0, left_of_line: 0, ...given(change) }],
	);
	return [...changed, ...others];
}

function changeAll(elements: readonly Fields[], change: Readonly<Record<string, Json | undefined>> | null | undefined) {
	if (change === null) return [];
	return change === undefined ? elements : elements.map((element) => ({ ...element, ...given(change) }));
}

function given(change: Readonly<Record<string, Json | undefined>>): Fields {
	return Object.fromEntries(
		Object.entries(change).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
	);
}

function listIn(fields: Fields, key: string): readonly Fields[] {
	const list = fields[key];
	return Array.isArray(list) ? list.filter(isFields) : [];
}

function isFields(value: Json | undefined): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
