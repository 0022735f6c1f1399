//! The HTTP client: certificates, name resolution with its check, and no habits of its own.
//!
//! Redirects, retries, cookies, decompression, referers and proxies of the environment are all off:
//! `crew` and `exchange` decide about each, or nobody does. A name server can answer what it likes:
//! only addresses that passed the rules are connected to, in the same step that resolved them.

use std::{collections::BTreeSet, error::Error, sync::Arc, time::Duration};

use reqwest::{
    Client, Proxy,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect, retry,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt;
use url::{Host, Url};

use super::{CollectorOptions, FetchError, error::tame};
use crate::collect::{CollectError, address};

/// Idle connections are kept at least as long as a usual pause, so that the next request finds one.
const KEEP_IDLE: Duration = Duration::from_secs(90);

/// The client, and what is wrong with this machine's certificates if something is.
pub(super) struct Http {
    pub client: Client,
    /// Without certificates of authorities no `https` address can be asked; `http` works all the same.
    pub no_certificates: Option<String>,
}

impl Http {
    pub(super) fn new(options: &CollectorOptions) -> Result<Self, CollectError> {
        let (tls, no_certificates) = tls();
        let mut exempt = options.allowed_hosts.clone();
        let mut builder = Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(options.user_agent.as_str())
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            // A proxy resolves names itself and so goes round the check of addresses: the environment
            // must not bring one in unasked.
            .no_proxy()
            .connect_timeout(options.connect_timeout)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(KEEP_IDLE);
        if let Some(proxy) = &options.proxy {
            builder = builder.proxy(Proxy::all(proxy).map_err(client_error)?);
            // The proxy itself usually has a private address; the user named it.
            exempt.extend(Url::parse(proxy).ok().as_ref().and_then(host_name));
        }
        let client = builder.dns_resolver(Arc::new(Checked { exempt })).build().map_err(client_error)?;
        Ok(Self { client, no_certificates })
    }
}

fn client_error(error: reqwest::Error) -> CollectError {
    // The address of a proxy may hold a password.
    CollectError::Client { source: Box::new(error.without_url()) }
}

/// TLS 1.2 and 1.3, with the authorities this machine trusts. The machine's own store rather than a
/// bundled one: it has the private authorities of companies, and is kept up to date.
fn tls() -> (ClientConfig, Option<String>) {
    let builder = || {
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring speaks TLS 1.2 and 1.3")
    };
    match builder().with_platform_verifier() {
        Ok(trusting) => (trusting.with_no_client_auth(), None),
        Err(error) => {
            let nobody = builder().with_root_certificates(RootCertStore::empty());
            (nobody.with_no_client_auth(), Some(tame(&error.to_string())))
        }
    }
}

/// The host of an address as `allowed_hosts` names it: lower case, no brackets.
pub(super) fn host_name(url: &Url) -> Option<String> {
    match url.host()? {
        Host::Domain(name) => Some(name.to_owned()),
        Host::Ipv4(literal) => Some(literal.to_string()),
        Host::Ipv6(literal) => Some(literal.to_string()),
    }
}

/// The system's resolver, behind the rules.
struct Checked {
    exempt: BTreeSet<String>,
}

/// A name that stands for no address that may be asked.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) struct Unasked(pub FetchError);

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let exempt = self.exempt.contains(name.as_str());
        Box::pin(async move {
            let name = name.as_str();
            let found: Vec<_> = tokio::net::lookup_host((name, 0))
                .await
                .map_err(|_| FetchError::Connect { why: format!("no host is named {}", tame(name)) })
                .map_err(|error| Box::new(Unasked(error)) as Box<dyn Error + Send + Sync>)?
                .collect();
            let first_refusal = found.iter().find_map(|found| {
                let kind = address::forbidden(found.ip())?;
                let address = format!("{}, which {} stands for,", found.ip(), tame(name));
                Some(FetchError::Address { address, kind })
            });
            let asked: Vec<_> = found
                .into_iter()
                .filter(|found| exempt || address::forbidden(found.ip()).is_none())
                .collect();
            match first_refusal {
                Some(refusal) if asked.is_empty() => Err(Box::new(Unasked(refusal)) as _),
                _ => Ok(Box::new(asked.into_iter()) as Addrs),
            }
        })
    }
}
