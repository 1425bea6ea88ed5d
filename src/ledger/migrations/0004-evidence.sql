-- What became known of the decisions on tasks that were left to people, or held out for audit: never of a task that the bot
-- completed. One a case; a truth takes the place of an unresolved one, with a new `seq`, so that readers of the order see it.
CREATE TABLE labels (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	case_id TEXT NOT NULL UNIQUE REFERENCES cases (id),
	decision_id TEXT NOT NULL,
	project_id TEXT NOT NULL,
	task_id TEXT NOT NULL,
	step_type TEXT NOT NULL,
	visit INTEGER NOT NULL,
	outcome TEXT NOT NULL CHECK (outcome IN ('complete', 'review')),
	withheld TEXT CHECK (withheld IN ('audit', 'braked')),
	-- Of the live rules that applied.
	rules TEXT NOT NULL,
	-- What was drawn for the audit, and below which share it was held out.
	draw REAL,
	key_id TEXT,
	audit_share REAL,
	decided_at INTEGER NOT NULL,
	label TEXT NOT NULL CHECK (label IN ('right', 'wrong', 'unresolved')),
	reason TEXT,
	-- How many elements of which kinds differ; never what stands in them.
	detail TEXT NOT NULL,
	source TEXT NOT NULL CHECK (source IN ('observed', 'imported')),
	labelled_at INTEGER NOT NULL
) STRICT;

CREATE INDEX labels_task ON labels (task_id);
CREATE INDEX labels_withheld ON labels (withheld) WHERE withheld IS NOT NULL;
CREATE INDEX decisions_decided ON decisions (decided_at);
