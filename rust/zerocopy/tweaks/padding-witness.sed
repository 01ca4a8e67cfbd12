# zerocopy/src/util/macro_util.rs 8
# google/zerocopy#3614: safe code may implement PaddingFree and DynamicPaddingFree for a type of its
# own, and derive(IntoBytes) takes that for a proof. Implementing them becomes unsafe.
# Test: zerocopy_padding_witness.rs
s/^pub trait \(PaddingFree\|DynamicPaddingFree\)</pub unsafe trait \1</
s/^impl<T: ?Sized> \(PaddingFree\|DynamicPaddingFree\)</unsafe &/
