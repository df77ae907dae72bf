/* What the makers of views (view_*.c) share. */
#ifndef API_VIEW_INTERNAL_H
#define API_VIEW_INTERNAL_H

#include "api/view.h"

/* The view kept with the object, made by make in the object's arena on first use; a BUG on another kind. */
const void *view_keep(
	const struct object *object, const char *kind, void *(*make)(const struct object *object, struct arena *arena));

const char *view_text(const struct value *map, const char *key); /* "" when absent */
uint16_t view_port(const struct value *map, const char *key); /* 0 when absent or no port */
enum protocol view_protocol(const struct value *map); /* .protocol, TCP when absent */
struct ip view_ip(const char *text); /* family IP_NONE when it is none */
const char **view_texts(struct arena *arena, const struct value *list, size_t *n);
/* The addresses of list; those that don't parse are left out. */
struct ip *view_ips(struct arena *arena, const struct value *list, size_t *n);
bool view_condition(const struct value *root, const char *type); /* status.conditions has it as "True" */

#endif
