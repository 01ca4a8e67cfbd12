# zerocopy-derive/derive/project.rs 4
# The kernel is built without rustc's support for non-ASCII identifiers. The new prefix is one of
# the reserved names.
s/ẕ{}/___ZerocopyField_{}/
