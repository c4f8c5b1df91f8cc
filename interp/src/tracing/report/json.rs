//! JSON that may stand in a page: nothing in a text ends the element that it lies in. Not here: what is written.

use std::fmt::Write;

/// An object in the making.
#[derive(Default)]
pub struct Object(String);

/// A list in the making.
#[derive(Default)]
pub struct List(String);

impl Object {
    /// A field whose value is JSON.
    pub fn raw(&mut self, name: &str, json: &str) -> &mut Object {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        quote(&mut self.0, name);
        self.0.push(':');
        self.0.push_str(json);
        self
    }
    pub fn text(&mut self, name: &str, text: &str) -> &mut Object {
        let mut quoted = String::with_capacity(text.len() + 2);
        quote(&mut quoted, text);
        self.raw(name, &quoted)
    }
    pub fn number(&mut self, name: &str, number: i64) -> &mut Object {
        self.raw(name, &number.to_string())
    }
    pub fn list(&mut self, name: &str, items: Vec<String>) -> &mut Object {
        self.raw(name, &format!("[{}]", items.join(",")))
    }
    pub fn texts(&mut self, name: &str, texts: &[String]) -> &mut Object {
        let mut list = List::default();
        texts.iter().for_each(|text| _ = list.text(text));
        self.raw(name, &list.end())
    }
    pub fn end(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "{}" } else { "}" });
        self.0
    }
}

impl List {
    fn next(&mut self) -> &mut String {
        self.0.push(if self.0.is_empty() { '[' } else { ',' });
        &mut self.0
    }
    pub fn text(&mut self, text: &str) -> &mut List {
        quote(self.next(), text);
        self
    }
    pub fn number(&mut self, number: i64) -> &mut List {
        // Writing to a string does not fail.
        let _ = write!(self.next(), "{number}");
        self
    }
    pub fn end(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "[]" } else { "]" });
        self.0
    }
}

fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            // The first three end or begin elements; the others break lines in scripts, or stand for nothing.
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\u{7f}' => _ = write!(out, "\\u{:04x}", c as u32),
            c if c < ' ' => _ = write!(out, "\\u{:04x}", c as u32),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_end_nothing() {
        let mut object = Object::default();
        object.text("a", "</script><!-- & \"\\\u{2028}\n\u{1}").number("b", -1).list("c", vec![]).raw("d", &List::default().end());
        let json = object.end();
        assert_eq!(json, r#"{"a":"\u003c/script\u003e\u003c!-- \u0026 \"\\\u2028\n\u0001","b":-1,"c":[],"d":[]}"#);
        assert_eq!(Object::default().end(), "{}");
    }
}
