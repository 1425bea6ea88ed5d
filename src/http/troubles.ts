import { ownReadsHide } from '../cases/quiet.ts';
import { kindPrefix, parseRemembered, type RememberedAlert } from '../operations/alert-memory.ts';
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
	const [gates, pauses, troubles, serving, brakes, completions, openingsHidden, silences, exports] = await Promise.all([
		fromStore(ledger.gates()),
		fromStore(ledger.pauses()),
		fromStore(ledger.troubles()),
		fromStore(ledger.servingSince()),
		fromStore(ledger.brakes()),
		fromStore(ledger.completionsByProject(today)),
		fromStore(ownReadsHide(ledger)),
		fromStore(openAlerts(ledger, 'nothing-received')),
		fromStore(openAlerts(ledger, 'export-failed')),
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
	if (silences.length > 0) add('nothing-received', '/events', 'nothing has been received for longer than usual');
	if (exports.length > 0) add('export-failed', ...tellExports(exports));
	if (rules.refusedSince() !== null) {
		add('rules-refused', '/rules', 'the rules as they are now were refused, the last good ones serve');
	}
	if (serving !== null && serving.revision !== rules.current().revision) {
		add('other-rules-serve', '/rules', 'another process serves other rules');
	}
	for (const rule of brakes) add('braked', '/rules', `the rule ${rule} is braked`);
	if (openingsHidden) {
		add('quiet-period-off', '/controls', 'the quiet period is off, since our own reads move last_opened_at');
	}
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
	return { found, needsHuman };
}

/** What the alerts remember of a kind and is not over: the rest of what they tell of is asked of the ledger itself. */
async function openAlerts(ledger: AppDeps['ledger'], code: string): Promise<readonly RememberedAlert[]> {
	const remembered = await ledger.settingsUnder(kindPrefix(code));
	return [...remembered.values()]
		.map(parseRemembered)
		.filter((alert) => alert !== null)
		.filter(({ phase }) => phase !== 'over');
}

/** Where to look, and what to say. */
function tellExports(failed: readonly RememberedAlert[]): readonly [page: string, message: string] {
	const [caseId, ...others] = failed.map(({ fields }) => fields.case_id);
	if (caseId !== undefined && others.length === 0) {
		return [`/tasks/${encodeURIComponent(caseId)}`, 'a completed task could not be exported by Send AI'];
	}
	// One that names no task stands for all that were too many to be told one by one.
	const more = others.includes(undefined) || caseId === undefined ? ' or more' : '';
	return ['/tasks?outcome=completed', `${failed.length}${more} completed tasks could not be exported by Send AI`];
}
