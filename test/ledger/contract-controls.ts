import { describe, expect, test } from 'vitest';
import { brakeItself } from '../../src/ledger/index.ts';
import {
	begin,
	claimEvent,
	createIds,
	decision,
	event,
	lease,
	minute,
	move,
	type OpenLedger,
	openCase,
	opened,
	openIn,
} from './ledger-under-test.ts';

/** What the ledger promises of the controls and of the questions that are asked of it. */
export function controlContract(open: OpenLedger): void {
	describe('controls', () => {
		test('one revision serves at a time, and an earlier one may serve again', async () => {
			const { ledger } = await opened(open);
			expect(await ledger.serving()).toBeNull();
			for (const revision of ['rev-1', 'rev-1', 'rev-2', 'rev-1']) {
				await ledger.serve(revision, 'logic', '{}');
				expect(await ledger.serving()).toBe(revision);
			}
		});

		test('the rules that served can be read as long as decisions of theirs may be', async () => {
			const { ledger } = await opened(open);
			await ledger.serve('rev-1', 'logic-1', '{"a":1}');
			await ledger.serve('rev-2', 'logic-2', '{"a":2}');
			expect(await Promise.all(['rev-1', 'rev-2', 'rev-3'].map((revision) => ledger.rulesOf(revision)))).toEqual([
				'{"a":1}',
				'{"a":2}',
				null,
			]);
		});

		test('a pause says who and when, the first one stands, and a resume lifts that one alone', async () => {
			const { ledger, clock } = await opened(open);
			await ledger.pause('*', 'alice');
			clock.pass(minute);
			await ledger.pause('*', 'bob');
			await ledger.pause('proj-1', 'bob');
			const project = { scope: 'proj-1', by: 'bob', at: begin + minute };
			expect(await ledger.pauses()).toEqual([{ scope: '*', by: 'alice', at: begin }, project]);
			await ledger.resume('*', 'alice');
			expect(await ledger.pauses()).toEqual([project]);
		});

		test('a resume wakes what waited for a pause or a gate in its scope, and opens its complete gates', async () => {
			const { ledger } = await opened(open);
			for (const projectId of ['proj-1', 'proj-2']) {
				await ledger.pause(projectId, 'alice');
				await ledger.closeGate(projectId, 'complete', 'status-403');
				await ledger.closeGate(projectId, 'read', 'status-401');
				for (const reason of ['paused', 'gate', 'hold']) {
					const claim = await openCase(ledger, `task-${reason}`, { id: `evt-${projectId}-${reason}`, projectId });
					await ledger.transition(claim, move('waiting', { reason, dueInMs: 60 * minute }));
				}
			}
			await ledger.resume('proj-1', 'alice');
			const woken = (await ledger.claimDueCases(10, lease)).map((claim) => claim.case);
			expect(woken.map((one) => `${one.projectId} ${one.reason}`).toSorted()).toEqual(['proj-1 gate', 'proj-1 paused']);
			expect((await ledger.gates()).map((gate) => `${gate.projectId} ${gate.kind}`)).toEqual([
				'proj-1 read',
				'proj-2 complete',
				'proj-2 read',
			]);
			await ledger.resume('*', 'alice');
			expect((await ledger.gates()).map((gate) => gate.kind)).toEqual(['read', 'read']);
			expect(await ledger.claimDueCases(10, lease)).toHaveLength(2);
		});

		test('a gate says when and why it closed, the first reason stands', async () => {
			const { ledger, clock } = await opened(open);
			await ledger.closeGate('proj-1', 'read', 'status-401');
			clock.pass(minute);
			await ledger.closeGate('proj-1', 'read', 'status-403');
			expect(await ledger.gates()).toEqual([
				{ projectId: 'proj-1', kind: 'read', closedAt: begin, reason: 'status-401' },
			]);
		});

		test('opening a gate wakes the cases and events that waited for it; one that is open wakes nobody', async () => {
			const { ledger } = await opened(open);
			await ledger.closeGate('proj-1', 'read', 'status-401');
			await ledger.transition(await openCase(ledger), move('waiting', { reason: 'gate', dueInMs: 60 * minute }));
			await ledger.accept(event());
			const claim = await claimEvent(ledger, 'evt-1');
			await ledger.finishEvent(claim, { kind: 'again', inMs: 60 * minute, reason: 'gate' });

			expect(await ledger.openGate('proj-1', 'complete')).toBe(false);
			expect(await ledger.openGate('proj-2', 'read')).toBe(false);
			expect(await ledger.nextDueInMs()).toBe(60 * minute);
			expect(await ledger.openGate('proj-1', 'read')).toBe(true);
			expect(await ledger.claimDueCases(10, lease)).toHaveLength(1);
			expect(await ledger.claimDueEvents(10, lease)).toHaveLength(1);
			expect(await ledger.openGate('proj-1', 'read')).toBe(false);
			expect(await ledger.gates()).toEqual([]);
		});

		test('an operator opens the gate of a project alone: pauses stay, and who did it is kept, once', async () => {
			const { ledger, clock } = await opened(open);
			for (const projectId of ['proj-1', 'proj-2']) {
				await ledger.pause(projectId, 'alice');
				await ledger.closeGate(projectId, 'complete', 'status-403');
				for (const reason of ['paused', 'gate']) {
					const claim = await openCase(ledger, `task-${reason}`, { id: `evt-${projectId}-${reason}`, projectId });
					await ledger.transition(claim, move('waiting', { reason, dueInMs: 60 * minute }));
				}
			}
			clock.pass(minute);
			expect(await ledger.openGate('proj-1', 'complete', 'bob', 'a new key')).toBe(true);
			expect(await ledger.openGate('proj-1', 'complete', 'carol')).toBe(false);
			expect((await ledger.gates()).map((gate) => gate.projectId)).toEqual(['proj-2']);
			expect((await ledger.pauses()).map((pause) => pause.scope).toSorted()).toEqual(['proj-1', 'proj-2']);
			const woken = (await ledger.claimDueCases(10, lease)).map((claim) => claim.case);
			expect(woken.map((one) => `${one.projectId} ${one.reason}`)).toEqual(['proj-1 gate']);
			clock.pass(minute);
			expect(await ledger.openGate('proj-2', 'complete', 'carol')).toBe(true);
			clock.pass(minute);
			await ledger.resume('proj-2', 'dave');
			const changes = [
				{ at: begin + 3 * minute, change: 'resume', scope: 'proj-2', by: 'dave', why: null },
				{ at: begin + 2 * minute, change: 'open-gate', scope: 'proj-2', by: 'carol', why: null },
				{ at: begin + minute, change: 'open-gate', scope: 'proj-1', by: 'bob', why: 'a new key' },
			];
			expect(await ledger.controlChanges(3)).toEqual(changes);
			expect(await ledger.controlChanges(2)).toEqual(changes.slice(0, 2));
		});

		test('a gate that opens by itself is no change of an operator', async () => {
			const { ledger } = await opened(open);
			await ledger.closeGate('proj-1', 'read', 'status-401');
			expect(await ledger.openGate('proj-1', 'read')).toBe(true);
			expect(await ledger.controlChanges(10)).toEqual([]);
		});

		test('while the read gate is closed one may try in every interval', async () => {
			const { ledger, clock } = await opened(open);
			await ledger.closeGate('proj-1', 'read', 'status-401');
			expect(await ledger.takeProbe('proj-1', minute)).toBe(false);
			clock.pass(minute);
			const asked = await Promise.all(Array.from({ length: 5 }, () => ledger.takeProbe('proj-1', minute)));
			expect(asked.filter(Boolean)).toHaveLength(1);
			expect(await ledger.takeProbe('proj-2', minute)).toBe(false);
			clock.pass(minute - 1);
			expect(await ledger.takeProbe('proj-1', minute)).toBe(false);
			clock.pass(1);
			expect(await ledger.takeProbe('proj-1', minute)).toBe(true);
		});

		test('a brake that trips takes over from an operator, and no operator from it', async () => {
			const { ledger, clock } = await opened(open);
			await ledger.setBrake('invoices', true, 'alice');
			clock.pass(minute);
			await ledger.setBrake('invoices', true, 'bob');
			expect(await ledger.brakesSet()).toEqual([{ ruleId: 'invoices', by: 'alice', at: begin }]);
			await ledger.setBrake('invoices', true, brakeItself);
			clock.pass(minute);
			for (const by of ['bob', brakeItself]) await ledger.setBrake('invoices', true, by);
			expect(await ledger.brakesSet()).toEqual([{ ruleId: 'invoices', by: brakeItself, at: begin + minute }]);
		});

		test('brakes are set and lifted rule by rule', async () => {
			const { ledger } = await opened(open);
			await ledger.setBrake('invoices', true, 'brake');
			await ledger.setBrake('invoices', true, 'alice');
			await ledger.setBrake('receipts', true, 'brake');
			expect(await ledger.brakes()).toEqual(new Set(['invoices', 'receipts']));
			await ledger.setBrake('invoices', false, 'alice');
			expect(await ledger.brakes()).toEqual(new Set(['receipts']));
		});

		test('a setting holds the last value that was set', async () => {
			const { ledger } = await opened(open);
			expect(await ledger.setting('own-reads')).toBeNull();
			await ledger.setSetting('own-reads', 'yes');
			await ledger.setSetting('own-reads', 'no');
			expect(await ledger.setting('own-reads')).toBe('no');
		});

		test('it answers that it can be written, and tells its time', async () => {
			const { ledger, clock } = await opened(open);
			await ledger.ping();
			clock.pass(minute);
			expect(await ledger.now()).toBe(begin + minute);
		});
	});

	describe('questions', () => {
		test('what is unknown is null or nothing', async () => {
			const { ledger } = await opened(open);
			expect(await ledger.getEvent('x')).toBeNull();
			expect(await ledger.getCase('x')).toBeNull();
			expect(await ledger.getDecision('x')).toBeNull();
			expect(await ledger.casesOfTask('proj-1', 'x')).toEqual([]);
			expect(await ledger.attemptsOf('x')).toEqual([]);
			expect(await ledger.listEvents({ limit: 10 })).toEqual({ items: [], next: null });
			expect(await ledger.listDecisions({ limit: 10 })).toEqual({ items: [], next: null });
		});

		test('events are listed newest first, page by page, each once, even while others come', async () => {
			const { ledger } = await opened(open);
			// Ids that sort otherwise than they arrived, all at one moment.
			const ids = ['m', 'a', 'z', 'b', 'y'].map((letter) => `evt-${letter}`);
			for (const id of ids) await ledger.accept(event({ id }));
			const seen: string[] = [];
			let before: string | undefined;
			let pages = 0;
			do {
				const page = await ledger.listEvents({ limit: 2, ...(before === undefined ? {} : { before }) });
				seen.push(...page.items.map((one) => one.id));
				before = page.next ?? undefined;
				pages += 1;
				await ledger.accept(event({ id: `evt-late-${pages}` }));
			} while (before !== undefined);
			expect(seen).toEqual(ids.toReversed());
			expect(pages).toBe(3);
		});

		test('a page that holds exactly all there is has no next one', async () => {
			const { ledger } = await opened(open);
			for (const id of ['evt-1', 'evt-2']) await ledger.accept(event({ id }));
			expect((await ledger.listEvents({ limit: 2 })).next).toBeNull();
			expect((await ledger.listEvents({ limit: 1 })).next).not.toBeNull();
		});

		test('events are listed by status', async () => {
			const { ledger } = await opened(open);
			await ledger.accept(event({ id: 'evt-1' }));
			await ledger.accept(event({ id: 'evt-2', ignored: 'other-event' }));
			await ledger.accept(event({ id: 'evt-3', ignored: 'other-event' }));
			const { items } = await ledger.listEvents({ status: 'ignored', limit: 10 });
			expect(items.map((one) => one.id)).toEqual(['evt-3', 'evt-2']);
		});

		test('decisions are listed newest first by any of project, task and outcome', async () => {
			const { ledger } = await opened(open);
			const nextId = createIds();
			const wanted: { id: string; projectId: string; taskId: string; outcome: 'complete' | 'review' }[] = [];
			for (const projectId of ['proj-1', 'proj-2']) {
				for (const taskId of ['task-1', 'task-2']) {
					const claim = await openCase(ledger, taskId, { id: `${projectId}-${taskId}`, projectId });
					for (const outcome of ['complete', 'review'] as const) {
						const id = nextId();
						await ledger.recordDecision(claim, decision({ id, outcome }), null);
						wanted.unshift({ id, projectId, taskId, outcome });
					}
				}
			}
			for (const projectId of [undefined, 'proj-1']) {
				for (const taskId of [undefined, 'task-2']) {
					for (const outcome of [undefined, 'review' as const]) {
						const filter = {
							...(projectId === undefined ? {} : { projectId }),
							...(taskId === undefined ? {} : { taskId }),
							...(outcome === undefined ? {} : { outcome }),
						};
						const expected = wanted.filter((one) =>
							Object.entries(filter).every(([name, value]) => one[name as keyof typeof filter] === value),
						);
						const first = await ledger.listDecisions({ ...filter, limit: 1 });
						const rest =
							first.next === null
								? { items: [], next: null }
								: await ledger.listDecisions({ ...filter, limit: 100, before: first.next });
						expect(
							[...first.items, ...rest.items].map((one) => one.id),
							JSON.stringify(filter),
						).toEqual(expected.map((one) => one.id));
						expect(rest.next).toBeNull();
					}
				}
			}
		});

		test('everything is counted by state, what there is none of as nought', async () => {
			const { ledger } = await opened(open);
			const none = await ledger.counts();
			expect(new Set([...Object.values(none.events), ...Object.values(none.cases)])).toEqual(new Set([0]));
			await openIn(ledger, 'review', 'task-1');
			await openIn(ledger, 'review', 'task-2');
			await openIn(ledger, 'completed', 'task-3');
			await ledger.accept(event({ ignored: 'other-event' }));
			const counts = await ledger.counts();
			expect(counts.events).toEqual({ accepted: 0, ignored: 1, located: 3, unresolvable: 0, dead: 0 });
			expect(counts.cases).toEqual({ ...none.cases, review: 2, completed: 1 });
		});
	});
}
