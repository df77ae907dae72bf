/* What all views are read with, and the protocols' names. */
#include "api/view_internal.h"

#include <string.h>

static const struct {
	const char *upper, *lower;
	unsigned number;
} protocols[PROTOCOL_COUNT] = {
#define PROTOCOL_ROW(id, upper, lower, number) [id] = { upper, lower, number },
	PROTOCOLS(PROTOCOL_ROW)
#undef PROTOCOL_ROW
};

const char *
protocol_name(enum protocol protocol)
{
	return protocols[protocol].upper;
}

const char *
protocol_lower(enum protocol protocol)
{
	return protocols[protocol].lower;
}

unsigned
protocol_number(enum protocol protocol)
{
	return protocols[protocol].number;
}

bool
protocol_parse(const char *text, enum protocol *protocol)
{
	for (int i = 0; i < PROTOCOL_COUNT; i++) {
		if (!strcmp(text, protocols[i].upper) || !strcmp(text, protocols[i].lower)) {
			*protocol = (enum protocol)i;
			return true;
		}
	}
	return false;
}

/* An object doesn't change by being looked at, but its view is made late and in its own arena: hence the cast. */
const void *
view_keep(
	const struct object *object, const char *kind, void *(*make)(const struct object *object, struct arena *arena))
{
	struct object *keeper = (struct object *)object;

	if (strcmp(object->kind->kind, kind) != 0)
		BUG("a %s has no view of a %s", object->kind->kind, kind);
	if (!keeper->view)
		keeper->view = make(object, &keeper->arena);
	return keeper->view;
}

const char *
view_text(const struct value *map, const char *key)
{
	const char *text = value_get_text(map, key);

	return text ? text : "";
}

uint16_t
view_port(const struct value *map, const char *key)
{
	int64_t port = value_get_int(map, key, 0);

	return port > 0 && port <= UINT16_MAX ? (uint16_t)port : 0;
}

enum protocol
view_protocol(const struct value *map)
{
	const char *text = value_get_text(map, "protocol");
	enum protocol protocol;

	return text && protocol_parse(text, &protocol) ? protocol : PROTOCOL_TCP;
}

struct ip
view_ip(const char *text)
{
	struct ip ip;

	if (text && ip_parse_lenient(text, &ip))
		return ip;
	memset(&ip, 0, sizeof ip);
	return ip;
}

const char **
view_texts(struct arena *arena, const struct value *list, size_t *n)
{
	const char **texts = arena_alloc(arena, (value_count(list) + 1) * sizeof *texts);

	*n = 0;
	for (size_t i = 0; i < value_count(list); i++) {
		const char *text = value_text(value_at(list, i));

		if (text)
			texts[(*n)++] = text;
	}
	return texts;
}

struct ip *
view_ips(struct arena *arena, const struct value *list, size_t *n)
{
	struct ip *ips = arena_alloc(arena, (value_count(list) + 1) * sizeof *ips);

	*n = 0;
	for (size_t i = 0; i < value_count(list); i++) {
		struct ip ip = view_ip(value_text(value_at(list, i)));

		if (ip.family != IP_NONE)
			ips[(*n)++] = ip;
	}
	return ips;
}

bool
view_condition(const struct value *root, const char *type)
{
	const struct value *conditions = value_get(value_get(root, "status"), "conditions");

	for (size_t i = 0; i < value_count(conditions); i++) {
		const struct value *condition = value_at(conditions, i);

		if (!strcmp(view_text(condition, "type"), type))
			return !strcmp(view_text(condition, "status"), "True");
	}
	return false;
}
