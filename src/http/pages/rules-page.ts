import { html } from 'hono/html';
import type { Finding, Rule, RuleSet } from '../../core/ruleset/types.ts';
import type { OperatorAct } from '../../ledger/index.ts';
import type { RuleResult } from '../rule-results.ts';
import { actButton, address, badge, empty, table } from './components.ts';
import type { Format } from './format.ts';
import type { Markup } from './markup.ts';
import type { Viewer } from './viewer.ts';
import { describeCondition } from './wording.ts';

export interface RulesShown {
	readonly ruleSet: RuleSet;
	readonly findings: readonly Finding[];
	readonly refusedSince: number | null;
	/** By the ledger: what every process must serve. */
	readonly serving: { readonly revision: string; readonly since: number } | null;
	readonly braked: ReadonlySet<string>;
	readonly results: ReadonlyMap<string, RuleResult>;
	readonly days: number;
	readonly mayReload: boolean;
	/** Who had the folder read again while this revision served, oldest first. */
	readonly acts: readonly OperatorAct[];
}

/** What serves and since when, what is wrong with what wanted to, and how each rule did. */
export function rulesPage(shown: RulesShown, viewer: Viewer, format: Format): Markup {
	const { ruleSet, serving, refusedSince, findings, mayReload, acts } = shown;
	const last = acts.at(-1);
	const others = serving !== null && serving.revision !== ruleSet.revision;
	return html`<dl class="facts">
<div><dt>Revision</dt><dd><code>${ruleSet.revision.slice(0, 12)}</code></dd></div>
<div><dt>Serves since</dt><dd>${serving === null || others ? 'another process serves other rules' : format.when(serving.since)}</dd></div>
<div class="wide"><dt>Rules</dt><dd>${count(ruleSet, 'live')} live, ${count(ruleSet, 'shadow')} in shadow, ${count(ruleSet, 'off')} off</dd></div>
${last === undefined ? '' : html`<div><dt>Read again</dt><dd>by ${last.by}, ${format.when(last.at)}</dd></div>`}
</dl>
${mayReload ? html`<div class="actions">${actButton(viewer, { action: '/rules/reload', label: 'Read the rules folder again' })}</div>` : ''}
${findingsOf(findings, refusedSince, format)}
${ruleSet.rules.length === 0 ? empty('There is no rule: every task is left to people.') : inOrder(ruleSet).map((rule) => ruleCard(rule, shown, format))}`;
}

/** What votes first. */
function inOrder({ rules }: RuleSet): readonly Rule[] {
	const order = { live: 0, shadow: 1, off: 2 } as const;
	return rules.toSorted((one, other) => order[one.mode] - order[other.mode]);
}

function count({ rules }: RuleSet, mode: Rule['mode']): number {
	return rules.filter((rule) => rule.mode === mode).length;
}

function findingsOf(findings: readonly Finding[], refusedSince: number | null, format: Format): Markup | string {
	if (findings.length === 0 && refusedSince === null) return '';
	return html`<section aria-labelledby="findings" class="${refusedSince === null ? 'card' : 'card alarm'}"><h2 id="findings">${
		refusedSince === null
			? 'Doubts about the rules'
			: html`<span aria-hidden="true">!</span> The rules as they are now were refused`
	}</h2>
${refusedSince === null ? '' : html`<p>Since ${format.when(refusedSince)}. The last good ones serve.</p>`}
<ul class="findings">${findings.map(
		({ file, line, column, severity, message, code, didYouMean }) =>
			html`<li>${badge(severity === 'error' ? 'bad' : 'left', severity)} <code>${file}:${line}:${column}</code> ${message}${didYouMean === undefined ? '' : html` Did you mean <code>${didYouMean}</code>?`} <span class="quiet">${code}</span></li>`,
	)}</ul></section>`;
}

function ruleCard(rule: Rule, { results, braked, days }: RulesShown, format: Format): Markup {
	const result = results.get(rule.id);
	const [applied, passed] = [result?.applied ?? 0, result?.passed ?? 0];
	const { projects, stepTypes, meta, logic } = rule.appliesTo;
	const where = [
		...(projects === null ? [] : [`project ${projects.join(' or ')}`]),
		`step ${stepTypes.join(' or ')}`,
		...meta.map(({ name, values }) => `${name} ${values.join(' or ')}`),
		...(logic === null ? [] : ['its own logic']),
	];
	return html`<section aria-labelledby="rule-${rule.id}" class="card"><h2 id="rule-${rule.id}">${rule.id} ${badge(rule.mode === 'live' ? 'good' : 'calm', rule.mode)}${braked.has(rule.id) ? html` ${badge('bad', 'braked')}` : ''}${rule.owner === null ? '' : html` <span class="quiet">${rule.owner}</span>`}</h2>
<p>${rule.description}</p>
<dl class="facts">
<div class="wide"><dt>Applies to</dt><dd>${where.join(', ')}</dd></div>
<div><dt>Audit</dt><dd>${format.share(rule.auditShare)}</dd></div>
<div><dt>Quiet, then hold</dt><dd>${rule.quietMinutesAfterOpened} min, ${rule.holdMinutes} min</dd></div>
<div><dt>Applied in ${days} days</dt><dd><a href="${address('/tasks', { rule: rule.id })}">${format.number(applied)}</a></dd></div>
<div><dt>Passed</dt><dd>${format.number(passed)} <span class="quiet">${format.share(applied === 0 ? null : passed / applied)}</span></dd></div>
</dl>
${conditions(rule, result, format)}</section>`;
}

function conditions(rule: Rule, result: RuleResult | undefined, format: Format): Markup {
	const counts = new Map(result?.blockers.map((blocker) => [blocker.condition, blocker]));
	const ids = [...rule.requiredEntities.map((entity) => `required:${entity}`), ...rule.conditions.map(({ id }) => id)];
	const prefix = rule.mode === 'shadow' ? 'shadow' : 'rule';
	const tallied = ids
		.map((id) => ({ id, failed: counts.get(id)?.count ?? 0, alone: counts.get(id)?.alone ?? 0 }))
		.toSorted((one, other) => other.failed - one.failed);
	const [failing, holding] = [tallied.filter(({ failed }) => failed > 0), tallied.filter(({ failed }) => failed === 0)];
	const words = (id: string) =>
		html`${describeCondition(rule.id, id, { revision: '', logicRevision: '', canonical: '', rules: [rule] })}<span class="sub">${id}</span>`;
	const rows = failing.map(
		({ id, failed, alone }) =>
			html`<tr><th scope="row">${words(id)}</th><td class="numeric" data-label="Did not hold"><a href="${address('/tasks', { condition: `${prefix}:${rule.id}:${id}` })}">${format.number(failed)}</a></td><td class="numeric" data-label="Alone">${rule.mode === 'shadow' ? '–' : format.number(alone)}</td></tr>`,
	);
	return html`${
		failing.length === 0
			? ''
			: table({
					caption: `What ${rule.id} requires and did not always hold`,
					cards: true,
					heads: ['Requirement', { text: 'Did not hold', numeric: true }, { text: 'Alone', numeric: true }],
					rows,
				})
	}${
		holding.length === 0
			? ''
			: html`<details><summary>${holding.length} ${holding.length === 1 ? 'requirement' : 'requirements'} on which no task failed</summary><ul class="held">${holding.map(({ id }) => html`<li>${words(id)}</li>`)}</ul></details>`
	}`;
}
