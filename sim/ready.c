#include "ready.h"

#include <string.h>

#include "api/yaml.h"
#include "svcsim/sim.h"

/* What the API prints of times near zero; nothing else in the cluster looks like that. */
static const char epoch[] = "1970-01-01T00:00:";

static void
write_state(const struct cluster *cluster, struct str *out)
{
	struct arena arena = ARENA_INIT;
	struct value *state = value_map(&arena);

	value_set_int(&arena, state, "now", cluster->server.clock.now);
	value_set(&arena, state, "rng", value_stringf(&arena, "%llu", (unsigned long long)cluster->server.rng.state));
	value_set_int(&arena, state, "version", (int64_t)store_version(cluster->server.store));
	json_write(state, 0, out);
	str_addch(out, '\n');
	arena_release(&arena);
}

void
ready_write(struct str *out)
{
	struct cluster cluster;
	struct err err = ERR_INIT;

	if (cluster_make(&cluster, READY_SEED, 0, NULL, 0, false, &err))
		BUG("the README's cluster can't be made: %s", err.text);
	write_state(&cluster, out);
	for (const struct kind *kind = kinds; kind->kind; kind++) {
		size_t n;
		const struct object *const *objects = store_list(cluster.server.store, kind, NULL, &n);

		for (size_t i = 0; i < n; i++) {
			json_write(objects[i]->root, 0, out);
			str_addch(out, '\n');
		}
	}
	cluster_release(&cluster);
}

/* Times count from now. */
static void
move_times(struct arena *arena, struct value *value, int64_t now)
{
	switch (value->type) {
	case VALUE_STRING:
		if (value->string.len == sizeof "1970-01-01T00:00:00Z" - 1 && str_starts(value->string.text, epoch)) {
			char text[CLOCK_TEXT];
			int64_t when;

			if (clock_parse(value->string.text, &when))
				value->string.text = arena_strdup(arena, clock_format(now + when, text));
		}
		break;
	case VALUE_LIST:
		for (size_t i = 0; i < value->list.n; i++)
			move_times(arena, value->list.v[i], now);
		break;
	case VALUE_MAP:
		for (size_t i = 0; i < value->map.n; i++)
			move_times(arena, value->map.v[i].value, now);
		break;
	case VALUE_NULL:
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_FLOAT:
		break;
	}
}

static struct value *
read_line(const char **text, struct arena *arena)
{
	const char *end = strchr(*text, '\n');
	struct err err = ERR_INIT;
	struct value *value;

	if (json_read("ready", *text, (size_t)(end - *text), arena, &value, &err))
		BUG("the ready made cluster: %s", err.text);
	*text = end + 1;
	return value;
}

static void
read_object(const char **text, struct cluster *cluster, int64_t now)
{
	struct arena arena = ARENA_INIT;
	struct value *root = read_line(text, &arena);
	struct object *object = object_new(kind_by_gvk(value_get_text(root, "apiVersion"), value_get_text(root, "kind")));

	move_times(&arena, root, now);
	object->arena = arena;
	object->root = root;
	object_seal(object);
	store_load(cluster->server.store, object);
}

void
ready_read(const char *text, struct cluster *cluster, int64_t now)
{
	struct arena arena = ARENA_INIT;
	struct value *state = read_line(&text, &arena);
	struct err err = ERR_INIT;

	if (cluster_restore(cluster, READY_SEED, now + value_get_int(state, "now", 0), NULL, &err))
		BUG("the ready made cluster: %s", err.text);
	while (*text)
		read_object(&text, cluster, now);
	store_set_version(cluster->server.store, (uint64_t)value_get_int(state, "version", 0));
	cluster->server.rng.state = strtoull(value_get_text(state, "rng"), NULL, 10);
	cluster_restored(cluster, true);
	arena_release(&arena);
}
