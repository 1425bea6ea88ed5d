import type { WorkerConfiguration } from './deploy-worker-configuration.ts';
import { failed, type SayAndRun, type Step, saidBy } from './deploy-worker-steps.ts';

/** How long a message must be kept, as README and `wrangler.toml` say: 14 days. */
const retentionSeconds = 1_209_600;

/** What must be there before anything is changed: somebody logged in, the queues, the secrets. */
export async function checkAccount(
	wrangler: SayAndRun,
	configuration: WorkerConfiguration,
	env: string,
	needsSecretKeys: boolean,
): Promise<Step<object>> {
	const who = await wrangler(['whoami', '--json']);
	if (who.code !== 0 || !isLoggedIn(who.stdout)) {
		return failed(
			'account',
			'Wrangler is not logged in to Cloudflare. Run `npx wrangler login`; or, where nobody can, set ' +
				'CLOUDFLARE_API_TOKEN to a token that may edit Workers, D1 and Queues.',
		);
	}
	for (const queue of configuration.queues) {
		const found = await wrangler(['queues', 'info', queue]);
		if (found.code === 0) continue;
		if (!/does not exist/.test(`${found.stdout}${found.stderr}`)) {
			return failed('account', `Wrangler could not look up the queue ${queue}:`, ...saidBy(found));
		}
		return failed(
			'queues',
			`The queue ${queue} does not exist in this account. Make it, then deploy again:`,
			`  npx wrangler queues create ${queue} --message-retention-period-secs ${retentionSeconds} --jurisdiction eu`,
		);
	}
	const listed = await wrangler(['secret', 'list', '--format', 'json']);
	const names = namesOf(listed.stdout);
	// Before the first deployment there is no Worker to have any.
	const isNew = /\b10007\b|does not exist/.test(`${listed.stdout}${listed.stderr}`);
	if ((listed.code !== 0 || names === null) && !isNew) {
		return failed('account', 'Wrangler could not list the secrets:', ...saidBy(listed));
	}
	const known = new Set([...(names ?? []), ...Object.keys(configuration.variables)]);
	const missing = ['SENDAI_API_KEY', 'WEBHOOK_SECRETS', ...(needsSecretKeys ? ['SECRET_KEYS'] : [])].filter(
		(name) => !known.has(name),
	);
	if (!known.has('OPERATOR_TOKEN') && !known.has('OPERATORS')) missing.push('OPERATOR_TOKEN');
	if (missing.length === 0) return { ok: true };
	return failed(
		'secrets',
		`The Worker ${configuration.name} has no ${missing.join(', ')}. Set ${missing.length === 1 ? 'it' : 'them'}, then deploy again:`,
		...missing.map((name) => `  npx wrangler secret put ${name} --env=${env}`),
	);
}

function isLoggedIn(text: string): boolean {
	const said = parse(text);
	return typeof said === 'object' && said !== null && Reflect.get(said, 'loggedIn') === true;
}

/** Null when it is no list of secrets. */
function namesOf(text: string): readonly string[] | null {
	const said = parse(text);
	if (!Array.isArray(said)) return null;
	return said.flatMap((one: unknown) => {
		const name: unknown = typeof one === 'object' && one !== null ? Reflect.get(one, 'name') : null;
		return typeof name === 'string' ? [name] : [];
	});
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
