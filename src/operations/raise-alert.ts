import type { RaiseAlert } from '../platform/index.ts';
import { createSendAlert, type SendAlertOptions } from './send-alert.ts';

export interface AlertOptions extends SendAlertOptions {
	/** Names what is sent, where it is signed. */
	readonly newId?: () => string;
}

/** More at once are only logged: an outage that raises a thousand alerts must not become a thousand connections. */
const mostInFlight = 4;

/**
 * Raises alerts: an error line in the log, always, and a message where a webhook is configured (see `createSendAlert`).
 * What is resolved is a warning in the log. Sending is on the side: it never throws, waits or is tried again, and nothing
 * is remembered; that is the alert desk's.
 */
export function createRaiseAlert(options: AlertOptions): RaiseAlert {
	const { log, webhookUrl, newId = () => 'alert' } = options;
	const send = createSendAlert(options);
	let inFlight = 0;

	return (alert) => {
		log[alert.resolved === true ? 'warn' : 'error'](alert.message, { ...alert.fields, code: alert.code });
		if (webhookUrl === null) return;
		if (inFlight >= mostInFlight) {
			log.warn('too many alerts at once; this one was only logged', { code: alert.code });
			return;
		}
		inFlight += 1;
		void send(alert, newId()).finally(() => {
			inFlight -= 1;
		});
	};
}
