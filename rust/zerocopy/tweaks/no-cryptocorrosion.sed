# zerocopy/src/macros.rs 266
# google/zerocopy#3616: cryptocorrosion_derive_traits! implements traits for whatever type has that
# name. The kernel has no use for it.
# Test: zerocopy_hidden_macros.rs
/^#\[macro_export\]$/{
N
/cryptocorrosion_derive_traits/{
:line
N
/\n}$/!bline
d
}
}
