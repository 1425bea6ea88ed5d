import { canonicalJson } from '../core/json.ts';
import type { EventKind, NewEvent } from '../ledger/index.ts';
import type { Digest } from '../platform/index.ts';
import { findTaskIds } from './upload-schema.ts';
import { asId } from './valid-id.ts';
import { asObject, memberOf, upperCaseWord, type WireObject } from './wire-object.ts';

/** What crosses over from a notification: ids and the kind. Its status, data and names are hints that nobody decides on. */
export interface Notification {
	/** The sender's id of the event; null when it gives none. */
	readonly id: string | null;
	readonly kind: EventKind;
	/** As the sender spelled it, cut to 64 characters of `[\w.:-]`. */
	readonly name: string;
	/** `UPLOAD`, `TASK`, another word, or null. */
	readonly level: string | null;
	readonly teamId: string;
	readonly projectId: string;
	readonly uploadId: string | null;
	/** In the order given, each once; often none. */
	readonly taskIds: readonly string[];
}

export type NotificationReading =
	| { readonly ok: true; readonly notification: Notification }
	/** `message` names a field and what is wrong with it, and quotes nothing. */
	| { readonly ok: false; readonly message: string };

const longestName = 64;

/**
 * Reads a notification in any spelling that the public pages show; fields that are not known are ignored. What must be
 * there: the event's name, the team, the project. Never throws.
 */
export function parseNotification(json: unknown): NotificationReading {
	const object = asObject(json);
	if (object === null) return refuse('the notification is not a JSON object');
	const event = memberOf(object, 'event');
	if (typeof event !== 'string' || event.trim() === '') return refuse('event is absent or not text');

	const upload = objectOrAbsent(object, 'upload');
	const task = objectOrAbsent(object, 'task');
	if (upload === 'wrong') return refuse('upload is not an object');
	if (task === 'wrong') return refuse('task is not an object');

	const id = idFrom([object, 'id']);
	const teamId = idFrom([object, 'team_id']);
	const projectId = idFrom([object, 'project_id'], [upload, 'project_id'], [task, 'project_id']);
	const uploadId = idFrom([upload, 'id'], [object, 'upload_id'], [task, 'upload_id']);
	const taskId = idFrom([task, 'id'], [object, 'task_id']);
	const ids = { id, team_id: teamId, project_id: projectId, 'upload.id': uploadId, 'task.id': taskId };
	for (const [name, value] of Object.entries(ids)) {
		if (value === 'wrong') return refuse(`${name} is not text that can stand in an address`);
	}
	const [team, project, oneTask] = [textOf(teamId), textOf(projectId), textOf(taskId)];
	if (team === null) return refuse('team_id is absent');
	if (project === null) return refuse('project_id is absent');

	const level = memberOf(object, 'event_level');
	// Too many, or too deep, to be sure of all: none, and they are looked for elsewhere.
	const inFiles = upload === null ? [] : (findTaskIds(memberOf(upload, 'files')) ?? []);
	return {
		ok: true,
		notification: {
			id: textOf(id),
			kind: kindOf(event),
			name: event
				.trim()
				.replace(/[^\w.:-]+/g, '_')
				.slice(0, longestName),
			level: typeof level === 'string' ? upperCaseWord(level).slice(0, longestName) : null,
			teamId: team,
			projectId: project,
			uploadId: textOf(uploadId),
			// A notification about one task names that task, even when its upload holds others.
			taskIds: oneTask === null ? inFiles : [oneTask],
		},
	};
}

/**
 * `upload.in_review`, `IN_REVIEW`, `UPLOAD_IN_REVIEW`, their twins for tasks, with `-`, space or camelCase: one kind. Any
 * event that is neither "in review" nor "processed" is `other`.
 */
export function kindOf(event: string): EventKind {
	const words = upperCaseWord(event.trim().replace(/([a-z])([A-Z])/g, '$1_$2')).replace(/[\s.:/_-]+/g, '_');
	switch (words.replace(/^(?:UPLOAD|TASK)_/, '')) {
		case 'IN_REVIEW':
		case 'REVIEWING':
			return 'in_review';
		case 'PROCESSED':
			return 'processed';
		default:
			return 'other';
	}
}

export interface NewEventSources {
	/** The `webhook-id` header, which Standard Webhooks keeps over redeliveries; null when there is none. */
	readonly deliveryId: string | null;
	readonly digest: Digest;
	/** For an event to which the sender gives no id at all. */
	readonly newId: () => string;
}

/**
 * The event as the ledger accepts it. Its digest covers kind and ids alone: a redelivery may word the rest differently.
 * `ignored` says `other-event` for kinds that are only recorded; whether the project is ours, the caller knows.
 */
export function toNewEvent(notification: Notification, { deliveryId, digest, newId }: NewEventSources): NewEvent {
	const { kind, name, teamId, projectId, uploadId, taskIds } = notification;
	const sorted = [...taskIds].sort();
	return {
		id: notification.id ?? asId(deliveryId) ?? newId(),
		source: 'webhook',
		kind,
		name,
		teamId,
		projectId,
		uploadId,
		taskIds,
		ignored: kind === 'other' ? 'other-event' : null,
		digest: digest.sha256(canonicalJson({ kind, teamId, projectId, uploadId, taskIds: sorted })),
	};
}

function objectOrAbsent(object: WireObject, name: string): WireObject | null | 'wrong' {
	const value = memberOf(object, name);
	return value === undefined || value === null ? null : (asObject(value) ?? 'wrong');
}

type FoundId = { readonly id: string } | null | 'wrong';

/** The first of the members that is there: an id, or wrong. */
function idFrom(...places: readonly (readonly [WireObject | null, string])[]): FoundId {
	for (const [object, name] of places) {
		const value = object === null ? undefined : memberOf(object, name);
		if (value === undefined || value === null) continue;
		const id = asId(value);
		return id === null ? 'wrong' : { id };
	}
	return null;
}

function textOf(found: FoundId): string | null {
	return found === null || found === 'wrong' ? null : found.id;
}

function refuse(message: string): NotificationReading {
	return { ok: false, message };
}
