# zerocopy-derive/util.rs 3
# A caller can import another macro as PartialEq, and implement the trait for the tag of an enum by
# hand. Name the derives by their paths.
# Test: zerocopy_names_in_scope.rs
/^pub(crate) fn generate_tag_enum(/a\    let core = ctx.core_path();
s/derive(Copy, Clone, PartialEq)/derive(#core::marker::Copy, #core::clone::Clone, #core::cmp::PartialEq)/
