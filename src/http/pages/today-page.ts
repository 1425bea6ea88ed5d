import { html } from 'hono/html';
import type { RuleSet } from '../../core/ruleset/types.ts';
import type { Summary } from '../summary.ts';
import { flowChart } from './chart.ts';
import { address, empty, table } from './components.ts';
import type { Format } from './format.ts';
import type { Markup } from './markup.ts';
import { describeCode } from './wording.ts';

const blockersShown = 12;

/** The first look: what is wrong, how much goes straight through, and why not the rest. */
export function todayPage(summary: Summary, ruleSet: RuleSet, format: Format, now: number): Markup {
	const { today, period, days } = summary;
	const onItsWay = summary.inFlight.reduce((total, { count }) => total + count, 0);
	const oldest = Math.min(...summary.inFlight.map((one) => one.oldest));
	return html`${troubleLine(summary)}
<section aria-labelledby="numbers"><h2 id="numbers">Since midnight <span class="quiet">${days.at(-1)?.day ?? ''}, ${format.timeZone}</span></h2>
<dl class="tiles">
${tile('Straight through', format.share(today.straightThrough), `${format.share(period.straightThrough)} in ${days.length} days`, 'lead')}
${tile('Received', format.number(today.received), `${format.number(period.received)} in ${days.length} days`)}
${tile('Completed', format.number(today.completed), `${format.number(period.completed)} in ${days.length} days${period.completedByUnknown > 0 ? `, ${format.number(period.completedByUnknown)} by whom is not known` : ''}`)}
${tile('Left to people', format.number(today.left), `${format.number(period.left)} in ${days.length} days`)}
${tile('Waiting', format.number(onItsWay), onItsWay === 0 ? 'nothing is on its way' : `oldest ${format.span(now - oldest)}`, '', '/tasks?outcome=in_progress')}
${tile('Need a person', format.number(summary.needsHuman), summary.needsHuman === 0 ? 'nothing is stuck' : 'look at them', '', '/tasks?outcome=needs_human')}
</dl></section>
<section aria-labelledby="flow"><h2 id="flow">${days.length} days</h2>
${flowChart(days, format)}</section>
<section aria-labelledby="blockers"><h2 id="blockers">What leaves tasks to people</h2>
<p class="hint">Over ${days.length} days. "Alone" counts tasks that nothing else held back: what would have gone through without it.</p>
${blockers(summary, ruleSet, format)}</section>`;
}

function troubleLine({ troubles }: Summary): Markup {
	if (troubles.length === 0) {
		return html`<p class="state good" role="status"><span aria-hidden="true">✓</span> Nothing is wrong right now.</p>`;
	}
	return html`<p class="state bad" role="status"><span aria-hidden="true">!</span> <strong>Needs attention:</strong> ${troubles.map(
		({ message, page }, index) => html`${index === 0 ? '' : '; '}<a href="${page}">${message}</a>`,
	)}.</p>`;
}

function tile(label: string, value: string, more: string, kind = '', link?: string): Markup {
	return html`<div class="tile ${kind}"><dt>${label}</dt><dd>${link === undefined ? value : html`<a href="${link}">${value}</a>`}<span class="sub">${more}</span></dd></div>`;
}

function blockers({ blockers: all, period }: Summary, ruleSet: RuleSet, format: Format): Markup {
	if (all.length === 0) return empty('No task was left to a person by a guard or a rule.');
	const most = Math.max(...all.map(({ count }) => count));
	return table({
		cards: true,
		caption: 'Guards and conditions that leave tasks to people, most frequent first',
		heads: ['Guard or condition', { text: 'Tasks', numeric: true }, { text: 'Alone', numeric: true }, 'Share'],
		rows: all.slice(0, blockersShown).map(({ mark, count, alone }) => {
			const { title, rule } = describeCode(mark, ruleSet);
			return html`<tr><th scope="row"><a href="${address('/tasks', { condition: mark })}">${title}</a><span class="sub">${rule === null ? mark : html`<a href="${`/rules#rule-${rule}`}">${rule}</a> · ${mark.slice(mark.indexOf(rule) + rule.length + 1)}`}</span></th>
<td class="numeric" data-label="Tasks">${format.number(count)}</td>
<td class="numeric" data-label="Alone">${format.number(alone)}</td>
<td><svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="8"></rect><rect class="fill" width="${Math.round((100 * count) / most)}" height="8"></rect><rect class="fill-alone" width="${Math.round((100 * alone) / most)}" height="8"></rect></svg><span class="sub">${format.share(period.left === 0 ? null : Math.min(1, count / period.left))} of what was left</span></td></tr>`;
		}),
	});
}
