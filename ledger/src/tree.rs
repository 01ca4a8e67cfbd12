// SPDX-License-Identifier: GPL-2.0

//! Reads the Rust sources of a tree, and finds the sites in them.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    category::Category,
    scan::{self, Macros, Site},
};

/// Crates that the kernel imports from releases without edits. They are not the tree's own code.
const VENDORED: &[&str] = &[
    "rust/pin-init",
    "rust/proc-macro2",
    "rust/quote",
    "rust/syn",
    "rust/zerocopy",
    "rust/zerocopy-derive",
];

pub struct Tree {
    /// The name in the table and in the JSON.
    pub name: String,
    pub sites: Vec<Site>,
    /// The errors while reading, one on each line with file and line.
    pub errors: Vec<String>,
}

/// Collects the Rust sources below `folder`, with relative paths and sorted.
pub fn sources(folder: &Path, below: &Path, out: &mut Vec<PathBuf>) -> Result<(), String> {
    let at = folder.join(below);
    let entries = fs::read_dir(&at).map_err(|error| format!("{}: {error}", at.display()))?;
    for entry in entries.flatten() {
        let path = below.join(entry.file_name());
        let name = entry.file_name().to_string_lossy().into_owned();
        // The build does not follow symbolic links to sources either.
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            if !name.starts_with('.')
                && !VENDORED.iter().any(|vendored| path == Path::new(vendored))
            {
                sources(folder, &path, out)?;
            }
        } else if kind.is_file() && name.ends_with(".rs") && !name.ends_with("_generated.rs") {
            out.push(path);
        }
    }
    out.sort();
    Ok(())
}

pub fn read(name: &str, folder: &Path) -> Result<Tree, String> {
    let mut paths = Vec::new();
    sources(folder, Path::new(""), &mut paths)?;
    if paths.is_empty() {
        return Err(format!(
            "{} has no Rust source: use the folder of a driver or of a kernel",
            folder.display()
        ));
    }
    let mut files = Vec::new();
    let mut macros = Macros::default();
    let mut errors = Vec::new();
    for path in paths {
        let file = path.display().to_string();
        match fs::read_to_string(folder.join(&path)) {
            Err(error) => errors.push(format!("{file}:1: {error}")),
            Ok(text) => match syn::parse_file(&text) {
                Err(error) => {
                    let line = error.span().start().line;
                    errors.push(format!(
                        "{file}:{line}: does not parse: {error}; correct it, because its sites are \
                         not counted"
                    ));
                }
                Ok(ast) => {
                    macros.collect(&file, &ast);
                    files.push((file, ast));
                }
            },
        }
    }
    macros.settle();
    let mut sites = Vec::new();
    for (file, ast) in &files {
        let (found, notes) = scan::scan(file, ast, &macros);
        sites.extend(found);
        errors.extend(notes);
    }
    // An implementation in a macro counts in each expansion of the macro.
    let expanded: HashSet<_> = sites
        .iter()
        .filter_map(|site| site.written.clone())
        .collect();
    sites.retain(|site| {
        site.category != Category::Impl
            || site.written.is_some()
            || !expanded.contains(&(site.file.clone(), site.line))
    });
    sites.sort();
    Ok(Tree {
        name: name.to_string(),
        sites,
        errors,
    })
}

impl Tree {
    pub fn count(&self, category: Category) -> usize {
        self.sites
            .iter()
            .filter(|site| site.category == category)
            .count()
    }

    /// Counts the implementations of a trait in the source. A macro's implementation counts once,
    /// in its definition.
    pub fn written(&self, name: &str) -> usize {
        let own = |site: &&Site| {
            site.category == Category::Impl && site.item.starts_with(&format!("{name} for "))
        };
        let places: HashSet<_> = self
            .sites
            .iter()
            .filter(own)
            .map(|site| {
                site.written
                    .clone()
                    .unwrap_or((site.file.clone(), site.line))
            })
            .collect();
        places.len()
    }
}
