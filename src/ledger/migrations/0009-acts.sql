-- More that an operator may do, kept like the rest: a gate that is opened (its project), tasks that are handed in (their
-- event). Apart from the tables of before, whose CHECKs name what there was: a deployment of before goes on writing these.
CREATE TABLE further_acts (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	at INTEGER NOT NULL,
	act TEXT NOT NULL,
	subject TEXT NOT NULL,
	by TEXT NOT NULL,
	why TEXT
) STRICT;

CREATE INDEX further_acts_subject ON further_acts (subject);
CREATE INDEX further_acts_act ON further_acts (act, seq);
