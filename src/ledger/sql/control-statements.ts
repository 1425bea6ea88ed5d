import { brakeItself } from '../rule-state-setting.ts';
import { statement } from './statement.ts';

/** `*` is everything. */
const inScope = `(:scope = '*' OR project_id = :scope)`;

export const controlStatements = {
	keepRevision: statement(`
		INSERT INTO revisions (revision, logic_revision, canonical, first_served_at)
		VALUES (:revision, :logic_revision, :canonical, :now)
		ON CONFLICT (revision) DO NOTHING`),

	serveRevision: statement(`
		INSERT INTO serving (one, revision, since) VALUES (1, :revision, :now)
		ON CONFLICT (one) DO UPDATE SET revision = excluded.revision, since = excluded.since
		WHERE serving.revision <> excluded.revision`),

	serving: statement('SELECT revision FROM serving'),

	logChange: statement(
		'INSERT INTO control_changes (at, change, scope, by, why) VALUES (:now, :change, :scope, :by, :why)',
	),

	pause: statement(
		'INSERT INTO pauses (scope, by, at, why) VALUES (:scope, :by, :now, :why) ON CONFLICT (scope) DO NOTHING',
	),

	resume: statement('DELETE FROM pauses WHERE scope = :scope'),

	openCompleteGates: statement(`DELETE FROM gates WHERE kind = 'complete' AND ${inScope}`),

	wakePaused: statement(`
		UPDATE cases SET due_at = min(ifnull(due_at, :now), :now)
		WHERE state = 'waiting' AND reason IN ('paused', 'gate') AND ${inScope}`),

	pauses: statement('SELECT scope, by, at, why FROM pauses ORDER BY scope'),

	closeGate: statement(`
		INSERT INTO gates (project_id, kind, closed_at, reason, probed_at) VALUES (:project, :kind, :now, :reason, :now)
		ON CONFLICT (project_id, kind) DO NOTHING`),

	/** These two stand before `openGate` in the same batch: what is open already wakes nobody. */
	wakeCasesAtGate: statement(`
		UPDATE cases SET due_at = min(ifnull(due_at, :now), :now)
		WHERE state = 'waiting' AND reason = 'gate' AND project_id = :project
			AND EXISTS (SELECT 1 FROM gates WHERE project_id = :project AND kind = :kind)`),

	wakeEventsAtGate: statement(`
		UPDATE events SET due_at = :now
		WHERE due_at IS NOT NULL AND lease_until IS NULL AND due_at > :now AND reason = 'gate' AND project_id = :project
			AND EXISTS (SELECT 1 FROM gates WHERE project_id = :project AND kind = :kind)`),

	/** Stands before `openGate` as well. */
	noteGateOpened: statement(`
		INSERT INTO further_acts (at, act, subject, by, why)
		SELECT :now, 'open-gate', project_id, :by, :why FROM gates WHERE project_id = :project AND kind = :kind`),

	openGate: statement('DELETE FROM gates WHERE project_id = :project AND kind = :kind RETURNING kind'),

	gates: statement('SELECT project_id, kind, closed_at, reason FROM gates ORDER BY project_id, kind'),

	takeProbe: statement(`
		UPDATE gates SET probed_at = :now
		WHERE project_id = :project AND kind = 'read' AND probed_at + :every <= :now
		RETURNING kind`),

	/** A brake that trips takes over from an operator's: what lets the rule go is asked of it then. Never the other way round. */
	brake: statement(`
		INSERT INTO brakes (rule_id, by, at) VALUES (:scope, :by, :now)
		ON CONFLICT (rule_id) DO UPDATE SET by = excluded.by, at = excluded.at
		WHERE excluded.by = '${brakeItself}' AND brakes.by <> excluded.by`),

	unbrake: statement('DELETE FROM brakes WHERE rule_id = :scope'),

	brakes: statement('SELECT rule_id, by, at FROM brakes ORDER BY rule_id'),

	setting: statement('SELECT value FROM settings WHERE key = :key'),

	setSetting: statement(`
		INSERT INTO settings (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value`),

	completionsOn: statement('SELECT count FROM day_counts WHERE project_id = :project AND day = :day'),

	ping: statement('UPDATE heartbeat SET at = :now WHERE one = 1'),
} as const;
