# SPDX-License-Identifier: GPL-2.0
#
# What the types of rust/uapi/types derive.
#
# awk -f types.awk types: the parameters of bindgen, quoted for the shell.
# awk -f types.awk types GENERATED: bindgen's output, with its assertions of the layout that a type
# has in C only for the types of the list.
# awk -v compat=1 -f types.awk types GENERATED: of bindgen's output for 32-bit user space, the
# assertions of the size and the offsets of each SameCompat type, and that it has been seen.
#
# Fails where a line of the list is about no type.

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
	derives = traits = same = ""
	for (i = 2; i <= NF; i++) {
		traits = traits (i > 2 ? "," : "") $i
		if ($i == "SameCompat")
			same = 1
		else
			derives = derives $i ","
	}
	if (NF < 2) {
		printf "%s:%d: %s has no traits\n", FILENAME, FNR, $1 > "/dev/stderr"
		exit failed = 1
	}
	if (ARGC == 2) {
		printf "--with-derive-custom-struct '%s=%sUapi' ", $1, derives
		printf "--with-derive-custom-union '%s=%sUapi' ", $1, derives
		printf "--with-attribute-custom-struct '%s=#[uapi(%s)]' ", $1, traits
		printf "--with-attribute-custom-union '%s=#[uapi(%s)]' ", $1, traits
	}
	if (!compat || same) {
		patterns[$1]
		unused[$1] = FILENAME ":" FNR
	}
	next
}

# The assertions about one type.
/^#\[allow\(clippy::unnecessary_operation/ { held = size = ""; holding = 1 }

# A u64 is aligned to 4 bytes on i386; what matters to user space is where it is.
holding && compat && /\["Alignment of / { skipping = 1 }

skipping {
	skipping = !/;$/
	next
}

holding {
	if (compat)
		sub(/"\]/, " for 32-bit user space\"]")
	if (match($0, /\["Size of [A-Za-z0-9_]+/)) {
		name = substr($0, RSTART + 10, RLENGTH - 10)
		sizing = 1
	}
	# The compiler shows the first that does not hold: better a field than the size.
	if (sizing)
		size = size $0 "\n"
	else
		held = held ($0 == "};" ? size : "") $0 "\n"
	if (/;$/)
		sizing = 0
	if ($0 == "};") {
		holding = 0
		if (listed(name)) {
			if (compat)
				printf "impl SameCompat for %s {}\n", name
			printf "%s", held
		}
	}
	next
}

compat && /^pub struct __IncompleteArrayField</ {
	print "impl<T: SameCompat> SameCompat for __IncompleteArrayField<T> {}"
}

compat { next }

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
		printf "%s: no struct or union of the UAPI headers%s is called %s\n", \
			unused[pattern], compat ? " for 32-bit user space" : "", pattern > "/dev/stderr"
		failed = 1
	}
	exit failed
}
