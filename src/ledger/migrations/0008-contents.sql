-- What the document of a decision said, sealed by a key that is not in here; only where STORE_CONTENT_DAYS asks for it. It
-- goes after that many days, with its decision, or when its task is forgotten, whichever comes first.
CREATE TABLE contents (
	decision_id TEXT PRIMARY KEY REFERENCES decisions (id) ON DELETE CASCADE,
	sealed TEXT NOT NULL,
	stored_at INTEGER NOT NULL
) STRICT;

CREATE INDEX contents_stored ON contents (stored_at);

-- Who looked at it, and when; stays when it is gone.
CREATE TABLE content_views (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	at INTEGER NOT NULL,
	case_id TEXT NOT NULL,
	decision_id TEXT NOT NULL,
	by TEXT NOT NULL
) STRICT;

CREATE INDEX content_views_case ON content_views (case_id);
