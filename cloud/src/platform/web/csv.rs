//! CSV of exactly what is seen. A cell that a spreadsheet would run as a formula is defused (PORTAL 6.5).

use super::layout::View;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// A column of a file: the key of the column of the page that it belongs to (empty: it is always there), its head, and what
/// it says of a record.
pub type CsvColumn<'a, T> = (&'static str, &'static str, &'a dyn Fn(&T) -> String);

/// A table being written.
#[derive(Clone, Debug)]
pub struct Csv {
    text: String,
}

impl Csv {
    /// With this head line.
    pub fn new(head: &[&str]) -> Self {
        let mut csv = Self { text: String::new() };
        csv.row(head.iter().copied());
        csv
    }

    /// The columns of a list that `view` shows, of all of `rows`.
    pub fn of<'a, T: 'a>(
        view: &View,
        columns: &[CsvColumn<'_, T>],
        rows: impl IntoIterator<Item = &'a T>,
    ) -> Self {
        let shown = columns.iter().filter(|(of, ..)| of.is_empty() || view.shows(of));
        let mut csv = Self::new(&shown.map(|(_, head, _)| *head).collect::<Vec<_>>());
        csv.more(view, columns, rows);
        csv
    }

    /// More rows of the same list.
    pub fn more<'a, T: 'a>(
        &mut self,
        view: &View,
        columns: &[CsvColumn<'_, T>],
        rows: impl IntoIterator<Item = &'a T>,
    ) {
        let shown: Vec<_> = columns.iter().filter(|(of, ..)| of.is_empty() || view.shows(of)).collect();
        for row in rows {
            self.row(shown.iter().map(|(.., text)| text(row)));
        }
    }

    /// One more line.
    pub fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        for (at, cell) in cells.into_iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            self.cell(cell.as_ref());
        }
        self.text.push_str("\r\n");
    }

    fn cell(&mut self, cell: &str) {
        // A plain negative number is no formula.
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
        if !formula && !cell.contains([',', '"', '\n', '\r']) {
            self.text.push_str(cell);
            return;
        }
        self.text.push('"');
        if formula {
            self.text.push('\'');
        }
        self.text.push_str(&cell.replace('"', "\"\""));
        self.text.push('"');
    }

    /// As an address that holds the file itself: for few numbers that the page shows anyway.
    pub fn inline(&self) -> String {
        let mut address = "data:text/csv;charset=utf-8,".to_owned();
        for byte in self.text.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => address.push(byte.into()),
                _ => address.push_str(&format!("%{byte:02X}")),
            }
        }
        address
    }

    /// What was written since this was asked last: a long list is sent piece by piece.
    pub fn taken(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// As a file of this name, without ending.
    pub fn file(self, name: &str) -> Response {
        Self::sent(name, self.text)
    }

    /// A file of this name, without ending, of what was [`Self::taken`].
    pub fn sent(name: &str, text: impl IntoResponse) -> Response {
        let safe: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect();
        let mut response = text.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{safe}.csv\"")) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::Csv;
    use crate::platform::web::layout::View;

    #[test]
    fn formulas_are_defused_and_quotes_doubled() {
        let mut csv = Csv::new(&["a", "b"]);
        csv.row(["=1+1", "-4.5"]);
        csv.row(["say \"hi\", you", "@x"]);
        assert_eq!(csv.text, "a,b\r\n\"'=1+1\",-4.5\r\n\"say \"\"hi\"\", you\",\"'@x\"\r\n");
    }

    #[test]
    fn a_file_has_the_columns_that_are_seen() {
        let name = |row: &(&str, i32)| row.0.to_owned();
        let size = |row: &(&str, i32)| row.1.to_string();
        let columns: [super::CsvColumn<'_, _>; 3] =
            [("", "Id", &name), ("size", "Size", &size), ("name", "Name", &name)];
        let rows = [("a", 1), ("b", 2)];
        let text = |uri: &str| Csv::of(&View::at(uri), &columns, &rows).text;
        assert_eq!(text("/x"), "Id,Size,Name\r\na,1,a\r\nb,2,b\r\n");
        assert_eq!(text("/x?cols=size&cols=other"), "Id,Size\r\na,1\r\nb,2\r\n");
    }
}
