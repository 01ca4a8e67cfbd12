# zerocopy-derive/util.rs 6
# The path ::zerocopy is the caller's own crate after "extern crate self as zerocopy". The derives
# name the crate that --extern gives instead.
# Test: zerocopy_crate_renamed.rs
s/parse_quote!(::zerocopy)/parse_quote!(__zerocopy)/
s/#(#items)\*/extern crate zerocopy as __zerocopy; &/
