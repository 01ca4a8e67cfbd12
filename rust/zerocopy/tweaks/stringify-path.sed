# zerocopy/src/util/macro_util.rs 2
# A caller's macro stringify! would choose the numbers of fields and variants.
# Test: zerocopy_names_in_scope.rs
s/hash_name(stringify!(/hash_name($crate::util::macro_util::core_reexport::stringify!(/
