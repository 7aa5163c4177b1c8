//! What the system tells of a process.

/// The number behind a name in `/proc/PID/status`, such as `RssAnon` (kilobytes of memory that no file stands behind) or
/// `Threads`; `None` where the process is gone or the machine does not tell.
pub(crate) fn of_process(pid: u32, name: &str) -> Option<u64> {
    let status = fs_err::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let value = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    value.split_whitespace().next()?.parse().ok()
}
