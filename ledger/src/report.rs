// SPDX-License-Identifier: GPL-2.0

//! Formats the ledger as a table and as JSON.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
};

use serde_json::{json, Value};

use crate::{
    category::{Category, BYTE_TRAITS},
    reviewed::Reviewed,
    tree::Tree,
};

/// Returns each site of each tree. The reason is empty for sites that are not on the list.
pub fn json(trees: &[Tree], reviewed: &Reviewed) -> Value {
    let sites = trees.iter().flat_map(|tree| {
        tree.sites.iter().map(|site| {
            json!({
                "tree": tree.name,
                "category": site.category.name(),
                "file": site.file,
                "item": site.item,
                "line": site.line,
                "reason": reviewed.reason(site).unwrap_or_default(),
            })
        })
    });
    Value::Array(sites.collect())
}

fn heading(out: &mut String, category: Category, counts: &str) {
    _ = writeln!(
        out,
        "{:<74}{counts}",
        format!("{}: {}", category.name(), category.what())
    );
}

fn instead(out: &mut String, category: Category) {
    _ = writeln!(out, "  instead: {}\n", category.instead());
}

/// Compares several trees, with a line for each file, and counts the reviewed sites of the last.
pub fn compare(trees: &[Tree], reviewed: &Reviewed) -> String {
    let mut out = String::new();
    let names: String = trees
        .iter()
        .map(|tree| format!("{:>14}", tree.name))
        .collect();
    _ = writeln!(out, "{:<74}{names}{:>10}\n", "", "reviewed");
    for &category in Category::ALL {
        // The counts of each tree and of the reviewed sites, for each file.
        let mut files: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, tree) in trees.iter().enumerate() {
            for site in tree.sites.iter().filter(|site| site.category == category) {
                let counts = files
                    .entry(&site.file)
                    .or_insert_with(|| vec![0; trees.len() + 1]);
                counts[i] += 1;
                if i + 1 == trees.len() && reviewed.reason(site).is_some() {
                    counts[i + 1] += 1;
                }
            }
        }
        let row = |counts: &[usize]| -> String {
            let (reviewed, counts) = counts.split_last().unwrap_or((&0, &[]));
            counts
                .iter()
                .map(|count| format!("{count:>14}"))
                .chain([format!("{reviewed:>10}")])
                .collect()
        };
        let sums: Vec<usize> = (0..=trees.len())
            .map(|i| files.values().map(|counts| counts[i]).sum())
            .collect();
        heading(&mut out, category, &row(&sums));
        for (file, counts) in &files {
            _ = writeln!(out, "  {file:<72}{}", row(counts));
        }
        if category == Category::Impl {
            for name in BYTE_TRAITS {
                let written: Vec<_> = trees.iter().map(|tree| tree.written(name)).collect();
                if written.iter().any(|&count| count > 0) {
                    let counts: String =
                        written.iter().map(|count| format!("{count:>14}")).collect();
                    _ = writeln!(
                        out,
                        "  {:<72}{counts}",
                        format!("in the source (a macro counts once): {name}")
                    );
                }
            }
        }
        instead(&mut out, category);
    }
    out
}

/// Lists each site of one tree with its location.
pub fn list(tree: &Tree) -> String {
    let mut out = String::new();
    for &category in Category::ALL {
        let sites: Vec<_> = tree
            .sites
            .iter()
            .filter(|site| site.category == category)
            .collect();
        heading(&mut out, category, &sites.len().to_string());
        if sites.is_empty() {
            continue;
        }
        let mut expansions: HashMap<_, usize> = HashMap::new();
        for site in &sites {
            _ = writeln!(out, "  {}:{}: {}", site.file, site.line, site.item);
            if let Some(written) = &site.written {
                *expansions.entry(written).or_default() += 1;
            }
        }
        let mut expansions: Vec<_> = expansions.into_iter().collect();
        expansions.sort();
        for ((file, line), count) in expansions {
            _ = writeln!(out, "  {count} of these are expansions of {file}:{line}");
        }
        instead(&mut out, category);
    }
    out
}
