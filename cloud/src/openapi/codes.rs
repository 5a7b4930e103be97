//! Every code of a refusal, for the reference: what a program can tell apart. A test holds it against the source.

/// Status, code, what it means to a program.
pub(super) const CODES: &[(u16, &str, &str)] = &[
    (401, "sign_in", "No key was sent, or the session is over."),
    (401, "key_unknown", "There is no such key."),
    (401, "key_expired", "The key's time is over. Make a new one."),
    (401, "key_revoked", "The key was taken back."),
    (401, "key_address", "The key does not work from this address."),
    (401, "key_owner", "Whoever the key is of is no member any more."),
    (403, "insufficient_scope", "The key was not made for this."),
    (403, "role_forbidden", "The owner's role does not include this."),
    (403, "read_only", "The owner's role may only look."),
    (403, "suspended", "The organisation's app is suspended."),
    (403, "tier_locked", "The partner tier does not reach it; unlocks_at says which does."),
    (403, "step_up_required", "A person has to confirm this in a browser; a key cannot."),
    (403, "passkey_required", "A person has to confirm this with a passkey."),
    (403, "not_granted", "The owner of the device has not granted this value."),
    (403, "above_own_role", "Nobody gives a role above the own."),
    (403, "own_membership", "Nobody changes the own membership."),
    (403, "own_sessions", "The own sessions are ended under My account."),
    (403, "no_own_records", "This role works with own records only, and there are none."),
    (403, "cross_site", "A browser sent it from another site's page."),
    (403, "another_party", "Another party of the funnel takes this step."),
    (403, "other_person", "It is bound to somebody else."),
    (404, "not_found", "It does not exist, or not for your organisation."),
    (405, "method_not_allowed", "This address does not take that method."),
    (409, "already_answered", "Somebody answered it before."),
    (409, "already_asked", "The last question still waits for its answer."),
    (409, "already_done", "Somebody did it before."),
    (409, "already_member", "The person belongs to the organisation already."),
    (409, "already_extended", "The protection was extended before; that is done once."),
    (409, "already_protected", "Another reseller is protected for the same customer and the same thing."),
    (409, "already_partner", "The organisation is a partner already."),
    (409, "application_state", "The application does not stand where this can be done."),
    (409, "deal_state", "The record does not stand where this step begins."),
    (409, "direct_not_granted", "There is no price before the direct sale is granted."),
    (409, "grant_changed", "Somebody changed the grant at the same moment."),
    (409, "grant_ended", "The grant has ended already."),
    (409, "idempotency_in_progress", "The same request under the same Idempotency-Key is still being done."),
    (409, "no_application", "There is no application."),
    (409, "no_direct_request", "No direct sale waits for a decision."),
    (409, "no_lead_sharing", "The reseller's tier does not include shared leads."),
    (409, "not_an_alarm", "Only an alarm can become a ticket."),
    (409, "not_covered_yet", "Coverage of the device has not begun."),
    (409, "not_pending", "The person has accepted the invitation already."),
    (409, "not_yours", "Somebody else works on it."),
    (409, "open_work", "Something still hangs on it."),
    (409, "passkey_known", "The passkey was added before."),
    (409, "person_disabled", "The person is switched off."),
    (409, "offer_over", "The time to accept it is over."),
    (409, "suspension_state", "The partner is, or is not, suspended already."),
    (409, "tier_state", "The organisation is no reseller, or has that tier already."),
    (409, "too_many_keys", "There are as many keys as there may be."),
    (409, "too_many_passkeys", "There are as many passkeys as there may be."),
    (409, "too_many_views", "There are as many views of the list as there may be."),
    (409, "too_many_webhooks", "There are as many webhooks as there may be."),
    (409, "webhook_state", "The webhook or the delivery does not stand where this can be done."),
    (410, "gone", "What was pointed at is gone."),
    (412, "version_changed", "Somebody changed the record; version says how it is now."),
    (412, "precondition_failed", "The address holds If-Match against nothing."),
    (413, "too_large", "The body is too large."),
    (415, "unsupported_media_type", "The body is of another kind than is read here."),
    (422, "invalid", "fields says what is not right, and where."),
    (429, "too_many", "Retry-After says when to come back, in seconds."),
    (503, "busy", "Retry-After says when to come back, in seconds. Nothing was changed."),
];

#[cfg(test)]
mod tests {
    use super::CODES;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn texts(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                texts(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push((
                    path.to_string_lossy().replace('\\', "/"),
                    std::fs::read_to_string(&path).unwrap(),
                ));
            }
        }
    }

    /// What stands after `code: ` in the source is in the table, and what is in the table stands in the source.
    #[test]
    fn every_code_of_the_source_is_in_the_reference() {
        let mut sources = Vec::new();
        texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
        let known: BTreeSet<&str> = CODES.iter().map(|(_, code, _)| *code).collect();
        assert_eq!(known.len(), CODES.len(), "a code stands in it twice");
        let others = ["test", "/world/", "/guards/", "openapi/codes.rs"];
        sources.retain(|(path, _)| !others.iter().any(|other| path.contains(other)));
        let mut seen = 0;
        for (path, text) in &sources {
            for code in text.split("code: \"").skip(1).filter_map(|rest| rest.split('"').next()) {
                seen += 1;
                assert!(known.contains(code), "{path}: {code} is not in the reference");
            }
        }
        assert!(seen > 30, "{seen} codes were found");
        for code in known {
            let said = format!("\"{code}\"");
            assert!(sources.iter().any(|(_, text)| text.contains(&said)), "nothing says {code}");
        }
    }
}
