// SPDX-License-Identifier: GPL-2.0

//! Compares the sites of a tree with two lists.
//!
//! `reviewed` has a line for each family of sites that stays:
//!
//! ```text
//! category | path | item | reason
//! ```
//!
//! `open` has the number of other sites in each file:
//!
//! ```text
//! tree category count path
//! ```
//!
//! Empty lines and lines that begin with `#` are ignored. In a path and an item, `*` stands for any
//! text.

use std::{cell::Cell, collections::BTreeMap, fs};

use crate::{category::Category, scan::Site, tree::Tree};

pub struct Line {
    number: usize,
    category: Category,
    path: String,
    item: String,
    pub reason: String,
    used: Cell<bool>,
}

#[derive(Default)]
pub struct Reviewed {
    name: String,
    lines: Vec<Line>,
}

fn contents(name: &str) -> Result<Vec<(usize, String)>, String> {
    let text = fs::read_to_string(name).map_err(|error| format!("{name}: {error}"))?;
    let lines = text
        .lines()
        .enumerate()
        .map(|(i, line)| (i + 1, line.trim().to_string()));
    Ok(lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .collect())
}

fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            (0..=text.len()).any(|at| text.is_char_boundary(at) && matches(rest, &text[at..]))
        }),
    }
}

impl Reviewed {
    pub fn read(name: &str) -> Result<Self, String> {
        let mut lines = Vec::new();
        for (number, line) in contents(name)? {
            let fields: Vec<_> = line
                .split(" | ")
                .map(|field| field.trim().to_string())
                .collect();
            let [category, path, item, reason] = &fields[..] else {
                return Err(format!(
                    "{name}:{number}: expected \"category | path | item | reason\", found {line:?}"
                ));
            };
            let category = Category::of_name(category).ok_or_else(|| {
                let names: Vec<_> = Category::ALL
                    .iter()
                    .map(|category| category.name())
                    .collect();
                format!(
                    "{name}:{number}: {category} is not a category: use one of {}",
                    names.join(" ")
                )
            })?;
            lines.push(Line {
                number,
                category,
                path: path.clone(),
                item: item.clone(),
                reason: reason.clone(),
                used: Cell::new(false),
            });
        }
        Ok(Self {
            name: name.to_string(),
            lines,
        })
    }

    /// Returns the reason why a site stays.
    pub fn reason(&self, site: &Site) -> Option<&str> {
        let line = self.lines.iter().find(|line| {
            line.category == site.category
                && matches(&line.path, &site.file)
                && matches(&line.item, &site.item)
        })?;
        line.used.set(true);
        Some(&line.reason)
    }

    /// Returns the lines that matched no site given to [`Self::reason`].
    pub fn unused(&self) -> impl Iterator<Item = String> + '_ {
        self.lines
            .iter()
            .filter(|line| !line.used.get())
            .map(|line| {
                format!(
                    "{}:{}: found no {} in {} at {}: remove the line",
                    self.name,
                    line.number,
                    line.category.name(),
                    line.path,
                    line.item
                )
            })
    }
}

type Counts = BTreeMap<(String, Category, String), usize>;

/// Counts the sites of each file that are not on the reviewed list.
pub fn open(trees: &[Tree], reviewed: &Reviewed) -> Counts {
    let mut counts = Counts::new();
    for tree in trees {
        for site in tree
            .sites
            .iter()
            .filter(|site| reviewed.reason(site).is_none())
        {
            *counts
                .entry((tree.name.clone(), site.category, site.file.clone()))
                .or_default() += 1;
        }
    }
    counts
}

pub fn read_open(name: &str) -> Result<Counts, String> {
    let mut counts = Counts::new();
    for (number, line) in contents(name)? {
        let wrong =
            || format!("{name}:{number}: expected \"tree category count path\", found {line:?}");
        let fields: Vec<_> = line.splitn(4, ' ').collect();
        let [tree, category, count, path] = fields[..] else {
            return Err(wrong());
        };
        let category = Category::of_name(category).ok_or_else(wrong)?;
        let count = count.parse().map_err(|_| wrong())?;
        counts.insert((tree.to_string(), category, path.to_string()), count);
    }
    Ok(counts)
}

/// Returns the differences between the sites of the trees and the lists, one on each line.
pub fn check(trees: &[Tree], reviewed: &Reviewed, open_name: &str) -> Result<Vec<String>, String> {
    let known = read_open(open_name)?;
    let now = open(trees, reviewed);
    let mut out = Vec::new();
    for ((name, category, path), count) in &now {
        let before = known
            .get(&(name.clone(), *category, path.clone()))
            .copied()
            .unwrap_or(0);
        if *count <= before {
            continue;
        }
        let tree = trees.iter().find(|tree| tree.name == *name);
        let sites = tree.iter().flat_map(|tree| &tree.sites);
        let lines: Vec<_> = sites
            .filter(|site| {
                site.category == *category && site.file == *path && reviewed.reason(site).is_none()
            })
            .map(|site| site.line.to_string())
            .collect();
        out.push(format!(
            "{name}: {path}: expected {before} {} sites, found {count}, at lines {}: use {}, or \
             add the reason to ledger/reviewed",
            category.name(),
            lines.join(" "),
            category.instead()
        ));
    }
    for ((name, category, path), before) in &known {
        let count = now
            .get(&(name.clone(), *category, path.clone()))
            .copied()
            .unwrap_or(0);
        if count < *before {
            out.push(format!(
                "{open_name}: {name}: {path}: expected {before} {} sites, found {count}: update \
                 the list with the output of scripts/ledger open",
                category.name()
            ));
        }
    }
    out.extend(reviewed.unused());
    Ok(out)
}
