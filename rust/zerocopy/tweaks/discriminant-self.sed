# zerocopy-derive/util.rs 1
# google/zerocopy#3619: the derives evaluate an enum's discriminants in a generated enum, to which
# Self then refers. names.rs rejects Self in discriminants.
# Test: zerocopy_discriminant_self.rs
/pub(crate) fn try_from_derive_input(/a\        crate::names::discriminants(\&ast)?;
