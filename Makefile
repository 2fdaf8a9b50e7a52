# SPDX-License-Identifier: Apache-2.0
# vmote: `make emulate` runs a scenario, `make test` runs the tests. `make help` lists the rest.
# Each variable may be set on the command line; what is not set is the scenario's own, or the default named here.
APP       ?=
BOARD     ?=
ENGINE    ?= qemu
PORT      ?=
RUNTIME   ?=
KERNELS   ?=
TOOLCHAIN ?= local

# The scenario that shows an app best.
SCENARIO_weather := scenarios/weather/snow-front.yaml
SCENARIO_motion := scenarios/motion/three-gestures.yaml
SCENARIO_keyword := scenarios/audio/yes-and-no.yaml
SCENARIO ?= $(or $(SCENARIO_$(or $(APP),weather)),$(wildcard scenarios/$(APP)/$(APP).yaml))

vmote := .venv/bin/vmote
# The container has the compilers and the emulators: the machine itself needs none.
setup = $(if $(filter docker,$(TOOLCHAIN)),docker,run)
device = $(if $(BOARD),--board $(BOARD)) $(if $(APP),--app $(APP)) $(if $(PORT),--port $(PORT)) $(if $(RUNTIME),--runtime $(RUNTIME)) $(if $(KERNELS),--kernels $(KERNELS))

.DEFAULT_GOAL := help
.PHONY: help setup emulate build zephyr test test-python test-robot test-docker lint bench fuzz retrain renode doctor clean

help: ## List the targets and the variables
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '\nVariables of emulate and build, with their defaults:\n'
	@printf '  %-10s %s\n' APP= "the scenario's, else weather" BOARD= "the scenario's, else nano33ble-sense" \
	  SCENARIO= 'the one that shows APP best ($(SCENARIO))' ENGINE= '$(ENGINE)' \
	  PORT= "the scenario's, else baremetal" RUNTIME= "the scenario's, else native" \
	  KERNELS= "of RUNTIME=tflm: cmsis-nn, else reference" TOOLCHAIN= '$(TOOLCHAIN)'

emulate: ## Build the image, run a scenario on it, show what the device concluded
	@scripts/setup.sh $(setup)
	@$(if $(strip $(SCENARIO)),,$(error no scenario is named for APP=$(APP): say SCENARIO=scenarios/…/….yaml))\
	$(vmote) run $(SCENARIO) $(device) --engine $(ENGINE) --toolchain $(TOOLCHAIN)

build: ## Build the image only
	@scripts/setup.sh $(setup)
	@$(vmote) build $(device) --toolchain $(TOOLCHAIN)

zephyr: override PORT := zephyr
zephyr: ## Build the image on Zephyr (needs a workspace: docs/zephyr.md), beside the board's flash and RAM
	@scripts/setup.sh $(setup)
	@$(vmote) build $(device) --toolchain $(TOOLCHAIN)

test: lint test-python test-robot $(if $(CI),test-docker) ## Run every test: lint, types, pytest and the Robot suites

setup: ## Install what the tests need, and nothing that is there already
	@scripts/setup.sh test

lint: setup
	@.venv/bin/ruff check && .venv/bin/ruff format --check && .venv/bin/mypy
	@.venv/bin/robocop check robot labs && .venv/bin/robocop format --check robot labs

test-python: setup ## Run pytest alone
	@.venv/bin/python -m pytest -n 2 --dist loadfile

test-robot: setup ## Run the Robot suites alone (PROFILE=quick or renode: see robot.toml)
	@$(vmote) test --jobs 2 $(if $(PROFILE),--profile $(PROFILE))

test-docker: setup ## Build the toolchain's container with a real engine (started, and stopped, by itself) and test it
	@scripts/test-docker.sh

bench: setup ## Measure speed beside plain QEMU; reports, never fails
	@.venv/bin/python scripts/bench.py

golden: setup ## Hold every scenario's device against the host: samples, features, each layer, decisions (some four minutes)
	@$(vmote) golden scenarios $(device) --engine $(ENGINE)

fuzz: setup ## Fuzz the native runtime's loader for SECONDS_TO_FUZZ (default 600), guided by libFuzzer where clang is there
	@.venv/bin/python scripts/fuzz_native.py --seconds $(or $(SECONDS_TO_FUZZ),600)

retrain: ## Train every model anew and hold its metrics against the card (needs: pip install -e '.[train,golden,speech]')
	@.venv/bin/python scripts/retrain.py $(MODEL)

renode: ## Install Renode, the second engine, by renode-run (or say how else to get it)
	@scripts/setup.sh run
	@scripts/renode.sh

doctor: ## Say what is needed, found or not, and how to get it
	@scripts/setup.sh run
	@$(vmote) doctor

clean: ## Remove what was built and run (not .venv)
	@rm -rf build runs results .cache
