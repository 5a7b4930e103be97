//! What a row's detail says, in a line and in words: every key that an entry may have stands here, with its word in each
//! language or with the reason why it is not shown. A key that does not is found by this file's test.

use super::words::Words;
use crate::domains::audit::LogRow;
use crate::domains::enrolment::Subtype;
use crate::domains::identity;
use crate::platform::access::Item;
use crate::platform::base::{Era, Language};
use crate::platform::web::layout::{item_name, rail};
use serde_json::{Map, Value};

/// How a key is told.
enum Told {
    /// It is not: another column says it, it is an id that nobody reads, or it stands only in the export.
    Not,
    /// By this word, in English and in Thai, before its value.
    As(&'static str, &'static str),
    /// By its value alone.
    Bare,
}

use Told::{As, Bare, Not};

/// Every key of a detail.
const KEYS: &[(&str, Told)] = &[
    ("accounts", As("accounts", "บัญชีลูกค้า")),
    ("acknowledged_ms", Not),
    ("addresses", As("addresses", "ที่อยู่เครือข่าย")),
    ("administrator", As("administrator", "ผู้ดูแลระบบ")),
    ("after", As("after", "หลัง")),
    ("agreement", As("agreement", "สัญญา")),
    ("asked", As("asked for", "สิ่งที่ขอ")),
    ("at_ms", Not),
    ("before", As("before", "ก่อน")),
    ("by", Bare),
    ("capability", As("app", "แอป")),
    ("code", As("code", "รหัส")),
    ("colour", As("colour", "สี")),
    ("commission", As("commission", "ค่าคอมมิชชัน")),
    ("days", As("days", "จำนวนวัน")),
    ("deal", As("deal", "ดีล")),
    ("delivery", As("delivery", "รายการที่ส่ง")),
    ("device", As("device", "อุปกรณ์")),
    ("device_id", As("device", "อุปกรณ์")),
    ("devices", Not),
    ("direct", As("direct sale", "การขายตรง")),
    ("distributor", As("distributor", "ผู้จัดจำหน่าย")),
    ("documents", As("documents", "เอกสาร")),
    ("email", As("e-mail", "อีเมล")),
    ("era", As("years", "ปี")),
    ("events", As("events", "เหตุการณ์")),
    ("expires_ms", Not),
    ("first_seq", As("from number", "ตั้งแต่หมายเลข")),
    ("former_until_ms", Not),
    ("from", As("from", "จาก")),
    ("from_ms", Not),
    ("grant", Not),
    ("host", As("server", "เซิร์ฟเวอร์")),
    ("hour_ms", Not),
    ("items", As("for", "ใช้กับ")),
    ("kind", As("job", "งาน")),
    ("language", As("language", "ภาษา")),
    ("last_seq", As("to number", "ถึงหมายเลข")),
    ("legal_name", As("legal name", "ชื่อนิติบุคคล")),
    ("list", As("list", "รายการ")),
    ("log_rows", As("rows of the log", "รายการในบันทึก")),
    ("logo", As("logo", "โลโก้")),
    ("made_ms", Not),
    ("metric", As("metric", "ค่าวัด")),
    ("metrics", As("metrics", "ค่าวัด")),
    ("min_interval_ms", Not),
    ("months", As("months", "จำนวนเดือน")),
    ("name", As("name", "ชื่อ")),
    ("of_organisation", Not),
    ("owner", Not),
    ("partner", Not),
    ("passkey", As("passkey", "พาสคีย์")),
    ("person", As("person", "ผู้ใช้")),
    ("person_id", As("person", "ผู้ใช้")),
    ("points", As("values", "จำนวนค่า")),
    ("policy", As("choice", "ตัวเลือก")),
    ("policy_epoch", As("policy", "นโยบาย")),
    ("policy_epoch_held", As("policy held", "นโยบายที่ใช้อยู่")),
    ("products", As("product lines", "กลุ่มผลิตภัณฑ์")),
    ("proof_sha256", Not),
    ("purchase_number", As("purchase number", "เลขที่ใบสั่งซื้อ")),
    ("purpose", Bare),
    ("query", As("asks for", "เงื่อนไข")),
    ("quote", As("quote", "ใบเสนอราคา")),
    ("read_only", Not),
    ("regions", As("regions", "ภูมิภาค")),
    ("request", Not),
    ("reseller", As("reseller", "ตัวแทนจำหน่าย")),
    ("revision", Not),
    ("roles", As("roles", "บทบาท")),
    ("rows", As("rows", "รายการ")),
    ("serial", As("serial number", "หมายเลขเครื่อง")),
    ("sessions", As("sessions", "เซสชัน")),
    ("set", Bare),
    ("severity", As("severity", "ความรุนแรง")),
    ("sha256", Not),
    ("shared", Not),
    ("subtype", As("as", "ในฐานะ")),
    ("tax_form", As("tax form", "แบบฟอร์มภาษี")),
    ("tax_status", As("its state", "สถานะแบบฟอร์ม")),
    ("text", Bare),
    ("ticket", As("ticket", "ทิกเก็ต")),
    ("to", As("to", "ไปยัง")),
    ("until_ms", Not),
    ("user_agent", Bare),
    ("verified", Not),
    ("ways", Not),
    ("zone", As("time zone", "เขตเวลา")),
];

/// The interesting part of a row's detail, in a line: counts and names, no JSON.
pub(super) fn detail(row: &LogRow, words: Words) -> String {
    let Ok(Value::Object(fields)) = serde_json::from_str(&row.detail) else {
        return String::new();
    };
    let mut said = granted(&fields);
    for (key, value) in &fields {
        let shown = told(key, value, row, words);
        if shown.is_empty() {
            continue;
        }
        match (KEYS.iter().find(|(known, _)| known == key), words.0) {
            (Some((_, Not)), _) => {}
            (Some((_, Bare)), _) => said.push(shown),
            (Some((_, As(english, _))), Language::English) => said.push(format!("{english}: {shown}")),
            (Some((_, As(_, thai))), Language::Thai) => said.push(format!("{thai}: {shown}")),
            // Of a later version.
            (None, _) => said.push(format!("{}: {shown}", key.replace('_', " "))),
        }
    }
    said.join(" · ")
}

/// What a grant gives after the change, or gave before: metrics by device.
fn granted(fields: &Map<String, Value>) -> Vec<String> {
    let grant = ["after", "before"].iter().filter_map(|key| fields.get(*key)).find(|value| value.is_object());
    let devices = grant.and_then(|grant| grant.get("devices")).and_then(Value::as_object);
    let line = |(device, metrics): (&String, &Value)| {
        let metrics: Vec<&str> = metrics.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        format!("{device}: {}", metrics.join(", "))
    };
    devices.into_iter().flatten().map(line).collect()
}

/// A value as people read it; empty for one that says nothing to them.
fn told(key: &str, value: &Value, row: &LogRow, words: Words) -> String {
    match value {
        Value::String(text) => {
            code(key, text, row, words).unwrap_or_else(|| text.trim_matches(',').replace(',', ", "))
        }
        Value::Number(number) => number.to_string(),
        Value::Array(items) => items.iter().map(one).collect::<Vec<_>>().join(", "),
        Value::Null | Value::Bool(_) | Value::Object(_) => String::new(),
    }
}

/// A thing among several by its name; its hash is in the export.
fn one(item: &Value) -> String {
    let of = |key| item.get(key).and_then(Value::as_str);
    match (item.as_str().or_else(|| of("name")), of("device"), of("metric")) {
        (Some(name), _, _) => name.to_owned(),
        (None, Some(device), Some(metric)) => {
            let points = item.get("points").and_then(Value::as_u64).unwrap_or_default();
            format!("{device} {metric} ({points})")
        }
        _ => item.to_string(),
    }
}

/// The word for what is kept as a code; `None` for the words of people and for what is no code.
fn code(key: &str, text: &str, row: &LogRow, words: Words) -> Option<String> {
    let language = words.0;
    let parts = |of: &dyn Fn(&str) -> Option<String>| {
        let known = |part: &str| of(part).unwrap_or_else(|| part.to_owned());
        let parts = text.split(',').filter(|part| !part.is_empty());
        Some(parts.map(known).collect::<Vec<_>>().join(", "))
    };
    match key {
        "roles" => parts(&|role| identity::role_name(role, language).map(str::to_owned)),
        "before" | "after" if row.action == "member.roles_changed" => {
            parts(&|role| identity::role_name(role, language).map(str::to_owned))
        }
        "items" => parts(&|item| Item::parse(item).map(|item| item_name(item, language))),
        "list" => item_at(text).map(|item| item_name(item, language)),
        "user_agent" => Some(identity::browser_name(text, language)),
        "by" | "purpose" => proof(text, words).map(|proof| words.by(proof)),
        "subtype" => Subtype::parse(text).map(|subtype| subtype.label_in(language).to_owned()),
        // The reason says it.
        "code" if row.action == "access.refused" => Some(String::new()),
        _ => name(key, text, words).map(str::to_owned),
    }
}

/// The word of a closed set.
fn name(key: &str, text: &str, words: Words) -> Option<&'static str> {
    Some(match (key, text) {
        ("capability", "customer") => words.portal(),
        ("capability", "partner") => words.partners(),
        ("policy", "channel_manager_funnel") => words.channel_manager_funnel(),
        ("policy", "sales_sees_all") => words.sales_sees_all(),
        ("set", "on") => words.on(),
        ("set", "off") => words.off(),
        ("severity", "info") => words.info(),
        ("severity", "warning") => words.warning(),
        ("severity", "critical") => words.critical(),
        ("colour" | "logo", "none") | ("tax_form", "None") => words.none(),
        ("tax_status", "Not requested") => words.not_requested(),
        ("tax_status", "Requested") => words.requested(),
        ("tax_status", "Received") => words.received(),
        ("tax_status", "Expired") => words.expired(),
        ("direct", "requested") => words.direct_requested(),
        ("language", key) => Language::parse(key)?.label(),
        ("era", key) => match Era::parse(key)? {
            Era::Common => words.common_era(),
            Era::Buddhist => words.buddhist_era(),
        },
        _ => return None,
    })
}

/// By what somebody came in or proved to be there.
fn proof(key: &str, words: Words) -> Option<&'static str> {
    Some(match key {
        "sign_in" => words.mailed_link(),
        "invite" => words.invitation(),
        "step_up" | "mail" => words.mailed_code(),
        "setup" => words.setup_link(),
        "passkey" => words.passkey(),
        _ => return None,
    })
}

/// The item whose list stands at `path`.
fn item_at(path: &str) -> Option<Item> {
    Item::ALL.into_iter().find(|item| rail::href(*item) == Some(path))
}

#[cfg(test)]
mod tests {
    use super::{KEYS, detail};
    use crate::domains::audit::LogRow;
    use crate::domains::logs::words::Words;
    use crate::guards::sources;
    use crate::platform::base::Language;
    use std::collections::BTreeSet;

    /// What is written as JSON and is no detail of a row.
    const NO_DETAILS: &[&str] = &["openapi/", "guards/", "world/", "domains/identity/team/told.rs"];

    /// What stands between the bracket before `text` and the one that closes it.
    fn inside(text: &str) -> &str {
        let mut depth = 1;
        let end = text.find(|sign| {
            depth += i32::from(sign == '(') - i32::from(sign == ')');
            depth == 0
        });
        &text[..end.unwrap_or(text.len())]
    }

    /// The keys of JSON that is written out in `text`: `"name":`, and `detail["name"]`.
    fn keys(text: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for block in text.split(concat!("json!", "(")).skip(1) {
            let parts: Vec<&str> = inside(block).split('"').collect();
            let pairs = parts.iter().zip(parts.iter().skip(1)).skip(1).step_by(2);
            found.extend(pairs.filter(|(_, after)| after.starts_with(':')).map(|(key, _)| (*key).to_owned()));
        }
        let set = text.split("detail[\"").skip(1);
        found.extend(set.filter_map(|rest| rest.split_once('"')).map(|(key, _)| key.to_owned()));
        found
    }

    #[test]
    fn every_key_of_a_detail_has_its_word() {
        let mut used = BTreeSet::new();
        for source in sources() {
            let is_test =
                source.path.contains("test") || NO_DETAILS.iter().any(|no| source.path.starts_with(no));
            let text = source.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            if !is_test {
                used.extend(keys(text));
            }
        }
        let known: BTreeSet<String> = KEYS.iter().map(|(key, _)| (*key).to_owned()).collect();
        assert_eq!(known.len(), KEYS.len(), "a key stands twice");
        let missing: Vec<&String> = used.difference(&known).collect();
        assert!(missing.is_empty(), "no word for {missing:?}: add it to KEYS");
        let unused: Vec<&String> = known.difference(&used).collect();
        assert!(unused.is_empty(), "nobody writes {unused:?} any more, or the search for keys fails");
    }

    fn row(action: &str, detail: &str) -> LogRow {
        LogRow {
            seq: 1,
            at_ms: 0,
            actor_kind: "person".to_owned(),
            actor_id: "p".to_owned(),
            actor_name: "P".to_owned(),
            acting_tenant_id: "t".to_owned(),
            acting_tenant_name: "T".to_owned(),
            acting_capability: "account".to_owned(),
            action: action.to_owned(),
            object_kind: "person".to_owned(),
            object_id: "p".to_owned(),
            detail: detail.to_owned(),
            reason: String::new(),
            request_id: String::new(),
            on_behalf_of: String::new(),
            ip: String::new(),
        }
    }

    #[test]
    fn a_detail_is_told_in_words() {
        for (action, kept, english, thai) in [
            (
                "deal.registered",
                r#"{"deal":"D-1","distributor":"mega","direct":null}"#,
                "deal: D-1 · distributor: mega",
                "ดีล: D-1 · ผู้จัดจำหน่าย: mega",
            ),
            (
                "member.roles_changed",
                r#"{"after":"sales,viewer","before":"viewer"}"#,
                "after: Sales, Viewer · before: Viewer",
                "หลัง: ฝ่ายขาย, ผู้ดู · ก่อน: ผู้ดู",
            ),
            (
                "passkey.renamed",
                r#"{"after":"sales","before":"old"}"#,
                "after: sales · before: old",
                "หลัง: sales · ก่อน: old",
            ),
            (
                "list_view.saved",
                r#"{"list":"/partners/deals","name":"Mine","query":"?stage=won","shared":true}"#,
                "list: Deals · name: Mine · asks for: ?stage=won",
                "รายการ: ดีล · ชื่อ: Mine · เงื่อนไข: ?stage=won",
            ),
            (
                "step_up.done",
                r#"{"by":"passkey","user_agent":"Mozilla/5.0 (X11; Linux) Chrome/1"}"#,
                "by passkey · Chrome on Linux",
                "ด้วยพาสคีย์ · Chrome บน Linux",
            ),
            (
                "grant.purged",
                r#"{"points":7,"policy_epoch":2,"rows":[{"device":"D","metric":"temp","points":7}]}"#,
                "values: 7 · policy: 2 · rows: D temp (7)",
                "จำนวนค่า: 7 · นโยบาย: 2 · รายการ: D temp (7)",
            ),
            (
                "access.refused",
                r#"{"asked":"GET /x","code":"role_forbidden"}"#,
                "asked for: GET /x",
                "สิ่งที่ขอ: GET /x",
            ),
            (
                "webhook.added",
                r#"{"events":",deal.registered,alarm.raised,"}"#,
                "events: deal.registered, alarm.raised",
                "เหตุการณ์: deal.registered, alarm.raised",
            ),
            (
                "policy.switched",
                r#"{"policy":"sales_sees_all","set":"on"}"#,
                "choice: Sales sees all deals · on",
                "ตัวเลือก: ฝ่ายขายเห็นดีลทั้งหมด · เปิด",
            ),
            ("of.later", r#"{"some_key":"x"}"#, "some key: x", "some key: x"),
        ] {
            let row = row(action, kept);
            assert_eq!(detail(&row, Words(Language::English)), english);
            assert_eq!(detail(&row, Words(Language::Thai)), thai);
        }
    }
}
