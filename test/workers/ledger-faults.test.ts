import { describe, expect, onTestFinished, test } from 'vitest';
import type { GateKind } from '../../src/ledger/types.ts';
import { caseIdOf, claimCase, event, intent, locate, move, openCase, openJudged } from '../ledger/ledger-under-test.ts';
import { type D1UnderTest, openD1 } from './d1-under-test.ts';
import { faulty, lost, overloaded, type Passing } from './faulty-database.ts';

type Trouble = (passing: Passing) => Promise<D1Result[]>;

interface Troubled extends D1UnderTest {
	/** From now on each batch goes through the next of these, and after the last one straight on. */
	trouble(...troubles: readonly Trouble[]): void;
	/** Batches since then. */
	tries(): number;
}

const unbegun =
	(message: string): Trouble =>
	async () => {
		throw new Error(message);
	};

const unheard =
	(message: string): Trouble =>
	async ({ run }) => {
		await run();
		throw new Error(message);
	};

async function openTroubled(over: Parameters<typeof openD1>[1] = {}): Promise<Troubled> {
	let ahead: Trouble[] = [];
	let tried = 0;
	const one = await openD1(
		(database) =>
			faulty(database, (passing) => {
				tried += 1;
				const next = ahead.shift();
				return next === undefined ? passing.run() : next(passing);
			}),
		over,
	);
	onTestFinished(() => {
		ahead = [];
		return one.ledger.close();
	});
	return {
		...one,
		trouble(...troubles) {
			ahead = [...troubles];
			tried = 0;
		},
		tries: () => tried,
	};
}

describe('what D1 did not begin', () => {
	test.each([
		overloaded,
		'D1_ERROR: D1 DB is overloaded. Too many requests queued.',
		'D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.',
		'D1_ERROR: Internal error while starting up D1 DB storage caused object to be reset.',
	])('%s: is tried again, whatever it is', async (message) => {
		const { ledger, trouble, tries, slept } = await openTroubled();
		await locate(ledger, ['task-1']);
		const id = await caseIdOf(ledger, 'task-1');
		trouble(unbegun(message), unbegun(message));
		expect(await ledger.claimCase(id, 60_000)).toMatchObject({ fence: 1 });
		expect(tries()).toBe(3);
		// Random pauses, the second one longer.
		expect(slept).toEqual([50, 100]);
	});

	test('three times, and then the ledger has failed', async () => {
		const { ledger, trouble, tries } = await openTroubled();
		trouble(...Array.from({ length: 9 }, () => unbegun(overloaded)));
		await expect(ledger.gates()).rejects.toThrow(`the ledger failed: ${overloaded}`);
		expect(tries()).toBe(3);
	});
});

describe('what D1 may have done', () => {
	const wordings = [
		lost,
		'D1_ERROR: D1 DB reset because its code was updated.',
		'D1_ERROR: Internal error in D1 DB storage caused object to be reset.',
		'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
		"D1_ERROR: Can't read from request stream because client disconnected.",
		'words that nobody has seen yet',
	];

	test.each(wordings)('%s: a read is tried again', async (message) => {
		const { ledger, trouble, tries } = await openTroubled();
		await ledger.pause('*', 'alice');
		trouble(unbegun(message), unheard(message));
		expect(await ledger.pauses()).toHaveLength(1);
		expect(tries()).toBe(3);
	});

	test.each(wordings)('%s: a claim is not, for nobody would know whose it is', async (message) => {
		const { ledger, trouble, tries, clock } = await openTroubled();
		for (const [task, fault] of Object.entries({ 'task-1': unbegun(message), 'task-2': unheard(message) })) {
			await locate(ledger, ['task-1', 'task-2'], { id: `evt-${task}` });
			const id = await caseIdOf(ledger, task);
			trouble(fault);
			await expect(ledger.claimCase(id, 60_000)).rejects.toThrow('the ledger failed');
			expect(tries()).toBe(1);
			// It is due at the latest when the lease that nobody knows of is over.
			clock.pass(60_000);
			expect((await ledger.claimDueCases(9, 60_000)).map((claim) => claim.case.id)).toContain(id);
		}
	});

	test.each([unbegun, unheard])('an intent is granted once, and its holder hears of it (%o)', async (fails) => {
		const { ledger, trouble } = await openTroubled();
		const claim = await openJudged(ledger);
		trouble(fails(lost), fails(lost));
		const granted = await ledger.recordIntent(claim, intent());
		expect(granted).toEqual({ granted: true, attemptId: 'att-1', sends: 1, at: claim.now });
		expect(await ledger.attemptsOf(claim.case.id)).toHaveLength(1);
		expect(await ledger.getCase(claim.case.id)).toMatchObject({ state: 'completing', sends: 1 });
		expect(await ledger.completionsOn('proj-1', intent().day)).toBe(1);
	});

	test('an intent of which nothing is heard for good is not granted, whatever became of it', async () => {
		const { ledger, trouble, clock } = await openTroubled();
		const claim = await openJudged(ledger);
		trouble(unheard(lost), unbegun(lost), unbegun(lost));
		await expect(ledger.recordIntent(claim, intent())).rejects.toThrow('the ledger failed');
		// Whoever comes next finds it, and nothing is sent again before it is accounted for.
		clock.pass(600_000);
		const next = await claimCase(ledger, claim.case.id);
		expect(await ledger.recordIntent(next, intent({ attemptId: 'att-2' }))).toMatchObject({ granted: false });
		expect(await ledger.attemptsOf(claim.case.id)).toMatchObject([{ id: 'att-1', raw: null, verdict: null }]);
	});

	test('an intent that was refused stays refused when it is asked for again', async () => {
		const { ledger, trouble } = await openTroubled();
		const claim = await openJudged(ledger);
		await ledger.pause('*', 'alice');
		trouble(unheard(lost));
		expect(await ledger.recordIntent(claim, intent())).toEqual({ granted: false, reason: 'paused' });
	});

	test('an intent whose attempt was judged meanwhile is not taken for granted', async () => {
		const { ledger, trouble, clock } = await openTroubled();
		const claim = await openJudged(ledger);
		trouble(async ({ run }) => {
			await run();
			// Its lease is over, and another holder gives it up as unknown before the first one hears anything.
			clock.pass(600_000);
			const other = await claimCase(ledger, claim.case.id);
			await ledger.transition(other, move('verifying', { attempt: { id: 'att-1', verdict: 'unknown' } }));
			throw new Error(lost);
		});
		expect(await ledger.recordIntent(claim, intent())).toEqual({ granted: false, reason: 'claim-lost' });
	});

	test('a move that was done and one that somebody else has overtaken are told apart', async () => {
		const { ledger, trouble, clock } = await openTroubled();
		const claim = await openCase(ledger);
		trouble(unheard(lost));
		expect(await ledger.transition(claim, move('waiting', { reason: 'quiet', dueInMs: 1_000 }))).toBe(true);

		const stale = await claimCase(ledger, claim.case.id);
		clock.pass(600_000);
		await claimCase(ledger, claim.case.id);
		trouble(unheard(lost));
		expect(await ledger.transition(stale, move('waiting', { reason: 'quiet' }))).toBe(false);
	});

	test('an event is stored once, however often its answer is lost', async () => {
		const { ledger, trouble } = await openTroubled();
		trouble(unheard(lost), unheard(lost));
		expect(await ledger.accept(event())).toMatchObject({ eventId: 'evt-1' });
		expect((await ledger.listEvents({ limit: 9 })).items).toMatchObject([{ id: 'evt-1', status: 'accepted' }]);
	});

	test('who changed a control is written down once or not at all', async () => {
		const { ledger, trouble, tries } = await openTroubled();
		trouble(unheard(lost));
		await expect(ledger.pause('*', 'alice')).rejects.toThrow('the ledger failed');
		expect(tries()).toBe(1);
	});
});

describe('what D1 keeps waiting', () => {
	/** A batch that D1 runs only when it is let go, and whose caller has given up by then. */
	function late(): { readonly trouble: Trouble; letGo(): Promise<void> } {
		let go = () => undefined as undefined;
		let done: Promise<unknown> = Promise.resolve();
		const held = new Promise<undefined>((resolve) => {
			go = () => {
				resolve(undefined);
				return undefined;
			};
		});
		return {
			trouble({ run }) {
				const result = held.then(run);
				done = result.catch(() => undefined);
				return result;
			},
			async letGo() {
				go();
				await done;
			},
		};
	}

	const impatient = {
		clock: {
			sleep: (ms: number, signal?: AbortSignal) =>
				new Promise<void>((resolve, reject) => {
					const timer = setTimeout(resolve, signal === undefined ? 0 : ms);
					signal?.addEventListener('abort', () => {
						clearTimeout(timer);
						reject(signal.reason);
					});
				}),
		},
		timeoutMs: 200,
	};

	test('is given up, tried again, and does no more when it runs after all', async () => {
		const { ledger, trouble, tries } = await openTroubled(impatient);
		const claim = await openJudged(ledger);
		const slow = late();
		trouble(slow.trouble);
		expect(await ledger.recordIntent(claim, intent())).toMatchObject({ granted: true, sends: 1 });
		expect(tries()).toBe(2);
		await slow.letGo();
		expect(await ledger.attemptsOf(claim.case.id)).toHaveLength(1);
		expect(await ledger.completionsOn('proj-1', intent().day)).toBe(1);

		const slower = late();
		trouble(slower.trouble);
		const judged = move('waiting', { dueInMs: 0, attempt: { id: 'att-1', verdict: 'not-sent' } });
		expect(await ledger.transition(claim, judged)).toBe(true);
		const next = await claimCase(ledger, claim.case.id);
		await slower.letGo();
		expect(await ledger.completionsOn('proj-1', intent().day)).toBe(0);
		expect(await ledger.getCase(claim.case.id)).toMatchObject({ fence: next.fence, sends: 0, state: 'waiting' });
		expect(await ledger.recordIntent(next, intent({ attemptId: 'att-2' }))).toMatchObject({ granted: true, sends: 1 });
	});

	test('for good, it is given up after three tries', async () => {
		const { ledger, trouble, tries } = await openTroubled({ ...impatient, timeoutMs: 20 });
		trouble(...Array.from({ length: 9 }, () => late().trouble));
		await expect(ledger.serving()).rejects.toThrow('the ledger failed: no answer within 20 ms');
		expect(tries()).toBe(3);
	});
});

describe('what D1 refuses', () => {
	test('is not tried again, and says so without a word of what was to be written', async () => {
		const { ledger, trouble, tries } = await openTroubled();
		trouble();
		const failing = ledger.closeGate('proj-secret', 'neither' as GateKind, 'reason-secret');
		await expect(failing).rejects.toThrow(/^the ledger failed: .*CHECK constraint failed/);
		await expect(failing).rejects.not.toThrow(/secret/);
		expect(tries()).toBe(1);
		const noValue = ledger.setSetting('key', Symbol('secret') as unknown as string);
		await expect(noValue).rejects.toThrow(/^the ledger failed/);
		await expect(noValue).rejects.not.toThrow(/secret/);
	});

	test('a batch of which one statement is refused is not done at all', async () => {
		const { ledger } = await openTroubled();
		await expect(ledger.pause('*', null as unknown as string)).rejects.toThrow('NOT NULL constraint failed');
		expect(await ledger.pauses()).toEqual([]);
	});

	test('nothing is taken any more once it is closed', async () => {
		const { ledger } = await openTroubled();
		await ledger.close();
		await expect(ledger.accept(event())).rejects.toThrow('the ledger is closed');
	});
});
