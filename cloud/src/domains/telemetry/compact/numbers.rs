//! The one place of the cloud that names `pco`. Counts are known beforehand and bound what is allocated.

use super::codec::FrameError;
use pco::ChunkConfig;
use pco::data_types::Number;
use pco::standalone::{DecompressorItem, FileDecompressor, simple_compress};

/// Level 8 gains less than two percent and costs up to twice the time.
const LEVEL: usize = 4;

pub(super) fn compress<T: Number>(values: &[T]) -> Result<Vec<u8>, FrameError> {
    simple_compress(values, &ChunkConfig::default().with_compression_level(LEVEL)).map_err(refused)
}

pub(super) fn decompress<T: Number + Default>(bytes: &[u8], total: usize) -> Result<Vec<T>, FrameError> {
    let (file, mut src) = FileDecompressor::new(bytes).map_err(refused)?;
    let mut values = vec![T::default(); total];
    let mut done = 0;
    while let DecompressorItem::Chunk(mut chunk) = file.chunk_decompressor::<T, _>(src).map_err(refused)? {
        let slot = values.get_mut(done..done + chunk.n()).ok_or(FrameError::Count)?;
        chunk.read(slot).map_err(refused)?;
        done += slot.len();
        src = chunk.into_src();
    }
    if done == total { Ok(values) } else { Err(FrameError::Count) }
}

fn refused(error: pco::errors::PcoError) -> FrameError {
    FrameError::Numbers(error.to_string())
}
