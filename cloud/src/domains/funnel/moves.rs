//! The only legal moves of a record through the funnel, and who may make them. Pure (PORTAL 3.2).

use super::stages::State;
use crate::domains::audit::Fact;
use crate::platform::access::Party;

/// Something that moves a record, or changes how it stands where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// Offer a lead to a reseller.
    Share,
    /// Drop a lead.
    Disqualify,
    /// A lead becomes an opportunity.
    Convert,
    /// An opportunity is real.
    Confirm,
    /// Send a deal to `RiverSync`.
    Register,
    /// Protect it.
    Approve,
    /// Send it back.
    Return,
    /// Refuse it.
    Reject,
    /// Take it back.
    Withdraw,
    /// Protect it for longer.
    Extend,
    /// Its protection, or the time to take an offered lead, ends.
    Expire,
    /// Sell it through another distributor.
    Reallocate,
    /// Let it be sold without a distributor.
    GrantDirect,
    /// Do not let it be sold without a distributor.
    DenyDirect,
    /// Price it.
    Issue,
    /// Take the price back.
    Recall,
    /// Take what is offered: a lead, a price.
    Accept,
    /// Do not take what is offered.
    Decline,
    /// Sold.
    Win,
    /// Not sold.
    Lose,
}

impl Move {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::Share,
        Self::Disqualify,
        Self::Convert,
        Self::Confirm,
        Self::Register,
        Self::Approve,
        Self::Return,
        Self::Reject,
        Self::Withdraw,
        Self::Extend,
        Self::Expire,
        Self::Reallocate,
        Self::GrantDirect,
        Self::DenyDirect,
        Self::Issue,
        Self::Recall,
        Self::Accept,
        Self::Decline,
        Self::Win,
        Self::Lose,
    ];

    /// Its word in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Disqualify => "disqualify",
            Self::Convert => "convert",
            Self::Confirm => "confirm",
            Self::Register => "register",
            Self::Approve => "approve",
            Self::Return => "return",
            Self::Reject => "reject",
            Self::Withdraw => "withdraw",
            Self::Extend => "extend",
            Self::Expire => "expire",
            Self::Reallocate => "reallocate",
            Self::GrantDirect => "grant-direct",
            Self::DenyDirect => "deny-direct",
            Self::Issue => "issue",
            Self::Recall => "recall",
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Win => "win",
            Self::Lose => "lose",
        }
    }

    /// The move of a word that somebody sends. What has a form of its own, or happens by itself, is none.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .filter(|what| !matches!(what, Self::Register | Self::Expire))
            .find(|what| what.key() == key)
    }

    /// The party that makes it.
    pub fn by(self) -> Party {
        match self {
            Self::Register | Self::Withdraw | Self::Accept | Self::Decline => Party::Reseller,
            Self::Share
            | Self::Disqualify
            | Self::Convert
            | Self::Confirm
            | Self::Approve
            | Self::Return
            | Self::Reject
            | Self::Extend
            | Self::Expire
            | Self::Reallocate
            | Self::GrantDirect
            | Self::DenyDirect
            | Self::Issue
            | Self::Recall
            | Self::Win
            | Self::Lose => Party::Vendor,
        }
    }

    /// Whether whoever makes it must say why; the other side reads it.
    pub fn needs_note(self) -> bool {
        matches!(
            self,
            Self::Disqualify
                | Self::Return
                | Self::Reject
                | Self::Extend
                | Self::Reallocate
                | Self::DenyDirect
                | Self::Recall
                | Self::Decline
                | Self::Lose
        )
    }

    /// What has happened once the record is in the state `to`.
    pub fn fact(self, from: Option<State>, to: State) -> Fact {
        let is_lead = matches!(to, State::LeadCaptured | State::LeadAccepted);
        match self {
            Self::Share => Fact::LeadAssigned,
            Self::Disqualify => Fact::LeadDisqualified,
            Self::Convert => Fact::LeadConverted,
            Self::Confirm => Fact::OpportunityConfirmed,
            Self::Register if from == Some(State::DealReturned) => Fact::DealResubmitted,
            Self::Register => Fact::DealRegistered,
            Self::Approve => Fact::DealApproved,
            Self::Return => Fact::DealReturned,
            Self::Reject => Fact::DealRejected,
            Self::Withdraw => Fact::DealWithdrawn,
            Self::Extend => Fact::DealExtended,
            Self::Expire if is_lead => Fact::LeadExpired,
            Self::Expire => Fact::DealExpired,
            Self::Reallocate => Fact::DealChannelChanged,
            Self::GrantDirect => Fact::DirectGranted,
            Self::DenyDirect => Fact::DirectDenied,
            Self::Issue => Fact::QuoteIssued,
            Self::Recall => Fact::QuoteWithdrawn,
            Self::Accept if is_lead => Fact::LeadAccepted,
            Self::Accept => Fact::QuoteAccepted,
            Self::Decline if is_lead => Fact::LeadDeclined,
            Self::Decline => Fact::QuoteDeclined,
            Self::Win => Fact::DealWon,
            Self::Lose => Fact::DealLost,
        }
    }
}

/// Why a move is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Another party makes this move.
    NotYours,
    /// The record is not where this move starts.
    NotFromHere,
}

/// Where `what` leads from `from`, made by `by`. `None` as `from` is a record that does not exist yet.
///
/// # Errors
/// [`Refused`] says which of the two rules stands against it.
pub fn step(from: Option<State>, what: Move, by: Party) -> Result<State, Refused> {
    use State as S;
    if what.by() != by {
        return Err(Refused::NotYours);
    }
    let to = match (what, from) {
        (Move::Share, Some(S::LeadCaptured)) => S::LeadShared,
        (Move::Accept, Some(S::LeadShared)) => S::LeadAccepted,
        (Move::Decline | Move::Expire, Some(S::LeadShared)) => S::LeadCaptured,
        (Move::Disqualify, Some(S::LeadCaptured | S::LeadShared | S::LeadAccepted)) => S::LeadDisqualified,
        (Move::Convert, Some(S::LeadCaptured | S::LeadAccepted)) => S::OpportunityOpen,
        (Move::Confirm, Some(S::OpportunityOpen)) => S::OpportunityConfirmed,
        (Move::Register, None | Some(S::OpportunityConfirmed | S::DealDraft | S::DealReturned)) => {
            S::DealSubmitted
        }
        (Move::Approve, Some(S::DealSubmitted)) => S::DealApproved,
        (Move::Return, Some(S::DealSubmitted)) => S::DealReturned,
        (Move::Reject, Some(S::DealSubmitted)) => S::DealRejected,
        (Move::Withdraw, Some(S::DealDraft | S::DealSubmitted | S::DealReturned | S::DealApproved)) => {
            S::DealWithdrawn
        }
        (Move::Extend, Some(S::DealApproved)) => S::DealApproved,
        (Move::Expire, Some(S::DealApproved)) => S::DealExpired,
        (Move::GrantDirect | Move::DenyDirect, Some(here @ (S::DealSubmitted | S::DealApproved))) => here,
        (
            Move::Reallocate,
            Some(
                here @ (S::DealSubmitted
                | S::DealApproved
                | S::QuoteIssued
                | S::QuoteRecalled
                | S::QuoteDeclined
                | S::QuoteAccepted),
            ),
        ) => here,
        (Move::Issue, Some(S::DealApproved | S::QuoteIssued | S::QuoteRecalled | S::QuoteDeclined)) => {
            S::QuoteIssued
        }
        (Move::Recall, Some(S::QuoteIssued)) => S::QuoteRecalled,
        (Move::Accept, Some(S::QuoteIssued)) => S::QuoteAccepted,
        (Move::Decline, Some(S::QuoteIssued)) => S::QuoteDeclined,
        (Move::Win, Some(S::QuoteIssued | S::QuoteAccepted)) => S::Won,
        (
            Move::Lose,
            Some(S::DealApproved | S::QuoteIssued | S::QuoteRecalled | S::QuoteDeclined | S::QuoteAccepted),
        ) => S::Lost,
        _ => return Err(Refused::NotFromHere),
    };
    Ok(to)
}

/// What `by` may do about a record that is at `from`, in the order of the funnel.
pub fn open(from: State, by: Party) -> impl Iterator<Item = Move> {
    Move::ALL.into_iter().filter(move |what| *what != Move::Expire && step(Some(from), *what, by).is_ok())
}

#[cfg(test)]
mod tests {
    use super::{Move, Refused, State, step};
    use crate::domains::funnel::stages::Stage;
    use crate::platform::access::Party;
    use std::collections::BTreeSet;

    #[test]
    fn a_record_never_moves_down_a_rung_and_never_after_it_is_closed() {
        for what in Move::ALL {
            for state in State::ALL {
                let Ok(to) = step(Some(state), what, what.by()) else { continue };
                assert!(to.stage() >= state.stage(), "{what:?} from {state:?}");
                assert_ne!(state.stage(), Stage::Closed, "{what:?} after {state:?}");
            }
        }
    }

    #[test]
    fn only_the_party_that_owns_a_move_makes_it() {
        for what in Move::ALL {
            for party in Party::ALL.into_iter().filter(|party| *party != what.by()) {
                for state in State::ALL {
                    assert_eq!(
                        step(Some(state), what, party),
                        Err(Refused::NotYours),
                        "{what:?} by {party:?}"
                    );
                }
            }
        }
        assert!(Move::ALL.iter().all(|what| what.by() != Party::Distributor), "distributors read");
    }

    #[test]
    fn every_state_is_reached_except_where_records_begin() {
        for state in State::ALL {
            let reached = Move::ALL.into_iter().any(|what| {
                State::ALL
                    .into_iter()
                    .map(Some)
                    .chain([None])
                    .any(|from| from != Some(state) && step(from, what, what.by()) == Ok(state))
            });
            assert_eq!(reached, state != State::DealDraft, "{state:?}");
        }
    }

    #[test]
    fn what_is_over_stays_over() {
        for state in State::ALL.into_iter().filter(|state| state.is_over()) {
            for what in Move::ALL {
                assert_eq!(
                    step(Some(state), what, what.by()),
                    Err(Refused::NotFromHere),
                    "{what:?} {state:?}"
                );
            }
        }
    }

    #[test]
    fn words_come_back_and_no_two_moves_from_one_state_are_the_same_fact() {
        for what in Move::ALL {
            let sent = Move::parse(what.key());
            assert_eq!(sent.is_none(), matches!(what, Move::Register | Move::Expire), "{what:?}");
            assert!(sent.is_none_or(|sent| sent == what));
        }
        for state in State::ALL {
            let facts: Vec<_> = Move::ALL
                .into_iter()
                .filter_map(|what| Some(what.fact(Some(state), step(Some(state), what, what.by()).ok()?)))
                .collect();
            assert_eq!(facts.len(), facts.iter().collect::<BTreeSet<_>>().len(), "{state:?}");
        }
    }
}
