import { expect, it } from 'vitest';
import { problemOf } from '../app-under-test.ts';
import type { Expected } from './differences.ts';
import { bodyOf, type Caller } from './opened.ts';
import { rules } from './tasks-to-judge.ts';

interface Reloaded {
	readonly outcome: string;
	readonly revision: string;
	readonly findings: readonly { readonly file: string; readonly line: number; readonly code: string }[];
}

/** The rules in force, and the ways to change them. */
export function rulesBehaviour(ask: () => Caller, expected: Expected): void {
	const reload = async (status: number) => await bodyOf<Reloaded>(await ask().operate('/v1/rules/reload'), status);
	const shown = async () => await bodyOf<Reloaded & { rules: { id: string }[] }>(await ask().read('/v1/rules'));

	it('are shown with what each asks', async () => {
		const { rules: found, ...rest } = await shown();
		expect(found.map(({ id }) => id).sort()).toEqual(Object.keys(rules).sort());
		expect(found.find(({ id }) => id === 'identity')).toMatchObject({
			...{ mode: 'live', braked: false, hold_minutes: 60, audit_share: 0, file: 'identity.json' },
			applies_to: { step_types: ['EXTRACT'], meta: { category: ['identity'] }, has_logic: false },
			conditions: [{ id: 'nothing-guessed', requirement: 'No field may be a guess.' }],
		});
		expect(rest).toMatchObject({ revision: expect.stringMatching(/^[0-9a-f]{64}$/), refused_since: null });
		expect((await ask().read('/v1/rules/results')).status).toBe(200);
	});

	it('that did not change are the same after a reload', async () => {
		const { revision } = await shown();
		expect(await reload(200)).toMatchObject({ outcome: 'unchanged', revision, refused_since: null });
	});

	it('that changed serve after a reload, or with the next deployment', async () => {
		const { putRule } = ask().opened;
		const { revision } = await shown();
		const [status, outcome] = expected.reload.changed;
		try {
			await putRule('second', JSON.stringify({ ...rules.audited, mode: 'shadow' }));
			const answer = await reload(status);
			expect([outcome, answer.revision !== revision]).toEqual([answer.outcome, outcome === 'served']);
			expect((await shown()).revision).toBe(answer.revision);
		} finally {
			await putRule('second', null);
		}
		expect(await reload(200)).toMatchObject({ outcome, revision });
	});

	it('with a fault never serve, and the last good ones go on', async () => {
		const { putRule } = ask().opened;
		const { revision } = await shown();
		const [status, outcome] = expected.reload.faulty;
		const wasRefused = outcome === 'refused';
		try {
			await putRule('faulty', '{\n\t"mode": "sometimes"\n}');
			const answer = await reload(status);
			expect(answer).toMatchObject({ outcome, revision });
			expect(answer.findings.some(({ file }) => file === 'faulty.json')).toBe(wasRefused);
			expect((await shown()).rules).toHaveLength(3);
			const ready = await bodyOf<{ status: string; notes: { code: string }[] }>(await ask().send('GET', '/readyz'));
			expect(ready.status).toBe('ready');
			expect(ready.notes.some(({ code }) => code === 'rules-refused')).toBe(wasRefused);
		} finally {
			await putRule('faulty', null);
		}
		expect(await reload(200)).toMatchObject({ outcome: 'unchanged', revision, refused_since: null });
	});

	it('are braked and let go again, one by one', async () => {
		const { operate, read } = ask();
		const why = { why: 'two wrong totals' };
		expect(await bodyOf(await operate('/v1/rules/invoice/brake', why))).toEqual({ braked_rules: ['invoice'] });
		expect((await shown()).rules).toContainEqual(expect.objectContaining({ id: 'invoice', braked: true }));
		expect(await bodyOf(await operate('/v1/rules/invoice/rearm'))).toEqual({ braked_rules: [] });
		expect(await bodyOf<{ changes: object[] }>(await read('/v1/controls'))).toMatchObject({
			changes: expect.arrayContaining([
				expect.objectContaining({ change: 'brake', scope: 'invoice', by: 'alice', ...why }),
			]) as unknown,
		});
		expect(await problemOf(await operate('/v1/rules/none/brake'))).toMatchObject({ status: 404, code: 'unknown-rule' });
	});
}
