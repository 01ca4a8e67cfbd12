// SPDX-License-Identifier: GPL-2.0

//! An implementation in a macro counts where the invocation names the type. Any other site counts
//! where it is written.

macro_rules! wrapper {
    ($name:ident, $inner:ty) => {
        struct $name(MaybeUninit<$inner>);

        unsafe impl FromBytes for $name {}
        unsafe impl AsBytes for $name {}

        impl $name {
            fn get(&self) -> &$inner {
                unsafe { self.0.assume_init_ref() } //~ assume-init
            }
        }
    };
}

wrapper!(One, uapi::one); //~ impl impl
wrapper!(
    Two, //~ impl impl
    uapi::two
);

macro_rules! implement {
    ($($({$($generics:tt)*})? $t:ty, )*) => {
        $(unsafe impl$($($generics)*)? FromBytes for $t {})*
    };
}

implement! {
    (), //~ impl
    {<T>} PhantomData<T>, //~ impl
    u8, u16, //~ impl impl
    {<T: FromBytes, const N: usize>} [T; N], //~ impl
}

macro_rules! through_another {
    ($($t:ident => $size:expr),+ $(,)?) => { $(implement! { $t, })+ };
}

through_another! { A => 1 + 1, B => 2 } //~ impl impl

macro_rules! not_called {
    ($t:ty) => {
        unsafe impl Pod for $t {}
        fn get() {
            unsafe { core::mem::zeroed::<$t>() };
            not_called_either!();
        }
    };
}

macro_rules! not_called_either {
    () => {
        unsafe { core::mem::zeroed::<u32>() };
    };
}

#[macro_export]
macro_rules! called_elsewhere {
    ($t:ty) => {
        unsafe impl Pod for $t {} //~ impl
    };
}

macro_rules! ioctls {
    ($(($cmd:ident, $struct:ident)),*) => {
        [$({
            unsafe extern "C" fn $cmd(device: *mut Device, data: *mut c_void) -> c_int {
                let data = unsafe { &mut *(data.cast::<$crate::uapi::$struct>()) }; //~ ioctl-cast
                let device = unsafe { &*device.cast::<Other>() };
            }
            Some($cmd)
        }),*]
    };
}

ioctls! { (GET, get), (SET, set) }

macro_rules! tuple {
    ($($t:ident),*) => {
        unsafe impl<$($t: AnyBitPattern),*> AnyBitPattern for ($($t,)*) {}
    };
}

tuple!(A, B); //~ impl

macro_rules! by_rule {
    ($t:ident $(as $one:ident)?) => {
        unsafe impl AnyBitPattern for $t {}
    };
    ($t:ident $(as $many:ident)+) => {
        unsafe impl NoUninit for $t {}
        unsafe impl AnyBitPattern for $t {}
    };
}

by_rule!(None); //~ impl
by_rule!(One as a); //~ impl
by_rule!(Many as a as b); //~ impl impl
