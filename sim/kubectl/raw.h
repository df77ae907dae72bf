/* --raw of get, create, replace and delete: one request by its path, and the answer as the server sends it. */
#ifndef KUBECTL_RAW_H
#define KUBECTL_RAW_H

#include "kubectl/kubectl.h"

#define RAW_NO_PATH "--raw must be a valid URL path: parse \"%s\": invalid URI for request"

bool raw_is_path(const char *path);

/*
 * Whether the running verb's --raw was given.  If so it is carried out: the flags beside it are checked, the file of -f is sent
 * to the path as it is, and *status is the exit status.
 */
bool raw_send(struct kubectl *kubectl, const struct flags *flags, enum request_verb verb, int *status);
/* The answer to GET; the exit status. */
int raw_get(struct kubectl *kubectl, const char *path);

#endif
