import { afterAll, beforeAll, describe } from 'vitest';
import { actBehaviour } from './black-box/act-behaviour.ts';
import type { Expected } from './black-box/differences.ts';
import { openBehaviour } from './black-box/open-behaviour.ts';
import { type Caller, createCaller, type Opened } from './black-box/opened.ts';
import { operatorBehaviour } from './black-box/operator-behaviour.ts';
import { pageBehaviour } from './black-box/page-behaviour.ts';
import { rulesBehaviour } from './black-box/rules-behaviour.ts';
import { simulateBehaviour } from './black-box/simulate-behaviour.ts';
import { webhookBehaviour } from './black-box/webhook-behaviour.ts';

/**
 * How Greenlane behaves to whoever knows nothing but its address: registers the tests, for whatever `open` starts, which is
 * opened once and closed at the end. They know no runtime; where runtimes differ, `expected` says what is right for this one.
 */
export function blackBox(open: () => Promise<Opened>, expected: Expected): void {
	let caller: Caller | null = null;
	beforeAll(async () => {
		caller = createCaller(await open());
	}, 150_000);
	afterAll(async () => {
		await caller?.opened.close();
	}, 60_000);

	const ask = (): Caller => {
		if (caller === null) throw new Error('nothing was opened');
		return caller;
	};
	describe('health, and what nobody may see', () => openBehaviour(ask, expected));
	describe('the webhook', () => webhookBehaviour(ask, expected));
	describe('the operator API', () => operatorBehaviour(ask, expected));
	describe('simulate', () => simulateBehaviour(ask));
	describe('what operators do', () => actBehaviour(ask));
	describe('the pages', () => pageBehaviour(ask));
	describe('the rules', () => rulesBehaviour(ask, expected));
}
