import * as z from 'zod';
import { presentLine } from '../evidence/statement-words.ts';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import { instant } from './present.ts';
import { problem } from './problem.ts';
import { describeProof, nearness, type RuleProof } from './proof.ts';
import { readQuery } from './read-input.ts';
import type { OperatorRoute } from './routes.ts';
import { statementOf } from './statements.ts';

const statementQuery = z.strictObject({ month: z.string().optional() });
const proofQuery = z.strictObject({});
/** Half a year. */
export const proofSpanMs = 26 * 604_800_000;

/** `GET /v1/statement?month=YYYY-MM`: what can be said of the tasks of a month. `GET /v1/proof`: of the rules, up to now. */
export function proofRoutes(deps: AppDeps): readonly OperatorRoute[] {
	const { ledger } = deps;
	return [
		{
			method: 'GET',
			path: '/v1/statement',
			role: 'read',
			query: statementQuery,
			handle: async function getStatement(c) {
				const input = readQuery(c, statementQuery);
				if (!input.ok) return input.response;
				const statement = await statementOf(deps, input.value.month, await fromStore(ledger.now()));
				if (statement === null) {
					return problem(c, 400, 'invalid', 'month is none that has begun; give one like 2026-10.');
				}
				const { month, running, countedAt, certainty, provisional, total, lines } = statement;
				return c.json({
					...{ month, running, counted_at: instant(countedAt), certainty, provisional },
					total: presentLine(total),
					lines: lines.map(presentLine),
				});
			},
		},
		{
			method: 'GET',
			path: '/v1/proof',
			role: 'read',
			query: proofQuery,
			handle: async function getProof(c) {
				const input = readQuery(c, proofQuery);
				if (!input.ok) return input.response;
				const now = await fromStore(ledger.now());
				const { since, rules, prevented } = await describeProof(deps, now - proofSpanMs, now);
				return c.json({ since: instant(since), rules: rules.map(presentRuleProof), prevented });
			},
		},
	];
}

function presentRuleProof({
	rule,
	mode,
	promise,
	certified,
	braked,
	brake,
	watched,
	ramp,
	certainty,
	weeks,
}: RuleProof) {
	return {
		rule,
		mode,
		promise: promise === null ? null : { max_error: promise.maxError, certainty: promise.certainty },
		certificate:
			certified.kind === 'none' || certified.kind === 'other'
				? { state: certified.kind }
				: {
						state: certified.kind,
						max_error: certified.maxError,
						certainty: certified.certainty,
						checked: certified.checked,
						errors: certified.errors,
						unresolved: certified.unresolved,
						bound: certified.bound,
						passing: certified.passing,
						issued_at: instant(certified.issuedAt),
						expires_at: instant(certified.expiresAt),
						curve: certified.curve,
					},
		braked: braked === null ? null : { by: braked.by, at: instant(braked.at) },
		brake:
			brake === null
				? null
				: brake === 'unreadable'
					? { state: 'unreadable' as const }
					: {
							state: 'read' as const,
							max_error: brake.maxError,
							labels: brake.labels,
							errors: brake.errors,
							nearness: nearness(brake),
						},
		promise_watched:
			watched === null
				? null
				: { audits: watched.audits, errors: watched.errors, refuted_since: instant(watched.refutedAt) },
		ramp: ramp === null ? null : { held_out: ramp.heldOut, of: ramp.of },
		certainty,
		audits: weeks.map(({ since, right, wrong, unresolved, bound }) => {
			return { week: instant(since), right, wrong, unresolved, bound };
		}),
	};
}
