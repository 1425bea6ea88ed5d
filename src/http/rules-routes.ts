import type { Context } from 'hono';
import * as z from 'zod';
import { mendBrakeState } from '../cases/fold-audits.ts';
import type { Finding, Rule } from '../core/ruleset/types.ts';
import { whySchema } from './controls-routes.ts';
import type { AppDeps } from './deps.ts';
import { fromStore } from './from-store.ts';
import { instant } from './present.ts';
import { problem } from './problem.ts';
import { readJsonBody } from './read-input.ts';
import { rearmSchema, whyNotRearm } from './rearm.ts';
import type { OperatorRoute } from './routes.ts';

const brakeSchema = z.strictObject(
	{
		/** Kept, and shown to whoever wonders. */
		why: whySchema.optional(),
	},
	{ error: 'is not an object' },
);

/**
 * `GET /v1/rules`: the rules that serve, and what was found wrong in a folder that was refused since. `POST
 * /v1/rules/reload`: reads the folder again now; 422 with the findings when it is refused and the last good rules keep
 * serving, 409 where the rules are part of the deployment. `POST /v1/rules/:id/brake {why?}` stops one rule before the next
 * completion, `POST /v1/rules/:id/rearm {why?, force?}` lets it go again; its brake then counts anew. 409 when it tripped by
 * itself and no newer certificate stands beside the rule.
 */
export function rulesRoutes(
	deps: Pick<AppDeps, 'ledger' | 'rules' | 'poke' | 'log' | 'clock' | 'digest'>,
): readonly OperatorRoute[] {
	const { ledger, rules, poke, log, clock } = deps;
	const isRule = (id: string) => rules.current().rules.some((rule) => rule.id === id);
	const unknownRule = (c: Context) => problem(c, 404, 'unknown-rule', 'There is no rule with this id.');
	const tellBrakes = async (c: Context) => c.json({ braked_rules: [...(await fromStore(ledger.brakes()))] });
	const brakeRoute: OperatorRoute = {
		method: 'POST',
		path: '/v1/rules/:id/brake',
		role: 'operate',
		body: brakeSchema,
		handle: async function brakeRule(c) {
			const input = await readJsonBody(c, brakeSchema);
			if (!input.ok) return input.response;
			const id = c.req.param('id') ?? '';
			const braked = await fromStore(ledger.brakes());
			if (!braked.has(id) && !isRule(id)) return unknownRule(c);
			if (!braked.has(id)) {
				await fromStore(ledger.setBrake(id, true, c.get('operator'), input.value.why));
				log.warn('a rule was braked by an operator', { rule_id: id });
				poke();
			}
			return await tellBrakes(c);
		},
	};
	const rearmRoute: OperatorRoute = {
		method: 'POST',
		path: '/v1/rules/:id/rearm',
		role: 'operate',
		body: rearmSchema,
		handle: async function rearmRule(c) {
			const input = await readJsonBody(c, rearmSchema);
			if (!input.ok) return input.response;
			const { why, force = false } = input.value;
			const id = c.req.param('id') ?? '';
			const brake = (await fromStore(ledger.brakesSet())).find(({ ruleId }) => ruleId === id);
			// A rule that is gone may still be braked, and comes back with its file.
			if (brake === undefined && !isRule(id)) return unknownRule(c);
			if (brake !== undefined) {
				const rule = rules.current().rules.find((one) => one.id === id);
				const whyNot = whyNotRearm(brake, rule, rules.certificates(), deps, clock.now());
				if (whyNot !== null && !force) {
					const detail = `${whyNot} Calibrate it on newer labels (\`calibrate run ${id} --write\`), or send {"force": true, "why": "..."}, which is kept in your name.`;
					return problem(c, 409, 'certificate-needed', detail);
				}
				await fromStore(mendBrakeState(deps, id));
				const kept = whyNot === null ? why : `by force: ${why ?? ''}`;
				await fromStore(ledger.setBrake(id, false, c.get('operator'), kept));
				log.warn('a rule was let go again by an operator', {
					rule_id: id,
					...(whyNot === null ? {} : { reason: 'force' }),
				});
				poke();
			}
			return await tellBrakes(c);
		},
	};

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
		brakeRoute,
		rearmRoute,
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
