// SPDX-License-Identifier: GPL-2.0

//! A topic that several files share: its events and its wait queue.

use kernel::{
    error::code::ENODEV,
    new_mutex, new_poll_condvar,
    prelude::*,
    sync::{
        atomic::Atomic,
        poll::PollCondVar,
        Arc,
        Mutex,
        SetOnce, //
    },
};

type Shared = Pin<KBox<Mutex<Option<Arc<Topic>>>>>;

/// The topic for newly opened files.
///
/// Statics are never dropped, so [`Current`] clears this one on unload.
static CURRENT: SetOnce<Shared> = SetOnce::new();

#[pin_data]
pub(crate) struct Topic {
    pub(crate) events: Atomic<u32>,
    #[pin]
    pub(crate) raised: PollCondVar,
}

impl Topic {
    fn new() -> Result<Arc<Self>> {
        let topic = pin_init!(Self {
            events: Atomic::new(0),
            raised <- new_poll_condvar!(),
        });

        Arc::pin_init(topic, GFP_KERNEL_ACCOUNT)
    }
}

/// A guard that populates [`CURRENT`] when the module is loaded, and clears it on unload.
pub(crate) struct Current;

impl Current {
    pub(crate) fn new() -> Result<Self> {
        CURRENT.populate(KBox::pin_init(new_mutex!(None), GFP_KERNEL)?);
        Ok(Self)
    }

    /// Returns the topic for newly opened files, and creates it for the first file.
    pub(crate) fn topic() -> Result<Arc<Topic>> {
        let mut current = CURRENT.as_ref().ok_or(ENODEV)?.lock();

        Ok(match &*current {
            Some(topic) => topic.clone(),
            None => current.insert(Topic::new()?).clone(),
        })
    }

    /// Starts a new topic for files that are opened from now on.
    pub(crate) fn renew() -> Result {
        let old = CURRENT.as_ref().ok_or(ENODEV)?.lock().take();

        // Drop the old topic without the lock, because dropping the last reference waits for RCU.
        drop(old);
        Ok(())
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        CURRENT.as_ref().map(|current| current.lock().take());
    }
}
