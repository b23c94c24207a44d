# bitloom: the two commands of a fresh machine are `make demo` and `make test`; each installs what it needs.
SHELL := /bin/bash
.PHONY: help setup demo quick test sweep proof mutants plain bench cells estimates-sparse review package clean

help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

# Verilator, g++ and make through apt where they are missing; npm packages when package-lock.json changed.
setup:           ## install what is missing
	@missing=""; \
	for pair in verilator:verilator iverilog:iverilog g++:g++ make:make tclsh:tcl; do \
	  command -v $${pair%%:*} >/dev/null || missing="$$missing $${pair##*:}"; done; \
	if [ -n "$$missing" ]; then echo "installing$$missing"; \
	  sudo=$$([ $$(id -u) = 0 ] || echo sudo); \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi
	@if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then \
	  npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json; fi

demo: setup      ## mnist on KC705: generate, prove it in Verilator on real digits, write a report page
	npm run --silent gen -- --board kc705 --network mnist --fps 20000
	npm run --silent verify -- --board kc705 --network mnist --frames 16
	npm run --silent report -- --board kc705 --network mnist

quick: setup     ## types, format, laws, golden model, units: what takes seconds
	npm run --silent quick

test: setup      ## the suite: all that must hold at each commit
	npm test

sweep: setup     ## many random layers and every legal folding of small cases (minutes)
	npm run --silent sweep

proof: setup     ## cnv, lfc and mnist with real parameters, all frames (minutes; needs ../shared/data)
	npm run --silent proof

mutants: setup   ## faults put into cells, images and output folders, each of which must be caught
	npm run --silent mutants
	BITLOOM_MUTANTS=all npx vitest run generator/architectures/sparse/mutants.test.ts test/sparse-verify.test.ts test/verify-folder.test.ts

plain: setup     ## every form through the scripts of Yosys and Verilator's lint, as a folder stands (minutes)
	BITLOOM_PLAIN=all npx vitest run test/plain-tools.test.ts

bench: setup     ## speed of the golden model and of the generator
	npm run --silent bench

estimates-sparse: setup ## the sparse engine's estimates against Yosys: docs/estimates-sparse.json, .md (an hour)
	npm run --silent estimates-sparse

cells: setup     ## synthesise the library's cells and make its catalogue anew (minutes; needs yosys)
	npm run --silent cells

review: setup    ## make the committed demo design anew
	npm run --silent gen -- --board kc705 --network tiny --fps 200000 --out rtl-out/demo

package: setup   ## bitloom as npm packs it: installed in an empty folder, all commands run from there
	BITLOOM_PACKAGE=all npx vitest run test/package.test.ts

clean:           ## generated designs and caches
	rm -rf dist bitloom-*.tgz
	find rtl-out -mindepth 1 -maxdepth 1 ! -name README.md ! -name demo -exec rm -rf {} +
	rm -rf node_modules/.cache/bitloom
