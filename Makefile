# Start with `make demo` and `make test`; `make help` lists all targets.

PYTHON ?= python3
CONTAINER ?= podman
BIN := .venv/bin
INSTALLED := .venv/.installed
DEMO_PICTURE := build/demo.png
ENGLISH := resources/translations/kubeimg_en
# Packages that requirements-headless.lock leaves out: Qt, and aiohttp with its dependencies. Only
# the demo cluster loads aiohttp, and kubernetes.aio, which kubeimg does not use.
WINDOW_ONLY := pyside6-essentials shiboken6 qasync
DEMO_ONLY := aiohttp aiohttp-retry aiohappyeyeballs aiosignal attrs frozenlist multidict propcache yarl

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench wheel pictures lock clean packages test-slow \
  faults cluster test-cluster image protobuf translations

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(INSTALLED) ## open the window on a demo cluster, or save a screenshot if there is no display
ifeq ($(DISPLAY)$(WAYLAND_DISPLAY),)
	@mkdir -p $(dir $(DEMO_PICTURE))
	@$(BIN)/kubeimg-gui --demo --grab $(DEMO_PICTURE)
	@echo "No display found. A screenshot of the window is in $(DEMO_PICTURE)"
else
	@$(BIN)/kubeimg-gui --demo
endif

test: $(INSTALLED) ## run the tests, two at a time
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

# Most of them wait most of the time, one for ten minutes. Those with bounds in seconds run while
# nothing builds. Podman misses the end of a container under load and waits 20 s for it, so
# containers have the machine to themselves.
SLOW := $(BIN)/python -m pytest --no-loadscope-reorder --timeout 900
test-slow: $(INSTALLED) ## run the tests that build, install or start whole programs, several at a time
	@$(SLOW) -n 4 --dist loadgroup -m "slow and not timed and not container"
	@$(SLOW) -n 3 --dist loadgroup -m "slow and timed"
	@$(SLOW) -m "slow and container"

cluster: ## build etcd, kube-apiserver and kubectl, if missing, for tests on a real control plane
	@$(PYTHON) tests/controlplane/binaries.py

test-cluster: $(INSTALLED) cluster ## run the tests on a real control plane
	@$(BIN)/python -m pytest -m control_plane --durations 5

faults: $(INSTALLED) ## run the fault tests and regenerate their table of results
	@$(BIN)/python -m pytest -m slow tests/faults -k "not published_table"
	@cp build/faults.md tests/faults/README.md

check: $(INSTALLED) ## check style, format, types and import rules
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/pyright
	@$(BIN)/lint-imports

format: $(INSTALLED) ## fix style and format of the sources
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

BENCH := $(BIN)/python -m tests.bench
bench: $(INSTALLED) cluster ## benchmark clients on the wire, the window at 130,000 nodes, and its start
	@$(BENCH).wire
	@$(BENCH).pods
	@$(BENCH).commands
	@$(BENCH).window_start
	@$(BENCH).window_http --demo 5000
	@$(BENCH).window_http --demo 130000 --churn 1000 2000 3000 5000
	@$(BENCH).window

pictures: $(INSTALLED) ## retake the screenshots of the documentation
	@for theme in light dark; do for view in nodes images treemap; do \
	  $(BIN)/kubeimg-gui --demo --view $$view --size 1440x900 --theme $$theme \
	    --grab resources/pictures/$$view-$$theme.png; done; done
	@$(BIN)/python -m tests.pictures.dialogs resources/pictures

wheel: $(INSTALLED) ## build the wheel into dist/
	@$(BIN)/hatchling build -t wheel

image: $(INSTALLED) ## build the container image, without the window
	@rm -rf build/image
	@$(BIN)/hatchling build -t wheel -d build/image
	@cp requirements-headless.lock build/image
	@$(CONTAINER) build $(IMAGE_OPTIONS) -f resources/deploy/Containerfile \
	  -t kubeimg:$$($(BIN)/hatchling version) build/image

protobuf: $(INSTALLED) ## generate the protobuf messages from their definition
	@$(BIN)/python -m grpc_tools.protoc -I. --python_out=. --pyi_out=. \
	  kubeimg_gui/cluster/wire/messages.proto

translations: $(INSTALLED) ## update the plural forms from the sources and compile them
	@$(BIN)/pyside6-lupdate -silent -pluralonly -no-obsolete -locations none -extensions py \
	  kubeimg_gui/qt -ts $(ENGLISH).ts
	@$(BIN)/pyside6-lrelease -silent $(ENGLISH).ts -qm $(ENGLISH).qm

lock: $(INSTALLED) ## lock the newest dependencies that are at least a week old
	@$(BIN)/python -m pip install -q uv
	@for target in "requirements pyproject.toml" \
	  "requirements-headless pyproject.toml -c requirements.lock \
	    $(patsubst %,--no-emit-package %,$(WINDOW_ONLY) $(DEMO_ONLY))" \
	  "requirements-dev pyproject.toml --group dev -c requirements.lock" \
	  "requirements-go --group go"; do \
	  set -- $$target; name=$$1; shift; \
	  $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 \
	    --exclude-newer "$$(date -u -d '7 days ago' +%FT00:00:00Z)" -U "$$@" -o $$name.lock; done

clean: ## remove build results and the virtual environment
	@rm -rf .venv build dist .pytest_cache .ruff_cache .hypothesis

packages: ## install the Debian packages that Qt needs, or print the command
	@.ci/packages

$(INSTALLED): requirements-dev.lock pyproject.toml | packages
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kubeimg needs Python 3.11 or newer. Choose one: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv .venv || { echo "The Python module venv is missing. Install it: apt-get install python3-venv"; exit 1; }
	@echo "Installing the locked packages into .venv ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
