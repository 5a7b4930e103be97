//! Who may give what to whom. Pure.

use super::model::Member;
use crate::platform::access::{Role, Roles};

/// Why a change of a team is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// One's own membership.
    Own,
    /// A role that the giver does not have.
    AboveOwn,
    /// Nobody would be left to run the organisation.
    LastAdministrator,
}

/// Whether somebody with `own` roles may give `wanted`: what one has. An administrator has all of them.
pub(super) fn may_give(own: &Roles, wanted: &Roles) -> Result<(), Refused> {
    let has = |role| own.has(Role::Administrator) || own.has(role);
    if wanted.iter().all(has) { Ok(()) } else { Err(Refused::AboveOwn) }
}

/// Whether `actor_id` may change the membership of `person_id` at all.
pub(super) fn may_touch(actor_id: &str, person_id: &str) -> Result<(), Refused> {
    if actor_id == person_id { Err(Refused::Own) } else { Ok(()) }
}

/// Whether the organisation still has an administrator when `person_id` is none any more.
pub(super) fn may_lose(members: &[Member], person_id: &str) -> Result<(), Refused> {
    let is_one = members.iter().any(|member| member.person_id == person_id && member.runs_it());
    let others = members.iter().any(|member| member.person_id != person_id && member.runs_it());
    if is_one && !others { Err(Refused::LastAdministrator) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::{Refused, may_give, may_lose, may_touch};
    use crate::domains::identity::team::model::Member;
    use crate::platform::access::{Role, Roles};
    use proptest::prelude::{any, prop_assert_eq, proptest};

    fn roles(bits: u8) -> Roles {
        Role::ALL
            .into_iter()
            .enumerate()
            .filter(|(at, _)| bits & (1 << at) != 0)
            .map(|(_, role)| role)
            .collect()
    }

    fn member(id: &str, roles: &str, may_sign_in: bool, disabled_ms: Option<i64>) -> Member {
        Member {
            person_id: id.into(),
            name: String::new(),
            email: String::new(),
            roles: Roles::parse(roles),
            disabled_ms,
            last_sign_in_ms: None,
            may_sign_in,
            invited: false,
        }
    }

    proptest! {
        #[test]
        fn nobody_gives_what_they_do_not_have(own in any::<u8>(), wanted in any::<u8>()) {
            let (own, wanted) = (roles(own & 63), roles(wanted & 63));
            let allowed = own.has(Role::Administrator) || wanted.iter().all(|role| own.has(role));
            prop_assert_eq!(may_give(&own, &wanted).is_ok(), allowed);
        }
    }

    #[test]
    fn the_last_administrator_who_can_sign_in_stays() {
        let one = member("a", "administrator", true, None);
        assert_eq!(may_lose(std::slice::from_ref(&one), "a"), Err(Refused::LastAdministrator));
        for no_help in [
            member("b", "sales", true, None),
            member("b", "administrator", false, None),
            member("b", "administrator", true, Some(1)),
        ] {
            assert_eq!(may_lose(&[one.clone(), no_help.clone()], "a"), Err(Refused::LastAdministrator));
            assert_eq!(may_lose(&[one.clone(), no_help], "b"), Ok(()));
        }
        let two = [one, member("b", "sales,administrator", true, None)];
        assert_eq!(may_lose(&two, "a"), Ok(()));
        assert_eq!(may_touch("a", "a"), Err(Refused::Own));
        assert_eq!(may_touch("a", "b"), Ok(()));
    }
}
