//! The only legal moves of an application, and when it is decided. Pure.

use super::model::Status;
use crate::domains::audit::Fact;
use crate::platform::base::DAY_MS;

/// `RiverSync` decides within this long of the newest submission.
pub const REVIEW_MS: i64 = 5 * DAY_MS;

/// What can be done to an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// By the applicant, after a return.
    Resubmit,
    /// By the applicant.
    Withdraw,
    /// By the reviewer.
    Approve,
    /// By the reviewer, with a reason.
    Reject,
    /// By the reviewer, with a note.
    Return,
}

impl Move {
    #[cfg(test)]
    const ALL: [Self; 5] = [Self::Resubmit, Self::Withdraw, Self::Approve, Self::Reject, Self::Return];

    /// What the log says of it.
    pub fn fact(self) -> Fact {
        match self {
            Self::Resubmit => Fact::ApplicationResubmitted,
            Self::Withdraw => Fact::ApplicationWithdrawn,
            Self::Approve => Fact::ApplicationApproved,
            Self::Reject => Fact::ApplicationRejected,
            Self::Return => Fact::ApplicationReturned,
        }
    }

    /// Whether the reviewer must say why.
    pub fn needs_note(self) -> bool {
        matches!(self, Self::Reject | Self::Return)
    }
}

/// How an application stands after a move; `None` when the move is not legal from there.
pub fn after(status: Status, what: Move) -> Option<Status> {
    Some(match (status, what) {
        (Status::Returned, Move::Resubmit) => Status::Submitted,
        (Status::Submitted | Status::Returned, Move::Withdraw) => Status::Withdrawn,
        (Status::Submitted, Move::Approve) => Status::Approved,
        (Status::Submitted, Move::Reject) => Status::Rejected,
        (Status::Submitted, Move::Return) => Status::Returned,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Move, after};
    use crate::domains::enrolment::application::model::Status;

    #[test]
    fn what_is_decided_stays_decided() {
        for end in [Status::Approved, Status::Rejected, Status::Withdrawn] {
            for what in Move::ALL {
                assert_eq!(after(end, what), None, "{end:?} {what:?}");
            }
            assert!(end.may_apply_again());
        }
    }

    #[test]
    fn only_what_waits_for_the_reviewer_can_be_decided() {
        for what in [Move::Approve, Move::Reject, Move::Return] {
            assert!(after(Status::Submitted, what).is_some());
            assert_eq!(after(Status::Returned, what), None);
        }
        assert_eq!(after(Status::Returned, Move::Resubmit), Some(Status::Submitted));
        assert_eq!(after(Status::Submitted, Move::Resubmit), None);
        assert!(!Status::Submitted.may_apply_again() && !Status::Returned.may_apply_again());
    }
}
