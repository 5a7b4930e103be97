//! Tells cargo that a new migration changes the binary.
fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
