import * as z from 'zod';
import { failed, type Step } from './deploy-worker-steps.ts';

/** What we look at of wrangler's answer, which it calls unstable: something else is refused, not guessed at. */
const configurationSchema = z.object({
	name: z.string().default(''),
	vars: z.record(z.string(), z.unknown()).default({}),
	d1_databases: z.array(z.object({ database_id: z.string().default('') })).default([]),
	queues: z.object({
		producers: z.array(z.object({ queue: z.string() })).default([]),
		consumers: z.array(z.object({ queue: z.string(), dead_letter_queue: z.string().optional() })).default([]),
	}),
});

/** What deploying needs to know of `wrangler.toml`. */
export interface WorkerConfiguration {
	readonly name: string;
	readonly databaseIds: readonly string[];
	readonly queues: readonly string[];
	/** Variables by name, those that are text. */
	readonly variables: Readonly<Record<string, string>>;
}

/** Reads `wrangler.toml` as wrangler itself does. */
export async function readWorkerConfiguration(
	path: string,
	env: string,
): Promise<Step<{ readonly configuration: WorkerConfiguration }>> {
	const { unstable_readConfig: readConfig } = await import('wrangler');
	try {
		const read = configurationSchema.parse(
			readConfig({ config: path, ...(env === '' ? {} : { env }) }, { hideWarnings: true }),
		);
		const { producers, consumers } = read.queues;
		const queues = [...producers, ...consumers].map(({ queue }) => queue);
		const dead = consumers.flatMap(({ dead_letter_queue: queue }) => (queue === undefined ? [] : [queue]));
		const variables = Object.entries(read.vars).filter((one): one is [string, string] => typeof one[1] === 'string');
		return {
			ok: true,
			configuration: {
				name: read.name,
				databaseIds: read.d1_databases.map(({ database_id: id }) => id),
				queues: [...new Set([...queues, ...dead])],
				variables: Object.fromEntries(variables),
			},
		};
	} catch (error) {
		const said = error instanceof Error ? error.message.trim().split('\n') : [];
		return failed(
			'configuration',
			'wrangler.toml cannot be read, or has no such environment; name one of it with --env.',
			...said.map((line) => `  ${line}`),
		);
	}
}

/** Ids that `wrangler.toml` has until somebody fills in their own. */
const placeholder = /^0{8}-0{4}-0{4}-0{4}-0{11}\d$/;

/** What somebody has still to fill in, a line each. */
export function unfilledIn({ databaseIds, variables }: WorkerConfiguration, env: string): readonly string[] {
	const section = env === '' ? '' : `env.${env}.`;
	const lines: string[] = [];
	if (databaseIds.length === 0 || databaseIds.some((id) => id === '' || placeholder.test(id))) {
		const name = env === '' ? 'greenlane' : `greenlane-${env}`;
		lines.push(
			`wrangler.toml: database_id of [[${section}d1_databases]] is still a placeholder. Put in the id that ` +
				`\`npx wrangler d1 create ${name} --jurisdiction eu\` answered; \`npx wrangler d1 list\` shows it again.`,
		);
	}
	for (const variable of ['SENDAI_TEAM_ID', 'SENDAI_PROJECT_IDS']) {
		if ((variables[variable] ?? '') === '')
			lines.push(`wrangler.toml: ${variable} of [${section}vars] is empty. Put in the one of your Send AI account.`);
	}
	return lines;
}
