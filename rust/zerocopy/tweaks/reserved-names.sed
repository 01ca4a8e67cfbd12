# zerocopy-derive/util.rs 1
# google/zerocopy#3633: a type with the name of a generated item would refer to that item. names.rs
# rejects such types. It also rejects macros in types, because they may expand to such a name.
# Test: zerocopy_generated_names.rs
/pub(crate) fn try_from_derive_input(/a\        crate::names::reserved(\&ast)?;
