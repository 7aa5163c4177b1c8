//! Files that hold a secret.

use std::path::Path;

use anyhow::{bail, ensure};

/// Reads a secret without the blanks around it; a file that others can read holds none.
///
/// # Errors
/// Names the file, never its content.
pub(crate) fn read(path: &Path) -> anyhow::Result<String> {
    let about = fs_err::metadata(path)?;
    ensure!(about.is_file(), "{} is no file", path.display());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if about.permissions().mode() & 0o077 != 0 {
            bail!("{} can be read by others (hint: chmod 600 {0})", path.display());
        }
    }
    let secret = fs_err::read_to_string(path)?.trim().to_owned();
    let is_sound = !secret.is_empty() && !secret.contains(char::is_control);
    ensure!(is_sound, "{} holds no secret in one line", path.display());
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn only_what_nobody_else_can_read_is_a_secret() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs_err::write(&path, " k-123\n").unwrap();
        let mode = |mode| fs_err::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        mode(0o644);
        assert!(read(&path).unwrap_err().to_string().contains("chmod 600"));
        mode(0o600);
        assert_eq!(read(&path).unwrap(), "k-123");
        fs_err::write(&path, "two\nlines").unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("one line"));
        assert!(read(folder.path()).is_err());
    }
}
