import type { Label } from './labels-file.ts';

const worstFirst = ['wrong', 'right', 'unresolved'] as const satisfies readonly Label[];

/** Of what two sources say the worse; that nobody knows is said only where neither does. */
export function worse(one: Label | null, other: Label | null): Label | null {
	return worstFirst.find((label) => label === one || label === other) ?? null;
}

/**
 * Labels by case, asked for from the newest decided case to the oldest. A label from elsewhere names a task, and is about
 * one case of it alone: the newest, as `importLabel` of the ledger takes it. It never makes good what the ledger knows to
 * be wrong.
 *
 * @param labels from elsewhere, by task; null: there are none
 */
export function createLabelOfCase(
	labels: ReadonlyMap<string, Label> | null,
): (taskId: string, kept: Label | null) => Label | null {
	const given = new Set<string>();
	return (taskId, kept) => {
		const label = labels?.get(taskId);
		if (label === undefined || given.has(taskId)) return kept;
		given.add(taskId);
		return worse(label, kept);
	};
}
