//! Socket addresses between Python's values and the system's structs: AF_INET, AF_INET6 and AF_UNIX.

use crate::error::{R, overflow_error, type_error};
use crate::objects::bytes::{self, Bytes};
use crate::objects::int;
use crate::objects::str::{self, Str};
use crate::objects::support::tuple;
use crate::objects::tuple::Tuple;
use crate::value::{NONE, Value};
use crate::vm::type_name;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};

pub struct Address {
    pub storage: libc::sockaddr_storage,
    pub len: libc::socklen_t,
}

impl Address {
    /// For a call to fill.
    pub fn empty() -> Address {
        // SAFETY: zeros are a valid address of no family.
        Address { storage: unsafe { core::mem::zeroed() }, len: size_of::<libc::sockaddr_storage>() as libc::socklen_t }
    }
    pub fn as_ptr(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }
    pub fn as_mut_ptr(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }
    fn of<T>(value: T) -> Address {
        let mut address = Address::empty();
        address.len = size_of::<T>() as libc::socklen_t;
        // SAFETY: the storage is large enough and aligned for every kind of address.
        unsafe { (&raw mut address.storage).cast::<T>().write(value) };
        address
    }
    pub fn of_ip(address: SocketAddr) -> Address {
        match address {
            SocketAddr::V4(v4) => Address::of(libc::sockaddr_in {
                sin_family: libc::AF_INET as u16,
                sin_port: v4.port().to_be(),
                sin_addr: libc::in_addr { s_addr: u32::from_ne_bytes(v4.ip().octets()) },
                sin_zero: [0; 8],
            }),
            SocketAddr::V6(v6) => Address::of(libc::sockaddr_in6 {
                sin6_family: libc::AF_INET6 as u16,
                sin6_port: v6.port().to_be(),
                sin6_flowinfo: v6.flowinfo(),
                sin6_addr: libc::in6_addr { s6_addr: v6.ip().octets() },
                sin6_scope_id: v6.scope_id(),
            }),
        }
    }
    /// As the methods of sockets take it.
    pub fn from_python(family: i32, value: Value, function: &str) -> R<Address> {
        match family {
            libc::AF_UNIX => unix(value),
            libc::AF_INET | libc::AF_INET6 => {
                let (host, port) = host_and_port(family, value, function)?;
                Ok(Address::of_ip(resolve(&host, port, family)?))
            }
            _ => Err(crate::error::os_error(format!("{function}(): bad family"))),
        }
    }
    /// As Python sees it.
    pub fn to_python(&self) -> R {
        match self.storage.ss_family as i32 {
            libc::AF_INET | libc::AF_INET6 => Ok(shown(self.ip())),
            libc::AF_UNIX => {
                let path = self.path();
                match path.first() {
                    None => Ok(str::empty().value()),
                    Some(0) => Ok(bytes::try_new(&path)?.value()),
                    Some(_) => Ok(crate::codecs::decode_file_system(&path)?.value()),
                }
            }
            _ => Ok(NONE),
        }
    }
    fn ip(&self) -> SocketAddr {
        if self.storage.ss_family as i32 == libc::AF_INET6 {
            // SAFETY: the family says that this is a sockaddr_in6.
            let v6 = unsafe { *self.as_ptr().cast::<libc::sockaddr_in6>() };
            let ip = Ipv6Addr::from(v6.sin6_addr.s6_addr);
            return std::net::SocketAddrV6::new(ip, u16::from_be(v6.sin6_port), v6.sin6_flowinfo, v6.sin6_scope_id).into();
        }
        // SAFETY: the family says that this is a sockaddr_in.
        let v4 = unsafe { *self.as_ptr().cast::<libc::sockaddr_in>() };
        SocketAddr::new(IpAddr::V4(Ipv4Addr::from(v4.sin_addr.s_addr.to_ne_bytes())), u16::from_be(v4.sin_port))
    }
    fn path(&self) -> Vec<u8> {
        // SAFETY: the family says that this is a sockaddr_un.
        let unix = unsafe { &*self.as_ptr().cast::<libc::sockaddr_un>() };
        let len = (self.len as usize).saturating_sub(core::mem::offset_of!(libc::sockaddr_un, sun_path)).min(unix.sun_path.len());
        let path: Vec<u8> = unix.sun_path[..len].iter().map(|&c| c as u8).collect();
        // The name of a file ends at the zero; an abstract one begins with it.
        match path.first() {
            Some(0) | None => path,
            Some(_) => path.split(|&c| c == 0).next().unwrap_or_default().to_vec(),
        }
    }
}

/// `(host, port)`, with two numbers more for IPv6.
pub fn shown(address: SocketAddr) -> Value {
    let host = str::new(&address.ip().to_string()).value();
    let port = Value::int(address.port() as i64);
    match address {
        SocketAddr::V4(_) => tuple(&[host, port]),
        SocketAddr::V6(v6) => tuple(&[host, port, Value::int(v6.flowinfo() as i64), Value::int(v6.scope_id() as i64)]),
    }
}

fn unix(value: Value) -> R<Address> {
    let path = match (value.downcast::<Str>(), value.downcast::<Bytes>()) {
        (Some(text), _) => text.to_utf8_with_surrogates(),
        (_, Some(bytes)) => bytes.as_slice().to_vec(),
        _ => return Err(type_error(format!("a bytes-like object is required, not '{}'", type_name(value)))),
    };
    // SAFETY: zeros are a valid address.
    let mut unix: libc::sockaddr_un = unsafe { core::mem::zeroed() };
    if path.len() >= unix.sun_path.len() {
        return Err(crate::error::os_error("AF_UNIX path too long"));
    }
    unix.sun_family = libc::AF_UNIX as u16;
    unix.sun_path.iter_mut().zip(&path).for_each(|(to, &byte)| *to = byte as libc::c_char);
    let ends_with_zero = path.first().is_some_and(|&first| first != 0) as usize;
    let mut address = Address::of(unix);
    address.len = (core::mem::offset_of!(libc::sockaddr_un, sun_path) + path.len() + ends_with_zero) as libc::socklen_t;
    Ok(address)
}

fn host_and_port(family: i32, value: Value, function: &str) -> R<(String, u16)> {
    let name = if family == libc::AF_INET { "AF_INET" } else { "AF_INET6" };
    let Some(pair) = value.downcast::<Tuple>() else {
        return Err(type_error(format!("{function}(): {name} address must be tuple, not {}", type_name(value))));
    };
    let most = if family == libc::AF_INET { 2 } else { 4 };
    if pair.len() < 2 || pair.len() > most {
        return Err(type_error(format!("{function}(): {name} address must be a pair (host, port)")));
    }
    let port = u16::try_from(int::index_to_i64(pair.at(1))?).map_err(|_| overflow_error(format!("{function}(): port must be 0-65535.")))?;
    Ok((host(pair.at(0))?, port))
}
fn host(value: Value) -> R<String> {
    match (value.downcast::<Str>(), value.downcast::<Bytes>()) {
        (Some(text), _) => Ok(text.to_string_lossy()),
        (_, Some(bytes)) => Ok(String::from_utf8_lossy(bytes.as_slice()).into_owned()),
        _ => Err(type_error(format!("str, bytes or bytearray expected, not {}", type_name(value)))),
    }
}

/// The first address of a host that has the family (0: any).
fn resolve(host: &str, port: u16, family: i32) -> R<SocketAddr> {
    resolve_all(host, port, family)?.into_iter().next().ok_or_else(|| super::gai_error(-5, "No address associated with hostname"))
}
pub fn resolve_all(host: &str, port: u16, family: i32) -> R<Vec<SocketAddr>> {
    let any: IpAddr = if family == libc::AF_INET6 { Ipv6Addr::UNSPECIFIED.into() } else { Ipv4Addr::UNSPECIFIED.into() };
    let found: Vec<SocketAddr> = match host {
        "" => vec![SocketAddr::new(any, port)],
        "<broadcast>" => vec![SocketAddr::new(Ipv4Addr::BROADCAST.into(), port)],
        _ => (host, port).to_socket_addrs().map_err(|_| super::gai_error(-2, "Name or service not known"))?.collect(),
    };
    let fits = |address: &SocketAddr| match family {
        libc::AF_INET => address.is_ipv4(),
        libc::AF_INET6 => address.is_ipv6(),
        _ => true,
    };
    Ok(found.into_iter().filter(fits).collect())
}
