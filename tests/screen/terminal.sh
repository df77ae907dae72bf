#!/bin/bash
# The program on a real terminal, tmux being the terminal: a whole exam by keys, and the terminal as it was before, however
# the program ends.  Usage: terminal.sh SVCSIM.  Nothing here waits by the clock: a screen is looked at until it shows what
# it should, so many times at most.
set -euo pipefail
if ! command -v tmux >/dev/null; then
	echo "terminal: skipped, tmux is not installed"
	exit 0
fi
svcsim=$(realpath "$1")
root=$(realpath "$(dirname "$0")/../..")
dir=$(mktemp -d)
socket=svcsim-test-$$ begun=0
trap 'tmux -L "$socket" kill-server 2>/dev/null || true; rm -rf "$dir"' EXIT
LOOKS=4000

t() { tmux -L "$socket" "$@"; }

screen() { t capture-pane -p; }

# await TEXT: until the screen shows it.
await() {
	local i
	for ((i = 0; i < LOOKS; i++)); do
		if screen | grep -qF -- "$1"; then return 0; fi
	done
	echo "terminal: never saw \"$1\"; the screen is:"
	screen
	exit 1
}

keys() { t send-keys "$@"; }

line() { t send-keys -l "$1"; t send-keys Enter; }

# settings FILE: words that write the terminal's settings, all but its size.
settings() { echo "stty -a | sed 's/rows.*columns [0-9]*;//' >'$dir/$1'"; }

# begin COLUMNS LINES: a shell in a terminal of that size.
begin() {
	t kill-server 2>/dev/null || true
	socket=svcsim-test-$$-$((begun += 1))	# the server before may still be going down
	t -f /dev/null new-session -d -x "$1" -y "$2" \
		"env -i PATH='$PATH' HOME='$dir' TERM=tmux-256color LC_ALL=C.UTF-8 HISTFILE=/dev/null PS1='READY> ' SVCSIM_DB='$dir/db' \
		SVCSIM_SCENARIOS='$root/tests/screen/packs' EDITOR=vi bash --norc --noprofile"
	t set-option -g status off >/dev/null
	await 'READY>'
	line "$(settings before); clear"
	await 'READY>'
}

# run ARGS: the program; what it leaves the terminal like is compared when it is over.  By a script, for a shell at its
# prompt puts the terminal right itself.
run() {
	echo "'$svcsim' $*; echo ended \$?; $(settings after); cmp '$dir/before' '$dir/after' && echo SANE" >"$dir/run"
	line "bash '$dir/run'"
}

# sane: the settings are as before, and the full screen was left.
sane() {
	await 'ended '
	await SANE
	if [ "$(t display-message -p '#{alternate_on}')" != 0 ]; then
		echo "terminal: the screen was not left"
		exit 1
	fi
}

ended() { # ended STATUS
	await "ended $1"
	sane
}

pid() { pgrep -f "^$svcsim" | head -1; }

whole_exam() { # COLUMNS LINES
	local host
	begin "$1" "$2"
	run exam --seed 1
	await 'candidate@base:~$'
	keys Space j j j Space			# LoadBalancer and NodePort
	await '[x] D  NodePort'
	keys n
	await 'Make a Service `shop`'
	host=$(screen | grep -o 'ssh cka[0-9]*')
	keys i
	line "$host"
	await "candidate@${host#ssh }:~\$"
	line 'kubectl create service nodeport shop --tcp=80 --node-port=30085'
	await 'service/shop created'
	keys Escape f o
	await 'flagged'
	keys H
	await 'Hand in, 0 of 2 not begun?'
	keys H
	await '100 %: passed'
	keys q
	ended 0
	echo "terminal: a whole exam at $1x$2"
}

# Whatever ends the program, the terminal is as it was.
however_it_ends() { # SIGNAL
	begin 80 24
	run drill demo/expose-nodeport --seed 1
	await 'client:~$'
	line 'kubectl get nodes'
	await 'node02'
	kill -"$1" "$(pid)"
	sane
	echo "terminal: restored after SIG$1"
}

ctrl_c() {
	begin 80 24
	run ''
	await 'Drill'
	keys C-c
	ended 0
	echo "terminal: restored after Ctrl-C"
}

resize_storm() {
	local i
	begin 80 24
	run drill demo/expose-nodeport --seed 1
	await 'client:~$'
	for ((i = 0; i < 60; i++)); do
		t resize-window -x $((30 + i * 37 % 180)) -y $((5 + i * 13 % 50))
	done
	t resize-window -x 100 -y 30
	await 'client:~$'
	line 'kubectl get nodes -o name'
	await 'node/node02'
	t resize-window -x 60 -y 10
	await 'svcsim needs 80x24'
	t resize-window -x 200 -y 50
	await 'Nothing was checked yet.'
	keys F10
	ended 0
	echo "terminal: a storm of sizes"
}

an_editor() {
	begin 80 24
	run drill demo/expose-nodeport --seed 1
	await 'client:~$'
	line 'kubectl edit deployment shop'
	await 'Please edit the object below'
	line ':%s/replicas: [0-9]*/replicas: 5/'
	line ':wq'
	await 'deployment.apps/shop edited'
	keys F10
	ended 0
	echo "terminal: an editor and back"
}

whole_exam 80 24
whole_exam 200 50
for signal in TERM HUP SEGV ABRT; do however_it_ends "$signal"; done
ctrl_c
resize_storm
if command -v vi >/dev/null; then an_editor; else echo "terminal: the editor is skipped, there is no vi"; fi
