# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Functions and variables that all stages share. Sourced, never run.

set -euo pipefail

# Ignore environment variables that the user has set for other work: the paths of git and cargo, the
# cross compiler, and the language. Add the system tools to PATH, which only root has by default.
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

# die MESSAGE...: prints one line with the error and the fix, and exits.
die() { printf 'zerocopy: %s\n' "$*" >&2; exit 1; }

# say STAGE MESSAGE...: prints one line of progress, aligned like Kbuild's lines.
say() { printf '  %-9s %s\n' "${1^^}" "${*:2}"; }

# timed STAGE MESSAGE COMMAND...: runs COMMAND, and prints MESSAGE and the duration.
timed() {
	local stage=$1 what=$2 start=$SECONDS
	shift 2
	"$@" || return
	say "$stage" "$what ($((SECONDS - start)) s)"
}

# logged LOG COMMAND...: runs COMMAND with its output in LOG, and shows the end of LOG on failure.
logged() {
	local log=$1
	shift
	mkdir -p "$(dirname "$log")"
	"$@" > "$log" 2>&1 && return
	tail -n 30 "$log" >&2
	die "'$1' failed: see the full output in ${log#"$top"/}"
}

# has COMMAND: checks that COMMAND exists.
has() { command -v "$1" > /dev/null 2>&1; }

# root COMMAND...: runs COMMAND as root.
root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# at_least WANTED VERSION: checks that VERSION is WANTED or newer.
at_least() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# Prints the folder names of the bases, oldest first.
bases() { find "$top/bases" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -V; }

# Prints the version of the kernel source in $1, such as 7.2.13.
kernel_version() { awk '/^(VERSION|PATCHLEVEL|SUBLEVEL) =/ { v = v s $3; s = "." } /^EXTRAVERSION/ { print v; exit }' "$1/Makefile"; }

check_place() {
	case $top in
	*[[:space:]:]*) die "the kernel's build expects a path without spaces and colons, found '$top': move this checkout" ;;
	esac
}

check_base() {
	[ -d "$top/bases/$BASE" ] || die "BASE=$BASE is unknown: use one of $(bases | paste -sd' ')"
	case $ARCH in
	um | um32 | x86_64 | arm64 | riscv) ;;
	*) die "ARCH=$ARCH is unknown: use one of um um32 x86_64 arm64 riscv" ;;
	esac
	[ -z "$KDIR" ] && return
	grep -qs '^KERNELVERSION' "$KDIR/Makefile" || die "KDIR=$KDIR is not a kernel source tree: use the folder with the top-level Makefile"
	local version oldest
	version=$(kernel_version "$KDIR")
	oldest=$(bases | head -n 1)
	at_least "$oldest" "$version" || die "KDIR=$KDIR is Linux $version: use $oldest or newer"
	# Use the series of the newest base that is not newer than KDIR.
	for b in $(bases); do at_least "$b" "$version" && BASE=$b; done
	KDIR=$(cd "$KDIR" && pwd)
}

check_place
check_base

# The tree (base and overlay) and its objects. MUTANTS_TREE= replaces the tree with a copy.
if [ -n "$KDIR" ]; then
	name=$(basename "$KDIR" | tr -c 'A-Za-z0-9.\n-' _)-$(printf %s "$KDIR" | cksum | cut -d' ' -f1)
else
	name=$BASE
fi
tree=${MUTANTS_TREE:-$build/linux-$name}
obj=${O:-$build/$ARCH-$name}
# The architecture of user space.
case $ARCH in
um*) user_arch=$(uname -m) ;;
*) user_arch=$ARCH ;;
esac

# PATH and RUST_LIB_SRC of the tools that scripts/setup found or installed.
# shellcheck source=/dev/null
[ -f "$tools/env" ] && . "$tools/env"

# Runs git without the user's configuration, which must not affect a tree or a patch.
plain_git() { GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 git "$@"; }

in_tree() { plain_git -C "$tree" "$@"; }

# Prints -j for all cores, unless the user's make has a -j.
jobs() { [[ " ${MAKEFLAGS:-}" == *\ -j* ]] || echo "-j$(nproc)"; }

# Prints the variables of the kernel's make for ARCH. 32-bit UML is ARCH=um with another SUBARCH.
kernel_arch() {
	echo "ARCH=${ARCH%32}"
	[ "$ARCH" != um32 ] || echo SUBARCH=i386
}

# kmake ARGUMENTS...: runs the make of the kernel tree.
kmake() {
	# An empty LOCALVERSION keeps the release a plain 7.x.y, independent of the tree's commits.
	# shellcheck disable=SC2046
	make -C "$tree" $(jobs) $(kernel_arch) O="$obj" LLVM="${LLVM:-1}" LOCALVERSION= \
		${RUST_LIB_SRC:+RUST_LIB_SRC="$RUST_LIB_SRC"} "$@"
}
