-- The ledger. One dialect for SQLite and D1: numbered files, no transaction statements, no pragmas.
-- Times are integers, milliseconds since the epoch. Lists and structures that are never queried are JSON text.

CREATE TABLE events (
	-- The order of arrival; never used again after pruning, so that "came after" stays true.
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	id TEXT NOT NULL UNIQUE,
	source TEXT NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	team_id TEXT NOT NULL,
	project_id TEXT NOT NULL,
	upload_id TEXT,
	-- As delivered; once located, the tasks that were found.
	task_ids TEXT NOT NULL,
	ignored TEXT,
	digest TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('accepted', 'ignored', 'located', 'unresolvable', 'dead')),
	reason TEXT,
	received_at INTEGER NOT NULL,
	-- The last time that it was delivered.
	delivered_at INTEGER NOT NULL,
	due_at INTEGER,
	tries INTEGER NOT NULL DEFAULT 0,
	duplicates INTEGER NOT NULL DEFAULT 0,
	fence INTEGER NOT NULL DEFAULT 0,
	-- Set as long as somebody holds it; one that is over makes the event due at once.
	lease_until INTEGER
) STRICT;

CREATE INDEX events_due ON events (due_at) WHERE due_at IS NOT NULL AND lease_until IS NULL;
CREATE INDEX events_leased ON events (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX events_status ON events (status);
CREATE INDEX events_processed ON events (project_id, upload_id) WHERE kind = 'processed';

CREATE TABLE cases (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	id TEXT NOT NULL UNIQUE,
	team_id TEXT NOT NULL,
	project_id TEXT NOT NULL,
	task_id TEXT NOT NULL,
	step_type TEXT NOT NULL DEFAULT '',
	visit INTEGER NOT NULL DEFAULT 0,
	state TEXT NOT NULL,
	reason TEXT,
	due_at INTEGER,
	upload_id TEXT,
	event_id TEXT,
	decision_id TEXT,
	sends INTEGER NOT NULL DEFAULT 0 CHECK (sends >= 0),
	progress TEXT NOT NULL DEFAULT '{}',
	wakes INTEGER NOT NULL DEFAULT 0,
	-- `events.seq` of the last located event that named the task; a redelivery is no new event.
	event_seq INTEGER NOT NULL DEFAULT 0,
	fence INTEGER NOT NULL DEFAULT 0,
	-- Set as long as somebody holds it; one that is over makes the case due at once.
	lease_until INTEGER,
	-- What `wakes` and `event_seq` were when it was claimed: more by the end of the claim means that news came meanwhile.
	claimed_wakes INTEGER NOT NULL DEFAULT 0,
	claimed_event_seq INTEGER NOT NULL DEFAULT 0,
	-- When it was last taken over from a holder whose lease had ended.
	abandoned_at INTEGER,
	opened_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	ended_at INTEGER,
	-- The case that the end of this one opened.
	next_id TEXT,
	CHECK ((ended_at IS NULL) = (state IN ('located', 'waiting', 'review', 'audit', 'completing', 'verifying'))),
	CHECK (state IN (
		'located', 'waiting', 'review', 'audit', 'completing', 'verifying',
		'completed', 'refused', 'superseded', 'needs_human', 'gone'
	))
) STRICT;

-- At most one open visit per task.
CREATE UNIQUE INDEX cases_open ON cases (project_id, task_id, team_id) WHERE ended_at IS NULL;
-- Each visit of a step once.
CREATE UNIQUE INDEX cases_visit ON cases (project_id, task_id, team_id, step_type, visit) WHERE visit > 0;
CREATE INDEX cases_task ON cases (project_id, task_id);
CREATE INDEX cases_upload ON cases (project_id, upload_id) WHERE ended_at IS NULL AND upload_id IS NOT NULL;
CREATE INDEX cases_waiting ON cases (project_id, reason) WHERE state = 'waiting';
CREATE INDEX cases_due ON cases (due_at) WHERE due_at IS NOT NULL AND lease_until IS NULL;
CREATE INDEX cases_leased ON cases (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX cases_state ON cases (state);

CREATE TABLE decisions (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	id TEXT NOT NULL UNIQUE,
	case_id TEXT NOT NULL REFERENCES cases (id),
	project_id TEXT NOT NULL,
	task_id TEXT NOT NULL,
	step_type TEXT NOT NULL,
	visit INTEGER NOT NULL,
	outcome TEXT NOT NULL CHECK (outcome IN ('complete', 'review')),
	withheld TEXT CHECK (withheld IN ('audit', 'braked')),
	first_reason TEXT,
	revision TEXT NOT NULL,
	logic_revision TEXT NOT NULL,
	version TEXT NOT NULL,
	fingerprint TEXT NOT NULL,
	rules TEXT NOT NULL,
	body TEXT NOT NULL,
	elements TEXT NOT NULL,
	decided_at INTEGER NOT NULL
) STRICT;

CREATE INDEX decisions_case ON decisions (case_id);
CREATE INDEX decisions_task ON decisions (task_id);
CREATE INDEX decisions_project ON decisions (project_id);
CREATE INDEX decisions_outcome ON decisions (outcome);

-- A row is an intent that was granted; what came of it is filled in later. Nothing else makes a case `completing`.
CREATE TABLE attempts (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	id TEXT NOT NULL UNIQUE,
	case_id TEXT NOT NULL REFERENCES cases (id),
	decision_id TEXT NOT NULL REFERENCES decisions (id),
	project_id TEXT NOT NULL,
	day TEXT NOT NULL,
	fingerprint TEXT NOT NULL,
	-- Which send of the visit this is, from 1.
	number INTEGER NOT NULL,
	fence INTEGER NOT NULL,
	intended_at INTEGER NOT NULL,
	lease_until INTEGER NOT NULL,
	-- The newest event of the whole ledger at the time of the intent.
	event_seq INTEGER NOT NULL,
	raw_kind TEXT CHECK (raw_kind IN ('status', 'never-connected', 'no-answer')),
	raw_status INTEGER,
	raw_code TEXT,
	answered_at INTEGER,
	verdict TEXT CHECK (
		verdict IN ('taken', 'not-sent', 'refused-before-work', 'refused', 'unknown', 'done-by-unknown')
	)
) STRICT;

CREATE INDEX attempts_case ON attempts (case_id);
CREATE INDEX attempts_decision ON attempts (decision_id);

CREATE TABLE day_counts (
	project_id TEXT NOT NULL,
	day TEXT NOT NULL,
	count INTEGER NOT NULL CHECK (count >= 0),
	PRIMARY KEY (project_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE revisions (
	revision TEXT PRIMARY KEY,
	logic_revision TEXT NOT NULL,
	canonical TEXT NOT NULL,
	first_served_at INTEGER NOT NULL
) STRICT;

CREATE TABLE serving (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	revision TEXT NOT NULL REFERENCES revisions (revision),
	since INTEGER NOT NULL
) STRICT;

CREATE TABLE pauses (
	scope TEXT PRIMARY KEY,
	by TEXT NOT NULL,
	at INTEGER NOT NULL
) STRICT;

CREATE TABLE gates (
	project_id TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('read', 'complete')),
	closed_at INTEGER NOT NULL,
	reason TEXT NOT NULL,
	probed_at INTEGER NOT NULL,
	PRIMARY KEY (project_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE brakes (
	rule_id TEXT PRIMARY KEY,
	by TEXT NOT NULL,
	at INTEGER NOT NULL
) STRICT;

-- Who held completions back or let them go on.
CREATE TABLE control_changes (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	at INTEGER NOT NULL,
	change TEXT NOT NULL CHECK (change IN ('pause', 'resume', 'brake', 'unbrake')),
	scope TEXT NOT NULL,
	by TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
	key TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT;

-- Written to find out whether the store can be written.
CREATE TABLE heartbeat (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	at INTEGER NOT NULL
) STRICT;

INSERT INTO heartbeat (one, at) VALUES (1, 0);

-- A redelivered event wakes what is open because of it.
CREATE TRIGGER events_redelivered AFTER UPDATE OF duplicates ON events
WHEN NEW.duplicates > OLD.duplicates AND NEW.status = 'located'
BEGIN
	UPDATE cases
	SET wakes = wakes + 1,
		due_at = iif(
			state <> 'waiting' OR reason IS NULL OR reason NOT IN ('rate_limited', 'paused', 'limit', 'gate'),
			min(ifnull(due_at, NEW.delivered_at), NEW.delivered_at),
			due_at
		)
	WHERE ended_at IS NULL AND seq IN (
		SELECT named.seq FROM json_each(NEW.task_ids) AS task, cases AS named
		WHERE named.project_id = NEW.project_id AND named.task_id = task.value AND named.team_id = NEW.team_id
			AND named.ended_at IS NULL
		UNION ALL
		SELECT within.seq FROM cases AS within
		WHERE NEW.task_ids = '[]' AND within.project_id = NEW.project_id AND within.upload_id = NEW.upload_id
			AND within.team_id = NEW.team_id AND within.ended_at IS NULL
	);
END;

CREATE TRIGGER cases_start BEFORE INSERT ON cases
WHEN NEW.state <> 'located'
BEGIN
	SELECT RAISE(ABORT, 'a case starts as located');
END;

-- `needs_human` goes on only when an operator has it judged from the start.
CREATE TRIGGER cases_end BEFORE UPDATE OF state ON cases
WHEN OLD.ended_at IS NOT NULL AND NEW.state <> OLD.state
	AND NOT (OLD.state = 'needs_human' AND NEW.state = 'located')
BEGIN
	SELECT RAISE(ABORT, 'a case that has ended does not move');
END;

CREATE TRIGGER cases_completing BEFORE UPDATE OF state ON cases
WHEN NEW.state = 'completing' AND OLD.state <> 'completing' AND NOT EXISTS (
	SELECT 1 FROM attempts WHERE case_id = OLD.id AND fence = OLD.fence AND verdict IS NULL
)
BEGIN
	SELECT RAISE(ABORT, 'only an intent makes a case completing');
END;

CREATE TRIGGER cases_next AFTER UPDATE OF next_id ON cases
WHEN NEW.next_id IS NOT NULL AND NEW.next_id IS NOT OLD.next_id
BEGIN
	INSERT INTO cases (
		id, team_id, project_id, task_id, state, due_at, upload_id, event_id, event_seq, opened_at, updated_at
	) VALUES (
		NEW.next_id, NEW.team_id, NEW.project_id, NEW.task_id, 'located', NEW.updated_at, NEW.upload_id,
		(SELECT id FROM events WHERE seq = NEW.event_seq AND NEW.event_seq > NEW.claimed_event_seq),
		NEW.event_seq, NEW.updated_at, NEW.updated_at
	);
END;

-- The intent, in the same write: the case is completing under a lease that outlives the POST, and one more was sent.
CREATE TRIGGER attempts_intended AFTER INSERT ON attempts
BEGIN
	UPDATE cases
	SET state = 'completing', reason = NULL, lease_until = NEW.lease_until, sends = sends + 1,
		updated_at = NEW.intended_at
	WHERE id = NEW.case_id;
	INSERT INTO day_counts (project_id, day, count) VALUES (NEW.project_id, NEW.day, 1)
	ON CONFLICT (project_id, day) DO UPDATE SET count = count + 1;
END;

-- What did no work was no send. Once, for a verdict other than `unknown` is final.
CREATE TRIGGER attempts_given_back AFTER UPDATE OF verdict ON attempts
WHEN OLD.verdict IS NULL AND NEW.verdict IN ('not-sent', 'refused-before-work')
BEGIN
	UPDATE cases SET sends = sends - 1 WHERE id = NEW.case_id;
	UPDATE day_counts SET count = count - 1 WHERE project_id = NEW.project_id AND day = NEW.day;
END;

CREATE TRIGGER attempts_judged BEFORE UPDATE OF verdict ON attempts
WHEN OLD.verdict IS NOT NULL AND NEW.verdict IS NOT OLD.verdict
	AND NOT (OLD.verdict = 'unknown' AND NEW.verdict IN ('taken', 'refused', 'done-by-unknown'))
BEGIN
	SELECT RAISE(ABORT, 'the verdict on an attempt is final');
END;

CREATE TRIGGER attempts_answered BEFORE UPDATE OF raw_kind ON attempts
WHEN OLD.raw_kind IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'what came back stands');
END;
