import { parseEnv } from 'node:util';
import type { Environment, VariableName } from '../config.ts';

export interface EnvFacts {
	/** What the surroundings have set already. */
	readonly env: Environment;
	/** The projects of the tasks that were given. */
	readonly projects: readonly string[];
	/** `RULES_DIR`; null when it is the usual one. */
	readonly rulesDir: string | null;
	readonly randomBytes: (count: number) => Uint8Array;
}

/** One setting of a new `.env`. */
interface Line {
	readonly name: VariableName;
	/** In plain words, above the line. */
	readonly comment: string;
	readonly value: string;
	/** A command that adds the line to a file that lacks it, where more than the name is needed. */
	readonly shell?: string;
}

/** Another way of setting the same; both would contradict each other. */
const instead: Partial<Record<VariableName, readonly string[]>> = { OPERATOR_TOKEN: ['OPERATORS'] };
/** Without quotes in a `.env`. */
const plainValue = /^[\w.,*@/+-]+$/;

/** The settings of a new `.env`: secrets that are made here, cautious values, and empty what only the account's owner knows. */
function linesOf({ env, projects, rulesDir, randomBytes }: EnvFacts): readonly Line[] {
	const known = (name: VariableName) => {
		const value = env[name]?.trim() ?? '';
		return plainValue.test(value) ? value : '';
	};
	const secret = () => Buffer.from(randomBytes(32)).toString('base64url');
	const fromTasks = projects.every((id) => plainValue.test(id) && !id.includes(',')) ? projects.join(',') : '';
	return [
		{
			name: 'SENDAI_API_KEY',
			comment:
				'The API key of your team at Send AI. task.read is enough while no rule is live; then task.edit as well.',
			// Never taken over: a copy of a secret in a file is one more place where it can be lost.
			value: '',
		},
		{ name: 'SENDAI_TEAM_ID', comment: 'The id of your team, as Send AI shows it.', value: known('SENDAI_TEAM_ID') },
		{
			name: 'SENDAI_PROJECT_IDS',
			comment: 'The projects that Greenlane works for, separated by commas; * is every project of the team.',
			value: known('SENDAI_PROJECT_IDS') || fromTasks,
		},
		{
			name: 'WEBHOOK_SECRETS',
			comment:
				'Signs what Send AI sends to /webhooks/send-ai. Made here; give it to Send AI, or put theirs in its place.',
			value: `whsec_${Buffer.from(randomBytes(32)).toString('base64')}`,
			shell: 'whsec_$(openssl rand -base64 32)',
		},
		{
			name: 'OPERATOR_TOKEN',
			comment: 'Whoever has it may use the operator API: see decisions, pause, reload. Made here.',
			value: secret(),
			shell: '$(openssl rand -hex 32)',
		},
		{
			name: 'SECRET_KEYS',
			comment:
				'Draws the tasks that people check, and hashes what is stored. Made here; keep it as long as the database.',
			value: secret(),
			shell: '$(openssl rand -hex 32)',
		},
		{
			name: 'DAILY_LIMIT',
			comment: 'Most completions per project and day, or none. Low to begin with: raise it once you trust your rules.',
			value: '50',
		},
		{
			name: 'TIMEZONE',
			comment: 'Where the day of that limit ends, and what "today" means in a rule, like Europe/Amsterdam.',
			value: known('TIMEZONE') || 'UTC',
		},
		...(rulesDir === null || !plainValue.test(rulesDir)
			? []
			: [{ name: 'RULES_DIR', comment: 'The folder of the rule files.', value: rulesDir } as const]),
	];
}

/**
 * The text of a new `.env`. Secrets are made here and never taken from elsewhere: a secret that the surroundings have set
 * already is left out, since they have precedence, and a line beside a `_FILE` twin would contradict it.
 */
export function writeEnv(facts: EnvFacts): { readonly text: string; readonly toFill: readonly VariableName[] } {
	const lines = linesOf(facts);
	const isElsewhere = ({ name, shell }: Line) =>
		isSet(facts.env, `${name}_FILE`) ||
		(shell !== undefined && isSet(facts.env, name)) ||
		(instead[name] ?? []).some((other) => isSet(facts.env, other) || isSet(facts.env, `${other}_FILE`));
	const blocks = lines.map((line) =>
		isElsewhere(line)
			? `# ${line.comment}\n# ${line.name} is set in the environment already.`
			: `# ${line.comment}\n${line.name}=${line.value}`,
	);
	const toFill = lines.filter((line) => line.value === '' && !isElsewhere(line) && !isSet(facts.env, line.name));
	const head = '# Settings of Greenlane, which it reads at start. They are secret: this file belongs in no repository.';
	return { text: `${[head, ...blocks].join('\n\n')}\n`, toFill: toFill.map(({ name }) => name) };
}

/**
 * What an existing `.env` lacks, each as a line to add. A secret is made by the command in it: it is printed nowhere.
 *
 * @param text of the file
 */
export function missingLines(
	text: string,
	facts: EnvFacts,
): readonly { readonly name: string; readonly line: string }[] {
	const has: Environment = { ...facts.env, ...namesIn(text) };
	return linesOf(facts)
		.filter(({ name }) =>
			[name, ...(instead[name] ?? [])].every((one) => has[one] === undefined && has[`${one}_FILE`] === undefined),
		)
		.map(({ name, value, shell }) => ({ name, line: `${name}=${shell ?? value}` }));
}

/** Names that an existing `.env` has without a value, and that are set nowhere else. */
export function emptyIn(text: string, facts: EnvFacts): readonly VariableName[] {
	const values = namesIn(text);
	return linesOf(facts)
		.map(({ name }) => name)
		.filter((name) => values[name]?.trim() === '' && !isSet(facts.env, name) && !isSet(values, `${name}_FILE`));
}

/** The variables of a `.env`, also those without a value. */
export function namesIn(text: string): Environment {
	return parseEnv(text);
}

function isSet(env: Environment, name: string): boolean {
	return (env[name]?.trim() ?? '') !== '';
}
