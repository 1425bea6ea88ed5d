/**
 * The setting that `probe` writes: `yes` when our own GET moves `last_opened_at`, so that it says nothing about people; `no`
 * when it does not, so that every opening is a person's. A claim tells it as `Surroundings.ownReads`.
 */
export const ownReadsSetting = 'own_reads_move_last_opened';

/** Whether our own reads move `last_opened_at`. */
export type OwnReads = 'move' | 'stay' | 'unknown';

/** What the setting says; null: it was never written. */
export function toOwnReads(setting: string | null): OwnReads {
	return setting === 'yes' ? 'move' : setting === 'no' ? 'stay' : 'unknown';
}
