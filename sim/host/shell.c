/* A shell's life: what it remembers, where it stands, its lines and its prompt.  run.c does what they say. */
#include "host/shell.h"

#include <stdlib.h>
#include <string.h>

#include "host/environment.h"
#include "host/process_log.h"
#include "host/programs.h"
#include "host/run.h"
#include "host/timeline.h"
#include "trace/trail.h"

#define HISTORY_MAX 1000

struct shell_place {
	enum place place;
	char *name, *container, *cwd;
	struct kubectl_session session;
	struct map variables, aliases, functions, marks;
	struct shell_place *outer;
	enum dialect dialect;
	unsigned line;
};

/* ---- a shell's life ---- */

static const struct {
	const char *name, *value;
} first_variables[] = {
	{ "HOME", "/root" }, { "USER", "root" }, { "SHELL", "/bin/bash" }, { "TERM", "xterm" },
}, first_aliases[] = {
	{ "k", "kubectl" }, { "ll", "ls -l" },
};

static void
text_put(struct map *map, const char *name, const char *value)
{
	char *copy = xstrdup(value);	/* first: value may be the old text */

	free(map_remove(map, name));
	map_set(map, name, copy);
}

static void
put_exported(struct shell *shell, const char *name, const char *value)
{
	text_put(&shell->variables, name, value);
	shell_mark(shell, name, 'x');
}

static void
start_variables(struct shell *shell)
{
	for (size_t i = 0; i < sizeof first_variables / sizeof first_variables[0]; i++)
		put_exported(shell, first_variables[i].name, first_variables[i].value);
	for (size_t i = 0; i < sizeof first_aliases / sizeof first_aliases[0]; i++)
		text_put(&shell->aliases, first_aliases[i].name, first_aliases[i].value);
}

void
shell_init(struct shell *shell, struct cluster *cluster, struct io *io)
{
	*shell = (struct shell){ .cluster = cluster, .io = io, .cwd = xstrdup("/root"),
		.began = cluster->server.clock.now };
	start_variables(shell);
	process_log_watch(cluster);
}

void
texts_release(struct map *map)
{
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(map, &i));)
		free(entry->value);
	map_release(map);
}

static void
put_variable(void *arg, const char *name, const char *value)
{
	put_exported(arg, name, value);
}

static void
pod_variables(struct shell *shell)
{
	const struct pod *pod = place_pod(shell);
	const struct value *container = place_container(shell);

	if (pod && container)
		environment_of(shell->cluster, pod, container, put_variable, shell);
	put_exported(shell, "TERM", "xterm");
}

bool
shell_leave(struct shell *shell)
{
	struct shell_place *outer = shell->outer;

	if (!outer)
		return false;
	free(shell->place_name);
	free(shell->place_container);
	free(shell->cwd);
	texts_release(&shell->variables);
	texts_release(&shell->aliases);
	texts_release(&shell->functions);
	texts_release(&shell->marks);
	shell->marks = outer->marks;
	shell->variables = outer->variables;
	shell->aliases = outer->aliases;
	shell->functions = outer->functions;
	shell->place = outer->place;
	shell->place_name = outer->name;
	shell->place_container = outer->container;
	shell->cwd = outer->cwd;
	shell->session = outer->session;
	shell->dialect = outer->dialect;
	shell->line = outer->line;
	shell->outer = outer->outer;
	free(outer);
	return true;
}

static void
history_release(struct shell *shell)
{
	for (size_t i = 0; i < shell->history.n; i++)
		free(shell->history.v[i]);
	vec_release(&shell->history);
}

void
shell_forget_history(struct shell *shell)
{
	history_release(shell);
	timeline_free(shell->timeline);
	shell->timeline = NULL;
	trail_free(shell->trail);
	shell->trail = NULL;
}

void
shell_release(struct shell *shell)
{
	const struct map_entry *entry;

	while (shell_leave(shell))
		continue;
	texts_release(&shell->aliases);
	texts_release(&shell->functions);
	shell_locals_end(shell, 0);
	texts_release(&shell->variables);
	texts_release(&shell->marks);
	vec_release(&shell->kept);
	vec_release(&shell->routes);
	timeline_free(shell->timeline);
	trail_free(shell->trail);
	while (shell->forwards.n)
		shell_forward_close(shell, shell->forwards.v[0].job);
	vec_release(&shell->forwards);
	shell_set_args(shell, 0, NULL);
	for (size_t i = 0; (entry = map_next(&shell->files, &i));) {
		str_release(entry->value);
		free(entry->value);
	}
	map_release(&shell->files);
	texts_release(&shell->file_notes);
	history_release(shell);
	free(shell->cwd);
	free(shell->context_namespace);
	free(shell->kubeconfig);
	free(shell->client_name);
	free(shell->exit_trap);
	free(shell->place_name);
	free(shell->place_container);
	memset(shell, 0, sizeof *shell);
}

static void
enter(struct shell *shell, enum place place, const char *place_name, const char *container)
{
	struct shell_place *outer = xcalloc(1, sizeof *outer);

	*outer = (struct shell_place){ shell->place, shell->place_name, shell->place_container, shell->cwd, shell->session,
		shell->variables, shell->aliases, shell->functions, shell->marks, shell->outer,
		shell->dialect, shell->line };
	shell->outer = outer;
	shell->session = (struct kubectl_session){ .is_main = false };
	shell->variables = shell->aliases = shell->functions = shell->marks = (struct map)MAP_INIT;
	shell->dialect = DIALECT_BASH;
	shell->line = 0;
	shell->place = place;
	shell->place_name = place_name ? xstrdup(place_name) : NULL;
	shell->place_container = container && *container ? xstrdup(container) : NULL;
	shell->cwd = xstrdup(place == PLACE_POD ? "/" : "/root");
}

void
shell_enter(struct shell *shell, enum place place, const char *place_name)
{
	enter(shell, place, place_name, NULL);
	if (place == PLACE_POD)
		pod_variables(shell);
	else
		start_variables(shell);
}

void
shell_enter_container(struct shell *shell, const char *pod, const char *container)
{
	enter(shell, PLACE_POD, pod, container);
	pod_variables(shell);
}

const char *
shell_first_directory(const struct shell *shell)
{
	const struct shell_place *place = shell->outer;

	while (place && place->outer)
		place = place->outer;
	return place ? place->cwd : shell->cwd;
}

const char *
shell_variable(const struct shell *shell, const char *name)
{
	if (strcmp(name, "PWD") == 0)
		return shell->cwd;
	return map_get(&shell->variables, name);
}

void
shell_set_variable(struct shell *shell, const char *name, const char *value)
{
	text_put(&shell->variables, name, value);
}

bool
shell_is_marked(const struct shell *shell, const char *name, char mark)
{
	const char *marks = map_get(&shell->marks, name);

	return marks && strchr(marks, mark);
}

void
shell_mark(struct shell *shell, const char *name, char mark)
{
	const char *marks = map_get(&shell->marks, name);
	char *more;

	if (shell_is_marked(shell, name, mark))
		return;
	more = xasprintf("%s%c", marks ? marks : "", mark);
	text_put(&shell->marks, name, more);
	free(more);
}

void
shell_unmark(struct shell *shell, const char *name, char mark)
{
	char *marks = map_get(&shell->marks, name), *at = marks ? strchr(marks, mark) : NULL;

	if (at)
		memmove(at, at + 1, strlen(at));
}

bool
shell_may_set(const struct shell *shell, struct sink *err, const char *name)
{
	if (!shell_is_marked(shell, name, 'r'))
		return true;
	sink_printf(err, "bash: %s: readonly variable\n", name);
	return false;
}

bool
shell_is_exported(const struct shell *shell, const char *name)
{
	return shell_is_marked(shell, name, 'x');
}

void
shell_unset_variable(struct shell *shell, const char *name)
{
	free(map_remove(&shell->variables, name));
	free(map_remove(&shell->marks, name));
}

void
shell_locals_end(struct shell *shell, size_t kept)
{
	while (shell->kept.n > kept) {
		struct shell_kept *last = &shell->kept.v[--shell->kept.n];

		if (last->value)
			shell_set_variable(shell, last->name, last->value);
		else
			shell_unset_variable(shell, last->name);
		free(last->name);
		free(last->value);
	}
}

void
shell_set_args(struct shell *shell, int n, const char *const *args)
{
	VEC(char *) fresh = VEC_INIT;

	for (int i = 0; i < n; i++)
		*vec_push(&fresh) = xstrdup(args[i]);
	for (size_t i = 0; i < shell->args.n; i++)
		free(shell->args.v[i]);
	vec_release(&shell->args);
	shell->args.v = fresh.v;
	shell->args.n = fresh.n;
	shell->args.cap = fresh.cap;
}

void
shell_options_text(const struct shell *shell, struct str *out)
{
	str_addf(out, "%shi%s%sBH", shell->options.errexit ? "e" : "", shell->options.nounset ? "u" : "",
		shell->options.xtrace ? "x" : "");
}

void
shell_quote(const char *word, struct str *out)
{
	if (*word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,=+@%^")]) {
		str_add(out, word);
		return;
	}
	str_addch(out, '\'');
	for (; *word; word++)
		if (*word == '\'')
			str_add(out, "'\\''");
		else
			str_addch(out, *word);
	str_addch(out, '\'');
}

/* ---- forwarded ports ---- */

bool
shell_forward_open(struct shell *shell, const char *namespace, const char *pod, uint16_t local, uint16_t remote)
{
	for (size_t i = 0; i < shell->forwards.n; i++)
		if (shell->forwards.v[i].local == local)
			return false;
	if (shell->forwards.n == FORWARDS_MAX)
		return false;
	*vec_push(&shell->forwards) = (struct shell_forward){ xstrdup(namespace), xstrdup(pod), local, remote, ++shell->processes };
	return true;
}

bool
shell_forward_close(struct shell *shell, unsigned job)
{
	size_t i = 0;

	while (i < shell->forwards.n && shell->forwards.v[i].job != job)
		i++;
	if (i == shell->forwards.n)
		return false;
	free(shell->forwards.v[i].namespace);
	free(shell->forwards.v[i].pod);
	shell->forwards.n--;
	memmove(&shell->forwards.v[i], &shell->forwards.v[i + 1], (shell->forwards.n - i) * sizeof *shell->forwards.v);
	return true;
}

/* ---- lines ---- */

static void
remember(struct shell *shell, const char *line)
{
	size_t len = strlen(line);

	while (len && line[len - 1] == '\n')
		len--;
	if (!len)
		return;
	if (shell->history.n == HISTORY_MAX) {
		free(shell->history.v[0]);
		memmove(shell->history.v, shell->history.v + 1, (HISTORY_MAX - 1) * sizeof *shell->history.v);
		shell->history.n--;
	}
	*vec_push(&shell->history) = xstrndup(line, len);
}

/* `exit` at a node or in a pod: back to where one came from. */
static void
go_back(struct shell *shell, const struct streams *streams)
{
	const struct kubectl_session session = shell->session;
	char *pod = session.is_main ? xstrdup(shell->place_name) : NULL;
	char *container = session.is_main ? xstrdup(shell->place_container) : NULL;
	int status = shell->status;
	struct vfs_state state;
	struct io io;

	shell_leave(shell);
	shell->exited = false;
	io = streams_io(shell, streams, &state);
	if (session.is_main)
		shell->status = shell_end_session(shell, &io, &session, pod, container, status);
	free(pod);
	free(container);
}

int
shell_line(struct shell *shell, const char *line)
{
	struct streams streams = { NULL, shell->io->out, shell->io->err, shell->io->files ? shell->io : NULL };

	remember(shell, line);
	shell->exited = false;
	shell->too_much = false;
	shell->in_loops = shell->process_files = 0;
	shell->loops = shell->commands = shell->calls = shell->conditions = shell->depth = 0;
	shell->leave = LEAVE_NOTHING;
	timeline_before(shell);
	shell->line++;
	shell->status = run_text(shell, line, &streams);
	timeline_after(shell, line);
	shell->leave = LEAVE_NOTHING;
	if (shell->exited && shell->outer)
		go_back(shell, &streams);
	return shell->status;
}

bool
shell_wants_more(const char *line)
{
	struct script script;
	bool more = !script_parse(&script, line, strlen(line)) ? script.syntax.incomplete
		: script.syntax.here_missing != NULL;

	script_release(&script);
	return more;
}

const char *
shell_host_name(const struct shell *shell)
{
	return shell->place_name ? shell->place_name : shell->client_name ? shell->client_name : "client";
}

void
shell_prompt(const struct shell *shell, struct str *out)
{
	const char *home = shell_variable(shell, "HOME");
	size_t len = home ? strlen(home) : 0;
	const char *slash;

	switch (shell->place) {
	case PLACE_CLIENT:
		str_addf(out, shell->client_name ? "candidate@%s:" : "%s:", shell_host_name(shell));
		break;
	case PLACE_NODE:
		str_addf(out, "%s:", shell->place_name);
		break;
	case PLACE_POD:
		slash = strchr(shell->place_name, '/');
		str_addf(out, "%s:", slash ? slash + 1 : shell->place_name);
		break;
	}
	if (len > 1 && strncmp(shell->cwd, home, len) == 0 && (!shell->cwd[len] || shell->cwd[len] == '/'))
		str_addf(out, "~%s", shell->cwd + len);
	else
		str_add(out, shell->cwd);
	str_add(out, shell->place == PLACE_CLIENT ? "$ " : "# ");
}
