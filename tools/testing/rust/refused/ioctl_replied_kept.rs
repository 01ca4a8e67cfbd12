// SPDX-License-Identifier: GPL-2.0

//! refused: missing lifetime specifier
//! refused: kept: Mutex<Option<Replied>>

// The handler returns the proof of an earlier call, without writing.

mod device;

use device::Owner as LocalModule;
use kernel::{
    ioctl::{
        ioctls,
        OutArg,
        Replied,
        _IOR, //
    },
    miscdevice::*,
    new_mutex,
    prelude::*,
    sync::Mutex, //
};

type Page = [u8; 4096];

const GET: u32 = _IOR::<Page>('c' as u32, 1);

ioctls! {
    misc Device {
        GET: out deferred Page => get,
    }
}

#[pin_data]
struct Device {
    #[pin]
    kept: Mutex<Option<Replied>>,
}

impl Device {
    fn get(self: Pin<&Self>, target: OutArg<Page>) -> Result<Replied> {
        match self.kept.lock().take() {
            Some(kept) => Ok(kept),
            None => target.write(&[0; 4096]),
        }
    }
}

#[vtable]
impl MiscDevice for Device {
    type Ptr = Pin<KBox<Self>>;

    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        KBox::pin_init(pin_init!(Self { kept <- new_mutex!(None) }), GFP_KERNEL)
    }
}
