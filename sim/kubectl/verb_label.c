/*
 * kubectl label and kubectl annotate: KEY=VALUE sets, KEY- takes away.  Follows k8s.io/kubectl/pkg/cmd/label/label.go
 * and cmd/annotate/annotate.go, which say the same things in different words.
 */
#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "kubectl/format.h"
#include "kubectl/mutation.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"
#include "server/strategy.h"

#define COMMON_FLAGS \
	{ "list", 0, FLAG_BOOL, "false", "true", NULL, "Show what there is." }, \
	{ "local", 0, FLAG_BOOL, "false", "true", NULL, "Change the file's object only, and print it." }, \
	{ "overwrite", 0, FLAG_BOOL, "false", "true", NULL, "Change a value that is there already." }, \
	{ "resource-version", 0, FLAG_STRING, "", NULL, NULL, "Only change an object of this version." }

static const struct flag label_flags[] = {
	COMMON_FLAGS,
	{ "field-manager", 0, FLAG_STRING, "kubectl-label", NULL, NULL, "Name of the manager that owns the fields." },
	FLAGS_END,
};
static const struct flag annotate_flags[] = {
	COMMON_FLAGS,
	{ "field-manager", 0, FLAG_STRING, "kubectl-annotate", NULL, NULL, "Name of the manager that owns the fields." },
	FLAGS_END,
};

#define COMMON_TABLES record_flag, output_flags, dry_run_flag, filename_flags, selector_flag, field_selector_flag, all_flag, \
	all_namespaces_flag, NULL
static const struct flag *const label_tables[] = { label_flags, COMMON_TABLES };
static const struct flag *const annotate_tables[] = { annotate_flags, COMMON_TABLES };

struct pair {
	const char *key, *value;	/* value NULL: taken away */
};

struct tagging {
	struct mutation mutation;
	const struct flags *flags;
	struct arena arena;
	const char *noun, *map;		/* "label", "labels" */
	const char *example;		/* the file that messages name, without its extension */
	bool labels, local;
	VEC(struct pair) pairs;
};

static bool
is_pair(const char *word)
{
	return (strchr(word, '=') && *word != '=') || (str_ends(word, "-") && word[1]);
}

/* The label's value by the server's rules; an annotation may have any. */
static int
check_label(struct tagging *tagging, const char *word, const char *value)
{
	struct str why = STR_INIT;
	int bad;

	if (strchr(value, '=')) {
		failures_add(&tagging->mutation.failures, "invalid label spec: %s", word);
		return -1;
	}
	bad = check_label_value(value, &why);
	for (char *end = why.buf; bad && (end = strchr(end, '\n')); )
		*end = ';';
	if (bad)	/* each message has its end of line */
		failures_add(&tagging->mutation.failures, "invalid label value: \"%s\": %.*s", word, (int)why.len - 1, why.buf);
	str_release(&why);
	return bad;
}

/* Of several values for one key the last one counts. */
static void
keep_pair(struct tagging *tagging, const char *key, const char *value)
{
	for (size_t i = 0; value && i < tagging->pairs.n; i++)
		if (tagging->pairs.v[i].value && strcmp(tagging->pairs.v[i].key, key) == 0) {
			tagging->pairs.v[i].value = value;
			return;
		}
	*vec_push(&tagging->pairs) = (struct pair){ key, value };
}

static int
read_pair(struct tagging *tagging, const char *word)
{
	const char *equals = strchr(word, '=');

	if (!equals || equals == word) {
		keep_pair(tagging, arena_strndup(&tagging->arena, word, strlen(word) - 1), NULL);
		return 0;
	}
	if (tagging->labels && check_label(tagging, word, equals + 1))
		return -1;
	keep_pair(tagging, arena_strndup(&tagging->arena, word, (size_t)(equals - word)), equals + 1);
	return 0;
}

static bool
is_set(const struct tagging *tagging, const char *key)
{
	for (size_t i = 0; i < tagging->pairs.n; i++)
		if (tagging->pairs.v[i].value && strcmp(tagging->pairs.v[i].key, key) == 0)
			return true;
	return false;
}

/* What is taken away can't be set as well; of annotations all such are named. */
static int
check_conflicts(struct tagging *tagging)
{
	struct str keys = STR_INIT;
	bool any;

	for (size_t i = 0; i < tagging->pairs.n; i++)
		if (!tagging->pairs.v[i].value && is_set(tagging, tagging->pairs.v[i].key))
			str_addf(&keys, "%s%s", keys.len ? ", " : "", tagging->pairs.v[i].key);
	any = keys.len > 0;
	if (any && tagging->labels)
		failures_add(&tagging->mutation.failures, "can not both modify and remove a label in the same command");
	else if (any)
		failures_add(&tagging->mutation.failures, "can not both modify and remove the following annotation(s) in the same "
			"command: %s", keys.buf);
	str_release(&keys);
	return any ? -1 : 0;
}

/* Resources come first; *n of the words are theirs. */
static int
split_words(struct tagging *tagging, size_t *n)
{
	const struct flags *flags = tagging->flags;

	for (*n = 0; *n < flags->nargs && !is_pair(flags->args[*n]); )
		++*n;
	for (size_t i = *n; i < flags->nargs; i++)
		if (!is_pair(flags->args[i])) {
			failures_add(&tagging->mutation.failures, "all resources must be specified before %s changes: %s", tagging->noun,
				flags->args[i]);
			return -1;
		}
	for (size_t i = *n; i < flags->nargs; i++)
		if (read_pair(tagging, flags->args[i]))
			return -1;
	return 0;
}

/* What flags and words may not be together; NULL when all is well.  n words are resources. */
static const char *
find_fault(struct tagging *tagging, size_t n)
{
	const struct flags *flags = tagging->flags;
	bool files = manifests_given(flags), all = flag_bool(flags, "all");

	if (tagging->labels && flag_bool(flags, "list") && *flag_string(flags, "output"))	/* annotate's check never fires */
		return "--list and --output may not be specified together";
	if (all && *flag_string(flags, "selector"))
		return "cannot set --all and --selector at the same time";
	if (all && *flag_string(flags, "field-selector"))
		return "cannot set --all and --field-selector at the same time";
	if (tagging->local && tagging->mutation.dry_run == DRY_RUN_SERVER)
		return "cannot specify --local and --dry-run=server - did you mean --dry-run=client?";
	if (tagging->local && n)
		return arena_printf(&tagging->arena, "can only use local files by -f %s.yaml or --filename=%s.json when --local=true is "
			"set", tagging->example, tagging->example);
	if (tagging->local && !files)
		return arena_printf(&tagging->arena, "one or more files must be specified as -f %s.yaml or --filename=%s.json",
			tagging->example, tagging->example);
	if (!n && !files)
		return "one or more resources must be specified as <resource> <name> or <resource>/<name>";
	if (!tagging->pairs.n && !flag_bool(flags, "list"))
		return arena_printf(&tagging->arena, "at least one %s update is required", tagging->noun);
	return NULL;
}

/* The words and flags; *n of the words are resources. */
static int
read_line(struct tagging *tagging, size_t *n)
{
	const char *fault;

	if (split_words(tagging, n) || (tagging->labels && check_conflicts(tagging)))
		return -1;
	fault = find_fault(tagging, *n);
	if (fault)
		failures_add(&tagging->mutation.failures, "%s", fault);
	return fault || (!tagging->labels && check_conflicts(tagging)) ? -1 : 0;
}

/* What is there already and may not be changed without --overwrite; kubectl names all of them. */
static int
check_overwrites(struct tagging *tagging, const struct value *present)
{
	struct str found = STR_INIT;
	int result = 0;

	if (flag_bool(tagging->flags, "overwrite"))
		return 0;
	for (size_t i = 0; i < tagging->pairs.n; i++) {
		const struct pair *pair = &tagging->pairs.v[i];
		const char *old = value_get_text(present, pair->key);

		if (!pair->value || !old || strcmp(old, pair->value) == 0 ||
		    (!tagging->labels && strcmp(pair->key, "kubernetes.io/change-cause") == 0))
			continue;
		result = -1;
		if (tagging->labels)
			failures_add(&tagging->mutation.failures, "'%s' already has a value (%s), and --overwrite is false", pair->key, old);
		else
			str_addf(&found, "%s'%s' already has a value (%s)", found.len ? "; " : "", pair->key, old);
	}
	if (found.len)
		failures_add(&tagging->mutation.failures, "--overwrite is false but found the following declared annotation(s): %s",
			found.buf);
	str_release(&found);
	return result;
}

static size_t
json_length(const struct value *value)
{
	struct str text = STR_INIT;
	size_t len;

	json_write(value, 0, &text);
	len = text.len;
	str_release(&text);
	return len;
}

/* label tells what became of the object by comparing it before and after. */
static const char *
outcome(const struct tagging *tagging, const struct value *before, const struct value *after)
{
	if (!tagging->labels)
		return "annotated";
	if (value_equal(before, after))
		return "not labeled";
	return !flag_bool(tagging->flags, "overwrite") && json_length(after) < json_length(before) ? "unlabeled" : "labeled";
}

/* The object with the changes, whose map stays there also when it is empty, and with the version that it is to have. */
static struct value *
changed_object(struct tagging *tagging, const struct value *root)
{
	struct value *changed = value_copy(&tagging->arena, root);
	struct value *metadata = value_make_map(&tagging->arena, changed, "metadata");
	struct value *map = value_make_map(&tagging->arena, metadata, tagging->map);
	const char *version = flag_string(tagging->flags, "resource-version");

	for (size_t i = 0; i < tagging->pairs.n; i++) {
		if (tagging->pairs.v[i].value)
			value_set_text(&tagging->arena, map, tagging->pairs.v[i].key, tagging->pairs.v[i].value);
		else
			value_remove(map, tagging->pairs.v[i].key);
	}
	if (*version)
		value_set_text(&tagging->arena, metadata, "resourceVersion", version);
	return changed;
}

static struct value *
make_patch(struct tagging *tagging)
{
	struct arena *arena = &tagging->arena;
	struct value *patch = value_map(arena), *metadata = value_make_map(arena, patch, "metadata");
	struct value *map = value_make_map(arena, metadata, tagging->map);
	const char *version = flag_string(tagging->flags, "resource-version");

	for (size_t i = 0; i < tagging->pairs.n; i++) {
		const struct pair *pair = &tagging->pairs.v[i];

		value_set(arena, map, pair->key, pair->value ? value_string(arena, pair->value) : value_null(arena));
	}
	if (*version)
		value_set_text(arena, metadata, "resourceVersion", version);
	return patch;
}

/* With --local the file's, else the server's. */
static const struct value *
root_of(const struct resource *resource)
{
	return resource->object ? resource->object->root : resource->manifest;
}

/* What it has, as the changes of the line would leave it; nothing is sent. */
static void
list_one(struct tagging *tagging, const struct resource *resource, const struct value *after, bool single)
{
	struct sink *out = tagging->mutation.kubectl->io->out;
	size_t n;
	const struct value_entry **entries = format_sorted(value_get(value_get(after, "metadata"), tagging->map), &n);

	if (!single)
		sink_printf(out, "Listing %s for %s.%s/%s:\n", tagging->map, resource->kind->kind, resource->kind->group,
			resource->name);
	for (size_t i = 0; i < n; i++)
		sink_printf(out, "%s%s=%s\n", single ? "" : " ", entries[i]->key, value_text(entries[i]->value));
	free(entries);
}

static void
tell_missing(struct tagging *tagging, const struct value *present)
{
	for (size_t i = 0; tagging->labels && i < tagging->pairs.n; i++)
		if (!tagging->pairs.v[i].value && !value_get(present, tagging->pairs.v[i].key))
			sink_printf(tagging->mutation.kubectl->io->out, "label \"%s\" not found.\n", tagging->pairs.v[i].key);
}

/* annotate prints what the server has then, label what it made itself. */
static void
send_one(struct tagging *tagging, const struct resource *resource, const struct value *after, const char *operation)
{
	struct mutation *mutation = &tagging->mutation;
	struct request request = mutation_request(mutation, REQUEST_PATCH, resource->kind, resource->namespace);
	const struct object *object = NULL;

	request.name = resource->name;
	request.body = make_patch(tagging);
	request.patch_type = PATCH_MERGE;
	if (mutation_send(mutation, &request, "", &object))
		return;
	mutation_print(mutation, resource->kind, resource->name, tagging->labels ? after : object->root, false, operation);
	object_unref((struct object *)object);
}

static void
tag_one(struct tagging *tagging, const struct resource *resource, bool single)
{
	struct mutation *mutation = &tagging->mutation;
	const struct value *before = root_of(resource), *present = value_get(value_get(before, "metadata"), tagging->map);
	bool list = flag_bool(tagging->flags, "list");
	bool here = mutation->dry_run == DRY_RUN_CLIENT || tagging->local || list;
	struct value *after = changed_object(tagging, before);

	if (!here)
		tell_missing(tagging, present);
	if (check_overwrites(tagging, present))
		return;
	if (!here)
		mutation_note_cause(mutation, &tagging->arena, after);
	if (list)
		list_one(tagging, resource, after, single);
	else if (here)
		mutation_print(mutation, resource->kind, resource->name, after, false, outcome(tagging, before, after));
	else
		send_one(tagging, resource, after, outcome(tagging, before, after));
}

static void
tag_all(struct tagging *tagging, struct resources *resources)
{
	if (!resources->single && *flag_string(tagging->flags, "resource-version")) {
		failures_release(&resources->failures);
		failures_add(&tagging->mutation.failures, "--resource-version may only be used with a single resource");
		return;
	}
	for (size_t i = 0; i < resources->list.n; i++)
		tag_one(tagging, &resources->list.v[i], resources->single);
	failures_move(&tagging->mutation.failures, &resources->failures);
}

static int
tagging_run(struct kubectl *kubectl, const struct flags *flags, bool labels)
{
	struct tagging tagging = { .flags = flags, .labels = labels, .arena = ARENA_INIT, .pairs = VEC_INIT,
		.local = flag_bool(flags, "local"), .example = labels ? "pod" : "rsrc" };
	struct resources resources = RESOURCES_INIT;
	size_t nwords;

	tagging.noun = labels ? "label" : "annotation";
	tagging.map = labels ? "labels" : "annotations";
	if (labels ? mutation_begin_first(&tagging.mutation, kubectl, flags) : mutation_begin(&tagging.mutation, kubectl, flags))
		return 1;
	if (!read_line(&tagging, &nwords)) {
		resources_find(kubectl, flags, flags->args, nwords,
			RESOURCES_ALL_OF_TYPE | (tagging.local ? RESOURCES_UNFETCHED : 0), &resources);
		tag_all(&tagging, &resources);
		resources_release(&resources);
	}
	vec_release(&tagging.pairs);
	arena_release(&tagging.arena);
	return mutation_end(&tagging.mutation);
}

static int
label_run(struct kubectl *kubectl, const struct flags *flags)
{
	return tagging_run(kubectl, flags, true);
}

static int
annotate_run(struct kubectl *kubectl, const struct flags *flags)
{
	return tagging_run(kubectl, flags, false);
}

const struct verb verb_label = {
	.name = "label",
	.aliases = "",
	.usage = "label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
	.summary = "Change the labels of objects",
	.help = "Sets labels (KEY=VALUE) or takes them away (KEY-).  A label that has another value is only changed with\n"
		"--overwrite.",
	.examples = "kubectl label pods web tier=fe\n\n# Away with it\nkubectl label pods web tier-",
	.flags = label_tables,
	.args = "objects",
	.run = label_run,
};

const struct verb verb_annotate = {
	.name = "annotate",
	.aliases = "",
	.usage = "annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
	.summary = "Change the annotations of objects",
	.help = "Sets annotations (KEY=VALUE) or takes them away (KEY-).  One that has another value is only changed with\n"
		"--overwrite.",
	.examples = "kubectl annotate svc web note='for the shop'\n\n# Away with it\nkubectl annotate svc web note-",
	.flags = annotate_tables,
	.args = "objects",
	.run = annotate_run,
};
