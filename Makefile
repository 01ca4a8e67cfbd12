# SPDX-License-Identifier: GPL-2.0
#
# The entry point of the overlay. "make LLVM=1 help" lists the targets.

BASE ?= 7.2
ARCH ?= um
LLVM ?= 1
export BASE ARCH LLVM KDIR ZEROCOPY FRAGMENTS PATCH COUNT SEED FILES TOPIC COMMIT PROGRAM HOST DIR

# A relative O= is relative to this folder, not to the kernel tree.
ifdef O
override O := $(abspath $(O))
export O
endif

MAKEFLAGS += --no-print-directory --no-builtin-rules
# Pass only the kernel's own options (V=, W=, CLIPPY=, CC=, -j) to the make of the tree.
MAKEOVERRIDES := $(filter-out BASE=% KDIR=% ZEROCOPY=% FRAGMENTS=% PATCH=% COUNT=% SEED=% FILES=% TOPIC=% COMMIT=% PROGRAM=% HOST=% DIR=% DURATION=% ARCH=% LLVM=% O=%,$(MAKEOVERRIDES))

.PHONY: all
all: config
	+@scripts/build

.PHONY: help
help:
	@echo 'make LLVM=1             build the kernel with the overlay'
	@echo 'make LLVM=1 run         build it, boot it, and test the sample drivers from user space'
	@echo 'make LLVM=1 test        run all tests on both bases (ends in "N passed, N failed")'
	@echo 'make LLVM=1 matrix      run KUnit and the selftests on arm64 and riscv, and KUnit on 32-bit um, on both bases'
	@echo 'make LLVM=1 fuzz        make 10 million random calls, on a kernel with sanitizers (20 minutes)  [COUNT= SEED=]'
	@echo 'make LLVM=1 hostile     misuse shared memory from user space, on two such kernels (10 minutes each)  [DURATION=]'
	@echo 'make LLVM=1 mutants     break the overlay one line at a time, and list unnoticed changes  [COUNT= SEED= FILES=]'
	@echo 'make LLVM=1 bench       compare ioctls in C and in Rust, in instructions for each call'
	@echo 'make LLVM=1 bench-ring  compare requests and payload through rings and through ioctls that copy'
	@echo 'make LLVM=1 copies      count the copies that the ioctls of a program make, with advice  [PROGRAM= HOST=1]'
	@echo 'make LLVM=1 llc         observe the last-level caches of both sides of a ring, and count cache lines that move'
	@echo 'make LLVM=1 sizes       compare the code size of edited drivers with the base'
	@echo 'make LLVM=1 bench-build compare the build time with the base, in user CPU (four cold builds)'
	@echo
	@echo 'make apply              apply the overlay to the tree (build/linux-BASE)'
	@echo 'make refresh            copy edits of the tree back to the overlay  [PATCH=name.patch]'
	@echo 'make check              check the overlay itself: its rules, style and scripts'
	@echo 'make series             write each topic as mails for its maintainers, in build/series-BASE  [TOPIC= COMMIT=]'
	@echo 'make series-build       compile each commit of each topic, on top of the dependencies of the topic  [TOPIC=]'
	@echo 'make series-kunit       run the KUnit tests of each topic with its dependencies, on UML  [TOPIC=]'
	@echo 'make ledger             list unsafe conversions between bytes and types, in base and overlay, or in KDIR'
	@echo 'make docs               build the pages of Documentation/rust, in build/docs-BASE'
	@echo 'make uapi-table         list the traits that each UAPI type derives, and the reason if it cannot derive one'
	@echo 'make vendor-verify      compare the vendored crates with their releases'
	@echo 'make vendor-import      import the pinned release into the tree (part of apply)'
	@echo 'make skills             install the skills for coding assistants  DIR=/path/to/skills'
	@echo 'make setup              install the tools that the host lacks'
	@echo
	@echo 'Targets of the kernel: menuconfig savedefconfig rust-analyzer rustdoc rustfmtcheck clean'
	@echo
	@echo 'BASE=$(shell ls bases | paste -sd"|")             the base kernel (7.2), or KDIR=/path/to/linux'
	@echo 'ARCH=um|um32|x86_64|arm64|riscv  the architecture to build for (um)'
	@echo 'ZEROCOPY=base            keep the base'"'"'s zerocopy crate, without the tweaks'
	@echo 'O= V= W= CLIPPY= CC= -j  as in the kernel (default: all cores)'

# Gets the tools and the source at the same time, then applies the overlay.
.PHONY: apply
apply:
	+@scripts/prepare

.PHONY: setup
setup:
	@scripts/setup packages
	@scripts/setup tools

.PHONY: config
config: apply
	@scripts/configure

.PHONY: run
run: all
	+@scripts/run

.PHONY: test
test:
	+@scripts/test

.PHONY: matrix
matrix:
	+@scripts/test matrix

.PHONY: fuzz
fuzz:
	+@scripts/fuzz

.PHONY: hostile
hostile:
	+@scripts/fuzz hostile $(or $(DURATION),600)

.PHONY: mutants
mutants:
	+@scripts/mutants

.PHONY: bench
bench: apply
	+@scripts/bench

.PHONY: bench-ring
bench-ring: apply
	+@scripts/bench-ring

# With HOST=1, traces the kernel of this machine, and does not build a kernel.
.PHONY: copies
copies: $(if $(filter 1,$(HOST)),,apply)
	+@scripts/count-copies

.PHONY: skills
skills:
	@scripts/skills install

.PHONY: llc
llc: apply
	+@scripts/llc

.PHONY: bench-build
bench-build: config
	+@scripts/bench-build

.PHONY: sizes
sizes: apply
	+@scripts/sizes

.PHONY: refresh
refresh:
	@scripts/refresh

.PHONY: check
check:
	@scripts/check

.PHONY: series
series: apply
	@scripts/series

.PHONY: series-build
series-build: apply
	+@scripts/series build

.PHONY: series-kunit
series-kunit: apply
	+@scripts/series kunit

# With KDIR=, reads only the Rust sources, in place.
.PHONY: ledger
ledger: $(if $(KDIR),,apply)
	@scripts/ledger

.PHONY: docs
docs: apply
	@scripts/docs

.PHONY: uapi-table
uapi-table: all
	@scripts/uapi-table

.PHONY: vendor-verify
vendor-verify: apply
	@scripts/vendor verify

.PHONY: vendor-import
vendor-import: apply

.PHONY: menuconfig nconfig savedefconfig rust-analyzer rustdoc rusttest rustfmt rustfmtcheck clean
menuconfig nconfig savedefconfig rust-analyzer rustdoc rusttest rustfmt rustfmtcheck clean: config
	+@scripts/build $@
