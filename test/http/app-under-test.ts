import { createHash } from 'node:crypto';
import type { RuleSet } from '../../src/core/ruleset/types.ts';
import { type AppDeps, type AppPart, createApp } from '../../src/http/index.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import type { LogFields } from '../../src/platform/index.ts';
import { fixedRules } from '../../src/rulesource/index.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';

export const webhookToken = 'webhook-token-0123456789';
/** 24 bytes, as Standard Webhooks asks for. */
export const webhookKey = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const reader = { name: 'bob', role: 'read', token: 'bob-reads-0123456789' } as const;
export const operator = { name: 'alice', role: 'operate', token: 'alice-operates-0123456789' } as const;
export const begin = Date.parse('2026-06-01T08:00:00Z');

export interface AppUnderTest {
	readonly ledger: Ledger;
	readonly clock: VirtualClock;
	readonly logged: readonly { level: string; message: string; fields: LogFields | undefined }[];
	/** How often work was announced. */
	pokes(): number;
	request(path: string, init?: RequestInit): Promise<Response>;
	/** As the operator who may operate. */
	operate(path: string, body?: unknown): Promise<Response>;
	/** As the operator who may read. */
	read(path: string): Promise<Response>;
	/** Sends a notification with the bearer token. */
	notify(body: unknown, headers?: Record<string, string>): Promise<Response>;
	readonly fetch: (request: Request) => Response | Promise<Response>;
	close(): Promise<void>;
}

const noRules: RuleSet = { revision: 'a'.repeat(64), logicRevision: 'b'.repeat(64), canonical: '{}', rules: [] };

/** The real app over the real SQLite ledger in memory. */
export async function createAppUnderTest(over: Partial<AppDeps> = {}, part: AppPart = 'all'): Promise<AppUnderTest> {
	const clock = createVirtualClock(begin);
	let ids = 0;
	const newId = () => {
		ids += 1;
		return `id-${String(ids).padStart(4, '0')}`;
	};
	const opened = await openSqliteLedger({ path: ':memory:', clock, newId });
	if (!opened.ok) throw new Error(opened.message);
	const { ledger } = opened;
	await ledger.serve(noRules.revision, noRules.logicRevision, noRules.canonical);
	const logged: { level: string; message: string; fields: LogFields | undefined }[] = [];
	const note = (level: string) => (message: string, fields?: LogFields) => {
		logged.push({ level, message, fields });
	};
	let pokes = 0;
	const app = createApp(
		{
			teamId: 'team_1',
			projects: ['proj_1', 'proj_2'],
			webhookSecrets: [webhookToken, `whsec_${webhookKey}`],
			operators: [reader, operator],
			ledger,
			inbox: ledger,
			rules: fixedRules(noRules),
			digest: { sha256: (text) => createHash('sha256').update(text).digest('hex') },
			newId,
			clock,
			timeZone: 'Europe/Amsterdam',
			version: 'test',
			log: { info: note('info'), warn: note('warn'), error: note('error') },
			poke: () => {
				pokes += 1;
			},
			...over,
		},
		part,
	);
	const request = async (path: string, init?: RequestInit) => await app.request(path, init);
	const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
	return {
		ledger,
		clock,
		logged,
		pokes: () => pokes,
		request,
		operate: (path, body) =>
			request(path, {
				method: 'POST',
				headers: { ...bearer(operator.token), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
				...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
			}),
		read: (path) => request(path, { headers: bearer(reader.token) }),
		notify: (body, headers) =>
			request('/webhooks/send-ai', {
				method: 'POST',
				headers: { 'content-type': 'application/json', ...bearer(webhookToken), ...headers },
				body: typeof body === 'string' ? body : JSON.stringify(body),
			}),
		fetch: app.fetch,
		close: () => ledger.close(),
	};
}

/** A notification as the public pages show it. */
export function notification(over: Record<string, unknown> = {}): Record<string, unknown> {
	return {
		id: 'evt_1',
		event: 'upload.in_review',
		event_level: 'UPLOAD',
		team_id: 'team_1',
		project_id: 'proj_1',
		upload: {
			id: 'upl_1',
			name: 'invoices of Jansen.pdf',
			status: 'IN_REVIEW',
			files: {},
			meta: [{ name: 'category', value: 'invoice' }],
			folder_id: 'fld_inbox',
			created_at: '2026-06-01T08:00:00Z',
		},
		task: null,
		...over,
	};
}

/** All events in the ledger, newest first. */
export async function eventsOf(ledger: Ledger) {
	return (await ledger.listEvents({ limit: 100 })).items;
}

/** Checks that an answer is a problem as RFC 9457 wants it, and gives it back. */
export async function problemOf(response: Response): Promise<{ status: number; code: string; detail: string }> {
	const text = await response.text();
	const type = response.headers.get('content-type');
	if (type !== 'application/problem+json') throw new Error(`not a problem but ${response.status} ${type}: ${text}`);
	const body = JSON.parse(text) as { type: string; title: string; status: number; code: string; detail: string };
	if (body.status !== response.status || body.type !== 'about:blank' || body.title === '') {
		throw new Error(`not a sound problem: ${text}`);
	}
	if (/\bat .*:\d+:\d+|node_modules|\.ts\b/.test(text)) throw new Error(`a problem with a stack: ${text}`);
	return { status: body.status, code: body.code, detail: body.detail };
}
