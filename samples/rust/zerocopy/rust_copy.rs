// SPDX-License-Identifier: GPL-2.0

//! A misc device that does the same work as `rust_ring`, but copies the requests and the words. An
//! ioctl carries one request, or the address of an array of requests. The driver copies the words
//! of each request to a buffer.
//!
//! C header: [`rust_copy.h`](srctree/samples/rust/include/uapi/linux/rust_copy.h)

use kernel::{
    ioctl::ioctls,
    miscdevice::{
        MiscDevice,
        MiscDeviceOptions,
        MiscDeviceRegistration,
        MiscIoctls,
        UncountedFile, //
    },
    new_mutex,
    prelude::*,
    sync::Mutex,
    uaccess::UserAddr,
    uapi::{
        rust_copy_request,
        rust_copy_requests,
        RUST_COPY_CHECKSUM,
        RUST_COPY_CHECKSUMS,
        RUST_COPY_REQUESTS,
        RUST_COPY_WORDS,
        RUST_RING_CHECKSUM_FACTOR, //
    },
};

module! {
    type: CopyModule,
    name: "rust_copy",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "Rust sample: requests and payload copied by ioctls",
    license: "GPL",
}

ioctls! {
    misc CopyDevice {
        RUST_COPY_CHECKSUM: inout rust_copy_request => checksum,
        RUST_COPY_CHECKSUMS: in rust_copy_requests
            with requests: [rust_copy_request; count] max RUST_COPY_REQUESTS as usize => checksums,
    }
    reserved rust_copy_request { reserved }
}

/// The number of words to copy at a time.
const CHUNK: usize = 1024;

#[pin_data]
struct CopyDevice {
    #[pin]
    buffer: Mutex<KVec<u64>>,
}

impl CopyDevice {
    fn new() -> Result<Pin<KBox<Self>>> {
        let buffer = KVec::from_elem(0, CHUNK, GFP_KERNEL_ACCOUNT)?;

        KBox::pin_init(
            pin_init!(Self { buffer <- new_mutex!(buffer) }),
            GFP_KERNEL_ACCOUNT,
        )
    }

    fn checksum(self: Pin<&Self>, request: &mut rust_copy_request) -> Result {
        serve(request, &mut self.buffer.lock_killable()?)
    }

    fn checksums(
        self: Pin<&Self>,
        array: &rust_copy_requests,
        mut requests: UVec<rust_copy_request>,
    ) -> Result<u32> {
        let user = UserAddr::<[rust_copy_request]>::from(array.requests);
        let mut buffer = self.buffer.lock_killable()?;

        for request in requests.iter_mut() {
            serve(request, &mut buffer)?;
        }
        user.slice(requests.len())?.writer().write(&requests[..])?;
        Ok(array.count as u32)
    }
}

/// Sets the checksum of a request.
///
/// # Errors
///
/// - [`E2BIG`]: the request specifies more words than [`RUST_COPY_WORDS`].
/// - [`EFAULT`]: some of the words are not mapped.
fn serve(request: &mut rust_copy_request, buffer: &mut [u64]) -> Result {
    if request.count > RUST_COPY_WORDS {
        return Err(E2BIG);
    }
    let mut rest = request.count as usize;
    let mut reader = UserAddr::<[u64]>::from(request.words).slice(rest)?.reader();

    request.checksum = 0;
    while rest > 0 {
        let words = &mut buffer[..rest.min(CHUNK)];

        reader.read_into(words)?;
        rest -= words.len();
        request.checksum = words.iter().fold(request.checksum, |sum, word| {
            (sum ^ word).wrapping_mul(RUST_RING_CHECKSUM_FACTOR)
        });
    }
    Ok(())
}

#[vtable]
impl MiscDevice for CopyDevice {
    type Ptr = Pin<KBox<Self>>;
    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Self::new()
    }
}

#[pin_data]
struct CopyModule {
    #[pin]
    _device: MiscDeviceRegistration<CopyDevice>,
}

impl kernel::InPlaceModule for CopyModule {
    fn init(_module: &'static ThisModule) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            _device <- MiscDeviceRegistration::register(MiscDeviceOptions { name: c"rust-copy" }),
        })
    }
}

kernel::ioctl_tests! { rust_copy: CopyDevice = CopyDevice::new() }
