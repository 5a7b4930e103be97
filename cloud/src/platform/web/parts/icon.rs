//! Our own icons: symbols of one file, drawn on a grid of 16 with a stroke of 1.5.

use crate::platform::web::assets;
use std::fmt;

macro_rules! icons {
    ($($name:ident => $id:literal),+ $(,)?) => {
        /// A symbol of `assets/icons.svg`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Icon {
            $(#[doc = $id] $name),+
        }

        impl Icon {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its id in the file.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id),+ }
            }
        }
    };
}

icons! {
    Mark => "mark", Overview => "overview", Lead => "lead", Opportunity => "opportunity", Deal => "deal",
    Quote => "quote", Closed => "closed", Partner => "partner", Agreement => "agreement", Workload => "workload",
    Device => "device", Renewal => "renewal", Tier => "tier", Share => "share", Log => "log", Gateway => "gateway",
    Person => "person", Out => "out", Down => "down", More => "more", Check => "check", Alert => "alert",
    Stop => "stop", Info => "info", Clock => "clock", Pause => "pause", Lock => "lock", Hidden => "hidden",
    Moving => "moving", Alarm => "alarm", Visit => "visit", Ticket => "ticket", Metric => "metric",
    Search => "search", Download => "download", Plus => "plus", Back => "back", Next => "next", Up => "up",
    Dot => "dot", Gone => "gone", Eye => "eye", Pen => "pen", Table => "table",
    Bell => "bell", Columns => "columns", Key => "key", Grip => "grip", Calendar => "calendar",
    Saved => "saved",
}

super::safe!(Icon);

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.id();
        write!(
            f,
            r#"<svg class="icon" aria-hidden="true"><use href="{}#{id}"/></svg>"#,
            assets::url("icons.svg")
        )
    }
}
