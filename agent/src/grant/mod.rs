//! What may flow: the signed policy, its view, the gate.

mod view;

pub use view::Granted;
