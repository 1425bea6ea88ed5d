import type { Json } from '../../core/json.ts';
import type { LabelRecord, LabelVerdict, LedgerEvidence, PassedCount } from '../evidence.ts';
import { number, numberOrNull, text, textOrNull } from './rows.ts';
import type { Row, SqlStore } from './sql-store.ts';
import { bind } from './statements.ts';

const weekMs = 604_800_000;
const quarterMs = 900_000;

/** The first quarter of an hour that begins at an instant or after it. */
const quarterFrom = (instant: number) => Math.ceil(instant / quarterMs);

export function evidenceOperations(store: SqlStore): LedgerEvidence {
	return {
		async labelsAfter(after, limit, { rule, audited = false } = {}) {
			const page = { after, limit };
			const [rows = []] = await store.run([
				rule === undefined
					? bind(audited ? 'listAudited' : 'listLabels', page)
					: bind(audited ? 'listAuditedOfRule' : 'listLabelsOfRule', { ...page, rule }),
			]);
			return rows.map(toLabel);
		},

		async labelsOf(caseIds) {
			if (caseIds.length === 0) return new Map();
			const [rows = []] = await store.run([bind('listVerdicts', { cases: JSON.stringify(caseIds) })]);
			return new Map(rows.map((row) => [text(row, 'case_id'), text(row, 'label') as LabelVerdict]));
		},

		async passedBetween(since, until) {
			const [rows = []] = await store.run([
				bind('countPassed', { since_quarter: quarterFrom(since), until_quarter: quarterFrom(until) }),
			]);
			return rows.map(toPassed);
		},

		async auditsByWeek(since, settledBefore) {
			const quarters = { since_quarter: quarterFrom(since), settled_quarter: Math.floor(settledBefore / quarterMs) };
			const [rows = []] = await store.run([bind('countAuditsByWeek', quarters)]);
			return rows.map((row) => ({
				rule: text(row, 'rule'),
				since: number(row, 'week') * weekMs,
				right: number(row, 'right'),
				wrong: number(row, 'wrong'),
				unresolved: number(row, 'unresolved'),
				sampled: number(row, 'sampled'),
				sampledErrors: number(row, 'sampled_errors'),
			}));
		},

		async preventedBy(since, limit) {
			const [rows = []] = await store.run([bind('countPrevented', { since, limit })]);
			return rows.map((row) => ({ mark: text(row, 'mark'), count: number(row, 'count') }));
		},

		async importLabel({ projectId, taskId, stepType }, label) {
			const at = { project: projectId, task: taskId, step: stepType };
			const [[dropped] = [], [stored] = [], [why] = [], [known] = []] = await store.run([
				bind('dropBetterOfTask', { ...at, label }),
				bind('importLabel', { ...at, label }),
				bind('whyNoLabel', at),
				bind('knowsTask', { project: projectId, task: taskId }),
			]);
			if (stored !== undefined) return dropped?.label === 'right' ? 'overturned' : 'stored';
			if (known === undefined) return 'unknown-task';
			if (why === undefined) return 'undecided';
			if (number(why, 'free') === 0) return 'completed-by-us';
			return textOrNull(why, 'label') === label ? 'known' : 'contradicted';
		},
	};
}

function toLabel(row: Row): LabelRecord {
	const u = numberOrNull(row, 'draw');
	return {
		seq: number(row, 'seq'),
		caseId: text(row, 'case_id'),
		decisionId: text(row, 'decision_id'),
		projectId: text(row, 'project_id'),
		taskId: text(row, 'task_id'),
		stepType: text(row, 'step_type'),
		visit: number(row, 'visit'),
		outcome: text(row, 'outcome') as 'complete' | 'review',
		withheld: textOrNull(row, 'withheld') as 'audit' | 'braked' | null,
		rules: JSON.parse(text(row, 'rules')) as string[],
		draw: u === null ? null : { u, keyId: textOrNull(row, 'key_id') ?? '' },
		auditShare: numberOrNull(row, 'audit_share') ?? 0,
		decidedAt: number(row, 'decided_at'),
		label: text(row, 'label') as LabelVerdict,
		reason: textOrNull(row, 'reason'),
		detail: JSON.parse(text(row, 'detail')) as Json,
		source: text(row, 'source') as 'observed' | 'imported',
		labelledAt: number(row, 'labelled_at'),
	};
}

function toPassed(row: Row): PassedCount {
	const [audited, right, wrong] = [
		number(row, 'audited'),
		numberOrNull(row, 'right') ?? 0,
		numberOrNull(row, 'wrong') ?? 0,
	];
	return {
		projectId: textOrNull(row, 'project_id'),
		rule: textOrNull(row, 'rule'),
		audited,
		right,
		wrong,
		// Also what nobody has looked at yet.
		unresolved: audited - right - wrong,
		sampled: number(row, 'sampled'),
		sampledErrors: number(row, 'sampled_errors'),
		completed: number(row, 'completed'),
	};
}
