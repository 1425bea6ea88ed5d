import type { z } from 'zod';
import { collectValues, type Environment, type ReadFile } from './config/collect-values.ts';
import { crossCheck } from './config/cross-checks.ts';
import { findNearMisses } from './config/near-misses.ts';
import { type ConfigValues, configSchema, type DatabaseAddress, type OperatorAccess } from './config/schema.ts';
import { type ConfigProblem, isVariableName, remedies, type VariableName } from './config/variables.ts';
import type { RuleSet } from './core/ruleset/types.ts';

export type { Environment, ReadFile } from './config/collect-values.ts';
export type { DatabaseAddress, OperatorAccess } from './config/schema.ts';
export { type ConfigProblem, type VariableName, variableNames } from './config/variables.ts';
export { isLoopback } from './platform/is-loopback.ts';

const dayMs = 86_400_000;

/** The configuration, parsed once at start. */
export interface Config {
	readonly sendai: {
		readonly apiKey: string;
		readonly teamId: string;
		/** Null: every project of the team. */
		readonly projects: readonly string[] | null;
		readonly baseUrl: string;
		readonly taskListPath: string | null;
	};
	/** Where a task is seen at Send AI, with `{task_id}` and perhaps `{project_id}`; null: the pages link to nothing. */
	readonly taskUrl: string | null;
	readonly webhookSecrets: readonly string[];
	/** Empty: nobody needs a token. Only ever so on loopback. */
	readonly operators: readonly OperatorAccess[];
	/** First is current. May be empty while no rule is live: see `requireSecretKeys`. */
	readonly secretKeys: readonly string[];
	readonly database: DatabaseAddress;
	readonly rulesDir: string;
	readonly host: string;
	/** 0: a free one. */
	readonly port: number;
	/** Null: pages and API stand on the webhook's port. */
	readonly operatorPort: number | null;
	/** Most completions per project and day; null: no limit. */
	readonly dailyLimit: number | null;
	/** Notifications a second for each secret; null: any number. */
	readonly webhookRate: number | null;
	readonly timeZone: string;
	/** Calls to Send AI at once. */
	readonly concurrency: number;
	readonly unknownWaitMs: number;
	/** For how long what is kept, in ms. */
	readonly retention: {
		readonly eventsMs: number;
		readonly decisionsMs: number;
		readonly hashesMs: number;
		/** What documents said; 0: none of it is kept. */
		readonly contentMs: number;
	};
	readonly alertWebhookUrl: string | null;
	/** Signs alerts by Standard Webhooks; null: they are not signed. */
	readonly alertWebhookSecret: string | null;
}

export type ConfigReading =
	| { readonly ok: true; readonly config: Config }
	| { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * Reads the configuration from an environment. All problems are reported at once, each with the variable's name, the
 * fault and the remedy; none quotes a value, since any value may be a secret.
 */
export function readConfig(env: Environment, { readFile }: { readonly readFile: ReadFile }): ConfigReading {
	const reading = readBy(configSchema, env, readFile);
	return reading.ok ? { ok: true, config: toConfig(reading.values) } : reading;
}

/** What a command needs that only reads from Send AI: no webhook, no operators. */
export type SendAiReading =
	| {
			readonly ok: true;
			readonly sendai: Config['sendai'];
			readonly concurrency: number;
			readonly timeZone: string;
			readonly database: DatabaseAddress;
	  }
	| { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Reads the part of the configuration that `probe` and `explain` need. */
export function readSendAiConfig(env: Environment, { readFile }: { readonly readFile: ReadFile }): SendAiReading {
	const reading = readBy(sendAiSchema, env, readFile);
	if (!reading.ok) return reading;
	const { values } = reading;
	return {
		ok: true,
		sendai: toSendAi(values),
		concurrency: values.CONCURRENCY,
		timeZone: values.TIMEZONE,
		database: values.DATABASE_URL,
	};
}

/** Reads where the ledger is: all that a command needs which only looks something up. */
export function readDatabaseAddress(
	env: Environment,
	{ readFile }: { readonly readFile: ReadFile },
):
	| { readonly ok: true; readonly database: DatabaseAddress }
	| { readonly ok: false; readonly problems: readonly ConfigProblem[] } {
	const reading = readBy(configSchema.pick({ DATABASE_URL: true }), env, readFile);
	return reading.ok ? { ok: true, database: reading.values.DATABASE_URL } : reading;
}

/** Reads what a command needs that looks at what documents said. */
export function readContentConfig(
	env: Environment,
	{ readFile }: { readonly readFile: ReadFile },
):
	| { readonly ok: true; readonly secretKeys: readonly string[]; readonly contentMs: number }
	| { readonly ok: false; readonly problems: readonly ConfigProblem[] } {
	const reading = readBy(configSchema.pick({ SECRET_KEYS: true, STORE_CONTENT_DAYS: true }), env, readFile);
	if (!reading.ok) return reading;
	const { SECRET_KEYS: secretKeys, STORE_CONTENT_DAYS: days } = reading.values;
	return { ok: true, secretKeys, contentMs: days * dayMs };
}

/** Reads whose days are meant. */
export function readTimeZone(
	env: Environment,
	{ readFile }: { readonly readFile: ReadFile },
):
	| { readonly ok: true; readonly timeZone: string }
	| { readonly ok: false; readonly problems: readonly ConfigProblem[] } {
	const reading = readBy(configSchema.pick({ TIMEZONE: true }), env, readFile);
	return reading.ok ? { ok: true, timeZone: reading.values.TIMEZONE } : reading;
}

const sendAiSchema = configSchema.pick({
	SENDAI_API_KEY: true,
	SENDAI_TEAM_ID: true,
	SENDAI_PROJECT_IDS: true,
	SENDAI_BASE_URL: true,
	SENDAI_TASK_LIST_PATH: true,
	CONCURRENCY: true,
	TIMEZONE: true,
	DATABASE_URL: true,
});

type ReadValues<T> =
	| { readonly ok: true; readonly values: T }
	| { readonly ok: false; readonly problems: readonly ConfigProblem[] };

function readBy<Shape extends z.ZodRawShape>(
	schema: z.ZodObject<Shape>,
	env: Environment,
	readFile: ReadFile,
): ReadValues<z.output<z.ZodObject<Shape>>> {
	const wanted = (name: string) => Object.hasOwn(schema.shape, name.replace(/_FILE$/, ''));
	const collected = collectValues(env, readFile);
	const { values } = collected;
	const problems = collected.problems.filter((problem) => wanted(problem.name));
	const broken = new Set(problems.map((problem) => problem.name.replace(/_FILE$/, '')));

	const misspelt = new Set<VariableName>();
	for (const [name, meant] of findNearMisses(env, (known) => values[known] !== undefined)) {
		if (!wanted(meant)) continue;
		misspelt.add(meant);
		problems.push({
			name,
			fault: `is not a setting; did you mean ${meant}?`,
			remedy: `rename it to ${meant}, or unset it`,
		});
	}

	const parsed = schema.safeParse(values);
	for (const issue of parsed.error?.issues ?? []) {
		const name = String(issue.path[0] ?? '');
		// Said already: a twin that cannot be read, or another spelling that is set.
		if (!isVariableName(name) || broken.has(name) || (misspelt.has(name) && values[name] === undefined)) continue;
		problems.push({ name, fault: issue.message, remedy: remedies[name] });
	}
	problems.push(...crossCheck(values).filter((problem) => wanted(problem.name) && !broken.has(problem.name)));
	return parsed.success && problems.length === 0 ? { ok: true, values: parsed.data } : { ok: false, problems };
}

/**
 * A live rule needs `SECRET_KEYS`: without them no task can be drawn for audit. Checked once the rules are loaded.
 *
 * @returns the problem, or null when there is none
 */
export function requireSecretKeys(config: Pick<Config, 'secretKeys'>, ruleSet: RuleSet): ConfigProblem | null {
	if (config.secretKeys.length > 0 || !ruleSet.rules.some((rule) => rule.mode === 'live')) return null;
	return {
		name: 'SECRET_KEYS',
		fault: 'is not set although a rule is live: the tasks that people check cannot be drawn without it',
		remedy: remedies.SECRET_KEYS,
	};
}

/** `name: fault; remedy`, for people. */
export function formatProblem({ name, fault, remedy }: ConfigProblem): string {
	return `${name} ${fault}; ${remedy}.`;
}

/** Every secret of a configuration, for the log to blot out. */
export function secretsOf(config: Config): readonly string[] {
	return [
		config.sendai.apiKey,
		...config.webhookSecrets,
		...config.operators.map((operator) => operator.token),
		...config.secretKeys,
		...passwordsOf(config.database),
		...[config.alertWebhookUrl, config.alertWebhookSecret].filter((secret) => secret !== null),
	];
}

/** As it stands in the address, and as it is. */
function passwordsOf(database: DatabaseAddress): readonly string[] {
	const password = database.kind === 'postgres' ? (URL.parse(database.url)?.password ?? '') : '';
	return password === '' ? [] : [...new Set([password, decodeURIComponent(password)])];
}

function toConfig(values: ConfigValues): Config {
	return {
		sendai: toSendAi(values),
		taskUrl: values.SENDAI_TASK_URL,
		webhookSecrets: values.WEBHOOK_SECRETS,
		operators:
			values.OPERATOR_TOKEN === ''
				? values.OPERATORS
				: [{ name: 'operator', role: 'operate', token: values.OPERATOR_TOKEN }],
		secretKeys: values.SECRET_KEYS,
		database: values.DATABASE_URL,
		rulesDir: values.RULES_DIR,
		host: values.HOST,
		port: values.PORT,
		operatorPort: values.OPERATOR_PORT,
		dailyLimit: values.DAILY_LIMIT,
		webhookRate: values.WEBHOOK_RATE,
		timeZone: values.TIMEZONE,
		concurrency: values.CONCURRENCY,
		unknownWaitMs: values.UNKNOWN_WAIT_SECONDS * 1_000,
		retention: {
			eventsMs: values.RETAIN_EVENTS_DAYS * dayMs,
			decisionsMs: values.RETAIN_DECISIONS_DAYS * dayMs,
			hashesMs: values.RETAIN_HASHES_DAYS * dayMs,
			contentMs: values.STORE_CONTENT_DAYS * dayMs,
		},
		alertWebhookUrl: values.ALERT_WEBHOOK_URL,
		alertWebhookSecret: values.ALERT_WEBHOOK_SECRET,
	};
}

function toSendAi(
	values: Pick<
		ConfigValues,
		'SENDAI_API_KEY' | 'SENDAI_TEAM_ID' | 'SENDAI_PROJECT_IDS' | 'SENDAI_BASE_URL' | 'SENDAI_TASK_LIST_PATH'
	>,
): Config['sendai'] {
	return {
		apiKey: values.SENDAI_API_KEY,
		teamId: values.SENDAI_TEAM_ID,
		projects: values.SENDAI_PROJECT_IDS,
		baseUrl: values.SENDAI_BASE_URL,
		taskListPath: values.SENDAI_TASK_LIST_PATH,
	};
}
