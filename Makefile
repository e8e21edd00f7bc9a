# passcodebot's targets; `make` alone lists them.
#
# The Microsoft Graph SDK is large: compiling it takes minutes and gigabytes,
# once for plain builds and once with the race detector for tests. So it is
# compiled in a step of its own, which says so first and does nothing where
# Go's build cache has the SDK already, and no target uses flags that would
# compile it a third time (such as -trimpath, -cover or -fuzz).

SHELL := bash
GO ?= go

GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOFUMPT       := mvdan.cc/gofumpt@v0.12.0

SDK := github.com/microsoftgraph/msgraph-beta-sdk-go/devicemanagement

# Settings for compiling the SDK alone, for a low peak of memory: variables
# and flags that don't change what comes out. With GOGC=25 its compiler peaked
# at 7.3 GB in 261 s on two busy cores; SDKENV= is faster and takes more.
SDKENV   ?= GOGC=25
SDKFLAGS ?= -p 1

# Flags of the sandbox, of chaos or of bench: make sandbox ARGS='--dir D'
ARGS     ?=
FUZZTIME ?= 10s
ROUNDS   ?= 20
SEED     ?= 7

# What never reaches the SDK, and so is quick to build in any mode.
LIGHT := ./approvals/... ./store/... ./bot/...

# Whether the SDK is not compiled yet: with $(1) empty for plain builds, or -race.
stale = [ "$$($(GO) list $(1) -f '{{.Stale}}' $(SDK))" = true ]

compile = \
	if $(call stale,$(1)); then \
		echo "Compiling the Microsoft Graph SDK$(if $(1), with the race detector). This takes about five minutes and 8 GB of memory, and is done once."; \
		$(SDKENV) $(GO) build $(1) $(SDKFLAGS) $(SDK); \
	fi

.PHONY: help
help: ## list the targets
	@echo "usage: make TARGET"
	@sed -nE 's/^([a-z-]+):.*## (.*)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

.PHONY: sandbox
sandbox: build ## play the whole job in a browser, with Slack and Intune faked on this machine
	@build/passcodebot sandbox $(ARGS)

.PHONY: build
build: ## build build/passcodebot
	@$(call compile,)
	$(GO) build -o build/passcodebot ./cmd/passcodebot

# go vet is left to lint, which needn't go through the SDK once more.
.PHONY: test
test: chromium ## run all tests with the race detector
	@$(call compile,-race)
	$(GO) test -race -vet=off ./...

# Linters need the SDK compiled too. They take the mode that is there, and
# that of the tests where none is. -exec keeps -race from the linter itself.
.PHONY: lint
lint: ## check formatting and look for mistakes
	@if $(call stale,); then \
		$(call compile,-race) && \
		$(GO) run -exec "env 'GOFLAGS=-race $$($(GO) env GOFLAGS)'" $(GOLANGCI_LINT) run --timeout 15m; \
	else \
		$(GO) run $(GOLANGCI_LINT) run --timeout 15m; \
	fi

.PHONY: fmt
fmt: ## format all Go files
	$(GO) run $(GOFUMPT) -l -w .

# build/bench.jsonl has the same figures, one a line.
.PHONY: bench
bench: build ## measure it, side by side with what people do today
	$(GO) run ./cmd/bench -binary build/passcodebot -out build/bench.jsonl $(ARGS)

.PHONY: microbench
microbench: ## run the benchmarks of the packages
	$(GO) test -run='^$$' -bench=. -benchmem $(LIGHT)

.PHONY: chaos
chaos: build ## kill the bot at random, ROUNDS (20) times, and check what is left; SEED chooses the faults
	$(GO) build -o build/fakes ./cmd/fakes
	$(GO) run ./cmd/chaos -binary build/passcodebot -fakes build/fakes -rounds $(ROUNDS) -seed $(SEED) $(ARGS)

# What links the SDK is fuzzed without the guidance of coverage, for which all
# of it would be compiled again.
.PHONY: fuzz
fuzz: ## run each fuzz test for FUZZTIME (10s)
	@$(call compile,)
	@for dir in $$(grep -rlE '^func Fuzz[A-Z]' --include='*_test.go' . | xargs -n1 dirname | sort -u); do \
		if $(GO) list -test -deps $$dir | grep -q '^$(SDK)'; then \
			$(GO) test -vet=off -c -o build/fuzz.test $$dir || exit 1; \
			for target in $$(build/fuzz.test -test.list='^Fuzz'); do \
				echo "$$dir $$target"; \
				(cd $$dir && $(CURDIR)/build/fuzz.test -test.run='^$$' -test.fuzz="^$$target\$$" -test.fuzztime=$(FUZZTIME) -test.fuzzcachedir=$(CURDIR)/build/fuzz) || exit 1; \
			done; \
			continue; \
		fi; \
		for target in $$($(GO) test -list='^Fuzz' $$dir | grep '^Fuzz'); do \
			echo "$$dir $$target"; \
			$(GO) test -run='^$$' -fuzz="^$$target\$$" -fuzztime=$(FUZZTIME) $$dir || exit 1; \
		done; \
	done

# graph and cmd are left out: measuring them would compile the SDK again.
.PHONY: cover
cover: ## measure how much the tests of approvals, store and bot run
	@mkdir -p build
	$(GO) test -coverprofile=build/cover.out $(LIGHT)
	@$(GO) tool cover -html=build/cover.out -o build/cover.html
	@$(GO) tool cover -func=build/cover.out | tail -n 1
	@echo "build/cover.html shows it line by line"

.PHONY: transcript
transcript: ## play the tour again and write it, the references and the figures into README.md
	@$(call compile,)
	$(GO) test -vet=off -count=1 ./cmd/passcodebot/internal/readme -update

# Two runs: the second takes the picture of the sandbox, which links the SDK.
.PHONY: pictures
pictures: chromium fonts ## draw docs/messages.md and its pictures again
	$(GO) test -vet=off -count=1 ./cmd/passcodebot/internal/pictures -update
	@$(call compile,-race)
	$(GO) test -race -vet=off -count=1 ./cmd/passcodebot/internal/sandbox -run='^TestPicture$$' -update

# As Slack's: Lato, and what Lato lacks.
.PHONY: fonts
fonts:
	@if [ -n "$$(fc-list Lato)" ] && [ -n "$$(fc-list :lang=ja)" ] && [ -n "$$(fc-list :lang=und-zsye)" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends fontconfig fonts-lato fonts-ipafont-gothic fonts-noto-color-emoji; \
	else \
		echo "The pictures need fonts: install Lato, one for Japanese and one for emoji, and run make pictures again." >&2; \
		exit 1; \
	fi

.PHONY: chromium
chromium:
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
		if command -v $$name >/dev/null; then exit 0; fi; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium; \
	else \
		echo "The tests of the sandbox's page need a browser: install Chromium or Google Chrome and run make test again." >&2; \
		exit 1; \
	fi
