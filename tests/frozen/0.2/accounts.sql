CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;
INSERT INTO schema_version VALUES (1);
INSERT INTO schema_version VALUES (2);
CREATE TABLE schema_fill (version INTEGER PRIMARY KEY, last ANY) STRICT;
CREATE TABLE health (
  kind TEXT NOT NULL,                 -- app | source
  id TEXT NOT NULL,
  health TEXT NOT NULL,               -- JSON
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
INSERT INTO health VALUES ('app','line-main','{"verified":{"n":2,"first_ms":1795986823927,"last_ms":1795986823941},"handshakes":{"n":0,"first_ms":0,"last_ms":0},"handshakes_refused":{"n":0,"first_ms":0,"last_ms":0},"unreadable":{"n":0,"first_ms":0,"last_ms":0},"refused":{},"ignored":{},"keys":{"833e6e75":{"n":2,"first_ms":1795986823927,"last_ms":1795986823941}},"strays":{},"lately":{"2993311":{"verified":2,"refused":{}}}}');
INSERT INTO health VALUES ('app','mastodon-main','{"verified":{"n":2,"first_ms":1795986823905,"last_ms":1795986823920},"handshakes":{"n":0,"first_ms":0,"last_ms":0},"handshakes_refused":{"n":0,"first_ms":0,"last_ms":0},"unreadable":{"n":0,"first_ms":0,"last_ms":0},"refused":{},"ignored":{},"keys":{"800e2d8b":{"n":2,"first_ms":1795986823905,"last_ms":1795986823920}},"strays":{},"lately":{"2993311":{"verified":2,"refused":{}}}}');
INSERT INTO health VALUES ('app','meta-main','{"verified":{"n":4,"first_ms":1795986823810,"last_ms":1795986823896},"handshakes":{"n":0,"first_ms":0,"last_ms":0},"handshakes_refused":{"n":0,"first_ms":0,"last_ms":0},"unreadable":{"n":0,"first_ms":0,"last_ms":0},"refused":{},"ignored":{},"keys":{"0cc8bdb7":{"n":4,"first_ms":1795986823810,"last_ms":1795986823896}},"strays":{},"lately":{"2993311":{"verified":4,"refused":{}}}}');
INSERT INTO health VALUES ('app','x-main','{"verified":{"n":11,"first_ms":1795986823312,"last_ms":1795986824126},"handshakes":{"n":0,"first_ms":0,"last_ms":0},"handshakes_refused":{"n":0,"first_ms":0,"last_ms":0},"unreadable":{"n":0,"first_ms":0,"last_ms":0},"refused":{},"ignored":{},"keys":{"f044592a":{"n":11,"first_ms":1795986823312,"last_ms":1795986824126}},"strays":{},"lately":{"2993311":{"verified":11,"refused":{}}}}');
INSERT INTO health VALUES ('source','fb-northline','{"deliveries":{"n":2,"first_ms":1795986823857,"last_ms":1795986823896},"updates":2,"ignored":{}}');
INSERT INTO health VALUES ('source','line-northline','{"deliveries":{"n":2,"first_ms":1795986823927,"last_ms":1795986823941},"updates":2,"ignored":{}}');
INSERT INTO health VALUES ('source','mastodon-northline','{"deliveries":{"n":2,"first_ms":1795986823905,"last_ms":1795986823920},"updates":2,"ignored":{}}');
INSERT INTO health VALUES ('source','whatsapp-northline','{"deliveries":{"n":2,"first_ms":1795986823810,"last_ms":1795986823845},"updates":2,"ignored":{}}');
INSERT INTO health VALUES ('source','x-northline','{"deliveries":{"n":11,"first_ms":1795986823312,"last_ms":1795986824126},"updates":11,"ignored":{}}');
CREATE TABLE habit (
  source TEXT NOT NULL,
  day INTEGER NOT NULL,               -- since 1970-01-01, UTC
  slots TEXT NOT NULL,                -- JSON: how many deliveries in each half hour
  PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;
INSERT INTO habit VALUES ('fb-northline',20786,'[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,2,0,0,0,0,0]');
INSERT INTO habit VALUES ('line-northline',20786,'[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,2,0,0,0,0,0]');
INSERT INTO habit VALUES ('mastodon-northline',20786,'[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,2,0,0,0,0,0]');
INSERT INTO habit VALUES ('whatsapp-northline',20786,'[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,2,0,0,0,0,0]');
INSERT INTO habit VALUES ('x-northline',20786,'[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,11,0,0,0,0,0]');
CREATE TABLE token (
  source TEXT PRIMARY KEY,
  secret TEXT NOT NULL,            -- fingerprint of the secret that all of this grew from
  refresh TEXT,                    -- the refresh token; NULL: the secret itself is to be used
  access TEXT,                     -- the access token, if there is one
  until_ms INTEGER NOT NULL,       -- until when it is borne: a little before it expires
  renew_ms INTEGER NOT NULL,       -- when it is renewed
  minted INTEGER NOT NULL,         -- how many there were: this one's number
  minted_ms INTEGER NOT NULL,
  renewals INTEGER NOT NULL,       -- how many were begun: the last one's number
  began_ms INTEGER,                -- one is under way, since then
  doubt INTEGER NOT NULL,          -- 1: an answer was lost, the refresh token may be used up
  dead INTEGER NOT NULL,           -- 1: refused for good
  failures INTEGER NOT NULL,       -- in a row
  not_before_ms INTEGER NOT NULL,  -- when the next may begin
  why TEXT                         -- why the last gave nothing
) STRICT, WITHOUT ROWID;
CREATE TABLE bearer (                 -- agents' tokens that were used or revoked
  id TEXT PRIMARY KEY,
  agent TEXT,                         -- NULL: revoked before anybody used it
  role TEXT,
  workgroups TEXT NOT NULL,           -- JSON; none: all
  expires_ms INTEGER NOT NULL,
  first_ms INTEGER,
  seen_ms INTEGER,
  revoked_ms INTEGER,
  revoked_by TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO bearer VALUES ('6fe6e41593241f28','finder','agent','[]',1795990423000,1795986823541,1795986823541,NULL,NULL);
INSERT INTO bearer VALUES ('a345dd700b4c6da1','boss','supervisor','[]',1795990422000,1795986824008,1795986824008,NULL,NULL);
INSERT INTO bearer VALUES ('eca0772947b8d4e9','ana','agent','[]',1795990422000,1795986823646,1795986823646,NULL,NULL);
INSERT INTO bearer VALUES ('t9',NULL,NULL,'[]',1827609224226,NULL,NULL,1795986824226,'boss');
CREATE TABLE deed (
  at_ms INTEGER NOT NULL,
  id TEXT NOT NULL,                   -- fingerprint of all of it
  agent TEXT NOT NULL,
  workgroup TEXT,                     -- whose work it was; NULL: everybody's
  deed TEXT NOT NULL,                 -- JSON
  PRIMARY KEY (at_ms, id)
) STRICT, WITHOUT ROWID;
INSERT INTO deed VALUES (1795986824224,'3ad4dab4e267dec3','boss',NULL,'{"at_ms":1795986824224,"by":"boss","token":"a345dd700b4c6da1","did":"revoke","to":"t9","asked":{}}');
CREATE INDEX bearer_of_agent ON bearer (agent);
CREATE INDEX revoked ON bearer (expires_ms) WHERE revoked_ms IS NOT NULL;
CREATE INDEX deed_on_author ON deed (deed ->> '$.asked.author') WHERE deed ->> '$.asked.author' IS NOT NULL;
CREATE TRIGGER deed_stands BEFORE UPDATE ON deed BEGIN
  SELECT RAISE(ABORT, 'a deed is not changed');
END;
CREATE TRIGGER deed_stays BEFORE DELETE ON deed
WHEN OLD.at_ms > (SELECT max(at_ms) FROM deed) - 31622400000 BEGIN
  SELECT RAISE(ABORT, 'a deed of the last year is not forgotten');
END;
