import { html } from 'hono/html';
import { asPercent } from '../../evidence/as-percent.ts';
import type { StatementLine } from '../../evidence/statement.ts';
import { sayBound, sayCompleted, sayHeldOut, sayProvisional, sayTogether } from '../../evidence/statement-words.ts';
import { type MonthStatement, monthAfter } from '../statements.ts';
import { address, empty, table } from './components.ts';
import type { Format } from './format.ts';
import type { Markup } from './markup.ts';

/** What can be said of the tasks of one month, for people who answer for them. */
export function statementPage(statement: MonthStatement, format: Format): Markup {
	const { month, running, countedAt, total, lines, certainty, provisional } = statement;
	const open = running || provisional;
	return html`<nav aria-label="Months" class="pager"><a href="${address('/statement', { month: monthAfter(month, -1) })}" rel="prev">${nameOf(monthAfter(month, -1))}</a>${running ? '' : html`<a href="${address('/statement', { month: monthAfter(month, 1) })}" rel="next">${nameOf(monthAfter(month, 1))}</a>`}</nav>
<section aria-labelledby="month" class="card"><h2 id="month">${nameOf(month)}${open ? html` <span class="badge left">provisional</span>` : ''}</h2>
<p class="lead">${sayCompleted(total, certainty)}</p>
<p>${sayHeldOut(total)}</p>
${provisional ? html`<p class="hint">${sayProvisional}</p>` : ''}${running ? html`<p class="hint">The month is not over.</p>` : ''}<p class="hint">Counted ${format.when(countedAt)}.</p></section>
<section aria-labelledby="lines"><h2 id="lines">By project and rule</h2>
${lines.length === 0 ? empty('No task passed in this month.') : tableOf(lines, format)}
${lines.length === 0 ? '' : html`<p class="hint">${sayTogether}</p>`}</section>
<section aria-labelledby="how"><h2 id="how">How this is known</h2>
<p>Of the tasks that pass the rules a share is drawn by lot and left to people all the same; nobody who works on them sees that. What they change tells how often the rules are wrong. From that follows, exactly and with ${asPercent(certainty)} certainty, how many of the completed tasks can be wrong at most: in ${asPercent(certainty)} of such statements no more are. What is not known of a task that was held out counts as wrong.</p></section>`;
}

function tableOf(lines: readonly StatementLine[], format: Format): Markup {
	return table({
		cards: true,
		caption: 'What passed, by project and rule',
		heads: [
			'Project and rule',
			...['Passed', 'Completed', 'Held out', 'Found wrong', 'Not known'].map((text) => ({
				text,
				numeric: true as const,
			})),
			'At most wrong of what was completed',
		],
		rows: lines.map((line) => {
			const { projectId, rule, passed, completed, audited, wrong, unresolved } = line;
			const cells: readonly (readonly [string, number])[] = [
				['Passed', passed],
				['Completed', completed],
				['Held out', audited],
				['Found wrong', wrong],
				['Not known', unresolved],
			];
			return html`<tr><th scope="row">${rule === null ? (projectId ?? '') : html`<a href="/rules#rule-${rule}">${rule}</a>`}<span class="sub">${rule === null ? 'all rules' : (projectId ?? '')}</span></th>${cells.map(
				([label, value]) => html`<td class="numeric" data-label="${label}">${format.number(value)}</td>`,
			)}<td data-label="At most wrong">${sayBound(line)}</td></tr>`;
		}),
	});
}

const months = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long', year: 'numeric' });

function nameOf(month: string): string {
	return months.format(new Date(`${month}-01T00:00:00Z`));
}
