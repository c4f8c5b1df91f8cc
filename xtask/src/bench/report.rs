//! Figures to text: the table for people and the JSON for comparisons over time.

use std::fmt::Write;

use super::{Measured, Row, Vm};
use crate::json::Json;

/// Times of all VMs beside one another, and how many times faster the first one is than each.
pub fn table(vms: &[Vm], rows: &[Row], of: Of) -> String {
    let mut text = String::new();
    let _ = write!(text, "\n{:24}", "whole process, ms");
    header(&mut text, vms);
    for row in rows {
        line(&mut text, &row.name, &row.measured, |measured| of.runs(&measured.whole), 1e3);
    }
    means(&mut text, vms, rows, |measured| of.runs(&measured.whole));
    let _ = write!(text, "\n{:24}", "one loop when warm, ms");
    header(&mut text, vms);
    for row in rows.iter().filter(|row| row.measured.iter().any(|it| !it.steady.is_empty())) {
        line(&mut text, &row.name, &row.measured, |measured| of.runs(&measured.steady), 1e3);
    }
    means(&mut text, vms, rows, |measured| of.runs(&measured.steady));
    let _ = write!(text, "\n{:24}", "peak memory, MB");
    header(&mut text, vms);
    for row in rows {
        let megabytes = |measured: &Measured| of.runs(&measured.memory_bytes);
        line(&mut text, &row.name, &row.measured, megabytes, 1.0 / (1 << 20) as f64);
    }
    means(&mut text, vms, rows, |measured| of.runs(&measured.memory_bytes));
    text
}

fn header(text: &mut String, vms: &[Vm]) {
    for (index, vm) in vms.iter().enumerate() {
        let _ = write!(text, "{:>14}", vm.name);
        if index > 0 {
            let _ = write!(text, "{:>9}", "ratio");
        }
    }
    text.push('\n');
}

fn line(
    text: &mut String,
    name: &str,
    measured: &[Measured],
    figure: impl Fn(&Measured) -> Option<f64>,
    scale: f64,
) {
    let _ = write!(text, "{name:24}");
    let first = measured.first().and_then(&figure);
    for (index, measured) in measured.iter().enumerate() {
        let value = figure(measured);
        match value {
            Some(value) => drop(write!(text, "{:>14}", digits(value * scale))),
            None => drop(write!(text, "{:>14}", "-")),
        }
        if index > 0 {
            match (first, value) {
                (Some(first), Some(value)) => drop(write!(text, "{:>8.2}x", value / first)),
                _ => drop(write!(text, "{:>9}", "-")),
            }
        }
    }
    text.push('\n');
}

fn means(
    text: &mut String,
    vms: &[Vm],
    rows: &[Row],
    figure: impl Fn(&Measured) -> Option<f64> + Copy,
) {
    let _ = write!(text, "{:24}{:>14}", "geometric mean", "");
    for index in 1..vms.len() {
        match mean_ratio(rows, index, figure) {
            Some((mean, count)) => drop(write!(text, "{:>14}{mean:>8.2}x", format!("({count})"))),
            None => drop(write!(text, "{:>23}", "-")),
        }
    }
    text.push('\n');
}

/// The geometric mean, over the programs that both ran, of the other VM's figure by the first
/// one's; and how many programs these are. Start-up stands apart.
fn mean_ratio(
    rows: &[Row],
    index: usize,
    figure: impl Fn(&Measured) -> Option<f64>,
) -> Option<(f64, usize)> {
    let logarithms: Vec<f64> = rows
        .iter()
        .filter(|row| !row.name.starts_with("startup"))
        .filter_map(|row| Some((figure(&row.measured[index])? / figure(&row.measured[0])?).ln()))
        .collect();
    let count = logarithms.len();
    (count > 0).then(|| ((logarithms.iter().sum::<f64>() / count as f64).exp(), count))
}

fn digits(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 1.0 => format!("{value:.2}"),
        value if value >= 0.001 => format!("{value:.5}"),
        _ => format!("{value:.2e}"),
    }
}

/// The figure that stands for several runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Median,
    /// The least: what other work of the machine disturbed least.
    Best,
}

impl Of {
    fn runs(self, values: &[f64]) -> Option<f64> {
        match self {
            Of::Median => median(values),
            Of::Best => values.iter().copied().min_by(f64::total_cmp),
        }
    }
}

pub fn median(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        count if count % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

/// What failed, and where two VMs computed different things.
pub fn complaints(vms: &[Vm], rows: &[Row]) -> Vec<String> {
    let mut complaints = Vec::new();
    for row in rows {
        let mut expected: Option<(&Vm, &str)> = None;
        for (vm, measured) in vms.iter().zip(&row.measured).rev() {
            if let Some(error) = &measured.error {
                complaints.push(format!("{} on {}: {error}", row.name, vm.name));
            } else if let Some((other, sum)) = expected.filter(|(_, sum)| *sum != measured.checksum)
            {
                complaints.push(format!(
                    "{}: checksum {} on {}, {sum} on {}",
                    row.name, measured.checksum, vm.name, other.name
                ));
            } else {
                expected = Some((vm, &measured.checksum));
            }
        }
    }
    complaints
}

pub fn json(vms: &[Vm], rows: &[Row], of: Of) -> String {
    let versions = vms
        .iter()
        .map(|vm| {
            Json::object([
                ("name", Json::text(&vm.name)),
                ("command", Json::text(&vm.command.join(" "))),
                ("version", Json::text(&vm.version)),
            ])
        })
        .collect();
    let programs = rows
        .iter()
        .map(|row| {
            let figures = row.measured.iter().map(measured_json).collect();
            Json::object([("name", Json::text(&row.name)), ("vms", Json::List(figures))])
        })
        .collect();
    let means = (1..vms.len())
        .map(|index| {
            let mean = |figure: &dyn Fn(&Measured) -> Option<f64>| {
                Json::number(mean_ratio(rows, index, figure).map(|(mean, _)| mean))
            };
            Json::object([
                ("against", Json::text(&vms[index].name)),
                ("whole", mean(&|measured| of.runs(&measured.whole))),
                ("steady", mean(&|measured| of.runs(&measured.steady))),
                ("memory", mean(&|measured| of.runs(&measured.memory_bytes))),
            ])
        })
        .collect();
    let all = Json::object([
        ("vms", Json::List(versions)),
        ("programs", Json::List(programs)),
        ("geometric_means", Json::List(means)),
    ]);
    format!("{all}\n")
}

fn measured_json(measured: &Measured) -> Json {
    let list = |values: &[f64]| Json::List(values.iter().map(|it| Json::number(Some(*it))).collect());
    Json::object([
        ("whole_seconds", list(&measured.whole)),
        ("loop_seconds", list(&measured.steady)),
        ("memory_bytes", list(&measured.memory_bytes)),
        ("checksum", Json::text(&measured.checksum)),
        ("error", measured.error.as_deref().map_or(Json::Null, Json::text)),
    ])
}
