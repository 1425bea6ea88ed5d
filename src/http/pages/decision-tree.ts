import { html } from 'hono/html';
import type { StoredCondition, StoredDecision, StoredRule } from '../stored-decision.ts';
import { badge } from './components.ts';
import type { Format } from './format.ts';
import { marginScale } from './margin-scale.ts';
import type { Markup } from './markup.ts';
import { describeGuard } from './wording.ts';

/**
 * Guards, then rules with their conditions: all of them, for all were evaluated. What does not hold stands first; what
 * holds is folded where something else is the reason.
 */
export function decisionTree(decision: StoredDecision, format: Format): Markup {
	const order = { yes: 0, error: 1, no: 2 } as const;
	const rules = decision.rules.toSorted(
		(one, other) => order[one.applies] - order[other.applies] || one.mode.localeCompare(other.mode),
	);
	return html`<div class="tree card">
${decision.leftOut.length === 0 ? '' : html`<p class="notice bad"><span aria-hidden="true">!</span> This decision was too large to be kept whole: it is without its ${decision.leftOut.join(', ')}.</p>`}
<h3>Guards</h3>
${checks(decision.guards.map(guardLeaf), 'guard')}
${rules.map(ruleBranch)}
${terms(decision, format)}
</div>`;
}

interface Leaf {
	readonly holds: boolean;
	readonly item: Markup;
}

function checks(leaves: readonly Leaf[], noun: string): Markup | string {
	const [holding, failing] = [leaves.filter(({ holds }) => holds), leaves.filter(({ holds }) => !holds)];
	const list = (some: readonly Leaf[]) => html`<ul class="checks">${some.map(({ item }) => item)}</ul>`;
	const count = `${holding.length} ${noun}${holding.length === 1 ? ' holds' : 's hold'}`;
	const folded = failing.length > 0 || noun === 'guard';
	return html`${failing.length === 0 ? '' : list(failing)}${
		holding.length === 0
			? ''
			: html`<details${folded ? '' : html` open`}><summary>${count}</summary>${list(holding)}</details>`
	}`;
}

function guardLeaf({ id, outcome, sentence }: StoredDecision['guards'][number]): Leaf {
	const item = html`<li>${sign(outcome)}<div><p><strong>${describeGuard(id)}</strong></p>${outcome === 'pass' ? '' : html`<p>${sentence}</p>`}</div></li>`;
	return { holds: outcome === 'pass', item };
}

function ruleBranch(rule: StoredRule): Markup {
	const { id, mode, applies, because, conditions, braked } = rule;
	return html`<h3>Rule <a href="/rules#rule-${id}">${id}</a> ${verdict(rule)}${mode === 'shadow' ? html` ${badge('calm', 'shadow: has no vote')}` : ''}${braked ? html` ${badge('bad', 'braked')}` : ''}</h3>
<p class="${applies === 'yes' ? 'quiet' : ''}">${because}</p>
${conditions.length === 0 ? '' : checks(conditions.map(conditionLeaf), 'condition')}`;
}

function verdict({ applies, outcome, conditions }: StoredRule): Markup {
	if (applies === 'no') return badge('calm', 'does not apply');
	if (applies === 'error') return badge('bad', 'cannot be told whether it applies');
	const failed = conditions.filter((condition) => condition.outcome !== 'pass').length;
	return outcome === 'complete'
		? badge('good', 'holds')
		: badge('left', `${failed} of ${conditions.length} do not hold`);
}

function conditionLeaf({ id, requirement, outcome, sentence, error, margins }: StoredCondition): Leaf {
	const holds = outcome === 'pass';
	// Of what must be there and is, the sentence says the same once more.
	const item = html`<li>${sign(outcome)}<div><p><strong>${requirement}</strong> <code>${id}</code></p>
${holds && id.startsWith('required:') ? '' : html`<p>${sentence}${error === undefined ? '' : html` <code>${error}</code>`}</p>`}${margins.map((margin) => marginScale(margin, holds))}</div></li>`;
	return { holds, item };
}

function sign(outcome: 'pass' | 'fail' | 'error'): Markup {
	switch (outcome) {
		case 'pass':
			return html`<span class="sign good"><span aria-hidden="true">✓</span><span class="hidden">holds:</span></span>`;
		case 'fail':
			return html`<span class="sign bad"><span aria-hidden="true">✕</span><span class="hidden">does not hold:</span></span>`;
		case 'error':
			return html`<span class="sign bad"><span aria-hidden="true">?</span><span class="hidden">cannot be told:</span></span>`;
	}
}

function terms({ auditShare, quietMinutesAfterOpened, holdMinutes, draw }: StoredDecision, format: Format): Markup {
	return html`<h3>Terms</h3><dl class="facts">
<div><dt>Audit share</dt><dd>${auditShare === undefined ? '–' : format.share(auditShare)}</dd></div>
<div><dt>Draw</dt><dd>${draw === null ? 'none' : html`${draw.u.toFixed(4)} <span class="sub">key ${draw.keyId}</span>`}</dd></div>
<div><dt>Quiet after an opening</dt><dd>${quietMinutesAfterOpened ?? '–'} min</dd></div>
<div><dt>Hold</dt><dd>${holdMinutes ?? '–'} min</dd></div>
</dl>`;
}
