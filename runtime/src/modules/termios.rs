//! `termios`: the settings of terminals.

use crate::error::{R, Raised, type_error};
use crate::modules::posix::path::{fildes, last_errno};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::bytes::{self, Bytes};
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::str;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{intern, keep, names, types};
use core::cell::Cell;
use core::mem::MaybeUninit;

thread_local! {
    static ERROR: Cell<Option<Gc<Class>>> = const { Cell::new(None) };
}

static FUNCTIONS: [NativeFunction; 8] = [
    function("tcgetattr", "($module, fd, /)", tcgetattr, "Get the tty attributes for file descriptor fd."),
    function("tcsetattr", "($module, fd, when, attributes, /)", tcsetattr, "Set the tty attributes for file descriptor fd."),
    function("tcsendbreak", "($module, fd, duration, /)", tcsendbreak, "Send a break on file descriptor fd."),
    function("tcdrain", "($module, fd, /)", tcdrain, "Wait until all output written to file descriptor fd has been transmitted."),
    function("tcflush", "($module, fd, queue, /)", tcflush, "Discard queued data on file descriptor fd."),
    function("tcflow", "($module, fd, action, /)", tcflow, "Suspend or resume input or output on file descriptor fd."),
    function("tcgetwinsize", "($module, fd, /)", tcgetwinsize, "Get the tty winsize for file descriptor fd."),
    function("tcsetwinsize", "($module, fd, winsize, /)", tcsetwinsize, "Set the tty winsize for file descriptor fd."),
];

/// Linux has these numbers on every architecture but a few that no one builds for.
#[rustfmt::skip]
const NUMBERS: [(&str, i64); 234] = [
    ("B0", 0), ("B1000000", 0xf4240), ("B110", 0x6e), ("B115200", 0x1c200), ("B1152000", 0x119400), ("B1200", 0x4b0), ("B134", 0x86),
    ("B14400", 0x3840), ("B150", 0x96), ("B1500000", 0x16e360), ("B1800", 0x708), ("B19200", 0x4b00), ("B200", 0xc8),
    ("B2000000", 0x1e8480), ("B230400", 0x38400), ("B2400", 0x960), ("B2500000", 0x2625a0), ("B28800", 0x7080), ("B300", 0x12c),
    ("B3000000", 0x2dc6c0), ("B3500000", 0x3567e0), ("B38400", 0x9600), ("B4000000", 0x3d0900), ("B460800", 0x70800), ("B4800", 0x12c0),
    ("B50", 0x32), ("B500000", 0x7a120), ("B57600", 0xe100), ("B576000", 0x8ca00), ("B600", 0x258), ("B7200", 0x1c20), ("B75", 0x4b),
    ("B76800", 0x12c00), ("B921600", 0xe1000), ("B9600", 0x2580), ("BRKINT", 2), ("BS0", 0), ("BS1", 0x2000), ("BSDLY", 0x2000),
    ("CBAUD", 0x100f), ("CBAUDEX", 0x1000), ("CDSUSP", 0x19), ("CEOF", 4), ("CEOL", 0), ("CEOT", 4), ("CERASE", 0x7f), ("CFLUSH", 0xf),
    ("CIBAUD", 0x100f0000), ("CINTR", 3), ("CKILL", 0x15), ("CLNEXT", 0x16), ("CLOCAL", 0x800), ("CQUIT", 0x1c), ("CR0", 0),
    ("CR1", 0x200), ("CR2", 0x400), ("CR3", 0x600), ("CRDLY", 0x600), ("CREAD", 0x80), ("CRPRNT", 0x12), ("CRTSCTS", 0x80000000),
    ("CS5", 0), ("CS6", 0x10), ("CS7", 0x20), ("CS8", 0x30), ("CSIZE", 0x30), ("CSTART", 0x11), ("CSTOP", 0x13), ("CSTOPB", 0x40),
    ("CSUSP", 0x1a), ("CWERASE", 0x17), ("ECHO", 8), ("ECHOCTL", 0x200), ("ECHOE", 0x10), ("ECHOK", 0x20), ("ECHOKE", 0x800),
    ("ECHONL", 0x40), ("ECHOPRT", 0x400), ("EXTA", 0x4b00), ("EXTB", 0x9600), ("EXTPROC", 0x10000), ("FF0", 0), ("FF1", 0x8000),
    ("FFDLY", 0x8000), ("FIOASYNC", 0x5452), ("FIOCLEX", 0x5451), ("FIONBIO", 0x5421), ("FIONCLEX", 0x5450), ("FIONREAD", 0x541b),
    ("FLUSHO", 0x1000), ("HUPCL", 0x400), ("IBSHIFT", 0x10), ("ICANON", 2), ("ICRNL", 0x100), ("IEXTEN", 0x8000), ("IGNBRK", 1),
    ("IGNCR", 0x80), ("IGNPAR", 4), ("IMAXBEL", 0x2000), ("INLCR", 0x40), ("INPCK", 0x10), ("IOCSIZE_MASK", 0x3fff0000),
    ("IOCSIZE_SHIFT", 0x10), ("ISIG", 1), ("ISTRIP", 0x20), ("IUCLC", 0x200), ("IUTF8", 0x4000), ("IXANY", 0x800), ("IXOFF", 0x1000),
    ("IXON", 0x400), ("NCCS", 0x20), ("NL0", 0), ("NL1", 0x100), ("NLDLY", 0x100), ("NOFLSH", 0x80), ("N_MOUSE", 2), ("N_PPP", 3),
    ("N_SLIP", 1), ("N_STRIP", 4), ("N_TTY", 0), ("OCRNL", 8), ("OFDEL", 0x80), ("OFILL", 0x40), ("OLCUC", 2), ("ONLCR", 4),
    ("ONLRET", 0x20), ("ONOCR", 0x10), ("OPOST", 1), ("PARENB", 0x100), ("PARMRK", 8), ("PARODD", 0x200), ("PENDIN", 0x4000),
    ("TAB0", 0), ("TAB1", 0x800), ("TAB2", 0x1000), ("TAB3", 0x1800), ("TABDLY", 0x1800), ("TCFLSH", 0x540b), ("TCGETS", 0x5401),
    ("TCIFLUSH", 0), ("TCIOFF", 2), ("TCIOFLUSH", 2), ("TCION", 3), ("TCOFLUSH", 1), ("TCOOFF", 0), ("TCOON", 1), ("TCSADRAIN", 1),
    ("TCSAFLUSH", 2), ("TCSANOW", 0), ("TCSBRK", 0x5409), ("TCSBRKP", 0x5425), ("TCSETS", 0x5402), ("TCSETSF", 0x5404),
    ("TCSETSW", 0x5403), ("TCXONC", 0x540a), ("TIOCCONS", 0x541d), ("TIOCEXCL", 0x540c), ("TIOCGETD", 0x5424), ("TIOCGICOUNT", 0x545d),
    ("TIOCGLCKTRMIOS", 0x5456), ("TIOCGPGRP", 0x540f), ("TIOCGSERIAL", 0x541e), ("TIOCGSOFTCAR", 0x5419), ("TIOCGWINSZ", 0x5413),
    ("TIOCINQ", 0x541b), ("TIOCLINUX", 0x541c), ("TIOCMBIC", 0x5417), ("TIOCMBIS", 0x5416), ("TIOCMGET", 0x5415), ("TIOCMIWAIT", 0x545c),
    ("TIOCMSET", 0x5418), ("TIOCM_CAR", 0x40), ("TIOCM_CD", 0x40), ("TIOCM_CTS", 0x20), ("TIOCM_DSR", 0x100), ("TIOCM_DTR", 2),
    ("TIOCM_LE", 1), ("TIOCM_RI", 0x80), ("TIOCM_RNG", 0x80), ("TIOCM_RTS", 4), ("TIOCM_SR", 0x10), ("TIOCM_ST", 8),
    ("TIOCNOTTY", 0x5422), ("TIOCNXCL", 0x540d), ("TIOCOUTQ", 0x5411), ("TIOCPKT", 0x5420), ("TIOCPKT_DATA", 0),
    ("TIOCPKT_DOSTOP", 0x20), ("TIOCPKT_FLUSHREAD", 1), ("TIOCPKT_FLUSHWRITE", 2), ("TIOCPKT_NOSTOP", 0x10), ("TIOCPKT_START", 8),
    ("TIOCPKT_STOP", 4), ("TIOCSCTTY", 0x540e), ("TIOCSERCONFIG", 0x5453), ("TIOCSERGETLSR", 0x5459), ("TIOCSERGETMULTI", 0x545a),
    ("TIOCSERGSTRUCT", 0x5458), ("TIOCSERGWILD", 0x5454), ("TIOCSERSETMULTI", 0x545b), ("TIOCSERSWILD", 0x5455), ("TIOCSER_TEMT", 1),
    ("TIOCSETD", 0x5423), ("TIOCSLCKTRMIOS", 0x5457), ("TIOCSPGRP", 0x5410), ("TIOCSSERIAL", 0x541f), ("TIOCSSOFTCAR", 0x541a),
    ("TIOCSTI", 0x5412), ("TIOCSWINSZ", 0x5414), ("TOSTOP", 0x100), ("VDISCARD", 0xd), ("VEOF", 4), ("VEOL", 0xb), ("VEOL2", 0x10),
    ("VERASE", 2), ("VINTR", 0), ("VKILL", 3), ("VLNEXT", 0xf), ("VMIN", 6), ("VQUIT", 1), ("VREPRINT", 0xc), ("VSTART", 8),
    ("VSTOP", 9), ("VSUSP", 0xa), ("VSWTC", 7), ("VSWTCH", 7), ("VT0", 0), ("VT1", 0x4000), ("VTDLY", 0x4000), ("VTIME", 5),
    ("VWERASE", 0xe), ("XCASE", 4), ("XTABS", 0x1800), ("_POSIX_VDISABLE", 0),
];

pub fn init(module: Gc<Module>) -> R<()> {
    let namespace = Dict::new();
    namespace.set_str(names().__module__, intern("termios").value());
    let bases = Tuple::from_slice(&[types().exception.value()]);
    let error = ops::call_positional(types().type_.value(), &[intern("error").value(), bases.value(), namespace.value()])?;
    keep(error);
    ERROR.set(error.downcast::<Class>());
    add(module, "error", error);
    for (name, number) in NUMBERS {
        add(module, name, Value::int(number));
    }
    add_functions(module, &FUNCTIONS);
    Ok(())
}

fn last_error() -> Raised {
    let errno = last_errno();
    let text = str::new(&crate::objects::exception_os::strerror(errno)).value();
    Raised::with_args(ERROR.get().unwrap_or(types().os_error), &[Value::int(errno.into()), text])
}
/// None on success.
fn done(result: i32) -> R {
    if result < 0 { Err(last_error()) } else { Ok(NONE) }
}

fn attributes_of(fd: i32) -> R<libc::termios> {
    let mut mode = MaybeUninit::<libc::termios>::zeroed();
    // SAFETY: tcgetattr fills the struct that it is given.
    if unsafe { libc::tcgetattr(fd, mode.as_mut_ptr()) } < 0 {
        return Err(last_error());
    }
    // SAFETY: all bits of the struct are numbers, which zeroed() and tcgetattr have set.
    Ok(unsafe { mode.assume_init() })
}

fn tcgetattr(args: &[Value]) -> R {
    let mode = attributes_of(fildes(args[0])?)?;
    // SAFETY: both only read the struct.
    let (input, output) = unsafe { (libc::cfgetispeed(&mode), libc::cfgetospeed(&mode)) };
    let is_canonical = mode.c_lflag & libc::ICANON != 0;
    let chars = List::new();
    for (index, &byte) in mode.c_cc.iter().enumerate() {
        // Where lines are not read, these two are numbers.
        let is_number = !is_canonical && matches!(index, libc::VMIN | libc::VTIME);
        chars.push(if is_number { Value::int(byte.into()) } else { bytes::try_new(&[byte])?.value() })?;
    }
    let list = List::new();
    for flags in [mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag, input, output] {
        list.push(Value::int(flags.into()))?;
    }
    list.push(chars.value())?;
    Ok(list.value())
}

fn tcsetattr(args: &[Value]) -> R {
    let (fd, when) = (fildes(args[0])?, int::index_to_i32(args[1])?);
    let Some(given) = args[2].downcast::<List>().filter(|list| list.len() == 7) else {
        return Err(type_error("tcsetattr, arg 3: must be 7 element list"));
    };
    let mut mode = attributes_of(fd)?;
    let item = |index: usize| given.get(index).unwrap_or(NONE);
    let flags = |index: usize| int::index_to_i64(item(index)).map(|flags| flags as libc::tcflag_t);
    (mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag) = (flags(0)?, flags(1)?, flags(2)?, flags(3)?);
    let (input, output) = (flags(4)?, flags(5)?);
    let Some(chars) = item(6).downcast::<List>().filter(|chars| chars.len() == mode.c_cc.len()) else {
        return Err(type_error(format!("tcsetattr: attributes[6] must be {} element list", mode.c_cc.len())));
    };
    for (index, to) in mode.c_cc.iter_mut().enumerate() {
        let given = chars.get(index).unwrap_or(NONE);
        *to = match given.downcast::<Bytes>() {
            Some(byte) if byte.as_slice().len() == 1 => byte.as_slice()[0],
            None if int::is_any_int(given) => int::index_to_i64(given)? as u8,
            _ => return Err(type_error("tcsetattr: elements of attributes must be characters or integers")),
        };
    }
    // SAFETY: they change and read the struct, nothing else.
    unsafe {
        if libc::cfsetispeed(&mut mode, input) < 0 || libc::cfsetospeed(&mut mode, output) < 0 {
            return Err(last_error());
        }
        done(libc::tcsetattr(fd, when, &mode))
    }
}

fn tcsendbreak(args: &[Value]) -> R {
    let (fd, duration) = (fildes(args[0])?, int::index_to_i32(args[1])?);
    // SAFETY: no memory is passed; so with the three below.
    done(unsafe { libc::tcsendbreak(fd, duration) })
}
fn tcdrain(args: &[Value]) -> R {
    let fd = fildes(args[0])?;
    // SAFETY: see `tcsendbreak`.
    done(unsafe { libc::tcdrain(fd) })
}
fn tcflush(args: &[Value]) -> R {
    let (fd, queue) = (fildes(args[0])?, int::index_to_i32(args[1])?);
    // SAFETY: see `tcsendbreak`.
    done(unsafe { libc::tcflush(fd, queue) })
}
fn tcflow(args: &[Value]) -> R {
    let (fd, action) = (fildes(args[0])?, int::index_to_i32(args[1])?);
    // SAFETY: see `tcsendbreak`.
    done(unsafe { libc::tcflow(fd, action) })
}

fn size_of(fd: i32) -> R<libc::winsize> {
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the call fills the struct.
    if unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size) } < 0 { Err(last_error()) } else { Ok(size) }
}
fn tcgetwinsize(args: &[Value]) -> R {
    let size = size_of(fildes(args[0])?)?;
    Ok(Tuple::from_slice(&[Value::int(size.ws_row.into()), Value::int(size.ws_col.into())]).value())
}
fn tcsetwinsize(args: &[Value]) -> R {
    let fd = fildes(args[0])?;
    let wrong = || type_error("tcsetwinsize, arg 2: must be a two-item sequence");
    if !crate::objects::support::is_sequence(args[1]) {
        return Err(wrong());
    }
    let items = ops::collect(args[1])?;
    let (Some(rows), Some(columns), 2) = (items.get(0), items.get(1), items.len()) else { return Err(wrong()) };
    let short = |value: Value| {
        let number = int::index_to_i64(value)?;
        u16::try_from(number).map_err(|_| crate::error::overflow_error("winsize value(s) out of range."))
    };
    let mut size = size_of(fd)?;
    (size.ws_row, size.ws_col) = (short(rows)?, short(columns)?);
    // SAFETY: the call reads the struct.
    done(unsafe { libc::ioctl(fd, libc::TIOCSWINSZ, &raw const size) })
}
