-- What metrics count, written together with what it counts: a scrape walks nothing, and a total goes on growing when the
-- rows that it counted are pruned.

CREATE TABLE totals (
	measure TEXT NOT NULL CHECK (measure IN ('case', 'decision', 'rule', 'reason', 'attempt')),
	subject TEXT NOT NULL,
	name TEXT NOT NULL,
	count INTEGER NOT NULL,
	PRIMARY KEY (measure, subject, name)
) STRICT, WITHOUT ROWID;

INSERT INTO totals (measure, subject, name, count)
SELECT 'case', '', state, count(*) FROM cases GROUP BY state;

INSERT INTO totals (measure, subject, name, count)
SELECT 'decision', '', ifnull(withheld, outcome), count(*) FROM decisions GROUP BY 3;

INSERT INTO totals (measure, subject, name, count)
SELECT 'rule', rule.value ->> 'id', (rule.value ->> 'mode') || ':' || (rule.value ->> 'outcome'), count(*)
FROM decisions, json_each(decisions.body, '$.rules') AS rule
WHERE rule.value ->> 'outcome' IN ('complete', 'review')
GROUP BY 2, 3;

INSERT INTO totals (measure, subject, name, count)
SELECT 'reason', '', code, count(*) FROM (
	SELECT reason.value ->> 'code' AS code FROM decisions, json_each(decisions.body, '$.reasons') AS reason
	UNION ALL
	SELECT first_reason FROM decisions WHERE outcome = 'complete' AND first_reason IS NOT NULL
) GROUP BY code;

INSERT INTO totals (measure, subject, name, count)
SELECT 'attempt', '', verdict, count(*) FROM attempts WHERE verdict IS NOT NULL GROUP BY verdict;

CREATE TRIGGER totals_case_opened AFTER INSERT ON cases
BEGIN
	INSERT INTO totals (measure, subject, name, count) VALUES ('case', '', NEW.state, 1)
	ON CONFLICT (measure, subject, name) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER totals_case_moved AFTER UPDATE OF state ON cases
WHEN NEW.state <> OLD.state
BEGIN
	UPDATE totals SET count = count - 1 WHERE measure = 'case' AND subject = '' AND name = OLD.state;
	INSERT INTO totals (measure, subject, name, count) VALUES ('case', '', NEW.state, 1)
	ON CONFLICT (measure, subject, name) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER totals_case_pruned AFTER DELETE ON cases
BEGIN
	UPDATE totals SET count = count - 1 WHERE measure = 'case' AND subject = '' AND name = OLD.state;
END;

-- A decision whose rules would have let it pass and that was left all the same has one reason: reopened, edited, ...
CREATE TRIGGER totals_decided AFTER INSERT ON decisions
BEGIN
	INSERT INTO totals (measure, subject, name, count) VALUES ('decision', '', ifnull(NEW.withheld, NEW.outcome), 1)
	ON CONFLICT (measure, subject, name) DO UPDATE SET count = count + 1;
	INSERT INTO totals (measure, subject, name, count)
	SELECT 'rule', rule.value ->> 'id', (rule.value ->> 'mode') || ':' || (rule.value ->> 'outcome'), 1
	FROM json_each(NEW.body, '$.rules') AS rule
	WHERE rule.value ->> 'outcome' IN ('complete', 'review')
	ON CONFLICT (measure, subject, name) DO UPDATE SET count = count + 1;
	INSERT INTO totals (measure, subject, name, count)
	SELECT 'reason', '', reason.value ->> 'code', 1 FROM json_each(NEW.body, '$.reasons') AS reason
	WHERE reason.value ->> 'code' IS NOT NULL
	ON CONFLICT (measure, subject, name) DO UPDATE SET count = count + 1;
	INSERT INTO totals (measure, subject, name, count)
	SELECT 'reason', '', NEW.first_reason, 1 WHERE NEW.outcome = 'complete' AND NEW.first_reason IS NOT NULL
	ON CONFLICT (measure, subject, name) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER totals_attempt_judged AFTER UPDATE OF verdict ON attempts
WHEN NEW.verdict IS NOT NULL AND NEW.verdict IS NOT OLD.verdict
BEGIN
	INSERT INTO totals (measure, subject, name, count) VALUES ('attempt', '', NEW.verdict, 1)
	ON CONFLICT (measure, subject, name) DO UPDATE SET count = count + 1;
END;
