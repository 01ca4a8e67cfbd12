# zerocopy-derive/util.rs 1
# google/zerocopy#3633: a type that names an item which a derive generates gets that item. names.rs
# refuses such a type; it refuses macros in it as well, as they may expand to such a name.
# Test: zerocopy_generated_names.rs
/pub(crate) fn try_from_derive_input(/a\        crate::names::reserved(\&ast)?;
