import type { EventClaim, EventLedger, EventResult, TaskRef } from '../types.ts';
import type { ForgottenKey } from './forgotten-key.ts';
import { number, toEvent } from './rows.ts';
import type { Row, SqlStore } from './sql-store.ts';
import { type BoundStatement, bind } from './statements.ts';

export function eventOperations(store: SqlStore, newId: () => string, forgottenKey: ForgottenKey): EventLedger {
	const toClaim = (row: Row): EventClaim => {
		const event = toEvent(row);
		return { event, fence: event.fence, now: number(row, 'now') };
	};

	return {
		async accept(event) {
			const put = async (id: string) => {
				const rows = await store.run([
					bind('acceptEvent', {
						event: id,
						source: event.source,
						kind: event.kind,
						name: event.name,
						team: event.teamId,
						project: event.projectId,
						upload: event.uploadId,
						tasks: JSON.stringify(event.taskIds),
						ignored: event.ignored,
						digest: event.digest,
					}),
				]);
				return rows[0]?.[0] ?? null;
			};
			let eventId = event.id;
			let row = await put(eventId);
			if (row === null) {
				eventId = `${event.id}~${event.digest.slice(0, 12)}`;
				row = await put(eventId);
			}
			if (row === null) throw new Error('an event was neither stored nor known');
			if (number(row, 'duplicates') > 0) return { status: 'duplicate', eventId };
			return { status: event.ignored === null ? 'accepted' : 'ignored', eventId };
		},

		async claimDueEvents(limit, leaseMs) {
			const [claimed = []] = await store.run([bind('claimDueEvents', { limit, lease: Math.round(leaseMs) })]);
			// The order in which an UPDATE returns rows is nobody's promise.
			const oldestFirst = claimed.toSorted((one, other) => number(one, 'seq') - number(other, 'seq'));
			return oldestFirst.map(toClaim);
		},

		async claimEvent(eventId, leaseMs) {
			const [[row] = []] = await store.run([bind('claimEvent', { event: eventId, lease: Math.round(leaseMs) })]);
			return row === undefined ? null : toClaim(row);
		},

		async finishEvent(claim, result) {
			const rows = await store.run(finishing(claim, result, newId, forgottenKey));
			return (rows.at(-1)?.length ?? 0) > 0;
		},

		async redeliver(eventId, by) {
			const rows = await store.run([
				...(by === undefined ? [] : [bind('noteRedelivery', { event: eventId, by })]),
				bind('redeliverEvent', { event: eventId }),
			]);
			return (rows.at(-1)?.length ?? 0) > 0;
		},

		async openUnknown(teamId, tasks, uploadId) {
			const listed = JSON.stringify(
				tasks.map(({ projectId, taskId, stepType }) => [
					projectId,
					taskId,
					newId(),
					stepType,
					forgottenKey(projectId, taskId),
				]),
			);
			const rows = await store.run([
				bind('wakeTasksElsewhere', { tasks: listed, team: teamId }),
				bind('openUnknownTasks', { tasks: listed, team: teamId, upload: uploadId }),
			]);
			return rows[1]?.length ?? 0;
		},
	};
}

/** All of it holds only as long as the claim does; the last statement answers a row when it did. */
function finishing(
	claim: EventClaim,
	result: EventResult,
	newId: () => string,
	forgottenKey: ForgottenKey,
): readonly BoundStatement[] {
	const held = { event: claim.event.id, fence: claim.fence };
	const finish = (
		status: string,
		rest: { reason?: string; dueIn?: number; located?: readonly TaskRef[]; upload?: string | null },
	) =>
		bind('finishEvent', {
			...held,
			status,
			reason: rest.reason ?? null,
			due_in: rest.dueIn === undefined ? null : Math.max(0, Math.round(rest.dueIn)),
			upload: rest.upload ?? null,
			located: rest.located === undefined ? null : JSON.stringify(rest.located.map(({ taskId }) => taskId)),
		});
	switch (result.kind) {
		case 'located': {
			const tasks = JSON.stringify(
				result.tasks.map(({ projectId, taskId }) => [projectId, taskId, newId(), forgottenKey(projectId, taskId)]),
			);
			const upload = result.uploadId;
			const finished = finish('located', { located: result.tasks, upload });
			if (result.onlyUnknown === true) return [bind('openUnknownTasksOfEvent', { ...held, tasks, upload }), finished];
			// Woken before others are opened, so that what is new is not woken as well.
			return [
				bind('wakeTasksOfEvent', { ...held, tasks, upload }),
				bind('openTasksOfEvent', { ...held, tasks, upload }),
				finished,
			];
		}
		case 'observed':
			return [bind('wakeUploadOfEvent', { ...held, upload: result.uploadId }), finish('located', {})];
		case 'again':
			return [finish('accepted', { reason: result.reason, dueIn: result.inMs })];
		case 'unresolvable':
		case 'ignored':
		case 'dead':
			return [finish(result.kind, { reason: result.reason })];
	}
}
