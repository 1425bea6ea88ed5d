import { Webhook } from 'standardwebhooks';
import type { Alert, Clock, Fetch, Log } from '../platform/index.ts';
import { allowedFields, createBlotter, plainMessage } from './redact-fields.ts';

export interface SendAlertOptions {
	readonly log: Log;
	/** `ALERT_WEBHOOK_URL`; null: nothing is sent. */
	readonly webhookUrl: string | null;
	/** `ALERT_WEBHOOK_SECRET`, `whsec_` and base64: alerts are signed with it by Standard Webhooks. */
	readonly webhookSecret?: string | null;
	readonly fetch: Fetch;
	readonly clock: Clock;
	/** Never come out, wherever they stand. */
	readonly secrets?: readonly string[];
}

/**
 * Sends one alert; true when the other side took it, or when there is nobody to send to. Never rejects.
 *
 * @param id stays the same when the same alert is sent again, so that its receiver can tell
 */
export type SendAlert = (alert: Alert, id: string) => Promise<boolean>;

const timeoutMs = 5_000;

/**
 * Sends `{text, code, fields}` by POST (`text` is what Slack and its like show; `resolved: true` when it is over). With a
 * secret it is signed: `webhook-id`, `webhook-timestamp`, `webhook-signature`, see standardwebhooks.com. A sending that
 * fails is a warning in the log, without the address, for that is a secret.
 */
export function createSendAlert(options: SendAlertOptions): SendAlert {
	const { log, webhookUrl, webhookSecret = null, fetch, clock, secrets = [] } = options;
	const blot = createBlotter(secrets);
	const signer = webhookSecret === null ? null : new Webhook(webhookSecret);

	function headersFor(id: string, body: string): Record<string, string> {
		const type = { 'content-type': 'application/json' };
		if (signer === null) return type;
		const at = new Date(clock.now());
		return {
			...type,
			'webhook-id': id,
			'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
			'webhook-signature': signer.sign(id, at, body),
		};
	}

	return async (alert, id) => {
		if (webhookUrl === null) return true;
		const ended = new AbortController();
		const sleep = clock.sleep(timeoutMs, ended.signal).then(
			() => ended.abort(),
			() => undefined,
		);
		try {
			const fields = allowedFields(alert.fields ?? {});
			const resolved = alert.resolved === true ? { resolved: true } : {};
			const text = `Greenlane: ${plainMessage(alert.message)}`;
			const body = blot(JSON.stringify({ text, code: alert.code, fields, ...resolved }));
			const response = await fetch(webhookUrl, {
				method: 'POST',
				headers: headersFor(id, body),
				body,
				redirect: 'manual',
				signal: ended.signal,
			});
			await response.body?.cancel();
			if (!response.ok) log.warn('the alert webhook refused an alert', { code: alert.code, status: response.status });
			return response.ok;
		} catch {
			// What went wrong may quote the address, which is a secret.
			log.warn('the alert webhook could not be reached', { code: alert.code });
			return false;
		} finally {
			ended.abort();
			await sleep;
		}
	};
}
