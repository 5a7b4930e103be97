//! What every operation of the API has in common, said once for all of them in its description.

use super::error_response::Problem;
use super::routes::Mounted;
use utoipa::PartialSchema;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, AnyOfBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    Components, ContentBuilder, HeaderBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder,
    Schema,
};

/// Every refusal there is, with what it means.
const REFUSALS: [(&str, &str); 12] = [
    (
        "401",
        "Nobody is signed in, or the key does not work: `sign_in`, `key_unknown`, `key_expired`, `key_revoked`, ...",
    ),
    (
        "403",
        "Your role, your key or your tier does not reach it: `role_forbidden`, `read_only`, `insufficient_scope`, ...",
    ),
    ("404", "It does not exist, or not for your organisation."),
    ("405", "This address does not take that method."),
    ("409", "The state does not allow it, or somebody was faster."),
    ("410", "What was pointed at is gone."),
    (
        "412",
        "Nothing was done. `If-Match` names a version that is not the record's any more: `version_changed`, with the \
         version as it is now; or the change is held against none: `precondition_failed`.",
    ),
    ("413", "The body is too large."),
    ("415", "The body is no JSON."),
    ("422", "Something of what was sent is not right; `fields` says what and where."),
    ("429", "Too often. `Retry-After` says when to come back, in seconds."),
    ("503", "The service is busy; come back in a moment."),
];

/// A value that is either shown or hidden from this reader.
pub fn shown_or_masked(shown: RefOr<Schema>) -> RefOr<Schema> {
    let masked = ObjectBuilder::new()
        .property("masked", ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([true])))
        .required("masked")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    AnyOfBuilder::new().item(shown).item(masked).into()
}

/// Puts onto `document` what holds for all of its operations; `mounted` says which of them are held against a version.
pub fn describe(document: &mut OpenApi, mounted: &[Mounted]) {
    for (path, item) in &mut document.paths.paths {
        for (verb, operation) in [("get", &mut item.get), ("post", &mut item.post)] {
            let Some(operation) = operation else { continue };
            let words = path.trim_start_matches("/api/v1/").replace(['/', '-'], "_").replace(['{', '}'], "");
            operation.operation_id = Some(format!("{verb}_{words}"));
            let changes = verb == "post";
            complete(operation, changes);
            match changes {
                true if mounted.iter().any(|route| route.versioned && route.path == path) => held(operation),
                true => {}
                false => tagged(operation),
            }
        }
    }
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let components = document.components.get_or_insert_with(Components::new);
    components.schemas.insert("Problem".to_owned(), Problem::schema());
    components.schemas.insert("ProblemField".to_owned(), super::error_response::ProblemField::schema());
    for (status, meaning) in REFUSALS {
        let response =
            ResponseBuilder::new().description(meaning).content("application/problem+json", problem.clone());
        components.responses.insert(format!("Refused{status}"), response.build().into());
    }
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme("key", SecurityScheme::Http(bearer));
    let cookie = ApiKey::Cookie(ApiKeyValue::new("__Host-riversync"));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    let either = ["key", "session"].map(|name| SecurityRequirement::new(name, [""; 0]));
    document.security = Some(either.to_vec());
}

fn complete(operation: &mut Operation, changes: bool) {
    for (status, _) in REFUSALS {
        let refused = Ref::from_response_name(format!("Refused{status}"));
        operation.responses.responses.entry(status.to_owned()).or_insert(RefOr::Ref(refused));
    }
    let (header, what) = match changes {
        true => (
            "Idempotency-Key",
            "The same change under the same key is done once; an answer is kept for a day.",
        ),
        false => ("If-None-Match", "The `ETag` of an earlier answer: 304 when nothing changed."),
    };
    if !changes {
        let unchanged =
            ResponseBuilder::new().description("Nothing changed since the answer with that `ETag`.");
        operation.responses.responses.insert("304".to_owned(), unchanged.build().into());
    }
    operation.parameters.get_or_insert_default().push(RefOr::T(parameter(header, what)));
}

/// A change that is held against the version that its sender believes to change.
fn held(operation: &mut Operation) {
    let what = "The record's `version`, in double quotes, or the `ETag` with which it was shown: nothing is done when \
                somebody changed it since.";
    operation.parameters.get_or_insert_default().push(RefOr::T(parameter("If-Match", what)));
}

/// Every answer that shows something can be asked for again only if it changed.
fn tagged(operation: &mut Operation) {
    let what = "Changes with anything that is shown. Where it is strong, it names the version of the one record that is \
                shown, and serves `If-Match` as well.";
    let text = ObjectBuilder::new().schema_type(Type::String);
    let header = HeaderBuilder::new().schema(Some(text)).description(Some(what)).build();
    if let Some(RefOr::T(shown)) = operation.responses.responses.get_mut("200") {
        shown.headers.insert("ETag".to_owned(), header.into());
    }
}

fn parameter(header: &str, what: &str) -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String);
    let text = match header {
        "Idempotency-Key" => text.min_length(Some(1)).max_length(Some(255)),
        _ => text,
    };
    ParameterBuilder::new()
        .name(header)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(what))
        .schema(Some(text.build()))
        .build()
}
