import { canonicalJson, type Json } from '../core/json.ts';
import type { Rule, RuleSet } from '../core/ruleset/types.ts';
import { seesElementsAlone } from './replay-elements.ts';

/** A stored outcome: of a condition, or of whether the rule applies. */
export interface StoredAt {
	readonly rule: string;
	/** `required:<entity>`, or the condition's id. */
	readonly condition: string;
}

/** How to find out about one condition of a rule without the document. */
export interface ConditionSource {
	/** `required:<entity>`, or the condition's id. */
	readonly id: string;
	/** Where the same question was asked before. */
	readonly stored: readonly StoredAt[];
	/** Set when the records of the elements can answer it. */
	readonly compiled: Rule['conditions'][number]['compiled'] | null;
}

export interface RuleSource {
	readonly rule: Rule;
	/** Rules of then that were for the same tasks. */
	readonly sameTasks: readonly string[];
	readonly conditions: readonly ConditionSource[];
}

interface RuleText {
	readonly appliesTo: Json;
	readonly locale?: Json;
	readonly requiredEntities?: readonly string[];
	readonly conditions: readonly { readonly id: string; readonly logic: Json }[];
}

/** The same question, asked of the same task on the same day, has the same answer. */
const question = (locale: Json | undefined, logic: Json) => canonicalJson([locale ?? null, logic]);

/**
 * How each live rule of a set can be answered from decisions that were made by the rules of `canonical`; without it, when
 * nobody knows these any more, by the records of elements alone.
 */
export function findSources(ruleSet: RuleSet, canonical: string | null): readonly RuleSource[] {
	const now = textsOf(ruleSet.canonical);
	const then = Object.entries(canonical === null ? {} : textsOf(canonical));
	const stored = new Map<string, StoredAt[]>();
	const sameTasks = new Map<string, string[]>();
	for (const [id, text] of then) {
		append(sameTasks, question(text.locale, text.appliesTo), id);
		for (const { id: condition, logic } of text.conditions) {
			append(stored, question(text.locale, logic), { rule: id, condition });
		}
		for (const entity of text.requiredEntities ?? []) {
			append(stored, `required:${entity}`, { rule: id, condition: `required:${entity}` });
		}
	}
	return ruleSet.rules
		.filter(({ mode }) => mode === 'live')
		.map((rule) => {
			const text = now[rule.id];
			return {
				rule,
				sameTasks: text === undefined ? [] : (sameTasks.get(question(text.locale, text.appliesTo)) ?? []),
				conditions: [
					...rule.requiredEntities.map((entity) => {
						const id = `required:${entity}`;
						return { id, stored: stored.get(id) ?? [], compiled: null };
					}),
					...rule.conditions.map(({ id, compiled }) => {
						const logic = text?.conditions.find((one) => one.id === id)?.logic ?? null;
						return {
							id,
							stored: stored.get(question(text?.locale, logic)) ?? [],
							compiled: logic !== null && seesElementsAlone(logic) ? compiled : null,
						};
					}),
				],
			};
		});
}

/** Written by `loadRules` alone, whose shape this is. */
function textsOf(canonical: string): Readonly<Record<string, RuleText>> {
	return JSON.parse(canonical) as Readonly<Record<string, RuleText>>;
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
	const list = lists.get(key);
	if (list === undefined) lists.set(key, [value]);
	else list.push(value);
}
