/* Ports as people type them: 80, 80:8080, 80:http. */
#ifndef KUBECTL_PORTS_H
#define KUBECTL_PORTS_H

#include "api/value.h"
#include "svcsim/err.h"

/* strconv.Atoi with its error texts. */
MUST_CHECK int ports_parse_number(const char *text, int64_t *number, struct err *err);
/* A target port: a number where the text is one, else the text; no checking. */
struct value *ports_target(struct arena *arena, const char *text);
/* --tcp: PORT[:TARGETPORT[:anything]] */
MUST_CHECK int ports_parse_pair(struct arena *arena, const char *text, int64_t *port, struct value **target,
	struct err *err);

#endif
