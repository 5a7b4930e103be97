//! Which addresses a webhook may reach. Pure. Whoever names a target makes our own machine speak to it, so everything that
//! is not plainly the public internet is refused: this machine, its neighbours, clouds' metadata services (PORTAL 6.5,
//! case 144).

use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What is not public in IPv4: the IANA registry of special-purpose addresses (RFC 6890), multicast and the reserved class.
const NOT_PUBLIC_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// What is public in IPv6: the one block that addresses are given out of (RFC 4291).
const PUBLIC_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What in it is not: protocols' own (Teredo and others), documentation, and 6to4, which carries any IPv4 address inside.
const NOT_PUBLIC_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

fn within_v4(ip: Ipv4Addr, (net, bits): (Ipv4Addr, u32)) -> bool {
    (ip.to_bits() ^ net.to_bits()).leading_zeros() >= bits
}

fn within_v6(ip: Ipv6Addr, (net, bits): (Ipv6Addr, u32)) -> bool {
    (ip.to_bits() ^ net.to_bits()).leading_zeros() >= bits
}

/// Whether `ip` is an address of the public internet. One of IPv4 that is written as IPv6 is judged as what it is.
fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => !NOT_PUBLIC_V4.iter().any(|net| within_v4(ip, *net)),
        IpAddr::V6(ip) => within_v6(ip, PUBLIC_V6) && !NOT_PUBLIC_V6.iter().any(|net| within_v6(ip, *net)),
    }
}

/// Whether `ip` stands in one of the networks that this installation names.
pub(super) fn is_named(ip: IpAddr, networks: &[IpNet]) -> bool {
    networks.iter().any(|network| network.contains(&ip.to_canonical()))
}

/// Whether a webhook may reach `ip`.
pub(super) fn may_reach(ip: IpAddr, networks: &[IpNet]) -> bool {
    is_public(ip) || is_named(ip, networks)
}

#[cfg(test)]
mod tests {
    use super::{is_named, is_public, may_reach};
    use ipnet::IpNet;
    use proptest::prelude::*;
    use std::net::{IpAddr, Ipv4Addr};

    #[test]
    fn case_144_only_public_addresses_are_reached() {
        for refused in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.170",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::808:808",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2001:10::1",
            "2001:20::1",
            "2002:7f00:1::1",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456:789a::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "ff0e::1",
        ] {
            assert!(!is_public(refused.parse().unwrap()), "{refused}");
        }
        for reached in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert!(is_public(reached.parse().unwrap()), "{reached}");
        }
    }

    #[test]
    fn an_installation_names_networks_of_its_own_and_no_more_is_opened() {
        let networks: Vec<IpNet> = vec!["10.20.0.0/16".parse().unwrap(), "fd00:1::/32".parse().unwrap()];
        for ip in ["10.20.3.4", "::ffff:10.20.3.4", "fd00:1::7", "8.8.8.8"] {
            assert!(may_reach(ip.parse().unwrap(), &networks), "{ip}");
        }
        for ip in ["10.21.0.1", "127.0.0.1", "fd00:2::7", "169.254.169.254"] {
            assert!(!may_reach(ip.parse().unwrap(), &networks), "{ip}");
        }
        assert!(!is_named("8.8.8.8".parse().unwrap(), &networks));
    }

    proptest! {
        #[test]
        fn an_address_is_judged_the_same_however_it_is_written(bits: u32) {
            let ip = Ipv4Addr::from_bits(bits);
            let mapped = IpAddr::V6(ip.to_ipv6_mapped());
            prop_assert_eq!(is_public(IpAddr::V4(ip)), is_public(mapped));
        }

        /// The standard library's own, stable, tests: none of what they call special is public here.
        #[test]
        fn nothing_that_the_library_calls_special_is_public(bits: u32) {
            let ip = Ipv4Addr::from_bits(bits);
            let special = ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_multicast()
                || ip.is_broadcast() || ip.is_documentation() || ip.is_unspecified();
            prop_assert!(!(special && is_public(IpAddr::V4(ip))), "{ip}");
        }

        #[test]
        fn no_address_that_carries_another_inside_is_public(bits: u32, low: u64) {
            let v4 = u128::from(bits);
            for ip in [v4, (0x64_ff9b << 96) | v4, (0x2002 << 112) | (v4 << 80) | u128::from(low)] {
                prop_assert!(!is_public(IpAddr::V6(ip.into())), "{ip:x}");
            }
        }
    }
}
