# zerocopy/src/macros.rs 266
# google/zerocopy#3616: cryptocorrosion_derive_traits! implements unsafe traits for any type of the
# given name. The kernel does not use it.
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
