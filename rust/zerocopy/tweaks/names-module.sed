# zerocopy-derive/lib.rs 1
# What the tweaks of util.rs call: names.rs, which stands beside this file.
/^mod invariant;$/a\mod names;
