import type { FaultRates } from './fault.ts';
import type { NotificationOptions } from './options.ts';

/** Every fault now and then, about one call in six: for the demo, and for developing against. */
export const ROUGH_FAULTS: FaultRates = {
	any: {
		refused: 0.01,
		'reset-before': 0.01,
		'hang-after-commit': 0.01,
		'reset-after-commit': 0.02,
		'cut-body': 0.01,
		'stall-body': 0.005,
		'garbage-body': 0.01,
		'error-before': 0.02,
		'error-after-commit': 0.02,
		'too-many-requests': 0.02,
		unavailable: 0.01,
		'late-commit': 0.01,
		slow: 0.02,
		'stale-read': 0.05,
		redirect: 0.005,
		'redirect-after-commit': 0.005,
		'not-found': 0.01,
		validation: 0.02,
		ignored: 0.01,
		'fall-back': 0.02,
		fail: 0.01,
		'multi-status': 0.01,
	},
};

/** Duplicates, other orders and late arrivals; nothing is lost, since not every account has a list to repair it with. */
export const ROUGH_NOTIFICATIONS: NonNullable<NotificationOptions['faults']> = {
	duplicate: 0.1,
	reorder: 0.1,
	delay: 0.02,
};
