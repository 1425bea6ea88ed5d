import type { Ledger } from '../ledger/index.ts';
import type { Alert, Log, RaiseAlert } from '../platform/index.ts';
import {
	alertPrefix,
	crowdKey,
	keyOf,
	kindOf,
	kindPrefix,
	parseRemembered,
	type RememberedAlert,
	toRemember,
} from './alert-memory.ts';
import { createBlotter } from './redact-fields.ts';
import type { SendAlert } from './send-alert.ts';
import type { Standing } from './standing-alerts.ts';

export interface AlertDeskOptions {
	readonly ledger: Pick<Ledger, 'now' | 'setting' | 'settingsUnder' | 'swapSetting'>;
	readonly log: Log;
	readonly send: SendAlert;
	/** For when the ledger cannot remember: raises at once, again and again if need be. */
	readonly raiseAtOnce: RaiseAlert;
	/** What is wrong right now, by the ledger. */
	readonly findStanding: () => Promise<Standing>;
	/** The weekly digest, `reason` being its week; null: none is due, or it was told. */
	readonly writeDigest: (at: number, isTold: (week: string) => boolean) => Promise<Alert | null>;
	readonly newId: () => string;
	/** Are not written down. */
	readonly secrets?: readonly string[];
}

export interface AlertDesk {
	/** An alert, or that it is over. Returns at once and never throws. */
	readonly raise: RaiseAlert;
	/**
	 * One look at everything: raises what stands and nobody was told of, resolves what is over, sends again what could not be
	 * sent, forgets what is old. Never rejects.
	 */
	review(): Promise<void>;
	/** For a start: whatever is open of a kind is over, because of what the start has found in order. Never rejects. */
	settle(code: string, message: string): Promise<void>;
	/** Resolves when whatever was begun is done. */
	idle(): Promise<void>;
}

/** A place in the ledger, and what stands there: whoever changes it must know. */
interface Unheld {
	readonly key: string;
	readonly text: string | null;
}

interface Held extends Unheld {
	readonly text: string;
	readonly entry: RememberedAlert;
}

/** For so long nobody else sends what somebody has begun to send. */
const leaseMs = 60_000;
const longestWaitMs = 3_600_000;
/** About six hours. */
const mostTries = 12;
/** Alerts of one kind that are open at once: more are one alert that says so, and lines in the log. */
const mostOfAKind = 25;
const mostPending = 200;
/** What tells of a moment, not of a state, is never over: after so long the same is news again. */
const keptMs = 14 * 86_400_000;

/**
 * The one place that decides who is told of what, and when: one message for each kind and subject until it is over, then
 * one that it is. What was told is kept in the ledger, each change by a conditional write, so that of several processes
 * one sends, and a new start repeats nothing. A message is sent again only if the other side did not take it, or if
 * whoever sent it died before writing that down.
 */
export function createAlertDesk(options: AlertDeskOptions): AlertDesk {
	const { ledger, log, send, newId } = options;
	const blot = createBlotter(options.secrets ?? []);
	const pending = new Set<Promise<void>>();
	let turn: Promise<unknown> = Promise.resolve();

	/** One at a time: a webhook that hangs is asked once. */
	const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
		const next = turn.then(work);
		turn = next.catch(() => undefined);
		return next;
	};

	/** Null when it is not there any more as it was. */
	async function change(held: Unheld | Held, to: RememberedAlert): Promise<Held | null> {
		const text = blot(JSON.stringify(to));
		const changed = await ledger.swapSetting(held.key, held.text, text);
		return changed ? { key: held.key, text, entry: to } : null;
	}

	const forget = ({ key, text }: Held) => ledger.swapSetting(key, text, null);

	/** Writes down that an alert is raised; null when it is open already, or somebody else was first. */
	async function open(alert: Alert): Promise<Held | null> {
		const now = await ledger.now();
		const siblings = await ledger.settingsUnder(kindPrefix(alert.code));
		const key = keyOf(alert);
		const text = siblings.get(key) ?? null;
		const known = parseRemembered(text);
		if (known !== null && known.phase !== 'over') return null;
		if (text === null && siblings.size >= mostOfAKind) {
			const crowd = crowdKey(alert.code);
			if (siblings.has(crowd)) return null;
			const message = `More than ${mostOfAKind} alerts of the kind ${kindOf(alert.code)} are open; what comes on top is in the log and on the pages alone.`;
			const entry = toRemember({ code: alert.code, message }, newId(), now, now + leaseMs);
			return await change({ key: crowd, text: null }, entry);
		}
		return await change({ key, text }, toRemember(alert, newId(), now, now + leaseMs));
	}

	/** Sends what this process holds, and writes down how that went. */
	async function deliver(held: Held): Promise<void> {
		const { entry } = held;
		const { id, code, message, fields, phase, tries } = entry;
		const over = phase === 'over';
		const sent = await send(
			{ code, message, fields, ...(over ? { resolved: true } : {}) },
			over ? `${id}-resolved` : id,
		);
		if (sent || tries >= mostTries) {
			await (over ? forget(held) : change(held, { ...entry, phase: 'told', until: 0 }));
			return;
		}
		const waitMs = Math.min(leaseMs * 2 ** (tries - 1), longestWaitMs);
		await change(held, { ...entry, until: (await ledger.now()) + waitMs });
	}

	/** Tells that it is over, if anybody was told that it began. */
	async function end(key: string, message: string, fields: Alert['fields'] = {}): Promise<void> {
		const text = await ledger.setting(key);
		const entry = parseRemembered(text);
		if (text === null || entry === null || entry.phase === 'over') return;
		const held = { key, text, entry };
		const now = await ledger.now();
		if (entry.phase === 'new' && entry.until <= now) {
			await forget(held);
			return;
		}
		const resolved = toRemember({ code: entry.code, message, fields }, entry.id, entry.at, now + leaseMs);
		const over = await change(held, { ...resolved, phase: 'over' });
		if (over !== null) await deliver(over);
	}

	async function review(): Promise<void> {
		// First what is remembered: what is raised from here on is not taken for over.
		const remembered = await ledger.settingsUnder(alertPrefix);
		const standing = await options.findStanding();
		const digest = await options.writeDigest(standing.at, (week) =>
			remembered.has(keyOf({ code: 'weekly-digest', message: '', fields: { reason: week } })),
		);
		for (const alert of digest === null ? standing.alerts : [...standing.alerts, digest]) {
			const opened = await open(alert);
			if (opened === null) continue;
			log[alert === digest ? 'info' : 'error'](opened.entry.message, { ...opened.entry.fields, code: alert.code });
			await deliver(opened);
		}
		for (const [key, text] of remembered) {
			const entry = parseRemembered(text);
			if (entry === null) await ledger.swapSetting(key, text, null);
			else await lookAt({ key, text, entry }, standing, remembered);
		}
	}

	async function lookAt(held: Held, standing: Standing, remembered: ReadonlyMap<string, string>): Promise<void> {
		const { key, entry } = held;
		if (entry.phase !== 'over') {
			if (key === crowdKey(entry.code)) {
				const kind = kindPrefix(entry.code);
				// Nobody asked to be told of a crowd, nor that it is gone.
				const count = [...remembered.keys()].filter((other) => other.startsWith(kind)).length;
				if (count <= mostOfAKind) await forget(held);
				return;
			}
			const message = await standing.whyOver(entry);
			if (message !== null) {
				// Somebody is sending that it began.
				if (entry.phase === 'new' && entry.until > standing.at) return;
				log.warn(message, { ...entry.fields, code: entry.code });
				await end(key, message, entry.fields);
				return;
			}
			if (standing.at - entry.at > keptMs && !standing.lasts(entry)) {
				await forget(held);
				return;
			}
		}
		if (entry.phase === 'told' || entry.until > standing.at) return;
		const again = await change(held, { ...entry, until: standing.at + leaseMs, tries: entry.tries + 1 });
		if (again !== null) await deliver(again);
	}

	const note = (error: unknown) =>
		log.error('alerts: the store failed', { code: error instanceof Error ? error.name : 'unknown' });

	async function handle(alert: Alert): Promise<void> {
		if (alert.resolved === true) {
			log.warn(alert.message, { ...alert.fields, code: alert.code });
			await inTurn(() => end(keyOf(alert), alert.message, alert.fields)).catch(note);
			return;
		}
		let opened: Held | null;
		try {
			opened = await open(alert);
		} catch {
			options.raiseAtOnce(alert);
			return;
		}
		log.error(alert.message, { ...alert.fields, code: alert.code });
		if (opened === null) return;
		const held = opened;
		await inTurn(() => deliver(held)).catch(note);
	}

	const track = (job: Promise<void>): Promise<void> => {
		const done = job.finally(() => pending.delete(done));
		pending.add(done);
		return done;
	};

	return {
		raise(alert) {
			if (pending.size >= mostPending) {
				log.error(alert.message, { ...alert.fields, code: alert.code });
				log.warn('too many alerts at once; this one was only logged', { code: alert.code });
				return;
			}
			void track(handle(alert));
		},
		review: () => track(inTurn(review).catch(note)),
		settle: (code, message) =>
			track(
				inTurn(async () => {
					for (const key of (await ledger.settingsUnder(kindPrefix(code))).keys()) await end(key, message);
				}).catch(note),
			),
		async idle() {
			while (pending.size > 0) await Promise.all(pending);
		},
	};
}
