//! Which addresses may be asked: the rules against being sent into the reader's own network.
//!
//! `fetch` puts every literal host and every resolved address to [`forbidden`], and every port to
//! [`bad_port`], before it connects. Pure tables, no sockets: `core::net` has only the types. A page
//! or a name server can choose any address and any spelling; it gets a refusal that names the kind.
//! Which hosts are exempt is the caller's to say, by name, and is left out here.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is when it is no public one, as a noun phrase; `None` for a public address.
///
/// Forms that carry an IPv4 address inside an IPv6 one are refused whatever they carry: nothing that
/// publishes news is reached only through them, and each is a second spelling of a private address.
pub(super) fn forbidden(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => forbidden_v4(address),
        IpAddr::V6(address) => forbidden_v6(address),
    }
}

/// Ports of other services that speak on connecting or obey lines sent to them, from the list of bad
/// ports in the Fetch standard: a page must not make this tool talk to a mail server.
const BAD_PORTS: &[u16] = &[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103,
    104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514,
    515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723,
    2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
    11211,
];

/// Whether a port belongs to a service that is no web server.
pub(super) fn bad_port(port: u16) -> bool {
    BAD_PORTS.binary_search(&port).is_ok()
}

/// Network, prefix length, kind: the IANA registry of special IPv4 addresses, and the classes above it.
const V4: &[([u8; 4], u32, &str)] = &[
    ([0, 0, 0, 0], 32, "an unspecified address"),
    ([0, 0, 0, 0], 8, "an address of this network"),
    ([10, 0, 0, 0], 8, "a private address"),
    ([100, 64, 0, 0], 10, "a carrier's private address"),
    ([127, 0, 0, 0], 8, "a loopback address"),
    ([169, 254, 0, 0], 16, "a link-local address"),
    ([172, 16, 0, 0], 12, "a private address"),
    ([192, 0, 0, 0], 24, "a reserved address"),
    ([192, 0, 2, 0], 24, "a documentation address"),
    ([192, 88, 99, 0], 24, "a 6to4 relay's address"),
    ([192, 168, 0, 0], 16, "a private address"),
    ([198, 18, 0, 0], 15, "a benchmark's address"),
    ([198, 51, 100, 0], 24, "a documentation address"),
    ([203, 0, 113, 0], 24, "a documentation address"),
    ([224, 0, 0, 0], 4, "a multicast address"),
    ([255, 255, 255, 255], 32, "a broadcast address"),
    ([240, 0, 0, 0], 4, "a reserved address"),
];

fn forbidden_v4(address: Ipv4Addr) -> Option<&'static str> {
    let bits = u32::from(address);
    V4.iter()
        .find(|(network, length, _)| (bits ^ u32::from_be_bytes(*network)) >> (32 - length) == 0)
        .map(|(_, _, kind)| *kind)
}

/// The same for IPv6, the longer prefixes before those that hold them. What is left outside 2000::/3
/// is unassigned.
const V6: &[([u16; 8], u32, &str)] = &[
    ([0, 0, 0, 0, 0, 0, 0, 0], 128, "an unspecified address"),
    ([0, 0, 0, 0, 0, 0, 0, 1], 128, "a loopback address"),
    ([0, 0, 0, 0, 0, 0, 0, 0], 96, "an IPv4-compatible address"),
    ([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, "an IPv4-mapped address"),
    ([0, 0, 0, 0, 0xffff, 0, 0, 0], 96, "an IPv4-translated address"),
    ([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96, "a NAT64 address"),
    ([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, "a NAT64 address"),
    ([0x100, 0, 0, 0, 0, 0, 0, 0], 64, "a discard address"),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, "a Teredo address"),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, "a reserved address"),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, "a documentation address"),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, "a 6to4 address"),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "a documentation address"),
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, "a private address"),
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, "a link-local address"),
    ([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, "a site-local address"),
    ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, "a multicast address"),
];

fn forbidden_v6(address: Ipv6Addr) -> Option<&'static str> {
    let bits = u128::from(address);
    let inside =
        |network: [u16; 8], length: u32| (bits ^ u128::from(Ipv6Addr::from(network))) >> (128 - length) == 0;
    let special = V6.iter().find(|(network, length, _)| inside(*network, *length)).map(|(_, _, kind)| *kind);
    let assigned = inside([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);
    special.or((!assigned).then_some("an unassigned address"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(address: &str, expected: Option<&str>) {
        assert_eq!(forbidden(address.parse().unwrap()), expected, "{address}");
    }

    #[test]
    fn public_addresses_may_be_asked() {
        for address in ["8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1"] {
            check(address, None);
        }
        for address in ["192.167.1.1", "192.0.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255", "11.0.0.1"]
        {
            check(address, None);
        }
        for address in ["2606:4700::1111", "2a00:1450:4001::8a", "2001:4860:4860::8888", "2003::1", "3ffe::1"]
        {
            check(address, None);
        }
    }

    #[test]
    fn special_addresses_are_named() {
        for (address, kind) in [
            ("0.0.0.0", "an unspecified address"),
            ("0.1.2.3", "an address of this network"),
            ("10.255.0.1", "a private address"),
            ("100.64.0.1", "a carrier's private address"),
            ("100.127.255.255", "a carrier's private address"),
            ("127.0.0.1", "a loopback address"),
            ("127.255.255.254", "a loopback address"),
            ("169.254.169.254", "a link-local address"),
            ("172.16.0.1", "a private address"),
            ("172.31.255.255", "a private address"),
            ("192.0.0.170", "a reserved address"),
            ("192.0.2.1", "a documentation address"),
            ("192.88.99.1", "a 6to4 relay's address"),
            ("192.168.1.1", "a private address"),
            ("198.19.255.255", "a benchmark's address"),
            ("198.51.100.7", "a documentation address"),
            ("203.0.113.7", "a documentation address"),
            ("224.0.0.1", "a multicast address"),
            ("239.255.255.255", "a multicast address"),
            ("240.0.0.1", "a reserved address"),
            ("255.255.255.255", "a broadcast address"),
            ("::", "an unspecified address"),
            ("::1", "a loopback address"),
            ("::7f00:1", "an IPv4-compatible address"),
            ("::8.8.8.8", "an IPv4-compatible address"),
            ("::ffff:127.0.0.1", "an IPv4-mapped address"),
            ("::ffff:8.8.8.8", "an IPv4-mapped address"),
            ("::ffff:0:127.0.0.1", "an IPv4-translated address"),
            ("64:ff9b::7f00:1", "a NAT64 address"),
            ("64:ff9b:1::7f00:1", "a NAT64 address"),
            ("100::1", "a discard address"),
            ("2001:0:4136:e378::1", "a Teredo address"),
            ("2001:2::1", "a reserved address"),
            ("2001:10::1", "a reserved address"),
            ("2001:db8::1", "a documentation address"),
            ("2002:7f00:1::", "a 6to4 address"),
            ("3fff::1", "a documentation address"),
            ("fc00::1", "a private address"),
            ("fdff::1", "a private address"),
            ("fe80::1", "a link-local address"),
            ("fec0::1", "a site-local address"),
            ("ff02::1", "a multicast address"),
            ("4000::1", "an unassigned address"),
            ("5f00::1", "an unassigned address"),
            ("1::1", "an unassigned address"),
        ] {
            check(address, Some(kind));
        }
    }

    #[test]
    fn the_bad_ports_are_in_order_and_leave_the_web_alone() {
        assert!(BAD_PORTS.is_sorted());
        for port in [80, 443, 8000, 8080, 8443, 3000, 49152] {
            assert!(!bad_port(port), "{port}");
        }
        for port in [0, 22, 25, 53, 6379, 6667, 10080] {
            assert!(bad_port(port), "{port}");
        }
    }

    proptest! {
        #[test]
        fn every_form_that_carries_an_ipv4_address_is_refused(bits: u32) {
            let v4 = u128::from(bits);
            let forms = [v4, v4 | 0xffff << 32, v4 | 0xffff << 48, v4 | 0x64_ff9b << 96, v4 << 80 | 0x2002 << 112];
            for form in forms {
                prop_assert!(forbidden(IpAddr::V6(form.into())).is_some());
            }
        }
    }
}
