/* The text of iptables-save from somewhere else, looked at before it is used: is it one, and what in it can't be met here? */
#ifndef HOST_DUMP_H
#define HOST_DUMP_H

#include "svcsim/err.h"
#include "svcsim/str.h"

/* -1: there is no table in it, or it is of IPv6. */
MUST_CHECK int dump_check(const char *file, const char *text, struct err *err);
/* Interfaces that its rules name and that no node of svcsim has, appended: "cali+, tunl0". */
void dump_strange_interfaces(const char *text, struct str *out);

#endif
