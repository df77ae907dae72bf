#include "host/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "host/commands.h"

struct moment {
	struct store_snapshot *objects;
	size_t documents;	/* of the settings: a later one of a node is taken back by its earlier one */
	char *line;		/* what changed it, or what is to be done again */
};

struct timeline {
	VEC(struct moment) undo, redo;
	struct moment before;	/* the line that runs */
	uint64_t changes;
	bool stepped;		/* the line was undo or redo */
};

static void
moment_release(struct moment *moment)
{
	store_snapshot_free(moment->objects);
	free(moment->line);
	*moment = (struct moment){ NULL, 0, NULL };
}

static struct moment
moment_now(const struct shell *shell, const char *line)
{
	return (struct moment){ store_snapshot(shell->cluster->server.store),
		shell->cluster->server.settings.documents.n,
		line ? xstrdup(line) : NULL };
}

void
timeline_free(struct timeline *timeline)
{
	if (!timeline)
		return;
	for (size_t i = 0; i < timeline->undo.n; i++)
		moment_release(&timeline->undo.v[i]);
	for (size_t i = 0; i < timeline->redo.n; i++)
		moment_release(&timeline->redo.v[i]);
	moment_release(&timeline->before);
	vec_release(&timeline->undo);
	vec_release(&timeline->redo);
	free(timeline);
}

void
timeline_before(struct shell *shell)
{
	if (!shell->timeline)
		shell->timeline = xcalloc(1, sizeof *shell->timeline);
	shell->timeline->before = moment_now(shell, NULL);
	shell->timeline->changes = shell->cluster->server.changes;
	shell->timeline->stepped = false;
}

void
timeline_after(struct shell *shell, const char *line)
{
	struct timeline *t = shell->timeline;

	if (t->stepped || t->changes == shell->cluster->server.changes) {
		moment_release(&t->before);
		return;
	}
	if (t->undo.n == TIMELINE_MAX) {
		moment_release(&t->undo.v[0]);
		memmove(t->undo.v, t->undo.v + 1, --t->undo.n * sizeof *t->undo.v);
	}
	t->before.line = xstrdup(line);
	*vec_push(&t->undo) = t->before;
	t->before = (struct moment){ NULL, 0, NULL };
	while (t->redo.n)
		moment_release(&t->redo.v[--t->redo.n]);
}

/* ---- going there ---- */

static const char *
host_name(const struct value *document)
{
	const char *kind = value_get_text(document, "kind");

	return kind && strcmp(kind, "NodeHost") == 0 ? value_text(value_path(document, "metadata.name")) : NULL;
}

/* The last document of the node among the first n; a new one that says nothing when there is none. */
static const struct value *
document_at(const struct settings *settings, size_t n, const char *node, struct arena *arena)
{
	struct value *plain = value_map(arena);

	while (n > 0) {
		const char *name = host_name(settings->documents.v[--n]);

		if (name && strcmp(name, node) == 0)
			return settings->documents.v[n];
	}
	value_set_text(arena, plain, "apiVersion", "svcsim/v1");
	value_set_text(arena, plain, "kind", "NodeHost");
	value_set_text(arena, value_make_map(arena, plain, "metadata"), "name", node);
	return plain;
}

static void
restore_hosts(struct settings *settings, size_t documents)
{
	size_t now = settings->documents.n;

	for (size_t i = documents; i < now; i++) {
		const char *node = host_name(settings->documents.v[i]);
		struct arena arena = ARENA_INIT;
		struct err err = ERR_INIT;

		if (node && settings_read(settings, "NodeHost", document_at(settings, documents, node, &arena), &err))
			BUG("NodeHost: %s", err.text);
		arena_release(&arena);
	}
}

/*
 * For a step forwards the hosts' documents of that time stand further back in the list than those that took them back, so
 * the count alone says what they were.
 */
static void
go_to(struct shell *shell, const struct moment *moment)
{
	struct cluster *cluster = shell->cluster;

	store_restore(cluster->server.store, moment->objects);
	restore_hosts(&cluster->server.settings, moment->documents);
	cluster_restored(cluster, false);
	cluster_forget_network(cluster);
	cluster_settle(cluster);
}

/* The state before the last change: this line's own, when something in front of the question made it. */
static const struct moment *
last_moment(const struct shell *shell, const char **line)
{
	const struct timeline *t = shell->timeline;

	if (!t)
		return NULL;
	if (t->before.objects && t->changes != shell->cluster->server.changes) {
		*line = "what stands before it on this line";
		return &t->before;
	}
	if (!t->undo.n)
		return NULL;
	*line = t->undo.v[t->undo.n - 1].line;
	return &t->undo.v[t->undo.n - 1];
}

int
timeline_past(const struct shell *shell, struct cluster *past, const char **line, struct err *err)
{
	struct cluster *cluster = shell->cluster;
	const struct moment *moment = last_moment(shell, line);
	const struct settings *settings = &cluster->server.settings;
	struct arena arena = ARENA_INIT;
	struct value *documents;
	int failed;

	if (!moment)
		return err_set(err, ERR_INPUT, "nothing was changed in this shell yet, so there is nothing to compare with");
	documents = value_list(&arena);
	for (size_t i = 0; i < moment->documents; i++)
		value_append(&arena, documents, value_copy(&arena, settings->documents.v[i]));
	failed = cluster_restore(past, 1, cluster->server.clock.now, documents, err);
	arena_release(&arena);
	if (failed)
		return -1;
	store_restore(past->server.store, moment->objects);
	cluster_restored(past, true);
	past->server.rng = cluster->server.rng;	/* chance decides in both as it does now */
	past->connections = cluster->connections;
	return 0;
}

/* undo takes the last state of one list, and leaves the state now to the other; redo the other way round. */
static int
step_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct timeline *t = shell->timeline;
	bool back = strcmp(argv[0], "undo") == 0;
	struct moment to;

	(void)argc;
	if (!t || !(back ? t->undo.n : t->redo.n)) {
		sink_printf(io->err, "%s: there is nothing to %s\n", argv[0], argv[0]);
		return 1;
	}
	to = back ? t->undo.v[--t->undo.n] : t->redo.v[--t->redo.n];
	if (back)
		*vec_push(&t->redo) = moment_now(shell, to.line);
	else
		*vec_push(&t->undo) = moment_now(shell, to.line);
	t->stepped = true;
	go_to(shell, &to);
	sink_printf(io->out, back ? "undone: %s\n" : "done again: %s\n", to.line);
	moment_release(&to);
	return 0;
}

const struct command command_undo = { .name = "undo", .usage = "", .help = "Takes the last change of the cluster back",
	.builtin = true, .run = step_main };
const struct command command_redo = { .name = "redo", .usage = "", .help = "Makes what undo took back",
	.builtin = true, .run = step_main };
