# zerocopy-derive/derive/project.rs 6
# As method-names-validity: a caller's trait cannot replace the pointer of a field.
# Test: zerocopy_names_in_scope.rs
s/let slf = slf\.as_ptr();/let slf = #zerocopy_crate::pointer::PtrInner::as_ptr(\&slf);/
s/^\( *\)slf\.project::<___ZerocopyRawEnum/\1let field = slf.project::<___ZerocopyRawEnum/
s/^\( *\)\.as_ptr()$/\1; #zerocopy_crate::pointer::PtrInner::as_ptr(\&field)/
