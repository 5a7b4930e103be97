//! Which messages may be acknowledged: those that are durable, in the order in which they came, on the connection
//! on which they came. Pure.

use std::collections::VecDeque;

/// Messages that wait to be acknowledged.
#[derive(Debug, Default)]
pub(super) struct Acks {
    waiting: VecDeque<Waiting>,
    first: u64,
}

#[derive(Debug)]
struct Waiting {
    packet: u16,
    stored: bool,
}

impl Acks {
    /// A message came; returns the ticket by which it is told that it is stored.
    pub(super) fn came(&mut self, packet: u16) -> u64 {
        self.waiting.push_back(Waiting { packet, stored: false });
        self.first + self.waiting.len() as u64 - 1
    }

    /// The message of this ticket is durable, or nothing of it had to be stored.
    pub(super) fn stored(&mut self, ticket: u64) {
        let index = ticket.checked_sub(self.first).and_then(|index| usize::try_from(index).ok());
        if let Some(waiting) = index.and_then(|index| self.waiting.get_mut(index)) {
            waiting.stored = true;
        }
    }

    /// Acknowledges from the front with `send` as far as messages are stored and it says true.
    pub(super) fn send(&mut self, mut send: impl FnMut(u16) -> bool) {
        while self
            .waiting
            .front()
            .is_some_and(|front| front.stored && (front.packet == 0 || send(front.packet)))
        {
            self.waiting.pop_front();
            self.first += 1;
        }
    }

    /// A new connection: the broker sends again what was not acknowledged, old packet ids mean nothing.
    pub(super) fn forget(&mut self) {
        self.first += self.waiting.len() as u64;
        self.waiting.clear();
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether the front could be sent if the client took it.
    pub(super) fn is_ready(&self) -> bool {
        self.waiting.front().is_some_and(|front| front.stored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_full_client_is_tried_again_and_nothing_is_acknowledged_twice() {
        let mut acks = Acks::default();
        let (a, b) = (acks.came(1), acks.came(2));
        acks.stored(b);
        acks.send(|_| panic!("1 is not stored"));
        acks.stored(a);
        acks.send(|_| false);
        assert!(acks.is_ready());
        let mut sent = Vec::new();
        acks.send(|packet| {
            sent.push(packet);
            true
        });
        assert_eq!(sent, [1, 2]);
        assert_eq!(acks.len(), 0);
    }

    #[test]
    fn after_a_reconnection_old_tickets_mean_nothing() {
        let mut acks = Acks::default();
        let old = acks.came(1);
        acks.forget();
        let new = acks.came(1);
        acks.stored(old);
        acks.send(|_| panic!("the new message is not stored"));
        acks.stored(new);
        let mut sent = 0;
        acks.send(|_| {
            sent += 1;
            true
        });
        assert_eq!(sent, 1);
    }

    proptest! {
        #[test]
        fn always_in_order_and_never_before_it_is_stored(steps in proptest::collection::vec((0_u8..4, any::<u16>()), 0..200)) {
            let mut acks = Acks::default();
            let mut tickets: Vec<(u64, u16, bool)> = Vec::new();
            let mut next = 1_u16;
            for (step, pick) in steps {
                match step {
                    0 | 1 => {
                        tickets.push((acks.came(next), next, false));
                        next += 1;
                    }
                    2 if !tickets.is_empty() => {
                        let index = usize::from(pick) % tickets.len();
                        acks.stored(tickets[index].0);
                        tickets[index].2 = true;
                    }
                    _ => {
                        let mut sent = Vec::new();
                        acks.send(|packet| { sent.push(packet); true });
                        for packet in sent {
                            let (_, expected, stored) = tickets.remove(0);
                            prop_assert_eq!(packet, expected);
                            prop_assert!(stored);
                        }
                    }
                }
            }
        }
    }
}
