import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { foldAll } from '../../src/cases/fold-audits.ts';
import { loadRules } from '../../src/core/ruleset/index.ts';
import type { RuleSet } from '../../src/core/ruleset/types.ts';
import { brakeItself, brakeStateKey } from '../../src/ledger/index.ts';
import { fixedRules } from '../../src/rulesource/index.ts';
import { ruleText } from '../rulesource/rule-text.ts';
import { createAppUnderTest, operator, problemOf } from './app-under-test.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const day = 86_400_000;

function ruleSet(change: object = {}): RuleSet {
	const loaded = loadRules([{ name: 'invoice.json', text: ruleText({ ...change }) }]);
	if (!loaded.ok) throw new Error('the rules do not load');
	return { revision: 'r1', logicRevision: 'l1', canonical: loaded.canonical, rules: loaded.rules };
}

const logic = sha256(ruleSet().rules[0]?.logicCanonical ?? '');

function certificate(change: Readonly<Record<string, unknown>>): string {
	return JSON.stringify({
		...{ version: 1, rule: 'invoice', logic, maxError: 0.01, certainty: 0.95, attempt: 1 },
		...{ checked: 400, errors: 0, unresolved: 0, bound: 0.0074, passing: 0.5 },
		...{ period: { from: '2026-01-01T00:00:00Z', to: '2026-06-02T00:00:00Z' }, extractor: null, truth: 'reviewers' },
		labels: 'e'.repeat(64),
		...change,
	});
}

/** An app whose rule was stopped, and the certificate that stands beside it, if there is one. */
async function stopped(text: (now: number) => string | null, by = brakeItself, change: object = {}) {
	const certificates = new Map<string, string>();
	const app = await createAppUnderTest({ rules: fixedRules(ruleSet(change), [], certificates) });
	onTestFinished(() => app.close());
	await app.ledger.setBrake('invoice', true, by);
	const written = text(app.clock.now());
	if (written !== null) certificates.set('invoice', written);
	return app;
}

const at = (ms: number) => new Date(ms).toISOString();
const newer = (now: number) => certificate({ issuedAt: at(now + 1), expiresAt: at(now + 90 * day) });

describe('a rule whose brake tripped', () => {
	it('is let go by a certificate of its logic that is newer', async () => {
		const app = await stopped(newer);
		expect((await app.operate('/v1/rules/invoice/rearm')).status).toBe(200);
		expect(await app.ledger.brakes()).toEqual(new Set());
	});

	it.each<[string, (now: number) => string | null, RegExp]>([
		['without one', () => null, /No certificate stands beside the rule/],
		['with what is none', () => '{}', /is not its own/],
		['with that of another rule', (now) => newer(now).replace('"invoice"', '"other"'), /is not its own/],
		[
			'with one of other logic',
			(now) => certificate({ logic: 'f'.repeat(64), issuedAt: at(now + 1), expiresAt: at(now + day) }),
			/is of other logic/,
		],
		['with an older one', (now) => certificate({ issuedAt: at(now), expiresAt: at(now + day) }), /is older than that/],
		[
			'with one that has expired',
			(now) => certificate({ issuedAt: at(now + 1), expiresAt: at(now - day) }),
			/has expired/,
		],
	])('stays stopped %s', async (_name, text, why) => {
		const app = await stopped(text);
		const answer = await app.operate('/v1/rules/invoice/rearm', { why: 'please' });
		expect(answer.status).toBe(409);
		expect(await problemOf(answer)).toMatchObject({
			code: 'certificate-needed',
			detail: expect.stringMatching(why) as unknown,
		});
		expect(await app.ledger.brakes()).toEqual(new Set(['invoice']));
	});

	it.each([
		['no task from after the trip', { period: { from: '2026-01-01T00:00:00Z', to: '2026-05-31T00:00:00Z' } }],
		['counts that contradict each other', { checked: 1, errors: 7 }],
		['counts that do not bear it', { checked: 100 }],
		['counts of nothing', { checked: 0, bound: 1 }],
		['less than its brake watches for', { maxError: 0.02 }],
	])('stays stopped by a certificate with %s', async (_what, change) => {
		const made = (now: number) => certificate({ issuedAt: at(now + 1), expiresAt: at(now + 90 * day), ...change });
		const app = await stopped(made);
		expect((await app.operate('/v1/rules/invoice/rearm')).status).toBe(409);
		expect(await app.ledger.brakes()).toEqual(new Set(['invoice']));
	});

	it('stays stopped by a certificate that bears less than the rule promises', async () => {
		const app = await stopped(newer, brakeItself, { promise: { maxError: 0.005, certainty: 0.95 } });
		const answer = await app.operate('/v1/rules/invoice/rearm');
		expect(await problemOf(answer)).toMatchObject({
			detail: expect.stringMatching(/bears less than the rule promises/),
		});
		expect(await app.ledger.brakes()).toEqual(new Set(['invoice']));
	});

	it('is let go for good also where its state could not be read, which then begins after the labels that there are', async () => {
		const app = await stopped(() => null);
		const deps = { ledger: app.ledger, rules: fixedRules(ruleSet()), alert: () => undefined };
		await app.ledger.setSetting(brakeStateKey('invoice'), 'nonsense');
		expect((await app.operate('/v1/rules/invoice/rearm', { force: true, why: 'restored by hand' })).status).toBe(200);
		await foldAll(deps);
		expect(await app.ledger.brakes()).toEqual(new Set());
		expect(JSON.parse((await app.ledger.setting(brakeStateKey('invoice'))) ?? '')).toMatchObject({
			seq: 0,
			brake: { labels: 0, trippedAt: null },
		});
	});

	it('is let go by force only with a reason, which is kept', async () => {
		const app = await stopped(() => null);
		const refused = await app.operate('/v1/rules/invoice/rearm', { force: true });
		expect(refused.status).toBe(400);
		expect(await app.ledger.brakes()).toEqual(new Set(['invoice']));
		const answer = await app.operate('/v1/rules/invoice/rearm', { force: true, why: 'the reviewer was wrong' });
		expect([answer.status, await answer.json()]).toEqual([200, { braked_rules: [] }]);
		expect((await app.ledger.controlChanges(1))[0]).toMatchObject({
			...{ change: 'unbrake', scope: 'invoice', by: operator.name, why: 'by force: the reviewer was wrong' },
		});
	});
});

it('a rule that an operator stopped is let go by an operator', async () => {
	const app = await stopped(() => null, 'bob');
	expect((await app.operate('/v1/rules/invoice/rearm', { why: 'looked at it' })).status).toBe(200);
	expect(await app.ledger.brakes()).toEqual(new Set());
});
