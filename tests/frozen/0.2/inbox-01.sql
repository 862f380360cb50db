CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;
INSERT INTO schema_version VALUES (1);
INSERT INTO schema_version VALUES (2);
CREATE TABLE schema_fill (version INTEGER PRIMARY KEY, last ANY) STRICT;
CREATE TABLE interaction (
  seq INTEGER PRIMARY KEY,            -- never used twice: see the counter 'seq'
  source TEXT NOT NULL,
  platform TEXT NOT NULL,
  workgroup TEXT NOT NULL,
  author TEXT,                        -- NULL where the platform hides the actor
  author_json TEXT,                   -- what is known of the author, for people to read
  first TEXT NOT NULL,                -- the ledger's key of the post that opened it
  lang TEXT NOT NULL,
  kind TEXT NOT NULL,
  level INTEGER NOT NULL,
  urgency INTEGER NOT NULL,
  state TEXT NOT NULL,                -- open | done | dead
  posts INTEGER NOT NULL,
  live INTEGER NOT NULL,              -- how many of them are not deleted
  changes INTEGER NOT NULL,           -- grows with every change of a post
  seen INTEGER NOT NULL DEFAULT 0,    -- the change its holder says to have seen
  opened_ms INTEGER NOT NULL,
  level_ms INTEGER NOT NULL,          -- since when it has had its level: a wait is counted from here
  owed_ms INTEGER,                    -- since when its author waits for an answer; NULL: answered
  owed_level INTEGER NOT NULL,        -- the highest level and urgency of what is unanswered, or was last
  owed_urgency INTEGER NOT NULL,
  deadline_ms INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  available_ms INTEGER NOT NULL,      -- a lease, a delay: a date in the future
  lease TEXT,
  lease_ms INTEGER,                   -- how long a sign of life from its holder makes it last
  lease_key TEXT,                     -- the Idempotency-Key of the claim
  holder TEXT,
  attempts INTEGER NOT NULL DEFAULT 0, -- leases that ran out
  passed_by TEXT,                     -- who gave it back unanswered
  passed_ms INTEGER,
  assigned TEXT,                      -- the one agent who may claim it, for a while
  assigned_ms INTEGER,
  replied_ms INTEGER,                 -- a person's first reply
  answered_ms INTEGER,                -- a person's latest
  spoke_ms INTEGER,                   -- a person's last word, unless they have let go since
  joined INTEGER,                     -- the interaction that its posts are in now
  ended_ms INTEGER,
  outcome TEXT,
  note TEXT
) STRICT;
INSERT INTO interaction VALUES (1,'x-northline','x','customer-care','7001','{"id":"7001","name":"7001","handle":"7001","followers":97}','x:2080760000000000001','en','complaint',3,86,'done',2,2,2,2,1795986823489,1795986823609,NULL,3,86,1796073223695,1796073223695,1795986883688,'94fafe1ee96512758334559d656339c3',60000,NULL,'ana',0,NULL,NULL,NULL,NULL,1795986823695,1795986823695,1795986823695,NULL,1795986823706,'helped','a bus');
INSERT INTO interaction VALUES (2,'x-northline','x','customer-care','7003','{"id":"7003"}','x:2080760000000000004','en','question',1,25,'done',1,0,2,0,1795986823791,1795986823791,1795986823791,1,25,1796001223791,1796001198791,1795986823791,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1795986823796,'withdrawn',NULL);
INSERT INTO interaction VALUES (3,'fb-northline','facebook','customer-care','491700000007','{"id":"491700000007","name":"491700000007"}','facebook:9001_42_2080760000000000007','en','question',1,25,'open',1,1,1,0,1795986823888,1795986823888,1795986823888,1,25,1796001223888,1796001198888,1795986823888,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO interaction VALUES (4,'fb-northline','facebook','customer-care','491700000008','{"id":"491700000008","name":"491700000008"}','facebook:9001_42_2080760000000000008','en','question',1,25,'open',1,1,1,0,1795986823900,1795986823900,1795986823900,1,25,1796001223900,1796001198900,1795986823900,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO interaction VALUES (5,'mastodon-northline','mastodon','customer-care','social.northline.example/491700000008','{"id":"social.northline.example/491700000008","name":"491700000008","handle":"491700000008","followers":100}','mastodon:social.northline.example/42_2080760000000000008','en','question',1,25,'open',1,1,1,0,1795986823921,1795986823921,1795986823921,1,25,1796001223921,1796001198921,1795986823921,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE post (
  id TEXT PRIMARY KEY,                -- platform:id, the ledger's key
  interaction INTEGER,                -- NULL: deleted before it was made
  state TEXT NOT NULL,                -- live | edited | deleted
  change INTEGER NOT NULL,            -- the interaction's change that this is
  copies INTEGER NOT NULL DEFAULT 0,  -- how often it came again
  received_ms INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  ack TEXT NOT NULL,                  -- what was decided of its acknowledgment
  post TEXT NOT NULL,                 -- JSON; of one deleted before it was made, who says so
  triage TEXT NOT NULL                -- JSON
) STRICT, WITHOUT ROWID;
INSERT INTO post VALUES ('facebook:9001_42_2080760000000000007',3,'live',1,0,1795986823888,1795986823000,'not_urgent','{"id":"9001_42_2080760000000000007","kind":"comment","author":{"id":"491700000007","name":"491700000007"},"text":"Is the 18:05 late?","created_ms":1795986823000,"permalink":"https://www.facebook.com/4200000002_9001?comment_id=42_2080760000000000007","parent":"4200000002_9001","reply_to":"9001_42_2080760000000000007","addressed":true,"version":1795986824000}','{"kind":"question","urgency":25,"level":1,"sentiment":-0.1673066,"complaint":0.19590697,"help":0.5663227,"praise":0.007999444,"abuse":0.003078276,"spam":0.0005067738,"lang":"en","reasons":[]}');
INSERT INTO post VALUES ('facebook:9001_42_2080760000000000008',4,'live',1,0,1795986823900,1795986823000,'not_urgent','{"id":"9001_42_2080760000000000008","kind":"comment","author":{"id":"491700000008","name":"491700000008"},"text":"Is the 18:05 late?","created_ms":1795986823000,"permalink":"https://www.facebook.com/4200000002_9001?comment_id=42_2080760000000000008","parent":"4200000002_9001","reply_to":"9001_42_2080760000000000008","addressed":true,"version":1795986824000}','{"kind":"question","urgency":25,"level":1,"sentiment":-0.1673066,"complaint":0.19590697,"help":0.5663227,"praise":0.007999444,"abuse":0.003078276,"spam":0.0005067738,"lang":"en","reasons":[]}');
INSERT INTO post VALUES ('mastodon:social.northline.example/42_2080760000000000008',5,'live',1,0,1795986823921,1795986823916,'not_urgent','{"id":"social.northline.example/42_2080760000000000008","kind":"mention","author":{"id":"social.northline.example/491700000008","name":"491700000008","handle":"491700000008","followers":100},"text":"Is the 18:05 late?","lang":"en","created_ms":1795986823916,"permalink":"https://social.northline.example/@491700000008/42_2080760000000000008","reply_to":"42_2080760000000000008:public:491700000008","addressed":true}','{"kind":"question","urgency":25,"level":1,"sentiment":-0.1673066,"complaint":0.19590697,"help":0.5663227,"praise":0.007999444,"abuse":0.003078276,"spam":0.0005067738,"lang":"en","reasons":[]}');
INSERT INTO post VALUES ('x:2080760000000000001',1,'live',1,0,1795986823489,1795986823085,'planned','{"id":"2080760000000000001","kind":"mention","author":{"id":"7001","name":"7001","handle":"7001","followers":97},"text":"@NorthlineRail stuck outside Woking for 4 hours, no water, kids crying, nobody tells us anything","created_ms":1795986823085,"permalink":"https://x.com/7001/status/2080760000000000001","reply_to":"post:2080760000000000001","addressed":true,"version":2080760000000000001}','{"kind":"complaint","urgency":79,"level":2,"sentiment":-0.8803548,"complaint":0.9995789,"help":0.9994942,"praise":0.000051949886,"abuse":0.0034526621,"spam":0.0000010201918,"lang":"en","reasons":[{"what":"no water","weight":14.2},{"what":"nobody tells us","weight":10.8},{"what":"kids crying","weight":8.7},{"what":"stuck outside Woking for 4 hours","weight":1.8}]}');
INSERT INTO post VALUES ('x:2080760000000000002',1,'live',2,1,1795986823609,1795986823604,'x.summoned','{"id":"2080760000000000002","kind":"comment","author":{"id":"7001"},"text":"And now it is dark","created_ms":1795986823604,"permalink":"https://x.com/i/web/status/2080760000000000002","parent":"2080760000000000000","reply_to":"post:2080760000000000002","addressed":true,"version":2080760000000000002}','{"kind":"complaint","urgency":86,"level":3,"sentiment":-0.35296834,"complaint":0.9202005,"help":0.859778,"praise":0.15979119,"abuse":0.036494512,"spam":0.00073120085,"lang":"en","reasons":[{"what":"dark","weight":5.3}]}');
INSERT INTO post VALUES ('x:2080760000000000004',2,'deleted',2,0,1795986823791,1795986823789,'not_urgent','{"id":"2080760000000000004","kind":"comment","author":{"id":"7003"},"text":"","created_ms":1795986823789,"parent":"2080760000000000000","reply_to":"post:2080760000000000004","addressed":true,"version":2080760000000000004}','{"kind":"question","urgency":25,"level":1,"sentiment":-0.14232278,"complaint":0.07233139,"help":0.9052809,"praise":0.0021538166,"abuse":0.0048428397,"spam":0.000027558413,"lang":"en","reasons":[]}');
INSERT INTO post VALUES ('x:2080760000000000005',NULL,'deleted',0,0,1795986823802,1795986823802,'deleted','{"source":"x-northline","author":"7004"}','{}');
CREATE TABLE ack (
  interaction INTEGER NOT NULL,
  emergency INTEGER NOT NULL,         -- 0 | 1: what it is for; at most one for each, by key
  post TEXT NOT NULL,
  source TEXT NOT NULL,
  author TEXT NOT NULL,
  state TEXT NOT NULL,                -- planned | sending | sent | refused | unknown | withdrawn | dry_run
  why TEXT,
  text TEXT NOT NULL,
  lang TEXT NOT NULL,
  used TEXT NOT NULL,                 -- fingerprints of its sentences: numbers, commas between
  attempts INTEGER NOT NULL DEFAULT 0,
  said_ms INTEGER NOT NULL,           -- when its post was made, or edited into what this answers
  planned_ms INTEGER NOT NULL,
  worded_ms INTEGER NOT NULL,         -- when its words were chosen
  told_ms INTEGER,                    -- when its words say that a person answers or is back
  changed_ms INTEGER NOT NULL,
  due_ms INTEGER,                     -- when the alarm looks at it
  slot_ms INTEGER,                    -- its place: when it may leave, then when it left; NULL: it never will
  sent_id TEXT,
  PRIMARY KEY (interaction, emergency)
) STRICT, WITHOUT ROWID;
INSERT INTO ack VALUES (1,0,'x:2080760000000000001','x-northline','7001','sent',NULL,'Being left waiting outside Woking for four hours with no word from anyone and without water is wearing, and you deserve an answer from a person. This is in front of our team, and one of us will reply to you right here. – the Northline evening team (this first note is automatic)','en','14632201840855759310,5771594952803931093,1167492146375886413',1,1795986823085,1795986823489,1795986823489,NULL,1795986823580,NULL,1795986823489,'900000000000001');
CREATE TABLE reply (
  id TEXT PRIMARY KEY,                -- interaction, then the caller's Idempotency-Key
  interaction INTEGER NOT NULL,
  agent TEXT NOT NULL,                -- 'platform': written in the platform's own app
  text TEXT NOT NULL,                 -- '' once the post that it answers is deleted
  named TEXT,                         -- the post that the caller named
  post TEXT,                          -- the ledger's key of the post that it answers, where known
  seen INTEGER NOT NULL DEFAULT 0,    -- the change that its writer had seen
  state TEXT NOT NULL,                -- sending | sent | refused | unknown
  why TEXT,
  retry_ms INTEGER,                   -- from when on the same key sends again
  sent_id TEXT,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO reply VALUES ('1 k1',1,'ana','I am Ana. A bus is on its way.',NULL,'x:2080760000000000002',2,'sent',NULL,NULL,'900000000000002',1795986823688);
CREATE TABLE dead_credential (
  source TEXT PRIMARY KEY,
  secret TEXT NOT NULL,               -- fingerprint of the secret that was refused
  why TEXT NOT NULL,
  since_ms INTEGER NOT NULL,
  refused_ms INTEGER NOT NULL,        -- the last time
  probe_ms INTEGER NOT NULL,          -- when one acknowledgment is tried again
  stopped INTEGER NOT NULL            -- acknowledgments that did not leave for it
) STRICT, WITHOUT ROWID;
CREATE TABLE stop (
  platform TEXT NOT NULL,
  author TEXT NOT NULL,
  at_ms INTEGER NOT NULL,             -- when they last said stop
  lifted_ms INTEGER NOT NULL DEFAULT 0, -- when they last took one back: in force while at_ms >= lifted_ms
  PRIMARY KEY (platform, author)
) STRICT, WITHOUT ROWID;
INSERT INTO stop VALUES ('x','7008',1795986824197,0);
CREATE TABLE alias (                  -- people whom a platform calls by several ids
  platform TEXT NOT NULL,
  alias TEXT NOT NULL,
  author TEXT NOT NULL,               -- the id by which all else is kept
  PRIMARY KEY (platform, alias)
) STRICT, WITHOUT ROWID;
CREATE TABLE history (
  interaction INTEGER NOT NULL,
  n INTEGER NOT NULL,                 -- counted by the interaction
  at_ms INTEGER NOT NULL,
  who TEXT NOT NULL,
  did TEXT NOT NULL,
  detail TEXT,
  PRIMARY KEY (interaction, n)
) STRICT, WITHOUT ROWID;
INSERT INTO history VALUES (1,1,1795986823662,'ana','claimed',NULL);
INSERT INTO history VALUES (1,2,1795986823695,'ana','reply_sent',NULL);
INSERT INTO history VALUES (1,3,1795986823706,'ana','resolved','helped');
INSERT INTO history VALUES (2,1,1795986823796,'heard','post_deleted','x:2080760000000000004');
INSERT INTO history VALUES (2,2,1795986823796,'heard','withdrawn',NULL);
CREATE TABLE counter (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counter VALUES ('ack.sent',1);
INSERT INTO counter VALUES ('deletions',1);
INSERT INTO counter VALUES ('duplicates',1);
INSERT INTO counter VALUES ('retired',0);
INSERT INTO counter VALUES ('seq',0);
INSERT INTO counter VALUES ('stops',1);
CREATE TABLE decision (               -- how many posts came to which decision, in the hours that are folded
  hour INTEGER NOT NULL,              -- since 1970
  why TEXT NOT NULL,                  -- post.ack
  n INTEGER NOT NULL,
  PRIMARY KEY (hour, why)
) STRICT, WITHOUT ROWID;
CREATE TABLE tally (                  -- to be added up: a part may lie below nothing
  state TEXT NOT NULL,
  workgroup TEXT NOT NULL,
  platform TEXT NOT NULL,
  level INTEGER NOT NULL,
  hour INTEGER NOT NULL,              -- since 1970, in which it was opened; 0 where it is not open
  why TEXT NOT NULL,                  -- post.ack, of a new post
  interactions INTEGER NOT NULL,
  posts INTEGER NOT NULL,
  decided INTEGER NOT NULL,           -- posts that came to that decision
  PRIMARY KEY (state, workgroup, platform, level, hour, why)
) STRICT, WITHOUT ROWID;
INSERT INTO tally VALUES ('done','customer-care','x',1,0,'',1,1,0);
INSERT INTO tally VALUES ('done','customer-care','x',3,0,'',1,2,0);
INSERT INTO tally VALUES ('open','customer-care','facebook',1,498885,'not_urgent',2,2,2);
INSERT INTO tally VALUES ('open','customer-care','mastodon',1,498885,'not_urgent',1,1,1);
INSERT INTO tally VALUES ('open','customer-care','x',1,498885,'',-1,-1,0);
INSERT INTO tally VALUES ('open','customer-care','x',1,498885,'not_urgent',1,1,1);
INSERT INTO tally VALUES ('open','customer-care','x',2,498885,'',-1,-1,0);
INSERT INTO tally VALUES ('open','customer-care','x',2,498885,'planned',1,1,1);
INSERT INTO tally VALUES ('open','customer-care','x',3,498885,'',0,0,0);
INSERT INTO tally VALUES ('open','customer-care','x',3,498885,'x.summoned',0,0,1);
CREATE TABLE late (                   -- how many are past their deadline: see inbox/late.rs
  workgroup TEXT NOT NULL,
  emergency INTEGER NOT NULL,         -- 0 | 1
  n INTEGER NOT NULL,
  PRIMARY KEY (workgroup, emergency)
) STRICT, WITHOUT ROWID;
CREATE TABLE late_mark (before_ms INTEGER NOT NULL) STRICT;
INSERT INTO late_mark VALUES (0);
CREATE TABLE ack_mark (before_ms INTEGER NOT NULL) STRICT;
INSERT INTO ack_mark VALUES (1795986833424);
CREATE TABLE retask (
  workgroup TEXT PRIMARY KEY,         -- whose agents are away
  serves TEXT NOT NULL,               -- JSON: the workgroups whose work they pull
  until_ms INTEGER NOT NULL,
  by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO retask VALUES ('customer-care','["customer-care"]',1795990424139,'boss');
CREATE TABLE pause (
  source TEXT PRIMARY KEY,            -- whose acknowledgments are silenced; '' for all
  by TEXT NOT NULL,
  reason TEXT NOT NULL,
  since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO pause VALUES ('x-northline','boss','a drill',1795986824104);
CREATE TABLE thinned (                -- what ended up to here has lost its texts early
  ended_ms INTEGER NOT NULL,
  seq INTEGER NOT NULL
) STRICT;
INSERT INTO thinned VALUES (0,0);
CREATE TABLE layout (shards INTEGER NOT NULL) STRICT;
CREATE TABLE alarm (at_ms INTEGER) STRICT;
INSERT INTO alarm VALUES (1795986833489);
CREATE TABLE deed (
  at_ms INTEGER NOT NULL,
  id TEXT NOT NULL,                   -- fingerprint of all of it
  agent TEXT NOT NULL,
  workgroup TEXT,                     -- whose work it was; NULL: everybody's
  deed TEXT NOT NULL,                 -- JSON
  PRIMARY KEY (at_ms, id)
) STRICT, WITHOUT ROWID;
INSERT INTO deed VALUES (1795986824104,'ea1c9f763644cf76','boss','customer-care','{"at_ms":1795986824104,"by":"boss","token":"a345dd700b4c6da1","did":"pause","to":"","asked":{"reason":"a drill","source":"x-northline"},"workgroup":"customer-care"}');
INSERT INTO deed VALUES (1795986824139,'68c08440ab42d390','boss','customer-care','{"at_ms":1795986824139,"by":"boss","token":"a345dd700b4c6da1","did":"retask","to":"customer-care","asked":{"for_s":3600,"serves":["customer-care"]},"workgroup":"customer-care"}');
INSERT INTO deed VALUES (1795986824180,'5ccaed44ef5f15b6','boss',NULL,'{"at_ms":1795986824180,"by":"boss","token":"a345dd700b4c6da1","did":"record_stop","to":"","asked":{"author":"7008","platform":"x","reason":"by phone","stop":true}}');
CREATE INDEX ready ON interaction (workgroup, rank) WHERE state = 'open';
CREATE INDEX of_author ON interaction (author, state, source);
CREATE INDEX overdue ON interaction (deadline_ms) WHERE state = 'open' AND owed_ms IS NOT NULL;
CREATE INDEX emergency ON interaction (deadline_ms)
  WHERE state = 'open' AND owed_ms IS NOT NULL AND owed_level = 3;
CREATE INDEX held ON interaction (holder) WHERE lease IS NOT NULL AND state = 'open';
CREATE INDEX passed ON interaction (passed_by, available_ms) WHERE passed_by IS NOT NULL AND state = 'open';
CREATE INDEX dead ON interaction (ended_ms) WHERE state = 'dead';
CREATE INDEX pace ON interaction (workgroup, level, replied_ms, level_ms) WHERE replied_ms IS NOT NULL;
CREATE INDEX ended ON interaction (ended_ms) WHERE ended_ms IS NOT NULL;
CREATE INDEX joined ON interaction (joined) WHERE joined IS NOT NULL;
CREATE INDEX post_of_interaction ON post (interaction, change) WHERE change <> 1;
CREATE INDEX stone_of_author ON post (post ->> '$.author') WHERE interaction IS NULL;
CREATE VIEW post_in AS
  SELECT i.seq AS seq, p.* FROM interaction i CROSS JOIN post p
    WHERE p.id = i.first AND p.interaction = i.seq AND p.change = 1
  UNION ALL SELECT p.interaction, p.* FROM post p WHERE p.change <> 1;
CREATE INDEX ack_due ON ack (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX ack_of_author ON ack (author, source, planned_ms);
CREATE INDEX ack_sent ON ack (sent_id) WHERE sent_id IS NOT NULL;
CREATE INDEX ack_planned ON ack (planned_ms, interaction, emergency);
CREATE INDEX ack_slot ON ack (source, slot_ms) WHERE slot_ms IS NOT NULL;
CREATE INDEX reply_sent ON reply (sent_id) WHERE sent_id IS NOT NULL;
CREATE INDEX alias_of ON alias (platform, author);
CREATE TRIGGER post_received AFTER INSERT ON post WHEN NEW.interaction IS NOT NULL BEGIN
  -- The first post of an interaction counts it too; another is counted where its interaction grows.
  INSERT INTO tally
  SELECT state, workgroup, platform, level, NEW.received_ms / 3600000, NEW.ack, NEW.change = 1, NEW.change = 1, 1
  FROM interaction WHERE seq = NEW.interaction
  ON CONFLICT DO UPDATE SET interactions = interactions + excluded.interactions,
    posts = posts + excluded.posts, decided = decided + 1;
END;
CREATE TRIGGER interaction_grew AFTER UPDATE OF posts ON interaction
WHEN OLD.posts <> NEW.posts AND OLD.state = NEW.state AND OLD.workgroup = NEW.workgroup
  AND OLD.level = NEW.level AND OLD.opened_ms = NEW.opened_ms
BEGIN
  INSERT INTO tally VALUES (NEW.state, NEW.workgroup, NEW.platform, NEW.level,
      iif(NEW.state = 'open', NEW.opened_ms / 3600000, 0), '', 0, NEW.posts - OLD.posts, 0)
    ON CONFLICT DO UPDATE SET posts = posts + excluded.posts;
END;
CREATE TRIGGER interaction_moved AFTER UPDATE OF state, workgroup, level, opened_ms ON interaction
WHEN OLD.state <> NEW.state OR OLD.workgroup <> NEW.workgroup OR OLD.level <> NEW.level
  OR OLD.opened_ms <> NEW.opened_ms
BEGIN
  INSERT INTO tally VALUES (OLD.state, OLD.workgroup, OLD.platform, OLD.level,
      iif(OLD.state = 'open', OLD.opened_ms / 3600000, 0), '', -1, -OLD.posts, 0)
    ON CONFLICT DO UPDATE SET interactions = interactions - 1, posts = posts - OLD.posts;
  INSERT INTO tally VALUES (NEW.state, NEW.workgroup, NEW.platform, NEW.level,
      iif(NEW.state = 'open', NEW.opened_ms / 3600000, 0), '', 1, NEW.posts, 0)
    ON CONFLICT DO UPDATE SET interactions = interactions + 1, posts = posts + NEW.posts;
END;
CREATE TRIGGER interaction_retired AFTER DELETE ON interaction BEGIN
  INSERT INTO tally VALUES (OLD.state, OLD.workgroup, OLD.platform, OLD.level,
      iif(OLD.state = 'open', OLD.opened_ms / 3600000, 0), '', -1, -OLD.posts, 0)
    ON CONFLICT DO UPDATE SET interactions = interactions - 1, posts = posts - OLD.posts;
  UPDATE counter SET n = n + OLD.posts WHERE name = 'retired';
  UPDATE counter SET n = max(n, OLD.seq) WHERE name = 'seq'
    AND OLD.seq > (SELECT coalesce(max(seq), 0) FROM interaction);
END;
CREATE TRIGGER late_opened AFTER INSERT ON interaction
WHEN NEW.state = 'open' AND NEW.owed_ms IS NOT NULL AND NEW.deadline_ms < (SELECT before_ms FROM late_mark)
BEGIN
  INSERT INTO late VALUES (NEW.workgroup, NEW.owed_level = 3, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER late_left AFTER UPDATE OF state, workgroup, owed_ms, owed_level, deadline_ms ON interaction
WHEN OLD.state = 'open' AND OLD.owed_ms IS NOT NULL AND OLD.deadline_ms < (SELECT before_ms FROM late_mark)
BEGIN
  UPDATE late SET n = n - 1 WHERE workgroup = OLD.workgroup AND emergency = (OLD.owed_level = 3);
END;
CREATE TRIGGER late_moved AFTER UPDATE OF state, workgroup, owed_ms, owed_level, deadline_ms ON interaction
WHEN NEW.state = 'open' AND NEW.owed_ms IS NOT NULL AND NEW.deadline_ms < (SELECT before_ms FROM late_mark)
BEGIN
  INSERT INTO late VALUES (NEW.workgroup, NEW.owed_level = 3, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER late_gone AFTER DELETE ON interaction
WHEN OLD.state = 'open' AND OLD.owed_ms IS NOT NULL AND OLD.deadline_ms < (SELECT before_ms FROM late_mark)
BEGIN
  UPDATE late SET n = n - 1 WHERE workgroup = OLD.workgroup AND emergency = (OLD.owed_level = 3);
END;
CREATE TRIGGER post_redecided AFTER UPDATE OF ack ON post WHEN OLD.ack <> NEW.ack BEGIN
  INSERT INTO decision VALUES (OLD.received_ms / 3600000, OLD.ack, -1) ON CONFLICT DO UPDATE SET n = n - 1;
  INSERT INTO decision VALUES (OLD.received_ms / 3600000, NEW.ack, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER ack_ended_at_once AFTER INSERT ON ack
WHEN NEW.due_ms IS NULL AND NEW.planned_ms < (SELECT before_ms FROM ack_mark)
BEGIN
  INSERT INTO counter VALUES ('ack.' || NEW.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER ack_left AFTER UPDATE OF state, planned_ms ON ack
WHEN OLD.due_ms IS NULL AND OLD.planned_ms < (SELECT before_ms FROM ack_mark)
BEGIN
  UPDATE counter SET n = n - 1 WHERE name = 'ack.' || OLD.state;
END;
CREATE TRIGGER ack_ended AFTER UPDATE OF state, planned_ms ON ack
WHEN NEW.due_ms IS NULL AND NEW.planned_ms < (SELECT before_ms FROM ack_mark)
BEGIN
  INSERT INTO counter VALUES ('ack.' || NEW.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER ack_retired AFTER DELETE ON ack
WHEN OLD.due_ms IS NULL AND OLD.planned_ms < (SELECT before_ms FROM ack_mark)
BEGIN
  UPDATE counter SET n = n - 1 WHERE name = 'ack.' || OLD.state;
END;
CREATE TRIGGER post_repeated AFTER UPDATE OF copies ON post BEGIN
  UPDATE counter SET n = n + 1 WHERE name = 'duplicates';
END;
CREATE INDEX deed_on_author ON deed (deed ->> '$.asked.author') WHERE deed ->> '$.asked.author' IS NOT NULL;
CREATE TRIGGER deed_stands BEFORE UPDATE ON deed BEGIN
  SELECT RAISE(ABORT, 'a deed is not changed');
END;
CREATE TRIGGER deed_stays BEFORE DELETE ON deed
WHEN OLD.at_ms > (SELECT max(at_ms) FROM deed) - 31622400000 BEGIN
  SELECT RAISE(ABORT, 'a deed of the last year is not forgotten');
END;
