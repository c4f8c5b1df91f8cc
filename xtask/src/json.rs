//! Enough JSON to write reports: values and their text. Reading is left to those who use them.

use std::fmt::{Display, Formatter, Result};

pub enum Json {
    Null,
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    pub fn text(text: &str) -> Json {
        Json::Text(text.to_string())
    }

    /// Null where there is no figure, or none that JSON can say.
    pub fn number(value: Option<f64>) -> Json {
        value.filter(|value| value.is_finite()).map_or(Json::Null, Json::Number)
    }

    pub fn object<const N: usize>(fields: [(&'static str, Json); N]) -> Json {
        Json::Object(fields.into())
    }
}

impl Display for Json {
    fn fmt(&self, out: &mut Formatter) -> Result {
        match self {
            Json::Null => write!(out, "null"),
            Json::Number(value) => write!(out, "{value}"),
            Json::Text(text) => quoted(out, text),
            Json::List(items) => {
                write!(out, "[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(out, "{}{item}", if index > 0 { ", " } else { "" })?;
                }
                write!(out, "]")
            }
            Json::Object(fields) => {
                write!(out, "{{")?;
                for (index, (name, value)) in fields.iter().enumerate() {
                    write!(out, "{}", if index > 0 { ",\n " } else { "" })?;
                    quoted(out, name)?;
                    write!(out, ": {value}")?;
                }
                write!(out, "}}")
            }
        }
    }
}

fn quoted(out: &mut Formatter, text: &str) -> Result {
    write!(out, "\"")?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(out, "\\{c}")?,
            c if c < ' ' => write!(out, "\\u{:04x}", c as u32)?,
            c => write!(out, "{c}")?,
        }
    }
    write!(out, "\"")
}
