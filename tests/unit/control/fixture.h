/*
 * What the tests of controllers share: the base cluster with some manifests, requests as a person makes them, and the objects that are
 * there afterwards.  Everything is in namespace default.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "api/yaml.h"
#include "cluster/cluster.h"

#define START (INT64_C(1767225600) * CLOCK_SECOND)	/* 2026-01-01T00:00:00Z */

static inline void
make(struct cluster *cluster, const char *manifests)
{
	struct cluster_text text = { "test", manifests, strlen(manifests) };
	struct err err = ERR_INIT;

	if (cluster_make(cluster, 1, START, &text, 1, false, &err))
		fail_msg("%u:%u: %s", err.line, err.column, err.text);
}

static inline void
settle(struct cluster *cluster)
{
	cluster_settle(cluster);
	cluster_check(cluster);
}

static inline const struct object *
find(const struct cluster *cluster, const char *kind, const char *name)
{
	const struct kind *of = kind_by_kind(kind);

	return store_get(cluster->server.store, of, of->namespaced ? "default" : "", name);
}

static inline const struct object *
object_in(const struct cluster *cluster, const char *kind, const char *name)
{
	const struct object *object = find(cluster, kind, name);

	if (!object)
		fail_msg("%s %s is not there", kind, name);
	return object;
}

static inline void
request(struct cluster *cluster, enum request_verb verb, const char *kind, const char *name, const struct value *body)
{
	struct request request = REQUEST_INIT;
	struct status status = STATUS_INIT;

	request.verb = verb;
	request.kind = kind_by_kind(kind);
	request.namespace = request.kind->namespaced ? "default" : "";
	request.name = name;
	request.body = body;
	request.patch_type = PATCH_MERGE;
	if (server_do(&cluster->server, &request, NULL, &status))
		fail_msg("%s %s: %s", kind, name ? name : "", status.message);
	status_release(&status);
}

/* No controller runs before settle. */
static inline void
create(struct cluster *cluster, const char *yaml)
{
	const struct yaml_options options = { .unique_keys = false };
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	value_vec documents = VEC_INIT;

	assert_int_equal(yaml_read("test", yaml, strlen(yaml), &options, &arena, &documents, &err), 0);
	for (size_t i = 0; i < documents.n; i++)
		request(cluster, REQUEST_CREATE, value_get_text(documents.v[i], "kind"), NULL, documents.v[i]);
	vec_release(&documents);
	arena_release(&arena);
}

static inline void
patch(struct cluster *cluster, const char *kind, const char *name, const char *json)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct value *body;

	assert_int_equal(json_read("patch", json, strlen(json), &arena, &body, &err), 0);
	request(cluster, REQUEST_PATCH, kind, name, body);
	arena_release(&arena);
}

static inline void
delete(struct cluster *cluster, const char *kind, const char *name)
{
	request(cluster, REQUEST_DELETE, kind, name, NULL);
}

static inline const char *
text_at(const struct object *object, const char *path)
{
	const char *text = value_text(value_path(object->root, path));

	return text ? text : "";
}

static inline int64_t
int_at(const struct object *object, const char *path)
{
	const struct value *value = value_path(object->root, path);

	return value && value->type == VALUE_INT ? value->integer : -1;
}

static inline size_t
count_of(const struct cluster *cluster, const char *kind)
{
	size_t n;

	store_list(cluster->server.store, kind_by_kind(kind), "default", &n);
	return n;
}

/* The i-th pod of namespace default whose name begins so; NULL. */
static inline const struct object *
pod_at(const struct cluster *cluster, const char *prefix, size_t i)
{
	size_t n;
	const struct object *const *pods = store_list(cluster->server.store, kind_by_kind("Pod"), "default", &n);

	for (size_t p = 0; p < n; p++)
		if (strncmp(pods[p]->name, prefix, strlen(prefix)) == 0 && i-- == 0)
			return pods[p];
	return NULL;
}

/* As its kubelet says when the containers have ended. */
static inline void
end_pod(struct cluster *cluster, const struct object *pod, const char *phase, int exit_code)
{
	struct object *copy = object_copy(pod);
	struct value *status = value_get(copy->root, "status");
	struct value *container = value_at(value_get(status, "containerStatuses"), 0), *conditions = value_get(status, "conditions");
	struct value *state = value_map(&copy->arena), *ended = value_make_map(&copy->arena, state, "terminated");
	char now[CLOCK_TEXT];

	value_set_text(&copy->arena, status, "phase", phase);
	value_set_int(&copy->arena, ended, "exitCode", exit_code);
	value_set_text(&copy->arena, ended, "finishedAt", clock_format(cluster->server.clock.now, now));
	value_set(&copy->arena, container, "state", state);
	for (size_t i = 0; i < value_count(conditions); i++)
		if (strcmp(value_get_text(value_at(conditions, i), "type"), "Ready") == 0)
			value_set_text(&copy->arena, value_at(conditions, i), "status", "False");
	server_write(&cluster->server, copy);
	control_run(&cluster->control);
}

/* Was that said about the object of the name? */
static inline bool
was_said(const struct cluster *cluster, const char *about, const char *reason, const char *message)
{
	size_t n;
	const struct object *const *events = store_list(cluster->server.store, kind_by_kind("Event"), "default", &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(text_at(events[i], "involvedObject.name"), about) == 0 && strcmp(text_at(events[i], "reason"), reason) == 0 &&
			strcmp(text_at(events[i], "message"), message) == 0)
			return true;
	return false;
}

/* The i-th slice of the Service in the order of names; NULL. */
static inline const struct object *
slice_at(const struct cluster *cluster, const char *service, size_t i)
{
	size_t n;
	const struct object *const *slices =
		store_list(cluster->server.store, kind_by_kind("EndpointSlice"), "default", &n);

	for (size_t s = 0; s < n; s++)
		if (strcmp(slice_view(slices[s])->service, service) == 0 && i-- == 0)
			return slices[s];
	return NULL;
}

#endif
