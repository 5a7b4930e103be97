//! Where a record of the funnel can be (PORTAL 3.2, C10, C11).

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
    /// `RiverSync` offers it to a reseller, who has not said yet whether it takes it.
    LeadShared,
    /// The reseller that it was offered to works it.
    LeadAccepted,
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
    /// `RiverSync` took the price back.
    QuoteRecalled,
    /// The reseller did not take the price.
    QuoteDeclined,
    /// The reseller took the price.
    QuoteAccepted,
    /// Sold.
    Won,
    /// Not sold.
    Lost,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::LeadCaptured,
        Self::LeadShared,
        Self::LeadAccepted,
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
        Self::QuoteRecalled,
        Self::QuoteDeclined,
        Self::QuoteAccepted,
        Self::Won,
        Self::Lost,
    ];

    /// Its rung.
    pub fn stage(self) -> Stage {
        match self {
            Self::LeadCaptured | Self::LeadShared | Self::LeadAccepted | Self::LeadDisqualified => {
                Stage::Lead
            }
            Self::OpportunityOpen | Self::OpportunityConfirmed => Stage::Opportunity,
            Self::DealDraft
            | Self::DealSubmitted
            | Self::DealReturned
            | Self::DealRejected
            | Self::DealWithdrawn
            | Self::DealExpired
            | Self::DealApproved => Stage::Deal,
            Self::QuoteIssued | Self::QuoteRecalled | Self::QuoteDeclined | Self::QuoteAccepted => {
                Stage::Quote
            }
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
            Self::LeadAccepted => "accepted",
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
            Self::QuoteRecalled => "recalled",
            Self::QuoteDeclined => "declined",
            Self::QuoteAccepted => "accepted",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::LeadCaptured => "Captured",
            Self::LeadShared => "Offered",
            Self::LeadAccepted => "Accepted",
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
            Self::QuoteRecalled => "Quote withdrawn",
            Self::QuoteDeclined => "Quote declined",
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
        matches!(
            self,
            Self::DealSubmitted
                | Self::DealApproved
                | Self::QuoteIssued
                | Self::QuoteRecalled
                | Self::QuoteDeclined
                | Self::QuoteAccepted
        )
    }
}

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn stored_pairs_come_back_and_are_distinct() {
        for state in State::ALL {
            assert_eq!(State::parse(state.stage().key(), state.status()), Some(state));
        }
    }

    #[test]
    fn pending_and_running_deals_take_a_place_and_finished_ones_do_not() {
        let taking: Vec<State> = State::ALL.into_iter().filter(|state| state.takes_a_place()).collect();
        assert_eq!(
            taking,
            [
                State::DealSubmitted,
                State::DealApproved,
                State::QuoteIssued,
                State::QuoteRecalled,
                State::QuoteDeclined,
                State::QuoteAccepted
            ]
        );
    }
}
