import * as z from 'zod';
import type { NewEvent } from '../ledger/index.ts';

/**
 * What stands in the queue on Workers. `event`: an event that the ledger may not know yet; the message is the only place
 * where it is. `wake`: there is something to do; nothing is lost when it is.
 */
export type QueueMessage =
	| {
			readonly version: 1;
			readonly kind: 'event';
			readonly event: NewEvent;
			/** When it was accepted, ms since the epoch. */
			readonly sentAt: number;
			/** How often the message was sent anew because the store failed. */
			readonly resends: number;
	  }
	| { readonly version: 1; readonly kind: 'wake' };

const eventSchema = z.strictObject({
	id: z.string().min(1),
	source: z.enum(['webhook', 'api', 'cli', 'list']),
	kind: z.enum(['in_review', 'processed', 'other']),
	name: z.string(),
	teamId: z.string(),
	projectId: z.string(),
	uploadId: z.string().nullable(),
	taskIds: z.array(z.string()),
	ignored: z.string().nullable(),
	digest: z.string(),
});

const messageSchema = z.discriminatedUnion('kind', [
	z.strictObject({
		version: z.literal(1),
		kind: z.literal('event'),
		event: eventSchema,
		sentAt: z.number(),
		resends: z.number().int().min(0),
	}),
	z.strictObject({ version: z.literal(1), kind: z.literal('wake') }),
]);

/** A message of this queue, or null for what another version, or somebody else, has put in. */
export function parseQueueMessage(body: unknown): QueueMessage | null {
	const parsed = messageSchema.safeParse(body);
	return parsed.success ? parsed.data : null;
}
