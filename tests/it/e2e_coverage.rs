//! What became of every post, on the real runtime with two shards: through the API, and as the report that
//! `heard report` writes.

use crate::rig::{PLEA, Rig, Said, now_ms, post_id, secrets, shipped};
use heard::api::route::Role;
use serde_json::{Value, json};

async fn heard(rig: &Rig, args: &[&str]) -> String {
    let token = rig.token("boss", Role::Supervisor, &[], now_ms() / 1_000 + 600);
    let url = rig.url("").unwrap();
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_heard"));
    command.args(["report", "--url", url.trim_end_matches('/')]);
    let out = command
        .args(args)
        .env("HEARD_TOKEN", token)
        .output()
        .await
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8(out.stdout).unwrap()
}

fn fates(told: &Value) -> Vec<(&str, i64)> {
    let all = told["fates"].as_object().unwrap().iter();
    let all = all.map(|(fate, n)| (fate.as_str(), n.as_i64().unwrap()));
    all.filter(|(_, n)| *n > 0).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_post_has_one_fate_and_the_report_tells_it() {
    let mut table = shipped();
    table["shards"] = json!(2);
    let secrets = secrets(&table);
    let rig = Rig::with(table, secrets).await;
    let ana = rig.agent("ana");
    let boss = rig.caller("boss", Role::Supervisor);
    assert_eq!(ana.get("/v1/coverage").await["total"]["came"], 0);
    // Enough authors that both shards have some.
    let mut ids = Vec::new();
    for author in 0..8 {
        let (author, id) = (format!("77{author}"), post_id());
        rig.event(&Said::x(&author, &id, PLEA)).await;
        rig.holding(&format!("x:{id}")).await;
        ids.push(id);
    }
    let told = ana.get("/v1/coverage?by=source").await;
    assert_eq!(fates(&told["total"]), [("open", 8)], "{told}");
    rig.ack(&format!("x:{}", ids[0]), "sent").await;
    for (ended, answered) in [true, true, false, false].into_iter().enumerate() {
        let held = ana.claim_one().await;
        if answered {
            let (status, _) = ana.reply(&held, "key", "It moves again at nine.").await;
            assert_eq!(status, 200);
        }
        let outcome = if ended == 3 {
            "no_answer_needed"
        } else {
            "solved"
        };
        let (status, _) = ana.on(&held, "resolve", json!({"outcome": outcome})).await;
        assert_eq!(status, 200);
    }
    let told = ana.get("/v1/coverage?by=level").await;
    let total = &told["total"];
    let all = total["fates"].as_object().unwrap().values();
    assert_eq!(all.map(|n| n.as_i64().unwrap()).sum::<i64>(), 8, "{told}");
    let n = |fates: &[&str]| {
        fates
            .iter()
            .map(|fate| total["fates"][fate].as_i64().unwrap())
            .sum::<i64>()
    };
    assert_eq!(n(&["answered", "noted_answered"]), 2, "{told}");
    assert_eq!(n(&["noted", "unanswered"]), 1, "{told}");
    assert_eq!((n(&["open"]), n(&["no_answer_needed"])), (4, 1), "{told}");
    assert_eq!((&total["due"], &total["missed"]), (&json!(3), &json!(1)));
    assert_eq!(total["unanswered_rate"], 0.3333);
    assert_eq!(
        (&told["groups"][0]["came"], &told["complete"]),
        (&json!(8), &json!(true))
    );
    assert_eq!(
        (&told["gaps"][0]["missed"], &told["gaps"][0]["due"]),
        (&json!(1), &json!(3))
    );
    // What was counted lies in the object, not in its memory.
    rig.restart().await;
    let again = ana.get("/v1/coverage?by=level").await;
    assert_eq!(again["total"], told["total"]);

    let report = boss.get("/v1/report").await;
    assert_eq!(report["coverage"]["total"], told["total"], "{report}");
    assert_eq!(report["comparable"], true);
    assert_eq!(report["volume"]["came_before"], 0);
    assert_eq!(report["situations"][0]["matters"], 8, "{report}");
    assert_eq!(report["sla"]["now"]["first_reply"]["n"], 2);
    let (status, _) = ana.try_call("GET", "/v1/report", None, None).await.unwrap();
    assert_eq!(status, 403, "for supervisors");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    heard(&rig, &["--weekly", "--html", file.to_str().unwrap()]).await;
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(
        page.contains("8 posts") && page.contains("1 of 3"),
        "{page}"
    );
    let csv = heard(&rig, &["--csv"]).await;
    assert!(csv.contains("total,,came,8\r\n"), "{csv}");
    let json: Value = serde_json::from_str(&heard(&rig, &["--weekly", "--json"]).await).unwrap();
    assert_eq!(json["coverage"]["total"], told["total"]);
}
