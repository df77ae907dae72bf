#!/bin/sh
# Linters that are installed, on all sources; says which are not.  Usage: lint.sh FILE.c..
cd "$(dirname "$0")/../.." || exit 2
bad=0
if command -v clang-tidy >/dev/null; then
	for f in "$@"; do
		case "$f" in sim/*) inc=sim ;; *) inc=tui ;; esac
		clang-tidy --quiet --warnings-as-errors='*' \
			--checks='-*,bugprone-*,cert-*,clang-analyzer-*,-bugprone-easily-swappable-parameters,-bugprone-reserved-identifier,-cert-dcl37-c,-cert-dcl51-cpp,-cert-err33-c,-cert-msc30-c,-clang-analyzer-security.insecureAPI.*,-bugprone-macro-parentheses,-bugprone-branch-clone,-bugprone-narrowing-conversions,-bugprone-implicit-widening-of-multiplication-result' \
			"$f" -- -std=c11 -D_POSIX_C_SOURCE=200809L -Iinclude -I"$inc" 2>/dev/null || bad=1
	done
else
	echo "lint: clang-tidy is not installed"
fi
if command -v shellcheck >/dev/null; then
	shellcheck .ci/run .ci/deps tests/lint/*.sh tests/bench/*.sh || bad=1
else
	echo "lint: shellcheck is not installed"
fi
if command -v mandoc >/dev/null && [ -x build/release/svcsim ]; then
	build/release/svcsim man | mandoc -T lint -W warning || bad=1
else
	echo "lint: mandoc is not installed, or svcsim is not built"
fi
for shell in bash zsh fish; do
	if command -v "$shell" >/dev/null && [ -x build/release/svcsim ]; then
		build/release/svcsim completion "$shell" >"build/completion.$shell"
		"$shell" -n "build/completion.$shell" || bad=1
	else
		echo "lint: $shell is not installed, or svcsim is not built"
	fi
done
exit $bad
