/*
 * Main processes.  What runs is found as a runtime does: command and args, else what the image brings (sim/control/image.c).  A
 * program that isn't in the table below is a server and runs on; a shell's script is run by a small interpreter against a clock of
 * its own: it knows lists, loops, conditions and the programs that such scripts are made of, not variables.
 */
#include "control/process.h"

#include <stdlib.h>
#include <string.h>

#include "api/view.h"
#include "control/image.h"
#include "control/installed.h"
#include "control/podstatus.h"
#include "control/timeline.h"
#include "server/corefile.h"
#include "server/proxyconfig.h"
#include "svcsim/str.h"

#define START_ERROR 128	/* as containerd reports it */

/* What the programs of a script look at. */
struct surroundings {
	const struct server *server;
	const struct object *pod;
	const struct value *container;
	int64_t probed_at;	/* a command of a probe runs then; CLOCK_NEVER: it is the main process */
};

static const struct surroundings *
around(const struct timeline *script)
{
	return script->user;
}

/* ---- the programs ---- */

static int64_t
duration_of(const char *text)
{
	static const struct { char suffix; int64_t seconds; } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	char *end;
	double number = strtod(text, &end);

	if (strcmp(text, "infinity") == 0 || strcmp(text, "inf") == 0)
		return CLOCK_NEVER;
	if (end == text || number < 0 || number > 1e9)
		return CLOCK_SECOND;	/* a variable, perhaps: a short while */
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (*end == units[i].suffix)
			number *= (double)units[i].seconds;
	return (int64_t)(number * (double)CLOCK_SECOND);
}

static void
do_sleep(struct timeline *script, const char *const *words, size_t n)
{
	for (size_t i = 1; i < n && !script->ended; i++)
		timeline_pass(script, duration_of(words[i]));
}

static void
do_exit(struct timeline *script, const char *const *words, size_t n)
{
	if (n > 1)
		script->status = atoi(words[1]) & 255;
	script->ended = true;
}

static void
do_false(struct timeline *script, const char *const *words, size_t n)
{
	(void)words;
	(void)n;
	script->status = 1;
}

/* It has done what it had to before one can look. */
static void
do_nothing(struct timeline *script, const char *const *words, size_t n)
{
	(void)script;
	(void)words;
	(void)n;
}

static void
do_compute(struct timeline *script, const char *const *words, size_t n)
{
	(void)words;
	(void)n;
	timeline_pass(script, 5 * CLOCK_SECOND);
}

static void
do_touch(struct timeline *script, const char *const *words, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (words[i][0] != '-')
			timeline_set_file(script, words[i], true);
}

static void
do_rm(struct timeline *script, const char *const *words, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (words[i][0] != '-')
			timeline_set_file(script, words[i], false);
}

/* The writable places of a new container are empty; anything else is taken for a part of the image. */
static bool
is_there(const struct timeline *script, const char *path)
{
	static const char *const empty[] = { "/tmp/", "/var/", "/data/", "/cache/", "/work/", "/shared/" };
	int64_t now = around(script)->probed_at == CLOCK_NEVER ? script->clock : around(script)->probed_at;

	for (size_t i = script->changes.n; i-- > 0;)
		if (script->changes.v[i].when <= now && strcmp(script->changes.v[i].path, path) == 0)
			return script->changes.v[i].there;
	for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++)
		if (str_starts(path, empty[i]))
			return false;
	return !strstr(path, "nosuch");
}

static void
do_look(struct timeline *script, const char *const *words, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (words[i][0] == '/' && !is_there(script, words[i]))
			script->status = 1;
}

static void
do_test(struct timeline *script, const char *const *words, size_t n)
{
	bool no = n > 1 && strcmp(words[1], "!") == 0;
	size_t first = no ? 2 : 1;

	if (n > first + 1 && words[first][0] == '-' && strchr("efdsrwx", words[first][1]))
		script->status = is_there(script, words[first + 1]) == no;
}

static void
do_tail(struct timeline *script, const char *const *words, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (words[i][0] == '-' && (strchr(words[i], 'f') || strchr(words[i], 'F')))
			timeline_pass(script, CLOCK_NEVER);
}

static void
run_on(struct timeline *script, const char *const *words, size_t n)
{
	(void)words;
	(void)n;
	timeline_pass(script, CLOCK_NEVER);
}

/* ---- the cluster's names ---- */

/* "http://web.shop.svc:80/x" -> "web.shop.svc"; in the script's arena. */
static char *
host_in(struct timeline *script, const char *word)
{
	const char *scheme = strstr(word, "://"), *host = scheme ? scheme + 3 : word;

	return arena_printf(&script->arena, "%.*s", (int)strcspn(host, ":/"), host);
}

/* The Service that a host means from the pod; NULL when there is none.  *outside: it is not a name of the cluster's. */
static const struct object *
service_named(struct timeline *script, const char *host, bool *outside)
{
	const struct store *store = around(script)->server->store;
	char *copy = arena_printf(&script->arena, "%s", host), *second = strchr(copy, '.'), *third;
	const char *namespace = around(script)->pod->namespace;
	struct ip ip;

	*outside = ip_parse(host, &ip) || strcmp(host, "localhost") == 0;
	if (second) {
		*second++ = '\0';
		third = strchr(second, '.');
		*outside |= third ? !str_starts(third, ".svc") : store_get(store, kind_by_kind("Namespace"), "", second) == NULL;
		if (third)
			*third = '\0';
		namespace = second[0] == '$' ? namespace : second;
		*outside &= second[0] != '$';
	}
	return store_get(store, kind_by_kind("Service"), namespace, copy);
}

static bool
has_ready_endpoint(const struct timeline *script, const struct object *service)
{
	size_t n;
	const struct object *const *slices = store_list(around(script)->server->store, kind_by_kind("EndpointSlice"), service->namespace, &n);

	for (size_t i = 0; i < n; i++) {
		const struct slice *slice = slice_view(slices[i]);

		for (size_t j = 0; j < slice->nendpoints && strcmp(slice->service, service->name) == 0; j++)
			if (slice->endpoints[j].ready)
				return true;
	}
	return false;
}

/* The host is the first word that is no flag, no flag's number and no number. */
static const char *
host_word(const char *const *words, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (words[i][0] != '-' && !ascii_isdigit(words[i][0]))
			return words[i];
	return NULL;
}

static void
do_resolve(struct timeline *script, const char *const *words, size_t n)
{
	const char *word = host_word(words, n);
	bool outside = false;

	if (word && !service_named(script, host_in(script, word), &outside) && !outside)
		script->status = 1;
}

/* busybox' from 1.29 on asks for a short name in each domain of the search list, and fails for those without it. */
static void
do_nslookup(struct timeline *script, const char *const *words, size_t n)
{
	const char *word = host_word(words, n), *image = value_get_text(around(script)->container, "image");
	const struct image *known = image ? image_of(image) : NULL;
	bool is_new = known && strcmp(known->name, "busybox") == 0 && !image_is_old_busybox(image);

	do_resolve(script, words, n);
	if (word && is_new && !strstr(word, ".svc.") && !ascii_isdigit(*word))
		script->status = 1;
}

static void
do_connect(struct timeline *script, const char *const *words, size_t n)
{
	const char *word = host_word(words, n);
	bool outside = false;
	const struct object *service;

	service = word ? service_named(script, host_in(script, word), &outside) : NULL;
	if (word && !outside && (!service || !has_ready_endpoint(script, service)))
		script->status = 1;
}

/* With -l it is a server. */
static void
do_nc(struct timeline *script, const char *const *words, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (words[i][0] == '-' && strchr(words[i], 'l')) {
			timeline_pass(script, CLOCK_NEVER);
			return;
		}
	do_connect(script, words, n);
}

static void do_shell(struct timeline *script, const char *const *words, size_t n);
static void do_exec(struct timeline *script, const char *const *words, size_t n);

/* What scripts and Jobs are made of; any other program is a server. */
static const struct program {
	const char *name;
	void (*run)(struct timeline *script, const char *const *words, size_t n);
	bool heeds_term;	/* as process 1, where a signal without a handler does nothing */
} programs[] = {
	{ "sleep", do_sleep, false },
	{ "exit", do_exit, false },
	{ "return", do_exit, false },
	{ "sh", do_shell, false },
	{ "bash", do_shell, false },
	{ "ash", do_shell, false },
	{ "dash", do_shell, false },
	{ "exec", do_exec, false },
	{ "timeout", do_exec, false },
	{ "true", do_nothing, false },
	{ ":", do_nothing, false },
	{ "false", do_false, false },
	{ "echo", do_nothing, false },
	{ "printf", do_nothing, false },
	{ "date", do_nothing, false },
	{ "env", do_nothing, false },
	{ "printenv", do_nothing, false },
	{ "export", do_nothing, false },
	{ "set", do_nothing, false },
	{ "cd", do_nothing, false },
	{ "mkdir", do_nothing, false },
	{ "cp", do_nothing, false },
	{ "mv", do_nothing, false },
	{ "chmod", do_nothing, false },
	{ "chown", do_nothing, false },
	{ "hostname", do_nothing, false },
	{ "uname", do_nothing, false },
	{ "id", do_nothing, false },
	{ "whoami", do_nothing, false },
	{ "seq", do_nothing, false },
	{ "expr", do_nothing, false },
	{ "wait", do_nothing, false },
	{ "trap", do_nothing, false },
	{ "kubectl", do_nothing, false },
	{ "git", do_nothing, false },
	{ "openssl", do_nothing, false },
	{ "apk", do_nothing, false },
	{ "apt-get", do_nothing, false },
	{ "sysctl", do_nothing, false },
	{ "tar", do_nothing, false },
	{ "tee", do_nothing, false },
	{ "awk", do_nothing, false },
	{ "sed", do_nothing, false },
	{ "head", do_nothing, false },
	{ "sort", do_nothing, false },
	{ "uniq", do_nothing, false },
	{ "wc", do_nothing, false },
	{ "tr", do_nothing, false },
	{ "cut", do_nothing, false },
	{ "base64", do_nothing, false },
	{ "jq", do_nothing, false },
	{ "read", do_nothing, false },
	{ "unset", do_nothing, false },
	{ "local", do_nothing, false },
	{ "ps", do_nothing, false },
	{ "grep", do_look, false },
	{ "cat", do_look, false },
	{ "ls", do_look, false },
	{ "stat", do_look, false },
	{ "test", do_test, false },
	{ "[", do_test, false },
	{ "[[", do_test, false },
	{ "touch", do_touch, false },
	{ "rm", do_rm, false },
	{ "perl", do_compute, false },
	{ "tail", do_tail, false },
	{ "top", run_on, false },
	{ "python", run_on, false },
	{ "python3", run_on, false },
	{ "node", run_on, false },
	{ "nslookup", do_nslookup, false },
	{ "dig", do_resolve, false },
	{ "host", do_resolve, false },
	{ "getent", do_resolve, false },
	{ "ping", do_resolve, false },
	{ "wget", do_connect, false },
	{ "curl", do_connect, false },
	{ "nc", do_nc, false },
	{ "pause", run_on, true },
};

static const struct program *
program_of(const char *word)
{
	const char *base = strrchr(word, '/');

	base = base ? base + 1 : word;
	for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
		if (strcmp(programs[i].name, base) == 0)
			return &programs[i];
	return NULL;
}

/* A mounted file may be anything. */
static bool
is_mounted(const struct value *container, const char *path)
{
	const struct value *mounts = value_get(container, "volumeMounts");

	for (size_t i = 0; path[0] == '/' && i < value_count(mounts); i++) {
		const char *at = value_get_text(value_at(mounts, i), "mountPath");

		if (at && str_starts(path, at))
			return true;
	}
	return false;
}

static bool
is_missing(const struct value *container, const char *program)
{
	return installed_lacks(value_get_text(container, "image"), program) && !is_mounted(container, program);
}

/* Words that a shell knows by itself. */
static bool
is_builtin(const char *word)
{
	static const char *const words[] = { ".", "[", "alias", "bg", "break", "builtin", "caller", "cd", "command", "compgen", "complete",
		"continue", "declare", "dirs", "disown", "echo", "enable", "eval", "exec", "exit", "export", "false", "fc", "fg",
		"getopts", "hash", "help", "history", "jobs", "kill", "let", "local", "logout", "mapfile", "popd", "printf", "pushd",
		"pwd", "read", "readarray", "readonly", "return", "set", "shift", "shopt", "source", "suspend", "test", "times",
		"trap", "true", "type", "typeset", "ulimit", "umask", "unalias", "unset", "wait" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

/* In a script: a plain word that is neither one of the shell's own nor a function's name. */
static bool
is_no_command(const struct timeline *script, const char *word)
{
	if (word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+")] || is_builtin(word) ||
		!is_missing(around(script)->container, word))
		return false;
	for (size_t i = 0; i + 1 < script->tokens.n; i++)
		if (strcmp(script->tokens.v[i].text, word) == 0 && strcmp(script->tokens.v[i + 1].text, "(") == 0)
			return false;
	return true;
}

#define NOT_FOUND 127	/* XCU 2.8.2 */

static void
run_program(struct timeline *script, const char *const *words, size_t n)
{
	const struct program *program = program_of(words[0]);

	script->status = 0;
	if (script->tokens.n && is_no_command(script, words[0]))
		script->status = NOT_FOUND;
	else if (program)
		program->run(script, words, n);
	else if (around(script)->probed_at == CLOCK_NEVER && !strchr(words[0], '='))
		timeline_pass(script, CLOCK_NEVER);
}

/* `exec a b`, `timeout 5 a b`: what follows. */
static void
do_exec(struct timeline *script, const char *const *words, size_t n)
{
	size_t first = 1;

	while (first < n && (words[first][0] == '-' || ascii_isdigit(words[first][0])))
		first++;
	if (first < n)
		run_program(script, words + first, n - first);
	script->ended |= strcmp(words[0], "exec") == 0;
}

static void
do_shell(struct timeline *script, const char *const *words, size_t n)
{
	for (size_t i = 1; i + 1 < n; i++)
		if (words[i][0] == '-' && strchr(words[i], 'c') && !script->tokens.n) {
			timeline_run(script, words[i + 1]);
			return;
		}
	if (n > 1)	/* a file of the image, or a shell within a shell */
		timeline_pass(script, CLOCK_NEVER);
}

/* ---- what a container runs ---- */

static void
run_list_of_words(struct timeline *script, const struct value *first, const struct value *then)
{
	VEC(const char *) words = VEC_INIT;
	const struct value *lists[] = { first, then };

	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < value_count(lists[l]); i++)
			*vec_push(&words) = value_text(value_at(lists[l], i)) ? value_text(value_at(lists[l], i)) : "";
	if (words.n)
		run_program(script, words.v, words.n);
	vec_release(&words);
}

static bool
has_env(const struct value *container, const char *names)
{
	const struct value *env = value_get(container, "env");

	if (value_count(value_get(container, "envFrom")))
		return true;
	for (size_t i = 0; i < value_count(env); i++) {
		const char *name = value_get_text(value_at(env, i), "name"), *found = name ? strstr(names, name) : NULL;

		if (found && name[0] && strchr(", ", found[strlen(name)]))
			return true;
	}
	return false;
}

/* Without words of its own. */
static struct process
by_image(const struct server *server, const struct value *container, const struct image *image)
{
	struct process process = { CLOCK_NEVER, 0, true, NULL };

	if (!image)
		return process;
	if (strcmp(image->name, "coredns") == 0 && corefile_loops(server->store))
		return (struct process){ CLOCK_SECOND, 1, true, NULL };
	if (image->needs && !has_env(container, image->needs))
		return (struct process){ 0, 1, true, NULL };
	if (image->ends < 0 || value_get_bool(container, "stdin", false)) {
		process.heeds_term = image->ends < 0;
		return process;
	}
	return (struct process){ 0, image->ends, true, NULL };
}

/* An image for work has no entry point: its args alone are a command. */
static bool
is_bare(const struct value *container)
{
	const char *reference = value_get_text(container, "image");
	const struct image *image = reference ? image_of(reference) : NULL;

	return image && image->ends == 0 && !image->command && installed_has(reference, "sh");
}

bool
process_has_words(const struct value *container)
{
	const struct value *command = value_get(container, "command"), *args = value_get(container, "args");
	const char *first = value_text(value_at(value_count(command) ? command : args, 0));

	return first && (value_count(command) || program_of(first) || is_bare(container));
}

/*
 * With standard input a shell without a script waits for what is typed; and the first process of `kubectl run -i` lives as
 * long as the session that is attached to it, whatever it runs.
 */
static bool
waits_for_input(const struct object *pod, const struct value *container)
{
	const struct value *command = value_get(container, "command"), *args = value_get(container, "args");
	const struct value *status = podstatus_container(pod->root, "containerStatuses", value_get_text(container, "name"));
	const char *first = value_text(value_at(value_count(command) ? command : args, 0));
	const struct program *program = first ? program_of(first) : NULL;

	if (value_get_bool(container, "stdinOnce", false) && !value_get_int(status, "restartCount", 0))
		return true;
	return value_get_bool(container, "stdin", false) && program && program->run == do_shell &&
		value_count(command) + value_count(args) == 1;
}

struct process
process_of(const struct server *server, const struct object *pod, const struct value *container)
{
	const struct value *command = value_get(container, "command"), *args = value_get(container, "args");
	const char *reference = value_get_text(container, "image"), *first;
	const struct image *image = image_of(reference ? reference : "");
	const struct program *program;
	const struct surroundings surroundings = { server, pod, container, CLOCK_NEVER };
	struct timeline script = { .run = run_program, .user = &surroundings };
	struct process process;

	if (waits_for_input(pod, container))
		return (struct process){ CLOCK_NEVER, 0, true, NULL };
	first = value_text(value_at(value_count(command) ? command : args, 0));
	/* args alone are words for the image's own program, unless they name another */
	if (!process_has_words(container))
		return by_image(server, container, first && image && image->ends >= 0 ? NULL : image);
	if (image && strcmp(image->name, "kube-proxy") == 0 && !proxyconfig_is_good(server))
		return (struct process){ 0, 1, true, NULL };
	if (is_missing(container, first) && (value_count(command) || is_bare(container)))
		return (struct process){ 0, START_ERROR, true, first };
	program = program_of(first);
	run_list_of_words(&script, command, args);
	process = (struct process){ script.clock, script.status, !program || program->heeds_term, NULL };
	timeline_release(&script);
	return process;
}

int
process_exec(const struct server *server, const struct object *pod, const struct value *container,
	const struct value *command, int64_t after)
{
	const struct surroundings main_one = { server, pod, container, CLOCK_NEVER }, probed = { server, pod, container, after };
	struct timeline script = { .run = run_program, .user = &main_one };
	int status;

	run_list_of_words(&script, value_get(container, "command"), value_get(container, "args"));
	script = (struct timeline){ .run = run_program, .user = &probed, .arena = script.arena, .tokens = script.tokens,
		.changes = script.changes, .clock = after };
	script.tokens.n = 0;
	run_list_of_words(&script, command, NULL);
	status = script.status;
	timeline_release(&script);
	return status;
}

int64_t
process_next_change(const struct server *server, const struct object *pod, const struct value *container, int64_t after)
{
	const struct surroundings surroundings = { server, pod, container, CLOCK_NEVER };
	struct timeline script = { .run = run_program, .user = &surroundings };
	int64_t next = CLOCK_NEVER;

	run_list_of_words(&script, value_get(container, "command"), value_get(container, "args"));
	for (size_t i = 0; i < script.changes.n && next == CLOCK_NEVER; i++)
		if (script.changes.v[i].when > after)
			next = script.changes.v[i].when;
	timeline_release(&script);
	return next;
}
