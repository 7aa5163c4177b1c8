//! Serves a stand-in until it is killed: for trying `[dense] url` by hand.
#![expect(clippy::print_stdout, reason = "whoever starts it needs the address")]

use standin::StandIn;

fn main() -> std::io::Result<()> {
    let server = StandIn::start()?;
    println!("{}", server.url());
    loop {
        std::thread::park();
    }
}
