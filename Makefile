# 知客 zhike. Needs python3 (3.11 or later, with venv) and make; everything else comes by itself.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ASSETS := src/zhike/web/assets
ASSET_FILES := $(shell find $(ASSETS) -type f -not -path '*/node_modules/*' -not -path '*/generated/*' 2>/dev/null)
CATALOGUES := $(wildcard src/zhike/locale_en/*.yaml)
CATALOGUE := src/zhike/locale/en/LC_MESSAGES/django.mo
# Tests in as many processes as there are cores, at most four: each has a database of its own.
PARALLEL := -n auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint types unit e2e bench frontend messages lock backup clean

help: ## 列出目标 list these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: product ## 启动知客 start everything and print the address
	@exec $(BIN)/zhike run

test: lint types unit ## 全部检查与测试 lint, types and all tests

lint: $(VENV)/.stamp-dev ## 代码规范 ruff, import contracts, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint src/zhike --lint --quiet

types: $(VENV)/.stamp-dev ## 类型检查 mypy
	$(BIN)/mypy

unit: $(VENV)/.stamp-dev product ## 测试 pytest (PYTEST_ARGS="-k name")
	$(BIN)/python -m pytest $(PARALLEL) $(PYTEST_ARGS)

e2e: $(VENV)/.stamp-dev product ## 浏览器测试 stories in a real browser
	$(BIN)/python -m pytest -m journey $(PYTEST_ARGS)

bench: $(VENV)/.stamp-dev product ## 性能测试 measure the budgets, write benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

frontend: .stamp-frontend ## 构建前端 build the front end
messages: $(CATALOGUE) ## 编译英文词条 compile the English catalogue

lock: $(VENV)/.stamp-dev ## 更新锁文件 write requirements/*.lock
	scripts/lock $(LOCK_ARGS)

backup: product ## 备份 back database and attachments up
	$(BIN)/zhike backup

clean: ## 删除环境与构建结果，不动数据 remove what make made, never the data
	rm -rf $(VENV) build src/*.egg-info .stamp* $(ASSETS)/node_modules src/zhike/web/static/dist
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis $(CATALOGUE)

.PHONY: product
product: $(VENV)/.stamp .stamp-frontend $(CATALOGUE)

$(VENV)/.stamp: requirements/runtime.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "需要 Python 3.11 或更新 (Python 3.11 or later is needed); make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo "缺少 venv，请先执行 (venv is missing, first run): sudo apt install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "安装依赖 installing the environment"
	@scripts/install requirements/runtime.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.stamp-dev: requirements/dev.lock $(VENV)/.stamp
	@scripts/install requirements/dev.lock
	@touch $@

.stamp-frontend: $(ASSET_FILES) scripts/build-frontend | $(VENV)/.stamp
	@scripts/build-frontend
	@touch $@

$(CATALOGUE): $(CATALOGUES) src/zhike/site/messages.py | $(VENV)/.stamp
	@$(BIN)/python -m zhike.site.messages
