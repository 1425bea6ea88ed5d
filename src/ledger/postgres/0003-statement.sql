-- As ../migrations/0007-statement.sql.
CREATE TABLE completed_tallies (
	quarter BIGINT NOT NULL,
	project_id TEXT NOT NULL,
	rules TEXT NOT NULL,
	count BIGINT NOT NULL,
	share DOUBLE PRECISION,
	PRIMARY KEY (quarter, project_id, rules)
);

CREATE TABLE audits (
	case_id TEXT PRIMARY KEY,
	quarter BIGINT NOT NULL,
	project_id TEXT NOT NULL,
	rules TEXT NOT NULL,
	u DOUBLE PRECISION,
	share DOUBLE PRECISION
);

CREATE INDEX audits_quarter ON audits (quarter);

INSERT INTO completed_tallies (quarter, project_id, rules, count, share)
SELECT d.decided_at / 900000, d.project_id, d.rules, count(*), min((d.body::json ->> 'auditShare')::double precision)
FROM cases JOIN decisions AS d ON d.id = cases.decision_id
WHERE cases.state = 'completed' AND d.outcome = 'complete' AND d.withheld IS NULL
GROUP BY 1, 2, 3;

INSERT INTO audits (case_id, quarter, project_id, rules, u, share)
SELECT cases.id, d.decided_at / 900000, d.project_id, d.rules,
	(d.body::json -> 'draw' ->> 'u')::double precision, (d.body::json ->> 'auditShare')::double precision
FROM cases JOIN decisions AS d ON d.id = cases.decision_id
WHERE d.outcome = 'complete' AND d.withheld = 'audit';

CREATE FUNCTION tally_completed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO completed_tallies (quarter, project_id, rules, count, share)
	SELECT d.decided_at / 900000, d.project_id, d.rules, 1, (d.body::json ->> 'auditShare')::double precision
	FROM decisions AS d
	WHERE d.id = NEW.decision_id AND d.outcome = 'complete' AND d.withheld IS NULL
	ON CONFLICT (quarter, project_id, rules) DO UPDATE
	SET count = completed_tallies.count + 1, share = least(completed_tallies.share, excluded.share);
	RETURN NULL;
END $$;
CREATE TRIGGER cases_completed AFTER UPDATE OF state ON cases FOR EACH ROW
WHEN (NEW.state = 'completed' AND OLD.state <> 'completed') EXECUTE FUNCTION tally_completed();

CREATE FUNCTION hold_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM audits WHERE case_id = OLD.id;
	INSERT INTO audits (case_id, quarter, project_id, rules, u, share)
	SELECT NEW.id, d.decided_at / 900000, d.project_id, d.rules,
		(d.body::json -> 'draw' ->> 'u')::double precision, (d.body::json ->> 'auditShare')::double precision
	FROM decisions AS d
	WHERE d.id = NEW.decision_id AND d.outcome = 'complete' AND d.withheld = 'audit';
	RETURN NULL;
END $$;
CREATE TRIGGER cases_held_out AFTER UPDATE OF decision_id ON cases FOR EACH ROW
WHEN (NEW.decision_id IS DISTINCT FROM OLD.decision_id AND NEW.pruned_at IS NULL) EXECUTE FUNCTION hold_out();
