/* --from-literal, --from-file and --from-env-file: what the data of a ConfigMap or Secret is made of. */
#ifndef KUBECTL_SOURCES_H
#define KUBECTL_SOURCES_H

#include "kubectl/typed.h"

extern const struct flag sources_flags[], append_hash_flag[];

/*
 * Puts key: text pairs into root's data, made when there is any: a Secret's as base64, a ConfigMap's as it is, or in
 * binaryData when it is no UTF-8.  -1: the failure is among the mutation's.
 */
MUST_CHECK int sources_add(struct typed *typed, struct mutation *mutation, const struct flags *flags, bool secret);
/* FILE, KEY=FILE or a folder, as --from-file takes them. */
MUST_CHECK int sources_add_file(struct typed *typed, struct mutation *mutation, const char *source, bool secret);
/* One pair; -1 when the key is none, or is there already. */
MUST_CHECK int sources_add_pair(struct typed *typed, struct mutation *mutation, const char *key, const char *text,
	size_t len, bool secret);
/* --append-hash */
void sources_append_hash(struct typed *typed, const struct flags *flags);
void sources_base64(const char *text, size_t len, struct str *out);
void sources_unbase64(const char *text, struct str *out);	/* up to what is no digit of it */

#endif
