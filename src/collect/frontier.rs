//! The frontier of discovery: which addresses are the same, and whose they are.
//!
//! It holds the canonical form of an address, from which a document's identity is taken. What has been
//! seen is the store's to know, what is wanted is `source`'s. Percent-encoding, parameter order and
//! international host names are left as given on purpose: rewriting them can change what a server
//! answers. Hostile input can get an address refused, or kept apart from its twin; nothing else.

/// Parameters that say where a reader came from, not what is read. Ambiguous names (`ref`, `source`,
/// `id`) are absent: some sites address articles with them.
const TRACKING: &[&str] = &[
    "_ga",
    "_gl",
    "dclid",
    "fbclid",
    "gbraid",
    "gclid",
    "gclsrc",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "igshid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "ncid",
    "ref_src",
    "ref_url",
    "rref",
    "s_cid",
    "smid",
    "srsltid",
    "ttclid",
    "twclid",
    "wbraid",
    "yclid",
];

/// Families of such parameters: Urchin, Matomo, HubSpot.
const TRACKING_PREFIXES: &[&str] = &["utm_", "pk_", "mtm_", "hsa_"];

/// Longer addresses are refused: no server answers them, and they are kept once for every document.
const MAX_URL_BYTES: usize = 8 << 10;

/// The form in which addresses are compared: scheme and host in lower case, without user name,
/// default port, fragment and tracking parameters. `None` for what is no absolute `http` or `https`
/// address: it must not become an identity that many documents share ("n/a").
pub fn canonical_url(url: &str) -> Option<String> {
    let url = url.trim();
    if url.len() > MAX_URL_BYTES || url.chars().any(|char| char.is_control() || char == '\\') {
        return None;
    }
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
    let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = split_port(host_port)?;
    let port = port.filter(|port| *port != default_port);
    let host = host.trim_end_matches('.').to_lowercase();
    if !is_host(&host) {
        return None;
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = if path.is_empty() { "/" } else { path };

    let mut canonical = format!("{scheme}://{host}");
    if let Some(port) = port {
        canonical.push_str(&format!(":{port}"));
    }
    push_encoded(&mut canonical, path);
    let mut separator = '?';
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty() && !is_tracking(parameter)) {
        canonical.push(separator);
        push_encoded(&mut canonical, parameter);
        separator = '&';
    }
    Some(canonical)
}

/// The host of an address without `www.`, as the name of a source; `None` for what is no address.
pub fn source_of_url(url: &str) -> Option<String> {
    let canonical = canonical_url(url)?;
    let (_, rest) = canonical.split_once("://")?;
    let authority = rest.split_once('/').map_or(rest, |(authority, _)| authority);
    let (host, _) = split_port(authority)?;
    // A host that is nothing but `www.` and a top-level domain keeps its first label.
    let bare = host.strip_prefix("www.").filter(|bare| bare.contains('.')).unwrap_or(host);
    Some(bare.to_owned())
}

/// Whether two addresses belong to one site: their hosts are the same but for `www.`, `m.` or `amp.`, or
/// one lies below the other. A page's word about its own address is believed within its site only.
pub fn same_site(one: &str, other: &str) -> bool {
    let host = |url: &str| {
        let host = source_of_url(url)?;
        let twin = ["m.", "mobile.", "amp."].iter().find_map(|prefix| host.strip_prefix(prefix));
        Some(twin.filter(|rest| rest.contains('.')).unwrap_or(&host).to_owned())
    };
    let below = |lower: &str, upper: &str| {
        upper.contains('.')
            && lower.strip_suffix(upper).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    match (host(one), host(other)) {
        (Some(one), Some(other)) => one == other || below(&one, &other) || below(&other, &one),
        _ => false,
    }
}

/// Host and port; `None` when the port is no number. An empty port is no port.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let after_literal = authority.rfind(']').map_or(0, |end| end + 1);
    match authority[after_literal..].rfind(':').map(|colon| colon + after_literal) {
        None => Some((authority, None)),
        Some(colon) if colon + 1 == authority.len() => Some((&authority[..colon], None)),
        Some(colon) => {
            let digits = &authority[colon + 1..];
            let port = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
            Some((&authority[..colon], Some(port)))
        }
    }
}

/// Names and addresses in the widest sense; only what no host can contain is refused.
fn is_host(host: &str) -> bool {
    if let Some(literal) = host.strip_prefix('[') {
        return literal.strip_suffix(']').is_some_and(|inside| {
            !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_hexdigit() || b":.".contains(&byte))
        });
    }
    let forbidden = |char: char| char.is_whitespace() || "<>\"'`^|{}[]():,;!*&=+$%~".contains(char);
    !host.is_empty() && !host.starts_with('.') && !host.contains(forbidden)
}

fn is_tracking(parameter: &str) -> bool {
    let name = parameter.split_once('=').map_or(parameter, |(name, _)| name).to_ascii_lowercase();
    TRACKING.contains(&name.as_str()) || TRACKING_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Spaces are written as browsers send them; the rest stays as given.
fn push_encoded(url: &mut String, part: &str) {
    for char in part.chars() {
        if char.is_whitespace() {
            url.push_str("%20");
        } else {
            url.push(char);
        }
    }
}

#[cfg(test)]
mod tests;
