//! From public to private on the real runtime: an invitation that goes to the platform, and the page that its link opens.

use crate::e2e_browser::{browser, packages, root, run};
use crate::rig::{PLEA, Rig, Said, post_id, secrets, shipped, until};
use heard::api::route::Role;
use heard::lab::simulate::delivery::Simulated;
use heard::post::Platform;
use reqwest::Response;
use serde_json::{Value, json};

const COMPLAINT: &str =
    "Mein Koffer ist seit drei Tagen weg und niemand hilft mir, was soll ich tun?";

async fn page(rig: &Rig, link: &str) -> (u16, String, Response) {
    let head = rig.client.get(link).send().await.unwrap();
    let again = rig.client.get(link).send().await.unwrap();
    (again.status().as_u16(), again.text().await.unwrap(), head)
}

/// Sends the form as a browser does that was told to send no referrer.
async fn send(
    rig: &Rig,
    link: &str,
    origin: &str,
    site: &str,
    form: &[(&str, &str)],
) -> (u16, String) {
    let answer = rig
        .client
        .post(link)
        .header("Origin", origin)
        .header("Sec-Fetch-Site", site)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(
            form.iter()
                .map(|(name, value)| {
                    let value: String = value.bytes().map(|b| format!("%{b:02X}")).collect();
                    format!("{name}={value}")
                })
                .collect::<Vec<_>>()
                .join("&"),
        )
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn once(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"once\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_invited_and_leaves_details_for_the_holder_alone() {
    let mut rig = Rig::start().await;
    let id = post_id();
    let said = Said {
        platform: Platform::Facebook,
        event: Simulated::Made,
        author: "mara",
        id: &id,
        text: COMPLAINT,
    };
    rig.event(&said).await;
    let ana = rig.agent("ana");
    let claimed = ana.claim(json!({"lease_s": 600})).await;
    let one = &claimed[0];
    assert_eq!(one["private"]["how"], "private_reply", "{one}");
    assert!(one["private"]["until_ms"].is_i64(), "{one}");
    let path = format!("/v1/interactions/{}", one["id"].as_str().unwrap());
    let lease = one["lease"].clone();
    let (invite, details) = (format!("{path}/invite"), format!("{path}/details"));

    // In public a link goes nowhere.
    let text = "Hier können Sie uns alles schreiben: {details}";
    let body = json!({"lease": lease, "text": text});
    let reply = format!("{path}/reply");
    let reply = ana.try_call("POST", &reply, Some("r"), Some(&body)).await;
    let (status, problem) = reply.unwrap();
    assert_eq!(
        (status, &problem["code"]),
        (422, &json!("details_in_public"))
    );

    let call = || ana.try_call("POST", &invite, Some("k"), Some(&body));
    let (status, sent) = call().await.unwrap();
    assert_eq!((status, &sent["state"]), (200, &json!("sent")), "{sent}");
    let (_, again) = call().await.unwrap();
    assert_eq!(again["sent_id"], sent["sent_id"]);
    let got: Vec<_> = rig
        .sent_to(&id)
        .into_iter()
        .filter(|sent| sent.path.ends_with("/messages"))
        .collect();
    assert_eq!(got.len(), 1, "{got:?}");
    assert!(
        got[0].accepted && got[0].path.contains("/4200000002/"),
        "{got:?}"
    );
    let link = got[0].text.rsplit(' ').next().unwrap().to_owned();
    assert!(link.contains("/details/hd1."), "{link}");
    let other = ana.try_call("POST", &invite, Some("k2"), Some(&body));
    let (status, problem) = other.await.unwrap();
    assert_eq!(
        (status, &problem["why"]),
        (409, &json!("once")),
        "{problem}"
    );

    let (status, html, head) = page(&rig, &link).await;
    assert_eq!(status, 200);
    assert!(
        html.contains("<html lang=\"de\">") && html.contains("Northline"),
        "{html}"
    );
    let header = |name: &str| head.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("referrer-policy"), "no-referrer");
    assert!(header("x-robots-tag").contains("noindex"));
    assert!(header("content-security-policy").starts_with("default-src 'none'"));
    assert!(!html.contains(COMPLAINT) && !html.contains("<script"));

    let once = once(&html);
    let form = [
        ("once", once.as_str()),
        ("reference", "BK-2291"),
        ("photo", ""),
        ("phone", "+49 30 1234567"),
        ("wish", "call"),
    ];
    // Another site's form, a changed token, a form with something wrong: nothing is stored.
    assert_eq!(
        send(&rig, &link, "https://evil.example", "cross-site", &form)
            .await
            .0,
        404
    );
    let forged = format!("{}A", &link[..link.len() - 1]);
    let forged = if forged == link {
        format!("{}B", &link[..link.len() - 1])
    } else {
        forged
    };
    assert_eq!(
        send(&rig, &forged, "null", "same-origin", &form).await.0,
        404
    );
    let wrong = [
        ("once", once.as_str()),
        ("phone", "ring me"),
        ("wish", "call"),
    ];
    let (status, html) = send(&rig, &link, "null", "same-origin", &wrong).await;
    assert_eq!(status, 422);
    assert!(
        html.contains("value=\"ring me\"") && html.contains("aria-invalid"),
        "{html}"
    );
    assert_eq!(ana.get(&details).await["details"], json!([]));
    for _ in 0..2 {
        let (status, html) = send(&rig, &link, "null", "same-origin", &form).await;
        assert_eq!(status, 200, "{html}");
        assert!(html.contains("Danke"), "{html}");
    }

    let left = ana.get(&details).await;
    assert_eq!(left["details"].as_array().unwrap().len(), 1, "{left}");
    assert_eq!(left["details"][0]["reference"], "BK-2291");
    assert_eq!(left["details"][0]["phone"], "+49 30 1234567");
    let held = ana.get("/v1/claims").await;
    assert_eq!(held["interactions"][0]["details"]["wish"], "call", "{held}");
    // A supervisor who does not hold it sees that there is something, and no more; the reading is a deed.
    let boss = rig.caller("boss", Role::Supervisor);
    let shown = boss.get(&path).await;
    assert_eq!(shown["details"]["n"], 1);
    assert_eq!(shown["details"]["wish"], Value::Null);
    assert!(!shown.to_string().contains("BK-2291") && !shown.to_string().contains("hd1."));
    let bo = rig.agent("bo");
    for caller in [&boss, &bo] {
        let read = caller.try_call("GET", &details, None, None).await;
        let (status, problem) = read.unwrap();
        assert_eq!((status, &problem["code"]), (409, &json!("lease_lost")));
    }
    let deeds = boss.get("/v1/deeds").await;
    let read: Vec<&Value> = deeds["deeds"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|deed| deed["did"] == "details")
        .collect();
    assert!(
        !read.is_empty() && read.iter().all(|deed| deed["by"] == "ana"),
        "{deeds}"
    );

    // The secret is replaced: the old one stays behind the new one until nothing needs it.
    let old = rig.secrets["DETAILS_KEY"].clone();
    let new = "another-secret-0123456789abcdef0123456789";
    rig.put_secret("DETAILS_KEY", &format!("{new} {old}")).await;
    let ana = rig.agent("ana");
    let left = ana.get(&details).await;
    assert_eq!(left["details"][0]["reference"], "BK-2291", "{left}");
    rig.put_secret("DETAILS_KEY", new).await;
    let ana = rig.agent("ana");
    let left = ana.get(&details).await;
    assert_eq!(left["details"][0]["unread"], "key_gone", "{left}");
    rig.put_secret("DETAILS_KEY", &old).await;

    // Its author takes the comment back: what was left goes with it.
    let link = link.replacen(
        &link[..link.find("/details/").unwrap()],
        &rig.url("").unwrap(),
        1,
    );
    rig.event(&Said {
        event: Simulated::Deleted,
        ..said
    })
    .await;
    let ana = rig.agent("ana");
    assert_eq!(ana.get(&details).await["details"], json!([]));
    assert_eq!(page(&rig, &link).await.0, 410);
    let log = rig.log();
    for hush in ["BK-2291", "1234567", "hd1.", old.as_str()] {
        assert!(!log.contains(hush), "the log says {hush}");
    }
    rig.kill();
    let shards = rig.shards();
    assert_eq!(shards.sum("SELECT count(*) FROM details"), 0);
    for file in &shards.files {
        let bytes = std::fs::read(file).unwrap();
        let found = bytes.windows(7).any(|window| window == b"BK-2291");
        assert!(!found, "what was left lies on the disk in the clear");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_secret_there_is_no_page() {
    let table = shipped();
    let mut secrets = secrets(&table);
    secrets.remove("DETAILS_KEY");
    let rig = Rig::with(table, secrets).await;
    rig.event(&Said::x(
        "7",
        &post_id(),
        "@NorthlineRail is the 8:04 on time?",
    ))
    .await;
    let ana = rig.agent("ana");
    let held = ana.claim_one().await;
    let (status, problem) = ana.on(&held, "details-link", json!({})).await;
    assert_eq!(
        (status, &problem["code"]),
        (409, &json!("details_off")),
        "{problem}"
    );
    let url = rig
        .url("/details/hd1.v2-00-1.zzzzzz.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        .unwrap();
    let (status, html, _) = page(&rig, &url).await;
    assert_eq!(status, 404);
    assert!(html.contains("switched off"), "{html}");
}

/// Instagram tells of a mention by ids alone, Slack of people: both are asked for after the 200, with the source's own
/// credential, and not where the source says no.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_delivery_leaves_out_is_fetched() {
    let table = shipped();
    let mut secrets = secrets(&table);
    // A token of "Facebook Login": mentions can be read with no other.
    secrets.insert(
        "REPLY_TOKEN__IG_NORTHLINE".into(),
        "EAAhush0123456789abcdef0123456789".into(),
    );
    let rig = Rig::with(table, secrets).await;
    let id = post_id();
    rig.sandbox.knows(&id, PLEA);
    let said = Said {
        platform: Platform::Instagram,
        event: Simulated::Mention,
        author: "mara",
        id: &id,
        text: "",
    };
    rig.event(&said).await;
    let look = || async {
        let held = rig.holding(&format!("instagram:{id}")).await;
        match held["posts"][0]["fetched"] == true {
            true => Ok(held),
            false => Err(held.to_string()),
        }
    };
    let shown = until("the mention's words", look).await;
    assert_eq!(shown["posts"][0]["text"], PLEA);
    assert!(shown["level"].as_i64().unwrap() >= 2, "{shown}");
    assert_eq!(shown["posts"][0]["copies"], 0, "{shown}");

    let id = post_id();
    let said = Said {
        platform: Platform::Slack,
        event: Simulated::Message,
        author: "77",
        id: &id,
        text: "Is the 8:04 on time?",
    };
    rig.sandbox.knows("U77", "Mara Lind");
    rig.event(&said).await;
    let asked = || async {
        let asked = rig.sandbox.asked();
        match asked.iter().any(|call| call.starts_with("/api/users.info")) {
            true => Ok(asked),
            false => Err(format!("{asked:?}")),
        }
    };
    let asked = until("Slack is asked", asked).await;
    assert_eq!(
        asked
            .iter()
            .filter(|call| call.contains("mentioned_comment"))
            .count(),
        1,
        "{asked:?}"
    );
    assert!(!rig.log().contains("EAAhush"), "a token in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_details_page_works_in_a_browser() {
    let Some(browser) = browser() else {
        let says =
            "no Chromium: install one (Debian: apt-get install chromium), or name it in CHROMIUM";
        assert!(std::env::var_os("HEARD_BROWSER").is_none(), "{says}");
        return println!("not tried: {says}");
    };
    let packages = tokio::task::spawn_blocking(packages).await.unwrap();
    let rig = Rig::start().await;
    let id = post_id();
    rig.event(&Said {
        platform: Platform::Facebook,
        event: Simulated::Made,
        author: "mara",
        id: &id,
        text: "My suitcase has been gone for three days and nobody answers",
    })
    .await;
    let ana = rig.agent("ana");
    let claimed = ana.claim(json!({"lease_s": 600})).await;
    let path = format!("/v1/interactions/{}", claimed[0]["id"].as_str().unwrap());
    let body = json!({"lease": claimed[0]["lease"], "text": "Tell us here: {details}"});
    let invite = format!("{path}/invite");
    let (status, sent) = ana
        .try_call("POST", &invite, Some("k"), Some(&body))
        .await
        .unwrap();
    assert_eq!(status, 200, "{sent}");
    let sent = rig.sent_to(&id);
    let link = sent.iter().find_map(|sent| {
        let last = sent.text.rsplit(' ').next()?;
        last.contains("/details/hd1.").then(|| last.to_owned())
    });
    let told = json!({
        "link": link.unwrap(), "browser": browser, "packages": packages,
        "shots": root().join("target/console/shots"),
    });
    run(&rig, "tests/console/details.mjs", told).await;
    let left = ana.get(&format!("{path}/details")).await;
    let left: Vec<&Value> = left["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["reference"])
        .collect();
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left.contains(&&json!("BK-2291")) && left.contains(&&json!("and BK-2292")));
}
