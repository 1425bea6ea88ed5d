import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import { presentPause } from './present.ts';
import { presentChange, presentGate } from './present-reports.ts';

/** How many of the last changes are shown. */
const changesShown = 20;

/** What holds completions back on a day, what is left of its limit, and who changed what last. */
export async function describeControls(
	{ ledger, projects, view }: Pick<AppDeps, 'ledger' | 'projects' | 'view'>,
	day: string,
) {
	const [pauses, gates, completions, changes, brakes] = await Promise.all([
		fromStore(ledger.pauses()),
		fromStore(ledger.gates()),
		fromStore(ledger.completionsByProject(day)),
		fromStore(ledger.controlChanges(changesShown)),
		fromStore(ledger.brakes()),
	]);
	const limit = view?.dailyLimit ?? null;
	const named = [...completions.keys(), ...gates.map((gate) => gate.projectId), ...pauses.map(({ scope }) => scope)];
	const shown = [...new Set([...(projects ?? []), ...named.filter((one) => one !== '*').toSorted()])];
	return {
		day,
		daily_limit: limit,
		projects: shown.map((projectId) => {
			const completed = completions.get(projectId) ?? 0;
			return {
				project_id: projectId,
				completed_today: completed,
				left_today: limit === null ? null : Math.max(0, limit - completed),
				paused: pauses.some(({ scope }) => scope === '*' || scope === projectId),
			};
		}),
		pauses: pauses.map(presentPause),
		gates: gates.map(presentGate),
		braked_rules: [...brakes],
		changes: changes.map(presentChange),
	};
}

export type ControlsShown = Awaited<ReturnType<typeof describeControls>>;
