#!/bin/bash
# Times as ratios against something real, both in the same run, turn by turn.  Usage: run.sh SVCSIM
set -euo pipefail
svcsim=$1
runs=${RUNS:-40}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export SVCSIM_DB=$dir/db LC_ALL=C.UTF-8

# The median of what stands in a file.
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

once() { # once FILE COMMAND..: appends the microseconds that it took
	local file=$1 start end
	shift
	start=${EPOCHREALTIME/[.,]/}
	"$@" >/dev/null 2>&1 || true
	end=${EPOCHREALTIME/[.,]/}
	echo $((end - start)) >>"$file"
}

ratio() { # ratio NAME LIMIT ours.. -- theirs..
	local name=$1 limit=$2 ours=() theirs=()
	shift 2
	while [ "$1" != -- ]; do ours+=("$1"); shift; done
	shift
	theirs=("$@")
	if ! command -v "${theirs[0]}" >/dev/null; then
		echo "ratio $name skipped: ${theirs[0]} is not installed"
		return
	fi
	rm -f "$dir/a" "$dir/b"
	for _ in $(seq "$runs"); do
		once "$dir/a" "${ours[@]}"
		once "$dir/b" "${theirs[@]}"
	done
	awk -v name="$name" -v limit="$limit" -v a="$(median "$dir/a")" -v b="$(median "$dir/b")" \
		'BEGIN { printf "ratio %s %.3f (at most %s; %.1f ms over %.1f ms)\n", name, a / b, limit, a / 1e3, b / 1e3 }'
}

ratio cold-start 0.05 "$svcsim" trace node:30080 -- kubectl version --client
"$svcsim" kubectl get svc >/dev/null 2>&1 || true
ratio shell-vs-kubectl 0.1 "$svcsim" kubectl get svc -- kubectl version --client
