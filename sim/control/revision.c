/*
 * ControllerRevisions (pkg/controller/history/controller_history.go): data is a patch that puts the whole template
 * back, the name ends in its hash, and the number of the one in force is the highest.
 */
#include "control/revision.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "base/hash.h"

static int64_t
number_of(const struct object *revision)
{
	return value_get_int(revision->root, "revision", 0);
}

static int
by_number(const void *a, const void *b)
{
	const struct object *x = *(const struct object *const *)a, *y = *(const struct object *const *)b;

	if (number_of(x) != number_of(y))
		return number_of(x) < number_of(y) ? -1 : 1;
	return strcmp(x->name, y->name);
}

static struct value *
data_of(struct arena *arena, const struct object *owner)
{
	struct value *data = value_map(arena), *template = value_copy(arena, value_path(owner->root, "spec.template"));

	value_set_text(arena, template, "$patch", "replace");
	value_set(arena, value_make_map(arena, data, "spec"), "template", template);
	return data;
}

struct value *
revision_template(struct arena *arena, const struct object *revision)
{
	struct value *template = value_copy(arena, value_path(revision->root, "data.spec.template"));

	value_remove(template, "$patch");
	return template;
}

/* HashControllerRevision: the data as Go marshals it, and the number of collisions, which there are none of. */
static void
data_hash(const struct value *data, char hash[static 16])
{
	struct str text = STR_INIT;
	char decimal[16];

	json_write(data, 0, &text);
	str_add(&text, "0");
	snprintf(decimal, sizeof decimal, "%u", (unsigned)fnv32(text.buf, text.len));
	safe_encode(decimal, hash);
	str_release(&text);
}

static void
make(struct server *server, const struct object *owner, const struct revision_mark *mark, const struct value *data,
	int64_t number)
{
	struct arena arena = ARENA_INIT;
	const struct value *labels = value_path(owner->root, "spec.template.metadata.labels");
	struct value *revision = value_map(&arena), *meta = value_make_map(&arena, revision, "metadata");
	struct value *own = labels ? value_copy(&arena, labels) : value_map(&arena);
	char hash[16];

	if (mark->of_template)
		workload_template_hash(owner, hash);
	else
		data_hash(data, hash);
	value_set_text(&arena, own, mark->label, hash);
	value_set_text(&arena, revision, "apiVersion", "apps/v1");
	value_set_text(&arena, revision, "kind", "ControllerRevision");
	if (value_count(value_get(object_meta(owner), "annotations")))
		value_set(&arena, meta, "annotations", value_copy(&arena, value_get(object_meta(owner), "annotations")));
	value_set(&arena, meta, "labels", own);
	value_set(&arena, meta, "name", value_stringf(&arena, "%s-%s", owner->name, hash));
	value_set_text(&arena, meta, "namespace", owner->namespace);
	value_append(&arena, value_make_list(&arena, meta, "ownerReferences"), workload_owner_reference(&arena, owner));
	value_set(&arena, revision, "data", value_copy(&arena, data));
	value_set_int(&arena, revision, "revision", number);
	server_create(server, kind_by_kind("ControllerRevision"), owner->namespace, revision);
	arena_release(&arena);
}

static void
renumber(struct server *server, const struct object *revision, int64_t number)
{
	struct object *copy = object_copy(revision);

	value_set_int(&copy->arena, copy->root, "revision", number);
	workload_commit(server, revision, copy);
}

static void
list(struct server *server, const struct object *owner, struct revisions *revisions)
{
	size_t n;
	const struct object *const *all = store_list(server->store, kind_by_kind("ControllerRevision"), owner->namespace, &n);

	for (size_t i = 0; i < n; i++)
		if (workload_owned_by(all[i], owner))
			*vec_push(&revisions->list) = object_ref(all[i]);
	if (revisions->list.n)
		qsort(revisions->list.v, revisions->list.n, sizeof *revisions->list.v, by_number);
}

void
revisions_find(struct server *server, const struct object *owner, const struct revision_mark *mark,
	struct revisions *revisions)
{
	struct arena arena = ARENA_INIT;
	struct value *data = data_of(&arena, owner);
	size_t equal = 0;
	int64_t newest;

	*revisions = (struct revisions){ 0 };
	list(server, owner, revisions);
	while (equal < revisions->list.n && !value_equal(value_get(revisions->list.v[equal]->root, "data"), data))
		equal++;
	newest = revisions->list.n ? number_of(revisions->list.v[revisions->list.n - 1]) : 0;
	if (equal + 1 != revisions->list.n && !object_is_deleting(owner)) {
		if (equal == revisions->list.n)
			make(server, owner, mark, data, newest + 1);
		else
			renumber(server, revisions->list.v[equal], newest + 1);
		revisions_release(revisions);
		list(server, owner, revisions);
	}
	if (revisions->list.n)
		revisions->update = revisions->list.v[revisions->list.n - 1];
	arena_release(&arena);
}

void
revisions_release(struct revisions *revisions)
{
	workload_list_release(&revisions->list);
	*revisions = (struct revisions){ 0 };
}

const struct object *
revisions_named(const struct revisions *revisions, const char *name)
{
	for (size_t i = 0; name && i < revisions->list.n; i++)
		if (strcmp(revisions->list.v[i]->name, name) == 0)
			return revisions->list.v[i];
	return NULL;
}

void
revisions_trim(struct server *server, const struct object *owner, const struct revisions *revisions,
	bool (*in_use)(const struct object *revision, const void *arg), const void *arg)
{
	int64_t limit = workload_spec_int(owner, "revisionHistoryLimit", 10), old = 0;

	for (size_t i = 0; i < revisions->list.n; i++)
		old += !in_use(revisions->list.v[i], arg);
	for (size_t i = 0; i < revisions->list.n && old > limit; i++)
		if (!in_use(revisions->list.v[i], arg)) {
			server_remove(server, revisions->list.v[i]);
			old--;
		}
}
