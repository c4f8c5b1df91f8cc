//! The module `time`.

use crate::error::{R, overflow_error, type_error, value_error};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::module::Module;
use crate::objects::str::{self, Str};
use crate::objects::structseq::{self, Spec};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{class_of, intern, type_name};
use core::cell::OnceCell;
use std::ffi::{CStr, CString};

static STRUCT_TIME: Spec = Spec {
    module: "time",
    name: "struct_time",
    doc: "The time value as returned by gmtime(), localtime(), and strptime(), and\naccepted by asctime(), mktime() and strftime().",
    fields: &["tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst", "tm_zone", "tm_gmtoff"],
    visible: 9,
    can_make: true,
};
thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

#[rustfmt::skip]
static FUNCTIONS: [NativeFunction; 24] = [
    function("time", "($module, /)", |_| clock(libc::CLOCK_REALTIME), "Return the current time in seconds since the Epoch."),
    function("time_ns", "($module, /)", |_| clock_ns(libc::CLOCK_REALTIME), "Return the current time in nanoseconds since the Epoch."),
    function("monotonic", "($module, /)", |_| clock(libc::CLOCK_MONOTONIC), "Monotonic clock, cannot go backward."),
    function("monotonic_ns", "($module, /)", |_| clock_ns(libc::CLOCK_MONOTONIC), "Monotonic clock, cannot go backward, as nanoseconds."),
    function("perf_counter", "($module, /)", |_| clock(libc::CLOCK_MONOTONIC), "Performance counter for benchmarking."),
    function("perf_counter_ns", "($module, /)", |_| clock_ns(libc::CLOCK_MONOTONIC), "Performance counter for benchmarking as nanoseconds."),
    function("process_time", "($module, /)", |_| clock(libc::CLOCK_PROCESS_CPUTIME_ID), "Process time for profiling: sum of the kernel and user-space CPU time."),
    function("process_time_ns", "($module, /)", |_| clock_ns(libc::CLOCK_PROCESS_CPUTIME_ID), "Process time for profiling as nanoseconds."),
    function("thread_time", "($module, /)", |_| clock(libc::CLOCK_THREAD_CPUTIME_ID), "Thread time for profiling."),
    function("thread_time_ns", "($module, /)", |_| clock_ns(libc::CLOCK_THREAD_CPUTIME_ID), "Thread time for profiling as nanoseconds."),
    function("clock_gettime", "($module, clk_id, /)", |a| clock(int::index_to_i32(a[0])?), "Return the time of the specified clock clk_id as a float."),
    function("clock_gettime_ns", "($module, clk_id, /)", |a| clock_ns(int::index_to_i32(a[0])?), "Return the time of the specified clock clk_id as nanoseconds (int)."),
    function("clock_getres", "($module, clk_id, /)", clock_getres, "Return the resolution (precision) of the specified clock clk_id."),
    function("sleep", "($module, seconds, /)", sleep, "Delay execution for a given number of seconds."),
    function("gmtime", "($module, seconds=None, /)", |a| broken_down(seconds_argument(a[0])?, false), "Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a. GMT)."),
    function("localtime", "($module, seconds=None, /)", |a| broken_down(seconds_argument(a[0])?, true), "Convert seconds since the Epoch to a time tuple expressing local time."),
    function("mktime", "($module, tuple, /)", mktime, "Convert a time tuple in local time to seconds since the Epoch."),
    function("asctime", "($module, tuple=None, /)", |a| asctime(a[0]), "Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'."),
    function("ctime", "($module, seconds=None, /)", |a| asctime(broken_down(seconds_argument(a[0])?, true)?), "Convert a time in seconds since the Epoch to a string in local time."),
    function("strftime", "($module, format, tuple=None, /)", strftime, "Convert a time tuple to a string according to a format specification."),
    function("strptime", "($module, string, format='%a %b %d %H:%M:%S %Y', /)", strptime, "Parse a string to a time tuple according to a format specification."),
    function("tzset", "($module, /)", set_zone, "Initialize, or reinitialize, the local timezone to the value stored in os.environ['TZ']."),
    function("get_clock_info", "($module, name, /)", get_clock_info, "Get information of the specified clock."),
    function("pthread_getcpuclockid", "($module, thread_id, /)", |_| Ok(Value::int(libc::CLOCK_THREAD_CPUTIME_ID as i64)), "Return the clk_id of a thread's CPU time clock."),
];

unsafe extern "C" {
    // Of the C library; `libc` has no declarations of them for every target.
    fn tzset();
}

fn read_clock(id: i32) -> R<libc::timespec> {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is a valid place for the answer.
    if unsafe { libc::clock_gettime(id, &mut now) } != 0 {
        return Err(crate::objects::exception_os::last(None));
    }
    Ok(now)
}
fn nanoseconds(time: libc::timespec) -> i64 {
    time.tv_sec.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec)
}
fn clock(id: i32) -> R {
    Ok(Value::float(nanoseconds(read_clock(id)?) as f64 * 1e-9))
}
fn clock_ns(id: i32) -> R {
    Ok(Value::int(nanoseconds(read_clock(id)?)))
}
fn resolution(id: i32) -> R<f64> {
    let mut step = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `step` is a valid place for the answer.
    if unsafe { libc::clock_getres(id, &mut step) } != 0 {
        return Err(crate::objects::exception_os::last(None));
    }
    Ok(nanoseconds(step) as f64 * 1e-9)
}
fn clock_getres(args: &[Value]) -> R {
    resolution(int::index_to_i32(args[0])?).map(Value::float)
}
fn get_clock_info(args: &[Value]) -> R {
    let name = args[0].downcast::<Str>().map(|name| name.to_string_lossy());
    let (id, text, is_monotonic, is_adjustable) = match name.as_deref() {
        Some("time") => (libc::CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", false, true),
        Some("monotonic" | "perf_counter") => (libc::CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false),
        Some("process_time") => (libc::CLOCK_PROCESS_CPUTIME_ID, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false),
        Some("thread_time") => (libc::CLOCK_THREAD_CPUTIME_ID, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false),
        Some(_) => return Err(value_error("unknown clock")),
        None => return Err(type_error(format!("get_clock_info() argument 1 must be str, not {}", type_name(args[0])))),
    };
    Ok(crate::objects::simple_namespace::of(&[
        ("implementation", str::new(text).value()),
        ("monotonic", Value::bool(is_monotonic)),
        ("adjustable", Value::bool(is_adjustable)),
        ("resolution", Value::float(resolution(id)?)),
    ]))
}

/// Signals run their handlers in between; the whole time passes all the same.
fn sleep(args: &[Value]) -> R {
    let seconds = if args[0].is_float() {
        args[0].unbox_float()
    } else if crate::vm::class_of(args[0]).slots.index.get().is_some() {
        int::to_f64(ops::index(args[0])?)?
    } else {
        let shown = type_name(args[0]);
        return Err(type_error(format!("'{shown}' object cannot be interpreted as an integer or float")));
    };
    if seconds.is_nan() {
        return Err(value_error("Invalid value NaN (not a number)"));
    }
    if seconds < 0.0 {
        return Err(value_error("sleep length must be non-negative"));
    }
    if seconds > 9_223_372_036.0 {
        return Err(overflow_error("timestamp out of range for platform time_t"));
    }
    let end = nanoseconds(read_clock(libc::CLOCK_MONOTONIC)?).saturating_add((seconds * 1e9) as i64);
    let until = libc::timespec { tv_sec: end / 1_000_000_000, tv_nsec: end % 1_000_000_000 };
    loop {
        // SAFETY: `until` is a valid time; no remaining time is asked for.
        let result = unsafe {
            libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &until, core::ptr::null_mut())
        };
        crate::pending::check()?;
        if result != libc::EINTR {
            return Ok(NONE);
        }
    }
}

// -- broken-down time ------------------------------------------------------------------

fn seconds_argument(value: Value) -> R<i64> {
    let Some(value) = ops::given(value) else { return Ok(read_clock(libc::CLOCK_REALTIME)?.tv_sec) };
    if value.is_float() {
        let seconds = value.unbox_float();
        if seconds.is_nan() {
            return Err(value_error("Invalid value NaN (not a number)"));
        }
        if !(-9.2e18..9.2e18).contains(&seconds) {
            return Err(overflow_error("timestamp out of range for platform time_t"));
        }
        return Ok(seconds.floor() as i64);
    }
    int::to_i64(ops::index(value)?).ok_or_else(|| overflow_error("timestamp out of range for platform time_t"))
}

fn broken_down(seconds: i64, is_local: bool) -> R {
    let time: libc::time_t = seconds;
    // SAFETY: a zeroed tm is a valid value; both functions fill it from a valid time.
    let filled = unsafe {
        let mut tm: libc::tm = core::mem::zeroed();
        let answer = if is_local { libc::localtime_r(&time, &mut tm) } else { libc::gmtime_r(&time, &mut tm) };
        if answer.is_null() { None } else { Some(tm) }
    };
    let Some(tm) = filled else { return Err(crate::objects::exception_os::last(None)) };
    let zone = if tm.tm_zone.is_null() {
        String::new()
    } else {
        // SAFETY: the C library's name of the zone is NUL-terminated and stays.
        unsafe { CStr::from_ptr(tm.tm_zone) }.to_string_lossy().into_owned()
    };
    let number = |i: i32| Value::int(i as i64);
    let class = CLASS.with(|own| *own.get_or_init(|| structseq::class(&STRUCT_TIME)));
    structseq::make(class, &[
        Value::int(tm.tm_year as i64 + 1900), number(tm.tm_mon + 1), number(tm.tm_mday), number(tm.tm_hour),
        number(tm.tm_min), number(tm.tm_sec), number((tm.tm_wday + 6) % 7), number(tm.tm_yday + 1), number(tm.tm_isdst),
        str::new(&zone).value(), Value::int(tm.tm_gmtoff),
    ])
}

/// A time tuple as the C library has it.
fn tm_argument(value: Value, function: &str) -> R<libc::tm> {
    let Some(tuple) = value.downcast::<Tuple>() else { return Err(type_error("Tuple or struct_time argument required")) };
    if tuple.len() != 9 {
        return Err(type_error(format!("{function}(): illegal time tuple argument")));
    }
    let mut fields = [0i32; 9];
    for (field, item) in fields.iter_mut().zip(tuple.items()) {
        *field = int::index_to_i32(*item)?;
    }
    // SAFETY: a zeroed tm is a valid value.
    let mut tm: libc::tm = unsafe { core::mem::zeroed() };
    tm.tm_year = fields[0].checked_sub(1900).ok_or_else(|| overflow_error("year out of range"))?;
    tm.tm_mon = fields[1].wrapping_sub(1);
    [tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec] = [fields[2], fields[3], fields[4], fields[5]];
    tm.tm_wday = fields[6].wrapping_add(1) % 7;
    tm.tm_yday = fields[7].wrapping_sub(1);
    tm.tm_isdst = fields[8];
    if class_of(value) == CLASS.with(|own| *own.get_or_init(|| structseq::class(&STRUCT_TIME))) {
        tm.tm_gmtoff = int::to_i64(structseq::get(value, 10)).unwrap_or(0);
    }
    Ok(tm)
}

/// As CPython checks before it prints: 0 stands for the first month, day and day of the year.
fn checked(mut tm: libc::tm) -> R<libc::tm> {
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    }
    let checks = [
        ((0..=11).contains(&tm.tm_mon), "month"),
        ((1..=31).contains(&tm.tm_mday), "day of month"),
        ((0..=23).contains(&tm.tm_hour), "hour"),
        ((0..=59).contains(&tm.tm_min), "minute"),
        ((0..=61).contains(&tm.tm_sec), "seconds"),
        (tm.tm_wday >= 0, "day of week"),
        ((0..=365).contains(&tm.tm_yday), "day of year"),
    ];
    match checks.iter().find(|(fine, _)| !fine) {
        Some((_, what)) => Err(value_error(format!("{what} out of range"))),
        None => Ok(tm),
    }
}

fn mktime(args: &[Value]) -> R {
    let mut tm = tm_argument(args[0], "mktime")?;
    // A field that only success sets tells an error from the second before the Epoch.
    tm.tm_wday = -1;
    // SAFETY: `tm` is a valid value.
    let seconds = unsafe { libc::mktime(&mut tm) };
    if seconds == -1 && tm.tm_wday == -1 {
        return Err(overflow_error("mktime argument out of range"));
    }
    Ok(Value::float(seconds as f64))
}

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn asctime(value: Value) -> R {
    let value = match ops::given(value) {
        Some(value) => value,
        None => broken_down(seconds_argument(NONE)?, true)?,
    };
    let tm = checked(tm_argument(value, "asctime")?)?;
    let (day, month) = (DAYS[tm.tm_wday as usize % 7], MONTHS[tm.tm_mon as usize % 12]);
    let year = tm.tm_year as i64 + 1900;
    let text =
        format!("{day} {month} {:2} {:02}:{:02}:{:02} {year}", tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    Ok(str::new(&text).value())
}

fn strftime(args: &[Value]) -> R {
    let Some(format) = args[0].downcast::<Str>() else {
        return Err(type_error(format!("strftime() argument 1 must be str, not {}", type_name(args[0]))));
    };
    let value = match ops::given(args[1]) {
        Some(value) => value,
        None => broken_down(seconds_argument(NONE)?, true)?,
    };
    let tm = checked(tm_argument(value, "strftime")?)?;
    let mut out = Vec::new();
    // NULs end C strings: the pieces between them are formatted one by one.
    for (i, piece) in crate::codecs::encode_file_system(format)?.split(|byte| *byte == 0).enumerate() {
        if i > 0 {
            out.push(0);
        }
        format_piece(piece, &tm, &mut out);
    }
    crate::codecs::decode_file_system(&out).map(Gc::value)
}
fn format_piece(piece: &[u8], tm: &libc::tm, out: &mut Vec<u8>) {
    if piece.is_empty() {
        return;
    }
    let Ok(format) = CString::new(piece) else { return };
    let mut size = 256 + piece.len();
    // Nothing may be the right answer (of "%p", for example), so growing ends.
    while size <= 256 * (piece.len() + 256) {
        let mut buffer = vec![0u8; size];
        // SAFETY: the buffer has `size` bytes, the format is NUL-terminated.
        let len = unsafe { libc::strftime(buffer.as_mut_ptr().cast(), size, format.as_ptr(), tm) };
        if len > 0 {
            out.extend_from_slice(&buffer[..len]);
            return;
        }
        size *= 2;
    }
}

fn strptime(args: &[Value]) -> R {
    let module = crate::import::import_module("_strptime")?;
    let function = ops::getattr(module, intern("_strptime_time"))?;
    match args[1].option() {
        Some(format) => ops::call_positional(function, &[args[0], format]),
        None => ops::call_positional(function, &[args[0]]),
    }
}

// -- the zone --------------------------------------------------------------------------

fn tzset_call(module: &dyn Fn(&str, Value)) -> R<()> {
    // SAFETY: the C library reads the environment, which only this thread changes.
    unsafe { tzset() };
    let year = (365 * 24 + 6) * 3600;
    let now = read_clock(libc::CLOCK_REALTIME)?.tv_sec / year * year;
    let (first, second) = (broken_down(now, true)?, broken_down(now + year / 2, true)?);
    let offset = |time: Value| int::to_i64(structseq::get(time, 10)).unwrap_or(0);
    let (winter, summer) = if offset(first) <= offset(second) { (first, second) } else { (second, first) };
    module("timezone", Value::int(-offset(winter)));
    module("altzone", Value::int(-offset(summer)));
    module("daylight", Value::int((offset(winter) != offset(summer)) as i64));
    let names = [structseq::get(winter, 9), structseq::get(summer, 9)];
    module("tzname", Tuple::from_slice(&names).value());
    Ok(())
}
fn set_zone(_: &[Value]) -> R {
    let module = crate::import::import_module("time")?;
    if let Some(module) = module.downcast::<Module>() {
        tzset_call(&|name, value| add(module, name, value))?;
    }
    Ok(NONE)
}

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    let class = CLASS.with(|own| *own.get_or_init(|| structseq::class(&STRUCT_TIME)));
    add(module, "struct_time", class.value());
    add(module, "_STRUCT_TM_ITEMS", Value::int(11));
    for (name, id) in [
        ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
        ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
        ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
        ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
        ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
        ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
        ("CLOCK_TAI", libc::CLOCK_TAI),
    ] {
        add(module, name, Value::int(id as i64));
    }
    tzset_call(&|name, value| add(module, name, value))
}
