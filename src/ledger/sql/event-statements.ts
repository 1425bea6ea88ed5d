import { dueSql, eventHeldSql, wakeSql } from './conditions.ts';
import { statement } from './statement.ts';

/** `:tasks` is a JSON list of `[project, task, id of a case to open, key by which it would be forgotten]`. */
const openTasksSql = (unlessKnown: string) => `
	INSERT INTO cases (id, team_id, project_id, task_id, state, due_at, upload_id, event_id, event_seq, opened_at, updated_at)
	SELECT task.value ->> 2, event.team_id, task.value ->> 0, task.value ->> 1, 'located', :now,
		ifnull(:upload, event.upload_id), event.id, event.seq, :now, :now
	FROM events AS event, json_each(:tasks) AS task
	WHERE event.id = :event AND event.fence = :fence AND event.lease_until IS NOT NULL ${unlessKnown}
		AND NOT EXISTS (SELECT 1 FROM forgotten WHERE key = task.value ->> 3)
	ON CONFLICT (project_id, task_id, team_id) WHERE ended_at IS NULL DO NOTHING`;

export const eventStatements = {
	/**
	 * New, or delivered again: counted then, and made due unless it waits for something that a redelivery cannot shorten. An
	 * event that was ignored and is ours by now is taken up; one that is ours already goes on, whatever it would be now. No
	 * row: the id is known with another digest.
	 */
	acceptEvent: statement(`
		INSERT INTO events (
			id, source, kind, name, team_id, project_id, upload_id, task_ids, ignored, digest, status, reason,
			received_at, delivered_at, due_at
		) VALUES (
			:event, :source, :kind, :name, :team, :project, :upload, :tasks, :ignored, :digest,
			iif(:ignored IS NULL, 'accepted', 'ignored'), :ignored, :now, :now, iif(:ignored IS NULL, :now, NULL)
		)
		ON CONFLICT (id) DO UPDATE SET
			duplicates = events.duplicates + 1,
			delivered_at = excluded.delivered_at,
			status = iif(events.ignored IS NOT NULL AND excluded.ignored IS NULL, 'accepted', events.status),
			reason = iif(events.ignored IS NOT NULL AND excluded.ignored IS NULL, NULL, events.reason),
			due_at = iif(
				excluded.ignored IS NULL AND (
					events.ignored IS NOT NULL
					OR (events.status = 'accepted' AND (events.reason IS NULL OR events.reason NOT IN ('rate-limited', 'gate')))
				),
				min(ifnull(events.due_at, :now), :now),
				events.due_at
			),
			ignored = iif(excluded.ignored IS NULL, NULL, events.ignored)
		WHERE events.digest = excluded.digest
		RETURNING duplicates, status`),

	claimDueEvents: statement(`
		UPDATE events SET fence = fence + 1, lease_until = :now + :lease WHERE seq IN (${dueSql('events')})
		RETURNING *, :now AS now`),

	claimEvent: statement(`
		UPDATE events SET fence = fence + 1, lease_until = :now + :lease
		WHERE id = :event AND status = 'accepted' AND (lease_until IS NULL OR lease_until <= :now)
		RETURNING *, :now AS now`),

	wakeTasksOfEvent: statement(`
		UPDATE cases SET ${wakeSql},
			event_seq = max(event_seq, (SELECT seq FROM events WHERE id = :event)),
			upload_id = ifnull(upload_id, :upload)
		WHERE ended_at IS NULL AND seq IN (
			SELECT open.seq FROM events AS event, json_each(:tasks) AS task, cases AS open
			WHERE event.id = :event AND event.fence = :fence AND event.lease_until IS NOT NULL
				AND open.project_id = task.value ->> 0 AND open.task_id = task.value ->> 1
				AND open.team_id = event.team_id AND open.ended_at IS NULL
		)`),

	openTasksOfEvent: statement(openTasksSql('')),

	openUnknownTasksOfEvent: statement(
		openTasksSql(`AND NOT EXISTS (
			SELECT 1 FROM cases AS known
			WHERE known.project_id = task.value ->> 0 AND known.task_id = task.value ->> 1 AND known.team_id = event.team_id
		)`),
	),

	wakeUploadOfEvent: statement(`
		UPDATE cases SET ${wakeSql}
		WHERE ended_at IS NULL AND seq IN (
			SELECT open.seq FROM events AS event, cases AS open
			WHERE event.id = :event AND event.fence = :fence AND event.lease_until IS NOT NULL
				AND open.project_id = event.project_id AND open.upload_id = :upload
				AND open.team_id = event.team_id AND open.ended_at IS NULL
		)`),

	/** `:due_in` is null for an event that is finished; `:located` is null or the JSON list of task ids that were found. */
	finishEvent: statement(`
		UPDATE events
		SET status = :status, reason = :reason, due_at = :now + :due_in, lease_until = NULL,
			tries = tries + iif(:status = 'accepted', 1, 0),
			upload_id = ifnull(upload_id, :upload),
			task_ids = iif(task_ids = '[]', ifnull(:located, task_ids), task_ids)
		WHERE ${eventHeldSql}
		RETURNING id`),

	redeliverEvent: statement(`
		UPDATE events
		SET status = 'accepted', reason = NULL, ignored = NULL, due_at = :now, tries = 0, fence = fence + 1,
			lease_until = NULL
		WHERE id = :event AND status IN ('dead', 'unresolvable', 'ignored')
		RETURNING id`),

	/**
	 * `:tasks` is a JSON list of `[project, task, id of a case to open, step or '', key of a forgotten one]`. Where the list says at which step a
	 * task is, a task whose earlier steps have ended is news as well.
	 */
	openUnknownTasks: statement(`
		INSERT INTO cases (id, team_id, project_id, task_id, state, due_at, upload_id, opened_at, updated_at)
		SELECT task.value ->> 2, :team, task.value ->> 0, task.value ->> 1, 'located', :now, :upload, :now, :now
		FROM json_each(:tasks) AS task
		WHERE NOT EXISTS (
			SELECT 1 FROM cases AS known
			WHERE known.project_id = task.value ->> 0 AND known.task_id = task.value ->> 1 AND known.team_id = :team
				AND (known.ended_at IS NULL OR known.step_type = task.value ->> 3 OR task.value ->> 3 = '')
		) AND NOT EXISTS (SELECT 1 FROM forgotten WHERE key = task.value ->> 4)
		ON CONFLICT (project_id, task_id, team_id) WHERE ended_at IS NULL DO NOTHING
		RETURNING id`),

	/** A task that was left to a person and is seen at another step: somebody moved it, and no event told us. */
	wakeTasksElsewhere: statement(`
		UPDATE cases SET ${wakeSql}
		WHERE ended_at IS NULL AND state IN ('review', 'audit') AND seq IN (
			SELECT open.seq FROM json_each(:tasks) AS task, cases AS open
			WHERE open.project_id = task.value ->> 0 AND open.task_id = task.value ->> 1 AND open.team_id = :team
				AND open.ended_at IS NULL AND open.step_type NOT IN ('', task.value ->> 3) AND task.value ->> 3 <> ''
		)`),
} as const;
