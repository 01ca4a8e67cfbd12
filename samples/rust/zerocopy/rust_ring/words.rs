// SPDX-License-Identifier: GPL-2.0

//! The words that requests refer to: words of the shared memory, and of a pinned buffer.

use kernel::{
    mm::{
        pinned::PinnedPages,
        volatile::*, //
    },
    new_mutex,
    prelude::*,
    sync::Mutex,
    uaccess::UserAddr,
    uapi::{
        rust_ring,
        rust_ring_buffer,
        rust_ring_submission,
        RUST_RING_CHECKSUM,
        RUST_RING_CHECKSUM_FACTOR,
        RUST_RING_CHECKSUM_PINNED,
        RUST_RING_WORDS, //
    }, //
};

/// The buffer that a process has registered.
#[pin_data]
pub(crate) struct Buffer {
    #[pin]
    pages: Mutex<Option<PinnedPages<ReadOnly>>>,
}

impl Buffer {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self { pages <- new_mutex!(None) })
    }

    /// Pins a buffer, and then releases the previous one.
    ///
    /// # Errors
    ///
    /// - [`E2BIG`]: the buffer has more than [`RUST_RING_WORDS`] words.
    /// - [`EINVAL`]: the buffer is empty, or its address is not aligned.
    /// - [`EINTR`]: the task is being killed.
    /// - Any error of [`PinnedPages::new`].
    pub(crate) fn set(&self, buffer: &rust_ring_buffer) -> Result {
        if buffer.count > RUST_RING_WORDS.into() {
            return Err(E2BIG);
        }
        if buffer.words & 7 != 0 {
            return Err(EINVAL);
        }
        let user = UserAddr::<[u64]>::from(buffer.words).slice(buffer.count as usize)?;
        let pages = PinnedPages::new(user)?;

        let _before = self.pages.lock_killable()?.replace(pages);
        Ok(())
    }

    /// Returns the checksum of `count` words, starting at index `start`.
    // Not inlined, so that a request for shared words does not save the registers of this function.
    #[inline(never)]
    fn checksum(&self, start: usize, count: usize) -> Result<u64> {
        let pages = self.pages.lock_killable()?;
        let pages = pages.as_ref().ok_or(ERANGE)?;
        let words = pages.chunks(start.saturating_mul(size_of::<u64>()), count);

        Ok(words.map_err(|_| ERANGE)?.fold(0, after))
    }
}

/// Returns the checksum of the words that a request specifies. Reads each word once.
pub(crate) fn checksum(
    request: &rust_ring_submission,
    shared: VolatileRef<'_, rust_ring>,
    buffer: &Buffer,
) -> Result<u64> {
    let (start, count) = (request.start as usize, request.count as usize);

    if request.reserved != [0; 3] {
        return Err(EINVAL);
    }
    match request.operation {
        RUST_RING_CHECKSUM => {
            let payload = volatile_field!(shared, rust_ring, payload).as_slice();
            let words = payload.get_range(start, count).ok_or(ERANGE)?;

            Ok(after(0, words))
        }
        RUST_RING_CHECKSUM_PINNED => buffer.checksum(start, count),
        _ => Err(EINVAL),
    }
}

/// Adds `words` to `checksum`.
fn after<M>(checksum: u64, words: VolatileSlice<'_, u64, M>) -> u64 {
    words.iter().fold(checksum, |sum, word| {
        (sum ^ word.read_once()).wrapping_mul(RUST_RING_CHECKSUM_FACTOR)
    })
}
