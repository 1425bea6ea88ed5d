import * as z from 'zod';
import { brakeItself } from '../ledger/rule-state-setting.ts';
import { isLoopback } from '../platform/is-loopback.ts';
import { createAddresses } from '../sendai/addresses.ts';
import { validId } from '../sendai/valid-id.ts';

/** Where the ledger is: a file, or a database of Postgres, whose address holds a password. */
export type DatabaseAddress =
	| { readonly kind: 'file'; readonly path: string }
	| { readonly kind: 'postgres'; readonly url: string };

/** A person or program that may use the operator API. */
export interface OperatorAccess {
	readonly name: string;
	/** `operate` may do what `read` may. */
	readonly role: 'read' | 'operate';
	readonly token: string;
}

const shortestToken = 16;
const shortestKey = 32;

/** Messages are faults alone: the remedy comes from the table of variables, and no message quotes a value. */
const text = z.string({ error: 'is not set' });

/** Adds a fault, or none, that a function finds in the value. */
function checked<T>(schema: z.ZodType<T, string | undefined>, faultOf: (value: T) => string | null) {
	return schema.superRefine((value, context) => {
		const fault = faultOf(value);
		if (fault !== null) context.addIssue({ code: 'custom', message: fault });
	});
}

function list(value: string): string[] {
	return value
		.split(',')
		.map((item) => item.trim())
		.filter((item) => item !== '');
}

function wholeNumber(least: number, most: number, fallback: number) {
	return checked(text.default(String(fallback)), (value) => {
		if (!/^\d{1,9}$/.test(value)) return 'is not a whole number';
		return Number(value) < least || Number(value) > most ? `is not between ${least} and ${most}` : null;
	}).transform(Number);
}

const projects = checked(text, (value) => {
	if (value === '*') return null;
	const ids = list(value);
	if (ids.length === 0) return 'names no project';
	if (ids.includes('*')) return 'names * beside other projects';
	if (new Set(ids).size !== ids.length) return 'names a project twice';
	return ids.every(validId) ? null : 'holds something that is not an id';
}).transform((value) => (value === '*' ? null : list(value)));

const webhookSecrets = checked(text, (value) => {
	const secrets = list(value);
	if (secrets.length === 0) return 'names no secret';
	for (const secret of secrets) {
		if (secret.startsWith('whsec_')) {
			if (!isBase64(secret.slice('whsec_'.length))) return 'holds a whsec_ secret that is not valid base64';
			// Two thirds of this are what Standard Webhooks asks for; shorter keys can be guessed.
			if (secret.length - 'whsec_'.length < shortestToken) return 'holds a whsec_ secret that is too short';
		} else if (!isToken(secret)) {
			return `holds a bearer token with fewer than ${shortestToken} characters, or with others than visible ASCII`;
		}
	}
	return null;
}).transform(list);

const operators = checked(text.default(''), (value) => {
	const entries = list(value).map((entry) => entry.split(':'));
	for (const [name = '', role, ...token] of entries) {
		if (!/^[\w.@-]{1,64}$/.test(name)) return 'holds an entry without a name of letters, digits and . _ @ -';
		if (name === brakeItself) return `names an operator ${brakeItself}, which is what a brake that trips calls itself`;
		if (role !== 'read' && role !== 'operate') return 'holds an entry whose role is neither read nor operate';
		if (!isToken(token.join(':'))) return `holds a token with fewer than ${shortestToken} characters`;
	}
	if (new Set(entries.map(([name]) => name)).size !== entries.length) return 'names an operator twice';
	const tokens = entries.map(([, , ...token]) => token.join(':'));
	return new Set(tokens).size === tokens.length ? null : 'gives two operators the same token';
}).transform((value) =>
	list(value).map((entry): OperatorAccess => {
		const [name = '', role, ...token] = entry.split(':');
		return { name, role: role === 'operate' ? 'operate' : 'read', token: token.join(':') };
	}),
);

const secretKeys = checked(text.default(''), (value) =>
	list(value).every((key) => key.length >= shortestKey)
		? null
		: `holds a key with fewer than ${shortestKey} characters`,
).transform(list);

const database = checked(text.default('file:greenlane.db'), (value) => {
	if (isPostgres(value)) return faultOfPostgres(value);
	const path = databasePath(value);
	if (path === null) return 'is neither a file: nor a postgres: address';
	if (path === '') return 'names no file';
	if (path === ':memory:') return 'asks for memory, where a crash would lose accepted events';
	return /[?#]/.test(path) ? 'holds a query or a fragment' : null;
}).transform(
	(value): DatabaseAddress =>
		isPostgres(value) ? { kind: 'postgres', url: value } : { kind: 'file', path: databasePath(value) ?? '' },
);

const timeZone = checked(text.default('UTC'), (value) => {
	try {
		new Intl.DateTimeFormat('en', { timeZone: value });
		return null;
	} catch {
		return 'is not a time zone that this machine knows';
	}
});

const baseUrl = checked(text.default('https://api.send.ai'), (value) =>
	faultOfAddresses({ baseUrl: value, taskListPath: null }),
);

const taskListPath = checked(text.default(''), (value) =>
	value === '' ? null : faultOfAddresses({ baseUrl: 'https://api.send.ai', taskListPath: value }),
).transform((value) => (value === '' ? null : value));

const taskUrl = checked(text.default(''), (value) => {
	if (value === '') return null;
	const url = URL.parse(value.replace(/\{(?:task_id|project_id)\}/g, 'id'));
	if (url === null || !/^https?:$/.test(url.protocol)) return 'is not an http address';
	if (!value.includes('{task_id}')) return 'does not say where the {task_id} stands';
	return /[{}]/.test(value.replace(/\{(?:task_id|project_id)\}/g, ''))
		? 'holds another placeholder than {task_id} and {project_id}'
		: null;
}).transform((value) => (value === '' ? null : value));

const alertWebhookUrl = checked(text.default(''), (value) => {
	if (value === '') return null;
	const url = URL.parse(value);
	if (url === null) return 'is not a URL';
	const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
	return safe ? null : 'must be https (http only for this machine)';
}).transform((value) => (value === '' ? null : value));

const alertWebhookSecret = checked(text.default(''), (value) => {
	if (value === '') return null;
	if (!value.startsWith('whsec_')) return 'does not begin with whsec_';
	const key = value.slice('whsec_'.length);
	if (!isBase64(key)) return 'is not valid base64 after whsec_';
	return key.length < shortestToken ? 'is too short' : null;
}).transform((value) => (value === '' ? null : value));

const dailyLimit = checked(text.default('none'), (value) =>
	value === 'none' || /^\d{1,9}$/.test(value) ? null : 'is neither a whole number nor none',
).transform((value) => (value === 'none' ? null : Number(value)));

const webhookRate = checked(text.default('500'), (value) =>
	value === 'none' || /^[1-9]\d{0,5}$/.test(value) ? null : 'is neither a whole number above 0 nor none',
).transform((value) => (value === 'none' ? null : Number(value)));

const optionalPort = checked(text.default(''), (value) =>
	value === '' || (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) ? null : 'is not a port',
).transform((value) => (value === '' ? null : Number(value)));

/** One schema over the variables as text; the rules that join several of them stand in `cross-checks.ts`. */
export const configSchema = z.object({
	SENDAI_API_KEY: checked(text, (value) => (/^[\x21-\x7e]+$/.test(value) ? null : 'holds characters that no key has')),
	SENDAI_TEAM_ID: checked(text, (value) => (validId(value) && !value.includes(',') ? null : 'is not an id')),
	SENDAI_PROJECT_IDS: projects,
	SENDAI_BASE_URL: baseUrl,
	SENDAI_TASK_LIST_PATH: taskListPath,
	SENDAI_TASK_URL: taskUrl,
	WEBHOOK_SECRETS: webhookSecrets,
	OPERATOR_TOKEN: checked(text.default(''), (value) =>
		value === '' || isToken(value) ? null : `has fewer than ${shortestToken} characters, or others than visible ASCII`,
	),
	OPERATORS: operators,
	SECRET_KEYS: secretKeys,
	DATABASE_URL: database,
	RULES_DIR: text.default('rules'),
	PORT: wholeNumber(0, 65_535, 8787),
	HOST: checked(text.default('127.0.0.1'), (value) => (/^[\w.:[\]-]+$/.test(value) ? null : 'is not an address')),
	OPERATOR_PORT: optionalPort,
	DAILY_LIMIT: dailyLimit,
	WEBHOOK_RATE: webhookRate,
	TIMEZONE: timeZone,
	CONCURRENCY: wholeNumber(1, 100, 8),
	UNKNOWN_WAIT_SECONDS: wholeNumber(10, 86_400, 60),
	RETAIN_EVENTS_DAYS: wholeNumber(7, 3_650, 35),
	RETAIN_DECISIONS_DAYS: wholeNumber(35, 3_650, 400),
	RETAIN_HASHES_DAYS: wholeNumber(1, 3_650, 30),
	STORE_CONTENT_DAYS: wholeNumber(0, 3_650, 0),
	ALERT_WEBHOOK_URL: alertWebhookUrl,
	ALERT_WEBHOOK_SECRET: alertWebhookSecret,
});

export type ConfigValues = z.output<typeof configSchema>;

/** Printable ASCII without a space: what an `Authorization` header carries unchanged. */
function isToken(value: string): boolean {
	return value.length >= shortestToken && /^[\x21-\x7e]+$/.test(value);
}

function isBase64(value: string): boolean {
	return value.length > 0 && value.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(value);
}

const isPostgres = (value: string) => /^postgres(?:ql)?:/.test(value);

/** Never names what stands in it: there is a password. */
function faultOfPostgres(value: string): string | null {
	const url = URL.parse(value);
	if (url === null || url.hostname === '') return 'is no postgres: address with a host';
	return /^\/[^/]+$/.test(url.pathname) ? null : 'names no database';
}

/** `file:x.db`, `file:/x.db` and `file:///x.db`; null for another scheme. */
function databasePath(value: string): string | null {
	if (!value.startsWith('file:')) return null;
	const path = value.slice('file:'.length);
	return path.startsWith('///') ? path.slice(2) : path;
}

/** The client knows best which addresses it can build; its message names the variable and the remedy around the fault. */
function faultOfAddresses(options: { baseUrl: string; taskListPath: string | null }): string | null {
	try {
		createAddresses({ ...options, teamId: 'team' });
		return null;
	} catch (error) {
		const message = error instanceof Error ? error.message : '';
		return /^[A-Z_]+ (.*); give it like/.exec(message)?.[1] ?? 'cannot be used';
	}
}
