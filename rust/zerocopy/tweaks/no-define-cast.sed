# zerocopy/src/util/macros.rs 1
# define_cast! takes the word unsafe as a mere token, which the lint unsafe_code does not see. It is
# for the crate alone.
# Test: zerocopy_hidden_macros.rs
/^#\[macro_export\]$/d
