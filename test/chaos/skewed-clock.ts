/** Loaded into a bot before everything else: its wall clock is wrong by `CHAOS_SKEW_MS`. Timers keep their pace. */
const skew = Number(process.env.CHAOS_SKEW_MS ?? 0);
if (skew !== 0) {
	const now = Date.now.bind(Date);
	Date.now = () => now() + skew;
}
