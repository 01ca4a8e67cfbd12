// SPDX-License-Identifier: GPL-2.0

//! Tables of remote procedure calls, declared by [`ioctls!`](crate::ioctl::ioctls).
//!
//! C header: [`include/linux/fwctl.h`](srctree/include/linux/fwctl.h)
//!
//! ```
//! use kernel::{
//!     fwctl::{
//!         rpc::*,
//!         Device,
//!         DeviceType,
//!         Operations, //
//!     },
//!     ioctl::*,
//!     new_mutex,
//!     sync::Mutex, //
//! };
//!
//! // In a driver, the structs and the opcodes come from a C header, through the crate `uapi`.
//! #[derive(FromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
//! #[repr(C)]
//! struct Header {
//!     opcode: u32,
//!     reserved: u32,
//! }
//!
//! #[derive(FromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
//! #[repr(C)]
//! struct Limit {
//!     header: Header,
//!     milliwatts: u32,
//!     reserved: u32,
//! }
//!
//! const FOO_GET_LIMIT: u32 = 1;
//! const FOO_SET_LIMIT: u32 = 2;
//!
//! ioctls! {
//!     fwctl Context {
//!         FOO_GET_LIMIT: out Limit scope DebugReadOnly => limit,
//!         FOO_SET_LIMIT: in Limit scope Configuration => set_limit,
//!     }
//!     reserved Limit { reserved }
//! }
//!
//! #[pin_data]
//! struct Context {
//!     #[pin]
//!     milliwatts: Mutex<u32>,
//! }
//!
//! impl Context {
//!     fn limit(self: Pin<&Self>, _device: &Device<Self>, _data: &()) -> Result<Limit> {
//!         let header = Header { opcode: FOO_GET_LIMIT, reserved: 0 };
//!
//!         Ok(Limit { header, milliwatts: *self.milliwatts.lock(), reserved: 0 })
//!     }
//!
//!     fn set_limit(
//!         self: Pin<&Self>,
//!         _device: &Device<Self>,
//!         _data: &(),
//!         limit: &Limit,
//!     ) -> Result {
//!         *self.milliwatts.lock() = limit.milliwatts;
//!         Ok(())
//!     }
//! }
//!
//! impl Protocol for Context {
//!     type Header = Header;
//!
//!     fn opcode(header: &Header) -> u32 {
//!         header.opcode
//!     }
//! }
//!
//! #[vtable]
//! impl Operations for Context {
//!     type RegistrationData<'a> = ();
//!
//!     const DEVICE_TYPE: DeviceType = DeviceType::Pds;
//!     const RPCS: Rpcs<Self> = Rpcs::TABLE;
//!
//!     fn open<'a>(_device: &Device<Self>, _data: &()) -> impl PinInit<Self, Error> {
//!         try_pin_init!(Self { milliwatts <- new_mutex!(15_000) })
//!     }
//! }
//! ```
//!
//! The device connects the table by setting [`Operations::RPCS`] to [`Rpcs::TABLE`]. The constant
//! of a command is its opcode. The line `_ => fw_rpc` passes unknown opcodes to the method
//! [`Operations::fw_rpc`]. A device must not implement this method unless its table has this line.
//!
//! | argument | request | handler parameter | handler returns | response |
//! |---|---|---|---|---|
//! | `in T` | a `T` | `&T` | `Result` | empty |
//! | `out T` | at least a header | | `Result<T>` | a `T` |
//! | `inout T` | a `T` | `&mut T` in the buffer | `Result` | the `T` |
//!
//! The handlers are functions of the context of an open file. Their parameters are this context,
//! the device, its registration data and the argument. `scope` is the lowest scope, in the order of
//! [`RpcScope`], in which user space may call the command. `with POINTER: [U; COUNT] max LIMIT` and
//! `reserved` work as in [`ioctl::table`](crate::ioctl::table).
//!
//! # Errors
//!
//! These errors are reported before the handler runs:
//!
//! - [`EMSGSIZE`]: the request is shorter than its header, or does not have the size of `T`.
//! - [`EBADMSG`]: the table has no command with this opcode.
//! - [`EPERM`]: the command requires a higher scope than the call has.
//! - [`EINVAL`]: a reserved field is not zero.
//! - [`E2BIG`]: an array in user space has more than `LIMIT` elements.
//! - [`EFAULT`]: an array in user space has a bad address.
//! - [`ENOMEM`]: the allocation of an array failed.
//!
//! This error is reported after the handler has run:
//!
//! - [`ENOMEM`]: the allocation of a response that is longer than the request failed.

use super::{
    Device,
    FwRpcResponse,
    Operations,
    RpcScope, //
};
use crate::{
    ioctl::table::CommandDesc,
    prelude::*,
    zerocopy::by_value, //
};

/// The common format of the requests of a device.
pub trait Protocol: Operations {
    /// The type at the start of each request, of at most [`BY_VALUE_LIMIT`] bytes.
    ///
    /// [`BY_VALUE_LIMIT`]: crate::zerocopy::BY_VALUE_LIMIT
    type Header: FromBytes;

    /// Returns the opcode of a request.
    fn opcode(header: &Self::Header) -> u32;
}

/// A device with a table of remote procedure calls.
pub trait RpcTable: Protocol {
    /// The commands, in the order of their declaration.
    const COMMANDS: &'static [CommandDesc];

    /// `true` if the table has `_ => fw_rpc`, which passes unknown opcodes to
    /// [`Operations::fw_rpc`].
    const HAS_FALLBACK: bool = false;

    /// Calls the handler of a command.
    fn call(
        this: Pin<&Self>,
        device: &Device<Self>,
        registration: &Self::RegistrationData<'_>,
        scope: RpcScope,
        buffer: &mut [u8],
        max_output_len: usize,
    ) -> Result<FwRpcResponse>;
}

/// The type of [`RpcTable::call`] and [`Operations::fw_rpc`].
type Call<T> = fn(
    Pin<&T>,
    &Device<T>,
    &<T as Operations>::RegistrationData<'_>,
    RpcScope,
    &mut [u8],
    usize,
) -> Result<FwRpcResponse>;

/// The table of a device for [`Operations::RPCS`], or [`Self::NONE`].
pub struct Rpcs<T: Operations> {
    call: Option<Call<T>>,
    has_fallback: bool,
}

impl<T: Operations> Rpcs<T> {
    /// The value for a device without a table.
    pub const NONE: Self = Self {
        call: None,
        has_fallback: false,
    };

    /// Returns `true` if the device has a table.
    pub const fn is_table(&self) -> bool {
        self.call.is_some()
    }

    /// Returns the function that serves a call: `call` of the table, or `fw_rpc` of the device.
    pub(super) const fn entry(self) -> Call<T> {
        assert!(
            self.is_table() || T::HAS_FW_RPC,
            "expected a table or the method `fw_rpc`, found neither: add one"
        );
        assert!(
            !self.is_table() || !T::HAS_FW_RPC || self.has_fallback,
            "expected a table or the method `fw_rpc`, found both: name the method as the fallback \
             of the table, by `_ => fw_rpc`, or remove one"
        );
        match self.call {
            Some(call) => call,
            None => T::fw_rpc,
        }
    }
}

impl<T: RpcTable> Rpcs<T> {
    /// The table that [`ioctls!`](crate::ioctl::ioctls) declares for the device.
    pub const TABLE: Self = Self {
        call: Some(T::call),
        has_fallback: T::HAS_FALLBACK,
    };
}

#[doc(hidden)]
pub fn opcode<T: Protocol>(buffer: &[u8]) -> Result<u32> {
    const { by_value::<T::Header>() };
    let (header, _) = T::Header::read_from_prefix(buffer).map_err(|_| EMSGSIZE)?;

    Ok(T::opcode(&header))
}

#[doc(hidden)]
pub fn unknown() -> Result<FwRpcResponse> {
    Err(EBADMSG)
}

#[doc(hidden)]
pub fn check_scope(scope: RpcScope, least: RpcScope) -> Result {
    if scope as u32 >= least as u32 {
        Ok(())
    } else {
        Err(EPERM)
    }
}

/// Returns the request as a `T`. The core allocates the buffer, which is aligned for any integer.
#[doc(hidden)]
pub fn read<T: FromBytes + KnownLayout + Immutable>(buffer: &[u8]) -> Result<&T> {
    const { assert!(align_of::<T>() <= align_of::<u64>()) };
    T::ref_from_bytes(buffer).map_err(|_| EMSGSIZE)
}

#[doc(hidden)]
pub fn write<T: FromBytes + IntoBytes + KnownLayout>(buffer: &mut [u8]) -> Result<&mut T> {
    const { assert!(align_of::<T>() <= align_of::<u64>()) };
    T::mut_from_bytes(buffer).map_err(|_| EMSGSIZE)
}

#[doc(hidden)]
pub fn respond<T: IntoBytes + Immutable>(buffer: &mut [u8], value: T) -> Result<FwRpcResponse> {
    const { by_value::<T>() };

    if value.write_to_prefix(buffer).is_ok() {
        return Ok(FwRpcResponse::InPlace(size_of::<T>()));
    }

    let mut response = KVVec::new();
    response.extend_from_slice(value.as_bytes(), GFP_KERNEL_ACCOUNT)?;
    Ok(FwRpcResponse::NewBuffer(response))
}

#[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
#[macros::kunit_tests(rust_fwctl_rpc)]
mod tests {
    use super::{
        super::{
            UserCtx,
            VTable, //
        },
        *,
    };
    use crate::{
        bindings,
        device,
        error::from_err_ptr,
        faux,
        fwctl::DeviceType,
        ioctl::{
            ioctls,
            CompatLayout, //
        },
        new_mutex,
        sync::{
            aref::ARef,
            Mutex, //
        },
        types::Opaque, //
    };

    #[derive(FromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
    #[repr(C)]
    struct Header {
        opcode: u32,
        flags: u32,
    }

    #[derive(FromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
    #[repr(C)]
    struct Limit {
        header: Header,
        limit: u64,
        reserved: u64,
    }

    const GET: u32 = 1;
    const SET: u32 = 2;
    const RAISE: u32 = 3;
    const OTHER: u32 = 5;

    #[pin_data]
    struct Context {
        #[pin]
        limit: Mutex<u64>,
    }

    impl Context {
        fn get(self: Pin<&Self>, _device: &Device<Self>, _data: &()) -> Result<Limit> {
            let header = Header {
                opcode: GET,
                flags: 0,
            };
            Ok(Limit {
                header,
                limit: *self.limit.lock(),
                reserved: 0,
            })
        }

        fn set(self: Pin<&Self>, _device: &Device<Self>, _data: &(), limit: &Limit) -> Result {
            *self.limit.lock() = limit.limit;
            Ok(())
        }

        fn raise(self: Pin<&Self>, _device: &Device<Self>, _data: &(), by: &mut Limit) -> Result {
            let mut limit = self.limit.lock();

            *limit = limit.checked_add(by.limit).ok_or(EOVERFLOW)?;
            by.limit = *limit;
            Ok(())
        }
    }

    #[vtable]
    impl Operations for Context {
        type RegistrationData<'a> = ();

        const DEVICE_TYPE: DeviceType = DeviceType::Pds;
        const RPCS: Rpcs<Self> = Rpcs::TABLE;

        fn open<'a>(_device: &Device<Self>, _data: &()) -> impl PinInit<Self, Error> {
            try_pin_init!(Self { limit <- new_mutex!(7) })
        }

        fn fw_rpc<'a>(
            _this: Pin<&Self>,
            _device: &Device<Self>,
            _data: &(),
            _scope: RpcScope,
            buffer: &mut [u8],
            max_output_len: usize,
        ) -> Result<FwRpcResponse> {
            // The table passes only this opcode to the method.
            if opcode::<Self>(buffer)? == OTHER {
                return Ok(FwRpcResponse::InPlace(max_output_len));
            }
            unknown()
        }
    }

    impl Protocol for Context {
        type Header = Header;

        fn opcode(header: &Header) -> u32 {
            header.opcode
        }
    }

    ioctls! {
        fwctl Context {
            GET: out Limit scope DebugReadOnly => get,
            SET: in Limit scope DebugWrite => set,
            RAISE: inout Limit scope Configuration => raise,
            /// A command may have a doc comment and a `#[cfg]`.
            #[cfg(any())]
            NOWHERE: in NoSuchType scope Configuration => no_such_method,
            _ => fw_rpc,
        }
        reserved Limit { reserved }
    }

    /// A device that is not registered, with an open context.
    struct Fixture {
        _parent: faux::Registration,
        _device: ARef<Device<Context>>,
        context: Pin<KBox<UserCtx<Context>>>,
    }

    impl Fixture {
        fn new() -> Result<Self> {
            let parent = faux::Registration::new(c"rust_fwctl_rpc", None)?;
            let bound: &device::Device<device::Bound> =
                AsRef::<faux::Device<device::Bound>>::as_ref(&parent).as_ref();
            let device = Device::<Context>::new(bound)?;
            let fwctl_uctx = bindings::fwctl_uctx {
                fwctl: device.as_raw(),
                ..pin_init::zeroed()
            };
            let opened = &device;
            let context = KBox::try_pin_init(
                try_pin_init!(UserCtx {
                    fwctl_uctx: Opaque::new(fwctl_uctx),
                    uctx <- Context::open(opened, &()),
                }),
                GFP_KERNEL,
            )?;

            Ok(Self {
                _parent: parent,
                _device: device,
                context,
            })
        }

        /// Calls the operation of the device as the fwctl core does.
        fn call(&self, scope: RpcScope, buffer: &mut [u8]) -> Result<FwRpcResponse> {
            let fw_rpc = VTable::<Context>::VTABLE.fw_rpc.ok_or(ENOENT)?;
            let (call, mut len) = (buffer.as_mut_ptr().cast(), 8);

            // SAFETY: `self` owns the context and keeps its device alive. The registration data has
            // size 0, so it need not exist. `buffer` is a mutable reference, so nothing else
            // accesses it.
            let response = from_err_ptr(unsafe {
                fw_rpc(
                    self.context.fwctl_uctx.get(),
                    bindings::fwctl_rpc_scope(scope as u32),
                    call,
                    buffer.len(),
                    &mut len,
                )
            })?;
            if response == call {
                return Ok(FwRpcResponse::InPlace(len));
            }
            // SAFETY: `response` is the buffer of a `KVVec`, and `len` of its bytes are
            // initialized.
            let response = unsafe { KVVec::from_raw_parts(response.cast(), len, len) };
            Ok(FwRpcResponse::NewBuffer(response))
        }

        fn limit(&self) -> u64 {
            *self.context.uctx.limit.lock()
        }
    }

    fn limit(opcode: u32, limit: u64) -> Limit {
        Limit {
            header: Header { opcode, flags: 0 },
            limit,
            reserved: 0,
        }
    }

    #[test]
    fn each_way_reaches_its_handler() -> Result {
        let fixture = Fixture::new()?;

        let mut set = limit(SET, 5);
        let response = fixture.call(RpcScope::DebugWrite, set.as_mut_bytes())?;
        assert!(matches!(response, FwRpcResponse::InPlace(0)));
        assert_eq!(fixture.limit(), 5);

        let mut raise = limit(RAISE, 6);
        let response = fixture.call(RpcScope::Configuration, raise.as_mut_bytes())?;
        assert!(matches!(response, FwRpcResponse::InPlace(24)));
        assert_eq!(raise.limit, 11);
        Ok(())
    }

    #[test]
    fn a_response_is_in_the_buffer_if_it_fits() -> Result {
        let fixture = Fixture::new()?;

        let mut long = limit(GET, 0);
        let response = fixture.call(RpcScope::DebugReadOnly, long.as_mut_bytes())?;
        assert!(matches!(response, FwRpcResponse::InPlace(24)));
        assert_eq!(long.limit, 7);

        let mut short = limit(GET, 0).header;
        let response = fixture.call(RpcScope::DebugReadOnly, short.as_mut_bytes())?;
        let FwRpcResponse::NewBuffer(response) = response else {
            return Err(EINVAL);
        };
        assert_eq!(&response[..], limit(GET, 7).as_bytes());
        Ok(())
    }

    #[test]
    fn unknown_opcodes_are_refused() -> Result {
        let fixture = Fixture::new()?;
        let full = RpcScope::DebugWriteFull;

        for opcode in [0, 4, u32::MAX] {
            let mut call = limit(opcode, 1);
            assert_eq!(fixture.call(full, call.as_mut_bytes()).err(), Some(EBADMSG));
        }
        for length in [0, 7] {
            let mut call = limit(SET, 1);
            let call = &mut call.as_mut_bytes()[..length];
            assert_eq!(fixture.call(full, call).err(), Some(EMSGSIZE));
        }
        for (opcode, length) in [(SET, 8), (SET, 23), (RAISE, 23)] {
            let mut call = limit(opcode, 1);
            let call = &mut call.as_mut_bytes()[..length];
            assert_eq!(fixture.call(full, call).err(), Some(EMSGSIZE));
        }
        assert_eq!(fixture.limit(), 7);
        Ok(())
    }

    #[test]
    fn an_unknown_opcode_goes_on_to_the_method() -> Result {
        let fixture = Fixture::new()?;
        let mut call = limit(OTHER, 1);

        let response = fixture.call(RpcScope::Configuration, call.as_mut_bytes())?;
        assert!(matches!(response, FwRpcResponse::InPlace(8)));
        Ok(())
    }

    #[test]
    fn a_call_needs_its_scope() -> Result {
        let fixture = Fixture::new()?;

        for scope in [RpcScope::Configuration, RpcScope::DebugReadOnly] {
            let mut set = limit(SET, 1);
            assert_eq!(fixture.call(scope, set.as_mut_bytes()).err(), Some(EPERM));
        }
        let mut get = limit(GET, 1);
        let response = fixture.call(RpcScope::Configuration, get.as_mut_bytes());
        assert_eq!(response.err(), Some(EPERM));
        assert_eq!(fixture.limit(), 7);
        Ok(())
    }

    #[test]
    fn reserved_bits_are_checked() -> Result {
        let fixture = Fixture::new()?;

        for bit in 0..64 {
            for opcode in [SET, RAISE] {
                let mut call = limit(opcode, 1);
                call.reserved = 1 << bit;
                let response = fixture.call(RpcScope::DebugWriteFull, call.as_mut_bytes());
                assert_eq!(response.err(), Some(EINVAL));
            }
        }
        assert_eq!(fixture.limit(), 7);
        Ok(())
    }
}
