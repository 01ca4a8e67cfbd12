# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Reads Debian's archive without touching the host's apt. The private state is below build/, the
# archive's address comes from the host's configuration, and apt checks signatures. Sourced.

archive_dir=$cache/apt

archive_apt() {
	"$@" -o Dir::State="$archive_dir" -o Dir::State::status="$archive_dir/status" \
		-o Dir::Cache="$archive_dir/cache" -o Dir::Etc::sourcelist="$archive_dir/sources.list" \
		-o Dir::Etc::sourceparts=- -o Acquire::Languages=none -o Acquire::Retries=3 \
		-o APT::Sandbox::User="$(id -un)" \
		-o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
}

archive_update() {
	has apt-get || die "this host has no apt-get to download the kernel source with: use your own source, KDIR=/path/to/linux"
	local address keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	# apt prints the URLs that it would fetch. Use the URL of a release, not of -updates or
	# -security.
	address=$(apt-get update --print-uris -o Debug::NoLocking=1 |
		sed -n "s,^'\(.*/debian\)/dists/[^/-]*/InRelease'.*,\1,p" | sed -n 1p)
	[ -n "$address" ] || die "apt's configuration has no Debian archive: add one, or use KDIR=/path/to/linux"
	[ -f "$keyring" ] || die "$keyring is missing: install the package debian-archive-keyring"
	mkdir -p "$archive_dir"/{lists/partial,cache/archives/partial}
	: > "$archive_dir/status"
	local suite
	for suite in $(sed -n 's/^suites=//p' "$top"/bases/*/source | tr -d '"' | tr ' ' '\n' | sort -u); do
		echo "deb [signed-by=$keyring] $address $suite main"
	done > "$archive_dir/sources.list"
	archive_apt apt-get update --error-on=any > "$archive_dir/update.log" 2>&1 && return
	grep -m 3 '^[EW]:' "$archive_dir/update.log" >&2 || true
	die "Debian's archive cannot be reached: check the network and run again, or use KDIR=/path/to/linux"
}

# archive_newest PACKAGE PREFIX: prints the newest released version that begins with PREFIX.
archive_newest() {
	archive_apt apt-cache madison "$1" | awk -v p="$2" 'index($3, p) == 1 && $3 !~ /~rc/ { print $3 }' |
		sort -rV | head -n 1
}

# archive_get PACKAGE VERSION FILE: downloads the package. FILE exists only if it is complete and
# verified.
archive_get() {
	local dir=$cache/partial/$1
	mkdir -p "$dir"
	(cd "$dir" && archive_apt apt-get download "$1=$2" > "$dir/log" 2>&1) || {
		grep -m 3 '^E:' "$dir/log" >&2 || true
		df -P "$dir" | awk 'NR == 2 && $4 < 1000000 { print "only " int($4 / 1024) " MiB are free on " $6 }' >&2
		die "apt-get could not download $1 $2: check the network and the free space, and run again"
	}
	mv "$dir/$1"_*.deb "$3"
	rm -rf "$dir"
}
