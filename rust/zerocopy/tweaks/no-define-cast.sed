# zerocopy/src/util/macros.rs 1
# define_cast! takes the keyword unsafe as a token, which the lint unsafe_code does not detect. Only
# the crate itself needs the macro.
# Test: zerocopy_hidden_macros.rs
/^#\[macro_export\]$/d
