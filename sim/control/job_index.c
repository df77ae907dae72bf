#include "control/job_index.h"

#include <stdlib.h>
#include <string.h>

void
job_indexes_read(const char *text, bool *set, int64_t n)
{
	while (text && ascii_isdigit((unsigned char)*text)) {
		char *end;
		int64_t first = strtol(text, &end, 10), last = *end == '-' ? strtol(end + 1, &end, 10) : first;

		for (int64_t i = first; i <= last && i < n; i++)
			set[i] = true;
		text = *end == ',' ? end + 1 : NULL;
	}
}

/* Two that follow each other stand with a comma, more with a dash. */
int64_t
job_indexes_write(const bool *set, int64_t n, struct str *text)
{
	int64_t count = 0;

	for (int64_t first = 0, last; first < n; first = last + 1) {
		last = first;
		if (!set[first])
			continue;
		while (last + 1 < n && set[last + 1])
			last++;
		count += last - first + 1;
		str_addf(text, "%s%lld", text->len ? "," : "", (long long)first);
		if (last > first)
			str_addf(text, "%s%lld", last == first + 1 ? "," : "-", (long long)last);
	}
	return count;
}

int64_t
job_index_of(const struct object *pod, int64_t n)
{
	const char *text = object_annotation(pod, JOB_INDEX_KEY);
	int64_t index = text && ascii_isdigit((unsigned char)*text) ? strtol(text, NULL, 10) : -1;

	return index < n ? index : -1;
}

int64_t
job_index_count(const struct object *pod, const char *key)
{
	const char *text = object_annotation(pod, key);

	return text ? strtol(text, NULL, 10) : 0;
}

static void
add_index_variable(struct arena *arena, struct value *container)
{
	struct value *env = value_make_list(arena, container, "env"), *entry = value_map(arena), *field;

	for (size_t i = 0; i < value_count(env); i++) {
		const char *name = value_get_text(value_at(env, i), "name");

		if (name && strcmp(name, "JOB_COMPLETION_INDEX") == 0)
			return;
	}
	value_set_text(arena, entry, "name", "JOB_COMPLETION_INDEX");
	field = value_make_map(arena, value_make_map(arena, entry, "valueFrom"), "fieldRef");
	value_set_text(arena, field, "apiVersion", "v1");
	value_set_text(arena, field, "fieldPath", "metadata.labels['" JOB_INDEX_KEY "']");
	value_append(arena, env, entry);
}

void
job_index_put(struct arena *arena, const struct object *job, struct value *pod, int64_t index)
{
	static const char *const lists[] = { "initContainers", "containers" };
	struct value *meta = value_get(pod, "metadata"), *spec = value_get(pod, "spec");
	const char *text = arena_printf(arena, "%lld", (long long)index);

	value_set(arena, meta, "generateName", value_stringf(arena, "%s-%s-", job->name, text));
	value_set_text(arena, value_make_map(arena, meta, "annotations"), JOB_INDEX_KEY, text);
	value_set_text(arena, value_make_map(arena, meta, "labels"), JOB_INDEX_KEY, text);
	value_set(arena, spec, "hostname", value_stringf(arena, "%s-%s", job->name, text));
	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < value_count(value_get(spec, lists[l])); i++)
			add_index_variable(arena, value_at(value_get(spec, lists[l]), i));
}
