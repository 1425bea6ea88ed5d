import type { Ledger } from '../ledger/index.ts';
import { type AlertDesk, createAlertDesk } from './alert-desk.ts';
import { createRaiseAlert } from './raise-alert.ts';
import { createSendAlert, type SendAlertOptions } from './send-alert.ts';
import { findStanding } from './standing-alerts.ts';
import { writeDigest } from './weekly-digest.ts';

export interface AlertsOptions extends SendAlertOptions {
	readonly ledger: Ledger;
	readonly newId: () => string;
	/** IANA name: whose days the limit counts, and whose Monday the digest waits for. */
	readonly timeZone: string;
	/** Most completions per project and day; null: no limit. */
	readonly dailyLimit: number | null;
}

/** The alert desk over a ledger, told by the webhook of the configuration, or by the log alone where there is none. */
export function createAlerts(options: AlertsOptions): AlertDesk {
	const { ledger, timeZone } = options;
	return createAlertDesk({
		...options,
		send: createSendAlert(options),
		raiseAtOnce: createRaiseAlert(options),
		findStanding: () => findStanding(options),
		writeDigest: (at, isTold) => writeDigest(ledger, timeZone, at, isTold),
	});
}
