# zerocopy-derive/derive/try_from_bytes.rs 5
# A method of a trait in scope that takes self precedes an inherent method that takes &self or
# &mut self. Call the inherent methods by their paths, so that a caller's trait cannot replace the
# result of a check.
# Test: zerocopy_names_in_scope.rs
s/#(&& #field_checks\.is_ok())/#(\&\& #core::result::Result::is_ok(\&#field_checks))/
s/let #tag = #candidate$/let #tag = #zerocopy_crate::pointer::Ptr::reborrow(\&mut #candidate)/
/^ *\.reborrow()$/d
