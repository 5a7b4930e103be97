//! From the store to the cloud: [`session`] decides, [`assemble`] packs, [`http`] carries, [`link`] drives them,
//! [`policy`] listens for what may flow.

pub mod assemble;
pub mod backoff;
pub mod http;
pub mod link;
pub mod policy;
pub mod session;
pub mod step;

#[cfg(test)]
mod tests;
