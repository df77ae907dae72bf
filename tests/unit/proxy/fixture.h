/* A store and settings from YAML text, for tests of the proxy and the engine. */
#ifndef TESTS_PROXY_FIXTURE_H
#define TESTS_PROXY_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/yaml.h"
#include "net/engine.h"
#include "proxy/kubeproxy.h"

struct fixture {
	struct store *store;
	struct settings settings;
	struct arena arena;
};

static inline void
fixture_fail(struct err *err)
{
	struct str text = STR_INIT;

	err_print(err, &text);
	fail_msg("%s", text.buf);
}

static inline void
fixture_init(struct fixture *fixture)
{
	fixture->store = store_new();
	settings_init(&fixture->settings);
	fixture->arena = (struct arena)ARENA_INIT;
}

static inline void
fixture_release(struct fixture *fixture)
{
	store_free(fixture->store);
	settings_release(&fixture->settings);
	arena_release(&fixture->arena);
}

/* Objects go into the store as they are, settings documents into the settings. */
static inline void
fixture_load(struct fixture *fixture, const char *file, const char *text)
{
	value_vec documents = VEC_INIT;
	struct err err = ERR_INIT;

	if (yaml_read(file, text, strlen(text), NULL, &fixture->arena, &documents, &err) != 0)
		fixture_fail(&err);
	for (size_t i = 0; i < documents.n; i++) {
		const struct value *document = documents.v[i];
		struct object *object;

		if (settings_owns(document)) {
			if (settings_read(&fixture->settings, file, document, &err) != 0)
				fixture_fail(&err);
			continue;
		}
		object = object_new(kind_by_kind(value_get_text(document, "kind")));
		object->root = value_copy(&object->arena, document);
		object_seal(object);
		store_put(fixture->store, object);
	}
	vec_release(&documents);
}

static inline char *
fixture_read(const char *path)
{
	FILE *file = fopen(path, "r");
	struct str text = STR_INIT;
	char chunk[4096];
	size_t n;

	if (!file)
		return NULL;
	while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
		str_addn(&text, chunk, n);
	fclose(file);
	return str_detach(&text);
}

#endif
