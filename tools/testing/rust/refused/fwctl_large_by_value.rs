// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_RUST_FWCTL_ABSTRACTIONS=y
//! refused: expected at most the 512 bytes of `BY_VALUE_LIMIT`, found a larger type
//! refused: ::opcode::<Context>`
//! refused: ::respond::<[u8; 513]>`

#![allow(dead_code, missing_docs)]

mod device;

use device::Owner as LocalModule;
use kernel::{
    fwctl::{
        rpc,
        Device,
        DeviceType,
        FwRpcResponse,
        Operations,
        RpcScope, //
    },
    prelude::*,
};

pub(crate) struct Context;

#[vtable]
impl Operations for Context {
    type RegistrationData<'a> = ();

    const DEVICE_TYPE: DeviceType = DeviceType::Pds;

    fn open<'a>(_device: &Device<Self>, _data: &()) -> impl PinInit<Self, Error> {
        Ok(Self)
    }

    fn fw_rpc<'a>(
        _this: Pin<&Self>,
        _device: &Device<Self>,
        _data: &(),
        _scope: RpcScope,
        _buffer: &mut [u8],
        _max_output_len: usize,
    ) -> Result<FwRpcResponse> {
        rpc::unknown()
    }
}

impl rpc::Protocol for Context {
    type Header = [u8; 1 << 20];

    fn opcode(header: &Self::Header) -> u32 {
        header[0].into()
    }
}

pub fn opcode(buffer: &[u8]) -> Result<u32> {
    rpc::opcode::<Context>(buffer)
}

pub fn respond(buffer: &mut [u8]) -> Result<FwRpcResponse> {
    rpc::respond(buffer, [0_u8; 513])
}
