//! Classes of Durable Objects that later versions will fill. They are there from the first deploy on, because a
//! class that is added later blocks gradual deployments, and no rollback goes behind it.

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// A class without state, whose every answer is 404: of the Worker, nothing asks it.
macro_rules! empty {
    ($(#[$doc:meta] $class:ident),+ $(,)?) => {$(
        #[$doc]
        #[durable_object(fetch)]
        pub struct $class {}

        impl DurableObject for $class {
            fn new(_state: State, _env: Env) -> Self {
                Self {}
            }

            async fn fetch(&self, _request: Request) -> Result<Response> {
                Ok(Response::builder().with_status(404).empty())
            }
        }
    )+};
}

empty! {
    /// Consoles that watch.
    Hub,
}
