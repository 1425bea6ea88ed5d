import * as z from 'zod';
import { dayOf } from '../cases/calendar.ts';
import { decide, redactDecision } from '../core/decision/index.ts';
import type { Decision } from '../core/decision/types.ts';
import type { Json } from '../core/json.ts';
import type { Finding, RuleSet } from '../core/ruleset/index.ts';
import { fingerprintText, type TaskReading } from '../core/task/index.ts';
import { parseTask } from '../sendai/index.ts';
import type { AppDeps } from './deps.ts';
import { problem } from './problem.ts';
import { readJsonBody } from './read-input.ts';
import type { OperatorRoute } from './routes.ts';
import { presentFinding } from './rules-routes.ts';
import { estimateCostUs, measureRules, mostCostUs, mostPatternParts } from './simulate-cost.ts';
import { loadGivenRules, mostRulesLength } from './simulate-rules.ts';

/** A task is as large as its document. */
export const longestSimulateBody = 2 * 1_024 * 1_024;
/** More findings are only counted. */
export const mostFindings = 200;

const jsonValue = z.custom<Json>((value) => value !== undefined, { error: 'is missing' });
const isObject = (value: unknown): value is { readonly [key: string]: Json } =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const bodySchema = z.strictObject(
	{
		task: jsonValue,
		rules: z.custom<{ readonly [key: string]: Json }>(isObject, { error: 'is not an object' }).optional(),
		show_content: z.boolean({ error: 'is neither true nor false' }).default(false),
	},
	{ error: 'is not an object' },
);

/**
 * `POST /v1/simulate {task, rules?, show_content?}`: what would be decided about a task as the API gives it, by the serving
 * rules or by exactly those that are given (rule id to rule file). Without any effect: nothing is stored, nothing is asked
 * of the store or of Send AI. What only a real decision has, an id, a draw, brakes, is null or absent.
 *
 * 200 `{outcome, ...}` in the form of a stored decision, also for a task that is malformed: it would be left to a person.
 * 422 with `findings` when the given rules are not sound; their places are those of the rule written out with tabs, and
 * `pointer` is exact. Values that come from the document are left out unless `show_content` is true.
 */
export function simulateRoutes(
	deps: Pick<AppDeps, 'projects' | 'rules' | 'digest' | 'clock' | 'timeZone' | 'version'>,
): readonly OperatorRoute[] {
	const { projects, rules, digest, clock, timeZone, version } = deps;

	function judge(reading: TaskReading, ruleSet: RuleSet): Decision {
		const isTask = reading.kind === 'task';
		return decide({
			reading,
			ruleSet,
			projectKnown: projects === null || (isTask && projects.includes(reading.task.projectId)),
			today: dayOf(clock.now(), timeZone),
			version,
			fingerprint: isTask ? digest.sha256(fingerprintText(reading.task)) : '',
			draw: null,
			braked: new Set(),
		});
	}

	const route: OperatorRoute = {
		method: 'POST',
		path: '/v1/simulate',
		role: 'read',
		body: bodySchema,
		handle: async function simulate(c) {
			const input = await readJsonBody(c, bodySchema, longestSimulateBody);
			if (!input.ok) return input.response;
			const { task, rules: given, show_content: showContent } = input.value;
			const reading = parseTask(task);
			let ruleSet = rules.current();
			if (given !== undefined) {
				const cost = measureRules(given);
				if (cost.patternParts > mostPatternParts) {
					const detail = `The patterns of these rules have more than ${mostPatternParts} parts once their repetitions are written out.`;
					return problem(c, 413, 'too-much-work', detail);
				}
				const loaded = loadGivenRules(given, digest.sha256);
				if (loaded === 'too-large') {
					return problem(c, 413, 'too-large', `The rules have at most ${mostRulesLength} bytes together.`);
				}
				if (!loaded.ok) return refuse(loaded.findings);
				if (estimateCostUs(cost, reading) > mostCostUs) {
					const detail =
						'To judge so large a task by so large rules would keep this server from its work; give fewer rules, or use `explain`.';
					return problem(c, 413, 'too-much-work', detail);
				}
				({ ruleSet } = loaded);
			}
			return c.json(present(judge(reading, ruleSet), reading, showContent));

			function refuse(findings: readonly Finding[]): Response {
				const errors = findings.filter(({ severity }) => severity === 'error').length;
				const detail = `The rules were refused: ${errors} ${errors === 1 ? 'error' : 'errors'}; "findings" says which.`;
				return problem(
					c,
					422,
					'rules-refused',
					detail,
					{},
					{
						findings: findings.slice(0, mostFindings).map(presentFinding),
						more_findings: Math.max(0, findings.length - mostFindings),
					},
				);
			}
		},
	};
	return [route];
}

/** As a stored decision is presented, without what it would have by being stored. */
function present(decision: Decision, reading: TaskReading, showContent: boolean) {
	const task = reading.kind === 'task' ? reading.task : null;
	return {
		outcome: decision.outcome,
		withheld: decision.withheld ?? null,
		first_reason: decision.reasons[0]?.code ?? null,
		project_id: task?.projectId ?? null,
		task_id: task?.id ?? null,
		step_type: task?.stepType ?? null,
		rules: decision.applying,
		revision: decision.revision,
		logic_revision: decision.logicRevision,
		version: decision.version,
		fingerprint: decision.fingerprint,
		decision: showContent ? decision : redactDecision(decision),
	};
}
