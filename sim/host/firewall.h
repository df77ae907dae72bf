/*
 * A node's own rules, as iptables -A, -I, -D, -F and -P change them: they are in the node's NodeHost document, before
 * (spec.rules) and behind (spec.appendedRules) what kube-proxy writes.
 */
#ifndef HOST_FIREWALL_H
#define HOST_FIREWALL_H

#include "host/shell.h"

/* Is one of the words a command that changes rules? */
bool firewall_is_change(int argc, const char *const *argv);
/* Runs it as iptables(8) would; the exit status. */
int firewall_main(struct shell *shell, struct io *io, int argc, const char *const *argv);

#endif
