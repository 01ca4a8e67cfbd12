// SPDX-License-Identifier: GPL-2.0

//! Headers that specify the size of their tail, such as options or addresses.

use kernel::prelude::*;

/// Splits `bytes` into a header with a slice tail, and the rest.
///
/// `count` returns the number of elements in the tail, given the fixed part of the header.
///
/// # Errors
///
/// - [`EINVAL`]: `bytes` is shorter than the header.
/// - Any error that `count` returns.
pub(crate) fn split<T>(bytes: &[u8], count: impl FnOnce(&T) -> Result<usize>) -> Result<(&T, &[u8])>
where
    T: FromBytes + KnownLayout<PointerMetadata = usize> + Immutable + ?Sized,
{
    let (fixed, _) = T::ref_from_prefix_with_elems(bytes, 0).map_err(|_| EINVAL)?;

    T::ref_from_prefix_with_elems(bytes, count(fixed)?).map_err(|_| EINVAL)
}
