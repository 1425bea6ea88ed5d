import type { Clock, Fetch } from '../platform/index.ts';
import { failed, type Step } from './deploy-worker-steps.ts';

export interface Deployed {
	/** Without a slash at the end. */
	readonly url: string;
	/** Of an operator who may operate. */
	readonly token: string;
	readonly fetch: Fetch;
	readonly clock: Clock;
	/** For how long the rules may take to be in force, ms. */
	readonly patienceMs: number;
}

const everyMs = 2_000;
const callTimeoutMs = 30_000;

/**
 * Puts the deployed rules in force, and makes sure that they are. For a while after a deployment the one before may still
 * answer, and would put its own back: so it is asked until a deployment with this revision answers that nothing had to
 * change.
 */
export async function putInForce(deployed: Deployed, revision: string): Promise<Step<object>> {
	const { clock, patienceMs } = deployed;
	const until = clock.now() + patienceMs;
	let last = 'there was no answer';
	for (;;) {
		const answer = await call(deployed, 'POST', '/v1/rules/reload');
		const body = answer?.body ?? {};
		if (answer?.status === 401 || answer?.status === 403) return refused(deployed.url, answer.status);
		if (answer === null) last = 'there was no answer';
		else if (answer.status !== 200) last = `it answered ${answer.status} ${textOf(body.code)}`.trim();
		else if (body.revision !== revision) last = `it serves revision ${textOf(body.revision).slice(0, 12)}`;
		else if (body.outcome === 'unchanged') return { ok: true };
		else last = 'another deployment may have put its own back';
		if (clock.now() >= until) {
			return failed(
				'reload',
				`The deployment is uploaded, but its rules (revision ${revision.slice(0, 12)}) are not in force at ${deployed.url}: ${last}.`,
				'Events are accepted meanwhile and wait. See `npx wrangler tail`, then run this again; it does no harm. Were the ' +
					'rules edited while it was built? Then running it again is all there is to do.',
			);
		}
		await clock.sleep(everyMs);
	}
}

/** `GET /readyz`: store and rules serve. Answers the notes, a sentence each. */
export async function checkReady(deployed: Deployed): Promise<Step<{ readonly notes: readonly string[] }>> {
	const answer = await call(deployed, 'GET', '/readyz');
	if (answer?.status === 200) {
		const notes: readonly unknown[] = Array.isArray(answer.body.notes) ? answer.body.notes : [];
		return {
			ok: true,
			notes: notes.map((note) =>
				typeof note === 'object' && note !== null ? textOf(Reflect.get(note, 'message')) : '',
			),
		};
	}
	const checks = answer?.body.checks;
	const parts = typeof checks === 'object' && checks !== null ? Object.entries(checks) : [];
	const failing = parts.filter(([, state]) => state === 'failing').map(([name]) => name);
	return failed(
		'ready',
		`The deployment's rules are in force, but ${deployed.url}/readyz says that it is not ready: ${
			answer === null ? 'no answer' : failing.length > 0 ? `${failing.join(', ')} failing` : `status ${answer.status}`
		}.`,
		'See `npx wrangler tail` for why; roll back as docs/workers.md says if it lasts.',
	);
}

function refused(url: string, status: number) {
	const why =
		status === 401
			? 'does not know the token in OPERATOR_TOKEN; set it to the one that the Worker has as its secret'
			: 'knows the token in OPERATOR_TOKEN, but it may not operate; set it to one whose role is `operate`';
	return failed(
		'reload',
		`The deployment is uploaded, but its rules are not in force: ${url} ${why}, then run this again.`,
		'Events are accepted meanwhile and wait.',
	);
}

interface Answer {
	readonly status: number;
	readonly body: Readonly<Record<string, unknown>>;
}

/** Null: no answer. A redirect is an answer and is not followed, so that the token goes nowhere else. */
async function call({ url, token, fetch }: Deployed, method: 'GET' | 'POST', path: string): Promise<Answer | null> {
	try {
		const response = await fetch(`${url}${path}`, {
			method,
			headers: { authorization: `Bearer ${token}` },
			redirect: 'manual',
			signal: AbortSignal.timeout(callTimeoutMs),
		});
		const body: unknown = await response.json().catch(() => null);
		return {
			status: response.status,
			body: typeof body === 'object' && body !== null ? Object.fromEntries(Object.entries(body)) : {},
		};
	} catch {
		return null;
	}
}

/** What a stranger answered, fit for a terminal. */
function textOf(value: unknown): string {
	return typeof value === 'string' ? value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').slice(0, 300) : '';
}
