//! The running contract, held to its document from outside: by schemathesis.
//!
//! It needs Python and its package index, which Heard itself does not: `.ci/run` asks for it by name.

use crate::rig::{PLEA, Rig, Said, now_ms, post_id};
use heard::api::route::Role;
use std::process::Command;

/// What the script ends with where it can't run.
const CANNOT: i32 = 77;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Python and its package index; .ci/run runs it"]
async fn schemathesis_finds_no_failure() {
    let rig = Rig::start().await;
    for author in ["1", "2", "3"] {
        rig.event(&Said::x(author, &post_id(), PLEA)).await;
    }
    let expires_s = now_ms() / 1_000 + 3_600;
    let token = |id, role| rig.token(id, role, &[], expires_s);
    let mut script = Command::new("tests/schemathesis.sh");
    script
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg(rig.url("").unwrap())
        .arg(token("boss", Role::Supervisor))
        .arg(token("ana", Role::Agent))
        .arg(token("crm", Role::Crm));
    let ended = tokio::task::spawn_blocking(move || script.status());
    let code = ended.await.unwrap().unwrap().code();
    assert!(matches!(code, Some(0 | CANNOT)), "{code:?}");
}
