//! The `heard` command; everything it does is in [`heard::cli`].

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    heard::cli::main()
}

/// The Worker's Wasm is the library; this keeps `cargo build --target wasm32-unknown-unknown` whole.
#[cfg(target_arch = "wasm32")]
fn main() {}
