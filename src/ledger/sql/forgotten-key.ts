/** What stands in the place of a task's id once the task was to be forgotten. */
export type ForgottenKey = (projectId: string, taskId: string) => string;

/**
 * A digest without a secret, on purpose: under one of `SECRET_KEYS` a key that is rotated out would make a completed task
 * look new, and nothing outranks that no task is completed twice. Whoever has a task's id can find out that it was
 * forgotten; from the digest alone nobody finds the id, for ids of Send AI are long and random.
 */
export function createForgottenKey(sha256: (text: string) => string): ForgottenKey {
	return (projectId, taskId) => `forgotten:${sha256(JSON.stringify(['greenlane/forgotten/v1', projectId, taskId]))}`;
}
