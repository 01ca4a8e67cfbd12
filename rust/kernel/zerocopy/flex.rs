// SPDX-License-Identifier: GPL-2.0

//! Access to the flexible array at the end of a UAPI struct.
//!
//! bindgen translates a flexible array to a field of size 0, without the number of elements.
//!
//! C counterparts: `struct_size()` and `__counted_by()`.

use crate::prelude::*;
use core::ptr;
use uapi::__IncompleteArrayField;

/// Splits bytes into a struct and the `count` elements of its flexible array `tail`.
///
/// C counterpart: `ptr->tail[i]`, after checking that `struct_size(ptr, tail, count)` bytes are
/// available.
///
/// # Errors
///
/// - [`EINVAL`]: `bytes` is too short for the struct and the elements, or is misaligned; or `tail`
///   returns a field of another struct.
///
/// # Examples
///
/// ```
/// use kernel::{
///     uapi::ethtool_eeprom,
///     zerocopy::split_flexible, //
/// };
///
/// /// Returns the bytes that user space writes to the EEPROM.
/// fn new_data(request: &[u8], count: usize) -> Result<&[u8]> {
///     let (eeprom, data) = split_flexible(request, |head: &ethtool_eeprom| &head.data, count)?;
///
///     if eeprom.len as usize != data.len() {
///         return Err(EINVAL);
///     }
///     Ok(data)
/// }
///
/// // `cmd`, `magic`, `offset`, `len`, and two bytes of data.
/// let words = [0_u32, 0, 0, 2, 0x0201_u32.to_le()];
/// assert_eq!(new_data(words.as_bytes(), 2)?, &[1, 2]);
/// assert_eq!(new_data(words.as_bytes(), 5), Err(EINVAL));
/// # Ok::<(), Error>(())
/// ```
pub fn split_flexible<T, E>(
    bytes: &[u8],
    tail: fn(&T) -> &__IncompleteArrayField<E>,
    count: usize,
) -> Result<(&T, &[E])>
where
    T: FromBytes + KnownLayout + Immutable,
    E: FromBytes + Immutable,
{
    let (head, _) = T::ref_from_prefix(bytes).map_err(|_| EINVAL)?;

    // The array may begin before `size_of::<T>()`, in the trailing padding of the struct. A `tail`
    // that ignores its argument may return a field at any address.
    let (elements, _) = ptr::from_ref(tail(head))
        .addr()
        .checked_sub(ptr::from_ref(head).addr())
        .filter(|offset| *offset <= size_of::<T>())
        .and_then(|offset| bytes.get(offset..))
        .and_then(|rest| <[E]>::ref_from_prefix_with_elems(rest, count).ok())
        .ok_or(EINVAL)?;

    Ok((head, elements))
}

#[cfg(CONFIG_RUST_ZEROCOPY_KUNIT_TEST)]
#[macros::kunit_tests(rust_kernel_zerocopy_flex)]
mod tests {
    use super::*;
    use uapi::{
        ethtool_eeprom,
        ethtool_rxfh_indir, //
    };

    #[test]
    fn bytes_follow_the_struct() -> Result {
        let words = [1_u32, 2, 3, 4, u32::from_ne_bytes([5, 6, 7, 8])];
        let bytes = words.as_bytes();
        let split = |bytes, count| split_flexible(bytes, |head: &ethtool_eeprom| &head.data, count);

        let (head, data) = split(bytes, 3)?;
        assert_eq!(head.magic, 2);
        assert_eq!(data, &[5, 6, 7]);
        assert!(split(bytes, 0)?.1.is_empty());
        assert_eq!(split(bytes, 4)?.1.len(), 4);

        assert_eq!(split(bytes, 5).err(), Some(EINVAL));
        assert_eq!(split(bytes, usize::MAX).err(), Some(EINVAL));
        assert_eq!(split(&bytes[..15], 0).err(), Some(EINVAL));
        // Misaligned.
        assert_eq!(split(&bytes[1..], 0).err(), Some(EINVAL));
        Ok(())
    }

    #[test]
    fn words_follow_the_struct() -> Result {
        let words = [1_u32, 2, 3, 4];
        let split = |bytes, count| {
            split_flexible(bytes, |head: &ethtool_rxfh_indir| &head.ring_index, count)
        };

        assert_eq!(split(words.as_bytes(), 2)?.1, &[3, 4]);
        assert_eq!(split(words.as_bytes(), 3).err(), Some(EINVAL));
        // The multiplication would overflow.
        assert_eq!(
            split(words.as_bytes(), usize::MAX / 4 + 2).err(),
            Some(EINVAL)
        );
        Ok(())
    }
    #[test]
    fn a_field_of_another_struct_is_refused() {
        /// A struct with flexible arrays before and after the bytes.
        #[repr(C)]
        struct Places {
            before: __IncompleteArrayField<u8>,
            words: [u32; 6],
            after: __IncompleteArrayField<u8>,
        }

        static PLACES: Places = Places {
            before: __IncompleteArrayField::new(),
            words: [0; 6],
            after: __IncompleteArrayField::new(),
        };
        let (_, bytes) = PLACES.words.as_bytes().split_at(4);
        let before = split_flexible(bytes, |_: &ethtool_eeprom| &PLACES.before, 0);
        let after = split_flexible(bytes, |_: &ethtool_eeprom| &PLACES.after, 0);

        assert_eq!(before.err(), Some(EINVAL));
        assert_eq!(after.err(), Some(EINVAL));
        assert!(split_flexible(bytes, |head: &ethtool_eeprom| &head.data, 0).is_ok());
    }
}
