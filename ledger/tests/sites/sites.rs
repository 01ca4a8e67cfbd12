// SPDX-License-Identifier: GPL-2.0

//! Behind two slashes and a tilde, each line names the categories of its sites.

use core::{
    mem::{self, transmute_copy, MaybeUninit},
    slice,
};
use kernel::{
    bindings,
    transmute::{AsBytes, FromBytes}, //~ old-trait old-trait
};

struct Plain(u32);

// SAFETY: unsafe impl FromBytes for Comment {}
unsafe impl FromBytes for Plain {} //~ impl
unsafe impl<T: AsBytes> AsBytes for [T] {} //~ impl
unsafe impl Send for Plain {}
impl Pod for Plain {}
unsafe impl other::Pod for Plain {} //~ impl
const TEXT: &str = "unsafe impl AsBytes for Text {}";

/// ```
/// unsafe impl AsBytes for Documented {}
/// ```
fn bound<T: kernel::transmute::AsBytes>() {} //~ old-trait

struct Buffer {
    data: KVec<u8>,
    count: usize,
    private: *mut c_void,
}

impl Buffer {
    fn slices(&self, p: *const u32, len: usize) {
        unsafe { slice::from_raw_parts(p, len) }; //~ slice
        let f = core::slice::from_raw_parts_mut::<u8>; //~ slice
        unsafe { KVec::from_raw_parts(p, len, len) };
        ptr::slice_from_raw_parts(p, len);
    }

    fn casts(&self, bytes: &[u8], device: *mut bindings::device, value: u32) -> &Header {
        let header = bytes.as_ptr().cast::<Header>();
        unsafe { (*header).length }; //~ cast
        unsafe { &*header.cast::<Other>() }; //~ cast
        unsafe { *(bytes.as_ptr() as *const u32) }; //~ cast
        unsafe { self.data.as_ptr().add(4).cast::<Header>().read_unaligned() }; //~ cast
        unsafe { ptr::read(bytes[4..].as_ptr().cast::<Header>()) }; //~ cast
        unsafe { *ptr::from_ref(&value).cast::<[u8; 4]>() }; //~ cast
        let mut storage = MaybeUninit::<Header>::uninit();
        unsafe { storage.as_mut_ptr().cast::<u8>().write_bytes(0, 4) }; //~ cast
        let page: *mut c_char = page();
        unsafe { &mut *page.cast::<[u64; 512]>() }; //~ cast
        unsafe { kernel_page.write_raw(ptr::from_ref(&value).cast::<u8>(), 0, 4) }; //~ cast
        // Made, and not used.
        let pointer = bytes.as_ptr().cast::<Header>();
        // Objects of C.
        unsafe { &*device.cast::<Device>() };
        unsafe { &*self.private.cast::<Driver>() };
        unsafe { (*device.cast::<Device>()).read() };
        bytes[0] as u32
    }

    fn ioctl(&self, cmd: u32, arg: *mut c_void, other: *mut bindings::file) {
        let data = unsafe { &mut *arg.cast::<Argument>() }; //~ ioctl-cast
        let data = unsafe { &mut *(arg as *mut Argument) }; //~ ioctl-cast
        let file = unsafe { &*other.cast::<File>() };
    }

    fn callback(private: *mut c_void) {
        unsafe { &*private.cast::<Driver>() };
    }

    fn transmutes(self) {
        unsafe { mem::transmute::<u32, [u8; 4]>(1) }; //~ transmute
        unsafe { transmute_copy(&self) }; //~ transmute
        zerocopy::transmute!(1_u32);
        transmute(self);
    }

    fn zeros() {
        let ops: Ops = unsafe { mem::zeroed() }; //~ zeroed
        let ops: Ops = unsafe { MaybeUninit::zeroed().assume_init() }; //~ zeroed
        pin_init::zeroed();
        KBox::<Ops>::zeroed(GFP_KERNEL);
        let value = MaybeUninit::<u32>::uninit();
        unsafe { value.assume_init_ref() }; //~ assume-init
        unsafe { Box::assume_init(value) }; //~ assume-init
        unsafe { value.assume_init_drop() };
    }

    fn copies() {
        unsafe { bindings::_copy_from_user(to, from, len) }; //~ user-copy
        unsafe { bindings::strncpy_from_user(to, from, len) }; //~ user-copy
        unsafe { bindings::_copy_to_iter(from, len, iter) }; //~ user-copy
        copy_from_user(to, from, len);
        unsafe { bindings::memcpy(to, from, len) };
    }

    fn in_macros(bytes: &[u8]) {
        pr_info!("{}", unsafe { mem::transmute::<u32, f32>(1) }); //~ transmute
        try_pin_init!(Self {
            ops: unsafe { mem::zeroed() }, //~ zeroed
            first: unsafe { *bytes.as_ptr().cast::<u32>() }, //~ cast
        })
    }
}
