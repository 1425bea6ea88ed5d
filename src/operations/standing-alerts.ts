import { dayOf } from '../cases/calendar.ts';
import type { GateRecord, Ledger } from '../ledger/index.ts';
import type { Alert } from '../platform/index.ts';
import { kindOf, type RememberedAlert } from './alert-memory.ts';
import { plainId } from './redact-fields.ts';
import { findSilence } from './silence.ts';

/** What is wrong right now, by the ledger alone: any process finds the same. */
export interface Standing {
	/** The store's clock, ms since the epoch. */
	readonly at: number;
	readonly alerts: readonly Alert[];
	/** A sentence that what an alert told of is over; null when it is not, or when nobody can tell from the ledger. */
	whyOver(told: Pick<RememberedAlert, 'code' | 'fields' | 'at'>): Promise<string | null>;
	/** Whether an alert stays open for as long as it takes; others are forgotten after a while. */
	lasts(told: Pick<RememberedAlert, 'code'>): boolean;
}

export interface StandingOptions {
	readonly ledger: Pick<
		Ledger,
		'measures' | 'gates' | 'unhandled' | 'troubles' | 'caseOverview' | 'completionsByProject' | 'busyQuarters'
	>;
	/** IANA name: whose days the limit counts. */
	readonly timeZone: string;
	/** Most completions per project and day; null: no limit. */
	readonly dailyLimit: number | null;
}

/** Tasks that need a person and are told one by one; the desk bounds how many are open at once. */
const mostTasks = 50;

/**
 * Looks for closed gates, tasks that need a person, dead events, a day's limit that is reached, and a silence that is
 * longer than usual (see `findSilence`).
 */
export async function findStanding({ ledger, timeZone, dailyLimit }: StandingOptions): Promise<Standing> {
	const { at, lastArrivalAt } = await ledger.measures();
	const [gates, unhandled, troubles, silence, full] = await Promise.all([
		ledger.gates(),
		ledger.unhandled(mostTasks),
		ledger.troubles(),
		findSilence(ledger, at, lastArrivalAt),
		projectsAtLimit(ledger, dayOf(at, timeZone), dailyLimit),
	]);
	const { dead } = troubles.events;
	const alerts: Alert[] = [
		...gates.map(tellGate),
		...unhandled.map(({ caseId, taskId, projectId, reason }) => ({
			code: 'needs-human',
			message: `The task ${plainId(taskId)} of the project ${plainId(projectId)} needs a person (${reason ?? 'no reason'}); look at it in Send AI, then mark it as handled.`,
			fields: { case_id: caseId, task_id: taskId, project_id: projectId, reason: reason ?? '' },
		})),
		...full.map((projectId) => ({
			code: 'limit-reached',
			message: `The day's limit of ${dailyLimit} completions is reached in the project ${plainId(projectId)}; what comes now waits for tomorrow.`,
			fields: { project_id: projectId, count: dailyLimit ?? 0 },
		})),
	];
	if (dead > 0) {
		const count = dead >= troubles.countedUpTo ? `${dead} or more` : String(dead);
		const message = `Events are dead: ${count} could not be resolved to tasks and are not tried again. Redeliver them from the page of events.`;
		alerts.push({ code: 'events-dead', message, fields: { count: dead } });
	}
	if (silence !== null) {
		const message = `Nothing has been received for ${silence.hours} hours, which is longer than usual for this time of the week; see whether Send AI still delivers its webhooks.`;
		alerts.push({ code: 'nothing-received', message, fields: { count: silence.hours } });
	}

	const isClosed = (kind: GateRecord['kind'], projectId: string | undefined) =>
		gates.some((gate) => gate.kind === kind && gate.projectId === projectId);

	async function whyOver({ code, fields, at: toldAt }: Parameters<Standing['whyOver']>[0]): Promise<string | null> {
		const { project_id: projectId, case_id: caseId } = fields;
		switch (kindOf(code)) {
			case 'read-gate-closed':
				return isClosed('read', projectId) ? null : `The read gate of the project ${plainId(projectId ?? '')} is open.`;
			case 'complete-gate-closed':
			case 'completed-other-data':
				return isClosed('complete', projectId)
					? null
					: `The complete gate of the project ${plainId(projectId ?? '')} is open.`;
			case 'needs-human': {
				const found = caseId === undefined ? null : await ledger.caseOverview(caseId);
				if (found !== null && found.state === 'needs_human' && found.handledAt === null) return null;
				return `The task ${plainId(fields.task_id ?? '')} needs no person any more.`;
			}
			case 'limit-reached':
				return full.includes(projectId ?? '')
					? null
					: `The project ${plainId(projectId ?? '')} is below its day's limit.`;
			case 'events-dead':
				return dead > 0 ? null : 'No event is dead any more.';
			case 'nothing-received':
				return lastArrivalAt !== null && lastArrivalAt > toldAt ? 'Something was received again.' : null;
			default:
				return null;
		}
	}

	return { at, alerts, whyOver, lasts: ({ code }) => lasting.has(kindOf(code)) };
}

/** Over when the ledger, or whoever raised it, says so. */
const lasting: ReadonlySet<string> = new Set([
	'read-gate-closed',
	'complete-gate-closed',
	'completed-other-data',
	'needs-human',
	'limit-reached',
	'events-dead',
	'nothing-received',
	'rules-refused',
]);

function tellGate({ projectId, kind, reason }: GateRecord): Alert {
	const fields = { project_id: projectId, reason };
	const project = plainId(projectId);
	if (kind === 'read') {
		const message = `The read gate of the project ${project} is closed (${reason}): its cases wait until a read succeeds.`;
		return { code: 'read-gate-closed', message, fields };
	}
	const until = 'nothing is completed there until an operator resumes it';
	return reason === 'completed-other-data'
		? {
				code: 'completed-other-data',
				message: `A task of the project ${project} was completed with other data than had been judged: ${until}.`,
				fields,
			}
		: {
				code: 'complete-gate-closed',
				message: `The complete gate of the project ${project} is closed (${reason}): ${until}.`,
				fields,
			};
}

async function projectsAtLimit(
	ledger: Pick<Ledger, 'completionsByProject'>,
	day: string,
	limit: number | null,
): Promise<readonly string[]> {
	if (limit === null) return [];
	const completions = await ledger.completionsByProject(day);
	return [...completions].filter(([, count]) => count >= limit).map(([projectId]) => projectId);
}
