// SPDX-License-Identifier: GPL-2.0

//! Images of firmware for the KUnit tests of what parses them: well-formed, truncated, damaged.

use kernel::prelude::*;

/// Returns an image of `parts`, each at its offset. There are zeroes between them.
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

/// Returns the bytes of `words` as firmware has them.
pub(crate) fn words<const N: usize>(words: [u32; N]) -> [[u8; 4]; N] {
    words.map(u32::to_le_bytes)
}

/// Calls `parse` with every prefix of `image` that lacks a byte or more.
pub(crate) fn for_each_truncated(image: &[u8], mut parse: impl FnMut(&[u8])) {
    for len in 0..image.len() {
        parse(&image[..len]);
    }
}

/// Calls `parse` once for every bit of `image`, with the number of the bit and an image in which
/// only that bit is another one.
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
