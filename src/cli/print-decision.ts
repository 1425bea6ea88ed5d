import type { Change, ConditionResult, Counterfactual, Decision } from '../core/decision/types.ts';
import type { Margin } from '../core/language/types.ts';
import { alignColumns } from './align-columns.ts';
import type { CliIo, Style } from './io.ts';
import { printableStart } from './printable.ts';

/** Characters of what came from outside. */
const mostShown = 200;

export interface PrintDecisionOptions {
	/** Shows values that come from the document. */
	readonly showContent: boolean;
}

/** Stands for a value that comes from the document. */
export const hidden = '(hidden; --show-content shows it)';

const styles: Readonly<Record<string, Style>> = {
	pass: 'good',
	complete: 'good',
	fail: 'bad',
	review: 'bad',
	error: 'doubtful',
	'not-applicable': 'quiet',
};

/**
 * The part of a decision that is printed: what `explain` makes, and what a ledger keeps of one. Of a decision that was too
 * large, or whose task was forgotten, some of it is gone.
 */
export type PrintedDecision = Pick<Decision, 'outcome' | 'auditShare'> & {
	readonly withheld?: string;
	readonly leftOut?: readonly string[];
	readonly reasons?: Decision['reasons'];
	readonly guards?: Decision['guards'];
	readonly rules?: readonly (Omit<Decision['rules'][number], 'conditions'> & {
		readonly conditions: readonly PrintedCondition[];
	})[];
};
type PrintedCondition = Pick<ConditionResult, 'id' | 'outcome' | 'sentence'> & {
	readonly operands?: readonly {
		readonly label: string;
		readonly value?: unknown;
		readonly type?: string;
		readonly sensitive: boolean;
	}[];
	readonly margins?: readonly (Omit<Margin, 'value' | 'limit' | 'by'> & { readonly by?: number })[];
};

/** Prints a decision as a tree: outcome, guards, each rule with its conditions, what they looked at, and by how far. */
export function printDecision(decision: PrintedDecision, options: PrintDecisionOptions, io: CliIo): void {
	const { reasons = [], guards = [], rules = [], leftOut = [] } = decision;
	const outcome = (text: string) => io.paint(styles[text] ?? 'quiet', text);
	io.print(
		decision.outcome === 'complete'
			? `${io.paint('good', 'complete')}: every condition of every rule that applies holds.`
			: `${io.paint('bad', 'review')}: ${reasons[0]?.sentence || 'the task is left to a person.'}`,
	);
	if (decision.withheld !== undefined) {
		io.print(io.paint('doubtful', `Left to a person all the same: ${decision.withheld}.`));
	} else if (decision.outcome === 'complete' && decision.auditShare > 0) {
		io.print(
			io.paint(
				'quiet',
				`A share of ${decision.auditShare} of such tasks is left to people all the same, to measure errors.`,
			),
		);
	}
	if (leftOut.length > 0) {
		io.print(io.paint('doubtful', `It was too large to be kept whole: it is without its ${leftOut.join(', ')}.`));
	}
	io.print('');
	io.print(io.paint('strong', 'Guards'));
	const guardLines = guards.map((guard) => [outcome(guard.outcome), guard.id, guard.sentence]);
	for (const line of alignColumns(guardLines, '  ')) io.print(line);
	for (const rule of rules) {
		io.print('');
		io.print(`${io.paint('strong', `Rule ${rule.id}`)} (${rule.mode}): ${outcome(rule.outcome)}. ${rule.because}`);
		for (const condition of rule.conditions) {
			io.print(`  ${outcome(condition.outcome)}  ${condition.id}: ${condition.sentence}`);
			for (const line of detailLines(condition, options)) io.print(io.paint('quiet', `        ${line}`));
		}
	}
}

function detailLines(
	{ operands = [], margins = [] }: PrintedCondition,
	{ showContent }: PrintDecisionOptions,
): string[] {
	const values = operands.map(({ label, value, type, sensitive }) => [
		printableStart(label, mostShown),
		'=',
		sensitive && type !== undefined ? `(${type}, not kept)` : sensitive && !showContent ? hidden : show(value),
	]);
	const distances = margins.flatMap(({ label, relation, bound, by, unit, sensitive, holds }) => {
		if (sensitive && (!showContent || by === undefined)) return [];
		return [
			[printableStart(`${label} ${relation} ${bound}`, mostShown), ':', sayMargin(by ?? 0, relation, unit, holds)],
		];
	});
	return [...alignColumns(values), ...alignColumns(distances)];
}

function sayMargin(by: number, relation: Margin['relation'], unit: Margin['unit'], holds: boolean): string {
	if (holds && relation === '==') return 'holds';
	const size = `${Math.abs(by)}${unit === 'days' ? (Math.abs(by) === 1 ? ' day' : ' days') : ''}`;
	if (by === 0) return holds ? 'holds, exactly at the limit' : 'short, exactly at the limit';
	return holds ? `holds with ${size} to spare` : `${size} short`;
}

/** Prints what would turn the outcome over. */
export function printCounterfactuals(
	decision: Pick<Decision, 'outcome'>,
	found: readonly Counterfactual[],
	{ showContent }: PrintDecisionOptions,
	io: CliIo,
): void {
	io.print('');
	if (decision.outcome === 'review') {
		io.print(io.paint('strong', 'It would be completed with'));
		const [first] = found;
		if (first === undefined) {
			io.print('  no change that is known; text that must have a form, or a guard, stands in the way.');
			return;
		}
		for (const line of alignColumns(
			first.changes.map((change) => changeCells(change, showContent)),
			'  ',
		)) {
			io.print(line);
		}
		return;
	}
	io.print(io.paint('strong', 'It would be left to a person with any one of'));
	const rows = found.map(({ changes }) => {
		const [cells = ['', '', ''], ...more] = changes.map((change) => changeCells(change, showContent));
		return more.length === 0 ? cells : [...cells, `and ${more.length} more`];
	});
	for (const line of alignColumns(rows, '  ')) io.print(line);
}

const sideWords = {
	exactly: '',
	'at-least': 'at least ',
	'at-most': 'at most ',
	// The value is one step beyond the limit, which itself is not enough.
	above: 'at least ',
	below: 'at most ',
	'other-than': 'another value, as ',
} as const;

function changeCells({ kind, what, from, to, side, fromSensitive, toSensitive }: Change, showContent: boolean) {
	const before =
		fromSensitive && !showContent && from !== null ? '(hidden)' : from === null ? '(none)' : sayValue(kind, from);
	const after = toSensitive && !showContent ? 'what the rule asks for' : `${sideWords[side]}${sayValue(kind, to)}`;
	return [printableStart(what, mostShown), before, '->', after];
}

function sayValue(kind: Change['kind'], value: Change['to']): string {
	if (value === null) return '(none)';
	return kind === 'presence' || kind === 'checked' ? (value === true ? 'yes' : 'no') : show(value);
}

function show(value: unknown): string {
	return printableStart(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'), mostShown);
}
