//! The house's own rules, held against the tree: floors, module docs, size of files, tests that may not be
//! ignored.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs_err::read_to_string(path).unwrap()
}

/// A row of the floors table of `crates/README.md`: floor, crate, what it stands on.
struct Floor {
    number: u32,
    stands_on: BTreeSet<String>,
}

fn names(cell: &str) -> BTreeSet<String> {
    let names = cell.split([',', ' ']).map(|name| name.trim_matches('`').to_owned());
    names.filter(|name| !name.is_empty() && name != "—").collect()
}

/// The crates that exist, by the table; rows marked as planned are left out.
fn floors() -> BTreeMap<String, Floor> {
    let text = read(&root().join("crates/README.md"));
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.contains("*planned*"));
    let cells = rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
    cells
        .filter_map(|cells| {
            let number = cells.first()?.parse().ok()?;
            let name = cells.get(1)?.trim_matches('`').to_owned();
            Some((name, Floor { number, stands_on: names(cells.get(3)?) }))
        })
        .collect()
}

fn crate_folders() -> Vec<PathBuf> {
    let entries = fs_err::read_dir(root().join("crates")).unwrap();
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn name_of(folder: &Path) -> String {
    folder.file_name().unwrap().to_string_lossy().into_owned()
}

/// Crates of the house that a manifest's `[dependencies]` name.
fn dependencies(folder: &Path, house: &BTreeSet<String>) -> BTreeSet<String> {
    let manifest: toml::Table = read(&folder.join("Cargo.toml")).parse().unwrap();
    let table = manifest.get("dependencies").and_then(toml::Value::as_table);
    table.into_iter().flat_map(|table| table.keys().cloned()).filter(|name| house.contains(name)).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn all_sources() -> Vec<PathBuf> {
    let mut all = sources(&root().join("crates"));
    all.extend(sources(&root().join("tests")));
    all.extend(sources(&root().join("benches")));
    all
}

#[test]
fn the_table_of_floors_names_every_crate_and_what_it_stands_on() {
    let floors = floors();
    let house: BTreeSet<String> = crate_folders().iter().map(|folder| name_of(folder)).collect();
    assert_eq!(house, floors.keys().cloned().collect(), "crates/README.md lists other crates than there are");
    for folder in crate_folders() {
        let name = name_of(&folder);
        assert_eq!(dependencies(&folder, &house), floors[&name].stands_on, "what `{name}` stands on");
    }
}

#[test]
fn a_crate_stands_only_on_lower_floors() {
    let floors = floors();
    for (name, floor) in &floors {
        for below in &floor.stands_on {
            assert!(
                floors[below].number < floor.number,
                "`{name}` stands on `{below}`, which is not below it"
            );
        }
    }
}

#[test]
fn every_folder_of_the_house_has_a_map() {
    let mut folders = crate_folders();
    folders.extend(["crates", "config", "data", "benches", "tests"].map(|name| root().join(name)));
    for folder in folders {
        assert!(folder.join("README.md").is_file(), "{} has no README.md", folder.display());
    }
}

#[test]
fn every_file_opens_by_saying_what_it_is_and_none_is_a_hall() {
    for path in all_sources() {
        let text = read(&path);
        assert!(text.starts_with("//! "), "{} does not open with //!", path.display());
        assert!(text.lines().count() <= 400, "{} has more than 400 lines", path.display());
    }
}

#[test]
fn no_test_is_ignored_and_no_lint_is_silenced_without_a_reason() {
    for path in all_sources().into_iter().filter(|path| !path.ends_with("tests/tidy.rs")) {
        let text = read(&path);
        for banned in ["#[ignore", "#[allow(", "#![allow("] {
            assert!(!text.contains(banned), "{} has {banned}", path.display());
        }
    }
}

#[test]
fn the_root_holds_what_the_house_says_and_nothing_else() {
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "CHANGELOG.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "crates",
        "config",
        "data",
        "benches",
        "tests",
        "target",
    ];
    for entry in fs_err::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(name.starts_with('.') || allowed.contains(&name.as_str()), "{name} has no place in the root");
    }
}

/// What the container's recipe hands to the compiler: the sources of `COPY` up to the second `FROM`.
fn handed_to_the_compiler() -> Vec<PathBuf> {
    let recipe = read(&root().join("config/Containerfile"));
    let build = recipe.split("\nFROM ").nth(1).unwrap();
    let copies = build.lines().filter_map(|line| line.strip_prefix("COPY "));
    let words = copies.map(|line| line.split(' ').collect::<Vec<_>>());
    words.flat_map(|words| words[..words.len() - 1].iter().map(PathBuf::from).collect::<Vec<_>>()).collect()
}

/// Files of the tree that a source compiles in.
fn compiled_in(source: &Path) -> Vec<PathBuf> {
    let text = read(source);
    let calls =
        ["include_str!(\"", "include_bytes!(\""].into_iter().flat_map(|call| text.split(call).skip(1));
    let names = calls.map(|rest| rest.split('"').next().unwrap());
    names.map(|name| fs_err::canonicalize(source.parent().unwrap().join(name)).unwrap()).collect()
}

#[test]
fn the_recipe_of_the_container_copies_what_is_compiled_in() {
    let copied = handed_to_the_compiler();
    let root = fs_err::canonicalize(root()).unwrap();
    let manifest: toml::Table = read(&root.join("Cargo.toml")).parse().unwrap();
    let benches =
        manifest["bench"].as_array().unwrap().iter().filter_map(|bench| bench.get("path")?.as_str());
    let mut needed: Vec<PathBuf> = benches.map(|path| root.join(path)).collect();
    needed.extend(sources(&root.join("crates")).iter().flat_map(|source| compiled_in(source)));
    assert!(needed.iter().any(|path| path.ends_with("config/default.toml")), "{needed:?}");
    for path in needed {
        let path = path.strip_prefix(&root).unwrap();
        assert!(copied.iter().any(|part| path.starts_with(part)), "{} is not copied", path.display());
    }
}
