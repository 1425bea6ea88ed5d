import type { ControlLedger } from '../types.ts';
import { number, text, toGate, toPause } from './rows.ts';
import type { SqlStore } from './sql-store.ts';
import { type BoundStatement, bind } from './statements.ts';

export function controlOperations(store: SqlStore): ControlLedger {
	const all = async (statement: BoundStatement) => (await store.run([statement]))[0] ?? [];
	const first = async (statement: BoundStatement) => (await all(statement))[0] ?? null;
	const logged = (change: string, scope: string, by: string, why?: string) =>
		bind('logChange', { change, scope, by, why: why ?? null });

	return {
		async serve(revision, logicRevision, canonical) {
			await store.run([
				bind('keepRevision', { revision, logic_revision: logicRevision, canonical }),
				bind('serveRevision', { revision }),
			]);
		},
		async serving() {
			const row = await first(bind('serving'));
			return row === null ? null : text(row, 'revision');
		},
		async pause(scope, by, why) {
			await store.run([bind('pause', { scope, by, why: why ?? null }), logged('pause', scope, by, why)]);
		},
		async resume(scope, by, why) {
			await store.run([
				bind('resume', { scope }),
				bind('openCompleteGates', { scope }),
				bind('wakePaused', { scope }),
				logged('resume', scope, by, why),
			]);
		},
		async pauses() {
			return (await all(bind('pauses'))).map(toPause);
		},
		async closeGate(projectId, kind, reason) {
			await store.run([bind('closeGate', { project: projectId, kind, reason })]);
		},
		async openGate(projectId, kind, by, why) {
			const gate = { project: projectId, kind };
			const rows = await store.run([
				bind('wakeCasesAtGate', gate),
				bind('wakeEventsAtGate', gate),
				...(by === undefined ? [] : [bind('noteGateOpened', { ...gate, by, why: why ?? null })]),
				bind('openGate', gate),
			]);
			return (rows.at(-1)?.length ?? 0) > 0;
		},
		async gates() {
			return (await all(bind('gates'))).map(toGate);
		},
		async takeProbe(projectId, everyMs) {
			return (await first(bind('takeProbe', { project: projectId, every: Math.round(everyMs) }))) !== null;
		},
		async setBrake(ruleId, on, by, why) {
			const [statement, change] = on ? (['brake', 'brake'] as const) : (['unbrake', 'unbrake'] as const);
			const values = on ? { scope: ruleId, by } : { scope: ruleId };
			await store.run([bind(statement, values), logged(change, ruleId, by, why)]);
		},
		async brakes() {
			return new Set((await all(bind('brakes'))).map((row) => text(row, 'rule_id')));
		},
		async brakesSet() {
			return (await all(bind('brakes'))).map((row) => ({
				ruleId: text(row, 'rule_id'),
				by: text(row, 'by'),
				at: number(row, 'at'),
			}));
		},
		async setting(key) {
			const row = await first(bind('setting', { key }));
			return row === null ? null : text(row, 'value');
		},
		async setSetting(key, value) {
			await store.run([bind('setSetting', { key, value })]);
		},
		async completionsOn(projectId, day) {
			const row = await first(bind('completionsOn', { project: projectId, day }));
			return row === null ? 0 : number(row, 'count');
		},
	};
}
