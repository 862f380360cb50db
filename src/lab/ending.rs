//! How a long-running command is asked to end.

use anyhow::Result;

/// The ways in which we are asked to end.
#[cfg(unix)]
pub struct Ending([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl Ending {
    /// Listens from now on.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
        ]))
    }

    /// Waits until somebody asks.
    pub async fn asked(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

/// The ways in which we are asked to end.
#[cfg(not(unix))]
pub struct Ending;

#[cfg(not(unix))]
impl Ending {
    /// Listens from now on.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen() -> Result<Self> {
        Ok(Self)
    }

    /// Waits until somebody asks.
    pub async fn asked(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
