import type { CompletionLedger, IntentRefusal } from '../types.ts';
import { number, textOrNull, toAttempt } from './rows.ts';
import type { SqlStore } from './sql-store.ts';
import { bind } from './statements.ts';

export function completionOperations(store: SqlStore): CompletionLedger {
	return {
		async recordIntent(claim, intent) {
			const named = {
				attempt: intent.attemptId,
				case: claim.case.id,
				fence: claim.fence,
				decision: intent.decisionId,
				fingerprint: intent.fingerprint,
				day: intent.day,
				daily_limit: intent.dailyLimit,
				lease: Math.round(intent.leaseMs),
				unknown_wait: Math.round(intent.unknownWaitMs),
				max_sends: intent.maxSends,
			};
			const [[granted] = [], [why] = []] = await store.run([bind('recordIntent', named), bind('whyNoIntent', named)]);
			if (granted !== undefined) {
				const [sends, at] = [number(granted, 'number'), number(granted, 'intended_at')];
				return { granted: true, attemptId: intent.attemptId, sends, at };
			}
			const reason = why === undefined ? null : (textOrNull(why, 'reason') as IntentRefusal | null);
			return { granted: false, reason: reason ?? 'claim-lost' };
		},

		async recordOutcome(attemptId, raw) {
			await store.run([
				bind('recordOutcome', {
					attempt: attemptId,
					kind: raw.kind,
					answered_with: raw.kind === 'status' ? raw.status : null,
					code: raw.kind === 'status' ? null : raw.code,
				}),
			]);
		},

		async attemptsOf(caseId) {
			const [attempts = []] = await store.run([bind('attemptsOf', { case: caseId })]);
			return attempts.map(toAttempt);
		},
	};
}
