//! Web archives: what is written is read back, and what an archive holds becomes articles.

use jiff::Timestamp;
use proptest::prelude::*;
use storyturn::{
    collect::{Media, WarcOptions, read_warc},
    document::{Basis, Capture},
    export::WarcWriter,
};

/// Captures as a collector has them: addresses and media types that fit on a line, any bytes.
fn captures() -> impl Strategy<Value = Vec<Capture>> {
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..400),
        "(WARC/1.0\r\nWARC-Type: response\r\nContent-Length: [0-9]{1,9}\r\n\r\n|HTTP/1.1 200 OK\r\n|\r\n|[0-9a-f]\r\n|<p>é){0,9}"
            .prop_map(String::into_bytes),
        Just(vec![b'x'; 200_000]),
    ];
    let one = (
        prop::option::of("https?://[a-z]{1,8}\\.example/[!-~é]{0,40}"),
        prop::option::of("[a-z]{1,9}/[a-z+]{1,9}(; charset=[A-Za-z0-9-]{1,9})?"),
        prop::option::of((-377_000_000_000i64..253_000_000_000, 0..1_000_000_000)),
        prop_oneof![Just(Basis::Observed), Just(Basis::Archived), Just(Basis::Claimed)],
        body,
    );
    let capture = one.prop_map(|(url, content_type, at, basis, body)| Capture {
        subject: "made".to_owned(),
        url,
        content_type,
        captured_at: at.map(|(seconds, nanoseconds)| Timestamp::new(seconds, nanoseconds).unwrap()),
        basis,
        body,
    });
    prop::collection::vec(capture, 0..6)
}

fn written(captures: &[Capture]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = WarcWriter::new(&mut bytes, "f");
    captures.iter().try_for_each(|capture| writer.write(capture)).unwrap();
    assert_eq!(writer.finish().unwrap(), captures.len() as u64);
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_is_written_is_read_back(captures in captures()) {
        let options = WarcOptions { media: Media::Any, ..WarcOptions::default() };
        let bytes = written(&captures);
        prop_assert_eq!(&written(&captures), &bytes);
        let read: Result<Vec<_>, _> = read_warc("f", &bytes[..], &options).collect();
        let expected = captures.into_iter().enumerate().map(|(index, capture)| Capture {
            subject: format!("f record {}", index + 2),
            basis: if capture.captured_at.is_some() { Basis::Archived } else { Basis::Claimed },
            ..capture
        });
        prop_assert_eq!(read.unwrap(), expected.collect::<Vec<_>>());
    }
}
