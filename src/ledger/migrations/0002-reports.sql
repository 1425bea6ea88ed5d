-- What the pages count and look up, written together with what it counts: no page walks the whole ledger.

-- Who dealt with a case that needed a person, and when.
ALTER TABLE cases ADD COLUMN handled_at INTEGER;
ALTER TABLE cases ADD COLUMN handled_by TEXT;
-- In the operator's words.
ALTER TABLE pauses ADD COLUMN why TEXT;
ALTER TABLE control_changes ADD COLUMN why TEXT;

CREATE INDEX cases_opened ON cases (opened_at);
CREATE INDEX cases_project ON cases (project_id);
CREATE INDEX cases_task_id ON cases (task_id);
CREATE INDEX cases_unhandled ON cases (state) WHERE state = 'needs_human' AND handled_at IS NULL;
CREATE INDEX events_stranded ON events (status, received_at) WHERE status IN ('dead', 'unresolvable', 'ignored');
CREATE INDEX events_repeated ON events (seq) WHERE duplicates > 0;

-- What an operator did to a case, an event or the rules.
CREATE TABLE operator_acts (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	at INTEGER NOT NULL,
	act TEXT NOT NULL CHECK (act IN ('retry', 'leave', 'handled', 'redeliver', 'reload')),
	-- The id of the case or event; of a reload the revision that served after it.
	subject TEXT NOT NULL,
	by TEXT NOT NULL
) STRICT;

CREATE INDEX operator_acts_subject ON operator_acts (subject);

-- How the cases that were opened in a quarter of an hour stand now: every time zone's days begin with one.
CREATE TABLE case_tallies (
	quarter INTEGER NOT NULL,
	project_id TEXT NOT NULL,
	-- The state, with those apart that were completed and nobody knows by whom.
	standing TEXT NOT NULL,
	count INTEGER NOT NULL,
	-- In this order a month of one standing lies together: summed many times faster than by day.
	PRIMARY KEY (standing, quarter, project_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX case_tallies_quarter ON case_tallies (quarter);

-- What stands in a case's decision: codes of reasons, `applied:<rule>`, `passed:<rule>`, `shadow:<rule>:<condition>`.
CREATE TABLE case_marks (
	mark TEXT NOT NULL,
	case_seq INTEGER NOT NULL,
	PRIMARY KEY (mark, case_seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX case_marks_case ON case_marks (case_seq);

-- The same, counted over the cases that were opened in an hour.
CREATE TABLE mark_tallies (
	hour INTEGER NOT NULL,
	project_id TEXT NOT NULL,
	mark TEXT NOT NULL,
	count INTEGER NOT NULL,
	-- Of these, where it is the only reason.
	alone INTEGER NOT NULL,
	PRIMARY KEY (mark, hour, project_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX mark_tallies_hour ON mark_tallies (hour);

CREATE VIEW decision_marks AS
SELECT decisions.id AS decision_id, reason.value ->> 'code' AS mark,
	iif(json_array_length(decisions.body, '$.reasons') = 1, 1, 0) AS alone
FROM decisions, json_each(decisions.body, '$.reasons') AS reason
UNION ALL
SELECT decisions.id, 'applied:' || (rule.value ->> 'id'), 0
FROM decisions, json_each(decisions.body, '$.rules') AS rule
WHERE rule.value ->> 'applies' = 'yes'
UNION ALL
SELECT decisions.id, 'passed:' || (rule.value ->> 'id'), 0
FROM decisions, json_each(decisions.body, '$.rules') AS rule
WHERE rule.value ->> 'outcome' = 'complete'
UNION ALL
SELECT decisions.id, 'shadow:' || (rule.value ->> 'id') || ':' || (condition.value ->> 'id'), 0
FROM decisions, json_each(decisions.body, '$.rules') AS rule, json_each(rule.value, '$.conditions') AS condition
WHERE rule.value ->> 'mode' = 'shadow' AND condition.value ->> 'outcome' <> 'pass';

INSERT INTO case_tallies (quarter, project_id, standing, count)
SELECT opened_at / 900000, project_id,
	iif(state = 'completed' AND reason = 'by-unknown', 'completed-by-unknown', state) AS standing, count(*)
FROM cases GROUP BY 1, 2, 3;

INSERT INTO case_marks (mark, case_seq)
SELECT DISTINCT marked.mark, cases.seq FROM cases JOIN decision_marks AS marked ON marked.decision_id = cases.decision_id;

INSERT INTO mark_tallies (hour, project_id, mark, count, alone)
SELECT cases.opened_at / 3600000, cases.project_id, marked.mark, count(*), sum(marked.alone)
FROM cases JOIN decision_marks AS marked ON marked.decision_id = cases.decision_id
GROUP BY 1, 2, 3;

CREATE TRIGGER cases_tallied AFTER INSERT ON cases
BEGIN
	INSERT INTO case_tallies (quarter, project_id, standing, count)
	VALUES (NEW.opened_at / 900000, NEW.project_id, NEW.state, 1)
	ON CONFLICT (standing, quarter, project_id) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER cases_retallied AFTER UPDATE OF state, reason ON cases
WHEN NEW.state <> OLD.state OR (NEW.state = 'completed' AND NEW.reason IS NOT OLD.reason)
BEGIN
	UPDATE case_tallies SET count = count - 1
	WHERE quarter = OLD.opened_at / 900000 AND project_id = OLD.project_id
		AND standing = iif(OLD.state = 'completed' AND OLD.reason IS 'by-unknown', 'completed-by-unknown', OLD.state);
	INSERT INTO case_tallies (quarter, project_id, standing, count)
	VALUES (
		NEW.opened_at / 900000, NEW.project_id,
		iif(NEW.state = 'completed' AND NEW.reason IS 'by-unknown', 'completed-by-unknown', NEW.state), 1
	)
	ON CONFLICT (standing, quarter, project_id) DO UPDATE SET count = count + 1;
END;

-- Only the decision that a case rests on counts, however often it was judged.
CREATE TRIGGER cases_marked AFTER UPDATE OF decision_id ON cases
WHEN NEW.decision_id IS NOT OLD.decision_id
BEGIN
	DELETE FROM case_marks WHERE case_seq = OLD.seq;
	UPDATE mark_tallies
	SET count = count - 1,
		alone = alone - (SELECT alone FROM decision_marks WHERE decision_id = OLD.decision_id AND mark = mark_tallies.mark)
	WHERE hour = OLD.opened_at / 3600000 AND project_id = OLD.project_id
		AND mark IN (SELECT mark FROM decision_marks WHERE decision_id = OLD.decision_id);
	INSERT INTO case_marks (mark, case_seq)
	SELECT DISTINCT mark, NEW.seq FROM decision_marks WHERE decision_id = NEW.decision_id;
	INSERT INTO mark_tallies (hour, project_id, mark, count, alone)
	SELECT NEW.opened_at / 3600000, NEW.project_id, mark, 1, alone FROM decision_marks
	WHERE decision_id = NEW.decision_id
	ON CONFLICT (mark, hour, project_id) DO UPDATE SET count = count + 1, alone = alone + excluded.alone;
END;

CREATE TRIGGER cases_forgotten AFTER DELETE ON cases
BEGIN
	DELETE FROM case_marks WHERE case_seq = OLD.seq;
END;

CREATE TRIGGER cases_unhandled_again AFTER UPDATE OF state ON cases
WHEN OLD.handled_at IS NOT NULL AND NEW.state <> 'needs_human'
BEGIN
	UPDATE cases SET handled_at = NULL, handled_by = NULL WHERE seq = NEW.seq;
END;
