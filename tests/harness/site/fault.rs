//! What a device can be made to do wrong (the hostile cases a field bus really shows).

use std::time::Duration;

/// A device's behaviour towards requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Answers as it should.
    #[default]
    None,
    /// Answers this much later.
    Delay(Duration),
    /// Accepts and never answers.
    Silence,
    /// Answers every request with this exception code.
    Exception(u8),
    /// Closes the connection instead of answering.
    Drop,
    /// Answers with bytes that are no frame.
    Garbage,
    /// Sends half of the answer and closes.
    Truncate,
    /// Answers this much later while it already takes the next request: replies arrive out of step.
    LateReply(Duration),
    /// Answers with the transaction number of another request.
    WrongTransaction,
    /// Says it carries more bytes than were asked for.
    WrongLength,
}
