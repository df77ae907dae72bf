/* --from-literal, --from-file and --from-env-file: what the data of a ConfigMap or Secret is made of. */
#ifndef KUBECTL_SOURCES_H
#define KUBECTL_SOURCES_H

#include "kubectl/typed.h"

extern const struct flag sources_flags[];

/*
 * Puts key: text pairs into root's data, made when there is any; encode: as base64.  what: "ConfigMap", for messages.
 * -1: the failure is among the mutation's.
 */
MUST_CHECK int sources_add(struct typed *typed, struct mutation *mutation, const struct flags *flags, bool encode);
/* One pair; -1 when the key is there already. */
MUST_CHECK int sources_add_pair(struct typed *typed, struct mutation *mutation, const char *key, const char *text,
	size_t len, bool encode);
/* The text of a file, or -1 and the failure `error reading F: no such file or directory`. */
MUST_CHECK int sources_read_file(struct mutation *mutation, const char *path, struct str *text);
void sources_base64(const char *text, size_t len, struct str *out);

#endif
