# nianbao · 年报. Bare `make` prints this help.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# OpenCC's library is the second engine of the conversion; everything else is Rust.
DEBIAN_PACKAGES = libopencc-dev pkg-config g++ make git
DEBIAN_PACKAGES_APPS = gcc util-linux python3 python3-venv libreoffice-calc libreoffice-writer chromium poppler-utils fonts-noto-cjk
PYTHON_PACKAGES = polars pyarrow pandas duckdb openpyxl frictionless matplotlib nbclient ipykernel
TARGET = $(or $(CARGO_TARGET_DIR),target)
NIANBAO = $(TARGET)/release/nianbao
APPS = out/apps

help: ## this help · 帮助
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## install what building needs (Debian packages: libopencc-dev pkg-config g++) · 安装构建所需
	@for p in $(DEBIAN_PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then echo "installing Debian packages:$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then S=; else S=sudo; fi; \
	  $$S apt-get update -qq && $$S apt-get install -y -qq $$missing; fi

build: setup ## build the program (the first time about 20 minutes on two cores: polars) · 构建
	cargo build --release --locked

run: build ## run the pipeline over the sample and print the summary · 在示例存档上运行
	$(NIANBAO) run pipelines/township.toml

lint: build ## check the form definitions · 检查定义文件
	$(NIANBAO) lint pipelines/township.toml

test: setup ## run all tests · 运行全部测试
	cargo test --release --locked

apps: ## install what test-apps and bench need, into out/apps (Python packages, LibreOffice, Chromium) · 安装外部程序
	@for p in $(DEBIAN_PACKAGES_APPS); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then echo "installing Debian packages:$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then S=; else S=sudo; fi; \
	  $$S apt-get update -qq && $$S apt-get install -y -qq $$missing; fi
	@test -x $(APPS)/bin/python || python3 -m venv $(APPS)
	@echo "installing Python packages into $(APPS): $(PYTHON_PACKAGES)"
	@$(APPS)/bin/pip install -q --disable-pip-version-check $(PYTHON_PACKAGES)

test-apps: build apps ## tests that need other programs: Python readers, LibreOffice, Chromium, frictionless · 外部程序测试
	$(NIANBAO) run pipelines/township.toml --out out/apps-dataset --quiet
	$(APPS)/bin/python tests/apps/readers.py out/apps-dataset
	$(APPS)/bin/python tests/apps/workbook.py out/apps-dataset out/apps-workbook
	PATH="$(abspath $(APPS))/bin:$$PATH" bash tests/apps/frictionless.sh out/apps-dataset
	PATH="$(abspath $(APPS))/bin:$$PATH" bash tests/apps/notebook.sh out/apps-dataset out/apps-notebook
	rm -rf out/apps-places/archive out/apps-places/truth.jsonl out/apps-faults/archive out/apps-faults/truth.jsonl
	$(NIANBAO) synth out/apps-places --reports 2000 --seed 3 --bare 0.3
	$(NIANBAO) run pipelines/township.toml --archive out/apps-places/archive --out out/apps-places/dataset --quiet
	$(APPS)/bin/python tools/compare.py out/apps-places/dataset out/apps-places/truth.jsonl --strict
	$(APPS)/bin/python tests/apps/formats.py $(NIANBAO) out/apps-formats
	$(NIANBAO) synth out/apps-faults --reports 300 --seed 7 --faults each
	$(NIANBAO) run pipelines/township.toml --archive out/apps-faults/archive --out out/apps-faults/dataset --quiet
	$(APPS)/bin/python tests/apps/morning.py $(NIANBAO) out/apps-dataset out/apps-morning/sample
	$(APPS)/bin/python tests/apps/morning.py $(NIANBAO) out/apps-faults/dataset out/apps-morning/faults
	$(APPS)/bin/python tests/apps/pdf.py $(NIANBAO) out/apps-pdf
	NIANBAO=$(NIANBAO) bash tests/apps/faults.sh

soak: setup ## 200 runs killed at random moments, then disk and file faults; minutes · 长时间强制中断测试
	cargo test --release --locked --test all -- --ignored --nocapture soak

bench: build apps ## time the whole run against reading the files, and each format; writes docs/performance.md · 基准测试
	NIANBAO=$(NIANBAO) PYTHON=$(APPS)/bin/python bash benches/bench.sh

FUZZ_SECONDS = 600
FUZZ_TARGETS = html charset mhtml docx doc rtf workbook pdf zip tar sevenz warc packed

fuzz: ## run each fuzz target for FUZZ_SECONDS (600); needs `cargo install cargo-fuzz` and python3; crashes land in fuzz/artifacts · 模糊测试
	@cargo fuzz --version >/dev/null || { echo "cargo-fuzz is missing: cargo install cargo-fuzz"; exit 1; }
	python3 fuzz/seeds.py
	for t in $(FUZZ_TARGETS); do cargo fuzz run -s none $$t -- -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=2048 -max_len=65536 || exit 1; done

sample: build ## write data/sample anew · 重新生成示例存档
	rm -rf data/sample/archive data/sample/truth.jsonl
	$(NIANBAO) synth data/sample --reports 60 --seed 2024

picture: test-apps ## take the pictures in docs anew: morning report, notebook · 重拍文档中的图
	cp out/apps-notebook/*.png docs/notebook/
	cp out/apps-morning/faults/zh-desktop.png docs/morning-report.png

gazetteer: ## rebuild data/divisions from the packages it was taken from · 重建行政区划表
	python3 tools/gazetteer.py

clean: ## remove what runs wrote; cargo clean removes the build · 清理
	rm -rf out

.PHONY: help setup build run lint test apps test-apps soak bench fuzz sample picture gazetteer clean
