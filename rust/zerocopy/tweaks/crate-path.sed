# zerocopy-derive/util.rs 6
# After "extern crate self as zerocopy", the path ::zerocopy refers to the caller's own crate. The
# derives use the crate that --extern specifies instead.
# Test: zerocopy_crate_renamed.rs
s/parse_quote!(::zerocopy)/parse_quote!(__zerocopy)/
s/#(#items)\*/extern crate zerocopy as __zerocopy; &/
