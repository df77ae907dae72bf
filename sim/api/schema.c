/* The table of fields.  Its rows are sorted where they stand: a look-up is a binary search over const data. */
#include "api/schema.h"

#include <stdlib.h>
#include <string.h>

#include "svcsim/str.h"

static const struct schema_field fields[] = {
#define FIELD(...) { __VA_ARGS__ },
#include "api/schema/apiextensions.def"
#include "api/schema/apps.def"
#include "api/schema/autoscaling.def"
#include "api/schema/batch.def"
#include "api/schema/core.def"
#include "api/schema/discovery.def"
#include "api/schema/gateway.def"
#include "api/schema/kubeadm.def"
#include "api/schema/kubeproxy.def"
#include "api/schema/meta.def"
#include "api/schema/metallb.def"
#include "api/schema/networking.def"
#include "api/schema/policy.def"
#include "api/schema/svcsim.def"
#undef FIELD
};
#define FIELDS (sizeof fields / sizeof *fields)

/* The first row that does not come before type. */
static size_t
lower_bound(const char *type)
{
	size_t low = 0, high = FIELDS;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(fields[middle].owner, type) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct schema_field *
schema_fields(const char *type, size_t *n)
{
	size_t first = lower_bound(type), end = first;

	while (end < FIELDS && !strcmp(fields[end].owner, type))
		end++;
	*n = end - first;
	return *n ? &fields[first] : NULL;
}

const struct schema_field *
schema_field(const char *type, const char *name)
{
	for (size_t i = lower_bound(type); i < FIELDS && !strcmp(fields[i].owner, type); i++) {
		int order = strcmp(fields[i].name, name);

		if (order >= 0)
			return order ? NULL : &fields[i];
	}
	return NULL;
}

bool
schema_is_list(const char *type)
{
	return str_starts(type, "[]");
}

bool
schema_is_map(const char *type)
{
	return str_starts(type, "map<");
}

bool
schema_is_struct(const char *type)
{
	size_t first = lower_bound(type);

	return first < FIELDS && !strcmp(fields[first].owner, type);
}

const char *
schema_element(const char *type, char *buf, size_t size)
{
	const char *element = type + (schema_is_list(type) ? 2 : 4);
	size_t len;

	if (!schema_is_list(type) && !schema_is_map(type))
		return NULL;
	len = strlen(element) - (schema_is_map(type) ? 1 : 0);
	if (len >= size)
		BUG("no room for the element of %s", type);
	memmove(buf, element, len);
	buf[len] = '\0';
	return buf;
}

/* ---- the order of fields ---- */

struct placed {
	struct value_entry entry;
	unsigned place;
};

static int
by_place(const void *a, const void *b)
{
	const struct placed *left = a, *right = b;

	if (left->place != right->place)
		return left->place < right->place ? -1 : 1;
	return strcmp(left->entry.key, right->entry.key);
}

static void
arrange_map(const char *type, struct value *map)
{
	size_t n = value_count(map);
	struct placed *placed = xcalloc(n + 1, sizeof *placed);
	char element[128];

	for (size_t i = 0; i < n; i++) {
		const struct schema_field *field = schema_is_map(type) ? NULL : schema_field(type, map->map.v[i].key);

		placed[i] = (struct placed){ map->map.v[i], field ? field->place : 0 };
		if (field)
			schema_arrange(field->type, map->map.v[i].value);
		else if (schema_is_map(type))
			schema_arrange(schema_element(type, element, sizeof element), map->map.v[i].value);
	}
	qsort(placed, n, sizeof *placed, by_place);
	for (size_t i = 0; i < n; i++)
		map->map.v[i] = placed[i].entry;
	free(placed);
}

void
schema_arrange(const char *type, struct value *value)
{
	char element[128];

	if (value->type == VALUE_MAP && (schema_is_map(type) || schema_is_struct(type)))
		arrange_map(type, value);
	for (size_t i = 0; value->type == VALUE_LIST && schema_is_list(type) && i < value_count(value); i++)
		schema_arrange(schema_element(type, element, sizeof element), value_at(value, i));
}

void
schema_findings_release(schema_findings *findings)
{
	for (size_t i = 0; i < findings->n; i++)
		free(findings->v[i]);
	vec_release(findings);
}
