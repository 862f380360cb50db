//! LinkedIn: the webhook is made in the app's portal, the subscription by an administrator of the page.

use super::known::{Chosen, Connect};
use super::probe;

pub static CONNECT: Connect = Connect {
    account: "urn:li:organization: and the page's number (the admin view's address has it); not the page's name",
    secret: (
        Chosen::Platform,
        "linkedin.com/developers, the app, Auth: Client Secret",
    ),
    token: "linkedin.com/developers, OAuth 2.0 tools: an access token with w_organization_social",
    events: &["COMMENT", "COMMENT_EDIT", "COMMENT_DELETE", "SHARE_MENTION"],
    steps: &[
        "linkedin.com/developers, the app (it must be approved for the Community Management API), Webhooks: {url}. LinkedIn asks it at once, and again every two hours.",
        "As an administrator of the page, with rw_organization_admin: PUT /rest/eventSubscriptions/(developerApplication:urn:li:developerApplication:APP,user:urn:li:person:YOU,entity:urn:li:organization:PAGE,eventType:ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS) with {\"webhook\": \"{url}\"}.",
        "GET the same: expiresAt says until when. A 401 or 403 from the address ends the subscription without a word.",
    ],
    needs: &[],
    api: None,
    manifest: None,
    handshake: Some(probe::linkedin),
    source: "learn.microsoft.com/linkedin/marketing/community-management/organizations/organization-social-action-notifications",
};
