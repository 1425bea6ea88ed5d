import type { Json } from '../../core/json.ts';
import type { ExportedCase, LedgerRetention } from '../retention.ts';
import type { ForgottenKey } from './forgotten-key.ts';
import { blurDecision } from './retention-blur.ts';
import { number, text } from './rows.ts';
import type { Row, SqlStore } from './sql-store.ts';
import { type BoundStatement, bind } from './statements.ts';

/** A review that nobody looks at any more and of which nothing became known. */
const unobservedMs = 60 * 86_400_000;

export function retentionOperations(store: SqlStore, forgottenKey: ForgottenKey): LedgerRetention {
	const all = async (statement: BoundStatement) => (await store.run([statement]))[0] ?? [];

	return {
		async prune({ eventsMs, decisionsMs, hashesMs, contentMs }, most) {
			const [eventsKeep, keep] = [Math.round(eventsMs), Math.round(decisionsMs)];
			const [events = [], processed = [], enqueued = [], hashes = [], contents = [], prunable = []] = await store.run([
				bind('pruneEvents', { keep: eventsKeep, most }),
				bind('pruneProcessed', { keep: Math.max(eventsKeep, keep), most }),
				bind('pruneEnqueued', { keep: eventsKeep, most }),
				bind('pruneHashes', { keep: Math.round(hashesMs), unobserved: unobservedMs, most }),
				bind('pruneContents', { keep: Math.round(contentMs), most }),
				bind('listPrunable', { keep, most }),
			]);
			let buried = 0;
			if (prunable.length > 0) {
				const cases = JSON.stringify(prunable.map((row) => text(row, 'id')));
				const rows = await store.run([
					bind('buryCases', { cases, keep }),
					bind('dropAttempts', { cases }),
					bind('dropDecisions', { cases }),
				]);
				buried = rows[0]?.length ?? 0;
			}
			return {
				events: events.length + processed.length + enqueued.length,
				cases: buried,
				hashes: hashes.length,
				contents: contents.length,
			};
		},

		async forget(projectId, taskId, by) {
			const key = forgottenKey(projectId, taskId);
			const of = { project: projectId, task: taskId };
			const [bodies = [], named = []] = await store.run([bind('listBodiesOfTask', of), bind('listEventsOfTask', of)]);
			const blurred = bodies.map((row) => [text(row, 'id'), JSON.stringify(blurDecision(parsed(row, 'body')))]);
			const rows = await store.run([
				bind('listOpenOfTask', of),
				bind('getForgotten', { key }),
				bind('noteForgotten', { ...of, key, by }),
				bind('getForgotten', { key }),
				// Before the decisions: afterwards these are the task's no longer.
				bind('forgetContents', { ...of, key }),
				bind('forgetDecisions', { ...of, key, bodies: JSON.stringify(blurred) }),
				bind('forgetAttempts', { ...of, key }),
				bind('forgetLabels', { ...of, key }),
				bind('forgetAudits', { ...of, key }),
				bind('forgetEvents', { ...of, key, events: JSON.stringify(named.map((row) => number(row, 'seq'))) }),
				bind('forgetAlerts', { task: taskId, key }),
				bind('forgetCases', { ...of, key }),
				bind('knowsTask', of),
			]);
			const count = (at: number) => rows[at]?.length ?? 0;
			if (count(1) > 0 && count(11) === 0) return { kind: 'already-forgotten' };
			if (count(3) > 0) return { kind: 'forgotten', cases: count(11), decisions: count(5), events: count(9) };
			const [open] = rows[0] ?? [];
			if (open !== undefined) return { kind: 'open', caseId: text(open, 'id') };
			return count(12) > 0 ? { kind: 'open', caseId: null } : { kind: 'unknown-task' };
		},

		async exportCases(afterSeq, limit, { since, until, projectId }) {
			const found = await all(
				bind('listCasesToExport', { after: afterSeq, most: limit, since, until, project: projectId }),
			);
			const cases = JSON.stringify(found.map((row) => text(row, 'id')));
			const [decisions = [], attempts = [], labels = []] = await store.run([
				bind('listDecisionsToExport', { cases }),
				bind('listAttemptsToExport', { cases }),
				bind('listLabelsToExport', { cases }),
			]);
			const [decided, sent, labelled] = [decisions, attempts, labels].map((rows) =>
				Map.groupBy(rows, (row) => text(row, 'case_id')),
			);
			return found.map((row): ExportedCase => {
				const id = text(row, 'id');
				const [label] = labelled?.get(id) ?? [];
				return {
					seq: number(row, 'seq'),
					case: pick(row, caseColumns),
					decisions: (decided?.get(id) ?? []).map((one) => pick(one, decisionColumns)),
					attempts: (sent?.get(id) ?? []).map((one) => pick(one, attemptColumns)),
					label: label === undefined ? null : pick(label, labelColumns),
				};
			});
		},
	};
}

/** Names of columns, and of those whose text is JSON with a `*`. An export holds these and no others. */
const caseColumns = `id team_id project_id task_id step_type visit state reason upload_id decision_id sends opened_at
	updated_at ended_at handled_at handled_by pruned_at`.split(/\s+/);
const decisionColumns = `id outcome withheld first_reason revision logic_revision version fingerprint rules* body*
	elements* decided_at`.split(/\s+/);
const attemptColumns = `id decision_id day fingerprint number intended_at raw_kind raw_status raw_code answered_at
	verdict`.split(/\s+/);
const labelColumns = 'decision_id label reason detail* source labelled_at'.split(' ');

function pick(row: Row, columns: readonly string[]): Readonly<Record<string, Json>> {
	return Object.fromEntries(
		columns.map((column) => {
			const name = column.replace('*', '');
			return [name, name === column ? (row[name] ?? null) : parsed(row, name)];
		}),
	);
}

function parsed(row: Row, name: string): Json {
	return JSON.parse(text(row, name)) as Json;
}
