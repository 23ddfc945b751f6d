//! A file's bytes, kept in pieces until it is written or called off.

use crate::{
    Error,
    shared::{Executor, Scope, rows, run},
};
use domain::conversions::upload::UploadKind;
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};

/// The most bytes of a file.
pub const LARGEST: usize = 64 << 20;
/// Bytes of a piece: the one write connection of SQLite takes it within a few milliseconds.
const PIECE: usize = 256 << 10;

/// A file that came in.
#[derive(Clone, Debug)]
pub struct NewFile {
    pub kind: UploadKind,
    pub name: String,
    pub body: Vec<u8>,
}

impl NewFile {
    /// By what the same file is known again.
    #[must_use]
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(&self.body))
    }
}

pub(super) async fn keep(scope: Scope<'_>, id: i64, body: &[u8]) -> Result<(), Error> {
    let sql = "INSERT INTO upload_parts (network_id, upload_id, part, body) VALUES ($1, $2, $3, $4)";
    for (part, piece) in body.chunks(PIECE).enumerate() {
        let part = i64::try_from(part).unwrap_or(i64::MAX);
        let values = vec![scope.network().0.into(), id.into(), part.into(), piece.to_vec().into()];
        run(scope.database().write_connection(), sql, values).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Piece {
    body: Vec<u8>,
}

/// The whole file.
pub(super) async fn read(executor: &impl Executor, network: i64, id: i64) -> Result<Vec<u8>, Error> {
    let sql = "SELECT body FROM upload_parts WHERE network_id = $1 AND upload_id = $2 AND part >= $3 ORDER BY part LIMIT 16";
    let (mut whole, mut part) = (Vec::new(), 0_i64);
    loop {
        let pieces: Vec<Piece> = rows(executor, sql, vec![network.into(), id.into(), part.into()]).await?;
        if pieces.is_empty() {
            return Ok(whole);
        }
        part += i64::try_from(pieces.len()).unwrap_or(i64::MAX);
        pieces.iter().for_each(|piece| whole.extend_from_slice(&piece.body));
    }
}
