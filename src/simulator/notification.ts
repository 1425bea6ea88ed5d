import { Webhook } from 'standardwebhooks';
import type { Clock, Random } from '../platform/index.ts';
import type { Deliver } from './deliver.ts';
import type { NotificationOptions } from './options.ts';
import { drawFrom, pick, randomText, type Span } from './seeded-random.ts';
import type { Sleeps } from './sleeps.ts';
import type { WireTask, WireUpload } from './wire.ts';

export interface NotificationCounts {
	/** Events that happened. */
	readonly events: number;
	/** Attempts to deliver, duplicates and repeats included. */
	readonly attempts: number;
	/** Attempts answered with 2xx. */
	readonly accepted: number;
	/** Attempts answered otherwise, or not at all. */
	readonly refused: number;
	readonly lost: number;
	readonly duplicated: number;
	readonly reordered: number;
	readonly delayed: number;
}

/** One event that happened, whether or not its notification ever arrives. */
export interface NotificationRecord {
	readonly id: string;
	readonly event: string;
	readonly uploadId: string;
	/** Null at upload level. */
	readonly taskId: string | null;
	readonly lost: boolean;
	/** The status of each attempt; 0 for none. */
	readonly statuses: number[];
}

export interface Notifier {
	send(word: 'in_review' | 'processed', upload: WireUpload, task: WireTask | null): void;
	counts(): NotificationCounts;
	readonly records: readonly NotificationRecord[];
}

interface NotifierOptions {
	readonly clock: Clock;
	readonly random: Random;
	readonly teamId: string;
	readonly projectOf: (uploadId: string) => string;
	readonly deliver: Deliver | undefined;
	readonly delay: Span;
	readonly sleeps: Sleeps;
	readonly options: NotificationOptions;
}

/** Longest time that a reordered notification is held back when no later one comes. */
const HELD_MS = 60_000;

/** Sends events to the bot, with the faults that a queue and a network add. */
export function createNotifier({
	clock,
	random,
	teamId,
	projectOf,
	deliver,
	delay,
	sleeps,
	options,
}: NotifierOptions): Notifier {
	const counts = { events: 0, attempts: 0, accepted: 0, refused: 0, lost: 0, duplicated: 0, reordered: 0, delayed: 0 };
	const records: NotificationRecord[] = [];
	const { duplicate = 0, reorder = 0, delay: late = 0, lose = 0 } = options.faults ?? {};
	const auth = options.auth ?? { kind: 'none' };
	const webhook = auth.kind === 'standard-webhooks' ? new Webhook(auth.secret) : null;
	let held: (() => void)[] = [];

	function makeHeaders(id: string, body: string): Record<string, string> {
		const headers: Record<string, string> = { 'content-type': 'application/json', 'user-agent': 'send-ai-simulator' };
		if (auth.kind === 'bearer') headers.authorization = `Bearer ${auth.token}`;
		if (webhook !== null) {
			const at = new Date(clock.now());
			headers['webhook-id'] = id;
			headers['webhook-timestamp'] = String(Math.floor(at.getTime() / 1000));
			headers['webhook-signature'] = webhook.sign(id, at, body);
		}
		return headers;
	}

	async function attempt(record: NotificationRecord, body: string, carry: Deliver): Promise<boolean> {
		counts.attempts += 1;
		const status = await carry({
			...(options.url === undefined ? {} : { url: options.url }),
			headers: makeHeaders(record.id, body),
			body,
		}).then(
			(answer) => answer.status,
			() => 0,
		);
		record.statuses.push(status);
		const accepted = status >= 200 && status < 300;
		counts[accepted ? 'accepted' : 'refused'] += 1;
		return accepted;
	}

	async function sendAfter(ms: number, record: NotificationRecord, body: string, carry: Deliver): Promise<void> {
		for (const wait of [ms, ...(options.retryAfterMs ?? [])]) {
			await sleeps.sleep(wait);
			const releasing = held;
			held = [];
			const accepted = await attempt(record, body, carry);
			for (const release of releasing) release();
			if (accepted) return;
		}
	}

	function hold(ms: number, record: NotificationRecord, body: string, carry: Deliver): void {
		let released = false;
		const release = () => {
			if (released) return;
			released = true;
			run(sendAfter(0, record, body, carry));
		};
		// Held only once its own time has come, so that an event of the same moment does not release it at once.
		run(
			sleeps.sleep(ms).then(() => {
				held.push(release);
				return sleeps.sleep(HELD_MS).then(release);
			}),
		);
	}

	/** The only thing that can fail here is the sleep that closing the simulator aborts. */
	function run(promise: Promise<void>): void {
		promise.catch(() => undefined);
	}

	return {
		records,
		counts: () => ({ ...counts }),
		send(word, upload, task) {
			counts.events += 1;
			const id = `evt_${randomText(random, 16)}`;
			const level = task === null ? 'UPLOAD' : 'TASK';
			const event = spell(word, level, options.spelling ?? 'mixed', random);
			const body = JSON.stringify({
				id,
				event,
				event_level: level,
				team_id: teamId,
				project_id: projectOf(upload.id),
				upload,
				task: task === null ? null : { ...describeTask(task) },
				...(options.unknownFields === false ? {} : { schema: '2026-01', region: 'eu-west-1', links: { review: null } }),
			});
			const lost = random() < lose;
			const twice = random() < duplicate;
			const reordered = random() < reorder;
			const delayed = random() < late;
			const wait = drawFrom(random, delay) + (delayed ? drawFrom(random, [30_000, 600_000]) : 0);
			const again = wait + drawFrom(random, [0, 20_000]);
			const record = { id, event, uploadId: upload.id, taskId: task?.id ?? null, lost, statuses: [] };
			records.push(record);
			if (lost) counts.lost += 1;
			if (lost || deliver === undefined) return;
			if (delayed) counts.delayed += 1;
			if (reordered) {
				counts.reordered += 1;
				hold(wait, record, body, deliver);
			} else run(sendAfter(wait, record, body, deliver));
			if (twice) {
				counts.duplicated += 1;
				run(sendAfter(again, record, body, deliver));
			}
		},
	};
}

/** The pages spell the names of events in three ways; connectors in the wild use lower case too. */
function spell(
	word: 'in_review' | 'processed',
	level: 'UPLOAD' | 'TASK',
	spelling: NonNullable<NotificationOptions['spelling']>,
	random: Random,
): string {
	const chosen = spelling === 'mixed' ? pick(random, ['dotted', 'bare', 'prefixed', 'lower']) : spelling;
	switch (chosen) {
		case 'dotted':
			return `${level.toLowerCase()}.${word}`;
		case 'bare':
			return word.toUpperCase();
		case 'prefixed':
			return `${level}_${word.toUpperCase()}`;
		case 'lower':
			return `${level.toLowerCase()}_${word}`;
	}
}

/** The task of a notification is another type than the API's: flat, parsed, without confidences. */
function describeTask(task: WireTask) {
	const extracted: Record<string, string> = {};
	for (const page of task.pages) {
		for (const { entity_id, content } of page.annotations) extracted[entity_id] ??= content;
	}
	return {
		id: task.id,
		status: task.status,
		document_type: task.meta.find((entry) => entry.name === 'category')?.value ?? 'unknown',
		extracted_data: extracted,
	};
}
