# zerocopy/src/util/macro_util.rs 8
# google/zerocopy#3614: derive(IntoBytes) takes an implementation of PaddingFree or
# DynamicPaddingFree as a proof, but safe code can implement them. Make these traits unsafe to
# implement.
# Test: zerocopy_padding_witness.rs
s/^pub trait \(PaddingFree\|DynamicPaddingFree\)</pub unsafe trait \1</
s/^impl<T: ?Sized> \(PaddingFree\|DynamicPaddingFree\)</unsafe &/
