import { html } from 'hono/html';
import type { ControlsShown } from '../controls.ts';
import { actButton, badge, empty, table } from './components.ts';
import type { Format } from './format.ts';
import type { Markup } from './markup.ts';
import type { Viewer } from './viewer.ts';

const changeWords = {
	pause: 'paused',
	resume: 'resumed',
	brake: 'braked',
	unbrake: 'took the brake off',
	'open-gate': 'opened the complete gate of',
} as const;

/** What holds completions back, and the means to. */
export function controlsPage(shown: ControlsShown, viewer: Viewer, format: Format): Markup {
	const { pauses, gates, projects, changes } = shown;
	const everything = pauses.find(({ scope }) => scope === '*');
	return html`<section aria-labelledby="pause" class="${everything === undefined ? 'card' : 'card alarm'}"><h2 id="pause">Pause</h2>
${
	pauses.length === 0
		? html`<p class="state good"><span aria-hidden="true">✓</span> Nothing is paused.</p>`
		: pauses.map(
				({ scope, by, at: when, why }) =>
					html`<div class="state bad row"><p><span aria-hidden="true">‖</span> <strong>${scope === '*' ? 'Everything' : scope} is paused</strong> by ${by}, ${at(when, format)}${why === undefined ? '' : `: ${why}`}</p>${resumeForm(scope, viewer)}</div>`,
			)
}
<p class="hint">A pause holds before the next completion is sent, on every process. Tasks go on being judged, and wait. Resuming also opens the complete gates.</p>
${viewer.role === 'operate' ? pauseForm(shown) : ''}
</section>
<section aria-labelledby="limits"><h2 id="limits">Projects today <span class="quiet">${shown.day}</span></h2>
${
	projects.length === 0
		? empty('No project has been seen yet.')
		: table({
				caption: 'Projects, their completions today and what is left of the limit',
				cards: true,
				heads: [
					'Project',
					'Completions',
					{ text: 'Completed today', numeric: true },
					{ text: 'Left today', numeric: true },
				],
				rows: projects.map(
					(project) =>
						html`<tr><th scope="row">${project.project_id}</th><td>${project.paused ? badge('bad', 'paused') : project.left_today === 0 ? badge('bad', 'limit reached') : badge('good', 'running')}</td><td class="numeric" data-label="Completed today">${format.number(project.completed_today)}</td><td class="numeric" data-label="Left today">${project.left_today === null ? 'no limit' : format.number(project.left_today)}</td></tr>`,
				),
			})
}</section>
<section aria-labelledby="gates"><h2 id="gates">Gates</h2>
<p class="hint">Closed when Send AI denies the key. The read gate opens by itself once a read succeeds; the complete gate by Open, by Resume, or a restart. A pause stays when a gate is opened.</p>
${
	gates.length === 0
		? empty('Every gate is open.')
		: table({
				caption: 'Closed gates',
				cards: true,
				heads: ['Project', 'Gate', 'Closed since', 'Why', { text: 'Act', hidden: true }],
				rows: gates.map(
					({ project_id, kind, closed_at, reason }) =>
						html`<tr><th scope="row">${project_id}</th><td>${badge('bad', kind)}</td><td data-label="Closed since">${at(closed_at, format)}</td><td data-label="Why"><code>${reason}</code></td><td class="act">${kind === 'complete' ? actButton(viewer, { action: '/controls/open-gate', label: 'Open', about: `the complete gate of ${project_id}`, fields: { project_id } }) : ''}</td></tr>`,
				),
			})
}</section>
<section aria-labelledby="changes"><h2 id="changes">Who changed what</h2>
${
	changes.length === 0
		? empty('Nobody has paused or resumed anything yet.')
		: html`<div class="card"><ol class="time-line">${changes.map(
				({ at: when, change, scope, by, why }) =>
					html`<li>${at(when, format)}<div><strong>${by}</strong> ${changeWords[change]} ${scope === '*' ? 'everything' : html`<code>${scope}</code>`}${why === null ? '' : html`<span class="sub">${why}</span>`}</div></li>`,
			)}</ol></div>`
}</section>`;
}

function resumeForm(scope: string, viewer: Viewer): Markup | string {
	if (viewer.role !== 'operate') return '';
	const about = scope === '*' ? 'everything' : scope;
	const id = `why-resume-${scope === '*' ? 'all' : scope}`;
	return html`<form method="post" action="/controls/resume" class="inline"><input type="hidden" name="scope" value="${scope}"><label class="hidden" for="${id}">Resume ${about} because</label><input type="text" id="${id}" name="why" maxlength="200" placeholder="Why (optional)"><button type="submit" class="plain">Resume<span class="hidden"> ${about}</span></button></form>`;
}

function pauseForm({ projects }: ControlsShown): Markup {
	return html`<form method="post" action="/controls/pause" class="filters">
<div><label for="scope">What</label><select id="scope" name="scope"><option value="*">Everything</option>${projects.map(({ project_id }) => html`<option value="${project_id}">${project_id}</option>`)}</select></div>
<div class="wide"><label for="why">Why</label><input type="text" id="why" name="why" maxlength="200" required></div>
<div class="buttons"><button type="submit" class="strong danger">Pause</button></div>
</form>`;
}

function at(instant: string | null, format: Format): Markup | string {
	return format.when(instant === null ? null : Date.parse(instant));
}
