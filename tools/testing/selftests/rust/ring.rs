// SPDX-License-Identifier: GPL-2.0

//! A user-space interface to the rings of `linux/rust_ring.h`:
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
//! If a thread serves the ring with a [`Server`], use [`Ring::submit`] or [`Ring::wait`] instead of
//! [`Ring::enter`]. If another process serves it, [`ring_place`] pins both sides to one last-level
//! cache.

use std::{
    error::Error,
    ffi::{
        c_int,
        c_ulong, //
    },
    fmt,
    fs::{
        self,
        File, //
    },
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

// Not in the headers of the kernel.
extern "C" {
    fn gettid() -> c_int;
    fn sched_getaffinity(thread: c_int, size: usize, cpus: *mut c_ulong) -> c_int;
    fn sched_getcpu() -> c_int;
    fn sched_setaffinity(thread: c_int, size: usize, cpus: *const c_ulong) -> c_int;
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

/// An error: the ring is full until the kernel takes a submission.
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
/// `shared` is a mapping of `file` that exists until the ring is dropped. It is only accessed by
/// atomic and volatile operations.
pub struct Ring {
    file: File,
    shared: NonNull<rust_ring>,
    /// The number of submissions that user space has made.
    pushed: u32,
    /// The number of completions that user space has taken.
    popped: u32,
    /// The last known number of submissions that the kernel has taken.
    taken: u32,
    /// The last known number of completions that the kernel has posted.
    posted: u32,
}

/// A counter or a flag of a [`Ring`].
macro_rules! word {
    ($ring:expr, $side:ident.$field:ident) => {
        // SAFETY: By the invariants of `Ring`, the word is mapped, and all accesses are atomic.
        unsafe { AtomicU32::from_ptr(&raw mut (*$ring.shared.as_ptr()).$side.$field) }
    };
}

impl Ring {
    /// Opens the device and maps its memory.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let file = File::options().read(true).write(true).open(path)?;
        let protection = (PROT_READ | PROT_WRITE) as c_int;
        // SAFETY: This creates a new mapping at an address that the kernel chooses.
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
            // INVARIANT: The memory was just mapped, and nothing else has its address.
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

    /// Returns the words that submissions refer to.
    pub fn payload(&self) -> &[AtomicU64; RUST_RING_WORDS as usize] {
        // SAFETY: By the type invariants, the payload is mapped while `self` is borrowed, and all
        // accesses are atomic.
        unsafe { &*(&raw const (*self.shared.as_ptr()).payload).cast() }
    }

    /// Pins words for [`RUST_RING_CHECKSUM_PINNED`] submissions, and releases previously pinned
    /// words.
    ///
    /// The kernel only reads the words. It may do so until the ring is dropped, even after the
    /// process has reused their memory.
    pub fn pin(&self, words: &[u64]) -> io::Result<()> {
        let buffer = rust_ring_buffer {
            words: words.as_ptr().expose_provenance() as u64,
            count: words.len() as u64,
        };

        // SAFETY: The argument is the address of a `rust_ring_buffer`.
        checked(unsafe { ioctl(self.file.as_raw_fd(), RUST_RING_PIN.into(), &buffer) }).map(drop)
    }

    /// Writes a submission. The kernel receives it after [`Self::enter`], [`Self::submit`] or
    /// [`Self::wait`].
    pub fn push(&mut self, submission: &rust_ring_submission) -> Result<(), Full> {
        if self.pushed.wrapping_sub(self.taken) >= RUST_RING_SUBMISSIONS {
            self.taken = word!(self, kernel.sq_head).load(Acquire);
            if self.pushed.wrapping_sub(self.taken) >= RUST_RING_SUBMISSIONS {
                return Err(Full);
            }
        }
        let index = (self.pushed % RUST_RING_SUBMISSIONS) as usize;
        // SAFETY: By the type invariants, the entry is mapped.
        unsafe {
            (&raw mut (*self.shared.as_ptr()).submissions[index]).write_volatile(*submission)
        };
        self.pushed = self.pushed.wrapping_add(1);
        Ok(())
    }

    /// Takes a completion, if the ring is not empty.
    pub fn pop(&mut self) -> Option<rust_ring_completion> {
        if self.popped == self.posted {
            self.posted = word!(self, kernel.cq_tail).load(Acquire);
            if self.popped == self.posted {
                return None;
            }
        }
        let index = (self.popped % RUST_RING_COMPLETIONS) as usize;
        self.popped = self.popped.wrapping_add(1);
        // SAFETY: By the type invariants, the entry is mapped, and all bytes are a valid
        // completion.
        Some(unsafe { (&raw const (*self.shared.as_ptr()).completions[index]).read_volatile() })
    }

    /// Makes the kernel serve pushed submissions while there is space for completions. Returns
    /// their number.
    pub fn enter(&mut self) -> io::Result<u32> {
        self.publish();
        call(&self.file, RUST_RING_ENTER, 0)
    }

    /// Submits to a [`Server`]. Returns `true` if the server slept and was woken.
    pub fn submit(&mut self) -> io::Result<bool> {
        self.publish();
        // Either the server sees the counters before it sleeps, or we see that it sleeps.
        fence(SeqCst);
        let need_wakeup = word!(self, kernel.need_wakeup).load(Relaxed) != 0;
        if need_wakeup {
            call(&self.file, RUST_RING_KICK, 0)?;
        }
        Ok(need_wakeup)
    }

    /// Submits, and waits for completions for at most `timeout`, or forever if it is [`None`].
    /// Returns `false` after a timeout.
    pub fn wait(&mut self, timeout: Option<Duration>) -> io::Result<bool> {
        let timeout = timeout.map_or(-1, |time| time.as_millis().try_into().unwrap_or(c_int::MAX));
        let mut poller = pollfd {
            fd: self.file.as_raw_fd(),
            events: POLLIN as _,
            revents: 0,
        };
        let mut ready = 1;

        self.submit()?;
        word!(self, user.need_wakeup).store(1, Relaxed);
        // Either the kernel sees that we sleep, or we see its completions.
        fence(SeqCst);
        if word!(self, kernel.cq_tail).load(Relaxed) == self.popped {
            // SAFETY: `poller` is one valid `pollfd`.
            ready = unsafe { poll(&mut poller, 1, timeout) };
        }
        word!(self, user.need_wakeup).store(0, Relaxed);
        checked(ready).map(|ready| ready != 0)
    }

    /// Returns a server for the ring, to be run by another thread.
    pub fn server(&self) -> io::Result<Server> {
        self.file.try_clone().map(|file| Server { file })
    }

    /// Publishes pushed submissions, and releases the entries of popped completions.
    fn publish(&mut self) {
        word!(self, user.cq_head).store(self.popped, Release);
        word!(self, user.sq_tail).store(self.pushed, Release);
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: By the type invariants, the memory is mapped. No borrow of it outlives `self`.
        unsafe { munmap(self.shared.as_ptr().cast(), size_of::<rust_ring>() as _) };
    }
}

/// A handle with which a thread serves a [`Ring`].
pub struct Server {
    file: File,
}

impl Server {
    /// Serves submissions until none has arrived for `idle`, which must not exceed 100 ms.
    pub fn serve(&self, idle: Duration) -> io::Result<()> {
        let idle = idle.as_millis().try_into().unwrap_or(u32::MAX);

        call(&self.file, RUST_RING_SERVE, idle).map(drop)
    }
}

/// Returns the ID of the current thread, for [`ring_place`].
pub fn thread_id() -> i32 {
    // SAFETY: This function has no preconditions.
    unsafe { gettid() }
}

/// Pins the current thread and the thread `other` to the CPUs that share the last-level cache of
/// the current CPU. Returns the number of these CPUs.
///
/// The scheduler moves the threads of one process to one cache (`CONFIG_SCHED_CACHE`), but not
/// threads of two processes. This function uses only CPUs that both threads may use already.
/// Threads that either thread creates later inherit these CPUs.
///
/// # Errors
///
/// After an error, both threads may use the same CPUs as before.
///
/// - [`io::ErrorKind::Unsupported`]: The kernel does not describe the caches.
/// - [`io::ErrorKind::ResourceBusy`]: The two threads may use fewer than two CPUs of this cache.
/// - `ESRCH`: The thread `other` does not exist.
/// - `EPERM`: The thread `other` belongs to another user, and the caller lacks `CAP_SYS_NICE`.
pub fn ring_place(other: i32) -> io::Result<u32> {
    let own = Cpus::allowed(0)?;
    let others = Cpus::allowed(other)?;
    // SAFETY: This function has no preconditions.
    let cpu = checked(unsafe { sched_getcpu() })?;
    let cache = Cpus::of_cache(cpu).ok_or_else(|| {
        let message = "the kernel does not describe the caches: set the CPUs with taskset";
        io::Error::new(io::ErrorKind::Unsupported, message)
    })?;
    let cpus = cache.and(&own).and(&others);

    if cpus.count() < 2 {
        let message = "fewer than two CPUs of this cache are allowed: allow more with taskset";
        return Err(io::Error::new(io::ErrorKind::ResourceBusy, message));
    }
    cpus.allow(other)?;
    // Report the first error.
    cpus.allow(0).inspect_err(|_| drop(others.allow(other)))?;
    Ok(cpus.count())
}

/// The CPUs of a thread, in the format of `sched_setaffinity()`.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Cpus([c_ulong; Cpus::WORDS]);

impl Cpus {
    /// Space for 8192 CPUs, the maximum that the kernel supports.
    const WORDS: usize = 8192 / c_ulong::BITS as usize;

    /// Returns the CPUs that the thread may use. Thread 0 is the current one.
    fn allowed(thread: c_int) -> io::Result<Self> {
        let mut cpus = Self([0; Self::WORDS]);
        // SAFETY: The pointer is valid for writes of the given size.
        checked(unsafe { sched_getaffinity(thread, size_of_val(&cpus.0), cpus.0.as_mut_ptr()) })?;
        Ok(cpus)
    }

    /// Allows the thread to use only these CPUs.
    fn allow(&self, thread: c_int) -> io::Result<()> {
        // SAFETY: The pointer is valid for reads of the given size.
        checked(unsafe { sched_setaffinity(thread, size_of_val(&self.0), self.0.as_ptr()) })?;
        Ok(())
    }

    /// Returns the CPUs that share the last-level cache of `cpu`, if the kernel describes it.
    fn of_cache(cpu: u32) -> Option<Self> {
        let read = |index: usize, file| {
            let path = format!("/sys/devices/system/cpu/cpu{cpu}/cache/index{index}/{file}");
            fs::read_to_string(path).ok()
        };
        let level = |&index: &usize| read(index, "level")?.trim().parse::<u32>().ok();
        let last = (0..)
            .take_while(|index| level(index).is_some())
            .max_by_key(level)?;

        Self::parse(read(last, "shared_cpu_list")?.trim())
    }

    /// Parses a list of CPUs, such as `0-3,8`.
    fn parse(list: &str) -> Option<Self> {
        let mut cpus = Self([0; Self::WORDS]);

        for range in list.split(',') {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            for cpu in first.parse::<usize>().ok()?..=last.parse().ok()? {
                let bits = c_ulong::BITS as usize;
                *cpus.0.get_mut(cpu / bits)? |= 1 << (cpu % bits);
            }
        }
        Some(cpus)
    }

    fn and(mut self, other: &Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word &= other;
        }
        self
    }

    fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }
}

/// Calls a command whose argument is a number or unused.
fn call(file: &File, command: u32, argument: u32) -> io::Result<u32> {
    // SAFETY: None of these commands uses its argument as an address.
    checked(unsafe { ioctl(file.as_raw_fd(), command.into(), c_ulong::from(argument)) })
}

/// Converts the return value of a system call.
fn checked(returned: c_int) -> io::Result<u32> {
    u32::try_from(returned).map_err(|_| io::Error::last_os_error())
}
