//! The arc's rules, held against a plain recount over random histories; and the CRM's scripts against a stand-in.

use heard::inbox::arc::{
    ANGER, ANSWER_MS, BREAK_MS, FAN_DAYS, FAN_MS, Happened, Moment, What, arc, summary,
    thanks_in_advance,
};
use heard::judgement::Kind;
use heard::post::{InteractionId, Platform};
use std::collections::BTreeSet;

const DAY_MS: i64 = 86_400_000;

/// A small generator, so that every run is the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

fn history(dice: &mut Dice) -> Vec<Happened> {
    let mut at_ms = 1_795_348_800_000;
    (0..dice.roll(40))
        .map(|_| {
            // Never twice in one moment: an order of equals is told apart by another test.
            at_ms += 1 + i64::try_from(dice.roll(4 * 24)).unwrap() * 3_600_000
                / (1 + i64::try_from(dice.roll(6)).unwrap());
            let matter = Some(InteractionId::new(format!(
                "v2-00-{}",
                at_ms / (5 * DAY_MS)
            )));
            let sentiment = (dice.roll(21) as f32 - 10.0) / 10.0;
            let what = match dice.roll(12) {
                0..=3 => What::Post {
                    kind: Kind::Complaint,
                    sentiment: -sentiment.abs(),
                    level: 2,
                    in_advance: false,
                },
                4..=6 => What::Post {
                    kind: Kind::Praise,
                    sentiment,
                    level: 0,
                    in_advance: dice.roll(4) == 0,
                },
                7 => What::Post {
                    kind: Kind::Question,
                    sentiment,
                    level: 1,
                    in_advance: false,
                },
                8 => What::Note,
                9 | 10 => What::Reply {
                    agent: format!("a{}", dice.roll(3)),
                },
                _ => match dice.roll(6) {
                    0 => What::Stop,
                    1 => What::Post {
                        kind: Kind::Attack,
                        sentiment: -0.9,
                        level: 1,
                        in_advance: false,
                    },
                    _ => What::Ended {
                        outcome: "solved".into(),
                        agent: Some("a1".into()),
                    },
                },
            };
            let matter = matter.filter(|_| what != What::Stop);
            Happened {
                at_ms,
                matter,
                platform: Platform::X,
                what,
            }
        })
        .collect()
}

fn is_thanks(one: &Happened) -> bool {
    matches!(one.what, What::Post { kind: Kind::Praise, sentiment, in_advance: false, .. } if sentiment > 0.0)
}

fn is_complaint(one: &Happened) -> bool {
    matches!(
        one.what,
        What::Post {
            kind: Kind::Complaint,
            ..
        }
    )
}

fn is_angry(one: &Happened) -> bool {
    match one.what {
        What::Post {
            kind: Kind::Attack, ..
        } => true,
        What::Post {
            kind: Kind::Complaint,
            sentiment,
            ..
        } => sentiment <= ANGER,
        _ => false,
    }
}

/// The last reply before the post at `at`, unless a word that counts came in between, or it is too old.
fn answer_before(all: &[Happened], at: usize) -> Option<usize> {
    let reply = (0..at)
        .rev()
        .find(|i| matches!(all[*i].what, What::Reply { .. }))?;
    let between =
        (reply + 1..at).any(|i| is_thanks(&all[i]) || is_angry(&all[i]) || is_complaint(&all[i]));
    (!between && all[at].at_ms - all[reply].at_ms <= ANSWER_MS).then_some(reply)
}

/// Which moments there are, each found by looking back from where it is: no state is carried on, but for what is
/// counted anew after a fan and after thanks.
fn recounted(all: &[Happened]) -> Vec<(Moment, i64, bool)> {
    let mut found = Vec::new();
    let mut won: Option<usize> = None;
    let mut fan: Option<usize> = None;
    for (at, one) in all.iter().enumerate() {
        let first = |is: &dyn Fn(&Happened) -> bool| {
            is(one) && !all[..at].iter().any(|o| is(o) && o.matter == one.matter)
        };
        if is_thanks(one) {
            if let Some(reply) = answer_before(all, at) {
                let complaint = (0..reply).rev().find(|i| is_complaint(&all[*i]));
                if complaint.is_some_and(|c| won.is_none_or(|won| c > won)) {
                    found.push((Moment::WonBack, one.at_ms, false));
                    won = Some(at);
                }
            }
            let from = fan.map_or(0, |fan| fan + 1);
            let mut days: BTreeSet<i64> = BTreeSet::new();
            for i in from..=at {
                // A day counts from its first thanks.
                let day = all[i].at_ms.div_euclid(DAY_MS);
                let first = (from..i)
                    .find(|j| is_thanks(&all[*j]) && all[*j].at_ms.div_euclid(DAY_MS) == day);
                let first_ms = first.map_or(all[i].at_ms, |j| all[j].at_ms);
                if is_thanks(&all[i]) && one.at_ms - first_ms <= FAN_MS {
                    days.insert(day);
                }
            }
            if days.len() >= FAN_DAYS {
                found.push((Moment::Fan, one.at_ms, false));
                fan = Some(at);
            }
        }
        if first(&is_complaint) {
            found.push((Moment::Complained, one.at_ms, false));
        }
        let revoked = all[at + 1..].iter().any(is_thanks);
        if (is_angry(one) && answer_before(all, at).is_some()) || one.what == What::Stop {
            found.push((Moment::Lost, one.at_ms, revoked));
        }
        if first(&|o| o.what == What::Note) {
            found.push((Moment::Heard, one.at_ms, false));
        }
        if first(&|o| matches!(o.what, What::Reply { .. })) {
            found.push((Moment::Answered, one.at_ms, false));
        }
        if matches!(one.what, What::Ended { .. }) {
            found.push((Moment::Resolved, one.at_ms, false));
        }
    }
    found
}

#[test]
fn moments_are_those_of_a_plain_recount() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut seen: BTreeSet<Moment> = BTreeSet::new();
    let mut revoked = 0;
    for n in 0..20_000 {
        let all = history(&mut dice);
        let told = arc(&all);
        let moments: Vec<(Moment, i64, bool)> = told
            .moments
            .iter()
            .map(|one| (one.moment, one.at_ms, one.revoked))
            .collect();
        assert_eq!(moments, recounted(&all), "history {n}: {all:#?}");
        seen.extend(told.moments.iter().map(|one| one.moment));
        revoked += moments.iter().filter(|one| one.2).count();
        // In whatever order it comes.
        let mut other = all.clone();
        other.reverse();
        assert_eq!(arc(&other), told);
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), Moment::ALL);
    assert!(revoked > 100);
}

#[test]
fn the_line_is_a_median_of_three_and_breaks_after_a_month() {
    let mut dice = Dice(7);
    for _ in 0..2_000 {
        let mut all = history(&mut dice);
        if let Some(last) = all.last().cloned() {
            let at_ms = last.at_ms + BREAK_MS + 1;
            let what = What::Post {
                kind: Kind::Other,
                sentiment: 0.3,
                level: 0,
                in_advance: false,
            };
            all.push(Happened {
                at_ms,
                what,
                ..last
            });
        }
        let points = arc(&all).points;
        for (at, point) in points.iter().enumerate() {
            let mut near: Vec<f32> = vec![point.sentiment];
            if at > 0 && point.at_ms - points[at - 1].at_ms <= BREAK_MS {
                near.push(points[at - 1].sentiment);
            }
            if at + 1 < points.len() && points[at + 1].at_ms - point.at_ms <= BREAK_MS {
                near.push(points[at + 1].sentiment);
            }
            near.sort_by(f32::total_cmp);
            let wanted = match near.len() {
                2 => f32::midpoint(near[0], near[1]),
                n => near[n / 2],
            };
            assert_eq!(point.line, wanted);
            assert_eq!(
                point.begins,
                at == 0 || point.at_ms - points[at - 1].at_ms > BREAK_MS
            );
        }
    }
}

#[test]
fn a_line_says_what_a_person_needs() {
    let now_ms = 1_795_348_800_000;
    let matter = |n: i64| Some(InteractionId::new(format!("v2-00-{n}")));
    let post = |days: i64, n: i64, kind, sentiment| Happened {
        at_ms: now_ms - days * DAY_MS,
        matter: matter(n),
        platform: Platform::X,
        what: What::Post {
            kind,
            sentiment,
            level: 2,
            in_advance: false,
        },
    };
    let reply = |days: i64, hours: i64, n: i64, agent: &str| Happened {
        at_ms: now_ms - days * DAY_MS + hours * 3_600_000,
        matter: matter(n),
        platform: Platform::X,
        what: What::Reply {
            agent: agent.into(),
        },
    };
    let mut all = vec![
        post(195, 1, Kind::Complaint, -0.3),
        reply(195, 2, 1, "Ana"),
        post(194, 1, Kind::Praise, 0.9),
        post(13, 2, Kind::Complaint, -0.3),
        post(6, 3, Kind::Complaint, -0.3),
        reply(6, 3, 3, "Ben"),
        post(0, 4, Kind::Complaint, -0.3),
    ];
    let of = |all: &[Happened], n: i64| summary(&arc(all), matter(n).as_ref(), now_ms);
    assert_eq!(
        of(&all, 4).as_deref(),
        Some("third complaint in two weeks, last time waited 3 h, thanked Ana in May")
    );
    all.push(Happened {
        at_ms: now_ms,
        matter: None,
        platform: Platform::X,
        what: What::Stop,
    });
    assert!(of(&all, 4).unwrap().ends_with("said stop"));
    assert_eq!(of(&[post(0, 4, Kind::Complaint, -0.9)], 4), None);
    assert!(thanks_in_advance("Many thanks in advance!") && thanks_in_advance("Danke im Voraus"));
    assert!(!thanks_in_advance("Thanks, the advance refund came"));
}

/// A stand-in of a CRM: gives what it was sent, and answers as told.
async fn stand_in(answer: &'static str) -> (u16, tokio::sync::mpsc::Receiver<String>) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = tokio::sync::mpsc::channel(8);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut text = Vec::new();
            let mut part = [0; 4096];
            let whole = |text: &[u8]| {
                let text = String::from_utf8_lossy(text).to_string();
                let (head, body) = text.split_once("\r\n\r\n")?;
                let length = head.lines().find_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    name.eq_ignore_ascii_case("content-length")
                        .then(|| value.trim().parse::<usize>().ok())?
                });
                (body.len() >= length.unwrap_or(0)).then(|| text.clone())
            };
            let said = loop {
                let n = stream.read(&mut part).await.unwrap();
                text.extend(&part[..n]);
                if let Some(said) = whole(&text) {
                    break said;
                }
                assert!(n > 0);
            };
            tell.send(said).await.unwrap();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
                answer.len()
            );
            stream.write_all(head.as_bytes()).await.unwrap();
        }
    });
    (port, told)
}

/// Each script takes a signed event and calls its CRM in its shape; an unsigned one is refused.
#[tokio::test]
async fn the_scripts_for_crms_map_signed_events() {
    if std::process::Command::new("python3")
        .arg("--version")
        .output()
        .is_err()
    {
        eprintln!("no python3: the scripts are not tried");
        return;
    }
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let key =
        heard::signature::Key::of(heard::signature::scheme::Scheme::Standard, secret).unwrap();
    for (script, answer, wanted) in [
        (
            "hubspot.py",
            "{}",
            "POST /crm/v3/objects/contacts/batch/upsert ",
        ),
        (
            "salesforce.py",
            r#"[{"success": true}]"#,
            "PATCH /services/data/v62.0/composite/sobjects/Case/Heard_Interaction__c ",
        ),
    ] {
        let (crm, mut told) = stand_in(answer).await;
        let free = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let path = format!("{}/.github/docs/crm/{script}", env!("CARGO_MANIFEST_DIR"));
        let url = format!("http://127.0.0.1:{crm}");
        let mut running = std::process::Command::new("python3")
            .args([&path, &free.to_string()])
            .env("SECRET", secret)
            .env("HUBSPOT_TOKEN", "t")
            .env("SALESFORCE_TOKEN", "t")
            .env("HUBSPOT_URL", &url)
            .env("SALESFORCE_URL", &url)
            .spawn()
            .unwrap();
        let client = reqwest::Client::new();
        let body = r#"{"type": "interaction.resolved", "timestamp": "2026-11-22T12:00:00.000Z", "data": {"id": "v2-00-e1",
            "interaction": "v2-00-7", "workgroup": "trains", "source": "x", "platform": "x", "level": 2,
            "customer": {"id": "c-1", "tier": "elite"}}}"#;
        let now_s = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let signature =
            heard::signature::hmac_base64(&key, format!("e1.{now_s}.{body}").as_bytes());
        let send = |signature: String| {
            client
                .post(format!("http://127.0.0.1:{free}/"))
                .header("webhook-id", "e1")
                .header("webhook-timestamp", now_s.to_string())
                .header("webhook-signature", signature)
                .body(body)
                .send()
        };
        let mut said = None;
        for _ in 0..200 {
            match send(format!("v1,AAAA v1,{signature}")).await {
                Ok(answer) => {
                    said = Some(answer.status().as_u16());
                    break;
                }
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            }
        }
        let refused = send("v1,AAAA".into())
            .await
            .map(|answer| answer.status().as_u16());
        running.kill().unwrap();
        running.wait().unwrap();
        assert_eq!((said, refused.unwrap()), (Some(204), 401), "{script}");
        let call = told.recv().await.unwrap();
        assert!(call.starts_with(wanted), "{script}: {call}");
        assert!(
            call.contains("c-1") && call.contains("v2-00-7"),
            "{script}: {call}"
        );
    }
}
