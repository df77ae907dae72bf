#include "host/process_log.h"

#include <stdlib.h>
#include <string.h>

#include "control/podstatus.h"
#include "control/process.h"
#include "host/environment.h"
#include "host/programs.h"
#include "host/vfs.h"

#define PROCESS_LOOPS_MAX 20000u	/* iterations that are lived through; what a log holds is less */
#define ANSWERS_MAX 1000u		/* runs of equal answers that are remembered */
#define COMMAND_TAKES (CLOCK_SECOND / 1000)	/* a loop without a sleep ends at some time, too */

/* What one or more commands in a row that asked the network came back with. */
struct answer {
	int status;
	int64_t took;
	unsigned long count;
};

struct shell_past {
	int64_t until;		/* what would begin later has not begun yet */
	unsigned long muted;	/* so many commands have been heard before */
	VEC(struct answer) answers;
	size_t answer;		/* the next one that is known, */
	unsigned long used;	/* and how often it was given */
	bool asks;		/* the known ones are used up */
};

/* ---- sinks ---- */

static void
log_sink_write(struct sink *sink, const char *text, size_t len)
{
	struct log_sink *log = (struct log_sink *)sink;

	if (log->also)
		sink_write(log->also, text, len);
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '\n') {
			str_addch(&log->line, text[i]);
			continue;
		}
		logs_append(&log->cluster->logs, log->pod, log->container, log->cluster->server.clock.now, log->line.buf);
		str_clear(&log->line);
	}
}

void
log_sink_init(struct log_sink *log, struct cluster *cluster, const struct pod *pod, const char *container, struct sink *also)
{
	*log = (struct log_sink){ { log_sink_write }, cluster, pod, container, also, STR_INIT };
}

void
log_sink_end(struct log_sink *log)
{
	if (log->line.len)
		logs_append(&log->cluster->logs, log->pod, log->container, log->cluster->server.clock.now, log->line.buf);
	str_release(&log->line);
}

/* ---- one process, lived through ---- */

struct life {
	struct sink sink;	/* what it writes: nothing that was heard before */
	struct log_sink log;
	struct shell shell;
	struct shell_past past;
	char *key;		/* of what is remembered of it */
	int64_t restarts;
};

static void
life_write(struct sink *sink, const char *text, size_t len)
{
	struct life *life = (struct life *)sink;
	const struct shell *shell = &life->shell;

	if (shell->commands > life->past.muted && shell->loops < SHELL_LOOPS_MAX && shell->commands <= SHELL_COMMANDS_MAX)
		sink_write(&life->log.sink, text, len);
}

/* "RESTARTS COMMANDS STATUS/NANOSECONDS*COUNT .." */
static void
life_remember(struct life *life, struct cluster *cluster)
{
	struct str text = STR_INIT;

	str_addf(&text, "%lld %u", (long long)life->restarts, life->shell.commands);
	for (size_t i = 0; i < life->past.answers.n; i++)
		str_addf(&text, " %d/%lld*%lu", life->past.answers.v[i].status, (long long)life->past.answers.v[i].took,
			life->past.answers.v[i].count);
	logs_put(&cluster->logs, life->key, text.buf);
	str_release(&text);
}

static void
life_recall(struct life *life, const struct cluster *cluster)
{
	const struct str *text = map_get(&cluster->logs.texts, life->key);
	char *at = text ? text->buf : NULL;

	if (!at || strtoll(at, &at, 10) != life->restarts)
		return;		/* of a process before this one */
	life->past.muted = strtoul(at, &at, 10);
	while (*at == ' ') {
		struct answer answer;

		answer.status = (int)strtol(at, &at, 10);
		answer.took = strtoll(at + (*at == '/'), &at, 10);
		answer.count = strtoul(at + (*at == '*'), &at, 10);
		*vec_push(&life->past.answers) = answer;
	}
}

bool
process_log_skips(struct shell *shell, const struct command *command, int *status)
{
	struct shell_past *past = shell->past;
	const struct answer *answer;

	*status = shell->status;
	if (!past)
		return false;
	if (shell->cluster->server.clock.now > past->until) {
		shell->leave = LEAVE_LINE;
		return true;
	}
	if (!command || !command->asks || past->asks)
		return false;
	if (past->answer == past->answers.n) {
		past->asks = true;
		return false;
	}
	answer = &past->answers.v[past->answer];
	*status = answer->status;
	shell->commands++;
	shell->cluster->server.clock.now += answer->took;
	if (++past->used == answer->count) {
		past->used = 0;
		past->answer++;
	}
	return true;
}

void
process_log_note(struct shell *shell, const struct command *command, int status, int64_t start)
{
	struct shell_past *past = shell->past;
	struct answer *last, answer;

	if (!past || !command || command->builtin)
		return;
	shell->cluster->server.clock.now += COMMAND_TAKES;
	if (!command->asks)
		return;
	answer = (struct answer){ status, shell->cluster->server.clock.now - start, 1 };
	last = past->answers.n ? &past->answers.v[past->answers.n - 1] : NULL;
	if (last && last->status == status && last->took == answer.took)
		last->count++;
	else if (past->answers.n < ANSWERS_MAX)
		*vec_push(&past->answers) = answer;
}

/* The words as the kubelet gives them to the runtime, $(NAME) replaced. */
static void
life_words(const struct life *life, const struct value *container, struct io_names *words)
{
	static const char *const lists[] = { "command", "args" };

	for (size_t l = 0; l < 2; l++) {
		const struct value *list = value_get(container, lists[l]);

		for (size_t i = 0; i < value_count(list); i++) {
			const char *text = value_text(value_at(list, i));
			struct str word = STR_INIT;

			environment_expand(&life->shell.variables, text ? text : "", &word);
			*vec_push(words) = str_detach(&word);
		}
	}
}

static void
life_run(struct life *life, struct cluster *cluster, const struct value *container)
{
	struct vfs_state state = { &life->shell, NULL, NULL };
	struct io io = { .files = &vfs_files, .files_state = &state, .out = &life->sink, .err = &life->sink };
	struct io_names words = { NULL, 0, 0 };
	char *place = xasprintf("%s/%s", life->log.pod->object->namespace, life->log.pod->object->name);

	shell_init(&life->shell, cluster, &io);
	life->shell.past = &life->past;
	life->shell.loops = SHELL_LOOPS_MAX - PROCESS_LOOPS_MAX;
	shell_enter_container(&life->shell, place, life->log.container);
	life_words(life, container, &words);
	if (words.n && command_here(&life->shell, words.v[0]))
		shell_command(&life->shell, &io, (int)words.n, (const char *const *)words.v);
	life_remember(life, cluster);
	io_names_release(&words);
	shell_release(&life->shell);
	free(place);
}

static const struct value *
status_of(const struct object *pod, const char *container)
{
	static const char *const lists[] = { "containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses" };
	const struct value *status = NULL;

	for (size_t l = 0; !status && l < 3; l++)
		status = podstatus_container(pod->root, lists[l], container);
	return status;
}

/* The clock goes back to the process's start meanwhile, and nothing but the clock moves. */
static void
follow(struct cluster *cluster, const struct pod *pod, const struct value *container, int64_t until)
{
	const char *name = value_get_text(container, "name");
	const struct value *status = status_of(pod->object, name);
	const char *started = value_text(value_path(status, "state.running.startedAt"));
	int64_t now = cluster->server.clock.now, start;
	struct life life = { .sink = { life_write }, .past = { .until = until }, .restarts = value_get_int(status, "restartCount", 0) };

	if (cluster->held || !started || !clock_parse(started, &start) || !process_has_words(container))
		return;
	log_sink_init(&life.log, cluster, pod, name, NULL);
	life.key = xasprintf("%s/%s/process", object_uid(pod->object), name);
	life_recall(&life, cluster);
	cluster->held = true;
	cluster->server.clock.now = start;
	life_run(&life, cluster, container);
	log_sink_end(&life.log);
	cluster->server.clock.now = now;
	cluster->held = false;
	vec_release(&life.past.answers);
	free(life.key);
}

void
process_log_follow(struct shell *shell, const struct pod *pod, const struct value *container)
{
	follow(shell->cluster, pod, container, shell->cluster->server.clock.now);
}

/* Told by the server: the last chance to hear it while it is on the network. */
static void
hear_out(void *arg, const struct object *pod, const struct value *container, int64_t until)
{
	follow(arg, pod_view(pod), container, until);
}

void
process_log_watch(struct cluster *cluster)
{
	cluster->server.hear_out = hear_out;
	cluster->server.hear_out_arg = cluster;
}
