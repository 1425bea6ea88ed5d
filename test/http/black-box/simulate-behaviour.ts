import { expect, it } from 'vitest';
import { wireAnnotation, wirePage, wireTask } from '../../sendai/wire-samples.ts';
import { problemOf } from '../app-under-test.ts';
import { bearer, bodyOf, type Caller, json } from './opened.ts';
import { casesOf } from './tasks-to-judge.ts';

/** What would be decided, without any effect. */
export function simulateBehaviour(ask: () => Caller): void {
	/** As the operator who may only read. */
	const simulate = (body: unknown) =>
		ask().send(
			'POST',
			'/v1/simulate',
			{ ...bearer(ask().opened.readToken), ...json },
			typeof body === 'string' ? body : JSON.stringify(body),
		);
	const taskOf = (confidence: number) =>
		wireTask({
			project_id: ask().opened.projectId,
			pages: [wirePage({ annotations: [wireAnnotation({ confidence, content: 'IBAN of Jansen' })] })],
		});
	const given = (condition: object) => ({
		description: 'A rule that is given.',
		mode: 'live',
		locale: 'nl-NL',
		conditions: [{ id: 'first', requirement: 'It must be so.', logic: condition }],
	});

	it('says what the rules in force would decide', async () => {
		const { revision } = await bodyOf<{ revision: string }>(await ask().read('/v1/rules'));
		expect(await bodyOf(await simulate({ task: taskOf(0.99) }))).toMatchObject({
			...{ outcome: 'complete', withheld: null, first_reason: null, rules: ['invoice'], revision, task_id: 'task_1' },
			decision: { outcome: 'complete', draw: null },
		});
		expect(await bodyOf(await simulate({ task: taskOf(0.5) }))).toMatchObject({
			...{ outcome: 'review', first_reason: 'rule:invoice:nothing-guessed', revision },
		});
		expect(await bodyOf(await simulate({ task: 'none' }))).toMatchObject({ first_reason: 'guard:readable' });
	});

	it('judges by exactly the rules that are given, and shows no content unasked', async () => {
		const rules = { given: given({ '==': [{ content: 'total_amount' }, 'IBAN of somebody else'] }) };
		const hidden = await bodyOf<object>(await simulate({ task: taskOf(0.99), rules }));
		expect(hidden).toMatchObject({ outcome: 'review', first_reason: 'rule:given:first', rules: ['given'] });
		expect(JSON.stringify(hidden)).not.toContain('Jansen');
		const shown = await bodyOf<object>(await simulate({ task: taskOf(0.99), rules, show_content: true }));
		expect(JSON.stringify(shown)).toContain('Jansen');
	});

	it('refuses rules that are not sound, with their findings', async () => {
		const response = await simulate({ task: taskOf(0.99), rules: { given: given({ gte: [1, 2] }) } });
		const { findings } = (await response.clone().json()) as { findings: unknown[] };
		expect(await problemOf(response)).toMatchObject({ status: 422, code: 'rules-refused' });
		expect(findings).toContainEqual(
			expect.objectContaining({
				...{ file: 'given.json', severity: 'error', code: 'unknown-operator' },
				pointer: expect.stringContaining('/conditions/0/logic'),
			}),
		);
	});

	it('refuses what is too large, or would be too much work', async () => {
		expect(await problemOf(await simulate(' '.repeat(2_200_000)))).toMatchObject({ status: 413, code: 'too-large' });
		const pattern = given({ matches: [{ content: 'total_amount' }, '(?:[a-z]{1,900}){1,900}'] });
		const answer = await simulate({ task: taskOf(0.99), rules: { pattern } });
		expect(await problemOf(answer)).toMatchObject({ status: 413, code: 'too-much-work' });
	});

	it('refuses a body that is wrong', async () => {
		expect(await problemOf(await simulate({}))).toMatchObject({ status: 400, code: 'malformed-body' });
		expect(await problemOf(await simulate('{'))).toMatchObject({ status: 400, code: 'malformed-json' });
	});

	it('keeps nothing of what was asked', async () => {
		await bodyOf(await simulate({ task: taskOf(0.99) }));
		expect(await casesOf(ask(), 'task_1')).toEqual([]);
		expect(await bodyOf(await ask().read('/v1/decisions?task_id=task_1'))).toEqual({ decisions: [], next: null });
	});
}
