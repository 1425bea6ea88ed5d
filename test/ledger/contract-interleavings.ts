import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CaseState, mayMove } from '../../src/core/lifecycle/index.ts';
import type { AttemptVerdict, CaseClaim } from '../../src/ledger/index.ts';
import {
	afterFirstRead,
	createIds,
	decision,
	event,
	intent,
	type LedgerUnderTest,
	lease,
	locate,
	minute,
	move,
	must,
	type OpenLedger,
	opened,
	revision,
	today,
	told,
} from './ledger-under-test.ts';

interface ModelAttempt {
	readonly id: string;
	readonly at: number;
	/** Events of the upload that had come by then. */
	readonly events: number;
	verdict: AttemptVerdict | null;
}

interface ModelCase {
	state: CaseState;
	fence: number;
	leaseUntil: number | null;
	decisionId: string | null;
	events: number;
	readonly attempts: ModelAttempt[];
}

/** What the ledger must know, in plain data; claims are by case, with the fence that each was given. */
interface Model {
	now: number;
	readonly cases: readonly ModelCase[];
	readonly claims: { readonly of: number; readonly fence: number }[];
}

interface Real extends LedgerUnderTest {
	readonly projectId: string;
	readonly caseIds: readonly string[];
	readonly claims: CaseClaim[];
	readonly newId: () => string;
}

type Command = fc.AsyncCommand<Model, Real>;

const dailyLimit = 4;
const maxSends = 3;
const sentLease = 35_000;
const givenBack = (verdict: AttemptVerdict | null) => verdict === 'not-sent' || verdict === 'refused-before-work';
const sendsOf = (one: ModelCase) => one.attempts.filter(({ verdict }) => !givenBack(verdict)).length;

function held(model: Model, index: number): { claim: Model['claims'][number]; on: ModelCase; holds: boolean } {
	const claim = must(model.claims[index % model.claims.length], 'claim');
	const on = must(model.cases[claim.of], 'case');
	return { claim, on, holds: on.fence === claim.fence && on.leaseUntil !== null };
}

/** The same rules as the contract's, written down once more in another way. */
function grants(model: Model, on: ModelCase, holds: boolean): boolean {
	const sentInAll = model.cases.reduce((sum, one) => sum + sendsOf(one), 0);
	return (
		holds &&
		on.leaseUntil !== null &&
		on.leaseUntil > model.now &&
		['located', 'waiting', 'verifying'].includes(on.state) &&
		on.decisionId !== null &&
		sentInAll < dailyLimit &&
		sendsOf(on) < maxSends &&
		on.attempts.every(
			({ verdict, at, events }) =>
				givenBack(verdict) || (verdict === 'unknown' && at + minute <= model.now && events === on.events),
		)
	);
}

function command(name: string, run: (model: Model, real: Real) => Promise<void>, needsClaim = false): Command {
	return {
		toString: () => name,
		check: (model) => !needsClaim || model.claims.length > 0,
		async run(model, real) {
			await run(model, real);
			await compare(model, real);
		},
	};
}

/** What holds after every step, whatever came before. */
async function compare(model: Model, { ledger, projectId, caseIds }: Real): Promise<void> {
	for (const [n, one] of model.cases.entries()) {
		const id = must(caseIds[n], 'case id');
		const attempts = await ledger.attemptsOf(id);
		expect(attempts.filter(({ verdict }) => verdict === null).length, 'unresolved attempts').toBeLessThanOrEqual(1);
		expect(attempts.map(({ verdict }) => verdict)).toEqual(one.attempts.map(({ verdict }) => verdict));
		expect(await ledger.getCase(id)).toMatchObject({ state: one.state, fence: one.fence, sends: sendsOf(one) });
	}
	expect(await ledger.completionsOn(projectId, today)).toBe(model.cases.reduce((sum, one) => sum + sendsOf(one), 0));
}

const claim = (n: number) =>
	command(`claim ${n}`, async (model, real) => {
		const on = must(model.cases[n], 'case');
		const taken = await real.ledger.claimCase(must(real.caseIds[n], 'case id'), lease);
		expect(taken !== null).toBe(on.leaseUntil === null || on.leaseUntil <= model.now);
		if (taken === null) return;
		on.fence += 1;
		on.leaseUntil = model.now + lease;
		model.claims.push({ of: n, fence: on.fence });
		real.claims.push(taken);
	});

const pass = (ms: number) =>
	command(`pass ${ms}`, async (model, real) => {
		model.now += ms;
		real.clock.pass(ms);
	});

const decide = (index: number) =>
	command(
		`decide by claim ${index}`,
		async (model, real) => {
			const { on, holds } = held(model, index);
			const id = real.newId();
			const stored = await real.ledger.recordDecision(heldClaim(real, index), decision({ id }), null);
			expect(stored).toBe(holds);
			if (holds) on.decisionId = id;
		},
		true,
	);

const intend = (index: number) =>
	command(
		`intend by claim ${index}`,
		async (model, real) => {
			const { on, holds } = held(model, index);
			const attemptId = real.newId();
			const wanted = intent({
				attemptId,
				decisionId: on.decisionId ?? 'none',
				dailyLimit,
				maxSends,
				leaseMs: sentLease,
				unknownWaitMs: minute,
			});
			const answer = told(await real.ledger.recordIntent(heldClaim(real, index), wanted));
			expect(answer === 'granted', answer).toBe(grants(model, on, holds));
			if (answer !== 'granted') return;
			on.attempts.push({ id: attemptId, at: model.now, events: on.events, verdict: null });
			on.state = 'completing';
			on.leaseUntil = model.now + sentLease;
		},
		true,
	);

const go = (index: number, to: CaseState, verdict: AttemptVerdict | null) =>
	command(
		`move to ${to} by claim ${index}${verdict === null ? '' : `, verdict ${verdict}`}`,
		async (model, real) => {
			const { on, holds } = held(model, index);
			const last = on.attempts.at(-1);
			const attempt = verdict === null || last === undefined ? null : { id: last.id, verdict };
			const moved = await real.ledger.transition(
				heldClaim(real, index),
				move(to, { ...(attempt === null ? {} : { attempt }) }),
			);
			expect(moved).toBe(holds && mayMove(on.state, to) && (to !== 'completing' || on.state === 'completing'));
			if (!moved) return;
			on.state = to;
			on.leaseUntil = null;
			if (attempt === null || last === undefined) return;
			const known = ['taken', 'refused', 'done-by-unknown'].includes(attempt.verdict);
			if (last.verdict === null || (last.verdict === 'unknown' && known)) last.verdict = attempt.verdict;
		},
		true,
	);

const notify = (n: number) =>
	command(`event for ${n}`, async (model, real) => {
		const { projectId, newId } = real;
		await real.ledger.accept(event({ id: newId(), projectId, uploadId: `upl-${projectId}-${n}` }));
		must(model.cases[n], 'case').events += 1;
	});

const retry = (n: number) =>
	command(`retry ${n}`, async (model, real) => {
		const on = must(model.cases[n], 'case');
		const may = ['review', 'waiting', 'needs_human'].includes(on.state) && sendsOf(on) === 0;
		expect((await real.ledger.retryCase(must(real.caseIds[n], 'case id'))) === 'retried').toBe(may);
		if (may) Object.assign(on, { state: 'located', decisionId: null, leaseUntil: null, fence: on.fence + 1 });
	});

const leave = (n: number) =>
	command(`leave ${n}`, async (model, real) => {
		const on = must(model.cases[n], 'case');
		const may = ['located', 'waiting', 'review', 'audit'].includes(on.state);
		expect((await real.ledger.leaveCase(must(real.caseIds[n], 'case id'))) === 'left').toBe(may);
		if (!may) return;
		const state = on.state === 'audit' ? 'audit' : 'review';
		Object.assign(on, { state, leaseUntil: null, fence: on.fence + 1 });
	});

/** What a step does with a case that passes: claimed, decided and intended by one holder. */
const complete = (n: number) =>
	command(`complete ${n}`, async (model, real) => {
		await claim(n).run(model, real);
		const last = model.claims.length - 1;
		if (model.claims[last]?.of !== n) return;
		await decide(last).run(model, real);
		await intend(last).run(model, real);
	});

function heldClaim(real: Real, index: number): CaseClaim {
	return must(real.claims[index % real.claims.length], 'claim');
}

/** Two cases at the same stage, each bound to its step, in a project that no other run has. */
async function prepare(one: LedgerUnderTest, newId: () => string): Promise<{ model: Model; real: Real }> {
	const { ledger, clock } = one;
	const projectId = newId();
	await ledger.serve(revision, 'logic', '{}');
	const caseIds: string[] = [];
	for (const n of [0, 1]) {
		await locate(ledger, [`task-${n}`], { id: newId(), projectId, uploadId: `upl-${projectId}-${n}` });
		const [opened] = await ledger.casesOfTask(projectId, `task-${n}`);
		const id = must(opened, 'case').id;
		const first = afterFirstRead(must(await ledger.claimCase(id, lease), 'claim'));
		await ledger.transition(first, move('waiting', { dueInMs: 0 }));
		caseIds.push(id);
	}
	const cases = caseIds.map(
		(): ModelCase => ({
			state: 'waiting',
			fence: 1,
			leaseUntil: null,
			decisionId: null,
			events: 0,
			attempts: [],
		}),
	);
	return { model: { now: clock.now(), cases, claims: [] }, real: { ...one, projectId, caseIds, claims: [], newId } };
}

/** Claims, decisions, intents, moves, events and operators in any order, by holders that may be late. */
/** How many orders are tried, and by which seed: by default a fresh one each time. */
export interface Orders {
	readonly numRuns: number;
	readonly seed?: number;
}

export function interleavingContract(open: OpenLedger, orders: Orders = { numRuns: 40 }): void {
	describe('interleavings', () => {
		test('whatever the order, each case has at most one attempt in the open, and every count is right', async () => {
			const one = await opened(open);
			const newId = createIds();
			const which = fc.nat({ max: 1 });
			const holder = fc.nat({ max: 7 });
			const states = fc.constantFrom<CaseState>('waiting', 'verifying', 'completing', 'review', 'audit', 'needs_human');
			const verdicts = fc.constantFrom<AttemptVerdict | null>(
				null,
				'not-sent',
				'refused-before-work',
				'unknown',
				'unknown',
				'taken',
				'done-by-unknown',
			);
			const steps = [
				which.map(claim),
				fc.constantFrom(1_000, sentLease, minute, lease).map(pass),
				holder.map(decide),
				holder.map(intend),
				which.map(complete),
				which.map(complete),
				fc.tuple(holder, states, verdicts).map(([index, to, verdict]) => go(index, to, verdict)),
				// The way that most cases go, so that deep states are reached as well.
				holder.map((index) => go(index, 'verifying', 'unknown')),
				holder.map((index) => go(index, 'waiting', 'refused-before-work')),
				which.map(notify),
				which.map(retry),
				which.map(leave),
			];
			let granted = 0;
			let most = 0;
			await fc.assert(
				fc.asyncProperty(fc.commands(steps, { maxCommands: 60, size: 'max' }), async (commands) => {
					const { model, real } = await prepare(one, newId);
					await fc.asyncModelRun(() => ({ model, real }), commands);
					granted += model.cases.reduce((sum, { attempts }) => sum + attempts.length, 0);
					most = Math.max(most, ...model.cases.map(({ attempts }) => attempts.length));
				}),
				orders,
			);
			// Else the orders would prove nothing.
			expect(granted).toBeGreaterThan(10);
			expect(most).toBeGreaterThan(1);
		});
	});
}
