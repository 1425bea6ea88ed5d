import { ownReadsHide } from '../cases/quiet.ts';
import { kindPrefix, parseRemembered } from '../operations/alert-memory.ts';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';

/** Something that is not as it should be right now. */
export interface Trouble {
	/** Stable, kebab-case. */
	readonly code: string;
	/** One clause, without a full stop. */
	readonly message: string;
	/** The page that tells more. */
	readonly page: string;
}

type TroubleDeps = Pick<AppDeps, 'ledger' | 'rules' | 'view'>;

/** Whatever an operator should know before anything else, worst first. */
export async function findTroubles(
	{ ledger, rules, view }: TroubleDeps,
	today: string,
): Promise<{ readonly found: readonly Trouble[]; readonly needsHuman: number }> {
	const [gates, pauses, troubles, serving, brakes, completions, openingsHidden, standing] = await Promise.all([
		fromStore(ledger.gates()),
		fromStore(ledger.pauses()),
		fromStore(ledger.troubles()),
		fromStore(ledger.servingSince()),
		fromStore(ledger.brakes()),
		fromStore(ledger.completionsByProject(today)),
		fromStore(ownReadsHide(ledger)),
		fromStore(standingAlerts(ledger)),
	]);
	const found: Trouble[] = [];
	const add = (code: string, page: string, message: string) => found.push({ code, message, page });
	for (const { projectId, kind, reason } of gates) {
		add(`${kind}-gate-closed`, '/controls', `the ${kind} gate of ${projectId} is closed (${reason})`);
	}
	for (const { scope, by } of pauses) {
		add('paused', '/controls', `${scope === '*' ? 'everything' : scope} is paused by ${by}`);
	}
	const number = (value: number) => (value >= troubles.countedUpTo ? `${value} or more` : String(value));
	const { needsHuman, events } = troubles;
	if (needsHuman > 0) {
		const message = `${number(needsHuman)} ${needsHuman === 1 ? 'task needs' : 'tasks need'} a person`;
		add('needs-human', '/tasks?outcome=needs_human', message);
	}
	if (rules.refusedSince() !== null) {
		add('rules-refused', '/rules', 'the rules as they are now were refused, the last good ones serve');
	}
	if (serving !== null && serving.revision !== rules.current().revision) {
		add('other-rules-serve', '/rules', 'another process serves other rules');
	}
	for (const rule of brakes) add('braked', '/rules', `the rule ${rule} is braked`);
	for (const status of ['dead', 'unresolvable'] as const) {
		if (events[status] === 0) continue;
		const message = `${number(events[status])} ${events[status] === 1 ? 'event is' : 'events are'} ${status}`;
		add(`events-${status}`, `/events?status=${status}`, message);
	}
	const limit = view?.dailyLimit ?? null;
	for (const [projectId, count] of completions) {
		if (limit === null || count < limit) continue;
		add('limit-reached', '/controls', `the day's limit of ${projectId} is reached`);
	}
	if (openingsHidden) {
		add('quiet-period-off', '/controls', 'our own reads move last_opened_at, so that the quiet period is off');
	}
	for (const { code, fields } of standing) {
		const where = fields.project_id === undefined ? '' : ` in ${fields.project_id}`;
		if (code === 'nothing-received') add(code, '/events', 'nothing has been received for longer than usual');
		else add(code, '/tasks?outcome=completed', `an export failed${where}`);
	}
	return { found, needsHuman };
}

/** What only the watch finds out, as long as it is not over; the rest is asked of the ledger itself. */
async function standingAlerts(ledger: AppDeps['ledger']) {
	const kinds = await Promise.all(
		['nothing-received', 'export-failed'].map((code) => ledger.settingsUnder(kindPrefix(code))),
	);
	return kinds
		.flatMap((remembered) => [...remembered.values()].map(parseRemembered))
		.filter((alert) => alert !== null)
		.filter(({ phase }) => phase !== 'over');
}
