import type { Context, Handler } from 'hono';
import type { NewEvent } from '../ledger/index.ts';
import { parseNotification, toNewEvent } from '../sendai/notification.ts';
import { createWebhookAuthenticator } from '../sendai/webhook-auth.ts';
import type { AppDeps } from './deps.ts';
import { problem, storeUnavailable } from './problem.ts';
import { announcesMore, isJson, parseJson, readBody } from './read-body.ts';
import { createThrottledWarning } from './throttled-warning.ts';
import { createTokenBuckets } from './token-buckets.ts';

/** A notification has about one kilobyte. Also what fits one message of a queue on Workers. */
export const longestNotification = 64 * 1024;

type WebhookDeps = Omit<AppDeps, 'ledger' | 'operators' | 'rules'>;

/**
 * `POST /webhooks/send-ai`: size, content type, authentication on the raw bytes, parse, team, durable accept; only then
 * 202 `{event_id, status}`. Whoever gets a 2xx may forget the event. Bad input is a 4xx, a store that fails 503 with
 * `Retry-After`: the sender tries again. So is one with more than `webhookRate` allows, by 429.
 *
 * Registered alone, without middleware: this is the one route that a burst of documents comes in by.
 */
export function createWebhook(deps: WebhookDeps): Handler {
	const { teamId, projects, inbox, log, clock, digest, newId, poke } = deps;
	const authenticator = createWebhookAuthenticator(deps.webhookSecrets, { clock, digest });
	const warn = createThrottledWarning(log, clock);
	const { webhookRate = null } = deps;
	const take = webhookRate === null ? () => 0 : createTokenBuckets(webhookRate, clock);
	const known = projects === null ? null : new Set(projects);

	return async function receiveNotification(c: Context) {
		const { headers } = c.req.raw;
		if (announcesMore(headers, longestNotification)) return tooLarge(c);
		if (!isJson(headers.get('content-type'))) {
			return problem(c, 415, 'not-json', 'Send the notification as application/json.');
		}
		const reading = await readBody(c.req, longestNotification);
		if (reading.kind === 'too-large') return tooLarge(c);
		if (reading.kind === 'broken') return problem(c, 400, 'body-broken', 'The body could not be read to its end.');

		const authenticated = authenticator.authenticate(headers, reading.bytes);
		if (!authenticated.ok) {
			warn('webhook refused', authenticated.reason);
			return problem(
				c,
				401,
				authenticated.reason,
				'Sign the notification by Standard Webhooks, or send a bearer token, with a secret of WEBHOOK_SECRETS.',
				{ 'www-authenticate': 'Bearer realm="greenlane-webhook"' },
			);
		}

		// After authentication: nobody without a secret can use up what its holder may send.
		const waitMs = take(authenticated.secret);
		if (waitMs > 0) {
			warn('webhook refused', 'too-many-notifications');
			return problem(c, 429, 'too-many-notifications', 'More came than WEBHOOK_RATE allows; send it again later.', {
				'retry-after': String(Math.ceil(waitMs / 1_000)),
			});
		}

		const json = parseJson(reading.bytes);
		if (json === undefined) return problem(c, 400, 'malformed-json', 'The body is not JSON in UTF-8.');
		const parsed = parseNotification(json);
		if (!parsed.ok) return problem(c, 400, 'malformed-notification', `Not a notification: ${parsed.message}.`);
		if (parsed.notification.teamId !== teamId) {
			warn('webhook refused', 'other-team');
			return problem(c, 403, 'other-team', 'The notification is of a team that this server does not work for.');
		}

		const event = toNewEvent(parsed.notification, { deliveryId: headers.get('webhook-id'), digest, newId });
		const ours = known === null || known.has(event.projectId);
		return await accept(c, ours ? event : { ...event, ignored: event.ignored ?? 'other-project' });
	};

	async function accept(c: Context, event: NewEvent): Promise<Response> {
		try {
			const accepted = await inbox.accept(event);
			if (accepted.status !== 'ignored') poke();
			return c.json({ event_id: accepted.eventId, status: accepted.status }, 202);
		} catch (error) {
			log.error('an event could not be stored; its sender was asked to try again', {
				event_id: event.id,
				project_id: event.projectId,
				code: error instanceof Error ? error.name : 'unknown',
			});
			return storeUnavailable(c);
		}
	}
}

function tooLarge(c: Context): Response {
	return problem(c, 413, 'too-large', `A notification has at most ${longestNotification} bytes.`);
}
