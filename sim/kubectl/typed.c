/* Follows the generators of k8s.io/kubectl/pkg/cmd/create. */
#include "kubectl/typed.h"

#include <stdlib.h>
#include <string.h>

#include "kubectl/verb_list.h"

const struct flag create_field_manager[] = {
	{ "field-manager", 0, FLAG_STRING, "kubectl-create", NULL, NULL, "Name of the manager that owns the fields." },
	FLAGS_END,
};

void
typed_init(struct typed *typed, const char *kind, const char *name, struct kubectl *kubectl, const struct flags *flags)
{
	char buf[64];

	typed->arena = (struct arena)ARENA_INIT;
	typed->kind = kind_by_kind(kind);
	typed->root = value_map(&typed->arena);
	value_set_text(&typed->arena, typed->root, "kind", kind);
	value_set_text(&typed->arena, typed->root, "apiVersion", kind_api_version(typed->kind, buf));
	typed->metadata = value_make_map(&typed->arena, typed->root, "metadata");
	value_set_text(&typed->arena, typed->metadata, "name", name);
	if (typed->kind->namespaced && flag_given(flags, "namespace"))
		value_set_text(&typed->arena, typed->metadata, "namespace", kubectl->namespace);
	value_set(&typed->arena, typed->metadata, "creationTimestamp", value_null(&typed->arena));
}

void
typed_release(struct typed *typed)
{
	arena_release(&typed->arena);
}

void
typed_label(struct typed *typed, const char *key, const char *value)
{
	value_set_text(&typed->arena, value_make_map(&typed->arena, typed->metadata, "labels"), key, value);
}

const char *
typed_container_name(struct arena *arena, struct kubectl *kubectl, const char *image)
{
	const char *slash = strrchr(image, '/');
	const char *last = slash ? slash + 1 : image;
	char *name = arena_strndup(arena, last, strcspn(last, ":@"));
	char suffix[6];

	if (!name[strcspn(name, "_.")])
		return name;
	for (char *c = name; *c; c++)
		if (*c == '_' || *c == '.')
			*c = '-';
	rng_suffix(&kubectl->cluster->server.rng, suffix, 5);
	return arena_printf(arena, "%s-%s", name, suffix);
}

struct value *
typed_container(struct typed *typed, const char *name, const char *image)
{
	struct value *container = value_map(&typed->arena);

	value_set_text(&typed->arena, container, "name", name);
	value_set_text(&typed->arena, container, "image", image);
	return container;
}

void
typed_strings(struct typed *typed, struct value *map, const char *key, char *const *texts, size_t n)
{
	struct value *list;

	if (!n)
		return;
	list = value_make_list(&typed->arena, map, key);
	for (size_t i = 0; i < n; i++)
		value_append(&typed->arena, list, value_string(&typed->arena, texts[i]));
}

void
typed_save_config(struct typed *typed)
{
	struct value *annotations = value_make_map(&typed->arena, typed->metadata, "annotations");
	struct str text = STR_INIT;

	/* The annotation is made of the object without it. */
	value_remove(annotations, LAST_APPLIED);
	if (!value_count(annotations))
		value_remove(typed->metadata, "annotations");
	output_json_line(typed->root, &text);
	str_add(&text, "\n");
	value_set_text(&typed->arena, value_make_map(&typed->arena, typed->metadata, "annotations"), LAST_APPLIED, text.buf);
	str_release(&text);
}

void
typed_create(struct typed *typed, struct mutation *mutation, const struct flags *flags, const char *failing)
{
	struct request request = mutation_request(mutation, REQUEST_CREATE, typed->kind, mutation->kubectl->namespace);
	const char *name = value_get_text(typed->metadata, "name");
	const struct object *object = NULL;
	struct failures *failures = &mutation->failures;

	/* kubectl create service has the flag, and doesn't heed it. */
	if (flag_bool(flags, "save-config") && strcmp(typed->kind->kind, "Service") != 0)
		typed_save_config(typed);
	if (mutation->dry_run == DRY_RUN_CLIENT) {
		mutation_print(mutation, typed->kind, name, typed->root, true, "created");
		return;
	}
	request.body = typed->root;
	if (!mutation_send(mutation, &request, "", &object)) {
		mutation_print(mutation, typed->kind, object->name, object->root, true, "created");
		object_unref((struct object *)object);
	} else if (failing) {
		char *message = xstrdup(failures->list.v[failures->list.n - 1].status.message);

		failures_release(failures);
		failures_add(failures, "%s %s", failing, message);
		free(message);
	}
}

const char *
typed_name_argument(struct kubectl *kubectl, const struct flags *flags)
{
	size_t n = flags->dash < flags->nargs ? flags->dash : flags->nargs;

	if (n == 1)
		return flags->args[0];
	print_usage_error(kubectl->io, kubectl->command, "exactly one NAME is required, got %zu", n);
	return NULL;
}
