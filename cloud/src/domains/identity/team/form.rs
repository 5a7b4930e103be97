//! The fields by which somebody is invited, wherever that is done.

use super::model::NewMember;
use super::words::Words;
use crate::platform::access::Role;
use crate::platform::base::Language;
use crate::platform::error::FieldError;
use crate::platform::web::parts::{Choice, Field, Input};

/// Name, address and roles, with what was typed and what is wrong with it.
pub fn member_fields(typed: &NewMember, errors: &[FieldError], language: Language) -> [Field; 3] {
    let words = Words(language);
    let roles = Role::ALL.iter().map(|role| {
        let on = typed.roles.iter().any(|typed| typed == role.key());
        Choice::new(role.key(), words.role(*role), on).note(words.about_role(*role))
    });
    let fields = [
        Field::new("name", words.name(), Input::Line("text")).value(&typed.name).required(),
        Field::new("email", words.email(), Input::Line("email"))
            .value(&typed.email)
            .required()
            .hint(words.email_hint()),
        Field::new("roles", words.roles(), Input::Checks(roles.collect())),
    ];
    fields.map(|field| field.errors(errors, language))
}
