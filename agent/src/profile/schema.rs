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
            "time_pointer": pointer("Where messages carry the device's own time"),
            "points_from": list("Profiles whose metrics this one takes; its own name means the one it shadows"),
            "drop": list("Metrics of those that are left out"),
            "metric": { "type": "array", "items": metric() },
            "gap_ok": { "type": "array", "items": region() },
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
            "type": { "enum": NAMES, "description": "How the raw value is coded; names of other tools are understood, too" },
            "bit": { "type": "integer", "minimum": 0, "maximum": 15, "description": "Lowest bit, 0 the least significant" },
            "bits": { "type": "integer", "minimum": 1, "maximum": 16, "description": "How many bits" },
            "scale": { "type": ["number", "string"], "description": "Multiplies the raw value; \"1/3\" is exact" },
            "offset": { "type": "number", "description": "Added after scaling" },
            "not_available": { "type": "integer", "description": "The raw value that means there is none" },
            "register": table(),
            "address": { "type": "integer", "minimum": 0, "maximum": 65535, "description": "0-based protocol address" },
            "ref": { "type": "string", "pattern": "^[0134][0-9]{4,5}$", "description": "As datasheets print it, counted from 1" },
            "words": { "type": "integer", "minimum": 1, "maximum": 125, "description": "Registers of text" },
            "order": { "type": "string", "description": "Order of the bytes, such as CDAB; most significant first without it" },
            "word_order": { "enum": ["big", "little"], "description": "The form with two flags" },
            "byte_order": { "enum": ["big", "little"], "description": "The form with two flags" },
            "pointer": pointer("Where it stands in the JSON of a message"),
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

fn alarm() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["code", "metric", "severity", "text"],
        "properties": {
            "code": text("Names the alarm on its device"),
            "metric": text("The metric it watches"),
            "above": { "type": "number", "description": "Alarming when greater, in physical units" },
            "below": { "type": "number", "description": "Alarming when less, in physical units" },
            "clear": { "type": "number", "description": "The value at which it is over" },
            "for": duration("How long the limit must be passed first"),
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
        for (key, path) in [("metric", "metric"), ("gap_ok", "gap_ok"), ("alarm", "alarm")] {
            let keys = said(&format!("/properties/{path}/items/properties"));
            assert_eq!(keys, known(&format!("[[{key}]]\n{odd}")), "{key}");
        }
    }
}
