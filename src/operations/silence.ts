import type { Ledger } from '../ledger/index.ts';

const hour = 3_600_000;
const week = 168 * hour;
/** Shorter silences are nobody's business. */
const shortestMs = 6 * hour;
/** How often something usually comes in the time that nothing came: ten usual gaps. */
const usualArrivals = 10;
const weeksLookedAt = 4;
const weeksThatAgree = 2;

export interface Silence {
	/** When something came last, ms since the epoch. */
	readonly since: number;
	/** Since then, in whole hours. */
	readonly hours: number;
}

/**
 * Whether nothing has come for longer than usual: for six hours at least, and the same stretch of the week had ten or
 * more quarters of an hour in which something came, in two or more of the four weeks before. So nights and weekends are
 * compared with nights and weekends, a burst of a thousand documents counts as one arrival, and a ledger younger than a
 * fortnight says nothing. Of a longer silence the last seven days are compared.
 *
 * @param at now, ms since the epoch
 * @param lastArrivalAt when something came last; null: never
 */
export async function findSilence(
	ledger: Pick<Ledger, 'busyQuarters'>,
	at: number,
	lastArrivalAt: number | null,
): Promise<Silence | null> {
	if (lastArrivalAt === null || at - lastArrivalAt < shortestMs) return null;
	const from = Math.max(lastArrivalAt, at - week);
	const stretches = Array.from({ length: weeksLookedAt }, (_none, index) => {
		const back = (index + 1) * week;
		return { since: from - back, until: at - back };
	});
	const busy = await ledger.busyQuarters(stretches);
	if (busy.filter((count) => count >= usualArrivals).length < weeksThatAgree) return null;
	return { since: lastArrivalAt, hours: Math.floor((at - lastArrivalAt) / hour) };
}
