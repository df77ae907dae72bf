/* A server with the settings of the transcripts' cluster (10.96.0.0/12, node ports 30000-32767), and requests from YAML. */
#ifndef TESTS_SERVER_FIXTURE_H
#define TESTS_SERVER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/yaml.h"
#include "server/server.h"

struct fixture {
	struct server server;
	struct arena arena;
	struct status status;
};

static inline int
fixture_setup(void **state)
{
	struct fixture *fixture = xcalloc(1, sizeof *fixture);
	struct err err = ERR_INIT;

	fixture->status = (struct status)STATUS_INIT;
	server_init(&fixture->server, 1, INT64_C(1795405241) * CLOCK_SECOND);
	assert_int_equal(server_bootstrap(&fixture->server, &err), 0);
	*state = fixture;
	return 0;
}

static inline int
fixture_teardown(void **state)
{
	struct fixture *fixture = *state;

	status_release(&fixture->status);
	server_release(&fixture->server);
	arena_release(&fixture->arena);
	free(fixture);
	return 0;
}

static inline struct value *
fixture_read(struct fixture *fixture, const char *text)
{
	struct err err = ERR_INIT;
	value_vec documents = VEC_INIT;
	struct value *value;
	char *yaml = xasprintf("---\n%s", text);	/* a text that begins with a brace would be read as JSON */

	if (yaml_read("test", yaml, strlen(yaml), NULL, &fixture->arena, &documents, &err))
		fail_msg("%s: %s", err.text, text);
	free(yaml);
	value = documents.v[0];
	vec_release(&documents);
	return value;
}

/* The message of the refusal, "" when there is none; the object in *out when that is not NULL. */
static inline const char *
fixture_send(struct fixture *fixture, struct request *request, const char *body, const struct object **out)
{
	if (body)
		request->body = fixture_read(fixture, body);
	if (!server_do(&fixture->server, request, out, &fixture->status))
		return "";
	return fixture->status.message;
}

static inline const char *
fixture_create(struct fixture *fixture, const char *kind, const char *body)
{
	struct request request = REQUEST_INIT;

	request.verb = REQUEST_CREATE;
	request.kind = kind_by_kind(kind);
	request.namespace = request.kind->namespaced ? "default" : "";
	return fixture_send(fixture, &request, body, NULL);
}

static inline const char *
fixture_change(struct fixture *fixture, enum request_verb verb, enum patch_type type, const char *kind, const char *name, const char *body)
{
	struct request request = REQUEST_INIT;

	request.verb = verb;
	request.patch_type = type;
	request.kind = kind_by_kind(kind);
	request.namespace = request.kind->namespaced ? "default" : "";
	request.name = name;
	return fixture_send(fixture, &request, body, NULL);
}

/* What follows `is invalid: `, or the whole of another answer. */
static inline const char *
fixture_complaints(const char *message)
{
	static const char invalid[] = " is invalid: ";
	const char *found = strstr(message, invalid);

	return found ? found + sizeof invalid - 1 : message;
}

static inline const struct object *
fixture_get(const struct fixture *fixture, const char *kind, const char *name)
{
	const struct kind *row = kind_by_kind(kind);

	return store_get(fixture->server.store, row, row->namespaced ? "default" : "", name);
}

/* A field of a stored object as compact JSON; "" when absent. */
static inline const char *
fixture_field(struct fixture *fixture, const char *kind, const char *name, const char *path)
{
	const struct object *object = fixture_get(fixture, kind, name);
	const struct value *value;
	struct str text = STR_INIT;
	const char *copy;

	assert_non_null(object);
	value = value_path(object->root, path);
	if (value)
		json_write(value, 0, &text);
	copy = arena_strdup(&fixture->arena, text.buf);
	str_release(&text);
	return copy;
}

#endif
