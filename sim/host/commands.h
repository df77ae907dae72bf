/* Every command, once, in the order of `help`; each is a `const struct command command_<id>` in one of the cmd_*.c. */
#ifndef HOST_COMMANDS_H
#define HOST_COMMANDS_H

#include "host/shell.h"

#define COMMANDS(X) \
	X(kubectl) X(trace) X(rules) X(doctor) X(on) X(undo) X(redo) \
	X(curl) X(wget) X(nslookup) X(dig) X(host) X(getent) X(nc) X(telnet) X(socat) X(ping) X(traceroute) X(timeout) \
	X(ssh) X(iptables_save) X(ip6tables_save) X(iptables) X(ip6tables) X(nft) X(ipvsadm) X(ipset) X(sysctl) \
	X(systemctl) X(journalctl) X(crictl) X(ip) X(ifconfig) X(route) X(ss) X(netstat) \
	X(cat) X(echo) X(printf) X(tee) X(head) X(tail) X(wc) X(grep) X(egrep) X(fgrep) X(sed) X(awk) X(sort) X(uniq) X(cut) X(tr) X(base64) \
	X(seq) X(xargs) X(jq) X(diff) X(rev) X(tac) X(nl) X(paste) X(column) X(yes) X(less) X(more) X(expr) \
	X(basename) X(dirname) X(find_files) X(vi) X(vim) X(nano) X(watch) X(man) X(whoami) X(id) X(uname) X(ps) \
	X(ls) X(cd) X(pwd) X(mkdir) X(rm) X(rmdir) X(cp) X(mv) X(touch) X(chmod) \
	X(export) X(unset) X(env) X(printenv) X(read) X(alias) X(unalias) X(sh) X(bash) X(test) X(bracket) X(true) X(false) X(break) \
	X(continue) X(return) X(shift) X(set) X(local) X(declare) X(readonly) X(source) X(dot) X(eval) X(exec) X(command) \
	X(type) X(let) X(colon) X(trap) X(jobs) X(wait) X(kill) X(pkill) X(busybox) X(sudo) X(sleep) X(date) X(hostname) X(which) X(history) X(clear) X(help) X(exit) X(logout)

#define COMMAND_DECLARE(id) extern const struct command command_##id;
COMMANDS(COMMAND_DECLARE)
#undef COMMAND_DECLARE

/* Says why on the error stream, after the command's name; the exit status of the kind of error.  Releases err. */
int command_fail(struct io *io, const char *command, struct err *err);

#endif
