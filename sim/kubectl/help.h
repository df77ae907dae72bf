/* The page of `kubectl VERB --help`: kubectl's sections and flags, our own sentences. */
#ifndef KUBECTL_HELP_H
#define KUBECTL_HELP_H

#include "kubectl/kubectl.h"
#include "svcsim/str.h"

/* verb NULL: kubectl itself. */
void help_print(const struct verb *verb, const char *command, struct str *out);
/* kubectl's own commands in their groups, and how it is used. */
void help_print_groups(struct str *out);
/* The flags that every verb takes. */
void help_print_options(struct str *out);

#endif
