# SPDX-License-Identifier: GPL-2.0
#
# What the types of rust/uapi/types derive.
#
# awk -f types.awk types: the parameters of bindgen, quoted for the shell.
# awk -f types.awk types GENERATED: bindgen's output, with its assertions of the layout that a type
# has in C only for the types of the list. Fails where a line of the list is about no type.

# Whether a line of the list is about the type.
function listed(name,	pattern) {
	for (pattern in patterns)
		if (name ~ "^(" pattern ")$") {
			delete unused[pattern]
			return 1
		}
	return 0
}

FNR == NR && /^(#|$)/ { next }

FNR == NR {
	traits = $2
	for (i = 3; i <= NF; i++)
		traits = traits "," $i
	if (NF < 2) {
		printf "%s:%d: %s has no traits\n", FILENAME, FNR, $1 > "/dev/stderr"
		exit failed = 1
	}
	if (ARGC == 2) {
		printf "--with-derive-custom-struct '%s=%s,Uapi' ", $1, traits
		printf "--with-derive-custom-union '%s=%s,Uapi' ", $1, traits
		printf "--with-attribute-custom-struct '%s=#[uapi(%s)]' ", $1, traits
		printf "--with-attribute-custom-union '%s=#[uapi(%s)]' ", $1, traits
	}
	patterns[$1]
	unused[$1] = FILENAME ":" FNR
	next
}

# The assertions about one type.
/^#\[allow\(clippy::unnecessary_operation/ { held = "" ; holding = 1 }

holding {
	held = held $0 "\n"
	if (match($0, /\["Size of [A-Za-z0-9_]+/))
		name = substr($0, RSTART + 10, RLENGTH - 10)
	if ($0 == "};") {
		holding = 0
		if (listed(name))
			printf "%s", held
	}
	next
}

# What bindgen itself adds for flexible arrays, bit fields and opaque types.
/^pub struct __(IncompleteArrayField|BindgenBitfieldUnit|BindgenOpaqueArray|BindgenUnionField)</ {
	print "#[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]"
}

/^pub struct __BindgenOpaqueArray[0-9]+</ {
	print "#[derive(FromBytes, KnownLayout, Immutable)]"
}

{ print }

END {
	if (failed || ARGC == 2)
		exit failed
	for (pattern in unused) {
		printf "%s: no struct or union of the UAPI headers is called %s\n", \
			unused[pattern], pattern > "/dev/stderr"
		failed = 1
	}
	exit failed
}
