import { caseStates, isTerminal, mayMove, wokenByEvent } from '../../core/lifecycle/index.ts';
import type { CaseClaim, CaseLedger, FirstRead, Move, NewDecision } from '../types.ts';
import { number, numberOrNull, text, toCase } from './rows.ts';
import type { Row, SqlStore } from './sql-store.ts';
import { type BoundStatement, bind } from './statements.ts';
import { toSurroundings } from './surroundings.ts';

export function caseOperations(store: SqlStore, newId: () => string): CaseLedger {
	const toClaim = (row: Row): CaseClaim => {
		const record = toCase(row);
		return { case: record, fence: record.fence, now: number(row, 'now'), around: toSurroundings(row) };
	};

	return {
		async claimDueCases(limit, leaseMs) {
			const [claimed = []] = await store.run([bind('claimDueCases', { limit, lease: Math.round(leaseMs) })]);
			return claimed.map(toClaim);
		},

		async claimCase(caseId, leaseMs) {
			const [[row] = []] = await store.run([bind('claimCase', { case: caseId, lease: Math.round(leaseMs) })]);
			return row === undefined ? null : toClaim(row);
		},

		async releaseCase(claim, dueInMs) {
			await store.run([
				bind('releaseCase', { ...heldBy(claim), due_in: dueInMs === null ? null : Math.round(dueInMs) }),
			]);
		},

		async transition(claim, move) {
			const rows = await store.run([...bindingToStep(claim, statesBefore(move)), ...moving(claim, move, null, newId)]);
			return (rows.at(-1)?.length ?? 0) > 0;
		},

		async recordDecision(claim, decision, move) {
			const rows = await store.run(
				move === null
					? [
							...bindingToStep(claim, caseStates),
							...inserting(claim, decision, caseStates),
							bind('pointAtDecision', { ...heldBy(claim), decision: decision.id }),
						]
					: [
							...bindingToStep(claim, statesBefore(move)),
							...inserting(claim, decision, statesBefore(move)),
							...moving(claim, move, decision.id, newId),
						],
			);
			return (rows.at(-1)?.length ?? 0) > 0;
		},

		async nextDueInMs() {
			const [[row] = []] = await store.run([bind('nextDue')]);
			const at = row === undefined ? null : numberOrNull(row, 'at');
			return row === undefined || at === null ? null : Math.max(0, at - number(row, 'now'));
		},

		async retryCase(caseId, by) {
			const rows = await store.run([
				...(by === undefined ? [] : [bind('noteRetry', { case: caseId, by })]),
				bind('retryCase', { case: caseId }),
				bind('whyNot', { case: caseId }),
			]);
			const [[retried] = [], [why] = []] = rows.slice(-2);
			if (retried !== undefined) return 'retried';
			if (why === undefined) return 'unknown-case';
			const state = text(why, 'state');
			if (state === 'audit') return 'audit';
			const unresolved = state === 'completing' || state === 'verifying' || number(why, 'unresolved') === 1;
			return unresolved && !['completed', 'refused', 'superseded', 'gone'].includes(state) ? 'unresolved' : 'not-open';
		},

		async leaveCase(caseId, by) {
			const rows = await store.run([
				...(by === undefined ? [] : [bind('noteLeave', { case: caseId, by })]),
				bind('leaveCase', { case: caseId }),
				bind('whyNot', { case: caseId }),
			]);
			const [[left] = [], [why] = []] = rows.slice(-2);
			if (left !== undefined) return 'left';
			if (why === undefined) return 'unknown-case';
			const state = text(why, 'state');
			return state === 'completing' || state === 'verifying' ? 'in-flight' : 'ended';
		},
	};
}

function identifying(claim: CaseClaim, first: FirstRead, from: readonly string[]): BoundStatement {
	return bind('identifyCase', {
		...heldBy(claim),
		from: JSON.stringify(from),
		step: first.stepType,
		progress: JSON.stringify(first.progress),
	});
}

function bindingToStep(claim: CaseClaim, from: readonly string[]): readonly BoundStatement[] {
	return claim.firstRead === undefined ? [] : [identifying(claim, claim.firstRead, from)];
}

function heldBy(claim: CaseClaim) {
	return { case: claim.case.id, fence: claim.fence };
}

/** `completing` is entered by the intent alone; a case that is there already may stay. */
function statesBefore(move: Move): readonly string[] {
	if (move.state === 'completing') return ['completing'];
	return caseStates.filter((state) => mayMove(state, move.state));
}

/** The last statement answers a row when the case was moved; without that nothing of it was written. */
function moving(
	claim: CaseClaim,
	move: Move,
	decisionId: string | null,
	newId: () => string,
): readonly BoundStatement[] {
	const where = { ...heldBy(claim), from: JSON.stringify(statesBefore(move)) };
	const moved = bind('moveCase', {
		...where,
		state: move.state,
		reason: move.reason,
		progress: move.progress === undefined ? null : JSON.stringify(move.progress),
		decision: decisionId,
		terminal: isTerminal(move.state) ? 1 : 0,
		woken: wokenByEvent(move.state, move.reason) ? 1 : 0,
		due_in: move.dueInMs === null ? null : Math.max(0, Math.round(move.dueInMs)),
		open_next: move.openNext === true ? 1 : 0,
		next: newId(),
	});
	const { attempt, label, heldOut = [] } = move;
	return [
		...(heldOut.length === 0 ? [] : [bind('raiseHeldOut', { ...where, keys: JSON.stringify(heldOut) })]),
		...(attempt === undefined
			? []
			: [bind('judgeAttempt', { ...where, attempt: attempt.id, verdict: attempt.verdict })]),
		...(label === undefined
			? []
			: [
					bind('dropUnresolved', { ...where, label: label.label }),
					bind('insertLabel', {
						...where,
						label: label.label,
						reason: label.reason,
						detail: JSON.stringify(label.detail),
					}),
				]),
		moved,
	];
}

function inserting(claim: CaseClaim, decision: NewDecision, from: readonly string[]): readonly BoundStatement[] {
	const { sealedContent } = decision;
	const inserted = bind('insertDecision', {
		...heldBy(claim),
		from: JSON.stringify(from),
		decision: decision.id,
		outcome: decision.outcome,
		withheld: decision.withheld,
		first_reason: decision.firstReason,
		revision: decision.revision,
		logic_revision: decision.logicRevision,
		version: decision.version,
		fingerprint: decision.fingerprint,
		rules: JSON.stringify(decision.rules),
		body: JSON.stringify(decision.body),
		elements: JSON.stringify(decision.elements),
	});
	if (sealedContent === undefined) return [inserted];
	return [inserted, bind('keepContent', { case: claim.case.id, decision: decision.id, sealed: sealedContent })];
}
