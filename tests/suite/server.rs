//! A web server on loopback that does what a test says: well, slowly, or wrong.
//!
//! A closure turns each request into an [`Answer`]; answers are wire bytes in parts, so that anything a
//! hostile server could send can be said. Blocking sockets, a thread for each connection, no sleeping:
//! slow answers wait for the test ([`Part::Drip`]) or for ever ([`Part::Hang`]). Every request is
//! logged. Dropping the server closes all its connections.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::Receiver,
    },
    thread::{self, JoinHandle},
    time::Instant,
};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Path and query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// How often the path was asked for before.
    pub before: usize,
    /// When it came.
    pub at: Instant,
    /// Which connection it came by, from 0.
    pub connection: usize,
    /// `GET`, `POST`.
    pub method: String,
    /// What was sent with it.
    pub body: Vec<u8>,
}

impl Asked {
    /// The first header of a name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What goes over the wire.
pub struct Answer {
    head: String,
    parts: Vec<Part>,
    /// Whether the connection serves another request.
    keeps: bool,
}

/// A piece of an answer.
pub enum Part {
    /// Bytes as they are.
    Bytes(Vec<u8>),
    /// The same bytes again and again, until the client has had enough.
    Endless(Vec<u8>),
    /// Whatever the test sends, when it sends it, until it drops its end.
    Drip(Receiver<Vec<u8>>),
    /// Nothing, until the client goes.
    Hang,
}

impl Answer {
    /// A well-formed answer with its length.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let head = format!(
            "HTTP/1.1 {status} Told\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n",
            body.len()
        );
        Self { head, parts: vec![Part::Bytes(body)], keeps: true }
    }

    /// A page of HTML.
    pub fn html(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "text/html; charset=utf-8", body)
    }

    /// Plain text, as robots.txt is.
    pub fn text(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "text/plain", body)
    }

    /// A status with a line of text.
    pub fn status(status: u16) -> Self {
        match status {
            // These have no body, nor a length.
            204 | 304 => Self { head: format!("HTTP/1.1 {status} Told\r\n"), parts: Vec::new(), keeps: true },
            _ => Self::new(status, "text/plain", format!("status {status}\n")),
        }
    }

    /// A redirect.
    pub fn redirect(status: u16, to: &str) -> Self {
        Self::new(status, "text/plain", "moved\n").with("Location", to)
    }

    /// A body in chunks, one for each piece.
    pub fn chunked(content_type: &str, pieces: &[&[u8]]) -> Self {
        let mut body = Vec::new();
        for piece in pieces {
            body.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
            body.extend_from_slice(piece);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"0\r\n\r\n");
        let head =
            format!("HTTP/1.1 200 Told\r\nContent-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n");
        Self { head, parts: vec![Part::Bytes(body)], keeps: true }
    }

    /// A body of HTML in parts, after which the connection ends; with a length it claims, or none.
    pub fn parts(claimed_length: Option<u64>, parts: Vec<Part>) -> Self {
        let length = claimed_length.map_or(String::new(), |length| format!("Content-Length: {length}\r\n"));
        let head = format!("HTTP/1.1 200 Told\r\nContent-Type: text/html\r\nConnection: close\r\n{length}");
        Self { head, parts, keeps: false }
    }

    /// Bytes in place of everything, head included; then the connection ends.
    pub fn raw(parts: Vec<Part>) -> Self {
        Self { head: String::new(), parts, keeps: false }
    }

    /// One more header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }
}

/// The server.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    stopped: AtomicBool,
    log: Mutex<Vec<Asked>>,
    streams: Mutex<HashMap<usize, TcpStream>>,
    answering: AtomicUsize,
    most_answering: AtomicUsize,
}

impl Server {
    /// A server on a port of its own.
    pub fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let answer = Arc::new(answer);
        let for_all = Arc::clone(&shared);
        let accepting = thread::spawn(move || {
            for (connection, stream) in listener.incoming().enumerate() {
                if for_all.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                for_all.streams.lock().unwrap().insert(connection, stream.try_clone().unwrap());
                let (shared, answer) = (Arc::clone(&for_all), Arc::clone(&answer));
                // A client that goes away in the middle is part of the game.
                thread::spawn(move || {
                    let _ = serve(stream, connection, &shared, &*answer);
                    shared.streams.lock().unwrap().remove(&connection);
                });
            }
        });
        Self { address, shared, accepting: Some(accepting) }
    }

    /// The address of a path on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Every request so far, in order.
    pub fn log(&self) -> Vec<Asked> {
        self.shared.log.lock().unwrap().clone()
    }

    /// The paths asked for so far, in order.
    pub fn paths(&self) -> Vec<String> {
        self.log().into_iter().map(|asked| asked.path).collect()
    }

    /// How often a path was asked for.
    pub fn count(&self, path: &str) -> usize {
        self.log().iter().filter(|asked| asked.path == path).count()
    }

    /// The most requests that were being answered at one time.
    pub fn most_at_once(&self) -> usize {
        self.shared.most_answering.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        let _ = TcpStream::connect(self.address);
        self.accepting.take().unwrap().join().unwrap();
        for stream in self.shared.streams.lock().unwrap().values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn serve(
    stream: TcpStream,
    connection: usize,
    shared: &Shared,
    answer: &(dyn Fn(&Asked) -> Answer + Send + Sync),
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    while let Some((method, path, headers)) = read_head(&mut reader)? {
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let mut body = vec![0; length.map_or(0, |(_, length)| length.parse().unwrap())];
        reader.read_exact(&mut body)?;
        let asked = {
            let mut log = shared.log.lock().unwrap();
            let before = log.iter().filter(|asked| asked.path == path).count();
            let asked = Asked { path, headers, before, at: Instant::now(), connection, method, body };
            log.push(asked.clone());
            asked
        };
        let answering = shared.answering.fetch_add(1, Ordering::SeqCst) + 1;
        shared.most_answering.fetch_max(answering, Ordering::SeqCst);
        let Answer { head, parts, keeps } = answer(&asked);
        // It counts as answered before its last byte is out: the client may ask the next by then.
        let mut last = None;
        let sent = (|| {
            let mut pending = head.into_bytes();
            if !pending.is_empty() {
                pending.extend_from_slice(b"\r\n");
            }
            for part in parts {
                match part {
                    Part::Bytes(bytes) => {
                        pending.extend_from_slice(&bytes);
                        continue;
                    }
                    _ => writer.write_all(&std::mem::take(&mut pending))?,
                }
                match part {
                    Part::Bytes(_) => {}
                    Part::Endless(bytes) => loop {
                        writer.write_all(&bytes)?;
                    },
                    Part::Drip(drops) => drops.iter().try_for_each(|bytes| writer.write_all(&bytes))?,
                    Part::Hang => drop(reader.read(&mut [0; 64])?),
                }
            }
            last = Some(pending);
            Ok(())
        })();
        shared.answering.fetch_sub(1, Ordering::SeqCst);
        let end = sent.and_then(|()| writer.write_all(&last.unwrap_or_default()));
        if end.is_err() || !keeps {
            return writer.shutdown(Shutdown::Both).and(end);
        }
    }
    Ok(())
}

/// Method, path and headers; `None` when the client has gone.
#[expect(clippy::type_complexity, reason = "named once, used once")]
fn read_head(reader: &mut impl BufRead) -> std::io::Result<Option<(String, String, Vec<(String, String)>)>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
            None => return Ok(Some((method, path, headers))),
        }
    }
}
