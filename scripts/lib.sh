# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What every stage shares; sourced, never run.

set -euo pipefail

# What the user has set for other work: where git and cargo look, for whom is compiled, in which
# language tools speak, and, away from root, that there are system tools.
# shellcheck disable=SC2046
unset CDPATH LANGUAGE CROSS_COMPILE CARGO_TARGET_DIR CARGO_BUILD_TARGET $(git rev-parse --local-env-vars 2> /dev/null)
export LC_ALL=C.UTF-8 PATH="$PATH:/usr/sbin:/sbin"

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$top/build
cache=$build/cache
tools=$build/tools

BASE=${BASE:-7.2}
ARCH=${ARCH:-um}
KDIR=${KDIR:-}

# die MESSAGE...: one line on what is wrong and the mend.
die() { printf 'zerocopy: %s\n' "$*" >&2; exit 1; }

# say STAGE MESSAGE...: one line of progress, aligned as Kbuild's are.
say() { printf '  %-9s %s\n' "${1^^}" "${*:2}"; }

# timed STAGE MESSAGE COMMAND...: runs COMMAND, then says what it did and how long it took.
timed() {
	local stage=$1 what=$2 start=$SECONDS
	shift 2
	"$@" || return
	say "$stage" "$what ($((SECONDS - start)) s)"
}

# logged LOG COMMAND...: COMMAND with its output in LOG; the end of it is shown on failure.
logged() {
	local log=$1
	shift
	mkdir -p "$(dirname "$log")"
	"$@" > "$log" 2>&1 && return
	tail -n 30 "$log" >&2
	die "'$1' failed; the whole output is in ${log#"$top"/}"
}

# has COMMAND: whether it can be run.
has() { command -v "$1" > /dev/null 2>&1; }

# root COMMAND...: runs it as root.
root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# at_least WANTED VERSION: whether VERSION is WANTED or newer.
at_least() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# The folder names of the bases, oldest first.
bases() { find "$top/bases" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -V; }

# The version of the kernel source in $1, as 7.2.13.
kernel_version() { awk '/^(VERSION|PATCHLEVEL|SUBLEVEL) =/ { v = v s $3; s = "." } /^EXTRAVERSION/ { print v; exit }' "$1/Makefile"; }

check_place() {
	case $top in
	*[[:space:]:]*) die "the kernel's build cannot work below '$top': move this checkout to a path without spaces and colons" ;;
	esac
}

check_base() {
	[ -d "$top/bases/$BASE" ] || die "BASE=$BASE is unknown: give one of $(bases | paste -sd' ')"
	case $ARCH in
	um | um32 | x86_64 | arm64 | riscv) ;;
	*) die "ARCH=$ARCH is unknown: give one of um um32 x86_64 arm64 riscv" ;;
	esac
	[ -z "$KDIR" ] && return
	grep -qs '^KERNELVERSION' "$KDIR/Makefile" || die "KDIR=$KDIR is not a kernel source: give the folder that holds its top Makefile"
	local version oldest
	version=$(kernel_version "$KDIR")
	oldest=$(bases | head -n 1)
	at_least "$oldest" "$version" || die "KDIR=$KDIR is Linux $version: give $oldest or newer"
	# The newest base that is not newer than KDIR lends its series.
	for b in $(bases); do at_least "$b" "$version" && BASE=$b; done
	KDIR=$(cd "$KDIR" && pwd)
}

check_place
check_base

# The tree (base and overlay) and its objects. MUTANTS_TREE= is a copy of it.
if [ -n "$KDIR" ]; then
	name=$(basename "$KDIR" | tr -c 'A-Za-z0-9.\n-' _)-$(printf %s "$KDIR" | cksum | cut -d' ' -f1)
else
	name=$BASE
fi
tree=${MUTANTS_TREE:-$build/linux-$name}
obj=${O:-$build/$ARCH-$name}
# The architecture of the user-space programs.
case $ARCH in
um*) user_arch=$(uname -m) ;;
*) user_arch=$ARCH ;;
esac

# UML with 32 bits is the tree's um for another machine.
kernel_arch=${ARCH%32}
subarch=
[ "$ARCH" != um32 ] || subarch=SUBARCH=i386

# What set-up found or installed: PATH, RUST_LIB_SRC.
# shellcheck source=/dev/null
[ -f "$tools/env" ] && . "$tools/env"

# Git as it comes: no setting of the user decides what is in a tree or in a patch.
plain_git() { GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 git "$@"; }

in_tree() { plain_git -C "$tree" "$@"; }

# All cores, unless the user's make said how many.
jobs() { [[ " ${MAKEFLAGS:-}" == *\ -j* ]] || echo "-j$(nproc)"; }

# kmake ARGUMENTS...: the tree's own make.
kmake() {
	# An empty LOCALVERSION keeps the release a plain 7.x.y whatever the tree's commits are.
	# shellcheck disable=SC2046
	make -C "$tree" $(jobs) ARCH="$kernel_arch" $subarch O="$obj" LLVM="${LLVM:-1}" LOCALVERSION= \
		${RUST_LIB_SRC:+RUST_LIB_SRC="$RUST_LIB_SRC"} "$@"
}
