//! Placeholder while the dependency graph is built.
