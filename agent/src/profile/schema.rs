//! The JSON Schema of a profile file (draft 2020-12), for editors that check TOML while a person types.
//!
//! Written by hand, because profiles are read by hand: the reader tells every fault with its place and a way out, the
//! schema only helps to write. A test holds the two together: it knows exactly the keys that the reader knows.

use super::address::TABLES;
use super::value::NAMES;
use serde_json::{Value, json};

/// Where the schema of this version is published in the repository.
pub const FILE: &str = "config/profile.schema.json";

/// The schema.
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "RiverSync device profile",
        "description": "What a model of device offers: its metrics, where they stand, what they mean.",
        "type": "object",
        "additionalProperties": false,
        "required": ["name", "version"],
        "properties": {
            "name": text("The name devices use; the name of the file without .toml"),
            "version": { "type": "integer", "minimum": 1, "description": "Counts up with each change" },
            "interval": duration("How often metrics are read that say nothing else"),
            "stale_after": duration("After how long without a sample values are too old to believe"),
            "report": report(),
            "time_pointer": pointer("Where messages carry the device's own time"),
            "points_from": list("Profiles whose metrics this one takes; its own name means the one it shadows"),
            "drop": list("Metrics of those that are left out"),
            "metric": { "type": "array", "items": metric() },
            "not_available": {
                "description": "With which the device says that it has no value, by type",
                "type": "object",
                "additionalProperties": false,
                "properties": NAMES.iter().map(|name| ((*name).to_owned(), patterns(name))).collect::<serde_json::Map<_, _>>(),
            },
            "gap_ok": { "type": "array", "items": region() },
            "quirks": quirks(),
            "identity": identity(),
            "alarm": { "type": "array", "items": alarm() },
        }
    })
}

fn metric() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name"],
        "properties": {
            "name": text("Its name, as grants say it"),
            "label": text("For people"),
            "unit": text("Such as kW"),
            "interval": duration("How often it is worth reading"),
            "type": { "anyOf": [{ "enum": NAMES }, { "type": "string" }], "description": "How the raw value is coded; names of other tools are understood, too" },
            "bit": { "type": "integer", "minimum": 0, "maximum": 15, "description": "Lowest bit, 0 the least significant" },
            "bits": { "type": "integer", "minimum": 1, "maximum": 16, "description": "How many bits" },
            "scale": { "type": ["number", "string"], "description": "Multiplies the raw value; \"1/3\" is exact" },
            "offset": { "type": "number", "description": "Added after scaling" },
            "values": { "type": "object", "additionalProperties": { "type": "string" }, "description": "Names of its values by number; the names travel" },
            "counter": { "type": "boolean", "description": "It only ever rises; when it falls, the sample says so" },
            "not_available": patterns("With which the device says that it has no value"),
            "register": table(),
            "fc": function(),
            "address": { "type": "integer", "minimum": 0, "maximum": 65535, "description": "0-based protocol address" },
            "ref": reference(),
            "words": { "type": "integer", "minimum": 1, "maximum": 125, "description": "Registers of text" },
            "order": { "type": "string", "description": "Order of the bytes, such as CDAB; most significant first without it" },
            "word_order": { "enum": ["big", "little"], "description": "The form with two flags" },
            "byte_order": { "enum": ["big", "little"], "description": "The form with two flags" },
            "endianness": { "enum": ["big", "little"], "description": "byte_order, as other tools call it" },
            "string_location": { "enum": ["both", "upper", "lower"], "description": "In which bytes of each register a text stands" },
            "stale_after": duration("After how long without a sample its value is too old to believe"),
            "report": report(),
            "pointer": pointer("Where it stands in the JSON of a message"),
            "plain": { "type": "boolean", "description": "The whole message is the value" },
            "topic": text("The topic below the device's own on which it comes"),
            "sparkplug": text("The name of the metric in Sparkplug B payloads"),
        }
    })
}

fn region() -> Value {
    let address = json!({ "type": "integer", "minimum": 0, "maximum": 65535 });
    json!({
        "description": "Addresses that may be read to bridge a gap, and are thrown away undecoded",
        "type": "object",
        "additionalProperties": false,
        "required": ["register", "from", "to"],
        "properties": { "register": table(), "from": address, "to": address }
    })
}

fn report() -> Value {
    json!({
        "description": "Which samples are worth reporting; all without it",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "on_change": { "type": "boolean", "description": "Another value than the one reported last" },
            "deadband": { "type": ["number", "string"], "description": "Further than this from it, or a share such as \"2%\"" },
            "swinging_door": { "type": "number", "minimum": 0, "description": "No sample is missed by more than this" },
            "debounce": duration("A change must last this long first"),
            "min_interval": duration("Reports lie this far apart at least"),
            "max_interval": duration("After so long without a report the next sample is reported"),
        }
    })
}

fn quirks() -> Value {
    json!({
        "description": "What the model needs other than the specification",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "max_words": { "type": "integer", "minimum": 1, "maximum": 125, "description": "Most registers of one request" },
            "max_bits": { "type": "integer", "minimum": 1, "maximum": 2000, "description": "Most bits of one request" },
            "pause_after_connect": duration("Rest after a connection was made"),
            "pause_between_requests": duration("Rest after each reply"),
            "close_after_poll": { "type": "boolean", "description": "Leave the line free between polls" },
            "one_request_per_metric": { "type": "boolean", "description": "Never read two metrics at once" },
            "coils_from_zero": { "type": "boolean", "description": "Requests for coils begin at address 0" },
        }
    })
}

fn identity() -> Value {
    let says = |about: &str| {
        text(&format!("{about}, as function 43/14 tells it; a * at its end stands for anything"))
    };
    json!({
        "description": "How the model is told from another at the same address",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "vendor": says("The vendor"),
            "product": says("The product"),
            "revision": says("The revision"),
            "words": { "type": "array", "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["hold"],
                "properties": {
                    "register": table(),
                    "fc": function(),
                    "address": { "type": "integer", "minimum": 0, "maximum": 65535 },
                    "ref": reference(),
                    "hold": { "type": "array", "minItems": 1, "maxItems": 32, "items": { "type": "integer", "minimum": 0, "maximum": 65535 } },
                }
            } },
        }
    })
}

fn alarm() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["code", "severity", "text"],
        "properties": {
            "code": text("Names the alarm on its device"),
            "metric": text("The metric it watches; link_down and wrong_device need none"),
            "above": { "type": "number", "description": "Alarming when greater, in physical units" },
            "below": { "type": "number", "description": "Alarming when less, in physical units" },
            "clear": { "type": "number", "description": "The value at which it is over" },
            "rises": { "type": "number", "description": "Alarming when it rises by more within that time" },
            "falls": { "type": "number", "description": "Alarming when it falls by more within that time" },
            "within": duration("Within how long it rises or falls"),
            "silent": duration("Alarming when no value came for so long"),
            "link_down": { "type": "boolean", "description": "Alarming when the device, its line or its broker does not answer" },
            "wrong_device": { "type": "boolean", "description": "Alarming when another device answers at its address" },
            "for": duration("How long it must hold first"),
            "clear_for": duration("How long it must be over before it is cleared"),
            "severity": { "enum": ["info", "warning", "critical"] },
            "text": text("The sentence for people; it carries no value"),
        }
    })
}

fn text(about: &str) -> Value {
    json!({ "type": "string", "description": about })
}

fn list(about: &str) -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "minItems": 1, "description": about })
}

fn duration(about: &str) -> Value {
    json!({ "type": "string", "pattern": "^[0-9_]+ ?(ms|s|m|h)$", "description": format!("{about}, such as 500ms or 2s") })
}

fn pointer(about: &str) -> Value {
    json!({ "type": "string", "pattern": "^/", "description": format!("{about}, as a JSON pointer such as /temp") })
}

fn patterns(about: &str) -> Value {
    json!({ "type": ["number", "string", "array"], "description": format!("{about}: a number, bits such as 0x8000, a text, or a list") })
}

fn reference() -> Value {
    json!({ "type": ["string", "integer"], "pattern": "^[0134][0-9]{4,5}$", "description": "As datasheets print it, counted from 1" })
}

fn function() -> Value {
    json!({ "type": "integer", "minimum": 1, "maximum": 4, "description": "The function that reads it, instead of register" })
}

fn table() -> Value {
    json!({ "enum": TABLES, "description": "Which of the four tables of Modbus" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::read;
    use std::collections::BTreeSet;

    #[test]
    fn the_published_schema_is_this_one() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(FILE);
        let now = format!("{:#}\n", schema());
        if std::env::var_os("RIVERSYNC_WRITE_GOLDEN").is_some() {
            std::fs::write(&path, &now).unwrap();
        }
        let published = std::fs::read_to_string(path).unwrap();
        assert_eq!(published, now, "write it anew with RIVERSYNC_WRITE_GOLDEN=1 and look at the difference");
    }

    /// The keys that the reader knows at a place: it names them all when it meets one it does not know.
    fn known(text: &str) -> BTreeSet<String> {
        let faults = read("p.toml", text).unwrap_err();
        let said = faults.iter().find_map(|fault| fault.message.split_once("known here: ")).unwrap().1;
        said.split(", ").map(str::to_owned).collect()
    }

    #[test]
    fn the_schema_knows_the_keys_that_the_reader_knows() {
        let schema = schema();
        let said = |path: &str| -> BTreeSet<String> {
            schema.pointer(path).unwrap().as_object().unwrap().keys().cloned().collect()
        };
        let odd = "zzzzzzzzzzzzzzzzzzzzzzzz = 1\n";
        assert_eq!(said("/properties"), known(odd));
        for key in ["metric", "gap_ok", "alarm"] {
            let keys = said(&format!("/properties/{key}/items/properties"));
            assert_eq!(keys, known(&format!("[[{key}]]\n{odd}")), "{key}");
        }
        for key in ["quirks", "identity", "report"] {
            assert_eq!(
                said(&format!("/properties/{key}/properties")),
                known(&format!("[{key}]\n{odd}")),
                "{key}"
            );
        }
        let words = said("/properties/identity/properties/words/items/properties");
        assert_eq!(words, known(&format!("[identity]\n[[identity.words]]\n{odd}")));
    }
}
