import { type Finding, folderFinding, type RuleSet } from '../core/ruleset/index.ts';
import type { Clock } from '../platform/index.ts';
import { type LoadedFolder, loadFolder } from './folder.ts';
import type { Reload, RuleSource } from './index.ts';
import { watchChanges } from './watch-changes.ts';

export interface WatchFolderOptions {
	readonly dir: string;
	/** What serves to begin with, as it was loaded from the folder. */
	readonly first: Pick<Extract<LoadedFolder, { ok: true }>, 'ruleSet' | 'findings' | 'certificates'>;
	readonly sha256: (text: string) => string;
	readonly clock: Clock;
	/**
	 * Called with a new, valid set before it becomes the current one, to make it the serving one elsewhere. Resolves to why
	 * the set cannot serve, for a person, or to null; a rejection counts as the former. Tried again at every look.
	 */
	readonly admit: (ruleSet: RuleSet) => Promise<string | null>;
	/** Called when another set has become the current one, or the folder is sound again. */
	readonly onServed?: (ruleSet: RuleSet, findings: readonly Finding[]) => void;
	/** Called when the folder as it is now was refused, once for the same findings. `since` is what `refusedSince` says. */
	readonly onRefused?: (findings: readonly Finding[], since: number) => void;
	/** How long nothing must have changed before the folder is read; 300 when left out. */
	readonly quietMs?: number;
	/** How often the folder is looked at without a notice; 10,000 when left out. */
	readonly lookEveryMs?: number;
}

export interface WatchedFolder extends RuleSource {
	readonly reload: () => Promise<Reload>;
	/** Stops watching and waits for a reload that is under way; the current set stays. */
	stop(): Promise<void>;
}

/**
 * Serves a rules folder and follows its changes. A change is waited out, the whole folder is read and checked aside, and
 * the set is swapped in one step; when anything is wrong with it, the last good set keeps serving and the findings say
 * why. Reloads never overlap. Resolves once the folder is watched and what changed since `first` was loaded is known.
 */
export async function watchFolder(options: WatchFolderOptions): Promise<WatchedFolder> {
	const { dir, first, sha256, clock, admit, onServed, onRefused } = options;
	let { ruleSet: current, findings, certificates } = first;
	let refusedSince: number | null = null;
	let awaitsAdmission = false;

	const refuse = (why: readonly Finding[]): Reload => {
		const isNews = refusedSince === null || JSON.stringify(why) !== JSON.stringify(findings);
		findings = why;
		refusedSince ??= clock.now();
		if (isNews) onRefused?.(why, refusedSince);
		return { outcome: 'refused', revision: current.revision, findings };
	};
	const load = async (): Promise<Reload> => {
		const loaded = await loadFolder(dir, sha256);
		awaitsAdmission = false;
		if (!loaded.ok) return refuse(loaded.findings);
		const isOther = loaded.ruleSet.revision !== current.revision;
		if (isOther) {
			const why = await admit(loaded.ruleSet).catch(() => 'The store did not take the rules; it is tried again.');
			if (why !== null) {
				awaitsAdmission = true;
				return refuse([folderFinding('.', 'not-taken', why), ...loaded.findings]);
			}
			current = loaded.ruleSet;
		}
		const wasRefused = refusedSince !== null;
		findings = loaded.findings;
		certificates = loaded.certificates;
		refusedSince = null;
		if (isOther || wasRefused) onServed?.(current, findings);
		return { outcome: isOther ? 'served' : 'unchanged', revision: current.revision, findings };
	};
	let last: Promise<unknown> = Promise.resolve();
	const reload = () => {
		const next = last.then(load);
		last = next.catch(() => undefined);
		return next;
	};

	const watching = await watchChanges({
		dir,
		clock,
		quietMs: options.quietMs ?? 300,
		lookEveryMs: options.lookEveryMs ?? 10_000,
		isDue: () => awaitsAdmission,
		onChange: async () => void (await reload().catch(() => undefined)),
	});
	await reload();
	return {
		current: () => current,
		findings: () => findings,
		refusedSince: () => refusedSince,
		certificates: () => certificates,
		reload,
		async stop() {
			await watching.stop();
			await last;
		},
	};
}
