//! An example of a body, made from its schema, so that it never says what the description does not.

use serde_json::{Map, Value, json};

/// How deep shapes are followed; none of ours is deeper.
const DEEPEST: usize = 12;
/// A moment of the story, for what ends in `_ms`.
const MOMENT_MS: i64 = 1_784_084_400_000;

/// What is shown of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Show {
    /// All there can be: what comes back.
    Everything,
    /// What must be there: what is sent.
    Required,
}

/// An example of `schema`, whose references lead into `document`.
pub(super) fn example(document: &Value, schema: &Value, show: Show) -> Value {
    Maker { document, show }.of(schema, "", DEEPEST)
}

struct Maker<'a> {
    document: &'a Value,
    show: Show,
}

impl Maker<'_> {
    fn of(&self, schema: &Value, name: &str, depth: usize) -> Value {
        if depth == 0 {
            return Value::Null;
        }
        if let Some(to) = schema["$ref"].as_str() {
            let found = self.document.pointer(to.trim_start_matches('#')).unwrap_or(&Value::Null);
            return self.of(found, name, depth - 1);
        }
        if let Some(all) = schema["allOf"].as_array() {
            let mut whole = self.object(schema, depth);
            for part in all {
                if let Value::Object(part) = self.of(part, name, depth - 1) {
                    whole.extend(part);
                }
            }
            return Value::Object(whole);
        }
        for key in ["oneOf", "anyOf"] {
            let some = schema[key].as_array().into_iter().flatten();
            if let Some(first) = some.clone().find(|one| one["type"] != "null").or(some.clone().next()) {
                return self.of(first, name, depth - 1);
            }
        }
        if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
            return first.clone();
        }
        match kind(schema) {
            "object" => Value::Object(self.object(schema, depth)),
            "array" => json!([self.of(&schema["items"], name, depth - 1)]),
            "boolean" => json!(true),
            "number" => json!(21.5),
            "integer" => integer(schema, name),
            "string" => json!(text(schema, name)),
            _ => Value::Null,
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Map<String, Value> {
        let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        let shown = |name: &str| self.show == Show::Everything || required.iter().any(|one| one == name);
        let fields = schema["properties"].as_object().into_iter().flatten().filter(|(name, _)| shown(name));
        fields.map(|(name, of)| (name.clone(), self.of(of, name, depth - 1))).collect()
    }
}

/// Its type; of several, the one that is no `null`.
fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).find(|one| *one != "null").unwrap_or("null")
        }
        _ if schema["properties"].is_object() => "object",
        _ => "",
    }
}

fn integer(schema: &Value, name: &str) -> Value {
    let least = schema["minimum"].as_i64().unwrap_or(1);
    json!(if name.ends_with("_ms") && name != "min_interval_ms" { MOMENT_MS } else { least.max(1) })
}

/// The first word that the description offers, such as `active`, else something of the kind.
fn text(schema: &Value, name: &str) -> String {
    let described = schema["description"].as_str().unwrap_or_default();
    let mut offered = described.split('`').skip(1).step_by(2).filter(|word| !word.contains(['"', ' ', '(']));
    match (offered.next(), name) {
        (Some(word), _) => word.to_owned(),
        (None, "email") => "name@company.example".to_owned(),
        (None, "url") => "https://hooks.company.example/riversync".to_owned(),
        (None, "currency") => "THB".to_owned(),
        (None, _) => "text".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Show, example};
    use serde_json::{Value, json};

    #[test]
    fn each_shape_of_a_schema_has_its_example() {
        let document = json!({ "components": { "schemas": {
            "Whole": {
                "allOf": [{ "$ref": "#/components/schemas/Part" }],
                "properties": {
                    "state": { "type": "string", "description": "`open` or `done`." },
                    "at_ms": { "type": ["integer", "null"] },
                    "some": { "type": "array", "items": { "oneOf": [{ "type": "null" }, { "type": "boolean" }] } },
                    "one": { "enum": ["a", "b"] },
                },
                "required": ["state"],
            },
            "Part": { "type": "object", "properties": { "id": { "type": "string" } }, "required": ["id"] },
            "Round": { "type": "object", "properties": { "again": { "$ref": "#/components/schemas/Round" } } },
        } } });
        let of = |name: &str, show| {
            example(&document, &json!({ "$ref": format!("#/components/schemas/{name}") }), show)
        };
        let whole = json!({ "id": "text", "state": "open", "at_ms": 1_784_084_400_000_i64, "some": [true], "one": "a" });
        assert_eq!(of("Whole", Show::Everything), whole);
        assert_eq!(of("Whole", Show::Required), json!({ "id": "text", "state": "open" }));
        // A shape that holds itself ends.
        assert!(of("Round", Show::Everything).is_object());
        assert_eq!(of("Nobody", Show::Everything), Value::Null);
    }

    /// Every body of the real description has an example in which nothing is left empty for want of knowing it.
    #[test]
    fn every_body_that_is_described_has_an_example() {
        let document = serde_json::to_value(crate::openapi::document()).unwrap();
        let mut bodies = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for (verb, operation) in item.as_object().unwrap() {
                let answers = operation["responses"].as_object().unwrap().values();
                for body in answers.chain([&operation["requestBody"]]) {
                    let Some(content) = body["content"].as_object() else { continue };
                    for of in content.values().filter(|of| !of["schema"].is_null()) {
                        bodies += 1;
                        let shown = example(&document, &of["schema"], Show::Everything);
                        assert!(!shown.is_null(), "{verb} {path}: {}", of["schema"]);
                    }
                }
            }
        }
        assert!(bodies > 100, "{bodies}");
    }
}
