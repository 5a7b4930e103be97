//! Reading `cloud.toml`: every wrong line is named, each with its place and what would be right.

use super::{ConfigError, KEYS, Overrides, mail};

/// More wrong lines than anybody wants to read at once.
const MOST_ERRORS: usize = 50;

/// The settings in `text`, and everything that is wrong with it. A wrong line is left out and the rest is read on.
pub(super) fn parse(path: &str, text: &str) -> (Overrides, Vec<ConfigError>) {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let mut errors = Vec::new();
    while errors.len() < MOST_ERRORS {
        let left = lines.join("\n");
        let error = match toml::from_str(&left) {
            Ok(settings) => return (settings, errors),
            Err(error) => error,
        };
        let at = error.span().map_or(0, |span| span.start).min(left.len());
        let line = left.get(..at).unwrap_or_default().matches('\n').count();
        errors.push(ConfigError::File { path: path.to_owned(), line: line + 1, text: said(&error) });
        match lines.get_mut(line) {
            Some(wrong) if !wrong.is_empty() => *wrong = "",
            _ => break,
        }
    }
    (Overrides::default(), errors)
}

fn said(error: &toml::de::Error) -> String {
    let message = error.message();
    let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    match unknown.and_then(|unknown| Some((unknown, nearest(unknown)?))) {
        Some((unknown, nearest)) => {
            format!("there is no setting \"{unknown}\"; did you mean \"{nearest}\"?")
        }
        None => message.to_owned(),
    }
}

fn nearest(unknown: &str) -> Option<&'static str> {
    let near = KEYS.into_iter().chain(mail::KEYS).min_by_key(|key| distance(unknown, key))?;
    (distance(unknown, near) <= near.len() / 2).then_some(near)
}

/// How many letters must change (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(b.chars()) {
            let value = (diagonal + usize::from(x != y)).min(*cell + 1).min(left + 1);
            diagonal = *cell;
            *cell = value;
            left = value;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn every_wrong_line_is_named_with_its_place_and_the_nearest_key() {
        let text =
            "# comment\ndatabase_ulr = \"sqlite:x\"\nportal_listen = \"nowhere\"\n[mail]\nservr = \"x\"\n";
        let said: Vec<String> = parse("cloud.toml", text).1.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 3, "{said:?}");
        let known = "cloud.toml:2: there is no setting \"database_ulr\"; did you mean \"database_url\"?";
        assert!(said.iter().any(|said| said == known), "{said:?}");
        assert!(said.iter().any(|said| said.starts_with("cloud.toml:3: ")), "{said:?}");
        let mail = "cloud.toml:5: there is no setting \"servr\"; did you mean \"server\"?";
        assert!(said.iter().any(|said| said == mail), "{said:?}");
    }

    #[test]
    fn what_is_no_toml_at_all_ends() {
        for text in ["[[[", "a = ", "\"\"\"", "x = [1,\n2,\n", "\u{0}", ""] {
            let (_, errors) = parse("cloud.toml", text);
            assert_eq!(errors.is_empty(), text.is_empty(), "{text:?}: {errors:?}");
        }
    }
}
