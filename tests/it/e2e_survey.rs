//! How it went, on the real runtime: an agent's reply asks, the page answers once, and a supervisor reads what came.

use crate::e2e_browser::{browser, packages, root, run};
use crate::rig::{Rig, Said, post_id};
use heard::api::route::Role;
use heard::lab::simulate::delivery::Simulated;
use heard::post::Platform;
use serde_json::{Value, json};

/// A message is answered with the question: the interaction's path, and the link that reached the customer.
async fn asked(rig: &Rig, author: &str, text: &str) -> (String, String) {
    let id = post_id();
    rig.event(&Said {
        platform: Platform::Messenger,
        event: Simulated::Message,
        author,
        id: &id,
        text,
    })
    .await;
    let ana = rig.agent("ana");
    let claimed = ana.claim(json!({"lease_s": 600})).await;
    let path = format!("/v1/interactions/{}", claimed[0]["id"].as_str().unwrap());
    let body = json!({"lease": claimed[0]["lease"], "text": "Erledigt. Wie war es? {survey}"});
    let reply = format!("{path}/reply");
    let said = ana.try_call("POST", &reply, Some("r"), Some(&body)).await;
    let (status, said) = said.unwrap();
    assert_eq!((status, &said["state"]), (200, &json!("sent")), "{said}");
    let sent = rig.sandbox.sent();
    let text = &sent.last().unwrap().text;
    let link = text.rsplit_once(' ').unwrap().1.to_owned();
    assert!(link.contains("/survey/hs1."), "{text}");
    (path, link)
}

async fn send(rig: &Rig, link: &str, site: &str, form: &str) -> (u16, String) {
    let answer = rig
        .client
        .post(link)
        .header("Origin", "null")
        .header("Sec-Fetch-Site", site)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(form.to_owned())
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_says_once_how_it_went_and_can_be_forgotten() {
    let rig = Rig::start().await;
    let text = "Mein Koffer ist seit drei Tagen weg und niemand hilft mir, was soll ich tun?";
    let (path, link) = asked(&rig, "mara", text).await;
    let boss = rig.caller("boss", Role::Supervisor);
    let before = boss.get("/v1/surveys").await;
    assert_eq!(before["total"]["asked"], 1, "{before}");

    // Whatever opens the link records nothing.
    for _ in 0..2 {
        let page = rig.client.get(&link).send().await.unwrap();
        assert_eq!(page.status().as_u16(), 200);
        let header = |name: &str| page.headers()[name].to_str().unwrap().to_owned();
        assert!(header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert!(!page.headers().contains_key("set-cookie"));
        let html = page.text().await.unwrap();
        assert!(
            html.contains("<html lang=\"de\">") && html.contains("Northline"),
            "{html}"
        );
        assert!(!html.contains("Koffer") && !html.contains("<script"));
    }
    rig.client.head(&link).send().await.unwrap();
    let put = rig.client.put(&link).body("score=5").send().await.unwrap();
    assert_eq!(put.status().as_u16(), 405);
    assert_eq!(send(&rig, &link, "cross-site", "score=1").await.0, 404);
    let details = link.replace("/survey/hs1.", "/details/hd1.");
    assert_eq!(
        rig.client
            .get(&details)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16(),
        404
    );
    let (status, html) = send(&rig, &link, "same-origin", "text=Danke").await;
    assert_eq!(status, 422);
    assert!(html.contains(">Danke</textarea>"), "{html}");
    assert_eq!(boss.get("/v1/surveys").await["total"]["answered"], 0);

    let form = "score=4&text=Schnell+%3Cb%3E";
    for _ in 0..2 {
        let (status, html) = send(&rig, &link, "same-origin", form).await;
        assert_eq!(status, 200, "{html}");
        assert!(html.contains("Danke"), "{html}");
    }
    let (status, _) = send(&rig, &link, "same-origin", "score=1").await;
    assert_eq!(status, 409, "the first answer counts");
    assert_eq!(
        rig.client
            .get(&link)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16(),
        409
    );

    let all = boss.get("/v1/surveys?by=agent").await;
    assert_eq!(all["total"]["scores"], json!([0, 0, 0, 1, 0]), "{all}");
    assert_eq!(all["groups"][0]["key"], "ana", "{all}");
    assert_eq!(
        all["total"]["mean"],
        Value::Null,
        "one answer is no mean: {all}"
    );
    assert_eq!(all["latest"][0]["text"], "Schnell <b>", "{all}");
    assert_eq!(all["latest"][0]["public"], false, "{all}");
    let shown = boss.get(&path).await;
    assert_eq!(shown["survey"]["score"], 4, "{shown}");
    assert!(!shown.to_string().contains("hs1."), "{shown}");
    let agent = rig.agent("ana");
    let (status, _) = agent
        .try_call("GET", "/v1/surveys", None, None)
        .await
        .unwrap();
    assert_eq!(status, 403);

    // Forgotten, it is gone with all else, and its link opens nothing.
    let author = format!(
        "/v1/authors/messenger/{}",
        shown["author"]["id"].as_str().unwrap()
    );
    let path = format!("{author}?reason=asked");
    let gone = boss.try_call("DELETE", &path, None, None);
    let (_, gone) = gone.await.unwrap();
    assert_eq!(gone["rows"]["survey"], 1, "{gone}");
    assert_eq!(boss.get("/v1/surveys").await["total"]["asked"], 0);
    assert_eq!(
        rig.client
            .get(&link)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16(),
        410
    );
    let log = rig.log();
    assert!(
        !log.contains("hs1.") && !log.contains("Schnell"),
        "the log says what they said"
    );
    rig.kill();
    assert_eq!(rig.shards().sum("SELECT count(*) FROM survey"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_survey_works_in_a_browser() {
    let Some(browser) = browser() else {
        let says =
            "no Chromium: install one (Debian: apt-get install chromium), or name it in CHROMIUM";
        assert!(std::env::var_os("HEARD_BROWSER").is_none(), "{says}");
        return println!("not tried: {says}");
    };
    let packages = tokio::task::spawn_blocking(packages).await.unwrap();
    let rig = Rig::start().await;
    let (_, link) = asked(&rig, "mara", "My suitcase has been gone for three days").await;
    let (_, other) = asked(&rig, "bo", "My suitcase has been gone for three days").await;
    let told = json!({
        "link": link, "other": other, "browser": browser, "packages": packages,
        "shots": root().join("target/console/shots"),
    });
    run(&rig, "tests/console/survey.mjs", told).await;
    let all = rig
        .caller("boss", Role::Supervisor)
        .get("/v1/surveys")
        .await;
    assert_eq!(all["total"]["scores"], json!([0, 0, 0, 1, 1]), "{all}");
    let texts: Vec<&Value> = all["latest"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["text"])
        .collect();
    assert!(
        texts.contains(&&json!("Ana was quick.\nThank you.")),
        "{all}"
    );
}
