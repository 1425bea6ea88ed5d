import { type SqlStatement, statement } from './sql/statement.ts';
import type { StatementName } from './sql/statements.ts';

/**
 * What happens when a statement runs again that may have run before, since nobody heard how it ended.
 *
 * - `same`: nothing more, and it answers the same.
 * - a statement: nothing more, and this one answers what the first run answered, if there was one.
 * - `other`: it would do more, or answer otherwise; it is never run again unless it is certain that it did not run.
 */
export type Repeat = 'same' | 'other' | SqlStatement;

type Writing = Exclude<StatementName, 'clock' | `get${string}` | `list${string}` | `count${string}` | Reading>;
type Reading =
	| 'nextDue'
	| 'whyNot'
	| 'whyNoIntent'
	| 'attemptsOf'
	| 'casesOfTask'
	| 'serving'
	| 'pauses'
	| 'gates'
	| 'brakes'
	| 'setting'
	| 'completionsOn'
	| 'completionsByProject'
	| 'tallyDays'
	| 'tallyMarks'
	| 'tallyReasons'
	| 'casesOpenedBetween'
	| 'findCases'
	| 'caseOverview'
	| 'decisionsOfCase'
	| 'actsOn'
	| 'servingSince'
	| 'settingsUnder'
	| 'totals'
	| 'oldestInFlight'
	| 'arrivals'
	| 'whyNoLabel'
	| 'knowsTask';

/**
 * A claim ends with what was done under it, and is good for one such thing: whoever finds its end, and what was asked for,
 * finds that it was done.
 */
const whatBecameOf = {
	event: statement(`SELECT id FROM events
		WHERE id = :event AND fence = :fence AND lease_until IS NULL AND status = :status`),
	case: statement(`SELECT id FROM cases
		WHERE id = :case AND fence = :fence AND lease_until IS NULL AND state = :state AND reason IS :reason`),
	/** An attempt has an id of its own, so that a row is this very intent, granted. */
	intent: statement(`SELECT number, intended_at FROM attempts
		WHERE id = :attempt AND case_id = :case AND fence = :fence AND verdict IS NULL`),
};

const writes: Readonly<Record<Writing, Repeat>> = {
	// Counts one delivery more than there were, and says so; an event is stored once all the same.
	acceptEvent: 'same',
	// Lost is whose fence nobody knows; the lease ends, and it is due again.
	claimDueEvents: 'other',
	claimEvent: 'other',
	claimDueCases: 'other',
	claimCase: 'other',
	// Under a claim that ends in the same batch.
	wakeTasksOfEvent: 'same',
	openTasksOfEvent: 'same',
	openUnknownTasksOfEvent: 'same',
	wakeUploadOfEvent: 'same',
	finishEvent: whatBecameOf.event,
	judgeAttempt: 'same',
	raiseHeldOut: 'same',
	insertDecision: 'same',
	keepContent: 'same',
	dropUnresolved: 'same',
	insertLabel: 'same',
	moveCase: whatBecameOf.case,
	// Under a claim that goes on.
	releaseCase: 'same',
	identifyCase: 'same',
	pointAtDecision: 'same',
	recordIntent: whatBecameOf.intent,
	recordOutcome: 'same',
	// An operator is told that it failed, and looks.
	redeliverEvent: 'other',
	retryCase: 'other',
	leaveCase: 'other',
	handleCase: 'other',
	dropBetterOfTask: 'same',
	importLabel: 'other',
	noteContentView: 'other',
	noteRetry: 'other',
	noteLeave: 'other',
	noteHandled: 'other',
	noteEnqueue: 'other',
	noteReload: 'other',
	noteRedelivery: 'other',
	noteRedeliveryBetween: 'other',
	redeliverBetween: 'other',
	logChange: 'other',
	pause: 'same',
	resume: 'same',
	brake: 'same',
	unbrake: 'same',
	openCompleteGates: 'same',
	wakePaused: 'same',
	// These answer whether they changed anything.
	openUnknownTasks: 'other',
	wakeTasksElsewhere: 'other',
	wakeCasesAtGate: 'other',
	wakeEventsAtGate: 'other',
	noteGateOpened: 'other',
	openGate: 'other',
	takeProbe: 'other',
	putSetting: 'other',
	changeSetting: 'other',
	dropSetting: 'other',
	// The last word stands.
	keepRevision: 'same',
	serveRevision: 'same',
	closeGate: 'same',
	setSetting: 'same',
	// What is old goes once; a second run takes the next few, which were due as well.
	pruneEvents: 'same',
	pruneProcessed: 'same',
	pruneEnqueued: 'same',
	pruneHashes: 'same',
	pruneContents: 'same',
	buryCases: 'same',
	dropAttempts: 'same',
	dropDecisions: 'same',
	// What is forgotten is not found a second time.
	noteForgotten: 'same',
	forgetDecisions: 'other',
	forgetContents: 'same',
	forgetAttempts: 'same',
	forgetLabels: 'same',
	forgetAudits: 'same',
	forgetCases: 'other',
	forgetEvents: 'other',
	forgetAlerts: 'same',
	ping: 'same',
};

/** Reads may always be repeated. */
export function repeatOf(name: StatementName): Repeat {
	return name in writes ? writes[name as Writing] : 'same';
}
