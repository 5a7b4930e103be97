//! Enrolment's story: codes, certificates, the listener.
