# zerocopy-derive/lib.rs 1
# Adds the module names.rs, which the tweaks of util.rs call. The file is in the same folder.
/^mod invariant;$/a\mod names;
