//! CSV of exactly what is seen. A cell that a spreadsheet would run as a formula is defused (PORTAL 6.5).

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

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

    /// As a file of this name, without ending.
    pub fn file(self, name: &str) -> Response {
        let safe: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect();
        let mut response = self.text.into_response();
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

    #[test]
    fn formulas_are_defused_and_quotes_doubled() {
        let mut csv = Csv::new(&["a", "b"]);
        csv.row(["=1+1", "-4.5"]);
        csv.row(["say \"hi\", you", "@x"]);
        assert_eq!(csv.text, "a,b\r\n\"'=1+1\",-4.5\r\n\"say \"\"hi\"\", you\",\"'@x\"\r\n");
    }
}
