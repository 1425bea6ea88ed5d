import type { Finding, Rule } from '../core/ruleset/types.ts';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import { instant } from './present.ts';
import { problem } from './problem.ts';
import type { OperatorRoute } from './routes.ts';

/**
 * `GET /v1/rules`: the rules that serve, and what was found wrong in a folder that was refused since. `POST
 * /v1/rules/reload`: reads the folder again now; 422 with the findings when it is refused and the last good rules keep
 * serving, 409 where the rules are part of the deployment.
 */
export function rulesRoutes({
	ledger,
	rules,
	poke,
	log,
}: Pick<AppDeps, 'ledger' | 'rules' | 'poke' | 'log'>): readonly OperatorRoute[] {
	return [
		{
			method: 'GET',
			path: '/v1/rules',
			role: 'read',
			handle: async function getRules(c) {
				const braked = await fromStore(ledger.brakes());
				// Read together, with nothing awaited between: a reload may swap the set at any await.
				const ruleSet = rules.current();
				return c.json({
					revision: ruleSet.revision,
					logic_revision: ruleSet.logicRevision,
					rules: ruleSet.rules.map((rule) => presentRule(rule, braked.has(rule.id))),
					refused_since: instant(rules.refusedSince()),
					findings: rules.findings().map(presentFinding),
				});
			},
		},
		{
			method: 'POST',
			path: '/v1/rules/reload',
			role: 'operate',
			handle: async function reloadRules(c) {
				if (rules.reload === null) {
					const detail = 'The rules are part of this deployment; deploy again to change them.';
					return problem(c, 409, 'rules-fixed', detail);
				}
				const { outcome, revision, findings } = await rules.reload();
				log.warn('rules read again by an operator', { revision, state: outcome });
				await fromStore(ledger.noteReload(revision, c.get('operator')));
				// Cases that wait for the rules to change need not wait any longer.
				if (outcome === 'served') poke();
				return c.json(
					{
						outcome,
						revision,
						refused_since: instant(rules.refusedSince()),
						findings: findings.map(presentFinding),
					},
					outcome === 'refused' ? 422 : 200,
				);
			},
		},
	];
}

/** A finding as the API shows it. */
export function presentFinding({ file, line, column, severity, code, message, pointer, didYouMean }: Finding) {
	return {
		file,
		line,
		column,
		severity,
		code,
		message,
		pointer,
		...(didYouMean === undefined ? {} : { did_you_mean: didYouMean }),
	};
}

function presentRule(rule: Rule, braked: boolean) {
	return {
		id: rule.id,
		file: `${rule.id}.json`,
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
