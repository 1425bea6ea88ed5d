import { canonicalJson, type Json } from '../json.ts';
import { type FindingCode, findingCodes } from './finding-codes.ts';
import { type ElementKind, elementKinds, lintLogic, looksAt } from './lint-logic.ts';
import type { JsonDocument, Path } from './parse-json.ts';
import { findingAt, folderFinding } from './rule-file.ts';
import type { RuleText } from './rule-format.ts';
import type { Finding, Rule } from './types.ts';
import { operandPath, walkLogic } from './walk-logic.ts';

/** A valid rule with its text and positions. */
export interface LintedRule {
	readonly file: string;
	readonly document: JsonDocument;
	readonly text: RuleText;
	readonly rule: Rule;
}

/** What is doubtful about one valid rule. Warnings only: whatever is listed here may be meant. */
export function lintRule({ file, document, text, rule }: LintedRule): readonly Finding[] {
	const findings: Finding[] = [];
	const doubt = (code: FindingCode, path: Path, message?: string, what: 'key' | 'value' = 'value', better?: string) => {
		const { meaning, remedy } = findingCodes[code];
		findings.push(findingAt(file, document, { path, what }, code, message ?? `${meaning} ${remedy}`, better));
	};

	const seen = new Map<string, string>();
	for (const [index, { id, logic }] of text.conditions.entries()) {
		const path = ['conditions', index, 'logic'];
		for (const { code, at, message, better } of lintLogic(logic)) {
			doubt(code, [...path, ...at], message, 'value', better);
		}
		const content = canonicalJson(logic);
		const twin = seen.get(content);
		if (twin !== undefined)
			doubt('same-condition', path, `${id} is the same as ${twin}; remove one, or correct the copy.`);
		else seen.set(content, id);
	}
	if (text.locale === null) {
		const place = firstWithoutFormat(text);
		if (place !== null) doubt('locale-missing', place);
	}
	if (text.mode === 'live') {
		if (text.auditShare === 0) doubt('live-without-audit', ['auditShare']);
		const { projects, meta, logic } = text.appliesTo;
		if (projects === undefined && Object.keys(meta ?? {}).length === 0 && logic === undefined) {
			doubt('applies-to-every-task', ['appliesTo'], undefined, 'key');
		}
	}
	const everyAnnotation = text.conditions.some(({ logic }) => looksAt(logic, 'every-annotation'));
	const named = new Set(rule.conditions.flatMap(({ compiled }) => compiled.entities));
	for (const [index, entity] of text.requiredEntities.entries()) {
		if (everyAnnotation || named.has(entity)) continue;
		const better = JSON.stringify({ '>=': [{ confidence: entity }, 0.95] });
		const message = `${entity} must be there, but no condition asks how certain it is; add ${better}, or one on all annotations.`;
		doubt('required-not-judged', ['requiredEntities', index], message);
	}
	return findings;
}

/** What is doubtful about a whole set of valid rules. */
export function lintSet(rules: readonly LintedRule[]): readonly Finding[] {
	if (rules.length === 0) return [folderFinding('.', 'no-rules')];
	const live = rules.filter(({ text }) => text.mode === 'live');
	if (live.length === 0) return [folderFinding('.', 'no-live-rule')];
	const everywhere = new Set(
		live.filter(({ text }) => appliesEverywhere(text)).flatMap(({ text }) => [...kindsLookedAt(text)]),
	);
	return live.flatMap(({ file, document, text }) => {
		const looked = kindsLookedAt(text);
		const missed = elementKinds.filter((kind) => !looked.has(kind) && !everywhere.has(kind));
		if (missed.length === 0) return [];
		const counts = missed.map((kind) => ({ var: `counts.${kind}` }));
		const better = JSON.stringify({ '==': [counts.length === 1 ? counts[0] : { '+': counts }, 0] });
		const message = `No condition looks at ${missed.join(' or ')}: a task that has some is completed without them being looked at. Add a condition, perhaps that there are none: ${better}.`;
		return [findingAt(file, document, { path: ['conditions'], what: 'key' }, 'element-unchecked', message)];
	});
}

function appliesEverywhere({ appliesTo }: RuleText): boolean {
	const { projects, meta, logic } = appliesTo;
	return projects === undefined && Object.keys(meta ?? {}).length === 0 && logic === undefined;
}

function kindsLookedAt({ conditions }: RuleText): ReadonlySet<ElementKind> {
	return new Set(elementKinds.filter((kind) => conditions.some(({ logic }) => looksAt(logic, kind))));
}

/** The first `number` or `date` that has nothing to read by. */
function firstWithoutFormat(text: RuleText): Path | null {
	const expressions: [Path, Json][] = text.conditions.map(({ logic }, index) => [
		['conditions', index, 'logic'],
		logic,
	]);
	if (text.appliesTo.logic !== undefined) expressions.unshift([['appliesTo', 'logic'], text.appliesTo.logic]);
	for (const [path, logic] of expressions) {
		for (const operation of walkLogic(logic)) {
			const reads = operation.operator === 'number' || operation.operator === 'date';
			if (reads && operation.operands.length === 1) return [...path, ...operandPath(operation, 0)];
		}
	}
	return null;
}
