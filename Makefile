# `make run` and `make test` set themselves up; nothing has to be installed first but Python and pip.
# PYTHON chooses the interpreter: make run PYTHON=python3.12
# OFFLINE=1 installs from wheelhouse/ alone, without a network: make run OFFLINE=1
# BUILD names a package that may be built from source where it has no wheel (docs/supply-chain.md).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Every file is checked against requirements.lock before it is used (docs/supply-chain.md).
INSTALL := $(BIN)/python .ci/install.py $(addprefix --build ,$(BUILD))

export PIP_DISABLE_PIP_VERSION_CHECK := 1

ifdef OFFLINE
export PIP_NO_INDEX := 1
export PIP_FIND_LINKS := wheelhouse
endif

step = @printf '==> %s\n'

.NOTPARALLEL:
.PHONY: help run test index bench lock audit sbom wheelhouse clean
.DEFAULT_GOAL := help

help: ## この一覧を表示します
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1 \2/p' Makefile | \
	  while read -r name text; do printf 'make %-11s %s\n' "$$name" "$$text"; done

run: index ## 環境と索引を作り、画面を開きます
	$(step) '画面を開きます (renkei app)。終えるには Ctrl+C を押してください'
	@$(BIN)/renkei app

test: $(VENV)/dev.stamp ## 環境を作り、検査とテストをすべて実行します
	$(step) '書き方の検査 (ruff check)'
	@$(BIN)/ruff check .
	$(step) '書式の検査 (ruff format --check)'
	@$(BIN)/ruff format --check .
	$(step) '型の検査 (mypy)'
	@$(BIN)/mypy && $(BIN)/mypy .ci/*.py
	$(step) 'import の向きの検査 (import-linter)'
	@$(BIN)/lint-imports --no-cache
	$(step) 'テスト (pytest)'
	@for name in chromium chromium-browser google-chrome; do \
	  command -v $$name >/dev/null && exit; done; \
	  echo '    Chromium がないため、ブラウザーを使うテストは飛ばします (末尾の SKIPPED の行をご覧ください)'
	@$(BIN)/python -m pytest

index: $(VENV)/run.stamp ## 環境を作り、索引を作ります (変わった文書の分だけ)
	$(step) '索引を作ります (renkei index)'
	@$(BIN)/renkei index

bench: $(VENV)/bench.stamp index ## 環境を作り、benchmarks/ の計測をすべて実行します
	@for script in benchmarks/*.py; do \
	  printf '==> %s\n' "$$script"; $(BIN)/python "$$script" || exit 1; done

lock: ## 依存の版を新しく選び直し、ハッシュとともに requirements.lock に書きます
	@rm -rf build/lock
	$(call create_environment,build/lock)
	@build/lock/bin/python .ci/install.py --print uv > build/uv.txt
	@build/lock/bin/python -m pip install --require-hashes --no-deps --requirement build/uv.txt
	$(step) 'requirements.lock を書きます'
	@build/lock/bin/python .ci/lock.py
	@rm -rf build/lock build/uv.txt
	$(step) '続けて make sbom（ライセンスの表）、make audit、make test を実行してください'

audit: $(VENV)/all.stamp ## 入っているものを検査します (lock との一致、改変、ライセンス、既知の脆弱性、部品表)
	@$(BIN)/python .ci/audit.py $(if $(OFFLINE),--offline)

sbom: $(VENV)/all.stamp ## 部品表 build/sbom.cdx.json (CycloneDX) とライセンスの表を書きます
	@$(BIN)/python .ci/sbom.py

wheelhouse: $(VENV)/created ## インターネットのない機械のために、必要なものを wheelhouse/ に集めます
	$(step) 'wheelhouse/ に集めます'
	@$(INSTALL) --download wheelhouse

clean: ## 環境、索引、作業用のファイルを消します (wheelhouse/ は残します)
	rm -rf $(VENV) .renkei build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One stamp a set of packages. The larger sets hold the smaller, so they renew its stamp as well.
# The tests read the bill of materials and sign in, so they need those extras too.

$(VENV)/run.stamp: EXTRAS :=
$(VENV)/dev.stamp: EXTRAS := dev audit signin
$(VENV)/bench.stamp: EXTRAS := bench
$(VENV)/all.stamp: EXTRAS := dev audit signin bench

$(VENV)/run.stamp $(VENV)/dev.stamp $(VENV)/bench.stamp $(VENV)/all.stamp: pyproject.toml requirements.lock | $(VENV)/created
	$(step) '依存を入れます (初めてのときは数分かかります)'
	@$(INSTALL) $(EXTRAS)
	@touch $(VENV)/run.stamp $(if $(findstring all,$@),$(VENV)/dev.stamp $(VENV)/bench.stamp) $@

$(VENV)/created:
	$(call create_environment,$(VENV))
	@touch $@

# Some systems ship Python without ensurepip; there the pip outside the environment fills it.
define create_environment
$(step) '環境を作ります ($(1))'
@command -v $(PYTHON) >/dev/null || { echo '$(PYTHON) が見つかりません。Python 3.11 以上を入れるか、make … PYTHON=python3.12 のように指定してください' >&2; exit 1; }
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo '$(PYTHON) は古い Python です。3.11 以上を make … PYTHON=python3.12 のように指定してください' >&2; exit 1; }
@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
  $(PYTHON) -m venv $(1); \
elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
  $(PYTHON) -m venv --without-pip $(1) && $(PYTHON) .ci/install.py --print pip > $(1)/pip.txt && \
  $(PYTHON) -m pip --python $(1)/bin/python install --require-hashes --no-deps --requirement $(1)/pip.txt; \
else \
  echo '$(PYTHON) には ensurepip も pip もありません。Debian や Ubuntu なら apt install python3-venv を実行してから、もう一度お試しください' >&2; exit 1; \
fi
endef
