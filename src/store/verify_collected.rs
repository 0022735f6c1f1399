//! Verification of what collecting keeps: addresses, captures, and the marks that say what is to be done.
//!
//! Every address agrees with its mark and every mark with its address; every capture has its body, and
//! no piece of a body is without its capture.

use super::{
    AddressRecord, AddressState, Store, StoreError,
    collected_record::{CaptureForm, RobotsForm, TallyRecord},
    key::{self, Kind},
    verify::Counted,
    visit::{AddressHash, Visit},
};

const UNREAD: &str = "its key does not read";

impl Store {
    /// One row of the kinds named in `collected_record`, or a mark.
    pub(super) fn verify_collected(
        &self,
        kind: Kind,
        key: &[u8],
        value: &[u8],
        counted: &mut Counted,
    ) -> Result<(), String> {
        match kind {
            Kind::Tally => {
                self.verified::<TallyRecord>(key, value)?;
            }
            Kind::Robots => {
                let origin = key::read_named(key).ok_or(UNREAD)?;
                self.verified::<RobotsForm<'static>>(key, value)?.read(origin)?;
            }
            Kind::Address => {
                let hash = AddressHash::read(key).ok_or(UNREAD)?;
                let record = self.decode_address(key, value).map_err(says)?;
                counted.tally.addresses[record.state.number()] += 1;
                self.verify_address(hash, &record)?;
            }
            Kind::Waiting => {
                let visit = self.marked(key, value)?;
                counted.waiting += 1;
                let address = self.read_address(visit.address).map_err(says)?;
                let address = address.ok_or("its address is not there")?;
                if address.state != AddressState::Waiting || address.first_seen != visit.at {
                    return Err("its address does not wait since then".to_owned());
                }
            }
            Kind::Unread => {
                let visit = self.marked(key, value)?;
                counted.tally.unread += 1;
                self.present(&visit.key(Kind::Capture), "its capture is not there")?;
                self.present(&visit.address.key(), "its address is not there")?;
            }
            Kind::Capture => {
                let visit = Visit::read(key).ok_or(UNREAD)?;
                let form = self.verified::<CaptureForm<'static>>(key, value)?;
                counted.tally.captures += 1;
                counted.tally.body_bytes += form.body_bytes;
                counted.pieces.0 += u64::from(form.pieces);
                if AddressHash::of(&form.address) != visit.address {
                    return Err("it lies under the hash of another address".to_owned());
                }
                self.present(&visit.address.key(), "its address is not there")?;
                self.with_pieces(visit, form).map_err(says)?;
            }
            Kind::Piece => {
                let (visit, _) = Visit::read_piece(key).ok_or(UNREAD)?;
                self.codec.borrow_mut().open(key, value)?;
                counted.pieces.1 += 1;
                self.present(&visit.key(Kind::Capture), "its capture is not there")?;
            }
            _ => return Err("its kind is not one of collecting".to_owned()),
        }
        Ok(())
    }

    fn verify_address(&self, hash: AddressHash, record: &AddressRecord) -> Result<(), String> {
        if record.hash() != hash {
            return Err("it lies under the hash of another address".to_owned());
        }
        match (record.state, record.captured_at) {
            (AddressState::Waiting, _) => {
                let mark = Visit { at: record.first_seen, address: hash };
                self.present(&mark.key(Kind::Waiting), "it waits and is not marked so")
            }
            (AddressState::Captured, Some(at)) => {
                let mark = Visit { at, address: hash };
                self.present(&mark.key(Kind::Unread), "its capture is not marked as unread")
            }
            (AddressState::Captured, None) => Err("it has no capture to be read".to_owned()),
            (AddressState::Read | AddressState::Refused, _) => Ok(()),
        }
    }

    fn marked(&self, key: &[u8], value: &[u8]) -> Result<Visit, String> {
        self.verified::<()>(key, value)?;
        Ok(Visit::read(key).ok_or(UNREAD)?)
    }

    fn present(&self, key: &[u8], otherwise: &str) -> Result<(), String> {
        let found = self.database.get(key).map_err(says)?;
        found.map(drop).ok_or_else(|| otherwise.to_owned())
    }

    /// The counters of collecting beside their new counts: name, stored, counted.
    pub(super) fn compare_collected(&self, counted: &Counted) -> Vec<(String, u64, u64)> {
        let (stored, found) = (&self.tally, &counted.tally);
        let waiting = stored.addresses[AddressState::Waiting.number()];
        let mut all = vec![
            ("captures".to_owned(), stored.captures, found.captures),
            ("captures unread".to_owned(), stored.unread, found.unread),
            ("bytes captured".to_owned(), stored.body_bytes, found.body_bytes),
            ("pieces of captures".to_owned(), counted.pieces.0, counted.pieces.1),
            ("marks of waiting addresses".to_owned(), waiting, counted.waiting),
        ];
        for state in AddressState::ALL {
            let at = state.number();
            all.push((format!("addresses {}", state.as_str()), stored.addresses[at], found.addresses[at]));
        }
        all
    }
}

/// What an error says of the row, without the store's path before it.
pub(super) fn says(error: StoreError) -> String {
    match error {
        StoreError::Damaged { what, .. } => what,
        other => other.to_string(),
    }
}
