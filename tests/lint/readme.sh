#!/bin/sh
# Puts into each block of README.md that begins with "$ svcsim" what the program prints now.  Usage: readme.sh SVCSIM
set -eu
cd "$(dirname "$0")/../.."
svcsim=$1
SVCSIM_DB=$(mktemp -u)
export SVCSIM_DB NO_COLOR=1 LC_ALL=C.UTF-8
awk -v svcsim="$svcsim" '
	/^```$/ && inside { inside = 0 }
	!inside { print }
	/^\$ svcsim / && last == "```" {
		line = $0; sub(/^\$ svcsim /, "", line)
		command = svcsim " " line
		while ((command | getline out) > 0) print out
		close(command); inside = 1
	}
	{ last = $0 }
' README.md >README.new
cat README.new >README.md
rm -f README.new
