import { html } from 'hono/html';
import type { RuleSet } from '../../core/ruleset/types.ts';
import type { CaseOverview, Page } from '../../ledger/index.ts';
import { type CaseQuery, outcomeNames } from '../case-filter.ts';
import { address, caseHead, empty, stateBadge, table } from './components.ts';
import type { Format } from './format.ts';
import type { Markup } from './markup.ts';
import { describeCode, outcomeWords } from './wording.ts';

export interface TasksShown {
	readonly query: CaseQuery;
	/** Cursor of this page; undefined on the first. */
	readonly before: string | undefined;
	readonly page: Page<CaseOverview>;
	readonly projects: readonly string[] | null;
	/** Set when the address asked for something that is none of the filters. */
	readonly wrong: boolean;
}

/** The cases, filtered, newest first. */
export function tasksPage(shown: TasksShown, ruleSet: RuleSet, format: Format): Markup {
	const { query, before, page, wrong } = shown;
	const filtered = Object.values(query).some((value) => value !== undefined);
	return html`${wrong ? html`<p class="notice bad" role="alert"><span aria-hidden="true">!</span> Part of the filter was not understood; it was left out.</p>` : ''}
${filters(shown, ruleSet)}
<p class="downloads"><a href="${address('/v1/cases.csv', { ...query })}">Download as CSV</a> <a href="${address('/v1/cases.jsonl', { ...query })}">Download as JSON lines</a></p>
${
	page.items.length === 0
		? empty(
				page.next !== null
					? 'None so far; older ones may fit.'
					: before !== undefined
						? 'No more tasks.'
						: filtered
							? 'No task fits these filters.'
							: 'No task has come yet. Greenlane waits for notifications of Send AI.',
			)
		: table({
				caption: 'Tasks, newest first',
				cards: true,
				heads: ['Task', 'Where it stands', 'Arrived', 'Decided'],
				rows: page.items.map(
					(record) =>
						html`<tr>${caseHead(record)}<td>${stateBadge(record)}</td><td data-label="Arrived">${format.when(record.openedAt)}</td><td>${decided(record, ruleSet)}</td></tr>`,
				),
			})
}
<nav aria-label="Older and newer" class="pager">${before === undefined ? '' : html`<a href="${address('/tasks', { ...query })}" rel="first">Newest</a>`}${
		page.next === null ? '' : html`<a href="${address('/tasks', { ...query, before: page.next })}" rel="next">Older</a>`
	}</nav>`;
}

function decided({ decision, prunedAt }: CaseOverview, ruleSet: RuleSet): Markup | string {
	if (decision === null) return html`<span class="quiet">${prunedAt === null ? 'not yet' : 'no longer kept'}</span>`;
	const rules = decision.rules.length === 0 ? '' : html`<span class="sub">${decision.rules.join(', ')}</span>`;
	if (decision.outcome === 'complete') {
		const withheld =
			decision.withheld === null ? '' : decision.withheld === 'audit' ? ', drawn for audit' : ', rule braked';
		return html`All hold${withheld}${rules}`;
	}
	return html`${decision.firstReason === null ? 'Left to a person' : describeCode(decision.firstReason, ruleSet).title}${rules}`;
}

function filters({ query, projects }: TasksShown, ruleSet: RuleSet): Markup {
	const conditions = ruleSet.rules
		.filter(({ mode }) => mode !== 'off')
		.flatMap(({ id, mode, conditions, requiredEntities }) =>
			[...requiredEntities.map((entity) => `required:${entity}`), ...conditions.map((condition) => condition.id)].map(
				(condition) => `${mode === 'shadow' ? 'shadow' : 'rule'}:${id}:${condition}`,
			),
		);
	const guards = ['readable', 'project-known', 'in-review', 'not-exported', 'has-elements', 'confidences-valid'];
	const codes = [...guards.map((guard) => `guard:${guard}`), 'no-live-rule', ...conditions];
	return html`<form method="get" action="/tasks" class="card filters" role="search" aria-label="Filter tasks">
${select('outcome', 'Where it stands', query.outcome, outcomeNames, (name) => outcomeWords[name as keyof typeof outcomeWords])}
${select(
	'rule',
	'Rule that applied',
	query.rule,
	ruleSet.rules.map(({ id }) => id),
)}
${select('condition', 'Left to people by', query.condition, codes)}
${projects === null ? textField('project_id', 'Project', query.project_id) : select('project_id', 'Project', query.project_id, projects)}
<div><label for="day">Day</label><input type="date" id="day" name="day" value="${query.day ?? ''}"></div>
${textField('id', 'Id of task, case or decision', query.id)}
<div class="buttons"><button type="submit" class="strong">Show</button> <a href="/tasks">Clear</a></div>
</form>`;
}

function select(
	name: string,
	label: string,
	chosen: string | undefined,
	values: readonly string[],
	word: (value: string) => string = (value) => value,
): Markup {
	// What the address asks for stays chosen, also when the rules do not know it any more.
	const shown = chosen === undefined || values.includes(chosen) ? values : [chosen, ...values];
	return html`<div><label for="${name}">${label}</label><select id="${name}" name="${name}"><option value="">any</option>${shown.map(
		(value) => html`<option value="${value}"${value === chosen ? html` selected` : ''}>${word(value)}</option>`,
	)}</select></div>`;
}

function textField(name: string, label: string, value: string | undefined): Markup {
	return html`<div><label for="${name}">${label}</label><input type="text" id="${name}" name="${name}" value="${value ?? ''}" maxlength="200" spellcheck="false" autocapitalize="off"></div>`;
}
