# zerocopy-derive/util.rs 1
# google/zerocopy#3619: the derives evaluate an enum's discriminants in an enum of their own, where
# Self is that enum. names.rs refuses Self there.
# Test: zerocopy_discriminant_self.rs
/pub(crate) fn try_from_derive_input(/a\        crate::names::discriminants(\&ast)?;
