import pkg from '../../package.json' with { type: 'json' };
import { dayOf } from '../cases/calendar.ts';
import { addMargins, decide, findCounterfactuals } from '../core/decision/index.ts';
import type { Counterfactual, Decision, DecisionInput } from '../core/decision/types.ts';
import type { RuleSet } from '../core/ruleset/types.ts';
import { fingerprintText } from '../core/task/index.ts';
import { nodeClock, nodeDigest } from '../platform/node.ts';
import { loadFolder } from '../rulesource/folder.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { hidden, printCounterfactuals, printDecision } from './print-decision.ts';
import { countFindings, printFindings } from './print-findings.ts';
import { readTask } from './read-task.ts';

export interface ExplainOptions {
	readonly rules: string;
	/** `YYYY-MM-DD`; today in `TIMEZONE` when left out. */
	readonly today?: string | undefined;
	/** Where to look for a live task; the configured projects when left out. */
	readonly project?: string | undefined;
	/** Shows values that come from the document. Off, so that they do not end up in a terminal's scroll-back or a ticket. */
	readonly showContent: boolean;
	readonly json: boolean;
}

/**
 * `greenlane explain <task>`: judges one task without any effect and says why. The task is a file as the API gives it,
 * `-` for standard input, or the id of a live task, which is read by GET.
 */
export async function runExplain(task: string, options: ExplainOptions, io: CliIo): Promise<ExitCode> {
	const loaded = await loadFolder(options.rules, nodeDigest.sha256);
	if (!loaded.ok) {
		printFindings(io, loaded.findings, io.complain);
		io.complain(`The rules in ${options.rules} cannot judge anything: ${countFindings(loaded.findings)}.`);
		return exitCodes.failed;
	}
	const source = await readTask(task, options, io);
	if (typeof source === 'number') return source;

	const { reading, projectKnown, timeZone } = source;
	const input: DecisionInput = {
		reading,
		ruleSet: loaded.ruleSet,
		projectKnown,
		today: options.today ?? dayOf(nodeClock.now(), timeZone),
		version: pkg.version,
		fingerprint: reading.kind === 'task' ? nodeDigest.sha256(fingerprintText(reading.task)) : '',
		draw: null,
		braked: new Set(),
	};
	const decision = addMargins(decide(input), input);
	const asIf = asIfLive(loaded.ruleSet);
	const judged = asIf === null ? input : { ...input, ruleSet: asIf };
	const decided = asIf === null ? decision : decide(judged);
	const counterfactuals = findCounterfactuals(judged, decided);
	if (options.json) {
		const shown = options.showContent
			? { ...decision, counterfactuals }
			: { ...hideContent(decision), counterfactuals: counterfactuals.map(hideChanges) };
		io.print(JSON.stringify(shown, null, '\t'));
		return exitCodes.good;
	}
	printDecision(decision, options, io);
	if (asIf !== null) {
		io.print('');
		io.print(`No rule is live. If those in shadow were, the task would be ${sayOutcome(decided.outcome)}.`);
	}
	printCounterfactuals(decided, counterfactuals, options, io);
	io.print('');
	io.print(
		io.paint('quiet', `Rules ${decision.revision.slice(0, 12)}, Greenlane ${decision.version}. Nothing was sent.`),
	);
	return exitCodes.good;
}

/** Where no rule has a vote, those in shadow as if they had; null otherwise. */
function asIfLive(ruleSet: RuleSet): RuleSet | null {
	const { rules } = ruleSet;
	if (rules.some(({ mode }) => mode === 'live') || !rules.some(({ mode }) => mode === 'shadow')) return null;
	return { ...ruleSet, rules: rules.map((rule) => (rule.mode === 'shadow' ? { ...rule, mode: 'live' } : rule)) };
}

function sayOutcome(outcome: Decision['outcome']): string {
	return outcome === 'complete' ? 'completed' : 'left to a person';
}

/** Operands and margins that come from the document are named without their value. */
function hideContent(decision: Decision): Decision {
	return {
		...decision,
		rules: decision.rules.map((rule) => ({
			...rule,
			conditions: rule.conditions.map(({ margins, ...condition }) => ({
				...condition,
				operands: condition.operands.map((operand) => (operand.sensitive ? { ...operand, value: hidden } : operand)),
				...(margins === undefined ? {} : { margins: margins.filter(({ sensitive }) => !sensitive) }),
			})),
		})),
	};
}

function hideChanges({ outcome, changes }: Counterfactual): Counterfactual {
	return {
		outcome,
		changes: changes.map((change) => ({
			...change,
			...(change.fromSensitive ? { from: hidden } : {}),
			...(change.toSensitive ? { to: hidden } : {}),
		})),
	};
}
