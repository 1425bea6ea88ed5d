/** `npm run deploy`: rules, tables, code, and the rules in force, in the order in which nothing is completed twice. */
import { join } from 'node:path';
import { collectValues } from '../config/collect-values.ts';
import type { RuleSet } from '../core/ruleset/index.ts';
import type { Clock, Fetch } from '../platform/index.ts';
import { isLoopback } from '../platform/is-loopback.ts';
import { nodeDigest } from '../platform/node.ts';
import { loadFolder } from '../rulesource/folder.ts';
import { runCheck } from './check.ts';
import { checkAccount } from './deploy-worker-account.ts';
import { readWorkerConfiguration, unfilledIn } from './deploy-worker-configuration.ts';
import { checkReady, type Deployed, putInForce } from './deploy-worker-rules.ts';
import { type DeployFailure, failed, type Step, sayAndRun } from './deploy-worker-steps.ts';
import { migrate, upload } from './deploy-worker-upload.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import type { RunWrangler } from './run-wrangler.ts';

export interface DeployOptions {
	/** Of `wrangler.toml`; empty for its top level, which is production. */
	readonly env: string;
	/** Where the Worker is reached; what wrangler says when left out. */
	readonly url?: string | undefined;
	/** Only what needs no account: rules, configuration, build. */
	readonly dryRun: boolean;
	readonly json: boolean;
}

/** What deploying reaches for. */
export interface DeployParts {
	/** The folder of `wrangler.toml`. */
	readonly root: string;
	readonly wrangler: RunWrangler;
	readonly fetch: Fetch;
	readonly clock: Clock;
	/** For how long the rules may take to be in force, ms; two minutes when left out. */
	readonly patienceMs?: number;
}

interface Report {
	readonly revision: string;
	readonly gzipBytes: number | null;
	readonly url: string | null;
	readonly versionId: string | null;
	readonly unfilled: readonly string[];
	readonly notes: readonly string[];
}

/**
 * Deploys to Cloudflare: everything that can be wrong is looked at before anything is changed, the tables are brought up to
 * date before the code that needs them, and the rules are put in force last, until which the deployment before keeps the
 * work. 0 when the new rules are in force and the Worker is ready; 1 when something of the project is wrong; 2 when the
 * command is; 3 when the account or the network would not.
 */
export async function runDeployWorker(options: DeployOptions, parts: DeployParts, io: CliIo): Promise<ExitCode> {
	const { json, dryRun } = options;
	// With --json nothing but the JSON goes to standard output.
	const quiet: CliIo = json ? { ...io, print: () => undefined, write: () => undefined } : io;
	const done = await deploy(options, parts, quiet);
	if (!done.ok) {
		for (const line of done.lines) io.complain(line);
		if (json) io.print(JSON.stringify({ ok: false, step: done.step, said: done.lines }));
		return exitCodeOf(done);
	}
	if (json) {
		const { revision, url, notes, unfilled } = done;
		const sizes = { version_id: done.versionId, gzip_bytes: done.gzipBytes };
		io.print(JSON.stringify({ ok: true, dry_run: dryRun, revision, url, ...sizes, notes, unfilled }));
	} else sayDone(options, done, io);
	return exitCodes.good;
}

async function deploy(options: DeployOptions, parts: DeployParts, io: CliIo): Promise<Step<Report>> {
	const { env, dryRun } = options;
	const { values } = collectValues(io.environment(), io.readFile);
	const token = values.OPERATOR_TOKEN;
	if (token === undefined && !dryRun) {
		return failed(
			'token',
			'OPERATOR_TOKEN is not set here: set it to the one that the Worker has as its secret, since putting the rules in ' +
				'force is an act of an operator. It is read from the environment or .env, never from the command line.',
		);
	}
	const given = options.url ?? (io.environment().GREENLANE_URL || undefined);
	const url = given === undefined ? null : addressOf(given);
	if (given !== undefined && url === null) {
		return failed('address', '--url (or GREENLANE_URL) is not an address like https://greenlane.example.workers.dev.');
	}

	const checked = await checkRules(io);
	if (!checked.ok) return checked;
	const { ruleSet } = checked;
	const { revision } = ruleSet;

	const read = await readWorkerConfiguration(join(parts.root, 'wrangler.toml'), env);
	if (!read.ok) return read;
	const unfilled = unfilledIn(read.configuration, env);
	if (unfilled.length > 0 && !dryRun) return failed('configuration', ...unfilled);

	const wrangler = sayAndRun(parts.wrangler, env, io);
	const built = await upload(wrangler, 'build');
	if (!built.ok) return built;
	const { gzipBytes } = built.uploaded;
	if (dryRun || token === undefined) {
		return { ok: true, revision, gzipBytes, url, versionId: null, unfilled, notes: [] };
	}

	const needsSecretKeys = ruleSet.rules.some(({ mode }) => mode === 'live');
	const account = await checkAccount(wrangler, read.configuration, env, needsSecretKeys);
	if (!account.ok) return account;
	const migrated = await migrate(wrangler);
	if (!migrated.ok) return migrated;
	const deployed = await upload(wrangler, 'deploy');
	if (!deployed.ok) return deployed;
	const { versionId } = deployed.uploaded;

	const address = url ?? deployed.uploaded.url;
	if (address === null) {
		return failed(
			'address',
			'The deployment is uploaded, but wrangler names no address of it, so its rules are not in force. Run this again ' +
				'with --url https://...; it does no harm.',
		);
	}
	const target: Deployed = {
		url: address.replace(/\/+$/, ''),
		token,
		fetch: parts.fetch,
		clock: parts.clock,
		patienceMs: parts.patienceMs ?? 120_000,
	};
	io.print(
		io.paint('quiet', `POST ${target.url}/v1/rules/reload, until revision ${revision.slice(0, 12)} is in force`),
	);
	const inForce = await putInForce(target, revision);
	if (!inForce.ok) return inForce;
	io.print(io.paint('quiet', `GET ${target.url}/readyz`));
	const ready = await checkReady(target);
	if (!ready.ok) return ready;
	return { ok: true, revision, gzipBytes, url: target.url, versionId, unfilled, notes: ready.notes };
}

async function checkRules(io: CliIo): Promise<Step<{ readonly ruleSet: RuleSet }>> {
	const dir = io.environment().RULES_DIR || 'rules';
	const options = { writeSchema: false, against: [], fix: false, watch: false, json: false };
	const code = await runCheck(dir, options, io);
	const loaded = await loadFolder(dir, nodeDigest.sha256);
	if (code === exitCodes.good && loaded.ok) return { ok: true, ruleSet: loaded.ruleSet };
	return failed(
		'rules',
		`The rules in ${dir} are refused; nothing was deployed. \`npm run greenlane -- check\` says why.`,
	);
}

/** Null: none that a token may be sent to. */
function addressOf(text: string): string | null {
	const url = URL.parse(text);
	if (url === null || url.username !== '' || url.search !== '' || url.hash !== '') return null;
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) return null;
	return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function exitCodeOf({ step }: DeployFailure): ExitCode {
	switch (step) {
		case 'token':
			return exitCodes.wrongUsage;
		case 'rules':
		case 'configuration':
		case 'build':
		case 'queues':
		case 'secrets':
		case 'ready':
			return exitCodes.failed;
		case 'address':
		case 'account':
		case 'migrations':
		case 'deploy':
		case 'reload':
			return exitCodes.couldNotRun;
	}
}

function sayDone({ env, dryRun }: DeployOptions, report: Report, io: CliIo): void {
	const size = report.gzipBytes === null ? 'size unknown' : `${(report.gzipBytes / 1024).toFixed(1)} KiB gzip`;
	const revision = report.revision.slice(0, 12);
	if (dryRun) {
		io.print(`${io.paint('good', 'good')}: it builds, ${size}, revision ${revision}. Nothing was deployed.`);
		for (const line of report.unfilled) io.print(`${io.paint('doubtful', 'to fill in')}: ${line}`);
		return;
	}
	const version = report.versionId === null ? '' : `, version ${report.versionId}`;
	io.print(
		`${io.paint('good', 'deployed')}: ${report.url}${version}, ${size}; revision ${revision} is in force, and it is ready.`,
	);
	for (const note of report.notes) io.print(`${io.paint('doubtful', 'note')}: ${note}`);
	io.print(`Back to the one before: npx wrangler rollback --env=${env}, then put its rules in force:`);
	io.print(`  curl -X POST -H "authorization: Bearer $OPERATOR_TOKEN" ${report.url}/v1/rules/reload`);
	io.print(
		'Until then it accepts events and leaves the work alone; the tables stay as they are, which it can work with.',
	);
}
