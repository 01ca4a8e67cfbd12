# zerocopy/src/pointer/invariant.rs 6
# google/zerocopy#3613: safe code may implement Read, and Ptr takes that for a proof that nobody
# writes. Implementing it becomes unsafe.
# Test: zerocopy_read_witness.rs
s/^pub trait Read</pub unsafe trait Read</
s/^impl<.*> Read<.*> for T {}$/unsafe &/
