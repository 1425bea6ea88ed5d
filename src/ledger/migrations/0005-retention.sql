-- What is old goes; the case itself stays as the tombstone of its visit: whoever finishes a task at a step has finished it
-- for good, however long ago.

-- When decisions and attempts of the case were pruned, or its task was forgotten. Nothing moves it after that.
ALTER TABLE cases ADD COLUMN pruned_at INTEGER;

-- Digests of tasks that were to be forgotten: no case is opened for them again.
CREATE TABLE forgotten (
	key TEXT PRIMARY KEY,
	at INTEGER NOT NULL,
	by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX events_received ON events (kind, received_at);
CREATE INDEX decisions_hashed ON decisions (decided_at) WHERE elements <> '[]';

CREATE TRIGGER cases_pruned_stay BEFORE UPDATE OF state ON cases
WHEN OLD.pruned_at IS NOT NULL AND NEW.state <> OLD.state
BEGIN
	SELECT RAISE(ABORT, 'a case that was pruned does not move');
END;


-- The same as before, but for pruning: what was counted stays counted.
DROP TRIGGER cases_marked;
CREATE TRIGGER cases_marked AFTER UPDATE OF decision_id ON cases
WHEN NEW.decision_id IS NOT OLD.decision_id AND NEW.pruned_at IS NULL
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

CREATE TRIGGER cases_unmarked AFTER UPDATE OF decision_id ON cases
WHEN NEW.decision_id IS NULL AND NEW.pruned_at IS NOT NULL
BEGIN
	DELETE FROM case_marks WHERE case_seq = NEW.seq;
END;
