//! `heard report` against a Worker behind TLS, as every deployed one is. The certificates of `tests/tls` are for
//! nothing else; their authority's key is thrown away.

use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tls");
    folder.join(name).to_str().unwrap().to_owned()
}

/// Answers every call with an empty report; the port it listens at.
async fn worker() -> u16 {
    let chain = vec![CertificateDer::from_pem_file(file("leaf.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(file("leaf.key")).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(chain, key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Who does not trust us hangs up here.
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut asked = Vec::new();
            while !asked.ends_with(b"\r\n\r\n") && stream.read_buf(&mut asked).await.unwrap() > 0 {}
            let asked = String::from_utf8(asked).unwrap();
            assert!(asked.contains("Bearer hush"), "{asked}");
            let body = r#"{"since_ms": 0, "acks": [], "decisions": {"calm": 3}, "cursor": null}"#;
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            stream
                .write_all(format!("{head}{body}").as_bytes())
                .await
                .unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    port
}

async fn report(port: u16, authority: &str) -> Output {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_heard"));
    command.args(["report", "--url", &format!("https://localhost:{port}")]);
    command
        .env("HEARD_TOKEN", "hush")
        .env("NO_PROXY", "localhost");
    command
        .env("SSL_CERT_FILE", file(authority))
        .env_remove("SSL_CERT_DIR");
    command.output().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_comes_over_tls_from_whom_the_system_trusts() {
    let port = worker().await;
    let said = report(port, "ca.pem").await;
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(
        said.status.success(),
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
    assert!(text.contains("3 posts"), "{text}");
    // Another authority is not believed, and the token does not leave.
    let stranger = report(port, "leaf.pem").await;
    assert!(!stranger.status.success());
}
