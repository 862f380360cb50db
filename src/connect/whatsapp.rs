//! WhatsApp: the app's subscription, and each WhatsApp Business Account's.

use super::api::{Api, bearing, call, id};
use super::known::{Ask, Connect, Need};
use super::report::Report;
use super::{meta, probe};
use crate::platform::Method;
use serde_json::Value;

pub static CONNECT: Connect = Connect {
    account: "the phone number's id (WhatsApp Manager, Phone numbers; `heard connect` lists them); not the number itself, not the WABA's id",
    secret: meta::SECRET,
    token: "a system user's token: Business settings, Users, System users; it does not run out",
    events: FIELDS,
    steps: &[
        "With the Meta Business Agent on, customers' messages come as standby alone: they are read and never acknowledged.",
    ],
    needs: &[
        meta::APP_ID,
        Need {
            name: "META_WABA_ID",
            says: "the WhatsApp Business Account's number: WhatsApp Manager, Account tools",
            always: true,
        },
    ],
    api: Some(connect),
    manifest: None,
    handshake: Some(probe::meta),
    source: "developers.facebook.com/documentation/business-messaging/whatsapp/solution-providers/manage-webhooks",
};

const FIELDS: &[&str] = &[
    "messages",
    "smb_message_echoes",
    "standby",
    "messaging_handovers",
];

fn connect(api: &Api, ask: &Ask<'_>, report: &mut Report) -> Option<()> {
    let token = report.need(
        "reply token",
        ask.token(),
        "put the system user's token into the file of secrets",
    )?;
    let waba = report.need(
        "business account",
        ask.value("META_WABA_ID"),
        "put META_WABA_ID into the file of secrets: WhatsApp Manager, Account tools",
    )?;
    let at = meta::graph("graph.facebook.com", &format!("{waba}/phone_numbers"));
    let numbers = api.good(
        report,
        "token",
        &bearing(token, call(Method::Get, at)),
        "is it a system user's token with whatsapp_business_management?",
    )?;
    let ids: Vec<String> = numbers
        .list_at("/data")
        .iter()
        .filter_map(|one| {
            let shown = one.get("display_phone_number").and_then(Value::as_str);
            Some(format!(
                "{} ({})",
                one.get("id").and_then(id)?,
                shown.unwrap_or("?")
            ))
        })
        .collect();
    let ours = ask.source.account.as_str();
    let right = report.judge(
        "account",
        ids.iter().any(|one| one.split(' ').next() == Some(ours)),
        format!("the business account's numbers: {}", ids.join(", ")),
        "write one of these ids as the source's account",
    );
    let _ = meta::token(
        api,
        ask,
        report,
        &[
            "whatsapp_business_management",
            "whatsapp_business_messaging",
        ],
    );
    if !right {
        return None;
    }
    let app = meta::app(api, ask, report, "whatsapp_business_account", FIELDS)?;
    meta::account(
        api,
        ask,
        report,
        ("graph.facebook.com", &format!("{waba}/subscribed_apps")),
        &app,
        &[],
    )
    .map(|_| ())
}
