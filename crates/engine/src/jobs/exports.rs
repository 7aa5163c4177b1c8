//! Paths that come from outside: only below one folder, and nowhere else.

use std::path::{Component, Path, PathBuf};

/// The file or folder that `name` names below `root`; nothing if it leads elsewhere, by `..`, by an absolute path
/// or by a link, or is not there. The difference is not told.
pub fn below(root: &Path, name: &str) -> Option<PathBuf> {
    let path = Path::new(name);
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    if name.is_empty() || name.contains('\0') || !path.components().all(plain) {
        return None;
    }
    let root = fs_err::canonicalize(root).ok()?;
    let found = fs_err::canonicalize(root.join(path)).ok()?;
    (found != root && found.starts_with(&root)).then_some(found)
}

/// Most names that are told.
const MOST: usize = 200;

/// What lies in a folder, by name; what begins with a dot, or is no text, is left out.
pub(super) fn listed(root: &Path) -> Vec<String> {
    let entries = fs_err::read_dir(root).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort_unstable();
    names.truncate(MOST);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_below_the_folder_is_found() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("exports");
        fs_err::create_dir_all(root.join("chat/days")).unwrap();
        fs_err::write(root.join("mail.mbox"), "").unwrap();
        fs_err::write(place.path().join("secret"), "").unwrap();
        for name in ["mail.mbox", "chat", "chat/days", "./chat", "chat//days/"] {
            let expected = !name.starts_with('.');
            assert_eq!(below(&root, name).is_some(), expected, "{name}");
        }
        fs_err::write(root.join(".hidden"), "").unwrap();
        assert_eq!(listed(&root), ["chat", "mail.mbox"]);
        assert!(listed(&place.path().join("none")).is_empty());
        let secret = place.path().join("secret").display().to_string();
        for name in ["", ".", "..", "../secret", "chat/../../secret", "/", &secret, "none", "chat/\0"] {
            assert_eq!(below(&root, name), None, "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_out_is_none() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("exports");
        fs_err::create_dir_all(root.join("chat")).unwrap();
        fs_err::write(place.path().join("secret"), "").unwrap();
        std::os::unix::fs::symlink(place.path().join("secret"), root.join("out")).unwrap();
        std::os::unix::fs::symlink(place.path(), root.join("up")).unwrap();
        std::os::unix::fs::symlink(root.join("chat"), root.join("inside")).unwrap();
        assert_eq!((below(&root, "out"), below(&root, "up/secret")), (None, None));
        assert_eq!(below(&root, "inside"), below(&root, "chat"));
    }
}
