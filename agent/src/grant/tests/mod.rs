//! Deny by default, tried from every side.

mod authority;
mod gate;
mod verify;
