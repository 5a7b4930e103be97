//! How a command ended, as service managers read it. EDGE section 7.

use std::process::ExitCode;

/// The codes, after `sysexits.h`. A unit file must not restart on 64, 77 and 78: they need a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Fine,
    /// The command line makes no sense.
    Usage,
    /// The cloud cannot be reached, or the agent does not run.
    Unavailable,
    /// A fault of ours.
    Internal,
    /// The disk or the state directory.
    Disk,
    /// Another agent has the store, or another program a serial port.
    Running,
    /// Not enrolled, or no permission.
    Permission,
    /// The configuration.
    Config,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Usage => 64,
            Self::Unavailable => 69,
            Self::Internal => 70,
            Self::Disk => 74,
            Self::Running => 75,
            Self::Permission => 77,
            Self::Config => 78,
        }
    }

    /// The end that `code` of the store stands for.
    pub(crate) fn of_store(code: u8) -> Self {
        match code {
            75 => Self::Running,
            77 => Self::Permission,
            70 => Self::Internal,
            _ => Self::Disk,
        }
    }

    /// The end that an error of the file system stands for.
    pub(crate) fn of_io(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::PermissionDenied => Self::Permission,
            _ => Self::Disk,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
