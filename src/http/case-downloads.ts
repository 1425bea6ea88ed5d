import type { CaseFilter, CaseOverview } from '../ledger/index.ts';
import type { AppDeps } from './deps.ts';
import { presentCaseOverview } from './present-reports.ts';

/** Rows of the ledger in one part of a download: a page in memory, never the whole answer. */
const rowsPerPart = 500;

const columns = [
	'id',
	'project_id',
	'task_id',
	'step_type',
	'visit',
	'state',
	'reason',
	'outcome',
	'withheld',
	'first_reason',
	'rules',
	'opened_at',
	'decided_at',
	'updated_at',
	'decision_id',
] as const;

/**
 * The cases that fit, newest first, as CSV (RFC 4180, UTF-8, with a header) or as one JSON object a line. Read from the
 * ledger page by page as fast as the reader takes them. A store that fails on the way breaks the answer off, so that
 * nobody takes a part for the whole.
 */
export function streamCases(
	{ ledger, log }: Pick<AppDeps, 'ledger' | 'log'>,
	format: 'csv' | 'jsonl',
	filter: Omit<CaseFilter, 'limit' | 'before'>,
): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	let before: string | undefined;
	let begun = false;
	return new ReadableStream<Uint8Array>({
		async pull(controller) {
			try {
				let text = '';
				let ended = false;
				// A bounded walk may find nothing and not be through.
				while (text === '' && !ended) {
					const page = await ledger.listCases({
						...filter,
						limit: rowsPerPart,
						...(before === undefined ? {} : { before }),
					});
					if (!begun && format === 'csv') text += `${columns.join(',')}\r\n`;
					begun = true;
					text += page.items.map(format === 'csv' ? csvLine : jsonLine).join('');
					before = page.next ?? undefined;
					ended = page.next === null;
				}
				if (text !== '') controller.enqueue(encoder.encode(text));
				if (ended) controller.close();
			} catch (error) {
				log.error('a download broke off: the store failed', { code: error instanceof Error ? error.name : 'unknown' });
				controller.error(new Error('the store failed'));
			}
		},
	});
}

function jsonLine(record: CaseOverview): string {
	return `${JSON.stringify(presentCaseOverview(record))}\n`;
}

function csvLine(record: CaseOverview): string {
	const shown = presentCaseOverview(record);
	const values = { ...shown, ...(shown.decision ?? { outcome: '', withheld: '', first_reason: '', decided_at: '' }) };
	const cells = columns.map((column) =>
		csvCell(column === 'rules' ? (shown.decision?.rules ?? []).join(' ') : (values[column] ?? '')),
	);
	return `${cells.join(',')}\r\n`;
}

/**
 * A quoted cell. A spreadsheet takes a text that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula: an
 * apostrophe in front keeps it text.
 */
export function csvCell(value: string | number): string {
	if (typeof value === 'number') return String(value);
	const safe = /^[\s]*[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
	return `"${safe.replaceAll('"', '""')}"`;
}
