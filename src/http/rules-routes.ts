import type { Rule } from '../core/ruleset/types.ts';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import type { OperatorRoute } from './routes.ts';

/** `GET /v1/rules`: the rules that serve, and what was found wrong in a folder that was refused since. */
export function rulesRoutes({ ledger, rules }: Pick<AppDeps, 'ledger' | 'rules'>): readonly OperatorRoute[] {
	return [
		{
			method: 'GET',
			path: '/v1/rules',
			role: 'read',
			handle: async function getRules(c) {
				const ruleSet = rules.current();
				const braked = await fromStore(ledger.brakes());
				return c.json({
					revision: ruleSet.revision,
					logic_revision: ruleSet.logicRevision,
					rules: ruleSet.rules.map((rule) => presentRule(rule, braked.has(rule.id))),
					findings: rules.findings().map(({ file, line, column, severity, code, message }) => ({
						file,
						line,
						column,
						severity,
						code,
						message,
					})),
				});
			},
		},
	];
}

function presentRule(rule: Rule, braked: boolean) {
	return {
		id: rule.id,
		description: rule.description,
		owner: rule.owner,
		mode: rule.mode,
		braked,
		applies_to: {
			projects: rule.appliesTo.projects,
			step_types: rule.appliesTo.stepTypes,
			meta: Object.fromEntries(rule.appliesTo.meta.map(({ name, values }) => [name, values])),
			has_logic: rule.appliesTo.logic !== null,
		},
		required_entities: rule.requiredEntities,
		conditions: rule.conditions.map(({ id, requirement }) => ({ id, requirement })),
		audit_share: rule.auditShare,
		quiet_minutes_after_opened: rule.quietMinutesAfterOpened,
		hold_minutes: rule.holdMinutes,
	};
}
