# SPDX-License-Identifier: GPL-2.0
#
# Generates the derives of the types in rust/uapi/derives.
#
# awk -f derives.awk derives: prints the parameters of bindgen, quoted for the shell.
# awk -f derives.awk derives GENERATED: prints bindgen's output, with its assertions of the C layout
# only for listed types.
# awk -v headers=1 -f derives.awk derives: prints a C header that includes the headers of the
# CompatLayout and OtherCompatLayout types.
# awk -v compat=1 -f derives.awk derives GENERATED: reads bindgen's output for these headers, and
# prints the layout of each such type. Asserts that the kernel has the same layout for CompatLayout
# types.
#
# The script fails if a line of the list matches no type.

# Returns the value of the line that matches the type, or 0.
function listed(name,	pattern) {
	for (pattern in patterns)
		if (name ~ "^(" pattern ")$") {
			delete unused[pattern]
			return patterns[pattern]
		}
	return 0
}

FNR == NR && /^(#|$)/ { next }

FNR == NR && /^</ {
	header = $1
	next
}

FNR == NR {
	derives = traits = asks = ""
	for (i = 2; i <= NF; i++) {
		traits = traits (i > 2 ? "," : "") $i
		if ($i == "CompatLayout" || $i == "OtherCompatLayout")
			asks = $i
		else
			derives = derives $i ","
	}
	if (NF < 2) {
		printf "%s:%d: expected traits for %s, found none: add them to the line\n", FILENAME, FNR, $1 > "/dev/stderr"
		exit failed = 1
	}
	if (asks && !header) {
		printf "%s:%d: expected the header of %s in a line above, such as <linux/foo.h>, found none: add it\n", FILENAME, FNR, $1 > "/dev/stderr"
		exit failed = 1
	}
	if (headers && asks && !(header in included)) {
		included[header]
		print "#include " header
	} else if (ARGC == 2 && !headers) {
		printf "--with-derive-custom-struct '%s=%sUapi' ", $1, derives
		printf "--with-derive-custom-union '%s=%sUapi' ", $1, derives
		printf "--with-attribute-custom-struct '%s=#[uapi(%s)]' ", $1, traits
		printf "--with-attribute-custom-union '%s=#[uapi(%s)]' ", $1, traits
	}
	if (!compat || asks) {
		patterns[$1] = compat ? asks : 1
		unused[$1] = FILENAME ":" FNR
	}
	next
}

# Handles one line of the output of bindgen.
function line(text) {
	# The assertions of one type start here.
	if (text ~ /^#\[allow\(clippy::unnecessary_operation/) {
		held = size = fields = native = about = ""
		holding = 1
	}
	if (!holding)
		return other(text)

	# A u64 is aligned to 4 bytes on i386, so only offsets and sizes matter to user space. The
	# compiler shows the first assertion that fails: a field is more helpful than the size.
	if (match(text, /^ *\["(Size|Alignment|Offset) of /))
		about = substr(text, RSTART, RLENGTH)
	if (match(text, /\["(Size of|Offset of field:) [A-Za-z0-9_]+/)) {
		name = substr(text, RSTART, RLENGTH)
		sub(/.* /, "", name)
	}
	# bindgen splits a long line in two.
	if (match(text, /::[A-Za-z0-9_]+"\]/))
		field = substr(text, RSTART + 2, RLENGTH - 4)
	if (compat && match(text, /- [0-9]+ ?usize/)) {
		value = substr(text, RSTART + 2, RLENGTH - 2)
		sub(/ ?usize/, "", value)
		if (about ~ /Size/) {
			bytes = value
		} else if (about ~ /Offset/) {
			fields = fields sprintf("\n        Field::new(\"%s\", %s),", field, value)
			native = native sprintf("\n        Field::new(\"%s\", ::core::mem::offset_of!(%s, %s)),", field, name, field)
		}
	}
	if (compat)
		sub(/"\]/, " for 32-bit user space\"]", text)
	if (text == "};") {
		holding = 0
		kind = listed(name)
		if (!kind)
			return
		if (compat) {
			printf "impl Layout32 for %s {\n", name
			printf "    const SIZE: usize = %s;\n", bytes
			printf "    const FIELDS: &'static [Field] = &[%s\n    ];\n", fields
			printf "    const NATIVE: &'static [Field] = &[%s\n    ];\n}\n", native
		}
		if (kind == "OtherCompatLayout")
			return
		if (compat) {
			printf "impl Fixed for %s {}\n", name
			printf "impl CompatLayout for %s {\n", name
			printf "    const FIELDS: &'static [Field] = <Self as Layout32>::FIELDS;\n}\n"
		}
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
			print "impl<T: Fixed> Fixed for __IncompleteArrayField<T> {}"
		return
	}
	# Types that bindgen adds for flexible arrays, bit fields and opaque types.
	if (text ~ /^pub struct __(IncompleteArrayField|BindgenBitfieldUnit|BindgenOpaqueArray|BindgenUnionField) ?</)
		print "#[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]"
	if (text ~ /^pub struct __BindgenOpaqueArray[0-9]+ ?</)
		print "#[derive(FromBytes, KnownLayout, Immutable)]"
	print text
}

{
	# Without rustfmt, bindgen writes everything on one line.
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
		printf "%s: expected a struct or union %s in the UAPI headers%s, found none: correct the name, or include its header\n", \
			unused[pattern], pattern, compat ? " for 32-bit user space" : "" > "/dev/stderr"
		failed = 1
	}
	exit failed
}
