-- More that an operator may do, kept like the rest: a gate that is opened, tasks that are handed in. SQLite cannot change a
-- CHECK, so that both tables are made anew; nothing refers to them.
CREATE TABLE control_changes_kept (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	at INTEGER NOT NULL,
	change TEXT NOT NULL CHECK (change IN ('pause', 'resume', 'brake', 'unbrake', 'open-gate')),
	scope TEXT NOT NULL,
	by TEXT NOT NULL,
	why TEXT
) STRICT;
INSERT INTO control_changes_kept (seq, at, change, scope, by, why)
SELECT seq, at, change, scope, by, why FROM control_changes;
DROP TABLE control_changes;
ALTER TABLE control_changes_kept RENAME TO control_changes;

CREATE TABLE operator_acts_kept (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	at INTEGER NOT NULL,
	act TEXT NOT NULL CHECK (act IN ('retry', 'leave', 'handled', 'redeliver', 'reload', 'enqueue')),
	-- The id of the case or event; of a reload the revision that served after it.
	subject TEXT NOT NULL,
	by TEXT NOT NULL
) STRICT;
INSERT INTO operator_acts_kept (seq, at, act, subject, by)
SELECT seq, at, act, subject, by FROM operator_acts;
DROP TABLE operator_acts;
ALTER TABLE operator_acts_kept RENAME TO operator_acts;
CREATE INDEX operator_acts_subject ON operator_acts (subject);
