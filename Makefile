# Every target installs what it needs when it can (as root or with sudo); otherwise it says which packages to install.
# Where a change goes is told in docs/architecture.md.

# Hash seeds that change from run to run make SwiftPM rebuild packages that have several traits.
export SWIFT_DETERMINISTIC_HASHING = 1

SWIFT ?= swift
SOURCES = Package.swift Sources Tests
# Seeds of the long proofs; every proof prints the one it used.
SEED ?= 1

.PHONY: run build test check proof bench format lint laws tools

## run: build, then the main job on the embedded demo (Ctrl-C ends it and leaves nothing behind)
run: build
	$(SWIFT) run --skip-build restante demo

## build: a debug build of the program
build:
	scripts/install build
	$(SWIFT) build --product restante

## test: every test
test:
	scripts/install build test
	scripts/test

## check: what CI runs: format, import laws, warnings as errors, seeded samples of the long proofs, tests
check: export RESTANTE_STRICT = 1
check: lint laws
	SEED=$(SEED) scripts/check

## proof: the full counts of the long proofs
proof:
	scripts/install build test
	SEED=$(SEED) scripts/proof/all --full

## bench: figures beside a peer or a limit, measured in the same run
bench:
	scripts/install build test bench
	$(SWIFT) build -c release --product restante
	$(SWIFT) build -c release --product sample-mail
	Benchmarks/run --restante "$$($(SWIFT) build -c release --show-bin-path)/restante"

## format: rewrite the sources in the project's format
format:
	$(SWIFT) format format --in-place --parallel --recursive $(SOURCES)

lint:
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

laws:
	scripts/laws
	scripts/webfiles --check
