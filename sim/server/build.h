/* What the programs of a release say of themselves: /version, kubectl version -o yaml. */
#ifndef SERVER_BUILD_H
#define SERVER_BUILD_H

#include "svcsim/str.h"

struct build {
	const char *version, *commit, *date, *go;
};

/* NULL for a release of which nothing more is known than its name. */
const struct build *build_of(const char *version);
/* What the API server answers at /version. */
void build_add_json(const char *version, struct str *out);

#endif
