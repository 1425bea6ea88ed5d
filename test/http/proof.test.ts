import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { foldAll, runLength } from '../../src/cases/fold-audits.ts';
import { loadRules } from '../../src/core/ruleset/index.ts';
import type { RuleSet } from '../../src/core/ruleset/types.ts';
import { foldIntoBrake, setBrake } from '../../src/core/statistics/brake.ts';
import { boundCompleted } from '../../src/core/statistics/finite-population.ts';
import { brakeItself, brakeStateKey, heldOutKey, type Ledger, type NewLabel } from '../../src/ledger/index.ts';
import type { Alert } from '../../src/platform/index.ts';
import { fixedRules } from '../../src/rulesource/index.ts';
import {
	afterFirstRead,
	claimCase,
	decision,
	judged,
	move,
	openCase,
	openIntended,
} from '../ledger/ledger-under-test.ts';
import { ruleText } from '../rulesource/rule-text.ts';
import { createAppUnderTest } from './app-under-test.ts';
import { getPage, logInBoth } from './page-parts.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function ruleSet(): RuleSet {
	const files = [
		{
			name: 'invoices.json',
			text: ruleText({ promise: { maxError: 0.01, certainty: 0.95 }, auditRamp: 20, auditShare: 0.25 }),
		},
		{ name: 'later.json', text: ruleText({ mode: 'shadow' }) },
	];
	const loaded = loadRules(files);
	if (!loaded.ok) throw new Error(JSON.stringify(loaded.findings));
	return { revision: 'r'.repeat(64), logicRevision: 'l'.repeat(64), canonical: loaded.canonical, rules: loaded.rules };
}

const right: NewLabel = { label: 'right', reason: null, detail: {} };
const wrong: NewLabel = { label: 'wrong', reason: null, detail: { annotation: { changed: 1 } } };

async function decide(ledger: Ledger, taskId: string, outcome: 'complete' | 'review', label: NewLabel | null) {
	const claim = afterFirstRead(await openCase(ledger, taskId));
	const audited = outcome === 'complete';
	const code = 'rule:invoices:certain';
	const body = {
		outcome,
		auditShare: 0.25,
		draw: { u: 0.1, keyId: 'abcd1234' },
		reasons: audited ? [] : [{ code, sentence: 'a guess' }],
		rules: [{ id: 'invoices', mode: 'live', applies: 'yes', outcome, conditions: [] }],
	};
	const stored = decision({
		id: `dec-${taskId}`,
		outcome,
		withheld: audited ? 'audit' : null,
		firstReason: audited ? null : code,
		body,
		rules: ['invoices'],
	});
	const state = audited ? 'audit' : 'review';
	await ledger.recordDecision(claim, stored, move(state, { reason: audited ? 'audit' : code }));
	if (label !== null) await ledger.transition(await claimCase(ledger, claim.case.id), move(state, { label }));
}

/** Eight audits, one of them wrong and one not looked at yet; two errors prevented; three tasks completed. */
async function filled(certificates: ReadonlyMap<string, string> = new Map()) {
	const rules = ruleSet();
	const app = await createAppUnderTest({ rules: fixedRules(rules, [], certificates) });
	onTestFinished(() => app.close());
	const { ledger } = app;
	for (let n = 0; n < 8; n += 1) {
		await decide(ledger, `audit-${n}`, 'complete', n === 0 ? wrong : n === 1 ? null : right);
	}
	for (let n = 0; n < 3; n += 1) await decide(ledger, `left-${n}`, 'review', n === 0 ? right : wrong);
	for (let n = 0; n < 3; n += 1) {
		const ids = { attemptId: `att-${n}`, decisionId: `dec-done-${n}` };
		const claim = await openIntended(ledger, `done-${n}`, ids);
		await ledger.transition(claim, judged('completed', 'taken', { attempt: { id: ids.attemptId, verdict: 'taken' } }));
	}
	const brake = foldIntoBrake(setBrake({ maxError: 0.01, runLength: 20_000 }), true);
	await ledger.setSetting(brakeStateKey('invoices'), JSON.stringify({ seq: 1, brake }));
	const logic = sha256(rules.rules[0]?.logicCanonical ?? '');
	await ledger.setSetting(heldOutKey('invoices', logic), '8');
	const { alice } = await logInBoth(app);
	return { app, ledger, logic, page: async (path: string) => (await getPage(app, path, alice)).text };
}

const json = async (answer: Response | Promise<Response>) => (await (await answer).json()) as Record<string, unknown>;
const plain = (text: string) => text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

describe('the statement of a month', () => {
	it('says how many were completed and how many can be wrong at most, on the page as in the API', async () => {
		const { app, page } = await filled();
		const bound = boundCompleted({ passed: 11, checked: 8, errors: 2 }, 0.95);
		const month = app.clock.now() > 0 ? new Date(app.clock.now()).toISOString().slice(0, 7) : '';
		const statement = await json(app.read(`/v1/statement?month=${month}`));
		expect(statement).toMatchObject({
			...{ month, running: true, certainty: 0.95, provisional: true },
			total: { passed: 11, audited: 8, right: 6, wrong: 1, unresolved: 1, sampled: 8, completed: 3, bound },
		});
		const text = plain(await page(`/statement?month=${month}`));
		expect(text).toContain(
			'3 tasks were completed without a person. With 95 % certainty at most 3 of them (100 %) were wrong.',
		);
		expect(text).toContain(
			'8 tasks that passed were held out at random and done by people: 6 were right, 1 wrong, 1 is not known',
		);
		expect(text).toMatch(/June 2026 provisional/);
		expect(await page('/statement')).toBe(await page(`/statement?month=${month}`));
	});

	it('is counted anew at each look, and says when it was', async () => {
		const { app, ledger } = await filled();
		await app.read('/v1/statement');
		await decide(ledger, 'one-more', 'complete', right);
		await app.clock.advance(1_000);
		expect(await json(app.read('/v1/statement'))).toMatchObject({
			total: { audited: 9 },
			counted_at: new Date(app.clock.now()).toISOString(),
		});
	});

	it('of a month in which nothing passed says so, and one that has not begun there is none of', async () => {
		const { app, page } = await filled();
		expect(plain(await page('/statement?month=2026-01'))).toContain('Nothing was completed without a person.');
		for (const month of ['2099-01', '2026-13', 'x', '2026-01-01', '1970-01']) {
			expect((await app.read(`/v1/statement?month=${month}`)).status, month).toBe(400);
		}
		expect(plain(await page('/statement?month=2099-01'))).toContain('There is no such month yet.');
	});
});

describe('the proof', () => {
	it('shows audits, the brake, the ramp, and which errors were prevented by what', async () => {
		const { app } = await filled();
		// What was decided within a week bears no bound yet: whose labels come soon may be the better ones.
		const young = [{ right: 6, wrong: 1, unresolved: 0, bound: null }];
		expect(await json(app.read('/v1/proof'))).toMatchObject({ rules: [{ audits: young }, {}] });
		await app.clock.advance(8 * 86_400_000);
		const proof = await json(app.read('/v1/proof'));
		expect(proof).toMatchObject({
			rules: [
				{
					rule: 'invoices',
					promise: { max_error: 0.01, certainty: 0.95 },
					certificate: { state: 'none' },
					braked: null,
					brake: { state: 'read', labels: 1, errors: 1, nearness: expect.closeTo(Math.log(4) / Math.log(20_000), 6) },
					ramp: { held_out: 8, of: 40 },
					certainty: 0.95,
					audits: [{ right: 6, wrong: 1, unresolved: 1, bound: expect.closeTo(0.5997, 4) }],
				},
				{ rule: 'later', mode: 'shadow', promise: null, brake: null, ramp: null, audits: [] },
			],
			prevented: [{ mark: 'rule:invoices:certain', count: 2 }],
		});
		const text = plain((await getPage(app, '/proof', (await logInBoth(app)).alice)).text);
		expect(text).toContain('missing nothing bears the promise');
		expect(text).toContain('1 of 1 audits wrong, 14 % of the way to tripping');
		expect(text).toContain('8 of 40 held out');
		expect(text).toContain(
			'the audits until now leave at most 59.97 % wrong possible, with 95 % certainty; the broken line is the promise, 1 %',
		);
		expect(text).toContain('6 1 1 59.97 %');
		expect(text).toContain('Everything is certain. invoices 2');
	});

	it('says what a certificate bears, when it ended, and that one of other logic bears nothing', async () => {
		const certificates = new Map<string, string>();
		const { app, page, logic } = await filled(certificates);
		const day = 86_400_000;
		const certificate = {
			...{ version: 1, rule: 'invoices', logic, maxError: 0.01, certainty: 0.95, attempt: 1, checked: 400, errors: 0 },
			...{ unresolved: 0, bound: 0.0075, passing: 0.5, extractor: null, truth: 'reviewers', labels: 'e'.repeat(64) },
			period: { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
			issuedAt: '2026-02-01T00:00:00Z',
			expiresAt: new Date(app.clock.now() + day).toISOString(),
			curve: [
				{ coverage: 0.1, risk: 0 },
				{ coverage: 0.5, risk: 0.004 },
				{ coverage: 1, risk: 0.09 },
			],
		};
		certificates.set('invoices', JSON.stringify(certificate));
		expect(plain(await page('/proof'))).toContain(
			'holds at most 1 % wrong, with 95 % certainty: of 400 checked 0 wrong',
		);
		expect(plain(await page('/proof'))).toContain(
			'The dot is what was certified: 50.0 % passes, 0.0 % of it was wrong; promised is at most 1.0 %',
		);
		expect(await json(app.read('/v1/proof'))).toMatchObject({ rules: [{ certificate: { curve: { length: 3 } } }, {}] });
		certificates.set('invoices', JSON.stringify({ ...certificate, expiresAt: '2026-03-01T00:00:00Z' }));
		expect(await json(app.read('/v1/proof'))).toMatchObject({ rules: [{ certificate: { state: 'expired' } }, {}] });
		certificates.set('invoices', JSON.stringify({ ...certificate, logic: 'f'.repeat(64) }));
		expect(plain(await page('/proof'))).toContain('not of this rule The rule has other logic now.');
	});

	it('a brake that tripped and was let go begins anew', async () => {
		const { app, ledger } = await filled();
		let brake = setBrake({ maxError: 0.01, runLength: 20_000 });
		while (brake.trippedAt === null) brake = foldIntoBrake(brake, true);
		await ledger.setSetting(brakeStateKey('invoices'), JSON.stringify({ seq: 1, brake }));
		await ledger.setBrake('invoices', true, brakeItself);
		expect(await json(app.read('/v1/proof'))).toMatchObject({ rules: [{ brake: { nearness: 1 } }, {}] });
		await ledger.setBrake('invoices', false, 'alice');
		expect(await json(app.read('/v1/proof'))).toMatchObject({ rules: [{ brake: null, braked: null }, {}] });
	});

	it('says that a promise stands, then for good that it is refuted, counting each audit once', async () => {
		const { app, ledger, page } = await filled();
		const alerts: Alert[] = [];
		const rules = ruleSet();
		await ledger.serve(rules.revision, 'l', '{}');
		const foldTwice = async () => {
			for (let time = 0; time < 2; time += 1) {
				await foldAll({ ledger, rules: fixedRules(rules), alert: (alert) => alerts.push(alert) });
			}
		};
		const watched = async () => {
			const { rules: of } = (await json(app.read('/v1/proof'))) as { rules: readonly Record<string, unknown>[] };
			return of[0]?.promise_watched;
		};
		const audit = async (name: string, labels: readonly NewLabel[]) => {
			for (const [n, label] of labels.entries()) await decide(ledger, `${name}-${n}`, 'complete', label);
			await foldTwice();
		};
		// The state is one of before: what it had counted says nothing of the promise.
		expect(await watched()).toBeNull();
		await foldTwice();
		expect(await watched()).toEqual({ audits: 6, errors: 0, refuted_since: null });
		await audit('first', [wrong, right]);
		expect(await watched()).toEqual({ audits: 8, errors: 1, refuted_since: null });
		expect(plain(await page('/proof'))).toContain('the promise stands so far: 8 audits, 1 wrong');
		expect(alerts).toEqual([]);

		const since = new Date(await ledger.now()).toISOString();
		await audit('more', [wrong, wrong]);
		expect(await watched()).toEqual({ audits: 10, errors: 3, refuted_since: since });
		await app.clock.advance(60_000);
		await audit('good', Array<NewLabel>(40).fill(right));
		expect(await watched()).toEqual({ audits: 50, errors: 3, refuted_since: since });
		expect(plain(await page('/proof'))).toMatch(
			/refuted at most 1 % wrong, .* the promise is refuted, with 95 % certainty, since .*: 50 audits, 3 wrong/,
		);
		const told = () => alerts.map(({ code, fields, resolved }) => [code, fields?.rule_id, resolved]);
		expect(told()).toEqual([['promise-refuted', 'invoices', undefined]]);
		expect(await ledger.brakes()).toEqual(new Set());

		// With the brake, once that has tripped and was let go.
		await audit('bad', Array<NewLabel>(12).fill(wrong));
		expect(await ledger.brakes()).toEqual(new Set(['invoices']));
		await ledger.setBrake('invoices', false, 'alice');
		expect(await watched()).toBeNull();
		await audit('anew', [right]);
		expect(await watched()).toEqual({ audits: 1, errors: 0, refuted_since: null });
		expect(told().slice(1)).toEqual([
			['rule-braked', 'invoices', undefined],
			['rule-braked', 'invoices', true],
			['promise-refuted', 'invoices', true],
		]);
	});

	it('watches another promise anew, and a rule that promises nothing not at all', async () => {
		const { app, ledger } = await filled();
		const rules = ruleSet();
		const fold = async (promise: RuleSet['rules'][number]['promise'], revision: string) => {
			const others = { ...rules, revision, rules: rules.rules.map((rule) => ({ ...rule, promise })) };
			await ledger.serve(revision, 'l', '{}');
			await decide(ledger, `under-${revision}`, 'complete', right);
			await foldAll({ ledger, rules: fixedRules(others), alert: () => undefined });
			return (JSON.parse((await ledger.setting(brakeStateKey('invoices'))) ?? '') as { claim: unknown }).claim;
		};
		expect(await fold({ maxError: 0.01, certainty: 0.95 }, 'a')).toMatchObject({ labels: 7, certainty: 0.95 });
		expect(await fold({ maxError: 0.01, certainty: 0.99 }, 'b')).toMatchObject({ labels: 1, certainty: 0.99 });
		// The app's rules promise something else.
		expect(await json(app.read('/v1/proof'))).toMatchObject({ rules: [{ promise_watched: null }, {}] });
		expect(await fold(null, 'c')).toBeNull();
	});

	it('states how often a brake trips for nothing, as the document for operators does', async () => {
		const { page } = await filled();
		const said = `it trips for nothing once in ${runLength.toLocaleString('en')} audits on average, or less often`;
		expect(plain(await page('/proof'))).toContain(said);
		const operations = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
		expect(operations).toContain(said.replace(/^it/, 'a brake'));
	});

	it('says who stopped a rule, and that a brake which cannot be read stops it', async () => {
		const { ledger, page } = await filled();
		await ledger.setBrake('invoices', true, brakeItself);
		await ledger.setSetting(brakeStateKey('invoices'), 'nonsense');
		const text = plain(await page('/proof'));
		expect(text).toMatch(/braked by itself, .* its state cannot be read; the rule completes nothing/);
	});
});
