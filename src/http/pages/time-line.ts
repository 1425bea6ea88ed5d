import { html } from 'hono/html';
import { isTerminal } from '../../core/lifecycle/index.ts';
import type {
	AttemptRecord,
	CaseOverview,
	DecisionRecord,
	EventRecord,
	OperatorAct,
	RawOutcome,
} from '../../ledger/index.ts';
import { type Format, times } from './format.ts';
import type { Markup } from './markup.ts';
import { describeReason, stateWords } from './wording.ts';

export interface TimeLine {
	readonly record: CaseOverview;
	readonly event: EventRecord | null;
	readonly decisions: readonly DecisionRecord[];
	readonly attempts: readonly AttemptRecord[];
	readonly acts: readonly OperatorAct[];
}

interface Moment {
	readonly at: number;
	readonly what: Markup | string;
}

export const actWords: Readonly<Record<OperatorAct['act'], string>> = {
	retry: 'had it judged again',
	leave: 'left it to a person',
	handled: 'marked it as handled',
	redeliver: 'had it worked on again',
	reload: 'had it read again',
	enqueue: 'handed it in',
	view: 'looked at what the document said',
};

/** From the webhook to where it stands now: each attempt with what came back, each act with who did it. */
export function timeLine(line: TimeLine, format: Format): Markup {
	const moments = collectMoments(line).toSorted((one, other) => one.at - other.at);
	return html`<ol class="time-line">${moments.map(
		({ at, what }) => html`<li>${format.when(at)}<div>${what}</div></li>`,
	)}</ol>`;
}

function collectMoments({ record, event, decisions, attempts, acts }: TimeLine): readonly Moment[] {
	const moments: Moment[] = [];
	if (event !== null) {
		const again = event.duplicates > 0 ? `, delivered again ${times(event.duplicates)}` : '';
		moments.push({
			at: event.receivedAt,
			what: html`Event <code>${event.name}</code> came by ${event.source}${again} <a class="quiet" href="/events?id=${event.id}">${event.id}</a>`,
		});
	}
	// An event is kept for a shorter time than its case: that it is not there does not mean that none came.
	const withoutEvent = record.eventId === null && record.prunedAt === null;
	moments.push({
		at: record.openedAt,
		what: withoutEvent ? 'Found by the list of tasks in review, or as the next step' : 'Task located',
	});
	for (const decision of decisions) {
		const verdict =
			decision.outcome === 'review'
				? html`Judged: <strong>left to a person</strong>${decision.firstReason === null ? '' : html` (<code>${decision.firstReason}</code>)`}`
				: html`Judged: <strong>all holds</strong>${decision.withheld === null ? '' : `, withheld: ${decision.withheld}`}`;
		moments.push({
			at: decision.decidedAt,
			what: html`${verdict} <span class="quiet">under revision <code>${decision.revision.slice(0, 12)}</code>, Greenlane ${decision.version}</span>`,
		});
	}
	attempts.forEach((attempt, index) => {
		moments.push({
			at: attempt.intendedAt,
			what: html`Completion ${index + 1} sent <span class="quiet"><code>${attempt.id}</code></span>`,
		});
		if (attempt.raw !== null) {
			const verdict = attempt.verdict === null ? 'not interpreted yet' : attempt.verdict;
			moments.push({
				at: attempt.answeredAt ?? attempt.intendedAt,
				what: html`Completion ${index + 1} answered: <strong>${describeRaw(attempt.raw)}</strong> <span class="quiet">${verdict}</span>`,
			});
		} else if (attempt.verdict !== null) {
			moments.push({
				at: record.updatedAt,
				what: html`Completion ${index + 1} without an answer: <strong>${attempt.verdict}</strong>`,
			});
		}
	});
	for (const act of acts) moments.push({ at: act.at, what: html`<strong>${act.by}</strong> ${actWords[act.act]}` });
	// The code of a rule's reason stands with the decision already.
	const reason = /^(?:guard|rule):/.test(record.reason ?? '') ? '' : describeReason(record.reason);
	moments.push({
		at: record.updatedAt,
		what: html`${isTerminal(record.state) ? 'Settled' : 'Now'}: <strong>${stateWords[record.state].text}</strong>${reason === '' ? '' : html` <span class="quiet">${reason}</span>`}`,
	});
	if (record.dueAt !== null && !isTerminal(record.state)) {
		moments.push({ at: record.dueAt, what: html`<span class="quiet">Looked at again</span>` });
	}
	return moments;
}

function describeRaw(raw: RawOutcome): string {
	switch (raw.kind) {
		case 'status':
			return `HTTP ${raw.status}`;
		case 'never-connected':
			return `no connection (${raw.code})`;
		case 'no-answer':
			return `no answer (${raw.code})`;
	}
}
