//! `whoknows healthy`: whether the server of these options answers; for machines that look after it and hold no
//! other client.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::ensure;

use crate::arguments::Healthy;
use crate::exit::Exit;
use crate::settings::Settings;

/// Longest wait for each step.
const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) fn run(command: &Healthy, settings: &Settings) -> anyhow::Result<Exit> {
    let mut address = command.address.unwrap_or(settings.server.address);
    if address.ip().is_unspecified() {
        address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port());
    }
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    if settings.server.tls.is_some() {
        // That it takes connections is all that can be told without its certificate.
        return Ok(Exit::Ok);
    }
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    ensure!(head == *b"HTTP/1.1 200", "the server at {address} is not well");
    Ok(Exit::Ok)
}
