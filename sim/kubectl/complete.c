/*
 * What could stand at the end of a command line: verbs, flags, values of flags, types, and names of the cluster's
 * objects.
 */
#include <stdlib.h>
#include <string.h>

#include "kubectl/kubectl.h"
#include "kubectl/verb_list.h"
#include "kubectl/resource_args.h"
#include "kubectl/words.h"

struct completion {
	struct kubectl *kubectl;
	int argc;
	const char *const *argv;
	const char *word;		/* the one being typed */
	const char *before;		/* what stands in it before the part that is completed: "svc/", "--output=" */
	const struct verb *verb;	/* NULL while it is being typed */
	int verb_end;			/* index behind the verb's words */
	const char *namespace;
	void (*fn)(void *arg, const char *word);
	void *arg;
};

static void
offer(const struct completion *completion, const char *candidate)
{
	char *whole = xasprintf("%s%s", completion->before, candidate);

	if (str_starts(whole, completion->word))
		completion->fn(completion->arg, whole);
	free(whole);
}

static void
offer_names(const struct completion *completion, const struct kind *kind)
{
	size_t n;
	const struct object *const *objects = store_list(completion->kubectl->cluster->server.store, kind,
		kind->namespaced ? completion->namespace : "", &n);

	for (size_t i = 0; i < n; i++)
		offer(completion, objects[i]->name);
}

static void
offer_kinds(const struct completion *completion)
{
	for (const struct kind *kind = kinds; kind->kind; kind++)
		if (server_serves(&completion->kubectl->cluster->server, kind))
			offer(completion, kind->plural);
}

static void
offer_list(const struct completion *completion, const char *words)
{
	while (*words) {
		size_t len = strcspn(words, ",");
		char *word = xstrndup(words, len);

		offer(completion, word);
		free(word);
		words += len + (words[len] == ',');
	}
}

static void
offer_verbs(const struct completion *completion, const struct verb *const *list)
{
	for (; list && *list; list++)
		offer(completion, (*list)->name);
}

static void
offer_flags(const struct completion *completion, const struct flag *const *tables)
{
	for (; *tables; tables++)
		for (const struct flag *row = *tables; row->name; row++) {
			if (!row->help)
				continue;
			char *text = xasprintf("--%s%s", row->name, row->type == FLAG_BOOL ? "" : "=");

			offer(completion, text);
			free(text);
		}
}

/* The containers of the pods that stand among the words. */
static void
offer_containers(const struct completion *completion)
{
	static const char *const lists[] = { "spec.containers", "spec.initContainers" };

	for (int i = 1; i + 1 < completion->argc; i++) {
		const char *slash = strchr(completion->argv[i], '/'), *name = slash ? slash + 1 : completion->argv[i];
		const struct object *pod = store_get(completion->kubectl->cluster->server.store, kind_by_kind("Pod"),
			completion->namespace, name);

		for (size_t l = 0; pod && l < 2; l++) {
			const struct value *list = value_path(pod->root, lists[l]);

			for (size_t k = 0; k < value_count(list); k++)
				offer(completion, value_get_text(value_at(list, k), "name"));
		}
	}
}

static void
offer_value(const struct completion *completion, const struct flag *row)
{
	if (!row->complete)
		return;
	if (strcmp(row->complete, "@namespace") == 0)
		offer_names(completion, kind_by_kind("Namespace"));
	else if (strcmp(row->complete, "@container") == 0)
		offer_containers(completion);
	else if (strcmp(row->complete, "@context") == 0)
		offer(completion, KUBECTL_CONTEXT);
	else if (*row->complete != '@')
		offer_list(completion, row->complete);
}

/* The row of the flag that the word before is, when it waits for its value. */
static const struct flag *
waiting_flag(const struct completion *completion, const struct flag *const *tables)
{
	const char *last = completion->argc > 1 ? completion->argv[completion->argc - 2] : NULL;

	if (!last || *last != '-' || !last[1] || !words_take_next(tables, last))
		return NULL;
	return last[1] == '-' ? words_flag(tables, last + 2, strlen(last + 2), 0) : words_flag(tables, NULL, 0, last[1]);
}

/* TYPE, then NAME; TYPE/NAME in one word. */
static void
offer_objects(struct completion *completion)
{
	const char *slash = strchr(completion->word, '/');
	int first = words_next(completion->verb, completion->verb_end, completion->argc - 1, completion->argv);
	const struct kind *kind = NULL;

	if (slash) {
		char *type = xstrndup(completion->word, (size_t)(slash - completion->word));
		char *before = xasprintf("%s/", type);

		kind = kubectl_kind(completion->kubectl, type);
		completion->before = before;
		if (kind)
			offer_names(completion, kind);
		completion->before = "";
		free(type);
		free(before);
		return;
	}
	if (first < completion->argc - 1) {
		kind = kubectl_kind(completion->kubectl, completion->argv[first]);
		if (kind && !strchr(completion->argv[first], '/'))
			offer_names(completion, kind);
		return;
	}
	offer_kinds(completion);
}

/* exec, logs, attach, port-forward: a pod's name, or TYPE/NAME. */
static void
offer_pods(struct completion *completion)
{
	if (strchr(completion->word, '/'))
		offer_objects(completion);
	else if (words_next(completion->verb, completion->verb_end, completion->argc - 1, completion->argv) ==
		completion->argc - 1)
		offer_names(completion, kind_by_kind("Pod"));
}

static void
find_verb_and_namespace(struct completion *completion)
{
	const struct verb *const *list = verbs;

	for (int at = 0; list; ) {
		const struct verb *found;

		at = words_next(completion->verb, at, completion->argc - 1, completion->argv);
		found = at < completion->argc - 1 ? words_verb(list, completion->argv[at]) : NULL;
		if (!found)
			break;
		completion->verb = found;
		completion->verb_end = ++at;
		list = found->subverbs;
	}
	completion->namespace = *completion->kubectl->context_namespace ? *completion->kubectl->context_namespace : "default";
	for (int i = 0; i + 1 < completion->argc; i++) {
		const char *word = completion->argv[i];

		if (strcmp(word, "-n") == 0 || strcmp(word, "--namespace") == 0)
			completion->namespace = completion->argv[i + 1];
		else if (str_starts(word, "--namespace="))
			completion->namespace = strchr(word, '=') + 1;
	}
}

static void
complete_flag(struct completion *completion, const struct flag *const *tables)
{
	const char *equals = strchr(completion->word, '=');
	const struct flag *row;
	char *before;

	if (!equals) {
		offer_flags(completion, tables);
		return;
	}
	row = words_flag(tables, completion->word + 2, (size_t)(equals - completion->word - 2), 0);
	before = xstrndup(completion->word, (size_t)(equals - completion->word + 1));
	completion->before = before;
	if (row)
		offer_value(completion, row);
	completion->before = "";
	free(before);
}

void
kubectl_complete(struct kubectl *kubectl, int argc, const char *const *argv, void (*fn)(void *arg, const char *word),
	void *arg)
{
	struct completion completion = { kubectl, argc, argv, argc ? argv[argc - 1] : "", "", NULL, 0, "", fn, arg };
	const struct flag *tables[WORDS_TABLES_MAX];
	const struct flag *waiting;

	cluster_rest(kubectl->cluster);
	find_verb_and_namespace(&completion);
	words_tables(completion.verb, tables);
	waiting = waiting_flag(&completion, tables);
	if (waiting)
		offer_value(&completion, waiting);
	else if (str_starts(completion.word, "--"))
		complete_flag(&completion, tables);
	else if (!completion.verb)
		offer_verbs(&completion, verbs);
	else if (completion.verb->subverbs)
		offer_verbs(&completion, completion.verb->subverbs);
	else if (strcmp(completion.verb->args, "pod") == 0)
		offer_pods(&completion);
	else if (str_starts(completion.verb->args, "kind"))
		offer_objects(&completion);
}
