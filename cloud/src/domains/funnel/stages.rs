//! The only legal moves of a record through the funnel, and who may make them. Pure (PORTAL 3.2, C10, C11).

use crate::platform::access::Party;
use crate::platform::base::Language;

/// A rung of the funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Somebody may need something.
    Lead,
    /// Somebody does.
    Opportunity,
    /// Registered by a reseller, through a distributor or by direct request.
    Deal,
    /// Priced by `RiverSync`.
    Quote,
    /// Won or lost.
    Closed,
}

impl Stage {
    /// All of them, in the order of the board.
    pub const ALL: [Self; 5] = [Self::Lead, Self::Opportunity, Self::Deal, Self::Quote, Self::Closed];

    /// Its key in storage and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Opportunity => "opportunity",
            Self::Deal => "deal",
            Self::Quote => "quote",
            Self::Closed => "closed",
        }
    }

    /// The heading of its column.
    pub fn label(self) -> &'static str {
        match self {
            Self::Lead => "Leads",
            Self::Opportunity => "Opportunities",
            Self::Deal => "Deals",
            Self::Quote => "Quotes",
            Self::Closed => "Closed",
        }
    }

    /// As the reader reads it.
    pub fn label_in(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::English, _) => self.label(),
            (Language::Thai, Self::Lead) => "ลีด",
            (Language::Thai, Self::Opportunity) => "โอกาสการขาย",
            (Language::Thai, Self::Deal) => "ดีล",
            (Language::Thai, Self::Quote) => "ใบเสนอราคา",
            (Language::Thai, Self::Closed) => "ปิดแล้ว",
        }
    }

    /// Whether distributors are there at all: they come in with the channel.
    pub fn is_channelled(self) -> bool {
        self >= Self::Deal
    }
}

/// Where a record is: its stage, and how it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Referred or received; in `RiverSync`'s inbox.
    LeadCaptured,
    /// `RiverSync` gave it to a reseller.
    LeadShared,
    /// Not worth following.
    LeadDisqualified,
    /// Being shaped.
    OpportunityOpen,
    /// `RiverSync` says it is real.
    OpportunityConfirmed,
    /// Not sent yet; only its reseller sees it.
    DealDraft,
    /// Registered; waits for `RiverSync`.
    DealSubmitted,
    /// Sent back with a note.
    DealReturned,
    /// Refused.
    DealRejected,
    /// Taken back by its reseller.
    DealWithdrawn,
    /// Its protection ran out.
    DealExpired,
    /// Protected.
    DealApproved,
    /// Priced.
    QuoteIssued,
    /// The reseller took the price.
    QuoteAccepted,
    /// Sold.
    Won,
    /// Not sold.
    Lost,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::LeadCaptured,
        Self::LeadShared,
        Self::LeadDisqualified,
        Self::OpportunityOpen,
        Self::OpportunityConfirmed,
        Self::DealDraft,
        Self::DealSubmitted,
        Self::DealReturned,
        Self::DealRejected,
        Self::DealWithdrawn,
        Self::DealExpired,
        Self::DealApproved,
        Self::QuoteIssued,
        Self::QuoteAccepted,
        Self::Won,
        Self::Lost,
    ];

    /// Its rung.
    pub fn stage(self) -> Stage {
        match self {
            Self::LeadCaptured | Self::LeadShared | Self::LeadDisqualified => Stage::Lead,
            Self::OpportunityOpen | Self::OpportunityConfirmed => Stage::Opportunity,
            Self::DealDraft
            | Self::DealSubmitted
            | Self::DealReturned
            | Self::DealRejected
            | Self::DealWithdrawn
            | Self::DealExpired
            | Self::DealApproved => Stage::Deal,
            Self::QuoteIssued | Self::QuoteAccepted => Stage::Quote,
            Self::Won | Self::Lost => Stage::Closed,
        }
    }

    /// Whether nothing more is to come of it.
    pub fn is_over(self) -> bool {
        matches!(
            self,
            Self::LeadDisqualified
                | Self::DealRejected
                | Self::DealWithdrawn
                | Self::DealExpired
                | Self::Won
                | Self::Lost
        )
    }

    /// Its status within the stage, in storage and API.
    pub fn status(self) -> &'static str {
        match self {
            Self::LeadCaptured => "captured",
            Self::LeadShared => "shared",
            Self::LeadDisqualified => "disqualified",
            Self::OpportunityOpen => "open",
            Self::OpportunityConfirmed => "confirmed",
            Self::DealDraft => "draft",
            Self::DealSubmitted => "submitted",
            Self::DealReturned => "returned",
            Self::DealRejected => "rejected",
            Self::DealWithdrawn => "withdrawn",
            Self::DealExpired => "expired",
            Self::DealApproved => "approved",
            Self::QuoteIssued => "issued",
            Self::QuoteAccepted => "accepted",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::LeadCaptured => "Captured",
            Self::LeadShared => "Shared with you",
            Self::LeadDisqualified => "Disqualified",
            Self::OpportunityOpen => "Open",
            Self::OpportunityConfirmed => "Confirmed",
            Self::DealDraft => "Draft",
            Self::DealSubmitted => "Pending approval",
            Self::DealReturned => "Returned",
            Self::DealRejected => "Rejected",
            Self::DealWithdrawn => "Withdrawn",
            Self::DealExpired => "Expired",
            Self::DealApproved => "Approved",
            Self::QuoteIssued => "Quote issued",
            Self::QuoteAccepted => "Quote accepted",
            Self::Won => "Won",
            Self::Lost => "Lost",
        }
    }

    /// The state of a stored pair.
    pub fn parse(stage: &str, status: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.stage().key() == stage && state.status() == status)
    }

    /// Whether it takes one of the places that a tier gives for open registered deals.
    pub fn takes_a_place(self) -> bool {
        matches!(self, Self::DealSubmitted | Self::DealApproved | Self::QuoteIssued | Self::QuoteAccepted)
    }
}

/// Something that moves a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// Give a lead to a reseller.
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
    /// Its protection ends.
    Expire,
    /// Price it.
    Issue,
    /// Take the price.
    Accept,
    /// Sold.
    Win,
    /// Not sold.
    Lose,
}

impl Move {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Share,
        Self::Disqualify,
        Self::Convert,
        Self::Confirm,
        Self::Register,
        Self::Approve,
        Self::Return,
        Self::Reject,
        Self::Withdraw,
        Self::Expire,
        Self::Issue,
        Self::Accept,
        Self::Win,
        Self::Lose,
    ];

    /// The party that makes it.
    pub fn by(self) -> Party {
        match self {
            Self::Register | Self::Withdraw | Self::Accept => Party::Reseller,
            Self::Share
            | Self::Disqualify
            | Self::Convert
            | Self::Confirm
            | Self::Approve
            | Self::Return
            | Self::Reject
            | Self::Expire
            | Self::Issue
            | Self::Win
            | Self::Lose => Party::Vendor,
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
        (Move::Disqualify, Some(S::LeadCaptured | S::LeadShared)) => S::LeadDisqualified,
        (Move::Convert, Some(S::LeadCaptured | S::LeadShared)) => S::OpportunityOpen,
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
        (Move::Expire, Some(S::DealApproved)) => S::DealExpired,
        (Move::Issue, Some(S::DealApproved | S::QuoteIssued)) => S::QuoteIssued,
        (Move::Accept, Some(S::QuoteIssued)) => S::QuoteAccepted,
        (Move::Win, Some(S::QuoteIssued | S::QuoteAccepted)) => S::Won,
        (Move::Lose, Some(S::DealApproved | S::QuoteIssued | S::QuoteAccepted)) => S::Lost,
        _ => return Err(Refused::NotFromHere),
    };
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::{Move, Refused, Stage, State, step};
    use crate::platform::access::Party;

    #[test]
    fn stored_pairs_come_back_and_are_distinct() {
        for state in State::ALL {
            assert_eq!(State::parse(state.stage().key(), state.status()), Some(state));
        }
    }

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
            let begins = matches!(state, State::LeadCaptured | State::DealDraft);
            assert_eq!(reached, !begins, "{state:?}");
        }
    }

    #[test]
    fn pending_and_running_deals_take_a_place_and_finished_ones_do_not() {
        let taking: Vec<State> = State::ALL.into_iter().filter(|state| state.takes_a_place()).collect();
        assert_eq!(
            taking,
            [State::DealSubmitted, State::DealApproved, State::QuoteIssued, State::QuoteAccepted]
        );
    }
}
