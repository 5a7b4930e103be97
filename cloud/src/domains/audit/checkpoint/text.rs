//! A checkpoint as text: what is signed, what is stored and what is kept outside. Pure.

use super::trust::Mark;
use data_encoding::HEXLOWER;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};

const HEADING: &str = "RiverSync audit checkpoint ";

/// Where every chain stood, signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Its place among the checkpoints, from 1.
    pub number: i64,
    /// When it was made, Unix milliseconds.
    pub at_ms: i64,
    /// What was signed.
    pub body: String,
    /// Ed25519 over the body.
    pub signature: Vec<u8>,
}

impl Checkpoint {
    /// Signs where the chains stand.
    pub(super) fn sign(
        key: &SigningKey,
        number: i64,
        at_ms: i64,
        previous: Option<&[u8]>,
        chains: &[Mark],
    ) -> Self {
        let previous = previous.map_or("none".to_owned(), |signature| HEXLOWER.encode(signature));
        let signer = HEXLOWER.encode(key.verifying_key().as_bytes());
        let mut body = format!("{HEADING}{number}\nat_ms {at_ms}\nprevious {previous}\nkey {signer}\n");
        for chain in chains {
            // The id comes last: whatever it holds, the rest of the line still reads.
            let hash = HEXLOWER.encode(&chain.hash);
            body.push_str(&format!("chain {} {hash} {}\n", chain.seq, chain.tenant_id));
        }
        let signature = key.sign(body.as_bytes()).to_vec();
        Self { number, at_ms, body, signature }
    }

    /// Whether the body was signed by `key`.
    pub(super) fn is_signed_by(&self, key: &VerifyingKey) -> bool {
        Signature::from_slice(&self.signature)
            .is_ok_and(|signature| key.verify(self.body.as_bytes(), &signature).is_ok())
    }

    /// What the body says of itself: its number and the signature before it in hex.
    pub(super) fn says(&self) -> Option<(i64, &str)> {
        let mut lines = self.body.lines();
        let number = lines.next()?.strip_prefix(HEADING)?.parse().ok()?;
        let previous = lines.find_map(|line| line.strip_prefix("previous "))?;
        Some((number, previous))
    }

    /// Where it says that the chains stood; lines that do not read are left out.
    pub(super) fn chains(&self) -> impl Iterator<Item = Mark> + '_ {
        self.body.lines().filter_map(|line| {
            let mut parts = line.strip_prefix("chain ")?.splitn(3, ' ');
            let (seq, hash, tenant_id) = (parts.next()?, parts.next()?, parts.next()?);
            Some(Mark {
                tenant_id: tenant_id.to_owned(),
                seq: seq.parse().ok()?,
                hash: HEXLOWER.decode(hash.as_bytes()).ok()?,
                number: self.number,
            })
        })
    }

    /// As it stands in the file outside of the database.
    pub fn block(&self) -> String {
        format!("{}signature {}\n\n", self.body, HEXLOWER.encode(&self.signature))
    }

    /// The checkpoints of such a file, each block that reads as one.
    pub(super) fn of_file(text: &str) -> Vec<Self> {
        let block = |block: &str| {
            let (body, signature) = block.rsplit_once("signature ")?;
            let mut checkpoint = Self {
                number: 0,
                at_ms: 0,
                body: body.to_owned(),
                signature: HEXLOWER.decode(signature.trim().as_bytes()).ok()?,
            };
            checkpoint.number = checkpoint.says()?.0;
            let at_ms = checkpoint.body.lines().find_map(|line| line.strip_prefix("at_ms "));
            checkpoint.at_ms = at_ms.and_then(|at_ms| at_ms.parse().ok()).unwrap_or(0);
            Some(checkpoint)
        };
        text.split("\n\n").filter_map(block).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Checkpoint, Mark};
    use ed25519_dalek::SigningKey;
    use proptest::prelude::{any, proptest};

    proptest! {
        #[test]
        fn what_is_written_outside_reads_back_and_one_changed_byte_is_found(
            seed in any::<[u8; 32]>(), seq in 1_i64..1_000_000, tenant in "[a-z0-9 _-]{1,20}", at in 0_usize..400,
        ) {
            let key = SigningKey::from_bytes(&seed);
            let mark = Mark { tenant_id: tenant, seq, hash: vec![7; 32], number: 2 };
            let made = Checkpoint::sign(&key, 2, 1_784_000_000_000, Some(&[9; 64]), std::slice::from_ref(&mark));
            let read = Checkpoint::of_file(&[made.block(), made.block()].concat());
            assert_eq!(read, vec![made.clone(), made.clone()]);
            assert!(made.is_signed_by(&key.verifying_key()));
            assert_eq!(made.chains().collect::<Vec<_>>(), [mark]);
            let mut bytes = made.body.clone().into_bytes();
            let at = at % bytes.len();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            let forged = Checkpoint { body: String::from_utf8(bytes).unwrap(), ..made };
            assert!(!forged.is_signed_by(&key.verifying_key()));
        }
    }
}
