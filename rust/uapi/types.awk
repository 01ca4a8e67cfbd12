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

# One line of what bindgen has written.
function line(text) {
	# The assertions about one type.
	if (text ~ /^#\[allow\(clippy::unnecessary_operation/) {
		held = size = ""
		holding = 1
	}
	if (!holding)
		return other(text)

	# A u64 is aligned to 4 bytes on i386; what matters to user space is where it is. The compiler
	# shows the first assertion that does not hold: better a field than the size.
	if (match(text, /^ *\["(Size|Alignment|Offset) of /))
		about = substr(text, RSTART, RLENGTH)
	if (match(text, /\["Size of [A-Za-z0-9_]+/))
		name = substr(text, RSTART + 10, RLENGTH - 10)
	if (compat)
		sub(/"\]/, " for 32-bit user space\"]", text)
	if (text == "};") {
		holding = 0
		if (!listed(name))
			return
		if (compat)
			printf "impl SameCompat for %s {}\n", name
		printf "%s%s%s\n", held, size, text
	} else if (about ~ /Size/) {
		size = size text "\n"
	} else if (!compat || about !~ /Alignment/) {
		held = held text "\n"
	}
}

function other(text) {
	if (compat) {
		if (text ~ /^pub struct __IncompleteArrayField ?</)
			print "impl<T: SameCompat> SameCompat for __IncompleteArrayField<T> {}"
		return
	}
	# What bindgen itself adds for flexible arrays, bit fields and opaque types.
	if (text ~ /^pub struct __(IncompleteArrayField|BindgenBitfieldUnit|BindgenOpaqueArray|BindgenUnionField) ?</)
		print "#[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]"
	if (text ~ /^pub struct __BindgenOpaqueArray[0-9]+ ?</)
		print "#[derive(FromBytes, KnownLayout, Immutable)]"
	print text
}

{
	# Without rustfmt, bindgen writes everything into one.
	if (/(^| )# \[/) {
		gsub(/# \[allow \(clippy :: unnecessary_operation/, "\n#[allow(clippy::unnecessary_operation")
		gsub(/\["(Size|Alignment|Offset) of /, "\n&")
		gsub(/; \} ;( |$)/, ";\n};\n")
		gsub(/pub struct __/, "\n&")
	}
	lines = split($0, text, "\n")
	if (!lines)
		line("")
	for (i = 1; i <= lines; i++)
		line(text[i])
}

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
