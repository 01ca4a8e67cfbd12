# zerocopy-derive/util.rs 1
# With #[zerocopy(crate = "...")], a derive gets the padding of a type from a module of the caller.
# names.rs rejects the attribute.
# Test: zerocopy_crate_attribute.rs
/pub(crate) fn try_from_derive_input(/a\        crate::names::crate_attribute(\&ast)?;
