/* The suffix of a ConfigMap's or Secret's name that its content makes. */
#ifndef KUBECTL_NAME_HASH_H
#define KUBECTL_NAME_HASH_H

#include "api/value.h"

/* name: as the digest has it, which kustomize leaves empty.  In arena. */
const char *name_hash(struct arena *arena, const struct value *root, const char *name);

#endif
