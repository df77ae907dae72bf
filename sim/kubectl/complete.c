/*
 * Follows k8s.io/kubectl/pkg/util/completion/completion.go, and getCompletions of github.com/spf13/cobra/completions.go.  Where
 * kubectl knows nothing of a flag's value, the row's own list of words is offered all the same.
 */
#include "kubectl/complete.h"

#include <stdlib.h>
#include <string.h>

#include "kubectl/api_types.h"
#include "kubectl/attachable.h"
#include "kubectl/kubeconfig.h"
#include "kubectl/print_output.h"
#include "kubectl/subresource.h"
#include "kubectl/verb_list.h"
#include "kubectl/words.h"

struct completion {
	struct kubectl *kubectl;
	int argc;
	const char *const *argv;
	const char *word;		/* what is being typed, of a flag's value that alone */
	const struct flag *tables[WORDS_TABLES_MAX];
	const struct verb *verb;	/* NULL while it is being typed */
	int verb_end;			/* index behind the verb's words */
	VEC(const char *) words;	/* those behind it that are no flags */
	const char *namespace;
	complete_fn *fn;
	void *arg;
	size_t n;			/* candidates so far */
	unsigned directive;
};

static void
offer(struct completion *completion, const char *candidate, const char *help)
{
	if (!str_starts(candidate, completion->word))
		return;
	completion->fn(completion->arg, candidate, help);
	completion->n++;
}

static void
offer_list(struct completion *completion, const char *words, const char *after)
{
	while (*words) {
		size_t len = strcspn(words, ",");
		char *word = xasprintf("%.*s%s", (int)len, words, after);

		offer(completion, word, "");
		free(word);
		words += len + (words[len] == ',');
	}
}

/* ---- names of objects ---- */

static bool
is_said(const struct completion *completion, size_t from, const char *word)
{
	for (size_t i = from; i < completion->words.n; i++)
		if (strcmp(completion->words.v[i], word) == 0)
			return true;
	return false;
}

/* Those of a comma list of types, between before and after, unless the words from `from` on have them. */
static void
offer_names(struct completion *completion, const char *types, const char *before, const char *after, size_t from)
{
	while (*types) {
		size_t len = strcspn(types, ","), n = 0;
		char *type = xstrndup(types, len);
		const struct kind *kind = kubectl_kind(completion->kubectl, type);
		const struct object *const *objects = !kind ? NULL : store_list(completion->kubectl->cluster->server.store, kind,
			kind->namespaced ? completion->namespace : "", &n);

		for (size_t i = 0; i < n; i++) {
			char *whole = xasprintf("%s%s%s", before, objects[i]->name, after);

			if (!is_said(completion, from, whole))
				offer(completion, whole, "");
			free(whole);
		}
		free(type);
		types += len + (types[len] == ',');
	}
}

/* TYPE/NAME, of which the type and the slash are typed. */
static void
offer_names_of_pair(struct completion *completion, size_t from)
{
	size_t len = strcspn(completion->word, "/");
	char *type = xstrndup(completion->word, len), *before = xstrndup(completion->word, len + 1);

	offer_names(completion, type, before, "", from);
	free(type);
	free(before);
}

/* ---- types ---- */

/* What can be got, by its whole name; of a comma list the last one is being typed. */
static void
offer_types(struct completion *completion, const char *after)
{
	const char *comma = strrchr(completion->word, ',');
	int len = comma ? (int)(comma - completion->word) + 1 : 0;
	size_t n;
	struct api_type *rows = api_types(completion->kubectl, &n);

	for (size_t i = 0; i < n; i++) {
		char *whole;

		if (!api_list_has(rows[i].verbs, "get"))
			continue;
		whole = xasprintf("%.*s%s%s%s%s", len, completion->word, rows[i].name, *rows[i].group ? "." : "", rows[i].group, after);
		offer(completion, whole, "");
		free(whole);
	}
	free(rows);
}

/* TYPE NAME.. or TYPE/NAME..; types: those that the verb takes, "" for all; repeated: it takes several objects. */
static void
offer_objects(struct completion *completion, const char *types, bool repeated)
{
	size_t nwords = completion->words.n;

	completion->directive = COMPLETE_NO_FILES;
	if (nwords && !strchr(completion->words.v[0], '/')) {
		if (repeated || nwords == 1)
			offer_names(completion, completion->words.v[0], "", "", 1);
	} else if (strchr(completion->word, '/')) {
		if (repeated || !nwords)
			offer_names_of_pair(completion, 0);
	} else if (!nwords || repeated) {
		completion->directive |= nwords ? COMPLETE_NO_SPACE : 0;
		if (*types)
			offer_list(completion, types, nwords ? "/" : "");
		else
			offer_types(completion, nwords ? "/" : "");
	}
}

static void
complete_objects(struct completion *completion, const char *types)
{
	offer_objects(completion, types, true);
}

static void
complete_one_object(struct completion *completion, const char *types)
{
	offer_objects(completion, types, false);
}

/* NAME of a kind that is understood. */
static void
complete_name(struct completion *completion, const char *type)
{
	completion->directive = COMPLETE_NO_FILES;
	if (!completion->words.n)
		offer_names(completion, type, "", "", 0);
}

/* ---- pods ---- */

#define TYPES_WITH_PODS "daemonsets,deployments,pods,jobs,replicasets,replicationcontrollers,services,statefulsets"

static void
complete_pod(struct completion *completion, const char *nothing)
{
	(void)nothing;
	completion->directive = COMPLETE_NO_FILES;
	if (completion->words.n)
		return;
	if (strchr(completion->word, '/')) {
		offer_names_of_pair(completion, 0);
		return;
	}
	offer_names(completion, "pod", "", "", 0);
	completion->directive |= completion->n ? 0 : COMPLETE_NO_SPACE;
	offer_list(completion, TYPES_WITH_PODS, "/");
}

/* What POD or TYPE/NAME names; NULL. */
static const struct object *
object_of(const struct completion *completion, const char *word)
{
	const char *slash = strchr(word, '/');
	char *type = slash ? xstrndup(word, (size_t)(slash - word)) : xstrdup("pod");
	const struct kind *kind = kubectl_kind(completion->kubectl, type);

	free(type);
	return kind ? store_get(completion->kubectl->cluster->server.store, kind, kind->namespaced ? completion->namespace : "",
		slash ? slash + 1 : word) : NULL;
}

/* The pod behind the first word; NULL. */
static const struct value *
pod_root(const struct completion *completion)
{
	const struct object *object = completion->words.n ? object_of(completion, completion->words.v[0]) : NULL;
	struct failures failures = FAILURES_INIT;
	const struct pod *pod;

	if (!object || strcmp(object->kind->kind, "Pod") == 0)
		return object ? object->root : NULL;
	pod = attachable_pod(completion->kubectl, object, &failures);
	failures_release(&failures);
	return pod ? pod->object->root : NULL;
}

static void
offer_containers(struct completion *completion)
{
	static const char *const lists[] = { "spec.initContainers", "spec.containers" };
	const struct value *pod = pod_root(completion);

	for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
		const struct value *list = value_path(pod, lists[l]);

		for (size_t i = 0; i < value_count(list); i++)
			offer(completion, value_get_text(value_at(list, i), "name"), "");
	}
}

static void
complete_pod_and_container(struct completion *completion, const char *nothing)
{
	complete_pod(completion, nothing);
	if (completion->words.n == 1)
		offer_containers(completion);
}

/* LOCAL:REMOTE, of which LOCAL is what was typed so far, or else the port itself. */
static void
offer_ports(struct completion *completion, const struct value *ports, const char *key)
{
	for (size_t i = 0; i < value_count(ports); i++) {
		long long port = (long long)value_get_int(value_at(ports, i), key, 0);
		char *pair = *completion->word ? xasprintf("%.*s:%lld", (int)strcspn(completion->word, ":"), completion->word, port) :
			xasprintf("%lld:%lld", port, port);

		offer(completion, pair, "");
		free(pair);
	}
}

static void
complete_pod_and_port(struct completion *completion, const char *nothing)
{
	const struct object *object = completion->words.n == 1 ? object_of(completion, completion->words.v[0]) : NULL;
	const struct value *containers;

	complete_pod(completion, nothing);
	if (!object)
		return;
	if (strcmp(object->kind->kind, "Service") == 0) {
		offer_ports(completion, value_path(object->root, "spec.ports"), "port");
		return;
	}
	containers = value_path(pod_root(completion), "spec.containers");
	for (size_t i = 0; i < value_count(containers); i++)
		offer_ports(completion, value_get(value_at(containers, i), "ports"), "containerPort");
}

/* cp: a pod and a colon, a namespace and a slash; a path is left to the person's shell. */
static void
complete_copy(struct completion *completion, const char *nothing)
{
	size_t len = strcspn(completion->word, "/");

	(void)nothing;
	completion->directive = COMPLETE_NO_SPACE;
	if (completion->words.n || (*completion->word && strchr("/.~", *completion->word)) || strchr(completion->word, ':'))
		return;
	if (completion->word[len]) {
		char *before = xstrndup(completion->word, len + 1), *namespace = xstrndup(completion->word, len);

		completion->namespace = namespace;
		offer_names(completion, "pod", before, ":", 0);
		free(before);
		free(namespace);
		return;
	}
	offer_names(completion, "namespace", "", "/", 0);
	offer_names(completion, "pod", "", ":", 0);
	if (!*completion->word)
		offer_list(completion, "./,/", "");
}

/* ---- entries of the kubeconfig ---- */

static void
offer_entries(struct completion *completion, const char *list)
{
	struct flags flags = { .dash = SIZE_MAX, .line = STR_INIT };
	struct kubeconfig config;
	struct err err = ERR_INIT;
	const struct value *rows;

	completion->directive = COMPLETE_NO_FILES;
	if (flags_parse(&flags, completion->tables, 0, NULL, &err)) {
		err_release(&err);
		return;
	}
	if (kubeconfig_open(completion->kubectl, &flags, &config) == 0) {
		rows = value_get(config.root, list);
		for (size_t i = 0; i < value_count(rows); i++)
			offer(completion, value_get_text(value_at(rows, i), "name"), "");
		kubeconfig_release(&config);
	}
	flags_release(&flags);
}

static void
complete_entry(struct completion *completion, const char *list)
{
	completion->directive = COMPLETE_NO_FILES;
	if (!completion->words.n)
		offer_entries(completion, list);
}

static void
complete_words(struct completion *completion, const char *words)
{
	completion->directive = COMPLETE_NO_FILES;
	if (!completion->words.n)
		offer_list(completion, words, "");
}

/* ---- verbs, and what they take ---- */

static int
by_verb_name(const void *a, const void *b)
{
	return strcmp((*(const struct verb *const *)a)->name, (*(const struct verb *const *)b)->name);
}

static void
offer_verbs(struct completion *completion, const struct verb *const *list)
{
	VEC(const struct verb *) sorted = VEC_INIT;

	completion->directive = COMPLETE_NO_FILES;
	for (; *list; list++)
		if (!(*list)->hidden || *list == &verb_help)
			*vec_push(&sorted) = *list;
	if (sorted.n)
		qsort(sorted.v, sorted.n, sizeof *sorted.v, by_verb_name);
	for (size_t i = 0; i < sorted.n; i++)
		offer(completion, sorted.v[i]->name, sorted.v[i]->summary);
	vec_release(&sorted);
}

/* help VERB.. */
static void
complete_commands(struct completion *completion, const char *nothing)
{
	const struct verb *const *list = verbs;

	(void)nothing;
	completion->directive = COMPLETE_NO_FILES;
	for (size_t i = 0; list && i < completion->words.n; i++) {
		const struct verb *found = words_verb(list, completion->words.v[i]);

		list = found ? found->subverbs : NULL;
	}
	if (list)
		offer_verbs(completion, list);
}

static const struct {
	const char *word;	/* of the verb's args, before a colon */
	void (*complete)(struct completion *completion, const char *rest);
} completers[] = {
	{ "objects", complete_objects }, { "object", complete_one_object }, { "name", complete_name }, { "pod", complete_pod },
	{ "pod+container", complete_pod_and_container }, { "pod+port", complete_pod_and_port }, { "copy", complete_copy },
	{ "config", complete_entry }, { "words", complete_words },
	{ "commands", complete_commands },
};

static void
complete_args(struct completion *completion, const char *args)
{
	size_t len = strcspn(args, ":");

	for (size_t i = 0; i < sizeof completers / sizeof *completers; i++)
		if (strlen(completers[i].word) == len && strncmp(completers[i].word, args, len) == 0)
			completers[i].complete(completion, args + len + (args[len] == ':'));
}

/* ---- flags ---- */

/* Whether the line has the flag already. */
static bool
is_given(const struct completion *completion, const struct flag *row)
{
	for (int i = 0; i + 1 < completion->argc; i++) {
		const char *word = completion->argv[i];
		size_t len = strlen(row->name);

		if (str_starts(word, "--") && strncmp(word + 2, row->name, len) == 0 && (!word[len + 2] || word[len + 2] == '='))
			return true;
		if (row->letter && word[0] == '-' && word[1] == row->letter)
			return true;
	}
	return false;
}

static int
by_flag_name(const void *a, const void *b)
{
	return strcmp((*(const struct flag *const *)a)->name, (*(const struct flag *const *)b)->name);
}

static void
offer_flag(struct completion *completion, const struct flag *row)
{
	char *name = xasprintf("--%s", row->name), letter[] = { '-', row->letter, '\0' };

	offer(completion, name, row->help);
	if (row->letter)
		offer(completion, letter, row->help);
	free(name);
}

/* Those of kubectl itself, or those of the verb and --help, which come second. */
static void
offer_flags_of(struct completion *completion, bool global)
{
	VEC(const struct flag *) rows = VEC_INIT;

	for (const struct flag *const *table = completion->tables; *table; table++)
		for (const struct flag *row = *table; row->name && (*table == kubectl_global_flags) == global; row++)
			if (row->help && (row->type == FLAG_STRINGS || row->type == FLAG_ARRAY || !is_given(completion, row)))
				*vec_push(&rows) = row;
	if (rows.n)
		qsort(rows.v, rows.n, sizeof *rows.v, by_flag_name);
	for (size_t i = 0; i < rows.n; i++)
		offer_flag(completion, rows.v[i]);
	vec_release(&rows);
}

/* Those without which the verb does nothing. */
static void
offer_required(struct completion *completion)
{
	const char *names = completion->verb && completion->verb->required ? completion->verb->required : "";

	for (size_t len; *names; names += len + (names[len] == ',')) {
		const struct flag *row;

		len = strcspn(names, ",");
		row = words_flag(completion->tables, names, len, 0);
		if (!is_given(completion, row))
			offer_flag(completion, row);
	}
}

static void
offer_flags(struct completion *completion)
{
	completion->directive = COMPLETE_NO_FILES;
	offer_required(completion);
	if (completion->n)
		return;
	offer_flags_of(completion, true);
	offer_flags_of(completion, false);
}

/* ---- values of flags ---- */

static void
value_namespace(struct completion *completion, const char *rest)
{
	(void)rest;
	offer_names(completion, "namespace", "", "", SIZE_MAX);
}

static void
value_container(struct completion *completion, const char *rest)
{
	(void)rest;
	offer_containers(completion);
}

static void
value_manifest(struct completion *completion, const char *rest)
{
	completion->directive = COMPLETE_EXTENSIONS;
	completion->word = "";
	offer_list(completion, rest, "");
}

static void
value_format(struct completion *completion, const char *rest)
{
	const char *word;

	(void)rest;
	for (size_t i = 0; (word = output_word(i, strcmp(completion->verb->name, "get") == 0)); i++)
		offer(completion, word, "");
}

static const struct {
	const char *word;	/* of the row's complete, before a colon */
	void (*complete)(struct completion *completion, const char *rest);
} values[] = {
	{ "@namespace", value_namespace }, { "@container", value_container }, { "@config", offer_entries },
	{ "@manifest", value_manifest }, { "@format", value_format },
};

static void
offer_value(struct completion *completion, const struct flag *row)
{
	const char *complete = row->complete ? row->complete : "@file";
	size_t len = strcspn(complete, ":");

	completion->directive = strcmp(complete, "@file") == 0 ? COMPLETE_FILES : COMPLETE_NO_FILES;
	if (*complete != '@')
		offer_list(completion, complete, "");
	for (size_t i = 0; *complete == '@' && i < sizeof values / sizeof *values; i++)
		if (strlen(values[i].word) == len && strncmp(values[i].word, complete, len) == 0)
			values[i].complete(completion, complete + len + (complete[len] == ':'));
}

/* The flag whose value is being typed, as a word of its own or behind "="; NULL. */
static const struct flag *
waiting_flag(struct completion *completion)
{
	const char *last = completion->argc > 1 ? completion->argv[completion->argc - 2] : "";
	const char *equals = str_starts(completion->word, "--") ? strchr(completion->word, '=') : NULL;
	const struct flag *row;

	if (equals) {
		row = words_flag(completion->tables, completion->word + 2, (size_t)(equals - completion->word) - 2, 0);
		completion->word = equals + 1;
		return row;
	}
	if (strlen(last) < 2 || *last != '-' || !words_take_next(completion->tables, last))
		return NULL;
	return last[1] == '-' ? words_flag(completion->tables, last + 2, strlen(last + 2), 0) :
		words_flag(completion->tables, NULL, 0, last[1]);
}

/* ---- the line ---- */

static void
find_verb(struct completion *completion)
{
	const struct verb *const *list = verbs;
	int end = completion->argc - 1;

	for (int at = 0; list; ) {
		const struct verb *found;

		at = words_next(completion->verb, at, end, completion->argv);
		found = at < end ? words_verb(list, completion->argv[at]) : NULL;
		if (!found)
			break;
		completion->verb = found;
		completion->verb_end = ++at;
		list = found->subverbs;
	}
	for (int at = completion->verb_end; (at = words_next(completion->verb, at, end, completion->argv)) < end; at++)
		*vec_push(&completion->words) = completion->argv[at];
}

static void
find_namespace(struct completion *completion)
{
	char *const *own = completion->kubectl->context_namespace;

	completion->namespace = own && *own ? *own : "default";
	for (int i = 0; i + 1 < completion->argc; i++) {
		const char *word = completion->argv[i];

		if (strcmp(word, "-n") == 0 || strcmp(word, "--namespace") == 0)
			completion->namespace = completion->argv[i + 1];
		else if (str_starts(word, "--namespace="))
			completion->namespace = strchr(word, '=') + 1;
	}
}

static void
complete_line(struct completion *completion)
{
	const struct verb *verb = completion->verb;
	const struct flag *waiting = waiting_flag(completion);

	if (waiting) {
		offer_value(completion, waiting);
	} else if (*completion->word == '-') {
		offer_flags(completion);
	} else if (!completion->words.n || verb) {
		if (!completion->words.n && (!verb || verb->subverbs))
			offer_verbs(completion, verb ? verb->subverbs : verbs);
		offer_required(completion);
		complete_args(completion, verb ? verb->args : "");
	}
}

unsigned
kubectl_complete(struct kubectl *kubectl, int argc, const char *const *argv, complete_fn *fn, void *arg)
{
	struct completion completion = { .kubectl = kubectl, .argc = argc, .argv = argv, .word = argc ? argv[argc - 1] : "",
		.words = VEC_INIT, .fn = fn, .arg = arg, .directive = COMPLETE_FILES };

	cluster_rest(kubectl->cluster);
	find_verb(&completion);
	words_tables(completion.verb, completion.tables);
	find_namespace(&completion);
	complete_line(&completion);
	vec_release(&completion.words);
	return completion.directive;
}
