/*
 * What could stand at the cursor: commands and aliases for the first word of a command, kubectl's own words after
 * kubectl (or an alias of it), otherwise flags and files.
 */
#include <stdlib.h>
#include <string.h>

#include "host/shell.h"
#include "host/vfs.h"
#include "kubectl/complete.h"
#include "svcsim/flag.h"

struct completion {
	struct shell *shell;
	struct io_names words;		/* of the command that the cursor is in, the last one unfinished */
	void (*fn)(void *arg, const char *word);
	void *arg;
};

/* The words since the last operator.  Quotes hold words together; a word goes on until a blank. */
static void
words_split(const char *line, size_t point, struct io_names *words)
{
	struct str word = STR_INIT;
	char quote = '\0';
	bool open = false;

	for (size_t i = 0; i < point; i++) {
		char c = line[i];

		if (quote ? c == quote : c == '\'' || c == '"') {
			quote = quote ? '\0' : c;
			open = true;
		} else if (!quote && strchr("|&;()\n", c)) {
			io_names_release(words);
			str_clear(&word);
			open = false;
		} else if (!quote && (c == ' ' || c == '\t')) {
			if (open)
				*vec_push(words) = xstrdup(word.buf);
			str_clear(&word);
			open = false;
		} else {
			str_addch(&word, c);
			open = true;
		}
	}
	*vec_push(words) = xstrdup(word.buf);
	str_release(&word);
}

static const char *
last_word(const struct completion *c)
{
	return c->words.v[c->words.n - 1];
}

static void
offer(const struct completion *c, const char *word)
{
	if (str_starts(word, last_word(c)))
		c->fn(c->arg, word);
}

static void
offer_commands(const struct completion *c)
{
	const struct map *const named[] = { &c->shell->aliases, &c->shell->functions };
	const struct map_entry *entry;

	for (size_t i = 0; commands[i]; i++)
		if (command_here(c->shell, commands[i]->name))
			offer(c, commands[i]->name);
	for (size_t m = 0; m < 2; m++)
		for (size_t i = 0; (entry = map_next(named[m], &i));)
			if (!command_find(entry->key))
				offer(c, entry->key);
}

/* $na -> $name */
static void
offer_variables(const struct completion *c)
{
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(&c->shell->variables, &i));) {
		char *word = xasprintf("$%s", entry->key);

		offer(c, word);
		free(word);
	}
}

static void
offer_objects(const struct completion *c, const char *kind, const char *before)
{
	size_t n;
	const struct object *const *objects =
		store_list(c->shell->cluster->server.store, kind_by_kind(kind), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		bool spaced = strcmp(objects[i]->namespace, "default") != 0 && objects[i]->namespace[0];
		char *word = xasprintf("%s%s%s%s", before, spaced ? objects[i]->namespace : "", spaced ? "/" : "",
			objects[i]->name);

		offer(c, word);
		free(word);
	}
}

static void
offer_nodes(const struct completion *c)
{
	offer_objects(c, "Node", "");
}

static void
offer_places(const struct completion *c)
{
	if (c->words.n != 2)
		return;
	offer_objects(c, "Pod", "pod/");
	offer_objects(c, "Node", "node/");
	offer(c, "client");
}

/* Where packets go: Services by their names, node ports, and pods. */
static void
offer_destinations(const struct completion *c)
{
	size_t n;
	const struct object *const *services =
		store_list(c->shell->cluster->server.store, kind_by_kind("Service"), NULL, &n);

	offer_objects(c, "Service", "svc/");
	offer_objects(c, "Pod", "pod/");
	for (size_t i = 0; i < n; i++) {
		const struct value *ports = value_path(services[i]->root, "spec.ports");

		for (size_t p = 0; p < value_count(ports); p++) {
			int64_t node_port = value_get_int(value_at(ports, p), "nodePort", 0);
			char *word = xasprintf("node:%lld", (long long)node_port);

			if (node_port)
				offer(c, word);
			free(word);
		}
	}
}

/* Who sends. */
static void
offer_sources(const struct completion *c)
{
	offer(c, "external");
	offer_objects(c, "Pod", "pod/");
	offer_objects(c, "Node", "node/");
}

static void
offer_namespaces(const struct completion *c)
{
	offer_objects(c, "Namespace", "");
}

static void
offer_units(const struct completion *c)
{
	static const char *const words[] = { "status", "start", "stop", "restart", "is-active", "kubelet", "kube-proxy",
		"containerd" };

	for (size_t i = c->words.n == 2 ? 0 : 5; i < (c->words.n == 2 ? 5u : 8u); i++)
		offer(c, words[i]);
}

/* Commands whose words are no files. */
static const struct {
	const char *command;
	void (*offer)(const struct completion *c);
} words_of[] = {
	{ "ssh", offer_nodes }, { "rules", offer_nodes }, { "ping", offer_nodes }, { "on", offer_places },
	{ "trace", offer_destinations }, { "doctor", offer_destinations }, { "man", offer_commands },
	{ "which", offer_commands }, { "type", offer_commands }, { "sudo", offer_commands },
	{ "watch", offer_commands },
	{ "xargs", offer_commands }, { "busybox", offer_commands }, { "systemctl", offer_units },
};

static bool
offer_words(const struct completion *c)
{
	for (size_t i = 0; i < sizeof words_of / sizeof words_of[0]; i++)
		if (strcmp(words_of[i].command, c->words.v[0]) == 0) {
			words_of[i].offer(c);
			return true;
		}
	return false;
}

static void
offer_files(const struct completion *c)
{
	struct io_names names = VEC_INIT;
	char *pattern = xasprintf("%s*", last_word(c));

	vfs_match(c->shell, pattern, &names);
	for (size_t i = 0; i < names.n; i++) {
		char *word = xasprintf("%s%s", names.v[i], vfs_is_folder(c->shell, names.v[i]) ? "/" : "");

		offer(c, word);
		free(word);
	}
	io_names_release(&names);
	free(pattern);
}

/* An alias's words in the place of its name, once: kgs -> kubectl get svc. */
static void
unfold_alias(struct completion *c)
{
	const char *text = c->words.n > 1 ? map_get(&c->shell->aliases, c->words.v[0]) : NULL;
	struct io_names unfolded = VEC_INIT;

	if (!text)
		return;
	words_split(text, strlen(text), &unfolded);
	for (size_t i = 1; i < c->words.n; i++)
		*vec_push(&unfolded) = xstrdup(c->words.v[i]);
	io_names_release(&c->words);
	c->words = unfolded;
}

/* After > and <, and after kubectl's -f, only files make sense. */
static bool
wants_file(const struct completion *c)
{
	const char *before = c->words.n > 1 ? c->words.v[c->words.n - 2] : "";

	if (strcmp(before, "-f") == 0 || strcmp(before, "--filename") == 0)
		return true;
	return strspn(before, "<>12") == strlen(before) && strpbrk(before, "<>");
}

/* What a flag's value may be, by what its row says: a list of words, or a kind of name. */
static void
offer_values(const struct completion *c, const char *complete)
{
	static const struct {
		const char *kind;
		void (*offer)(const struct completion *c);
	} names[] = {
		{ "@source", offer_sources }, { "@node", offer_nodes }, { "@namespace", offer_namespaces }, { "@file", offer_files },
	};
	size_t len;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i].kind, complete) == 0)
			names[i].offer(c);
	for (; *complete && *complete != '@'; complete += len + (complete[len] == ',')) {
		char *word;

		len = strcspn(complete, ",");
		word = xstrndup(complete, len);
		offer(c, word);
		free(word);
	}
}

/* Is the last word the value of the flag before it? */
static bool
offer_flag_value(const struct completion *c, const struct command *command)
{
	const char *before = c->words.v[c->words.n - 2];

	for (const struct flag *const *table = command->flags; table && *table; table++)
		for (const struct flag *row = *table; row->name; row++) {
			bool named = str_starts(before, "--") ? strcmp(before + 2, row->name) == 0
				: before[0] == '-' && row->letter && before[1] == row->letter && !before[2];

			if (!named || row->type == FLAG_BOOL)
				continue;
			offer_values(c, row->complete ? row->complete : "");
			return true;
		}
	return false;
}

static void
offer_flags(const struct completion *c, const struct command *command)
{
	for (const struct flag *const *table = command->flags; table && *table; table++)
		for (const struct flag *row = *table; row->name; row++) {
			char *word = xasprintf("--%s", row->name);

			offer(c, word);
			free(word);
		}
}

/* A flag's value stands behind the flag in the word that is replaced. */
static void
offer_candidate(void *arg, const char *candidate, const char *help)
{
	const struct completion *c = arg;
	const char *last = last_word(c), *equals = str_starts(last, "--") ? strchr(last, '=') : NULL;
	char *whole = xasprintf("%.*s%s", equals ? (int)(equals - last) + 1 : 0, last, candidate);

	(void)help;
	offer(c, whole);
	free(whole);
}

static void
offer_kubectl(struct completion *c)
{
	struct kubectl kubectl = { .cluster = c->shell->cluster, .io = c->shell->io,
		.context_namespace = &c->shell->context_namespace, .config = &c->shell->kubeconfig,
		.kubeconfig = shell_variable(c->shell, "KUBECONFIG") };

	if (kubectl_complete(&kubectl, (int)c->words.n - 1, (const char *const *)c->words.v + 1, offer_candidate, c) == COMPLETE_FILES)
		offer_files(c);
}

void
shell_complete(struct shell *shell, const char *line, size_t point, void (*fn)(void *arg, const char *word), void *arg)
{
	struct completion c = { .shell = shell, .fn = fn, .arg = arg };
	const struct command *command;

	words_split(line, point, &c.words);
	if (c.words.n == 1) {
		offer_commands(&c);
		io_names_release(&c.words);
		return;
	}
	unfold_alias(&c);
	command = command_find(c.words.v[0]);
	if (last_word(&c)[0] == '$') {
		offer_variables(&c);
	} else if (wants_file(&c)) {
		offer_files(&c);
	} else if (strcmp(c.words.v[0], "kubectl") == 0) {
		offer_kubectl(&c);
	} else if (command && offer_flag_value(&c, command)) {
		;
	} else if (command && last_word(&c)[0] == '-') {
		offer_flags(&c, command);
	} else if (!offer_words(&c)) {
		offer_files(&c);
	}
	io_names_release(&c.words);
}
