import { expect, it } from 'vitest';
import { followUp } from '../../src/cases/follow-up.ts';
import type { CaseDeps } from '../../src/cases/types.ts';
import type { Alert } from '../../src/platform/index.ts';
import { parseTask } from '../../src/sendai/task-schema.ts';
import { claimCase, intent, judged, openIntended } from '../ledger/ledger-under-test.ts';
import { createAlertsUnderTest } from '../operations/alerts-under-test.ts';
import { wireTask } from '../sendai/wire-samples.ts';
import { digest } from './world.ts';

it('an export that failed is told, once, and told again when it came through after all', async () => {
	const { ledger } = await createAlertsUnderTest();
	const opened = await openIntended(ledger, 'task-1', intent());
	await ledger.transition(opened, judged('completed', 'taken', { progress: { followUps: 0 } }));
	const alerts: Alert[] = [];
	let exportedAt: string | null = null;
	const deps = {
		ledger,
		sendai: {
			readTask: async () => ({
				kind: 'read',
				reading: parseTask({
					payload: wireTask({ status: 'COMPLETED', export_failed_at: '2026-06-01T08:01:00Z', exported_at: exportedAt }),
				}),
				serverTime: null,
			}),
		},
		digest,
		clock: { now: () => 0 },
		log: { info: () => undefined },
		alert: (alert: Alert) => void alerts.push(alert),
	} as unknown as CaseDeps;
	const look = async () => {
		await followUp(deps, await claimCase(ledger, opened.case.id));
		return alerts.splice(0).map(({ code, resolved }) => (resolved === true ? `resolved: ${code}` : code));
	};
	expect(await look()).toEqual(['export-failed']);
	expect(await look()).toEqual([]);
	exportedAt = '2026-06-01T09:00:00Z';
	expect(await look()).toEqual(['resolved: export-failed']);
	expect(await look()).toEqual([]);
});
