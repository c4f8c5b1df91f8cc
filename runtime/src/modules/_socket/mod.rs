//! `_socket`: sockets of the families AF_INET, AF_INET6 and AF_UNIX. Not here: ancillary data, names of services and protocols.

mod address;

use self::address::Address;
use crate::args::Args;
use crate::error::{R, Raised, type_error, value_error};
use crate::modules::posix::path::retry;
use crate::modules::select::{deadline, int_or_float, poll};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::builtin::{NativeAttribute, NativeFunction, function, getset, member, method};
use crate::objects::bytes;
use crate::objects::class::{Class, flags};
use crate::objects::dict::Dict;
use crate::objects::exception_os;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::native::Native;
use crate::objects::native_class;
use crate::objects::str;
use crate::objects::support::{Params, is_negative, not_none, of, ssize, tuple};
use crate::ops;
use crate::traced;
use crate::value::{NONE, TRUE, Value};
use crate::vm::{intern, keep, names, types};
use core::cell::{Cell, OnceCell};

struct Socket {
    /// Closed: -1.
    fd: Cell<i32>,
    family: Cell<i32>,
    kind: Cell<i32>,
    protocol: Cell<i32>,
    /// Seconds; None waits for ever, 0 does not wait.
    timeout: Cell<Option<f64>>,
}
traced!(Socket:);
impl Drop for Socket {
    fn drop(&mut self) {
        close_fd(self.fd.replace(-1));
    }
}
fn close_fd(fd: i32) {
    if fd >= 0 {
        // SAFETY: the descriptor is ours.
        unsafe { libc::close(fd) };
    }
}

struct Classes {
    socket: Gc<Class>,
    gaierror: Gc<Class>,
    herror: Gc<Class>,
}
thread_local! {
    static CLASSES: OnceCell<Classes> = const { OnceCell::new() };
    static DEFAULT_TIMEOUT: Cell<Option<f64>> = const { Cell::new(None) };
}

fn with<T>(use_them: impl FnOnce(&Classes) -> T) -> R<T> {
    CLASSES.with(|own| own.get().map(use_them)).ok_or_else(|| type_error("_socket is not initialised"))
}
#[cold]
fn gai_error(number: i64, message: &str) -> Raised {
    match with(|classes| classes.gaierror) {
        Ok(class) => Raised::with_args(class, &[Value::int(number), str::new(message).value()]),
        Err(raised) => raised,
    }
}

static FUNCTIONS: [NativeFunction; 11] = [
    function("inet_pton", "($module, address_family, ip_string, /)", inet_pton, "Convert an IP address from string format to a packed string suitable for use with low-level network functions."),
    function("inet_ntop", "($module, address_family, packed_ip, /)", inet_ntop, "Convert a packed IP address of the given family to string format."),
    function("htons", "($module, integer, /)", |a| swapped(a[0]), "Convert a 16-bit unsigned integer from host to network byte order."),
    function("ntohs", "($module, integer, /)", |a| swapped(a[0]), "Convert a 16-bit unsigned integer from network to host byte order."),
    function("socketpair", "($module, family=AF_UNIX, type=SOCK_STREAM, proto=0, /)", socketpair, "Create a pair of socket objects from the sockets returned by the platform socketpair() function."),
    function("close", "($module, fd, /)", |a| match unsafe_close(int::index_to_i32(a[0])?) {
        0 => Ok(NONE),
        _ => Err(exception_os::last(None)),
    }, "Close an integer socket file descriptor."),
    function("dup", "($module, fd, /)", |a| duplicate(int::index_to_i32(a[0])?), "Return a new socket file descriptor referring to the same file."),
    function("getdefaulttimeout", "($module, /)", |_| Ok(DEFAULT_TIMEOUT.get().map_or(NONE, Value::float)), "Returns the default timeout in seconds (float) for new socket objects."),
    function("setdefaulttimeout", "($module, timeout, /)", |a| {
        DEFAULT_TIMEOUT.set(timeout_of(a[0])?);
        Ok(NONE)
    }, "Set the default timeout in seconds (float) for new socket objects."),
    function("gethostname", "($module, /)", |_| hostname(), "Return the current host name."),
    function("getaddrinfo", "($module, /, host, port, family=0, type=0, proto=0, flags=0)", getaddrinfo, "Resolve host and port into addrinfo struct."),
];

const NUMBERS: [(&str, i32); 46] = [
    ("AF_UNSPEC", libc::AF_UNSPEC),
    ("AF_UNIX", libc::AF_UNIX),
    ("AF_INET", libc::AF_INET),
    ("AF_INET6", libc::AF_INET6),
    ("SOCK_STREAM", libc::SOCK_STREAM),
    ("SOCK_DGRAM", libc::SOCK_DGRAM),
    ("SOCK_RAW", libc::SOCK_RAW),
    ("SOCK_RDM", libc::SOCK_RDM),
    ("SOCK_SEQPACKET", libc::SOCK_SEQPACKET),
    ("SOCK_CLOEXEC", libc::SOCK_CLOEXEC),
    ("SOCK_NONBLOCK", libc::SOCK_NONBLOCK),
    ("SOL_SOCKET", libc::SOL_SOCKET),
    ("SOL_TCP", libc::IPPROTO_TCP),
    ("SOMAXCONN", 4096),
    ("SO_ACCEPTCONN", libc::SO_ACCEPTCONN),
    ("SO_BROADCAST", libc::SO_BROADCAST),
    ("SO_ERROR", libc::SO_ERROR),
    ("SO_KEEPALIVE", libc::SO_KEEPALIVE),
    ("SO_LINGER", libc::SO_LINGER),
    ("SO_RCVBUF", libc::SO_RCVBUF),
    ("SO_REUSEADDR", libc::SO_REUSEADDR),
    ("SO_REUSEPORT", libc::SO_REUSEPORT),
    ("SO_SNDBUF", libc::SO_SNDBUF),
    ("SO_TYPE", libc::SO_TYPE),
    ("SHUT_RD", libc::SHUT_RD),
    ("SHUT_WR", libc::SHUT_WR),
    ("SHUT_RDWR", libc::SHUT_RDWR),
    ("IPPROTO_IP", libc::IPPROTO_IP),
    ("IPPROTO_ICMP", libc::IPPROTO_ICMP),
    ("IPPROTO_TCP", libc::IPPROTO_TCP),
    ("IPPROTO_UDP", libc::IPPROTO_UDP),
    ("IPPROTO_IPV6", libc::IPPROTO_IPV6),
    ("IPV6_V6ONLY", libc::IPV6_V6ONLY),
    ("TCP_NODELAY", libc::TCP_NODELAY),
    ("MSG_OOB", libc::MSG_OOB),
    ("MSG_PEEK", libc::MSG_PEEK),
    ("MSG_DONTWAIT", libc::MSG_DONTWAIT),
    ("MSG_NOSIGNAL", libc::MSG_NOSIGNAL),
    ("MSG_WAITALL", libc::MSG_WAITALL),
    ("AI_PASSIVE", libc::AI_PASSIVE),
    ("AI_CANONNAME", libc::AI_CANONNAME),
    ("AI_NUMERICHOST", libc::AI_NUMERICHOST),
    ("AI_NUMERICSERV", libc::AI_NUMERICSERV),
    ("AI_ADDRCONFIG", libc::AI_ADDRCONFIG),
    ("EAI_NONAME", -2),
    ("EAI_FAMILY", -6),
];

pub fn init(module: Gc<Module>) -> R<()> {
    if CLASSES.with(|own| own.get().is_none()) {
        let error = |name: &str| {
            let namespace = Dict::new();
            namespace.set_str(names().__module__, intern("socket").value());
            let args = [intern(name).value(), tuple(&[types().os_error.value()]), namespace.value()];
            let class = ops::call_positional(types().type_.value(), &args)?;
            keep(class);
            class.downcast::<Class>().ok_or_else(|| type_error("a class is expected"))
        };
        let (gaierror, herror) = (error("gaierror")?, error("herror")?);
        let socket = native_class::new("_socket", "socket", flags::BASETYPE, |class| {
            class.doc.set("socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object");
            class.slots.new.set(Some(|class, _| Ok(Native::new(class, closed()).value())));
            class.slots.init.set(Some(init_socket));
            class.slots.repr.set(Some(repr));
            class.add_methods(&METHODS);
            class.add_attributes(&ATTRIBUTES);
        });
        CLASSES.with(|own| {
            let _ = own.set(Classes { socket, gaierror, herror });
        });
    }
    add_functions(module, &FUNCTIONS);
    for (name, number) in NUMBERS {
        add(module, name, Value::int(number as i64));
    }
    add(module, "error", types().os_error.value());
    add(module, "timeout", types().timeout_error.value());
    add(module, "has_ipv6", TRUE);
    with(|classes| {
        add(module, "socket", classes.socket.value());
        add(module, "SocketType", classes.socket.value());
        add(module, "gaierror", classes.gaierror.value());
        add(module, "herror", classes.herror.value());
    })
}

// -- functions ---------------------------------------------------------------------------

fn unsafe_close(fd: i32) -> i32 {
    // SAFETY: no memory is involved; whose descriptor it is, the program knows.
    unsafe { libc::close(fd) }
}
fn duplicate(fd: i32) -> R {
    // SAFETY: no memory is involved.
    match unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) } {
        -1 => Err(exception_os::last(None)),
        fd => Ok(Value::int(fd as i64)),
    }
}
fn hostname() -> R {
    let mut name = [0u8; 256];
    // SAFETY: the buffer is as long as it says, and ends with a zero in any case.
    if unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) } != 0 {
        return Err(exception_os::last(None));
    }
    let text = name.split(|&c| c == 0).next().unwrap_or_default();
    Ok(str::new(&String::from_utf8_lossy(text)).value())
}
fn small(value: Value, default: i32) -> R<i32> {
    value.option().map_or(Ok(default), int::index_to_i32)
}
fn made(fd: i32, family: i32, kind: i32, protocol: i32) -> R {
    let socket = closed();
    socket.fd.set(fd);
    socket.family.set(family);
    socket.kind.set(kind & !(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK));
    socket.protocol.set(protocol);
    let value = Native::new(with(|classes| classes.socket)?, socket).value();
    set_timeout(value, DEFAULT_TIMEOUT.get())?;
    Ok(value)
}
fn socketpair(args: &[Value]) -> R {
    let (family, kind, protocol) = (small(args[0], libc::AF_UNIX)?, small(args[1], libc::SOCK_STREAM)?, small(args[2], 0)?);
    let mut fds = [-1; 2];
    // SAFETY: there is room for two descriptors.
    if unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, protocol, fds.as_mut_ptr()) } != 0 {
        return Err(exception_os::last(None));
    }
    let first = made(fds[0], family, kind, protocol)?;
    let second = made(fds[1], family, kind, protocol)?;
    Ok(tuple(&[first, second]))
}
fn inet_pton(args: &[Value]) -> R {
    let text = ops::str_string(args[1])?;
    let illegal = || crate::error::os_error("illegal IP address string passed to inet_pton");
    match int::index_to_i32(args[0])? {
        libc::AF_INET => Ok(bytes::new(&text.parse::<std::net::Ipv4Addr>().map_err(|_| illegal())?.octets()).value()),
        libc::AF_INET6 => Ok(bytes::new(&text.parse::<std::net::Ipv6Addr>().map_err(|_| illegal())?.octets()).value()),
        _ => Err(exception_os::from_errno(libc::EAFNOSUPPORT, None)),
    }
}
fn inet_ntop(args: &[Value]) -> R {
    let view = buffer::view(args[1])?;
    let packed = view.as_slice();
    let invalid = || value_error("invalid length of packed IP address string");
    let text = match int::index_to_i32(args[0])? {
        libc::AF_INET => std::net::Ipv4Addr::from(<[u8; 4]>::try_from(packed).map_err(|_| invalid())?).to_string(),
        libc::AF_INET6 => std::net::Ipv6Addr::from(<[u8; 16]>::try_from(packed).map_err(|_| invalid())?).to_string(),
        family => return Err(value_error(format!("unknown address family {family}"))),
    };
    Ok(str::new(&text).value())
}
fn swapped(value: Value) -> R {
    let number = ops::index(value)?;
    if is_negative(number) {
        return Err(value_error("Cannot convert negative int"));
    }
    match int::to_i64(number).and_then(|number| u16::try_from(number).ok()) {
        Some(number) => Ok(Value::int(number.to_be() as i64)),
        None => Err(crate::error::overflow_error("Python int too large for C uint16_t")),
    }
}
fn getaddrinfo(args: &[Value]) -> R {
    let host = match not_none(args[0]) {
        Some(host) => ops::str_string(host)?,
        None if small(args[5], 0)? & libc::AI_PASSIVE != 0 => String::new(),
        None => "localhost".to_string(),
    };
    let port = match not_none(args[1]) {
        None => 0,
        Some(port) if int::is_any_int(port) => u16::try_from(int::index_to_i64(port)?).unwrap_or(0),
        Some(port) => ops::str_string(port)?.parse().map_err(|_| gai_error(-8, "Servname not supported for ai_socktype"))?,
    };
    let (family, kind, protocol) = (small(args[2], 0)?, small(args[3], 0)?, small(args[4], 0)?);
    let kinds = [(libc::SOCK_STREAM, libc::IPPROTO_TCP), (libc::SOCK_DGRAM, libc::IPPROTO_UDP), (libc::SOCK_RAW, 0)];
    let answers = List::new();
    for address in address::resolve_all(&host, port, family)? {
        let own_family = if address.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
        for (own_kind, own_protocol) in kinds {
            if (kind == 0 || kind == own_kind) && (protocol == 0 || protocol == own_protocol) {
                let numbers = [own_family, own_kind, own_protocol].map(|number| Value::int(number as i64));
                let canonical = str::empty().value();
                answers.push(tuple(&[numbers[0], numbers[1], numbers[2], canonical, address::shown(address)]))?;
            }
        }
    }
    if answers.len() == 0 {
        return Err(gai_error(-2, "Name or service not known"));
    }
    Ok(answers.value())
}

// -- sockets -----------------------------------------------------------------------------

fn closed() -> Socket {
    Socket { fd: Cell::new(-1), family: Cell::new(-1), kind: Cell::new(-1), protocol: Cell::new(-1), timeout: Cell::new(None) }
}
fn this(value: Value) -> R<&'static Socket> {
    of::<Socket>(value)
}
static PARAMS: Params = Params::new("socket", "(family=-1, type=-1, proto=-1, fileno=None)");

fn init_socket(value: Value, args: Args<'_>) -> R<()> {
    let [family, kind, protocol, fileno] = PARAMS.bind(args)?;
    let socket = this(value)?;
    let (mut family, mut kind, mut protocol) = (small(family, -1)?, small(kind, -1)?, small(protocol, -1)?);
    let fd = match not_none(fileno) {
        Some(fileno) => {
            let fd = int::index_to_i32(fileno)?;
            if fd < 0 {
                return Err(value_error("negative file descriptor"));
            }
            family = if family == -1 { option(fd, libc::SOL_SOCKET, libc::SO_DOMAIN)? } else { family };
            kind = if kind == -1 { option(fd, libc::SOL_SOCKET, libc::SO_TYPE)? } else { kind };
            protocol = if protocol == -1 { option(fd, libc::SOL_SOCKET, libc::SO_PROTOCOL)? } else { protocol };
            fd
        }
        None => {
            family = if family == -1 { libc::AF_INET } else { family };
            kind = if kind == -1 { libc::SOCK_STREAM } else { kind };
            protocol = protocol.max(0);
            // SAFETY: no memory is involved.
            match unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol) } {
                -1 => return Err(exception_os::last(None)),
                fd => fd,
            }
        }
    };
    close_fd(socket.fd.replace(fd));
    socket.family.set(family);
    socket.kind.set(kind & !(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK));
    socket.protocol.set(protocol);
    let timeout = if kind & libc::SOCK_NONBLOCK != 0 { Some(0.0) } else { DEFAULT_TIMEOUT.get() };
    if timeout.is_some() { set_timeout(value, timeout) } else { Ok(()) }
}
fn option(fd: i32, level: i32, name: i32) -> R<i32> {
    let (mut value, mut len) = (0i32, size_of::<i32>() as libc::socklen_t);
    // SAFETY: there is room for an int.
    match unsafe { libc::getsockopt(fd, level, name, (&raw mut value).cast(), &mut len) } {
        0 => Ok(value),
        _ => Err(exception_os::last(None)),
    }
}
fn repr(value: Value) -> R {
    let socket = this(value)?;
    let (fd, family, kind, protocol) = (socket.fd.get(), socket.family.get(), socket.kind.get(), socket.protocol.get());
    Ok(str::new(&format!("<socket object, fd={fd}, family={family}, type={kind}, proto={protocol}>")).value())
}

static ATTRIBUTES: [NativeAttribute; 4] = [
    member("family", |v| Ok(Value::int(this(v)?.family.get() as i64)), None, "the socket family"),
    member("type", |v| Ok(Value::int(this(v)?.kind.get() as i64)), None, "the socket type"),
    member("proto", |v| Ok(Value::int(this(v)?.protocol.get() as i64)), None, "the socket protocol"),
    getset("timeout", |v| Ok(this(v)?.timeout.get().map_or(NONE, Value::float)), None, "the socket timeout"),
];

static METHODS: [NativeFunction; 23] = [
    method("fileno", "($self, /)", |a| Ok(Value::int(this(a[0])?.fd.get() as i64)), "Return the integer file descriptor of the socket."),
    method("close", "($self, /)", |a| { close_fd(this(a[0])?.fd.replace(-1)); Ok(NONE) }, "Close the socket.  It cannot be used after this call."),
    method("detach", "($self, /)", |a| Ok(Value::int(this(a[0])?.fd.replace(-1) as i64)), "Close the socket object without closing the underlying file descriptor."),
    method("setblocking", "($self, flag, /)", |a| {
        let timeout = if ops::truth(a[1])? { None } else { Some(0.0) };
        set_timeout(a[0], timeout).map(|()| NONE)
    }, "Set the socket to blocking (flag is true) or non-blocking (false)."),
    method("getblocking", "($self, /)", |a| Ok(Value::bool(this(a[0])?.timeout.get() != Some(0.0))), "Returns True if socket is in blocking mode, or False if it is in non-blocking mode."),
    method("settimeout", "($self, timeout, /)", |a| set_timeout(a[0], timeout_of(a[1])?).map(|()| NONE), "Set a timeout on socket operations."),
    method("gettimeout", "($self, /)", |a| Ok(this(a[0])?.timeout.get().map_or(NONE, Value::float)), "Returns the timeout in seconds (float) associated with socket operations."),
    method("send", "($self, data, flags=0, /)", send, "Send a data string to the socket."),
    method("sendall", "($self, data, flags=0, /)", sendall, "Send a data string to the socket."),
    method("sendto", "($self, data, flags_or_address, address=<unrepresentable>, /)", sendto, "Like send(data, flags) but allows specifying the destination address."),
    method("recv", "($self, bufsize, flags=0, /)", |a| Ok(receive(a, false)?.0), "Receive up to buffersize bytes from the socket."),
    method("recvfrom", "($self, bufsize, flags=0, /)", |a| {
        let (data, address) = receive(a, true)?;
        Ok(tuple(&[data, address]))
    }, "Like recv(buffersize, flags) but also return the sender's address info."),
    method("recv_into", "($self, buffer, nbytes=0, flags=0)", recv_into, "A version of recv() that stores its data into a buffer rather than creating a new string."),
    method("bind", "($self, address, /)", |a| named(a, "bind", |fd, address| {
        // SAFETY: the address is as long as it says.
        unsafe { libc::bind(fd, address.as_ptr(), address.len) }
    }), "Bind the socket to a local address."),
    method("connect", "($self, address, /)", |a| match connect(a)? {
        0 => Ok(NONE),
        errno => Err(exception_os::from_errno(errno, None)),
    }, "Connect the socket to a remote address."),
    method("connect_ex", "($self, address, /)", |a| Ok(Value::int(connect(a)? as i64)), "This is like connect(address), but returns an error code."),
    method("listen", "($self, backlog=128, /)", |a| {
        let (fd, backlog) = (this(a[0])?.fd.get(), small(a[1], 128)?.max(0));
        // SAFETY: no memory is involved.
        done(unsafe { libc::listen(fd, backlog) })
    }, "Enable a server to accept connections."),
    method("_accept", "($self, /)", accept, "_accept() -> (integer fd, address info)"),
    method("shutdown", "($self, how, /)", |a| {
        let (fd, how) = (this(a[0])?.fd.get(), int::index_to_i32(a[1])?);
        // SAFETY: no memory is involved.
        done(unsafe { libc::shutdown(fd, how) })
    }, "Shut down the reading side of the socket, the writing side of the socket, or both ends."),
    method("getsockname", "($self, /)", |a| asked(a[0], libc::getsockname), "Return the address of the local endpoint."),
    method("getpeername", "($self, /)", |a| asked(a[0], libc::getpeername), "Return the address of the remote endpoint."),
    method("getsockopt", "($self, level, option, buflen=0, /)", |a| {
        if small(a[3], 0)? != 0 {
            return Err(crate::error::not_implemented_error("getsockopt() with a buffer is not supported"));
        }
        Ok(Value::int(option(this(a[0])?.fd.get(), int::index_to_i32(a[1])?, int::index_to_i32(a[2])?)? as i64))
    }, "Get a socket option."),
    method("setsockopt", "($self, level, option, value, /)", setsockopt, "Set a socket option."),
];

fn done(result: i32) -> R {
    if result == 0 { Ok(NONE) } else { Err(exception_os::last(None)) }
}
fn timeout_of(value: Value) -> R<Option<f64>> {
    let Some(value) = not_none(value) else { return Ok(None) };
    if !int::is_any_int(value) && !value.is_float() {
        return Err(type_error(format!("'{}' object cannot be interpreted as an integer", crate::vm::type_name(value))));
    }
    match int_or_float(value)? {
        seconds if seconds < 0.0 => Err(value_error("Timeout value out of range")),
        seconds if seconds.is_nan() => Err(value_error("Invalid value NaN (not a number)")),
        seconds => Ok(Some(seconds)),
    }
}
fn set_timeout(value: Value, timeout: Option<f64>) -> R<()> {
    let socket = this(value)?;
    socket.timeout.set(timeout);
    let mut flag = timeout.is_some() as libc::c_int;
    // SAFETY: the flag lives as long as the call.
    match unsafe { libc::ioctl(socket.fd.get(), libc::FIONBIO, &mut flag) } {
        -1 => Err(exception_os::last(None)),
        _ => Ok(()),
    }
}

impl Socket {
    /// Calls until the call does not have to wait, as long as the timeout allows.
    fn repeat(&self, events: i16, mut call: impl FnMut(i32) -> isize) -> R<usize> {
        let deadline = deadline(self.timeout.get())?;
        loop {
            let wait = self.timeout.get().is_none_or(|timeout| timeout > 0.0);
            if wait {
                // Waiting in poll lets signals through.
                let mut fds = [libc::pollfd { fd: self.fd.get(), events, revents: 0 }];
                if self.fd.get() >= 0 && poll(&mut fds, deadline)? == 0 {
                    return Err(Raised::new(types().timeout_error, "timed out"));
                }
            }
            match retry(|| call(self.fd.get()))? {
                Ok(count) => return Ok(count),
                Err(libc::EAGAIN) if wait => {}
                Err(errno) => return Err(exception_os::from_errno(errno, None)),
            }
        }
    }
}
fn send(args: &[Value]) -> R {
    let flags = small(args[2], 0)?;
    let view = buffer::view(args[1])?;
    let data = view.as_slice();
    let socket = this(args[0])?;
    // SAFETY: the buffer is locked as long as the view lives.
    let count = socket.repeat(libc::POLLOUT, |fd| unsafe { libc::send(fd, data.as_ptr().cast(), data.len(), flags | libc::MSG_NOSIGNAL) })?;
    Ok(int::from_usize(count))
}
fn sendall(args: &[Value]) -> R {
    let flags = small(args[2], 0)?;
    let view = buffer::view(args[1])?;
    let mut data = view.as_slice();
    let socket = this(args[0])?;
    while !data.is_empty() {
        // SAFETY: as in `send`.
        let count = socket.repeat(
            libc::POLLOUT,
            |fd| unsafe { libc::send(fd, data.as_ptr().cast(), data.len(), flags | libc::MSG_NOSIGNAL) },
        )?;
        data = &data[count..];
    }
    Ok(NONE)
}
fn sendto(args: &[Value]) -> R {
    let (flags, address) = match args[3].option() {
        Some(address) => (int::index_to_i32(args[2])?, address),
        None => (0, args[2]),
    };
    let socket = this(args[0])?;
    let address = Address::from_python(socket.family.get(), address, "sendto")?;
    let view = buffer::view(args[1])?;
    let data = view.as_slice();
    let count = socket.repeat(libc::POLLOUT, |fd| {
        // SAFETY: the buffer is locked as long as the view lives; the address is as long as it says.
        unsafe { libc::sendto(fd, data.as_ptr().cast(), data.len(), flags | libc::MSG_NOSIGNAL, address.as_ptr(), address.len) }
    })?;
    Ok(int::from_usize(count))
}
/// Bytes, and the sender's address when it is asked for.
fn receive(args: &[Value], is_named: bool) -> R<(Value, Value)> {
    let size = ssize(args[1])?;
    let flags = small(args[2], 0)?;
    let name = if is_named { "recvfrom" } else { "recv" };
    let size = usize::try_from(size).map_err(|_| value_error(format!("negative buffersize in {name}")))?;
    let mut data: Vec<u8> = Vec::new();
    data.try_reserve_exact(size).map_err(|_| crate::error::memory_error())?;
    let mut address = Address::empty();
    let count = this(args[0])?.repeat(libc::POLLIN, |fd| {
        let (to, len) = if is_named {
            (address.as_mut_ptr(), &raw mut address.len)
        } else {
            (core::ptr::null_mut(), core::ptr::null_mut())
        };
        // SAFETY: the buffer has room for `size` bytes, the address for any.
        unsafe { libc::recvfrom(fd, data.as_mut_ptr().cast(), size, flags, to, len) }
    })?;
    // SAFETY: the call has filled as many.
    unsafe { data.set_len(count.min(size)) };
    let address = if is_named && address.len != 0 { address.to_python()? } else { NONE };
    Ok((bytes::try_new(&data)?.value(), address))
}
fn recv_into(args: &[Value]) -> R {
    let size = args[2].option().map_or(Ok(0), ssize)?;
    let flags = small(args[3], 0)?;
    let view = buffer::view(args[1])?;
    if view.is_readonly() {
        return Err(type_error("recv_into() argument 1 must be read-write bytes-like object, not bytes"));
    }
    let size = usize::try_from(size).map_err(|_| value_error("negative buffersize in recv_into"))?;
    let data = view.as_mut_slice();
    let size = if size == 0 { data.len() } else { size };
    if size > data.len() {
        return Err(value_error("buffer too small for requested bytes"));
    }
    // SAFETY: the buffer has room for `size` bytes and is locked as long as the view lives.
    let count = this(args[0])?.repeat(libc::POLLIN, |fd| unsafe { libc::recv(fd, data.as_mut_ptr().cast(), size, flags) })?;
    Ok(int::from_usize(count))
}
fn named(args: &[Value], function: &str, call: impl Fn(i32, &Address) -> i32) -> R {
    let socket = this(args[0])?;
    let address = Address::from_python(socket.family.get(), args[1], function)?;
    done(call(socket.fd.get(), &address))
}
/// 0 or an errno.
fn connect(args: &[Value]) -> R<i32> {
    let socket = this(args[0])?;
    let address = Address::from_python(socket.family.get(), args[1], "connect")?;
    let fd = socket.fd.get();
    // SAFETY: the address is as long as it says.
    if unsafe { libc::connect(fd, address.as_ptr(), address.len) } == 0 {
        return Ok(0);
    }
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    let waits = errno == libc::EINTR || (errno == libc::EINPROGRESS && socket.timeout.get() != Some(0.0));
    if !waits {
        return Ok(errno);
    }
    let mut fds = [libc::pollfd { fd, events: libc::POLLOUT, revents: 0 }];
    if poll(&mut fds, deadline(socket.timeout.get())?)? == 0 {
        return Err(Raised::new(types().timeout_error, "timed out"));
    }
    option(fd, libc::SOL_SOCKET, libc::SO_ERROR)
}
fn accept(args: &[Value]) -> R {
    let mut address = Address::empty();
    let fd = this(args[0])?.repeat(libc::POLLIN, |fd| {
        // SAFETY: the address has room for any.
        unsafe { libc::accept4(fd, address.as_mut_ptr(), &mut address.len, libc::SOCK_CLOEXEC) as isize }
    })?;
    Ok(tuple(&[int::from_usize(fd), address.to_python()?]))
}
fn asked(value: Value, ask: unsafe extern "C" fn(i32, *mut libc::sockaddr, *mut libc::socklen_t) -> i32) -> R {
    let mut address = Address::empty();
    // SAFETY: the address has room for any.
    match unsafe { ask(this(value)?.fd.get(), address.as_mut_ptr(), &mut address.len) } {
        0 => address.to_python(),
        _ => Err(exception_os::last(None)),
    }
}
fn setsockopt(args: &[Value]) -> R {
    let (fd, level, name) = (this(args[0])?.fd.get(), int::index_to_i32(args[1])?, int::index_to_i32(args[2])?);
    if int::is_any_int(args[3]) {
        let value = int::index_to_i32(args[3])?;
        // SAFETY: the value is an int, as its length says.
        return done(unsafe { libc::setsockopt(fd, level, name, (&raw const value).cast(), size_of::<i32>() as libc::socklen_t) });
    }
    let view = buffer::view(args[3])?;
    let data = view.as_slice();
    // SAFETY: the buffer is locked as long as the view lives.
    done(unsafe { libc::setsockopt(fd, level, name, data.as_ptr().cast(), data.len() as libc::socklen_t) })
}
