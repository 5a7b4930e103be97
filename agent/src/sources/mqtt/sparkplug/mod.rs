//! Sparkplug B 3.0 as a listener: births give names to aliases, data follows in a numbered sequence, deaths end it.
//!
//! Everything an edge node says travels at QoS 0: what is lost on the way is gone, and only a gap in the sequence
//! tells. A node is asked for its births (NCMD `Node Control/Rebirth`, the protocol's own way) when data cannot be
//! read without them, and only where the site's configuration says `rebirth = true`: the agent sends nothing else to
//! anything it reads. Without that permission such data is dropped and counted until the next birth.

mod node;
mod payload;

pub(in crate::sources::mqtt) use node::{Kind, Node, Told, ask};

/// The topics of an edge node: of itself, and of all its devices, because they share one sequence.
pub(super) fn topics(group: &str, node: &str) -> [String; 2] {
    [format!("spBv1.0/{group}/+/{node}"), format!("spBv1.0/{group}/+/{node}/+")]
}

/// The topic of a command to an edge node.
pub(super) fn command(group: &str, node: &str) -> String {
    format!("spBv1.0/{group}/NCMD/{node}")
}

/// What a topic says, by the specification's section 4.1: group, kind, node, device.
pub(super) fn parse(topic: &str) -> Option<(&str, Kind, &str, Option<&str>)> {
    let mut parts = topic.split('/');
    if parts.next() != Some("spBv1.0") {
        return None;
    }
    let (group, kind, node, device) = (parts.next()?, parts.next()?, parts.next()?, parts.next());
    let kind = match (kind, device) {
        ("NBIRTH", None) => Kind::NodeBirth,
        ("NDEATH", None) => Kind::NodeDeath,
        ("DBIRTH", Some(_)) => Kind::DeviceBirth,
        ("DDEATH", Some(_)) => Kind::DeviceDeath,
        ("NDATA", None) | ("DDATA", Some(_)) => Kind::Data,
        _ => return None,
    };
    parts.next().is_none().then_some((group, kind, node, device))
}
