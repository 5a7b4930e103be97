//! The fields by which somebody is invited, wherever that is done.

use super::model::NewMember;
use crate::platform::access::Role;
use crate::platform::base::Language;
use crate::platform::error::FieldError;
use crate::platform::web::parts::{Choice, Field, Input};

/// Name, address and roles, with what was typed and what is wrong with it.
pub fn member_fields(typed: &NewMember, errors: &[FieldError], language: Language) -> [Field; 3] {
    let roles = Role::ALL.iter().map(|role| {
        let on = typed.roles.iter().any(|typed| typed == role.key());
        Choice::new(role.key(), role.label(), on).note(about(*role))
    });
    let fields = [
        Field::new("name", "Name", Input::Line("text")).value(&typed.name).required(),
        Field::new("email", "E-mail address", Input::Line("email"))
            .value(&typed.email)
            .required()
            .hint("The invitation goes there and works for 7 days"),
        Field::new("roles", "Roles", Input::Checks(roles.collect())),
    ];
    fields.map(|field| field.errors(errors, language))
}

/// What a role is there for, in a few words.
fn about(role: Role) -> &'static str {
    match role {
        Role::Administrator => "runs the account and this team",
        Role::Coordinator => "coordinates service or the channel",
        Role::Sales => "sells",
        Role::Technical => "engineers, without money",
        Role::Finance => "reads money",
        Role::Viewer => "reads status",
    }
}
