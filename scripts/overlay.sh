# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Lists the files and patches of the overlay. Sourced by apply, refresh, check and series.
#
# patches/TOPIC has the patches that a maintainer could take alone, and their cover letter. The
# header of the letter has its "Subject:" and, in "Depends: TOPIC...", the topics that must come
# before it.
#
# A patch is in git's mail format. Lines between its "---" and its diff list other files. "Brings:
# PATH..." names the new files that the patch adds, with * for any part of a name. "Removes:
# PATH..." names the files of the base that it deletes. "Adds: PATH ADDRESS" selects lines of a new
# file that an earlier patch brings, by a sed address. Earlier commits do not have these lines. If
# the series of a base lacks the patch, its tree does not have them either. If several patches have
# the same "Adds:" line, the first of them adds the lines. "Size: REASON" explains why a patch adds
# more than 1,000 lines.

pinned=$(awk '$1 == "name" && $3 == "\"zerocopy\"" { z = 1 } z && $1 == "version" { gsub(/"/, "", $3); print $3; exit }' \
	"$top/rust/zerocopy/Cargo.lock")
ZEROCOPY=${ZEROCOPY:-$pinned}
case $ZEROCOPY in
base | "$pinned") ;;
*) die "ZEROCOPY=$ZEROCOPY is unknown: use base or $pinned, or pin another release in rust/zerocopy/Cargo.toml" ;;
esac

vendored=(rust/zerocopy rust/zerocopy-derive)

# The maintainer of the overlay is the author of its mails.
author=$(git -C "$top" config user.name) || author='zerocopy overlay'
email=$(git -C "$top" config user.email) || email=overlay@localhost

# Prints the patches of this base, in order. ZEROCOPY=base omits the import of the crate.
series() {
	local patch
	grep -v '^#' "$top/bases/$BASE/series" | while read -r patch; do
		[[ $ZEROCOPY = base && $patch = */zerocopy-[0-9]* ]] || echo "$patch"
	done
}

# Prints the topics of this base, in order.
topics() { series | cut -d/ -f1 | uniq; }

# covered WORD TOPIC: prints the line of that WORD in the header of the topic's cover letter.
covered() { sed -n "/^\$/q; s/^$1: //p" "$top/patches/$2/cover"; }

# closure TOPIC: prints the topics that TOPIC depends on, and TOPIC itself, in order.
closure() {
	local topic found=" $1 "
	for topic in $(topics | tac); do
		[[ $found != *" $topic "* ]] || found+="$(covered Depends "$topic") "
	done
	for topic in $(topics); do
		[[ $found != *" $topic "* ]] || echo "$topic"
	done
}

# Prints the new files at their in-tree paths, without the project's own files.
overlay_files() {
	(cd "$top" && find . \( -path ./.git -o -path ./build -o -path ./bases -o -path ./patches -o -path ./scripts \
		-o -path ./configs -o -path ./skills -o -path ./ledger -o -path ./.ci -o -path ./rust/zerocopy \) -prune -o -type f \
		! -path ./README.md ! -path ./Makefile ! -path ./.gitignore ! -name '*.swp' -printf '%P\n') | sort
}

# named WORD PATCH: prints the paths in the patch's lines of that WORD.
named() { sed -n "/^---\$/,/^diff --git /s/^$1: //p" "$top/patches/$2" | tr ' ' '\n'; }

# Prints the paths that a patch edits.
edits() { sed -n 's,^diff --git a/\(.*\) b/.*,\1,p' "$top/patches/$1"; }

# brought_by PATCH: selects the lines on stdin that PATCH brings.
brought_by() {
	# The paths come before the lines, separated by an empty line.
	{ named Brings "$1"; echo; cat; } | awk '
		!listed && $0 == "" { listed = 1; next }
		!listed && /\*/ { gsub(/[.]/, "[.]"); gsub(/\*/, ".*"); patterns["^" $0 "$"]; next }
		!listed { files[$0]; next }
		$0 in files { print; next }
		{ for (pattern in patterns) if ($0 ~ pattern) { print; next } }'
}

# For each new file, the lines that later patches, or patches of another base, add to it: PATCH ADDRESS.
declare -A later

# Resets $later to its state before the first patch.
read_later() {
	local patch path address
	later=()
	while read -r patch path address; do later[$path]+="$patch $address"$'\n'; done < <(
		cd "$top/patches"
		grep -hv '^#' "$top"/bases/*/series | sort -u |
			while read -r patch; do [ ! -f "$patch" ] || echo "$patch"; done |
			xargs awk '
				FNR == 1 { below = 0 }
				/^---$/ { below = 1 }
				/^diff --git / { nextfile }
				below && sub(/^Adds: /, "") { print FILENAME, $0 }')
}

# adds_later PATCH PATH: checks that PATCH adds lines to a new file.
adds_later() { [[ $'\n'${later[$2]} = *$'\n'"$1 "* ]]; }

# add_lines PATCH PATH: removes from $later the lines that PATCH adds to a new file.
add_lines() {
	later[$2]=$(awk -v patch="$1" '
		{ line[NR] = $0; address[NR] = substr($0, length($1) + 2) }
		$1 == patch { added[address[NR]] }
		END { for (i = 1; i <= NR; i++) if (!(address[i] in added)) print line[i] }' <<< "${later[$2]}")
}

# without PATH: prints a new file without the lines in $later, and without the second of two empty
# lines.
without() {
	local patch address script=(-e "")
	while read -r patch address; do
		[ -z "$address" ] || script+=(-e "${address}d")
	done <<< "${later[$1]:-}"
	sed "${script[@]}" "$top/$1" | if [ -n "${later[$1]:-}" ]; then cat -s | sed '${/^$/d}'; else cat; fi
}

in_base() { in_tree cat-file -e "base:$1" 2> /dev/null; }

# Prints the new files in the tree that a kernel tree does not ignore. At the end of .gitignore,
# Debian adds patterns for its packaging, which hide every file. Pass the other patterns in a file,
# because git reads a pipe as an empty file.
untracked() {
	sed '/^# Debian packaging/,$d' "$tree/.gitignore" > "$tree/.git/overlay-ignored"
	echo '!.gitignore' >> "$tree/.git/overlay-ignored"
	in_tree ls-files -o -X "$tree/.git/overlay-ignored"
}
