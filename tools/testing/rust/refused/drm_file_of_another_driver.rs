// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_DRM=y
//! refused: type mismatch resolving `<TheirFile as DriverFile>::Driver == Mine`
//! refused: type mismatch resolving `<Object<TheirObject

#![allow(dead_code, unused_imports)]

mod device;
mod drm_driver;

use device::Owner as LocalModule;
use drm_driver::*;
use kernel::{
    declare_drm_ioctls,
    prelude::*, //
};

driver!(Theirs, TheirFile, TheirObject, declare_drm_ioctls! {});

// The callbacks of the file and of its objects would mistake a device of this driver for a device
// of the other driver.
driver!(Mine, TheirFile, TheirObject, declare_drm_ioctls! {});
