//! What two ways of running one model must agree on.

pub(crate) const TEXTS: [&str; 6] = [
    "How do I rotate the signing key?",
    "Replace the certificate before it expires, then restart the proxy.",
    "The lunch table is in the garden",
    "a",
    "Как обновить сертификат на сервере?",
    "fn main() { println!(\"{}\", 42); } // error[E0308]: mismatched types",
];
