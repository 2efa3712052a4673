# `make` alone lists the targets.  Everything CI does is here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXTRAS := web,smtp,7z,postgresql

.DEFAULT_GOAL := help
.PHONY: help run test test-long lint types check-policies bench fuzz train evaluate setup setup-dev system-packages examples clean

help: ## 列出所有目標
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

run: setup ## 建立環境並檢查 examples/ 裡的樣稿
	@$(BIN)/dlp check --exit-zero --channel mail examples/mail/*; s=$$?; [ $$s -eq 3 ] || [ $$s -eq 0 ] || exit $$s
	@$(BIN)/dlp check --exit-zero --channel post examples/post/*; s=$$?; [ $$s -eq 3 ] || [ $$s -eq 0 ] || exit $$s

test: setup-dev ## 執行全部測試（缺少的外部元件會說明並略過）
	$(BIN)/python -m pytest -m "not long"

test-long: setup-dev ## 長版測試：真實服務、強制中斷、模糊測試
	$(BIN)/python -m pytest --timeout=3600

lint: setup-dev ## ruff、mypy --strict、匯入方向
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

types: setup-dev ## 只跑 mypy --strict
	$(BIN)/mypy

check-policies: setup ## 檢查並測試隨附政策
	$(BIN)/dlp policy lint policies
	$(BIN)/dlp policy test policies

bench: setup-dev ## 量測速度，與 Presidio 同場比較
	@$(BIN)/python -c "import presidio_analyzer" 2>/dev/null || $(BIN)/pip install -q -e ".[bench]"
	$(BIN)/python -m benchmarks

fuzz: setup-dev ## 讀取器模糊測試（SECONDS=600）
	$(BIN)/python -m tests.fuzz.fuzz_readers --seconds $(or $(SECONDS),600)

train: setup-dev ## 重新訓練語言模型（見 models/README.md）
	$(BIN)/pip install -q -e '.[train]'
	$(BIN)/python -m tools.pretrain
	$(BIN)/python -m tools.train $(if $(FEEDBACK),--feedback $(FEEDBACK))

evaluate: setup-dev ## 評估：各類別、通路、誤報率、最小對比組
	$(BIN)/python -m tools.evaluate

examples: setup-dev ## 重新產生 examples/
	$(BIN)/python tools/build_examples.py

system-packages: ## 以 apt 安裝測試用的真實元件（需 root）
	sh tools/install_system_packages.sh

setup: $(VENV)/.ready
setup-dev: $(VENV)/.ready-dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 以上。"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "建立 .venv 失敗。Debian/Ubuntu 請先執行：sudo apt install python3-venv"; exit 2; }

$(VENV)/.ready: pyproject.toml | $(VENV)/bin/python
	@echo "安裝中（第一次約一分鐘）…"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -e .
	@touch $@

$(VENV)/.ready-dev: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -e ".[dev,$(EXTRAS)]"
	@touch $(VENV)/.ready $@

clean: ## 移除產生的檔案
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis artifacts
