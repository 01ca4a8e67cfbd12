// SPDX-License-Identifier: GPL-2.0

//! Well-formed, truncated and damaged firmware images for KUnit tests of parsers.

use kernel::prelude::*;

/// Returns an image that contains `parts` at their offsets, and zeroes elsewhere.
pub(crate) fn image(parts: &[(usize, &[u8])]) -> Result<KVec<u8>> {
    let mut image = KVec::new();
    for (offset, part) in parts {
        let end = offset + part.len();
        if image.len() < end {
            image.resize(end, 0, GFP_KERNEL)?;
        }
        image[*offset..end].copy_from_slice(part);
    }
    Ok(image)
}

/// Returns `words` in the byte order of firmware.
pub(crate) fn words<const N: usize>(words: [u32; N]) -> [[u8; 4]; N] {
    words.map(u32::to_le_bytes)
}

/// Calls `parse` with every proper prefix of `image`.
pub(crate) fn for_each_truncated(image: &[u8], mut parse: impl FnMut(&[u8])) {
    for len in 0..image.len() {
        parse(&image[..len]);
    }
}

/// Calls `parse` once for every bit of `image`, with the index of the bit and a copy of the image
/// with only that bit flipped.
pub(crate) fn for_each_flipped(image: &[u8], mut parse: impl FnMut(usize, &[u8])) -> Result {
    let mut flipped = KVec::with_capacity(image.len(), GFP_KERNEL)?;
    flipped.extend_from_slice(image, GFP_KERNEL)?;
    for bit in 0..image.len() * 8 {
        flipped[bit / 8] ^= 1 << (bit % 8);
        parse(bit, &flipped);
        flipped[bit / 8] ^= 1 << (bit % 8);
    }
    Ok(())
}
