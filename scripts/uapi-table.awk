# SPDX-License-Identifier: GPL-2.0
#
# Formats the tables of scripts/uapi-table as reStructuredText.
#
# awk -f uapi-table.awk of=types NAMES of=generated uapi_generated.rs of=compat compat_generated.rs
# 	of=refusals OUTPUT: NAMES has a header and a type on each line; OUTPUT has the compiler's errors
# when all types must have all traits.

BEGIN {
	traits = split("FromBytes IntoBytes KnownLayout Immutable CompatLayout", trait)
	# If a type has several reasons, the first one in this list is printed.
	whys = split("raw pointer,padding,union with unequal arms,flexible array,bit fields,long,field of a type that cannot," \
		"another layout for 32-bit user space", why, ",")
	rule = "======================  =====  ======  =========  =========  ===========  =========  ============"
}

of == "types" {
	if (!($1 in seen))
		header[++headers] = $1
	seen[$1]
	type[++types] = $2
	home[$2] = $1
}

# Parse the bindings that bindgen generated.
of == "generated" && /^#\[uapi\(/ { attribute = $0 }
of == "generated" && /^pub (struct|union) / {
	name = $3
	sub(/[^A-Za-z0-9_].*/, "", name)
	is_union[name] = $2 == "union"
	if (attribute == "")
		next
	if (!(name in home)) {
		printf "rust/uapi/derives lists %s, but not its header: add a line <header> above it\n", name > "/dev/stderr"
		exit failed = 1
	}
	listed[name]
	for (i = 1; i < traits; i++)
		if (attribute ~ trait[i])
			derives[name, trait[i]]
	attribute = ""
}
of == "compat" && /^impl CompatLayout for / { derives[$4, "CompatLayout"] }

# Returns the reason for a field, by its type.
function field(ty) {
	if (ty ~ /^\*/)
		return "raw pointer"
	if (ty ~ /^__IncompleteArrayField</)
		return "flexible array"
	if (ty ~ /^__BindgenBitfieldUnit</)
		return "bit fields"
	if (ty ~ /^[iu]size$/)
		return "long"
	return "field of a type that cannot"
}

# Parse the errors of the compiler.
of == "refusals" && /cannot be .*, as rust\/uapi\/derives requires: a field is a / {
	split($0, part, "`")
	refused[part[2], part[4], field(part[6])]
}
of == "refusals" && /` has [0-9]+ total byte\(s\) of padding/ {
	split($0, part, "`")
	refused[part[2], "IntoBytes", is_union[part[2]] ? "union with unequal arms" : "padding"]
}
of == "refusals" && match($0, /(Size of|Offset of field:) [A-Za-z0-9_]+/) && / for 32-bit user space/ {
	name = substr($0, RSTART, RLENGTH)
	sub(/.* /, "", name)
	refused[name, "CompatLayout", "another layout for 32-bit user space"]
}

# Returns the reason why a type does not derive a trait, or "" if the type derives the trait or no
# reason is known.
function reason(name, of_trait,	i) {
	if ((name, of_trait) in derives)
		return ""
	for (i = 1; i <= whys; i++)
		if ((name, of_trait, why[i]) in refused)
			return why[i]
	return name in listed ? "listed without it" : ""
}

# Prints a definition, if any, below a heading that is printed once.
function define(heading, term, names,	i, words, word, out) {
	if (names == "")
		return
	if (heading != last)
		printf "\n%s\n", last = heading
	print "    " term
	words = split(names, word, " ")
	out = "       "
	for (i = 1; i <= words; i++) {
		if (length(out) + length(word[i]) >= 100) {
			print out
			out = "       "
		}
		out = out " " word[i]
	}
	print out
}

function append(names, name) { return names (names ? ", " : "") "``" name "``" }

function cannot(of_trait, text,	i, names) {
	for (i = 1; i <= types; i++)
		if (reason(type[i], of_trait) == text)
			names = append(names, type[i])
	define("Not ``" of_trait "``", text, names)
}

function unlisted(at,	i, names) {
	for (i = 1; i <= types; i++)
		if (home[type[i]] == at && !(type[i] in listed))
			names = append(names, type[i])
	define("Not listed", at, names)
}

function count(at, name,	i) {
	total[at]++
	total[at, "listed"] += name in listed
	for (i = 1; i <= traits; i++)
		total[at, trait[i]] += (name, trait[i]) in derives
}

function row(at,	i) {
	printf "%-22s  %5d  %6d", at, total[at], total[at, "listed"]
	for (i = 1; i <= traits; i++)
		printf "  %" length(trait[i]) "d", total[at, trait[i]]
	printf "\n"
}

END {
	if (failed)
		exit failed
	for (i = 1; i <= types; i++) {
		count(home[type[i]], type[i])
		count("all", type[i])
	}
	print rule
	print "Header                  types  listed  FromBytes  IntoBytes  KnownLayout  Immutable  CompatLayout"
	print rule
	for (i = 1; i <= headers; i++)
		row(header[i])
	row("all")
	print rule

	why[++whys] = "listed without it"
	for (i = 1; i <= traits; i++)
		for (j = 1; j <= whys; j++)
			cannot(trait[i], why[j])
	for (i = 1; i <= headers; i++)
		unlisted(header[i])
}
