import type { Json } from '../core/json.ts';
import type { Task } from '../core/task/index.ts';
import { type Amounts, findAmounts } from './init-amounts.ts';
import {
	addingUp,
	certainKind,
	type DraftCase,
	datesInOrder,
	everyField,
	isName,
	kinds,
	left,
	nothingElse,
	type Part,
	pastDate,
} from './init-conditions.ts';
import { type DateEntity, findDates } from './init-dates.ts';

/** A first rule, and how each of its parts can be seen true and false. */
export interface RuleDraft {
	readonly rule: {
		readonly requiredEntities: readonly string[];
		readonly conditions: readonly { readonly id: string; readonly requirement: string; readonly logic: Json }[];
		readonly [key: string]: Json;
	};
	readonly cases: readonly DraftCase[];
	readonly amounts: Amounts | null;
	readonly dates: readonly DateEntity[];
	/** Meta that the rule applies by, and meta that it could not take over. */
	readonly metaNames: readonly string[];
	readonly otherMeta: readonly string[];
}

const mostRequired = 100;

/**
 * Drafts a rule in shadow from what all given tasks have. Modest: what the tasks leave open is not in it, and what none of
 * them has must not be there.
 *
 * @param tasks at least one, each with at least one element and without faults
 */
export function draftRule(tasks: readonly Task[]): RuleDraft {
	const required = findRequired(tasks);
	const { meta, otherMeta } = findMeta(tasks);
	const languages = Object.entries(meta).flatMap(([name, values]) => (/^lang/i.test(name) ? values : []));
	const amounts = findAmounts(
		tasks,
		required,
		languages.map((language) => language.slice(0, 2).toLowerCase()),
	);
	const found = findDates(tasks, required).filter(({ kind }) => kind !== 'other');
	const past = found.filter(({ kind }) => kind === 'past').slice(0, 5);
	const later = found.filter(({ kind }) => kind === 'later');
	const pair = past.length === 1 && later.length === 1 ? ([...past, ...later] as const) : [];
	const [first, second] = pair;

	const parts: Part[] = [
		...everyField(tasks),
		...kinds.flatMap((kind) => certainKind(tasks, kind)),
		...nothingElse(tasks),
		...(amounts === null ? [] : [addingUp(amounts)]),
		...distinctIds(past.map(pastDate)),
		...(first !== undefined && second !== undefined ? datesInOrder(tasks, first, second) : []),
	];
	const dates = pair.length > 0 && parts.some(({ id }) => id === 'dates-in-order') ? [...pair] : past;
	const stepTypes = distinct(tasks.map(({ stepType }) => stepType)).slice(0, 50);
	const projects = distinct(tasks.map(({ projectId }) => projectId))
		.filter(isName)
		.slice(0, 500);
	const names = Object.keys(meta);
	return {
		rule: {
			$schema: './rule.schema.json',
			description: `A first draft, made of ${tasks.length === 1 ? 'one task' : `${tasks.length} tasks`} by init. In shadow: it is judged and recorded, and has no vote.`,
			mode: 'shadow',
			appliesTo: {
				...(projects.length === 0 ? {} : { projects }),
				stepTypes,
				...(names.length === 0 ? {} : { meta }),
			},
			...(amounts === null ? {} : { locale: amounts.locale }),
			requiredEntities: required,
			conditions: parts.map(({ id, requirement, logic }) => ({ id, requirement, logic })),
			auditShare: 0.1,
			quietMinutesAfterOpened: 15,
		},
		cases: [
			...required.map(
				(entity): DraftCase => ({
					name: `leaves a task without ${entity}`.slice(0, 200),
					change: { annotations: { [entity]: null } },
					expect: 'review',
					because: `required:${entity}`,
				}),
			),
			...parts.flatMap(({ cases }) => cases),
			...elsewhere(stepTypes, projects, names),
		],
		amounts,
		dates,
		metaNames: names,
		otherMeta,
	};
}

/** Entities that occur in every task, never empty. */
function findRequired(tasks: readonly Task[]): readonly string[] {
	const [first] = tasks;
	return distinct(first?.annotations.map(({ entityId }) => entityId) ?? [])
		.filter(isName)
		.filter((entity) =>
			tasks.every((task) => {
				const found = task.annotations.filter(({ entityId }) => entityId === entity);
				return found.length > 0 && found.every(({ content }) => content !== null && content.trim() !== '');
			}),
		)
		.slice(0, mostRequired);
}

/** Names under which integrations say what kind of document it is. */
const kindNames = /^(?:(?:document|doc)[_ -]?)?(?:category|categorie|type|kind|class|language|lang|country)$/i;
const mostValues = 10;

/** Meta that every task has once: what tells kinds of documents apart, and what is the same in several tasks. */
function findMeta(tasks: readonly Task[]) {
	const meta: Record<string, readonly string[]> = {};
	const otherMeta: string[] = [];
	for (const name of distinct(tasks.flatMap((task) => task.meta.map((entry) => entry.name)))) {
		const each = tasks.map((task) => task.meta.filter((entry) => entry.name === name).map(({ value }) => value));
		const values = distinct(each.flat());
		const isOnce = isName(name) && each.every((own) => own.length === 1) && values.every(isName);
		const isKind = kindNames.test(name) && values.length <= mostValues;
		if (isOnce && (isKind || (tasks.length > 1 && values.length === 1))) meta[name] = values;
		else otherMeta.push(name);
	}
	return { meta, otherMeta };
}

/** What the rule is not for. */
function elsewhere(stepTypes: readonly string[], projects: readonly string[], meta: readonly string[]): DraftCase[] {
	const another = (word: string, taken: readonly string[]) => (taken.includes(word) ? `${word}_2` : word);
	return [
		left('leaves a task at another step', { task: { step_type: another('ANOTHER_STEP', stepTypes) } }, 'applies:no'),
		...(projects.length === 0
			? []
			: [
					left(
						'leaves a task of another project',
						{ task: { project_id: another('another', projects) } },
						'applies:no',
					),
				]),
		...meta.map((name) =>
			left(`leaves a task that says nothing of its ${name}`.slice(0, 200), { meta: { [name]: null } }, 'applies:no'),
		),
	];
}

/** Two entities may have one id in kebab-case. */
function distinctIds(parts: readonly Part[]): readonly Part[] {
	return parts.filter(({ id }, index) => parts.findIndex((one) => one.id === id) === index);
}

function distinct(texts: readonly string[]): readonly string[] {
	return [...new Set(texts)];
}
