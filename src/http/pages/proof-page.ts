import { html } from 'hono/html';
import { runLength } from '../../cases/fold-audits.ts';
import type { RuleSet } from '../../core/ruleset/types.ts';
import { asCertainty, asMostPercent, asPercent } from '../../evidence/as-percent.ts';
import { brakeItself } from '../../ledger/index.ts';
import { nearness, type Proof, type RuleProof } from '../proof.ts';
import { auditCharts } from './audit-charts.ts';
import { address, badge, empty, table } from './components.ts';
import type { Format } from './format.ts';
import type { Markup } from './markup.ts';
import { riskChart } from './risk-chart.ts';
import { describeCode } from './wording.ts';

/** How right the rules are: what is promised, what audits found, how near each brake is, and which errors were prevented. */
export function proofPage(proof: Proof, ruleSet: RuleSet, format: Format, now: number): Markup {
	return html`<p class="hint">Audits of decisions since ${format.when(proof.since)}. The <a href="/statement">statement</a> of each month says how many of its completed tasks can be wrong at most. As long as no more is wrong than a brake watches for, it trips for nothing once in ${format.number(runLength)} audits on average, or less often.</p>
${proof.rules.length === 0 ? empty('No rule has a vote or stands in shadow.') : proof.rules.map((rule) => ruleCard(rule, proof.since, format, now))}
<section aria-labelledby="prevented"><h2 id="prevented">Errors that were prevented</h2>
<p class="hint">Tasks that were left to people, in which they then changed something, by what had held them back.</p>
${prevented(proof, ruleSet, format)}</section>`;
}

function ruleCard(proof: RuleProof, since: number, format: Format, now: number): Markup {
	const { rule, mode, ramp } = proof;
	return html`<section aria-labelledby="proof-${rule}" class="card"><h2 id="proof-${rule}"><a href="/rules#rule-${rule}">${rule}</a> ${badge(mode === 'live' ? 'good' : 'calm', mode)}</h2>
<dl class="facts">
<div class="wide"><dt>Promise</dt><dd>${promiseOf(proof, format)}</dd></div>
<div class="wide"><dt>Certificate</dt><dd>${certificateOf(proof, format)}</dd></div>
<div class="wide"><dt>Brake</dt><dd>${brakeOf(proof, format)}</dd></div>
${ramp === null ? '' : html`<div><dt>Ramp</dt><dd>${ramp.heldOut >= ramp.of ? 'is over' : `${ramp.heldOut} of ${ramp.of} held out`}</dd></div>`}
</dl>
${proof.certified.kind === 'holds' || proof.certified.kind === 'expired' ? riskChart(rule, proof.certified, format) : ''}
${auditCharts(proof, since, format, now)}</section>`;
}

function promiseOf({ promise, watched }: RuleProof, format: Format): Markup | string {
	if (promise === null) return 'none';
	const certainty = asPercent(promise.certainty);
	const promised = `at most ${asPercent(promise.maxError)} wrong, with ${certainty} certainty`;
	if (watched === null) return promised;
	const { audits, errors, refutedAt } = watched;
	const found = `${format.number(audits)} ${audits === 1 ? 'audit' : 'audits'}, ${format.number(errors)} wrong`;
	return refutedAt === null
		? html`${promised}<span class="sub">the promise stands so far: ${found}</span>`
		: html`${badge('bad', 'refuted')} ${promised}<span class="sub">the promise is refuted, with ${certainty} certainty, since ${format.when(refutedAt)}: ${found}</span>`;
}

function certificateOf({ certified, promise }: RuleProof, format: Format): Markup | string {
	switch (certified.kind) {
		case 'none':
			return promise === null ? 'none' : html`${badge('left', 'missing')} nothing bears the promise`;
		case 'other':
			return html`${badge('bad', 'not of this rule')} ${certified.why}`;
		case 'expired':
		case 'holds': {
			const { maxError, certainty, checked, errors, unresolved, bound, passing, issuedAt, expiresAt } = certified;
			const unknown = unresolved > 0 ? `, ${unresolved} of them not known` : '';
			return html`${certified.kind === 'holds' ? badge('good', 'holds') : badge('bad', 'expired')} at most ${asPercent(maxError)} wrong, with ${asCertainty(certainty)} certainty: of ${format.number(checked)} checked ${errors} wrong${unknown}, bound ${asMostPercent(bound)}, ${format.share(passing)} passing<span class="sub">issued ${format.when(issuedAt)}, ${certified.kind === 'holds' ? 'ends' : 'ended'} ${format.when(expiresAt)}</span>`;
		}
	}
}

function brakeOf({ braked, brake }: RuleProof, format: Format): Markup {
	const state =
		brake === null
			? html`no audit has been counted yet`
			: brake === 'unreadable'
				? html`its state cannot be read; the rule completes nothing`
				: html`${brake.errors} of ${format.number(brake.labels)} audits wrong, ${Math.round(100 * nearness(brake))} % of the way to tripping <svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="8"></rect><rect class="fill" width="${Math.round(100 * nearness(brake))}" height="8"></rect></svg><span class="sub">watches for more than ${asPercent(brake.maxError)} wrong</span>`;
	if (braked === null) return state;
	return html`${badge('bad', 'braked')} ${braked.by === brakeItself ? 'by itself' : `by ${braked.by}`}, ${format.when(braked.at)}. ${state}`;
}

function prevented({ prevented: all }: Proof, ruleSet: RuleSet, format: Format): Markup {
	if (all.length === 0) return empty('In no task that was left has anybody changed anything yet.');
	return table({
		cards: true,
		caption: 'Guards and conditions by the errors that they prevented',
		heads: ['Guard or condition', { text: 'Errors', numeric: true }],
		rows: all.map(({ mark, count }) => {
			const { title, rule } = describeCode(mark, ruleSet);
			return html`<tr><th scope="row"><a href="${address('/tasks', { condition: mark })}">${title}</a><span class="sub">${rule ?? mark}</span></th><td class="numeric" data-label="Errors">${format.number(count)}</td></tr>`;
		}),
	});
}
