/**
 * The setting that `probe` writes: `yes` when our own GET moves `last_opened_at`, so that it says nothing about people. A
 * claim tells it as `Surroundings.ownReadsHide`.
 */
export const ownReadsSetting = 'own_reads_move_last_opened';
