import { canonicalJson, type Json } from '../json.ts';
import { type CompiledLogic, compileLogic } from '../language/index.ts';
import { checkFormat, labelOf, toKebabCase, valueAt } from './check-format.ts';
import { type LintedRule, lintRule, lintSet } from './lints.ts';
import type { JsonDocument, Path } from './parse-json.ts';
import { findingAt, folderFinding, readFile, sortFindings } from './rule-file.ts';
import { kebabCase, type RuleText, ruleKeys, ruleSchema } from './rule-format.ts';
import { loadRuleTests } from './rule-tests.ts';
import type { Finding, LoadedRules, Rule, RuleFile } from './types.ts';

/** What a file of the folder is, by its name. */
export type FileKind =
	| { readonly kind: 'rule' | 'test'; readonly id: string }
	| { readonly kind: 'aside' }
	| { readonly kind: 'stray' };

/**
 * `<id>.json`, `<id>.test.json`; aside `README.md`, `*.schema.json`, `<id>.calibration.json` and `<id>.certificate.json`.
 * Anything else is stray.
 */
export function kindOfFile(name: string): FileKind {
	if (name === 'README.md' || /\.(?:schema|calibration|certificate)\.json$/.test(name)) return { kind: 'aside' };
	if (name.endsWith('.test.json')) return { kind: 'test', id: name.slice(0, -'.test.json'.length) };
	if (name.endsWith('.json')) return { kind: 'rule', id: name.slice(0, -'.json'.length) };
	return { kind: 'stray' };
}

/**
 * Reads a whole rules folder: every file or none. Total: never throws, whatever the texts are. All findings of all files
 * come at once, sorted by file, line and column; one error refuses the whole set, warnings do not.
 *
 * `canonical` is one JSON text of all rules by id, defaults filled in, keys sorted: equal for equal content, whatever the
 * order of keys, white space or files. `logicCanonical` is the same without modes, prose and promises.
 */
export function loadRules(files: readonly RuleFile[]): LoadedRules {
	const findings: Finding[] = [];
	const read: ReadRule[] = [];
	const tests: { readonly id: string; readonly file: RuleFile }[] = [];
	for (const file of files) {
		const kind = kindOfFile(file.name);
		switch (kind.kind) {
			case 'stray':
				findings.push(folderFinding(file.name, 'stray-file'));
				break;
			case 'test':
				tests.push({ id: kind.id, file });
				break;
			case 'rule': {
				const rule = readRule(kind.id, file);
				findings.push(...rule.findings);
				read.push(rule);
				break;
			}
			case 'aside':
		}
	}
	for (const { id, file } of tests) {
		const rule = read.find((one) => one.id === id);
		if (rule === undefined) findings.push(folderFinding(file.name, 'test-without-rule'));
		findings.push(...loadRuleTests(file, rule?.sound?.text ?? null).findings);
	}

	const sound = read.flatMap(({ sound }) => (sound === null ? [] : [sound]));
	// Only a whole set can be judged as one.
	if (sound.length === read.length) findings.push(...lintSet(sound));
	const sorted = sortFindings(findings);
	if (sorted.some(({ severity }) => severity === 'error')) return { ok: false, findings: sorted };
	const texts = sound.map(({ rule, text }) => [rule.id, text] as const);
	return {
		ok: true,
		rules: sound.map(({ rule }) => rule).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
		canonical: canonicalJson(Object.fromEntries(texts) as unknown as Json),
		logicCanonical: canonicalJson(
			Object.fromEntries(texts.map(([id, text]) => [id, withoutModeAndProse(text)])) as unknown as Json,
		),
		findings: sorted,
	};
}

interface ReadRule {
	readonly id: string;
	/** Null when something is wrong with it. */
	readonly sound: LintedRule | null;
	readonly findings: readonly Finding[];
}

function readRule(id: string, file: RuleFile): ReadRule {
	const findings: Finding[] = [];
	if (!kebabCase.test(id) || id.length > 64) {
		const meant = toKebabCase(id);
		const named = folderFinding(file.name, 'file-name');
		findings.push(meant === '' || meant === id ? named : { ...named, didYouMean: `${meant}.json` });
	}
	const { document, findings: faults } = readFile(file);
	findings.push(...faults);
	if (document === null) return { id, sound: null, findings };

	const checked = checkFormat(file.name, document, ruleSchema, ruleKeys);
	findings.push(...checked.findings);
	findings.push(...findTwins(file.name, document));
	const locale = readLocale(file.name, document);
	findings.push(...locale.findings);
	const compiled = compileAll(file.name, document, locale.locale);
	findings.push(...compiled.findings);
	if (checked.value === null || findings.some(({ severity }) => severity === 'error')) {
		return { id, sound: null, findings };
	}
	const text: RuleText = { ...checked.value, locale: locale.locale };
	const sound: LintedRule = { file: file.name, document, text, rule: toRule(id, text, compiled.byPath) };
	return { id, sound, findings: [...findings, ...lintRule(sound)] };
}

function toRule(id: string, text: RuleText, byPath: ReadonlyMap<string, CompiledLogic>): Rule {
	const { appliesTo } = text;
	return {
		id,
		description: text.description,
		owner: text.owner,
		mode: text.mode,
		appliesTo: {
			projects: appliesTo.projects ?? null,
			stepTypes: appliesTo.stepTypes,
			meta: Object.entries(appliesTo.meta ?? {}).map(([name, values]) => ({ name, values })),
			logic: byPath.get(labelOf(['appliesTo', 'logic'])) ?? null,
		},
		requiredEntities: text.requiredEntities,
		irrelevantEntities: text.irrelevantEntities ?? [],
		conditions: text.conditions.flatMap(({ id: conditionId, requirement }, index) => {
			const compiled = byPath.get(labelOf(['conditions', index, 'logic']));
			return compiled === undefined ? [] : [{ id: conditionId, requirement, compiled }];
		}),
		auditShare: text.auditShare,
		auditRamp: text.auditRamp ?? 0,
		promise: text.promise ?? null,
		quietMinutesAfterOpened: text.quietMinutesAfterOpened,
		holdMinutes: text.holdMinutes,
		logicCanonical: canonicalJson({ [id]: withoutModeAndProse(text) } as unknown as Json),
	};
}

/** Every expression of the file, also where the rest of it is not sound: all findings come at once. */
function compileAll(file: string, document: JsonDocument, locale: string | null) {
	const byPath = new Map<string, CompiledLogic>();
	const findings: Finding[] = [];
	for (const path of logicPaths(document.value)) {
		const expression = valueAt(document.value, path);
		if (expression === undefined) continue;
		const result = compileLogic(expression, { locale });
		if (result.ok) {
			byPath.set(labelOf(path), result.compiled);
			continue;
		}
		for (const { pointer, code, message, didYouMean } of result.faults) {
			const at = [...path, ...pointer];
			findings.push(
				findingAt(file, document, { path: at, what: keyOrValue(document, at, code) }, code, message, didYouMean),
			);
		}
	}
	return { byPath, findings };
}

/** A fault of an operator is shown at its name; a single operand without a list has the operator's own pointer. */
function keyOrValue(document: JsonDocument, path: Path, code: string): 'key' | 'value' {
	if (typeof path.at(-1) !== 'string' || path.at(-1) === 'logic') return 'value';
	const isOfOperator = code === 'unknown-operator' || code === 'refused-operator' || code === 'wrong-arity';
	return isOfOperator || Array.isArray(valueAt(document.value, path)) ? 'key' : 'value';
}

function* logicPaths(value: Json): Generator<Path> {
	yield ['appliesTo', 'logic'];
	const conditions = valueAt(value, ['conditions']);
	if (!Array.isArray(conditions)) return;
	for (const index of conditions.keys()) yield ['conditions', index, 'logic'];
}

/** The locale in its usual spelling; null when there is none, or none that can be used. */
function readLocale(
	file: string,
	document: JsonDocument,
): { readonly locale: string | null; readonly findings: readonly Finding[] } {
	const written = valueAt(document.value, ['locale']);
	if (typeof written !== 'string') return { locale: null, findings: [] };
	const locale = usualSpelling(written);
	if (locale !== null) return { locale, findings: [] };
	const meant = usualSpelling(written.trim().replaceAll('_', '-'));
	const message = `${JSON.stringify(written.slice(0, 40))} is not a language tag that there are formats for; write one like "nl-NL" or "en-GB".`;
	return {
		locale: null,
		findings: [findingAt(file, document, { path: ['locale'] }, 'wrong-locale', message, meant ?? undefined)],
	};
}

function usualSpelling(tag: string): string | null {
	try {
		const [spelt] = Intl.getCanonicalLocales(tag);
		return spelt !== undefined && Intl.NumberFormat.supportedLocalesOf(spelt).length === 1 ? spelt : null;
	} catch {
		return null;
	}
}

/** Whatever must be there once and is there twice: ids of conditions, entities, projects, steps, values of meta. */
function findTwins(file: string, document: JsonDocument): readonly Finding[] {
	const findings: Finding[] = [];
	const conditions = valueAt(document.value, ['conditions']);
	const ids = Array.isArray(conditions) ? conditions.map((_, index) => ['conditions', index, 'id']) : [];
	for (const path of twinsAmong(document, ids)) {
		const message = `${labelOf(path)} is the id of an earlier condition too; give each its own.`;
		findings.push(findingAt(file, document, { path }, 'duplicate-condition', message));
	}
	const meta = valueAt(document.value, ['appliesTo', 'meta']);
	const metaNames = typeof meta === 'object' && meta !== null && !Array.isArray(meta) ? Object.keys(meta) : [];
	const lists: Path[] = [
		['requiredEntities'],
		['appliesTo', 'projects'],
		['appliesTo', 'stepTypes'],
		...metaNames.map((name) => ['appliesTo', 'meta', name]),
	];
	for (const list of lists) {
		const items = valueAt(document.value, list);
		if (!Array.isArray(items)) continue;
		const paths = items.map((_, index) => [...list, index]);
		for (const path of twinsAmong(document, paths)) {
			const message = `${labelOf(path)} stands in ${labelOf(list)} already; remove one of the two.`;
			findings.push(findingAt(file, document, { path }, 'duplicate-value', message));
		}
	}
	return findings;
}

function twinsAmong(document: JsonDocument, paths: readonly Path[]): readonly Path[] {
	const seen = new Set<Json>();
	return paths.filter((path) => {
		const value = valueAt(document.value, path);
		if (typeof value !== 'string') return false;
		if (seen.has(value)) return true;
		seen.add(value);
		return false;
	});
}

function withoutModeAndProse({ $schema: _s, description: _d, owner: _o, mode: _m, promise: _p, ...text }: RuleText) {
	return { ...text, conditions: text.conditions.map(({ id, logic }) => ({ id, logic })) };
}
