#include "control/source.h"

#include <string.h>

/* Where a reference stands, and the kind it names. */
struct source {
	const char *field, *kind, *word;
};

static const struct source env_from[] = {
	{ "configMapRef", "ConfigMap", "configmap" },
	{ "secretRef", "Secret", "secret" },
};

static const struct source env_keys[] = {
	{ "configMapKeyRef", "ConfigMap", "configmap" },
	{ "secretKeyRef", "Secret", "secret" },
};

static const struct source volumes[] = {
	{ "configMap", "ConfigMap", "configmap" },
	{ "secret", "Secret", "secret" },
};

static const struct object *
source_object(const struct server *server, const struct object *pod, const struct source *source, const char *name)
{
	return store_get(server->store, kind_by_kind(source->kind), pod->namespace, name);
}

static bool
has_key(const struct object *object, const char *key)
{
	static const char *const maps[] = { "data", "binaryData", "stringData" };

	for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++)
		if (value_get(value_get(object->root, maps[i]), key))
			return true;
	return false;
}

static char *
missing(struct arena *arena, const struct source *source, const char *name)
{
	return arena_printf(arena, "%s \"%s\" not found", source->word, name);
}

static char *
missing_from(const struct server *server, const struct object *pod, const struct value *from, struct arena *arena)
{
	for (size_t s = 0; s < sizeof env_from / sizeof env_from[0]; s++) {
		const struct value *reference = value_get(from, env_from[s].field);
		const char *name = value_get_text(reference, "name");

		if (name && !value_get_bool(reference, "optional", false) && !source_object(server, pod, &env_from[s], name))
			return missing(arena, &env_from[s], name);
	}
	return NULL;
}

static char *
missing_key(const struct server *server, const struct object *pod, const struct value *from, struct arena *arena)
{
	for (size_t s = 0; s < sizeof env_keys / sizeof env_keys[0]; s++) {
		const struct value *reference = value_get(from, env_keys[s].field);
		const char *name = value_get_text(reference, "name"), *key = value_get_text(reference, "key");
		const struct object *object;

		if (!name || !key || value_get_bool(reference, "optional", false))
			continue;
		object = source_object(server, pod, &env_keys[s], name);
		if (!object)
			return missing(arena, &env_keys[s], name);
		if (!has_key(object, key))
			return arena_printf(arena, "couldn't find key %s in %s %s/%s", key, env_keys[s].kind, pod->namespace, name);
	}
	return NULL;
}

char *
source_missing_env(
	const struct server *server, const struct object *pod, const struct value *container, struct arena *arena)
{
	const struct value *from = value_get(container, "envFrom"), *env = value_get(container, "env");
	char *text = NULL;

	for (size_t i = 0; i < value_count(from) && !text; i++)
		text = missing_from(server, pod, value_at(from, i), arena);
	for (size_t i = 0; i < value_count(env) && !text; i++)
		text = missing_key(server, pod, value_get(value_at(env, i), "valueFrom"), arena);
	return text;
}

/* A volume's source, or one of a projected volume's. */
static char *
missing_in(const struct server *server, const struct object *pod, const struct value *from, struct arena *arena)
{
	for (size_t s = 0; s < sizeof volumes / sizeof volumes[0]; s++) {
		const struct value *reference = value_get(from, volumes[s].field), *items = value_get(reference, "items");
		const char *name = value_get_text(reference, "secretName");
		const struct object *object;

		name = name ? name : value_get_text(reference, "name");
		/* the cluster's own CA is published into each namespace */
		if (!name || value_get_bool(reference, "optional", false) || strcmp(name, "kube-root-ca.crt") == 0)
			continue;
		object = source_object(server, pod, &volumes[s], name);
		if (!object)
			return missing(arena, &volumes[s], name);
		for (size_t i = 0; i < value_count(items); i++)
			if (!has_key(object, value_get_text(value_at(items, i), "key")))
				return arena_printf(arena, "references non-existent %s key: %s", strcmp(volumes[s].word, "secret") ? "config" :
					"secret", value_get_text(value_at(items, i), "key"));
	}
	return NULL;
}

char *
source_missing_volume(const struct server *server, const struct object *pod, const char **volume, struct arena *arena)
{
	const struct value *list = value_path(pod->root, "spec.volumes");
	char *text = NULL;

	for (size_t i = 0; i < value_count(list) && !text; i++) {
		const struct value *one = value_at(list, i), *projected = value_path(one, "projected.sources");

		*volume = value_get_text(one, "name");
		text = missing_in(server, pod, one, arena);
		for (size_t j = 0; j < value_count(projected) && !text; j++)
			text = missing_in(server, pod, value_at(projected, j), arena);
	}
	return text;
}
