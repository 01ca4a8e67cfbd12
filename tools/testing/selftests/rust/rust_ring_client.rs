// SPDX-License-Identifier: GPL-2.0

//! Tests `samples/rust/zerocopy/rust_ring/` from Rust.

use ring::*;
use std::{
    error::Error,
    fs,
    io::{
        self,
        ErrorKind::{
            ResourceBusy,
            Unsupported, //
        }, //
    },
    panic::catch_unwind,
    process::ExitCode,
    sync::{
        atomic::Ordering::Relaxed,
        mpsc, //
    },
    thread,
    time::Duration, //
};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const ESRCH: i32 = 3;
const EINVAL: i32 = 22;
const ERANGE: i32 = 34;

fn open() -> Result<Ring> {
    Ok(Ring::open("/dev/rust-ring")?)
}

/// Returns a request for the checksum of the first `count` words.
fn words(user_data: u64, count: u32) -> rust_ring_submission {
    rust_ring_submission {
        user_data,
        count,
        operation: RUST_RING_CHECKSUM,
        ..Default::default()
    }
}

fn checksum(ring: &Ring, count: usize) -> u64 {
    ring.payload()[..count].iter().fold(0, |sum, word| {
        (sum ^ word.load(Relaxed)).wrapping_mul(RUST_RING_CHECKSUM_FACTOR)
    })
}

/// Opens a ring, and fills its payload with different words.
fn filled() -> Result<Ring> {
    let ring = open()?;

    for (i, word) in (1u64..).zip(ring.payload()) {
        word.store(i.wrapping_mul(0x123456789abcdef), Relaxed);
    }
    Ok(ring)
}

fn a_request_is_served() -> Result {
    let mut ring = filled()?;

    ring.push(&words(7, RUST_RING_WORDS))?;
    assert!(ring.pop().is_none());
    assert_eq!(ring.enter()?, 1);

    let completion = ring.pop().ok_or("no completion")?;
    assert_eq!(completion.user_data, 7);
    assert_eq!(completion.result, 0);
    assert_eq!(
        completion.checksum,
        checksum(&ring, RUST_RING_WORDS as usize)
    );
    assert!(ring.pop().is_none());
    Ok(())
}

fn batches_of_all_sizes_wrap_around() -> Result {
    let mut ring = filled()?;

    for count in (0..=RUST_RING_SUBMISSIONS).step_by(3) {
        for i in 0..count {
            ring.push(&words(i.into(), i))?;
        }
        assert_eq!(ring.enter()?, count);
        for i in 0..count {
            let completion = ring.pop().ok_or("no completion")?;
            assert_eq!(completion.user_data, i.into());
            assert_eq!(completion.checksum, checksum(&ring, i as usize));
        }
        assert!(ring.pop().is_none());
    }
    Ok(())
}

fn a_full_ring_takes_no_more() -> Result {
    let mut ring = open()?;

    for i in 0..RUST_RING_SUBMISSIONS {
        ring.push(&words(i.into(), 0))?;
    }
    assert_eq!(ring.push(&words(0, 0)), Err(Full));
    assert_eq!(ring.enter()?, RUST_RING_SUBMISSIONS);
    ring.push(&words(0, 0))?;
    assert_eq!(ring.enter()?, 1);
    Ok(())
}

fn requests_wait_for_space() -> Result {
    let mut ring = open()?;

    for _ in 0..RUST_RING_COMPLETIONS / RUST_RING_SUBMISSIONS {
        while ring.push(&words(0, 0)).is_ok() {}
        assert_eq!(ring.enter()?, RUST_RING_SUBMISSIONS);
    }
    ring.push(&words(1, 0))?;
    assert_eq!(ring.enter()?, 0);
    assert!(ring.pop().is_some());
    assert_eq!(ring.enter()?, 1);
    Ok(())
}

fn bad_requests_are_answered() -> Result {
    let mut ring = open()?;

    ring.push(&rust_ring_submission::default())?;
    ring.push(&words(0, RUST_RING_WORDS + 1))?;
    ring.enter()?;
    assert_eq!(
        ring.pop().map(|completion| completion.result),
        Some(-EINVAL)
    );
    assert_eq!(
        ring.pop().map(|completion| completion.result),
        Some(-ERANGE)
    );
    Ok(())
}

fn pinned_words_are_read_in_place() -> Result {
    let mut ring = open()?;
    let mut words = vec![1, 2, 3];

    ring.pin(&words)?;
    words[2] = 4;
    ring.push(&rust_ring_submission {
        start: 2,
        count: 1,
        operation: RUST_RING_CHECKSUM_PINNED,
        ..Default::default()
    })?;
    ring.enter()?;
    assert_eq!(
        ring.pop().map(|completion| completion.checksum),
        Some(RUST_RING_CHECKSUM_FACTOR.wrapping_mul(4))
    );

    let error = ring.pin(&[]).err().and_then(|error| error.raw_os_error());
    assert_eq!(error, Some(EINVAL));
    Ok(())
}

fn there_is_nothing_to_wait_for() -> Result {
    let mut ring = open()?;

    assert!(!ring.wait(Some(Duration::from_millis(1)))?);
    ring.push(&words(0, 0))?;
    ring.enter()?;
    assert!(ring.wait(None)?);
    Ok(())
}

fn a_thread_serves() -> Result {
    let mut ring = filled()?;
    let server = ring.server()?;
    let thread = thread::spawn(move || server.serve(Duration::from_millis(100)));

    for i in 0..1000 {
        ring.push(&words(i.into(), i))?;
        assert!(ring.wait(Some(Duration::from_secs(10)))?);
        let completion = ring.pop().ok_or("no completion")?;
        assert_eq!(completion.user_data, i.into());
        assert_eq!(completion.checksum, checksum(&ring, i as usize));
    }
    thread.join().map_err(|_| "the thread panicked")??;
    Ok(())
}

/// Returns the line with the CPUs that a thread of this process may use.
fn allowed_cpus(thread: i32) -> io::Result<String> {
    let status = fs::read_to_string(format!("/proc/self/task/{thread}/status"))?;

    Ok(status
        .lines()
        .find(|line| line.starts_with("Cpus_allowed:"))
        .unwrap_or_default()
        .into())
}

fn both_sides_use_one_cache() -> Result {
    let (send, receive) = mpsc::channel();
    let (stop, stopped) = mpsc::channel::<()>();

    thread::scope(|scope| {
        scope.spawn(move || {
            send.send(thread_id()).ok();
            // Fails when this test stops the thread.
            stopped.recv().ok();
        });
        let other = receive.recv()?;
        // Only this thread is pinned, so the other tests keep their CPUs.
        let placed = scope.spawn(move || -> io::Result<()> {
            assert!(ring_place(other)? > 1);
            assert_eq!(allowed_cpus(thread_id())?, allowed_cpus(other)?);
            Ok(())
        });
        let placed = placed.join();

        drop(stop);
        if let Err(error) = placed.map_err(|_| "the thread panicked")? {
            // This machine has one CPU, or does not describe its caches.
            assert!(matches!(error.kind(), ResourceBusy | Unsupported));
            println!("# skipped: {error}");
        }
        Ok(())
    })
}

fn only_running_threads_are_placed() -> Result {
    let error = ring_place(i32::MAX).err().ok_or("no error")?;

    assert_eq!(error.raw_os_error(), Some(ESRCH));
    Ok(())
}

macro_rules! tests {
    ($($test:ident,)*) => {
        [$((stringify!($test), $test as fn() -> Result)),*]
    };
}

fn main() -> ExitCode {
    let tests = tests![
        a_request_is_served,
        batches_of_all_sizes_wrap_around,
        a_full_ring_takes_no_more,
        requests_wait_for_space,
        bad_requests_are_answered,
        pinned_words_are_read_in_place,
        there_is_nothing_to_wait_for,
        a_thread_serves,
        both_sides_use_one_cache,
        only_running_threads_are_placed,
    ];
    let mut code = ExitCode::SUCCESS;

    println!("TAP version 13\n1..{}", tests.len());
    for (number, (name, test)) in (1..).zip(tests) {
        match catch_unwind(test) {
            Ok(Ok(())) => println!("ok {number} {name}"),
            outcome => {
                // The panic has already printed its message.
                if let Ok(Err(error)) = outcome {
                    println!("# {error}");
                }
                println!("not ok {number} {name}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
