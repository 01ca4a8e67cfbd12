// SPDX-License-Identifier: GPL-2.0

//! The rings of `linux/rust_ring.h`, as a program uses them:
//!
//! ```no_run
//! use ring::{
//!     rust_ring_submission,
//!     Ring,
//!     RUST_RING_CHECKSUM, //
//! };
//! use std::sync::atomic::Ordering::Relaxed;
//!
//! let mut ring = Ring::open("/dev/rust-ring")?;
//! ring.payload()[0].store(42, Relaxed);
//! ring.push(&rust_ring_submission {
//!     operation: RUST_RING_CHECKSUM,
//!     count: 1,
//!     ..Default::default()
//! })?;
//! ring.enter()?;
//! while let Some(completion) = ring.pop() {
//!     println!("{:x}", completion.checksum);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Where a thread serves the ring, with a [`Server`], [`Ring::submit`] or [`Ring::wait`] take the
//! place of [`Ring::enter`].

use std::{
    error::Error,
    ffi::{
        c_int,
        c_ulong, //
    },
    fmt,
    fs::File,
    io,
    os::fd::AsRawFd,
    path::Path,
    ptr::{
        self,
        NonNull, //
    },
    sync::atomic::{
        fence,
        AtomicU32,
        AtomicU64,
        Ordering::{
            Acquire,
            Relaxed,
            Release,
            SeqCst, //
        }, //
    },
    time::Duration,
};

#[allow(dead_code, non_camel_case_types, non_upper_case_globals)]
mod bindings {
    include!(env!("RING_BINDINGS"));
}

use bindings::{
    ioctl,
    mmap,
    munmap,
    poll,
    pollfd,
    rust_ring,
    rust_ring_buffer,
    MAP_SHARED,
    POLLIN,
    PROT_READ,
    PROT_WRITE,
    RUST_RING_ENTER,
    RUST_RING_KICK,
    RUST_RING_PIN,
    RUST_RING_SERVE, //
};
pub use bindings::{
    rust_ring_completion,
    rust_ring_submission,
    RUST_RING_CHECKSUM,
    RUST_RING_CHECKSUM_FACTOR,
    RUST_RING_CHECKSUM_PINNED,
    RUST_RING_COMPLETIONS,
    RUST_RING_SUBMISSIONS,
    RUST_RING_WORDS, //
};

/// There is no room for a submission until the kernel has taken some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the ring is full")
    }
}

impl Error for Full {}

/// An open ring.
///
/// # Invariants
///
/// `shared` is a mapping of `file`, which is there until the ring is dropped, and is accessed by
/// atomic and volatile operations only.
pub struct Ring {
    file: File,
    shared: NonNull<rust_ring>,
    /// How many submissions the program has made.
    pushed: u32,
    /// How many completions it has taken.
    popped: u32,
    /// How many submissions the kernel had taken when that was last looked at.
    taken: u32,
    /// How many completions the kernel had posted when that was last looked at.
    posted: u32,
}

/// A counter or a flag of a [`Ring`].
macro_rules! word {
    ($ring:expr, $side:ident.$field:ident) => {
        // SAFETY: By the invariants of `Ring`, it is mapped, and all accesses are atomic.
        unsafe { AtomicU32::from_ptr(&raw mut (*$ring.shared.as_ptr()).$side.$field) }
    };
}

impl Ring {
    /// Opens the device, and maps its memory.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let file = File::options().read(true).write(true).open(path)?;
        let protection = (PROT_READ | PROT_WRITE) as c_int;
        // SAFETY: A new mapping, at an address that the kernel chooses.
        let shared = unsafe {
            mmap(
                ptr::null_mut(),
                size_of::<rust_ring>() as _,
                protection,
                MAP_SHARED as c_int,
                file.as_raw_fd(),
                0,
            )
        };

        match NonNull::new(shared.cast()) {
            // INVARIANT: It has been mapped, and nobody else knows of it.
            Some(shared) if shared.addr().get() != usize::MAX => Ok(Self {
                file,
                shared,
                pushed: 0,
                popped: 0,
                taken: 0,
                posted: 0,
            }),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// What the submissions are about.
    pub fn payload(&self) -> &[AtomicU64; RUST_RING_WORDS as usize] {
        // SAFETY: By the type's invariants, it is mapped for as long as `self` is borrowed, and all
        // accesses are atomic.
        unsafe { &*(&raw const (*self.shared.as_ptr()).payload).cast() }
    }

    /// Pins words, in the place of those that were pinned before, for submissions of
    /// [`RUST_RING_CHECKSUM_PINNED`]. The kernel only reads them, until the ring is dropped: also
    /// what the program has there later.
    pub fn pin(&self, words: &[u64]) -> io::Result<()> {
        let buffer = rust_ring_buffer {
            words: words.as_ptr().expose_provenance() as u64,
            count: words.len() as u64,
        };

        // SAFETY: The argument is the address of a `rust_ring_buffer`.
        checked(unsafe { ioctl(self.file.as_raw_fd(), RUST_RING_PIN.into(), &buffer) }).map(drop)
    }

    /// Writes a submission, which the kernel does not get before [`Self::enter`],
    /// [`Self::submit`] or [`Self::wait`].
    pub fn push(&mut self, submission: &rust_ring_submission) -> Result<(), Full> {
        if self.pushed.wrapping_sub(self.taken) >= RUST_RING_SUBMISSIONS {
            self.taken = word!(self, kernel.submissions).load(Acquire);
            if self.pushed.wrapping_sub(self.taken) >= RUST_RING_SUBMISSIONS {
                return Err(Full);
            }
        }
        let index = (self.pushed % RUST_RING_SUBMISSIONS) as usize;
        // SAFETY: By the type's invariants, it is mapped.
        unsafe {
            (&raw mut (*self.shared.as_ptr()).submissions[index]).write_volatile(*submission)
        };
        self.pushed = self.pushed.wrapping_add(1);
        Ok(())
    }

    /// Takes a completion, if there is one.
    pub fn pop(&mut self) -> Option<rust_ring_completion> {
        if self.popped == self.posted {
            self.posted = word!(self, kernel.completions).load(Acquire);
            if self.popped == self.posted {
                return None;
            }
        }
        let index = (self.popped % RUST_RING_COMPLETIONS) as usize;
        self.popped = self.popped.wrapping_add(1);
        // SAFETY: By the type's invariants, it is mapped, and any bytes are a completion.
        Some(unsafe { (&raw const (*self.shared.as_ptr()).completions[index]).read_volatile() })
    }

    /// Has the kernel serve what has been pushed, as far as there is room for completions; returns
    /// how many.
    pub fn enter(&mut self) -> io::Result<u32> {
        self.publish();
        call(&self.file, RUST_RING_ENTER, 0)
    }

    /// Leaves what has been pushed to a [`Server`]; returns whether it slept and has been woken.
    pub fn submit(&mut self) -> io::Result<bool> {
        self.publish();
        // Either it sees the counters before it sleeps, or it is seen to sleep.
        fence(SeqCst);
        let sleeps = word!(self, kernel.sleeps).load(Relaxed) != 0;
        if sleeps {
            call(&self.file, RUST_RING_KICK, 0)?;
        }
        Ok(sleeps)
    }

    /// Submits, and waits until there are completions, at most for as long as `timeout`, if there
    /// is one; returns whether there are some.
    pub fn wait(&mut self, timeout: Option<Duration>) -> io::Result<bool> {
        let timeout = timeout.map_or(-1, |time| time.as_millis().try_into().unwrap_or(c_int::MAX));
        let mut poller = pollfd {
            fd: self.file.as_raw_fd(),
            events: POLLIN as _,
            revents: 0,
        };
        let mut ready = 1;

        self.submit()?;
        word!(self, program.sleeps).store(1, Relaxed);
        // Either the kernel sees that the program sleeps, or its completions are seen.
        fence(SeqCst);
        if word!(self, kernel.completions).load(Relaxed) == self.popped {
            // SAFETY: It is one `pollfd`.
            ready = unsafe { poll(&mut poller, 1, timeout) };
        }
        word!(self, program.sleeps).store(0, Relaxed);
        checked(ready).map(|ready| ready != 0)
    }

    /// What serves the ring, for another thread.
    pub fn server(&self) -> io::Result<Server> {
        self.file.try_clone().map(|file| Server { file })
    }

    /// Lets the kernel have what has been pushed, and the places of what has been popped.
    fn publish(&mut self) {
        word!(self, program.completions).store(self.popped, Release);
        word!(self, program.submissions).store(self.pushed, Release);
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: By the type's invariants, it is mapped, and no borrow of it is left.
        unsafe { munmap(self.shared.as_ptr().cast(), size_of::<rust_ring>() as _) };
    }
}

/// A thread's part in serving a [`Ring`].
pub struct Server {
    file: File,
}

impl Server {
    /// Serves what is submitted, until nothing has come for as long as `idle`, at most 100 ms.
    pub fn serve(&self, idle: Duration) -> io::Result<()> {
        let idle = idle.as_millis().try_into().unwrap_or(u32::MAX);

        call(&self.file, RUST_RING_SERVE, idle).map(drop)
    }
}

/// Calls a command that has a number as its argument, or none.
fn call(file: &File, command: u32, argument: u32) -> io::Result<u32> {
    // SAFETY: None of these commands takes its argument for an address.
    checked(unsafe { ioctl(file.as_raw_fd(), command.into(), c_ulong::from(argument)) })
}

/// What a system call has returned.
fn checked(returned: c_int) -> io::Result<u32> {
    u32::try_from(returned).map_err(|_| io::Error::last_os_error())
}
