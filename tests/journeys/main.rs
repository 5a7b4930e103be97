//! Journeys: real processes, from the outside, as a person or a device meets them.
