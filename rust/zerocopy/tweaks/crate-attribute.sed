# zerocopy-derive/util.rs 1
# #[zerocopy(crate = "...")] has a derive ask a module of the caller whether there is padding. names.rs
# refuses it.
# Test: zerocopy_crate_attribute.rs
/pub(crate) fn try_from_derive_input(/a\        crate::names::crate_attribute(\&ast)?;
