//! mbox in its four variants (mboxo, mboxrd, mboxcl, mboxcl2): a file cut into mails.

pub(super) mod separator;
pub(super) mod split;
