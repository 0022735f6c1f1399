//! Which addresses may be asked for, first ones and those of redirects.
//!
//! `crew` puts every address here before it goes into a queue; names are checked once more when they
//! are resolved, by `client`. A page can name any address: it gets a refusal with a clause. Spellings
//! of literal addresses (`0x7f.1`, `2130706433`, a final dot) are brought to one form by `url` before.

use core::net::IpAddr;

use url::{Host, Url};

use super::{CollectorOptions, FetchError, client::host_name, error::bare};
use crate::collect::address;

/// Redirects followed for a page: no honest site needs so many.
const MAX_REDIRECTS: usize = 10;
/// Redirects followed for a robots.txt, by RFC 9309.
const MAX_ROBOTS_REDIRECTS: usize = 5;
/// The frontier takes no longer addresses either.
const LONGEST_URL: usize = 8 << 10;
/// Names that never leave a site's own network, should a proxy be asked to resolve them.
const INNER_ENDINGS: &[&str] = &[".home.arpa", ".internal", ".intranet", ".lan", ".local", ".localhost"];

/// A requested address in its one form.
pub(super) fn checked(text: &str, options: &CollectorOptions) -> Result<Url, FetchError> {
    let refused = |why: &str| FetchError::Url { why: why.to_owned() };
    if text.len() > LONGEST_URL {
        return Err(refused("its address has more than 8 KiB"));
    }
    let url = Url::parse(text.trim()).map_err(|error| refused(&format!("it is no address: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("its address holds a user name or password, which are never sent"));
    }
    let url = bare(&url);
    may_be_asked(&url, options)?;
    Ok(url)
}

/// Whether a job that passed these addresses may go on to the next.
pub(super) fn redirected(
    passed: &[Url],
    next: &Url,
    robots: bool,
    options: &CollectorOptions,
) -> Result<(), FetchError> {
    let most = if robots { MAX_ROBOTS_REDIRECTS } else { MAX_REDIRECTS };
    let refused = |why: String| Err(FetchError::Redirect { why });
    if passed.contains(next) {
        return refused("it redirects in a circle".to_owned());
    }
    if passed.len() > most {
        return refused(format!("it redirects more than {most} times"));
    }
    // What came safely must not be changed on the way by whoever holds the wire. Rules may be: they are
    // obeyed, not believed.
    if !robots && next.scheme() == "http" && passed.last().is_some_and(|last| last.scheme() == "https") {
        return refused("it redirects from https to http".to_owned());
    }
    may_be_asked(next, options)
}

fn may_be_asked(url: &Url, options: &CollectorOptions) -> Result<(), FetchError> {
    let refused = |why: String| Err(FetchError::Url { why });
    if !matches!(url.scheme(), "http" | "https") {
        return refused("it is no http or https address".to_owned());
    }
    let Some(name) = host_name(url).filter(|name| !name.is_empty()) else {
        return refused("it is an address without a host".to_owned());
    };
    if let Some(port) = url.port().filter(|port| address::bad_port(*port)) {
        return refused(format!("port {port} belongs to another service"));
    }
    if options.allowed_hosts.contains(&name) {
        return Ok(());
    }
    let literal = match url.host() {
        Some(Host::Ipv4(literal)) => IpAddr::V4(literal),
        Some(Host::Ipv6(literal)) => IpAddr::V6(literal),
        _ if options.proxy.is_some() && is_inner(&name) => {
            return Err(FetchError::Address { address: name, kind: "a name of an inner network" });
        }
        _ => return Ok(()),
    };
    address::forbidden(literal).map_or(Ok(()), |kind| Err(FetchError::Address { address: name, kind }))
}

fn is_inner(name: &str) -> bool {
    !name.contains('.') || INNER_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: &str) {
        let told =
            checked(url, &CollectorOptions::default()).map_or_else(|error| error.to_string(), String::from);
        assert_eq!(told, expected, "{url}");
    }

    #[test]
    fn literal_addresses_are_seen_through_their_spellings() {
        for spelling in
            ["127.0.0.1", "127.0.0.1.", "0x7f.1", "2130706433", "017700000001", "127.1", "１２７.0.0.1"]
        {
            check(&format!("http://{spelling}/"), "127.0.0.1 is a loopback address");
        }
        check("http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1 is an IPv4-mapped address");
        check("http://[::ffff:7f00:1]/", "::ffff:127.0.0.1 is an IPv4-mapped address");
        check("http://[0:0:0:0:0:0:0:1]:8080/", "::1 is a loopback address");
        check("http://[64:ff9b::a00:1]/", "64:ff9b::a00:1 is a NAT64 address");
        check("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is a link-local address");
        check("http://0/", "0.0.0.0 is an unspecified address");
    }

    #[test]
    fn other_addresses_than_of_the_web_are_refused() {
        check("https://Example.ORG:443/a#b", "https://example.org/a");
        check("https://example.org.:8443", "https://example.org:8443/");
        for url in
            ["file:///etc/passwd", "ftp://example.org/", "data:text/html,x", "javascript:1", "gopher://x/"]
        {
            check(url, "it is no http or https address");
        }
        check("http://example.org:25/", "port 25 belongs to another service");
        check(
            "https://me:secret@example.org/",
            "its address holds a user name or password, which are never sent",
        );
        check("n/a", "it is no address: relative URL without a base");
        check("http://", "it is no address: empty host");
        check(&format!("http://example.org/{}", "a".repeat(9000)), "its address has more than 8 KiB");
    }

    fn check_redirect(passed: &[&str], next: &str, expected: &str) {
        let passed: Vec<Url> = passed.iter().map(|url| url.parse().unwrap()).collect();
        let told = redirected(&passed, &next.parse().unwrap(), false, &CollectorOptions::default());
        assert_eq!(told.map_or_else(|error| error.to_string(), |()| String::new()), expected);
    }

    #[test]
    fn redirects_go_only_where_a_first_address_may() {
        check_redirect(&["http://a.org/"], "https://a.org/", "");
        check_redirect(&["https://a.org/"], "http://a.org/", "it redirects from https to http");
        check_redirect(&["https://a.org/", "https://b.org/"], "https://a.org/", "it redirects in a circle");
        check_redirect(&["http://a.org/"], "http://10.0.0.1/", "10.0.0.1 is a private address");
        check_redirect(&["http://a.org/"], "file:///etc/passwd", "it is no http or https address");
        check_redirect(&["http://a.org/"; 11], "http://b.org/", "it redirects more than 10 times");
        check_redirect(&["http://a.org/"; 10], "http://b.org/", "");
    }

    #[test]
    fn permitted_hosts_may_be_private_by_name_only() {
        let allowed_hosts = ["127.0.0.1".to_owned(), "::1".to_owned()].into();
        let options = CollectorOptions { allowed_hosts, ..CollectorOptions::default() };
        for url in ["http://127.0.0.1:49152/", "http://2130706433/", "http://[::1]/"] {
            assert!(checked(url, &options).is_ok(), "{url}");
        }
        for url in ["http://127.0.0.2/", "http://[::ffff:127.0.0.1]/", "http://127.0.0.1:22/"] {
            assert!(checked(url, &options).is_err(), "{url}");
        }
    }

    #[test]
    fn a_proxy_is_not_asked_for_inner_names() {
        let proxy = Some("http://proxy.example:3128".to_owned());
        let options = CollectorOptions { proxy, ..CollectorOptions::default() };
        for url in ["http://localhost/", "http://router/", "http://db.internal./", "http://x.localhost/"] {
            assert!(checked(url, &options).is_err(), "{url}");
        }
        assert!(checked("http://example.org/", &options).is_ok());
    }
}
