import type { Alert, Clock, Fetch, Log, RaiseAlert } from '../platform/index.ts';
import { allowedFields, createBlotter, plainMessage } from './redact-fields.ts';

export interface AlertOptions {
	readonly log: Log;
	/** `ALERT_WEBHOOK_URL`; null: the log alone. */
	readonly webhookUrl: string | null;
	readonly fetch: Fetch;
	readonly clock: Clock;
	/** Never come out, wherever they stand. */
	readonly secrets?: readonly string[];
}

const timeoutMs = 5_000;
/** More at once are only logged: an outage that raises a thousand alerts must not become a thousand connections. */
const mostInFlight = 4;

/**
 * Raises alerts: an error line in the log, always, and `{text, code, fields}` by POST where a webhook is configured
 * (`text` is what Slack and its like show). What is resolved is a warning in the log, and has `resolved: true` besides.
 * Sending is on the side: it never throws, waits or is tried again.
 */
export function createRaiseAlert({ log, webhookUrl, fetch, clock, secrets = [] }: AlertOptions): RaiseAlert {
	const blot = createBlotter(secrets);
	let inFlight = 0;

	async function send(url: string, alert: Alert): Promise<void> {
		const ended = new AbortController();
		const sleep = clock.sleep(timeoutMs, ended.signal).then(
			() => ended.abort(),
			() => undefined,
		);
		try {
			const fields = allowedFields(alert.fields ?? {});
			const resolved = alert.resolved === true ? { resolved: true } : {};
			const body = { text: `Greenlane: ${plainMessage(alert.message)}`, code: alert.code, fields, ...resolved };
			const response = await fetch(url, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: blot(JSON.stringify(body)),
				redirect: 'manual',
				signal: ended.signal,
			});
			await response.body?.cancel();
			if (!response.ok) log.warn('the alert webhook refused an alert', { code: alert.code, status: response.status });
		} catch {
			// What went wrong may quote the address, which is a secret.
			log.warn('the alert webhook could not be reached', { code: alert.code });
		} finally {
			ended.abort();
			await sleep;
		}
	}

	return (alert) => {
		log[alert.resolved === true ? 'warn' : 'error'](alert.message, { ...alert.fields, code: alert.code });
		if (webhookUrl === null) return;
		if (inFlight >= mostInFlight) {
			log.warn('too many alerts at once; this one was only logged', { code: alert.code });
			return;
		}
		inFlight += 1;
		void send(webhookUrl, alert).finally(() => {
			inFlight -= 1;
		});
	};
}
