/**
 * What the status line of a `complete` means for the task.
 *
 * - `taken`: Send AI took the call; never sent again, whatever the body says.
 * - `refused-before-work`: nothing was done; may be judged and sent anew later, and does not count as a send.
 * - `denied`: the key may not do this; nothing was done, and the project's complete gate closes.
 * - `refused`: Send AI looked at the task and said no; a read tells whether its validation refused it or somebody moved it.
 * - `unknown`: it may or may not have been done.
 */
export type AnswerMeaning = 'taken' | 'refused-before-work' | 'denied' | 'refused' | 'unknown';

/**
 * Reads a status line by promise 2 of the design. Redirects are never followed: a request that was redirected may have
 * been acted on already, so it is unknown. 408 is the server's own time-out, so it is unknown as well.
 */
export function interpretStatus(status: number, hasRetryAfter: boolean): AnswerMeaning {
	if (status >= 200 && status < 300) return 'taken';
	if (status === 401 || status === 403) return 'denied';
	if (status === 429) return 'refused-before-work';
	if (status === 503 && hasRetryAfter) return 'refused-before-work';
	if (status === 408) return 'unknown';
	if (status >= 400 && status < 500) return 'refused';
	return 'unknown';
}
