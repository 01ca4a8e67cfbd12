# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Compiles UAPI headers as for the uapi crate of the kernel in O=, but with a list other than
# rust/uapi/derives. Sourced.

uapi=$tree/rust/uapi

# uapi_includes ARCH: prints the parameters of clang for headers as exported for an architecture.
uapi_includes() {
	local exported=$obj/uapi-exported
	mkdir -p "$exported/linux"
	ln -sfn "$tree/include/uapi/asm-generic" "$exported/asm"
	: > "$exported/linux/compiler.h"
	printf '%s\n' -w -nostdinc -I"$tree/arch/$1/include/uapi" -I"$obj/arch/$1/include/generated/uapi" \
		-I"$tree/include/uapi" -I"$exported" -I"$tree/usr/dummy-include" -I"$tree/samples/rust/include/uapi" \
		-D__EXPORTED_HEADERS__ -D__user= -D__force= -D__iomem= -D__attribute_const__= '-D__packed=__attribute__((packed))'
}

# uapi_bindgen HEADER OUT ARGUMENT...: runs bindgen with the parameters of the kernel's build.
uapi_bindgen() {
	local includes
	mapfile -t includes < <(uapi_includes x86)
	bindgen "$1" --rust-target 1.85 --use-core --ctypes-prefix ffi -o "$2" "${@:3}" "${includes[@]}" \
		-I"$tree/include" -I"$tree/samples/rust/include"
}

# uapi_compile HEADER FOLDER: runs the stages of the kernel's build with the list FOLDER/derives.
# Stops at the first failure.
uapi_compile() {
	local flags generated=$2/rust/uapi/uapi_generated.rs compat=$2/rust/uapi/compat_generated.rs
	mkdir -p "$2/rust/uapi"
	flags="$(grep -Ev '^#|^$' "$tree/rust/bindgen_parameters" | tr '\n' ' ') $(awk -f "$uapi/derives.awk" "$2/derives")" || return
	eval "uapi_bindgen '$1' '$generated.tmp' $flags --with-derive-default -- -include '$uapi/ioctl.h'" || return
	awk -f "$uapi/derives.awk" "$2/derives" "$generated.tmp" > "$generated" || return
	uapi_bindgen "$1" "$compat.tmp" --no-doc-comments -- --target=i386-linux-gnu || return
	awk -v compat=1 -f "$uapi/derives.awk" "$2/derives" "$compat.tmp" > "$compat" || return
	# Run the compiler as the kernel's build does, but from this folder and without an object.
	(cd "$obj" && eval "$(sed -n '1s/^[^=]*:= *//p' rust/.uapi.o.cmd |
		sed -E "s#OBJTREE=[^ ]+ +[^ ]+#OBJTREE='$2' RUSTC_BOOTSTRAP=1 rustc#; s# --emit=[^ ]+##g; s# --crate-type rlib# --emit=metadata='$2/lib.rmeta' &#")")
}

uapi_built() {
	[ -f "$obj/rust/.uapi.o.cmd" ] || die "${obj#"$top"/} has no built kernel: run make ARCH=$ARCH"
}
