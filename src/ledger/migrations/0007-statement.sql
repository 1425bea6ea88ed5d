-- What a statement counts, written together with what it counts: no statement walks decisions. Both outlive pruning, so that
-- a month's statement stays what it was. By quarters of an hour, since every time zone's months begin with one.

-- What the bot completed, by when it was decided and the rules that applied.
CREATE TABLE completed_tallies (
	quarter INTEGER NOT NULL,
	project_id TEXT NOT NULL,
	rules TEXT NOT NULL,
	count INTEGER NOT NULL,
	-- The smallest share of audits that was in force for any of them; null when none is known.
	share REAL,
	PRIMARY KEY (quarter, project_id, rules)
) STRICT, WITHOUT ROWID;

-- What was held out for audit, a row a case.
CREATE TABLE audits (
	case_id TEXT PRIMARY KEY,
	quarter INTEGER NOT NULL,
	project_id TEXT NOT NULL,
	rules TEXT NOT NULL,
	u REAL,
	share REAL
) STRICT, WITHOUT ROWID;

CREATE INDEX audits_quarter ON audits (quarter);

INSERT INTO completed_tallies (quarter, project_id, rules, count, share)
SELECT d.decided_at / 900000, d.project_id, d.rules, count(*), min(CAST(d.body ->> '$.auditShare' AS REAL))
FROM cases JOIN decisions AS d ON d.id = cases.decision_id
WHERE cases.state = 'completed' AND d.outcome = 'complete' AND d.withheld IS NULL
GROUP BY 1, 2, 3;

INSERT INTO audits (case_id, quarter, project_id, rules, u, share)
SELECT cases.id, d.decided_at / 900000, d.project_id, d.rules,
	CAST(d.body ->> '$.draw.u' AS REAL), CAST(d.body ->> '$.auditShare' AS REAL)
FROM cases JOIN decisions AS d ON d.id = cases.decision_id
WHERE d.outcome = 'complete' AND d.withheld = 'audit';

CREATE TRIGGER cases_completed AFTER UPDATE OF state ON cases
WHEN NEW.state = 'completed' AND OLD.state <> 'completed'
BEGIN
	INSERT INTO completed_tallies (quarter, project_id, rules, count, share)
	SELECT d.decided_at / 900000, d.project_id, d.rules, 1, CAST(d.body ->> '$.auditShare' AS REAL)
	FROM decisions AS d
	WHERE d.id = NEW.decision_id AND d.outcome = 'complete' AND d.withheld IS NULL
	ON CONFLICT (quarter, project_id, rules) DO UPDATE
	SET count = count + 1, share = min(ifnull(share, excluded.share), ifnull(excluded.share, share));
END;

-- Only the decision that a case rests on counts, however often it was judged.
CREATE TRIGGER cases_held_out AFTER UPDATE OF decision_id ON cases
WHEN NEW.decision_id IS NOT OLD.decision_id AND NEW.pruned_at IS NULL
BEGIN
	DELETE FROM audits WHERE case_id = OLD.id;
	INSERT INTO audits (case_id, quarter, project_id, rules, u, share)
	SELECT NEW.id, d.decided_at / 900000, d.project_id, d.rules,
		CAST(d.body ->> '$.draw.u' AS REAL), CAST(d.body ->> '$.auditShare' AS REAL)
	FROM decisions AS d
	WHERE d.id = NEW.decision_id AND d.outcome = 'complete' AND d.withheld = 'audit';
END;
