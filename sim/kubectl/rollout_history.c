/* Follows k8s.io/kubectl/pkg/polymorphichelpers/history.go. */
#include "kubectl/rollout_history.h"

#include <stdlib.h>
#include <string.h>

#include "control/revision.h"

#define REVISION "deployment.kubernetes.io/revision"

static const struct {
	const char *workload, *revision;
} holders[] = {
	{ "Deployment", "ReplicaSet" }, { "DaemonSet", "ControllerRevision" }, { "StatefulSet", "ControllerRevision" },
};

static const char *
holder_of(const struct kind *kind)
{
	for (size_t i = 0; i < sizeof holders / sizeof *holders; i++)
		if (strcmp(holders[i].workload, kind->kind) == 0)
			return holders[i].revision;
	return NULL;
}

bool
history_has(const struct kind *kind)
{
	return holder_of(kind);
}

static bool
is_replicaset(const struct history_revision *revision)
{
	return strcmp(revision->object->kind->kind, "ReplicaSet") == 0;
}

/* False for a ReplicaSet that the Deployment has not numbered yet. */
static bool
number_of(struct history_revision *revision)
{
	const char *text = object_annotation(revision->object, REVISION);

	if (!is_replicaset(revision))
		revision->number = value_get_int(revision->object->root, "revision", 0);
	else if (text)
		revision->number = strtoll(text, NULL, 10);
	return !is_replicaset(revision) || text;
}

static int
by_number(const void *a, const void *b)
{
	const struct history_revision *left = a, *right = b;

	return (left->number > right->number) - (left->number < right->number);
}

void
history_find(const struct store *store, const struct object *workload, struct history *history)
{
	size_t n;
	const struct object *const *objects = store_list(store, kind_by_kind(holder_of(workload->kind)), workload->namespace, &n);

	*history = (struct history){ workload, VEC_INIT };
	for (size_t i = 0; i < n; i++) {
		struct history_revision revision = { 0, objects[i] };

		if (workload_owned_by(objects[i], workload) && number_of(&revision))
			*vec_push(&history->list) = revision;
	}
	if (history->list.n)
		qsort(history->list.v, history->list.n, sizeof *history->list.v, by_number);
}

void
history_release(struct history *history)
{
	vec_release(&history->list);
}

const struct history_revision *
history_numbered(const struct history *history, int64_t number)
{
	for (size_t i = 0; i < history->list.n; i++)
		if (history->list.v[i].number == number)
			return &history->list.v[i];
	return NULL;
}

struct value *
history_template(struct arena *arena, const struct history_revision *revision)
{
	if (is_replicaset(revision))
		return value_copy(arena, value_path(revision->object->root, "spec.template"));
	return revision_template(arena, revision->object);
}

struct value *
history_object(struct arena *arena, const struct history *history, const struct history_revision *revision)
{
	struct value *root;

	if (is_replicaset(revision))
		return value_copy(arena, revision->object->root);
	root = value_copy(arena, history->workload->root);
	value_set(arena, value_make_map(arena, root, "spec"), "template", revision_template(arena, revision->object));
	return root;
}
