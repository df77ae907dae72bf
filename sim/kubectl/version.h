/* What `kubectl version` and the server's /version tell of a build. */
#ifndef KUBECTL_VERSION_H
#define KUBECTL_VERSION_H

#include "api/value.h"

/* version: "v1.32.4".  In arena. */
struct value *version_info(struct arena *arena, const char *version);

#endif
