#!/bin/bash
# Times as ratios against something real, both in the same run, turn by turn.  Usage: run.sh SVCSIM PROGRAMS
set -euo pipefail
svcsim=$1 programs=$2
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

# A class of 1,000 scripts, over a thousand starts of kubectl divided by twenty; one round of each is long enough.
class() {
	mkdir "$dir/class"
	for i in $(seq 1000); do
		echo "kubectl expose deployment shop --type=NodePort --port=80; kubectl get svc" >"$dir/class/s$i.sh"
	done
	export SVCSIM_SCENARIOS=tests/screen/packs
	for _ in 1 2 3; do
		once "$dir/c" "$svcsim" grade demo/expose-nodeport "$dir/class"
		once "$dir/d" sh -c 'for i in $(seq 50); do kubectl version --client; done'
	done
	unset SVCSIM_SCENARIOS
	awk -v a="$(median "$dir/c")" -v b="$(median "$dir/d")" \
		'BEGIN { printf "ratio grade-class %.3f (at most 1; %.0f ms over %.0f ms)\n", a / b, a / 1e3, b / 1e3 }'
}
if command -v kubectl >/dev/null; then class; else echo "ratio grade-class skipped: kubectl is not installed"; fi

# Services with 10 endpoints each, as two documents a Service.  Not every kernel has the counters that kube-proxy uses.
services() { # services COUNT
	echo "apiVersion: svcsim/v1
kind: NodeHost
metadata: {name: node01}
spec: {nfacct: []}
---"
	awk -v count="$1" 'BEGIN { for (i = 0; i < count; i++) {
		printf "apiVersion: v1\nkind: Service\nmetadata: {name: s%d}\nspec: {ports: [{port: 80, targetPort: 8080}]}\n---\n", i
		printf "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata:\n  name: s%d-1\n", i
		printf "  labels: {kubernetes.io/service-name: s%d}\naddressType: IPv4\nendpoints:\n", i
		for (j = 0; j < 10; j++) { n = 10 * i + j
			printf "- addresses: [10.%d.%d.%d]\n  conditions: {ready: true}\n", n / 65536, n / 256 % 256, n % 256 }
		printf "ports: [{name: \"\", port: 8080, protocol: TCP}]\n---\n" } }'
}

services 10000 >"$dir/services.yaml"
runs=5 ratio load-10k 12 "$svcsim" -f "$dir/services.yaml" kubectl get svc s9999 -- "$programs/yaml-events" "$dir/services.yaml"
if [ -x /usr/bin/time ]; then
	/usr/bin/time -f %M -o "$dir/memory" "$svcsim" -f "$dir/services.yaml" kubectl get svc s9999 >/dev/null
	awk '{ printf "memory load-10k %.0f MB (at most 1000)\n", $1 / 1000 }' "$dir/memory"
fi

# The rules of all of them, against iptables-legacy-restore loading the same text into a namespace of its own.
field() { awk -v name="$1" '$1 == name { print $2 }' "$2"; }
services 10 >"$dir/few.yaml"
"$programs/rules" "$dir/services.yaml" "$dir/restore" >"$dir/many"
"$programs/rules" "$dir/few.yaml" >"$dir/some"
if [ "$(id -u)" = 0 ] && command -v iptables-legacy-restore >/dev/null && ip netns add svcsim-bench 2>/dev/null; then
	once "$dir/legacy" ip netns exec svcsim-bench iptables-legacy-restore "$dir/restore"
	ip netns del svcsim-bench
	awk -v a="$(field sync "$dir/many")" -v b="$(cat "$dir/legacy")" \
		'BEGIN { printf "ratio sync-10k %.3f (at most 0.2; %.0f ms over %.0f ms)\n", a / b, a / 1e3, b / 1e3 }'
else
	echo "ratio sync-10k skipped: it needs root, network namespaces and iptables-legacy-restore"
fi
awk -v a="$(field walk "$dir/many")" -v b="$(field walk "$dir/some")" -v any="$(field any "$dir/many")" 'BEGIN {
	printf "ratio walk-growth %.2f (at most 1.5; %.1f us over %.1f us)\n", a / b, a / 1e3, b / 1e3
	printf "walks %.0f a second, of any of 10,000 Services\n", 1e9 / any }'
awk -v a="$(field change "$dir/many")" -v b="$(field sync "$dir/many")" \
	'BEGIN { printf "ratio one-change %.3f (at most 0.01; %.1f ms over %.1f ms)\n", a / b, a / 1e3, b / 1e3 }'
