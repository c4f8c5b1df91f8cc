//! `select`: waiting for file descriptors with select, poll and epoll.

use crate::args::Args;
use crate::error::{R, overflow_error, type_error, value_error};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, class_method, function, getset, method};
use crate::objects::class::{Class, flags};
use crate::objects::exception_os;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::native::Native;
use crate::objects::native_class;
use crate::objects::support::{Params, not_none, of, tuple};
use crate::ops;
use crate::traced;
use crate::value::{NONE, Value};
use crate::vm::{intern, types};
use core::cell::{Cell, OnceCell, RefCell};
use std::time::{Duration, Instant};

static FUNCTIONS: [NativeFunction; 2] = [
    function("select", "($module, rlist, wlist, xlist, timeout=None, /)", select, "Wait until one or more file descriptors are ready for some kind of I/O."),
    function("poll", "($module, /)", |_| Ok(Native::new(poll_class(), Poll(RefCell::default())).value()), "Returns a polling object."),
];

const NUMBERS: [(&str, i64); 28] = [
    ("EPOLLERR", libc::EPOLLERR as i64),
    ("EPOLLET", 1 << 31),
    ("EPOLLEXCLUSIVE", libc::EPOLLEXCLUSIVE as i64),
    ("EPOLLHUP", libc::EPOLLHUP as i64),
    ("EPOLLIN", libc::EPOLLIN as i64),
    ("EPOLLMSG", libc::EPOLLMSG as i64),
    ("EPOLLONESHOT", libc::EPOLLONESHOT as i64),
    ("EPOLLOUT", libc::EPOLLOUT as i64),
    ("EPOLLPRI", libc::EPOLLPRI as i64),
    ("EPOLLRDBAND", libc::EPOLLRDBAND as i64),
    ("EPOLLRDHUP", libc::EPOLLRDHUP as i64),
    ("EPOLLRDNORM", libc::EPOLLRDNORM as i64),
    ("EPOLLWAKEUP", libc::EPOLLWAKEUP as i64),
    ("EPOLLWRBAND", libc::EPOLLWRBAND as i64),
    ("EPOLLWRNORM", libc::EPOLLWRNORM as i64),
    ("EPOLL_CLOEXEC", libc::EPOLL_CLOEXEC as i64),
    ("PIPE_BUF", libc::PIPE_BUF as i64),
    ("POLLERR", libc::POLLERR as i64),
    ("POLLHUP", libc::POLLHUP as i64),
    ("POLLIN", libc::POLLIN as i64),
    ("POLLMSG", 0x400),
    ("POLLNVAL", libc::POLLNVAL as i64),
    ("POLLOUT", libc::POLLOUT as i64),
    ("POLLPRI", libc::POLLPRI as i64),
    ("POLLRDBAND", libc::POLLRDBAND as i64),
    ("POLLRDHUP", 0x2000),
    ("POLLRDNORM", libc::POLLRDNORM as i64),
    ("POLLWRBAND", libc::POLLWRBAND as i64),
];

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    for (name, number) in NUMBERS {
        add(module, name, Value::int(number));
    }
    add(module, "POLLWRNORM", Value::int(libc::POLLWRNORM as i64));
    add(module, "error", types().os_error.value());
    add(module, "epoll", epoll_class().value());
    Ok(())
}

// -- waiting -----------------------------------------------------------------------------

/// A descriptor, or the one that `fileno()` answers.
pub fn descriptor(value: Value) -> R<i32> {
    let number = if int::is_any_int(value) {
        value
    } else {
        let fileno = ops::getattr_opt(value, intern("fileno"))?
            .ok_or_else(|| type_error("argument must be an int, or have a fileno() method."))?;
        let number = ops::call_positional(fileno, &[])?;
        if !int::is_any_int(number) {
            return Err(type_error("fileno() returned a non-integer"));
        }
        number
    };
    let fd = int::index_to_i32(number)?;
    if fd < 0 {
        return Err(value_error(format!("file descriptor cannot be a negative integer ({fd})")));
    }
    Ok(fd)
}
/// Seconds from now; None waits for ever.
pub fn deadline(seconds: Option<f64>) -> R<Option<Instant>> {
    match seconds {
        None => Ok(None),
        Some(seconds) => match Duration::try_from_secs_f64(seconds.max(0.0)).ok().and_then(|wait| Instant::now().checked_add(wait)) {
            Some(deadline) => Ok(Some(deadline)),
            None => Err(overflow_error("timeout is too large")),
        },
    }
}
/// Milliseconds that are left, rounded up; -1 for ever.
fn left(deadline: Option<Instant>) -> i32 {
    match deadline {
        None => -1,
        Some(deadline) => {
            let nanos = deadline.saturating_duration_since(Instant::now()).as_nanos();
            i32::try_from(nanos.div_ceil(1_000_000)).unwrap_or(i32::MAX)
        }
    }
}
/// Calls `wait` with the milliseconds that are left until no signal interrupts it.
fn uninterrupted(deadline: Option<Instant>, mut wait: impl FnMut(i32) -> i32) -> R<usize> {
    loop {
        match usize::try_from(wait(left(deadline))) {
            Ok(count) => return Ok(count),
            Err(_) => {
                let error = std::io::Error::last_os_error();
                if error.raw_os_error() != Some(libc::EINTR) {
                    return Err(exception_os::from_io(&error, None));
                }
                crate::pending::check()?;
            }
        }
    }
}
/// `poll(2)`; the number of descriptors that are ready.
pub fn poll(fds: &mut [libc::pollfd], deadline: Option<Instant>) -> R<usize> {
    // SAFETY: the slice is as long as it says.
    uninterrupted(deadline, |left| unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, left) })
}

fn seconds(value: Value) -> R<Option<f64>> {
    match not_none(value) {
        None => Ok(None),
        Some(value) => match int::is_any_int(value) || value.is_float() {
            true => Ok(Some(int_or_float(value)?)),
            false => Err(type_error("timeout must be a number or None")),
        },
    }
}
pub fn int_or_float(value: Value) -> R<f64> {
    if value.is_float() { Ok(value.unbox_float()) } else { int::to_f64(value) }
}

// -- select ------------------------------------------------------------------------------

/// By poll: the number of a descriptor has no bound then.
fn select(args: &[Value]) -> R {
    let seconds = seconds(args[3])?;
    if seconds.is_some_and(|seconds| seconds < 0.0) {
        return Err(value_error("timeout must be non-negative"));
    }
    const EVENTS: [i16; 3] = [libc::POLLIN, libc::POLLOUT, libc::POLLPRI];
    const READY: [i16; 3] = [libc::POLLIN | libc::POLLHUP | libc::POLLERR, libc::POLLOUT | libc::POLLERR, libc::POLLPRI];
    let mut fds = Vec::new();
    let lists = [ops::collect(args[0])?, ops::collect(args[1])?, ops::collect(args[2])?];
    for (list, events) in lists.iter().zip(EVENTS) {
        for i in 0..list.len() {
            let fd = descriptor(list.get(i).unwrap_or(NONE))?;
            fds.push(libc::pollfd { fd, events, revents: 0 });
        }
    }
    poll(&mut fds, deadline(seconds)?)?;
    if fds.iter().any(|fd| fd.revents & libc::POLLNVAL != 0) {
        return Err(exception_os::from_errno(libc::EBADF, None));
    }
    let answers = [List::new(), List::new(), List::new()];
    let mut fds = fds.iter();
    for ((list, answer), ready) in lists.iter().zip(answers).zip(READY) {
        for i in 0..list.len() {
            if fds.next().is_some_and(|fd| fd.revents & ready != 0) {
                answer.push(list.get(i).unwrap_or(NONE))?;
            }
        }
    }
    Ok(tuple(&answers.map(Gc::value)))
}

// -- poll --------------------------------------------------------------------------------

#[derive(Default)]
struct Poll(RefCell<Vec<(i32, i16)>>);
traced!(Poll:);

static POLL_METHODS: [NativeFunction; 4] = [
    method("register", "($self, fd, eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)", poll_register, "Register a file descriptor with the polling object."),
    method("modify", "($self, fd, eventmask, /)", poll_modify, "Modify an already registered file descriptor."),
    method("unregister", "($self, fd, /)", poll_unregister, "Remove a file descriptor being tracked by the polling object."),
    method("poll", "($self, timeout=None, /)", poll_poll, "Polls the set of registered file descriptors."),
];
thread_local! { static POLL: OnceCell<Gc<Class>> = const { OnceCell::new() }; }
fn poll_class() -> Gc<Class> {
    POLL.with(|own| {
        *own.get_or_init(|| native_class::new("select", "poll", flags::DISALLOW_INSTANTIATION, |class| class.add_methods(&POLL_METHODS)))
    })
}
fn mask(value: Value, default: i16) -> R<i16> {
    match value.option() {
        None => Ok(default),
        Some(value) => u16::try_from(int::index_to_i64(value)?)
            .map(|mask| mask as i16)
            .map_err(|_| overflow_error("Python int too large for C unsigned short")),
    }
}
fn poll_register(args: &[Value]) -> R {
    let (fd, events) = (descriptor(args[1])?, mask(args[2], libc::POLLIN | libc::POLLPRI | libc::POLLOUT)?);
    let mut all = of::<Poll>(args[0])?.0.borrow_mut();
    match all.iter_mut().find(|(own, _)| *own == fd) {
        Some(entry) => entry.1 = events,
        None => all.push((fd, events)),
    }
    Ok(NONE)
}
fn poll_modify(args: &[Value]) -> R {
    let (fd, events) = (descriptor(args[1])?, mask(args[2], 0)?);
    match of::<Poll>(args[0])?.0.borrow_mut().iter_mut().find(|(own, _)| *own == fd) {
        Some(entry) => entry.1 = events,
        None => return Err(exception_os::from_errno(libc::ENOENT, None)),
    }
    Ok(NONE)
}
fn poll_unregister(args: &[Value]) -> R {
    let fd = descriptor(args[1])?;
    let mut all = of::<Poll>(args[0])?.0.borrow_mut();
    match all.iter().position(|(own, _)| *own == fd) {
        Some(at) => {
            all.remove(at);
            Ok(NONE)
        }
        None => Err(crate::error::key_error(Value::int(fd as i64))),
    }
}
fn poll_poll(args: &[Value]) -> R {
    // In milliseconds; negative ones wait for ever.
    let seconds = seconds(args[1])?.filter(|ms| *ms >= 0.0).map(|ms| ms / 1000.0);
    let mut fds: Vec<libc::pollfd> =
        of::<Poll>(args[0])?.0.borrow().iter().map(|&(fd, events)| libc::pollfd { fd, events, revents: 0 }).collect();
    poll(&mut fds, deadline(seconds)?)?;
    let ready = List::new();
    for fd in fds.iter().filter(|fd| fd.revents != 0) {
        ready.push(tuple(&[Value::int(fd.fd as i64), Value::int(fd.revents as u16 as i64)]))?;
    }
    Ok(ready.value())
}

// -- epoll -------------------------------------------------------------------------------

/// Closed: -1.
struct Epoll(Cell<i32>);
traced!(Epoll:);
impl Drop for Epoll {
    fn drop(&mut self) {
        close(self);
    }
}
fn close(epoll: &Epoll) {
    let fd = epoll.0.replace(-1);
    if fd >= 0 {
        // SAFETY: the descriptor is ours.
        unsafe { libc::close(fd) };
    }
}

static EPOLL_METHODS: [NativeFunction; 9] = [
    class_method(
        "fromfd",
        "($type, fd, /)",
        |a| Ok(Native::new(epoll_class(), Epoll(Cell::new(int::index_to_i32(a[1])?))).value()),
        "Create an epoll object from a given control fd.",
    ),
    method("close", "($self, /)", |a| { close(of(a[0])?); Ok(NONE) }, "Close the epoll control file descriptor."),
    method("fileno", "($self, /)", |a| Ok(Value::int(open(a[0])? as i64)), "Return the epoll control file descriptor."),
    method("register", "($self, /, fd, eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)", |a| {
        let default = (libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32;
        control(a[0], libc::EPOLL_CTL_ADD, a[1], a[2].option().map_or(Ok(default), events)?)
    }, "Registers a new fd or raises an OSError if the fd is already registered."),
    method("modify", "($self, /, fd, eventmask)", |a| control(a[0], libc::EPOLL_CTL_MOD, a[1], events(a[2])?), "Modify event mask for a registered file descriptor."),
    method("unregister", "($self, /, fd)", |a| control(a[0], libc::EPOLL_CTL_DEL, a[1], 0), "Remove a registered file descriptor from the epoll object."),
    method("poll", "($self, /, timeout=None, maxevents=-1)", epoll_poll, "Wait for events on the epoll file descriptor."),
    method("__enter__", "($self, /)", |a| open(a[0]).map(|_| a[0]), ""),
    method("__exit__", "($self, exc_type=None, exc_value=None, exc_tb=None, /)", |a| { close(of(a[0])?); Ok(NONE) }, ""),
];
static EPOLL_ATTRIBUTES: [NativeAttribute; 1] =
    [getset("closed", |v| Ok(Value::bool(of::<Epoll>(v)?.0.get() < 0)), None, "True if the epoll handler is closed")];
static EPOLL_PARAMS: Params = Params::new("epoll", "(sizehint=-1, flags=0)");

thread_local! { static EPOLL: OnceCell<Gc<Class>> = const { OnceCell::new() }; }
fn epoll_class() -> Gc<Class> {
    EPOLL.with(|own| {
        *own.get_or_init(|| {
            native_class::new("select", "epoll", 0, |class| {
                class.doc.set("select.epoll(sizehint=-1, flags=0)\n\nReturns an epolling object");
                class.slots.new.set(Some(epoll_new));
                class.add_methods(&EPOLL_METHODS);
                class.add_attributes(&EPOLL_ATTRIBUTES);
            })
        })
    })
}
fn epoll_new(class: Gc<Class>, args: Args<'_>) -> R {
    let [hint, bits] = EPOLL_PARAMS.bind(args)?;
    let hint = hint.option().map_or(Ok(-1), int::index_to_i32)?;
    if hint != -1 && hint <= 0 {
        return Err(value_error("sizehint must be positive or -1"));
    }
    if bits.option().map_or(Ok(0), int::index_to_i32)? & !libc::EPOLL_CLOEXEC != 0 {
        return Err(crate::error::os_error("invalid flags"));
    }
    // SAFETY: no memory is involved.
    match unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) } {
        -1 => Err(exception_os::last(None)),
        fd => Ok(Native::new(class, Epoll(Cell::new(fd))).value()),
    }
}
fn open(value: Value) -> R<i32> {
    match of::<Epoll>(value)?.0.get() {
        fd if fd >= 0 => Ok(fd),
        _ => Err(value_error("I/O operation on closed epoll object")),
    }
}
fn events(value: Value) -> R<u32> {
    u32::try_from(int::index_to_i64(value)?).map_err(|_| overflow_error("Python int too large for C unsigned int"))
}
fn control(value: Value, operation: i32, fd: Value, events: u32) -> R {
    let epoll = open(value)?;
    let fd = descriptor(fd)?;
    let mut event = libc::epoll_event { events, u64: fd as u64 };
    // SAFETY: the event lives as long as the call.
    match unsafe { libc::epoll_ctl(epoll, operation, fd, &mut event) } {
        -1 => Err(exception_os::last(None)),
        _ => Ok(NONE),
    }
}
fn epoll_poll(args: &[Value]) -> R {
    let epoll = open(args[0])?;
    let seconds = seconds(args[1])?.filter(|seconds| *seconds >= 0.0);
    let max = match args[2].option().map_or(Ok(-1), int::index_to_i32)? {
        -1 => 1023,
        max if max > 0 => max as usize,
        max => return Err(value_error(format!("maxevents must be greater than 0, got {max}"))),
    };
    let mut all = Vec::new();
    all.try_reserve_exact(max).map_err(|_| crate::error::memory_error())?;
    all.resize(max, libc::epoll_event { events: 0, u64: 0 });
    // SAFETY: there is room for `max` events.
    let count = uninterrupted(deadline(seconds)?, |left| unsafe { libc::epoll_wait(epoll, all.as_mut_ptr(), max as i32, left) })?;
    let ready = List::new();
    for event in all.iter().take(count) {
        let (fd, events) = (event.u64 as i32, event.events);
        ready.push(tuple(&[Value::int(fd as i64), Value::int(events as i64)]))?;
    }
    Ok(ready.value())
}
