import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/platform/index.ts';
import { caseIdOf, intent, judged, openIn, openIntended } from '../ledger/ledger-under-test.ts';
import { createAlertsUnderTest, secret } from './alerts-under-test.ts';

const minute = 60_000;
const day = 1_440 * minute;

const gate: Alert = {
	code: 'complete-gate-closed',
	message: 'The key may not complete.',
	fields: { project_id: 'proj-1', case_id: 'case-1', status: 403 },
};

describe('an alert that is raised', () => {
	it('is told once until it is over, whoever finds it, and then that it is over', async () => {
		const { ledger, desk, news, pass } = await createAlertsUnderTest();
		const one = desk();
		await ledger.closeGate('proj-1', 'complete', 'status-403');
		one.raise(gate);
		one.raise({ ...gate, fields: { ...gate.fields, case_id: 'case-2' } });
		await one.idle();
		await one.review();
		expect(news()).toEqual(['complete-gate-closed']);
		pass(day);
		await one.review();
		expect(news()).toEqual([]);

		await ledger.resume('proj-1', 'alice');
		await one.review();
		await one.review();
		expect(news()).toEqual(['resolved: complete-gate-closed']);

		await ledger.closeGate('proj-1', 'complete', 'status-401');
		await one.review();
		expect(news()).toEqual(['complete-gate-closed']);
	});

	it('has a subject: the gate of another project is another alert', async () => {
		const { ledger, desk, sent } = await createAlertsUnderTest();
		await ledger.closeGate('proj-1', 'complete', 'status-403');
		await ledger.closeGate('proj-2', 'complete', 'status-403');
		await ledger.closeGate('proj-2', 'read', 'status-401');
		await desk().review();
		expect(sent.map(({ code, fields }) => `${code} ${fields.project_id}`).toSorted()).toEqual([
			'complete-gate-closed proj-1',
			'complete-gate-closed proj-2',
			'read-gate-closed proj-2',
		]);
		expect(sent[0]?.text).toMatch(/^Greenlane: The complete gate of the project proj-1 is closed \(status-403\)/);
	});

	it('is signed so that the library of its receiver takes it', async () => {
		const { desk, sent } = await createAlertsUnderTest(Date.now());
		const one = desk();
		one.raise(gate);
		await one.idle();
		const { body, headers } = sent[0] ?? { body: '', headers: {} };
		expect(new Webhook(secret).verify(body, headers)).toMatchObject({ code: 'complete-gate-closed' });
		expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow('No matching signature');
	});

	it('is told by one of two processes that find it at the same moment', async () => {
		const { ledger, desk, news, logged } = await createAlertsUnderTest();
		await ledger.closeGate('proj-1', 'read', 'status-401');
		const [one, two] = [desk(), desk()];
		await Promise.all([one.review(), two.review()]);
		one.raise({ ...gate, code: 'read-gate-closed' });
		two.raise({ ...gate, code: 'read-gate-closed' });
		await Promise.all([one.idle(), two.idle()]);
		expect(news()).toEqual(['read-gate-closed']);
		await ledger.openGate('proj-1', 'read');
		await Promise.all([one.review(), two.review()]);
		expect(news()).toEqual(['resolved: read-gate-closed']);
		expect(logged.filter(({ level }) => level === 'error').length).toBe(3);
	});

	it('is not told again by a new start', async () => {
		const { ledger, desk, news } = await createAlertsUnderTest();
		await ledger.closeGate('proj-1', 'read', 'status-401');
		await desk().review();
		expect(news()).toEqual(['read-gate-closed']);
		const restarted = desk();
		await restarted.review();
		restarted.raise({ ...gate, code: 'read-gate-closed' });
		await restarted.idle();
		expect(news()).toEqual([]);
	});

	it('that the other side does not take is sent again later, under the same id', async () => {
		const { desk, sent, answer, pass, news } = await createAlertsUnderTest();
		const one = desk();
		answer(503);
		one.raise({ ...gate, code: 'reopened' });
		await one.idle();
		await one.review();
		expect(sent).toHaveLength(1);
		pass(minute + 1);
		answer(0);
		await one.review();
		expect(sent).toHaveLength(2);
		pass(minute);
		await one.review();
		expect(sent).toHaveLength(2);
		pass(minute + 1);
		answer(200);
		await one.review();
		pass(day);
		await one.review();
		expect(new Set(sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
		expect(news()).toHaveLength(3);
	});

	it('is given up on after half a day of trying', async () => {
		const { desk, sent, answer, pass } = await createAlertsUnderTest();
		const one = desk();
		answer(500);
		one.raise({ ...gate, code: 'reopened' });
		await one.idle();
		for (let tried = 0; tried < 24 * 60; tried += 10) {
			pass(10 * minute);
			await one.review();
		}
		expect(sent).toHaveLength(12);
	});

	it('whose sender died is told by another process, not before the lease ends', async () => {
		const { ledger, desk, pass, news } = await createAlertsUnderTest();
		const dead = desk({
			ledger: {
				swapSetting: async (...change) => {
					await ledger.swapSetting(...change);
					throw new Error('killed');
				},
			},
		});
		await ledger.closeGate('proj-1', 'read', 'status-401');
		await dead.review();
		expect(news()).toEqual([]);
		const other = desk();
		await other.review();
		expect(news()).toEqual([]);
		pass(minute);
		await other.review();
		expect(news()).toEqual(['read-gate-closed']);
	});

	it('is told even while the ledger fails', async () => {
		const { desk, news, logged } = await createAlertsUnderTest();
		const one = desk({ ledger: { now: () => Promise.reject(new Error('disk full')) } });
		one.raise(gate);
		await one.idle();
		expect(news()).toEqual(['complete-gate-closed']);
		expect(logged.map(({ message }) => message)).toEqual(['The key may not complete.']);
	});

	it('that nobody was told of ends without a word', async () => {
		const { ledger, desk, answer, pass, news } = await createAlertsUnderTest();
		const one = desk();
		answer(500);
		await ledger.closeGate('proj-1', 'read', 'status-401');
		await one.review();
		await ledger.openGate('proj-1', 'read');
		pass(minute + 1);
		answer(200);
		await one.review();
		pass(minute + 1);
		await one.review();
		expect(news()).toEqual(['read-gate-closed']);
		expect(await ledger.settingsUnder('alert:')).toEqual(new Map());
	});

	it('may be ended by whoever raised it, and by a start that finds things in order', async () => {
		const { desk, news } = await createAlertsUnderTest();
		const one = desk();
		const refused = { code: 'rules-refused', message: 'Refused.', fields: { reason: 'unknown-operator' } };
		one.raise({ ...refused, message: 'Sound again.', resolved: true });
		await one.idle();
		expect(news()).toEqual([]);
		one.raise(refused);
		one.raise(refused);
		await one.idle();
		one.raise({ ...refused, message: 'Sound again.', resolved: true });
		await one.idle();
		expect(news()).toEqual(['rules-refused', 'resolved: rules-refused']);
		one.raise(refused);
		await one.idle();
		await desk().settle('rules-refused', 'A start.');
		await desk().settle('rules-refused', 'A start.');
		expect(news()).toEqual(['rules-refused', 'resolved: rules-refused']);
	});

	it.each(['rule-braked', 'promise-refuted'])('%s is told once for each rule', async (code) => {
		const { desk, news } = await createAlertsUnderTest();
		const one = desk();
		for (const rule_id of ['invoice', 'receipt', 'invoice'])
			one.raise({ code, message: 'Of a rule.', fields: { rule_id } });
		await one.idle();
		expect(news()).toEqual([code, code]);
		one.raise({ code, message: 'Over.', fields: { rule_id: 'receipt' }, resolved: true });
		await one.idle();
		expect(news()).toEqual([`resolved: ${code}`]);
	});

	it('of a moment is news again after a fortnight; one that lasts is not', async () => {
		const { ledger, desk, pass, news } = await createAlertsUnderTest();
		const one = desk();
		await ledger.closeGate('proj-1', 'read', 'status-401');
		const reopened = { code: 'reopened', message: 'Reopened.', fields: { case_id: 'case-1' } };
		const look = async () => {
			one.raise(reopened);
			await one.idle();
			await one.review();
			await one.review();
			return news().toSorted();
		};
		expect(await look()).toEqual(['read-gate-closed', 'reopened']);
		pass(13 * day);
		expect(await look()).toEqual([]);
		pass(2 * day);
		await one.review();
		expect(await look()).toEqual(['reopened']);
	});
});

describe('what the ledger shows', () => {
	it('a task that needs a person is told once, by step or watch, until somebody has handled it', async () => {
		const { ledger, desk, news, sent } = await createAlertsUnderTest();
		const one = desk();
		const caseId = await openIn(ledger, 'needs_human', 'task-1');
		const fields = { case_id: caseId, task_id: 'task-1', project_id: 'proj-1' };
		one.raise({ code: 'completion-unknown', message: 'Look at the task.', fields });
		await one.idle();
		await openIn(ledger, 'needs_human', 'task-2');
		await one.review();
		expect(news()).toEqual(['completion-unknown', 'needs-human']);
		expect(sent.at(-1)?.text).toContain('The task task-2 of the project proj-1 needs a person');
		await ledger.handleCase(caseId, 'alice');
		await ledger.retryCase(await caseIdOf(ledger, 'task-2'));
		await one.review();
		expect(news().toSorted()).toEqual(['resolved: completion-unknown', 'resolved: needs-human']);
	});

	it('many tasks that need a person are not as many messages', async () => {
		const { ledger, desk, news, sent } = await createAlertsUnderTest();
		for (let n = 0; n < 40; n += 1) await openIn(ledger, 'needs_human', `task-${n}`);
		const one = desk();
		await one.review();
		await one.review();
		expect(news()).toHaveLength(26);
		expect(sent.at(-1)?.text).toContain('More than 25 alerts of the kind needs-human are open');
		for (const { caseId } of await ledger.unhandled(100)) await ledger.handleCase(caseId, 'alice');
		await one.review();
		await one.review();
		expect(new Set(news())).toEqual(new Set(['resolved: needs-human']));
		expect(await ledger.settingsUnder('alert:')).toEqual(new Map());
	});

	it('a completion of other data closes the gate, and is one message and not two', async () => {
		const { ledger, desk, news } = await createAlertsUnderTest();
		const one = desk();
		await ledger.closeGate('proj-1', 'complete', 'completed-other-data');
		one.raise({ code: 'completed-other-data', message: 'Other data.', fields: { project_id: 'proj-1', case_id: 'c' } });
		await one.idle();
		await one.review();
		expect(news()).toEqual(['completed-other-data']);
		await ledger.resume('*', 'alice');
		await one.review();
		expect(news()).toEqual(['resolved: completed-other-data']);
	});

	it('events that are dead, until they are put back to work', async () => {
		const { ledger, desk, news } = await createAlertsUnderTest();
		const one = desk();
		const event = { source: 'webhook', kind: 'in_review', name: 'x', teamId: 't', projectId: 'p' } as const;
		await ledger.accept({ ...event, id: 'evt', uploadId: 'u', taskIds: [], ignored: null, digest: 'd' });
		const claim = await ledger.claimEvent('evt', minute);
		if (claim === null) throw new Error('not claimed');
		await ledger.finishEvent(claim, { kind: 'dead', reason: 'gave-up' });
		await one.review();
		await one.review();
		expect(news()).toEqual(['events-dead']);
		await ledger.redeliver('evt');
		await one.review();
		expect(news()).toEqual(['resolved: events-dead']);
	});

	it("a day's limit that is reached, until the day is over", async () => {
		const { ledger, desk, news, pass, sent } = await createAlertsUnderTest();
		const one = desk({ dailyLimit: 2 });
		for (const task of ['task-1', 'task-2']) {
			await one.review();
			const ids = { attemptId: `att-${task}`, decisionId: `dec-${task}` };
			const claim = await openIntended(ledger, task, intent(ids));
			await ledger.transition(
				claim,
				judged('completed', 'taken', { attempt: { id: ids.attemptId, verdict: 'taken' } }),
			);
		}
		expect(news()).toEqual([]);
		await one.review();
		expect(news()).toEqual(['limit-reached']);
		expect(sent.at(-1)?.fields).toEqual({ project_id: 'proj-1', count: 2 });
		pass(day);
		await one.review();
		expect(news()).toEqual(['resolved: limit-reached']);
	});
});
