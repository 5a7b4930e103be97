//! A line for a shell: it works when it is pasted, once `RIVERSYNC_KEY` holds a key.

/// What is sent.
#[derive(Clone, Debug)]
pub(super) enum Sent {
    /// Nothing but the address.
    Nothing,
    /// JSON.
    Json(String),
    /// The fields of a form with a document.
    Form(Vec<String>),
}

/// Whether a program says who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// It sends its key.
    With,
    /// Anybody may ask.
    Without,
}

/// The line that sends it.
pub(super) fn line(key: Key, method: &str, url: &str, sent: &Sent) -> String {
    let mut line = "curl -sS".to_owned();
    if method != "GET" {
        line.push_str(&format!(" -X {method}"));
    }
    if key == Key::With {
        line.push_str(" -H \"Authorization: Bearer $RIVERSYNC_KEY\"");
    }
    match sent {
        Sent::Nothing => {}
        Sent::Json(body) => {
            line.push_str(&format!(" -H 'Content-Type: application/json' --data {}", quoted(body)));
        }
        Sent::Form(fields) => {
            for field in fields {
                line.push_str(&format!(" -F {}", quoted(&format!("{field}=text"))));
            }
        }
    }
    // The braces and brackets of an address are its own, not curl's.
    line.push_str(&format!(" -g {}", quoted(url)));
    line
}

/// As one word of a shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::{Key, Sent, line, quoted};

    #[test]
    fn whatever_is_sent_is_one_word_of_the_shell() {
        let url = "https://x.example/api/v1/a?b=1&c=$(id)";
        let got = line(Key::With, "GET", url, &Sent::Nothing);
        assert_eq!(got, format!("curl -sS -H \"Authorization: Bearer $RIVERSYNC_KEY\" -g '{url}'"));
        assert_eq!(line(Key::Without, "GET", url, &Sent::Nothing), format!("curl -sS -g '{url}'"));
        let posted = line(Key::With, "POST", url, &Sent::Json(r#"{"why":"it's"}"#.to_owned()));
        assert!(posted.contains(" -X POST ") && posted.contains(r#"--data '{"why":"it'\''s"}'"#), "{posted}");
        assert_eq!(quoted("a'b"), r"'a'\''b'");
    }
}
