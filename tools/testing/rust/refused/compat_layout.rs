// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_IA32_EMULATION=y
//! refused: OFFSET32: expected the 32-bit layout of `rust_kinds_deadline`, found
//! refused: SIZE32: expected the 32-bit layout of `rust_kinds_deadline`, found
//! refused: NAME32: expected the 32-bit layout of `rust_kinds_deadline`, found
//! refused: declare the fields as a 32-bit process lays them out
//! refused: COOKIE32: expected `OtherCompatLayout` for `binder_pri_ptr_cookie` in rust/uapi/derives
//! refused: add it, so that the layout of `Cookie` can be checked

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        CompatLayout,
        _IOW, //
    },
    prelude::*,
    uapi::{
        binder_pri_ptr_cookie,
        rust_kinds_deadline, //
    }, //
};

// In the C struct, the identifier is the first field.
#[derive(FromBytes, IntoBytes, CompatLayout)]
#[repr(C, packed(4))]
pub struct Offset {
    ns: u64,
    id: u32,
}

#[derive(FromBytes, IntoBytes, CompatLayout)]
#[repr(C, packed(4))]
pub struct Name {
    id: u32,
    seconds: u64,
}

#[derive(FromBytes, IntoBytes, CompatLayout)]
#[repr(C)]
pub struct Cookie {
    priority: i32,
    ptr: u32,
    cookie: u32,
}

const OFFSET: u32 = _IOW::<rust_kinds_deadline>('c' as u32, 1);
const OFFSET32: u32 = _IOW::<Offset>('c' as u32, 1);
const SIZE: u32 = _IOW::<rust_kinds_deadline>('c' as u32, 2);
const SIZE32: u32 = _IOW::<u64>('c' as u32, 2);
const NAME: u32 = _IOW::<rust_kinds_deadline>('c' as u32, 3);
const NAME32: u32 = _IOW::<Name>('c' as u32, 3);
const COOKIE: u32 = _IOW::<binder_pri_ptr_cookie>('c' as u32, 4);
const COOKIE32: u32 = _IOW::<Cookie>('c' as u32, 4);

ioctls! {
    misc Device {
        OFFSET: in rust_kinds_deadline compat OFFSET32: Offset (from_32) => set,
        SIZE: in rust_kinds_deadline compat SIZE32: u64 (from_64) => set,
        NAME: in rust_kinds_deadline compat NAME32: Name (from_name) => set,
        COOKIE: in binder_pri_ptr_cookie compat COOKIE32: Cookie (from_cookie) => set_cookie,
    }
}

impl Device {
    fn set(&self, _deadline: &rust_kinds_deadline) -> Result {
        Ok(())
    }

    fn set_cookie(&self, _cookie: &binder_pri_ptr_cookie) -> Result {
        Ok(())
    }

    fn from_32(_value: &Offset) -> Result<rust_kinds_deadline> {
        Ok(FromZeros::new_zeroed())
    }

    fn from_64(_value: &u64) -> Result<rust_kinds_deadline> {
        Ok(FromZeros::new_zeroed())
    }

    fn from_name(_value: &Name) -> Result<rust_kinds_deadline> {
        Ok(FromZeros::new_zeroed())
    }

    fn from_cookie(_value: &Cookie) -> Result<binder_pri_ptr_cookie> {
        Ok(FromZeros::new_zeroed())
    }
}
