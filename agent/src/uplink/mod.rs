//! From the store to the cloud: [`session`] decides, `assemble` packs, `http` carries.

pub mod backoff;
pub mod session;

#[cfg(test)]
mod tests;
