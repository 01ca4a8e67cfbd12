# zerocopy/src/pointer/invariant.rs 6
# google/zerocopy#3613: Ptr takes an implementation of Read as a proof that nothing writes, but safe
# code can implement it. Make the trait unsafe to implement.
# Test: zerocopy_read_witness.rs
s/^pub trait Read</pub unsafe trait Read</
s/^impl<.*> Read<.*> for T {}$/unsafe &/
