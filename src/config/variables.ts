/**
 * Every variable that Greenlane reads, with the remedy that a problem with it ends in. A remedy is an example, never a
 * value that somebody set: values may be secrets, or secrets put under the wrong name.
 */
export const remedies = {
	SENDAI_API_KEY: 'set it to an API key of the team with the scopes task.read and task.edit',
	SENDAI_TEAM_ID: 'set it to the team id as Send AI shows it',
	SENDAI_PROJECT_IDS: 'set it to the project ids, separated by commas, or to * for every project of the team',
	SENDAI_BASE_URL: 'give an address like https://api.send.ai, or leave it out',
	SENDAI_TASK_LIST_PATH:
		'give a path like /v2/{team_id}/project/{project_id}/tasks?upload_id={upload_id}&status=REVIEWING, or leave it out when the account has no list call',
	SENDAI_TASK_URL: 'give an address like https://app.example/projects/{project_id}/tasks/{task_id}, or leave it out',
	WEBHOOK_SECRETS:
		'set it to what Send AI signs or sends, separated by commas: whsec_... secrets or bearer tokens of at least 16 characters',
	OPERATOR_TOKEN: 'set it to a random text of at least 16 characters, for example of `openssl rand -hex 32`',
	OPERATORS:
		'give a list like alice:operate:TOKEN,bob:read:TOKEN; the roles are read and operate, tokens have at least 16 characters',
	SECRET_KEYS:
		'set it to random texts of at least 32 characters, separated by commas, the current one first; `openssl rand -hex 32` makes one',
	DATABASE_URL: 'give a file like file:greenlane.db, or an address like postgres://user:password@host:5432/greenlane',
	RULES_DIR: 'give the folder of the rule files, like rules',
	PORT: 'give a port from 0 to 65535, like 8787; 0 picks a free one',
	HOST: 'give an address to listen on, like 127.0.0.1 or 0.0.0.0',
	OPERATOR_PORT: 'give a port from 0 to 65535 other than PORT, or leave it out to serve everything on one port',
	DAILY_LIMIT: 'give a whole number like 500, or none',
	WEBHOOK_RATE: 'give a whole number of notifications a second like 500, or none',
	TIMEZONE: 'give an IANA name like Europe/Amsterdam, or UTC',
	CONCURRENCY: 'give a whole number from 1 to 100, like 8',
	UNKNOWN_WAIT_SECONDS: 'give a whole number from 10 to 86400, like 60',
	RETAIN_EVENTS_DAYS: 'give a whole number of days from 7 to 3650, like 35, and at most RETAIN_DECISIONS_DAYS',
	RETAIN_DECISIONS_DAYS: 'give a whole number of days from 35 to 3650, like 400',
	RETAIN_HASHES_DAYS: 'give a whole number of days from 1 to 3650, like 30, and at most RETAIN_DECISIONS_DAYS',
	STORE_CONTENT_DAYS:
		'give a whole number of days from 0 to 3650, at most RETAIN_DECISIONS_DAYS; 0, or leaving it out, keeps no document text',
	ALERT_WEBHOOK_URL: 'give an https address that takes JSON with a text line, or leave it out',
	ALERT_WEBHOOK_SECRET:
		'give the whsec_... secret by which the receiver of alerts checks their signature, or leave it out',
} as const;

export type VariableName = keyof typeof remedies;

export const variableNames = Object.keys(remedies) as readonly VariableName[];

export function isVariableName(name: string): name is VariableName {
	return Object.hasOwn(remedies, name);
}

/** Something in the environment that stops the start. Holds no value, only names. */
export interface ConfigProblem {
	/** The variable as it was (or should have been) set. */
	readonly name: string;
	readonly fault: string;
	readonly remedy: string;
}
