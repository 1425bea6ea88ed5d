import { onTestFinished } from 'vitest';
import type { Ledger } from '../../src/ledger/index.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import type { AlertDesk } from '../../src/operations/alert-desk.ts';
import { createAlerts } from '../../src/operations/create-alerts.ts';
import type { Log, LogFields } from '../../src/platform/index.ts';
import { createIds } from '../ledger/ledger-under-test.ts';

export interface Sent {
	readonly text: string;
	readonly code: string;
	readonly resolved?: true;
	readonly fields: LogFields;
	/** As it was sent. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

export interface AlertsUnderTest {
	readonly ledger: Ledger;
	/** Another process on the same ledger. */
	desk(over?: {
		readonly ledger?: Partial<Ledger>;
		readonly dailyLimit?: number;
		readonly timeZone?: string;
	}): AlertDesk;
	/** What came to the webhook so far, refused or not. */
	readonly sent: readonly Sent[];
	/** The messages so far, `resolved:` before those that are; empties the list. */
	news(): readonly string[];
	readonly logged: readonly { level: string; message: string }[];
	pass(ms: number): void;
	now(): number;
	/** What the webhook answers from now on; 0: nothing comes back. */
	answer(status: number): void;
}

export const secret = 'whsec_bFRwcmQ4R0tZcXJUd2pVUEQ4SUxQWklvMkxhTGFTdw==';

/** Alert desks over the real ledger in memory, and a webhook that writes down what it gets. */
export async function createAlertsUnderTest(begin = Date.parse('2026-06-01T08:00:00Z')): Promise<AlertsUnderTest> {
	let now = begin;
	let status = 200;
	const ids = createIds();
	const sleep = (_ms: number, signal?: AbortSignal) =>
		new Promise<void>((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
	const clock = { now: () => now, sleep };
	const opened = await openSqliteLedger({ path: ':memory:', clock, newId: ids, mode: 'here' });
	if (!opened.ok) throw new Error(opened.message);
	const { ledger } = opened;
	onTestFinished(() => ledger.close());
	const sent: Sent[] = [];
	let told = 0;
	const logged: { level: string; message: string }[] = [];
	const note = (level: string) => (message: string) => void logged.push({ level, message });
	const log: Log = { info: note('info'), warn: note('warn'), error: note('error') };
	return {
		ledger,
		sent,
		logged,
		desk: ({ ledger: changed = {}, dailyLimit = null, timeZone = 'Europe/Amsterdam' } = {}) =>
			createAlerts({
				ledger: { ...ledger, ...changed },
				log,
				webhookUrl: 'https://hooks.example.com/T0',
				webhookSecret: secret,
				clock,
				newId: ids,
				timeZone,
				dailyLimit,
				fetch: async (_url, init) => {
					const body = String(init?.body);
					const parsed = JSON.parse(body) as Pick<Sent, 'text' | 'code' | 'resolved' | 'fields'>;
					sent.push({ ...parsed, body, headers: init?.headers as Record<string, string> });
					if (status === 0) throw new TypeError('fetch failed');
					return new Response('', { status });
				},
			}),
		news() {
			const news = sent.slice(told).map(({ code, resolved }) => (resolved === true ? `resolved: ${code}` : code));
			told = sent.length;
			return news;
		},
		pass(ms) {
			now += ms;
		},
		now: () => now,
		answer(next) {
			status = next;
		},
	};
}
