// SPDX-License-Identifier: GPL-2.0

//! A comment with two slashes and a tilde lists the categories of the sites on its line.

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

extern "C" {
    fn _copy_from_user(to: *mut c_void, from: *const c_void, len: usize) -> usize;
    #[link_name = "copy_to_user"]
    fn other(to: *mut c_void, from: *const c_void, len: usize) -> usize;
    fn memcpy(to: *mut c_void, from: *const c_void, len: usize);
}

fn own_declarations() {
    unsafe { _copy_from_user(to, from, len) }; //~ user-copy
    unsafe { other(to, from, len) }; //~ user-copy
    unsafe { memcpy(to, from, len) };
}

fn pointers(bytes: *const u8, buffer: &[u8], len: usize) -> Header {
    let slice = unsafe { &*ptr::slice_from_raw_parts(bytes.cast::<Header>(), len) }; //~ slice
    let slice = ptr::slice_from_raw_parts_mut(bytes as *mut Header, len);
    unsafe { &mut *slice }; //~ slice
    let slice = NonNull::slice_from_raw_parts(first, len);
    unsafe { slice.as_ref() }; //~ slice
    let (before, headers, after) = unsafe { buffer.align_to::<Header>() }; //~ cast
    let vector = unsafe { KVec::from_raw_parts(bytes as *mut Header, len, len) }; //~ cast
    let owned = unsafe { KBox::from_raw(buffer.as_ptr() as *mut Header) }; //~ cast
    let header: Header = unsafe { ptr::read(bytes.cast()) }; //~ cast
    let header: Header = unsafe { core::ptr::read_unaligned(buffer.as_ptr().cast()) }; //~ cast
    header
}

unsafe impl FromBytesSized for Plain {} //~ impl

fn pages(page: &Page, buffer: &mut [u8]) {
    unsafe { page.read_raw(buffer.as_mut_ptr(), 0, buffer.len()) }; //~ page-copy
    unsafe { Page::write_raw(page, buffer.as_ptr(), 0, buffer.len()) }; //~ page-copy
}

union Either {
    word: u32,
    bytes: [u8; 4],
}

struct Tagged {
    tag: u32,
    either: Either,
}

impl Either {
    fn word(&self) -> u32 {
        unsafe { self.word } //~ union
    }
}

fn unions(mut tagged: Tagged, plain: Plain, object: *const flat_binder_object) {
    let mut either = Either { word: 1 };
    unsafe { tagged.either.word }; //~ union
    unsafe { &either.bytes }; //~ union
    unsafe { (*object).__bindgen_anon_1.handle }; //~ union
    let Either { word } = either; //~ union
    either.word = 2;
    tagged.either.word = 3;
    let address = &raw const either.bytes;
    plain.word;
    tagged.tag;
}

use zerocopy::util::macro_util; //~ hidden

extern crate self as zerocopy; //~ hidden

#[zerocopy(crate = "crate")] //~ hidden
struct Redirected;

fn hidden() {
    zerocopy::Ptr::from_ref(&1); //~ hidden
    kernel::zerocopy::FromBytes::read_from_bytes(bytes);
}

zerocopy::define_cast!(unsafe { Longer = u8 => u64 }); //~ hidden
