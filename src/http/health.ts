import type { Context } from 'hono';
import { ownReadsHide } from '../cases/quiet.ts';
import type { AppDeps } from './deps.ts';
import { instant } from './present.ts';

/** Something that does not stop the work as a whole, and that somebody should know. */
interface Note {
	readonly code: string;
	readonly message: string;
}

/** `GET /healthz`: the process answers. No I/O, so that a slow store does not get the process killed. */
export function getHealth(c: Context): Response {
	return c.json({ status: 'ok' }, 200, { 'cache-control': 'no-store' });
}

/**
 * `GET /readyz`: 200 when the store can be written and a rule set serves, else 503. Notes say what is not as usual: closed
 * gates, pauses, refused rule files. Projects are named to operators alone.
 */
export function createReadiness(
	{ ledger, rules, log }: Pick<AppDeps, 'ledger' | 'rules' | 'log'>,
	isOperator: (c: Context) => Promise<boolean>,
) {
	return async function getReadiness(c: Context): Promise<Response> {
		const store = await tryStore(ledger);
		const loaded = ruleState(rules);
		const ready = store !== null && loaded !== null;
		if (store === null) log.error('not ready: the store failed', { code: 'store-unavailable' });
		const notes: Note[] = [...(loaded?.notes ?? []), ...(store?.notes ?? [])];
		return c.json(
			{
				status: ready ? 'ready' : 'not-ready',
				checks: { store: store === null ? 'failing' : 'ok', rules: loaded === null ? 'failing' : 'ok' },
				notes,
				...(ready && (await isOperator(c))
					? { revision: loaded.revision, gates: store.gates, pauses: store.pauses }
					: {}),
			},
			ready ? 200 : 503,
			{ 'cache-control': 'no-store', ...(ready ? {} : { 'retry-after': '5' }) },
		);
	};
}

function ruleState(rules: AppDeps['rules']): { readonly revision: string; readonly notes: readonly Note[] } | null {
	try {
		const { revision } = rules.current();
		const since = instant(rules.refusedSince());
		const message = `The rules folder as it is now was refused, since ${since}; the last good set serves. GET /v1/rules lists the findings.`;
		return { revision, notes: since === null ? [] : [{ code: 'rules-refused', message }] };
	} catch {
		return null;
	}
}

async function tryStore(ledger: AppDeps['ledger']) {
	try {
		await ledger.ping();
		const [gates, pauses, hidden] = await Promise.all([ledger.gates(), ledger.pauses(), ownReadsHide(ledger)]);
		const notes: Note[] = [];
		for (const kind of ['read', 'complete'] as const) {
			const closed = gates.filter((gate) => gate.kind === kind).length;
			if (closed === 0) continue;
			const remedy =
				kind === 'read'
					? 'it opens by itself once a read succeeds'
					: 'see the API key, then POST /v1/resume or restart';
			notes.push({
				code: `${kind}-gate-closed`,
				message: `The ${kind} gate of ${count(closed)} is closed; ${remedy}.`,
			});
		}
		if (pauses.some((pause) => pause.scope === '*')) {
			notes.push({ code: 'paused', message: 'Everything is paused by an operator; POST /v1/resume ends it.' });
		}
		const paused = pauses.filter((pause) => pause.scope !== '*').length;
		if (paused > 0) notes.push({ code: 'project-paused', message: `Paused by an operator: ${count(paused)}.` });
		if (hidden) {
			const message = 'Our own reads move last_opened_at: the quiet period is off.';
			notes.push({ code: 'quiet-period-off', message });
		}
		return {
			notes,
			gates: gates.map(({ projectId, kind, closedAt, reason }) => ({
				project_id: projectId,
				kind,
				closed_at: instant(closedAt),
				reason,
			})),
			pauses: pauses.map(({ scope, by, at }) => ({ scope, by, at: instant(at) })),
		};
	} catch {
		return null;
	}
}

function count(projects: number): string {
	return projects === 1 ? 'one project' : `${projects} projects`;
}
