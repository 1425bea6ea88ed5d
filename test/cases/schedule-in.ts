import { type FaultRates, type NextStepElements, seededRandom } from '../../src/simulator/index.ts';
import { type Account, settleAccounts } from './account.ts';
import type { Death } from './mortal.ts';
import { projectId, webhookToken } from './world-parts.ts';
import type { World, WorldOptions } from './world-types.ts';

/** What a schedule needs of a world. */
export type ScheduledWorld = Pick<
	World,
	'clock' | 'simulator' | 'ledger' | 'ruleSet' | 'accepted' | 'sightings' | 'run' | 'close'
>;

export interface ScheduleOptions extends Pick<WorldOptions, 'breakSendAi' | 'breakLedger' | 'settings'> {
	readonly tasks?: number;
	/** How long what is left then has to come to rest; 30 when left out. */
	readonly restHours?: number;
	/** People who come the moment a task is in review, and change it at once. */
	readonly eagerPeople?: boolean;
}

export interface ScheduleResult extends Account {
	readonly faults: number;
	readonly deaths: number;
	readonly posts: number;
	/** States of all cases at the end, for the summary. */
	readonly ends: Readonly<Record<string, number>>;
}

/**
 * One seeded schedule: a handful of tasks, a project of one to three steps, people who open, edit, complete, discard and
 * reopen, every fault of the network and of Send AI, notifications that come twice, late or not at all, and up to three
 * deaths of the process. The seed decides everything, so a schedule that fails can be run again by its number.
 */
export async function runScheduleIn(
	createWorld: (options: Omit<WorldOptions, 'rules'>) => Promise<ScheduledWorld>,
	seed: number,
	options: ScheduleOptions = {},
): Promise<ScheduleResult> {
	const draw = seededRandom(seed * 7_919 + 17);
	const chance = (p: number) => draw() < p;
	const pick = <T>(items: readonly [T, ...T[]]): T => items[Math.floor(draw() * items.length)] ?? items[0];

	const steps = pick<readonly [string, ...string[]]>([
		['EXTRACT'],
		['EXTRACT'],
		['EXTRACT', 'CLASSIFY'],
		['EXTRACT', 'EXTRACT'],
		['EXTRACT', 'CLASSIFY', 'EXTRACT'],
	]);
	const nextStepElements = pick<NextStepElements>(['new-reading', 'new-reading', 'same-content', 'identical']);
	// A next step that looks exactly like the last one can only be told by its event: there it must come in time.
	const twins = nextStepElements === 'identical' && steps.indexOf('EXTRACT') !== steps.lastIndexOf('EXTRACT');
	const weight = pick([0.3, 1, 1, 2]);
	const rate = (p: number) => p * weight * draw();
	const faults: FaultRates = {
		complete: {
			refused: rate(0.08),
			'reset-before': rate(0.1),
			'hang-after-commit': rate(0.15),
			'reset-after-commit': rate(0.2),
			'cut-body': rate(0.1),
			'stall-body': rate(0.05),
			'garbage-body': rate(0.05),
			'error-before': rate(0.15),
			'error-after-commit': rate(0.2),
			'too-many-requests': rate(0.1),
			unavailable: rate(0.1),
			'late-commit': rate(0.2),
			redirect: rate(0.05),
			'redirect-after-commit': rate(0.05),
			forbidden: rate(0.02),
			validation: rate(0.05),
			ignored: rate(0.03),
			'fall-back': rate(0.05),
			fail: rate(0.02),
			'multi-status': rate(0.03),
		},
		any: {
			refused: rate(0.03),
			'reset-before': rate(0.03),
			'hang-after-commit': rate(0.02),
			'cut-body': rate(0.03),
			'garbage-body': rate(0.02),
			'error-before': rate(0.03),
			'too-many-requests': rate(0.03),
			unavailable: rate(0.02),
			slow: rate(0.05),
			'stale-read': rate(0.3),
			redirect: rate(0.01),
			unauthorized: rate(0.01),
			forbidden: rate(0.01),
			'not-found': rate(0.03),
			opens: rate(0.05),
		},
	};
	const deaths: Death[] = [];
	while (deaths.length < 3 && chance(0.5)) {
		deaths.push({ atCall: 1 + Math.floor(draw() * 150), when: chance(0.5) ? 'before' : 'after' });
	}

	const world = await createWorld({
		seed,
		list: chance(0.3),
		deaths,
		restartAfterMs: pick([500, 5_000, 90_000]),
		...(options.settings === undefined ? {} : { settings: options.settings }),
		...(options.breakSendAi === undefined ? {} : { breakSendAi: options.breakSendAi }),
		...(options.breakLedger === undefined ? {} : { breakLedger: options.breakLedger }),
		simulator: {
			projects: [{ id: projectId, steps, nextStepElements }],
			latencyMs: pick([0, 20, 200]),
			wrongState: pick<'ignore' | 409 | 422>(['ignore', 409, 422]),
			documents: { invoices: 0.9, dutch: 0.9, malformed: 0.1 },
			exportFailures: 0.05,
			unlockProcessedUploads: chance(0.5),
			reviewer:
				options.eagerPeople === true
					? { opens: 1, opensAfter: [0, 400], edits: 1, editsAfter: [0, 300], coffee: [60_000, 480_000], reopens: 0 }
					: { opens: pick([0, 0.3, 0.8]), opensAfter: [0, 120_000], reopens: pick([0, 0.3]) },
			notifications: {
				auth: { kind: 'bearer', token: webhookToken },
				level: 'task',
				retryAfterMs: [5_000, 60_000, 300_000],
				faults: twins ? { duplicate: 0.2 } : { duplicate: 0.2, reorder: 0.2, delay: 0.1, lose: 0.05 },
			},
			faults,
		},
	});
	try {
		const count = options.tasks ?? 6;
		for (let made = 0; made < count; made += 1) {
			world.simulator.createUpload({
				tasks: [
					chance(0.6) ? { kind: 'invoice', language: 'nl', right: true, confidence: 0.97, malformation: 'none' } : {},
				],
			});
			await world.clock.advance(Math.floor(draw() * 30_000));
		}
		await world.run(1);
		world.simulator.calm();
		// Whatever an operator would do at the end of a bad hour.
		await world.ledger.resume('*', 'schedule');
		await world.run(options.restHours ?? 30);
		const account = await settleAccounts(world);
		const report = world.simulator.report();
		const ends: Record<string, number> = {};
		for (const one of account.cases) {
			const end = `${one.state} ${one.reason ?? ''}`.trim();
			ends[end] = (ends[end] ?? 0) + 1;
		}
		return {
			...account,
			faults: Object.values(report.faults).reduce((sum, n) => sum + n, 0),
			deaths: deaths.length,
			posts: report.posts.received,
			ends,
		};
	} finally {
		await world.close();
	}
}
