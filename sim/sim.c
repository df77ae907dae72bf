/*
 * One cluster and its shell behind the public face: running commands, and saving and restoring both.  A saved sim is a
 * handful of numbers, the session (settings documents, shell) as one JSON text, and each object as one JSON text.
 */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "host/vfs.h"
#include "kubectl/kubectl.h"
#include "ready.h"
#include "trace/trail.h"

struct sim {
	struct cluster cluster;
	struct shell shell;
	uint64_t seed;
};

struct cluster *
sim_cluster(struct sim *sim)
{
	return &sim->cluster;
}

struct shell *
sim_shell(struct sim *sim)
{
	return &sim->shell;
}

void
sim_forget_history(struct sim *sim)
{
	shell_forget_history(&sim->shell);
}

static const struct ready *ready;	/* see sim_ready_use */

void
sim_ready_use(const struct ready *offered)
{
	ready = offered;
}

static int
make_cluster(struct cluster *cluster, uint64_t seed, int64_t now, const struct cluster_text *texts, size_t n,
	bool as_stored, struct err *err)
{
	if (ready && !n && !as_stored && seed == READY_SEED && ready_take(ready, cluster, now))
		return 0;
	return cluster_make(cluster, seed, now, texts, n, as_stored, err);
}

struct sim *
sim_new(uint64_t seed, int64_t now, const struct sim_text *texts, size_t n, bool as_stored, struct err *err)
{
	struct sim *sim = xcalloc(1, sizeof *sim);
	struct cluster_text *given = xcalloc(n + 1, sizeof *given);
	int failed;

	for (size_t i = 0; i < n; i++)
		given[i] = (struct cluster_text){ texts[i].file, texts[i].text, texts[i].len };
	failed = make_cluster(&sim->cluster, seed, now, given, n, as_stored, err);
	free(given);
	if (failed) {
		free(sim);
		return NULL;
	}
	sim->seed = seed;
	shell_init(&sim->shell, &sim->cluster, NULL);
	return sim;
}

void
sim_free(struct sim *sim)
{
	if (!sim)
		return;
	shell_release(&sim->shell);
	cluster_release(&sim->cluster);
	free(sim);
}

int
sim_command(struct sim *sim, struct io *io, int argc, const char *const *argv)
{
	const struct command *command = argc ? command_find(argv[0]) : NULL;
	int status;

	if (!command)
		BUG("sim_command: no command %s", argc ? argv[0] : "");
	sim->shell.io = io;
	status = command_run(command, &sim->shell, io, argc, argv);
	sim->shell.io = NULL;
	return status;
}

int
sim_line(struct sim *sim, struct io *io, const char *line)
{
	int status;

	sim->shell.io = io;
	status = shell_line(&sim->shell, line);
	sim->shell.io = NULL;
	return status;
}

bool
sim_wants_more(const char *line)
{
	return shell_wants_more(line);
}

bool
sim_exited(const struct sim *sim)
{
	return sim->shell.exited;
}

char *
sim_prompt(const struct sim *sim)
{
	struct str prompt = STR_INIT;

	shell_prompt(&sim->shell, &prompt);
	return str_detach(&prompt);
}

void
sim_name_client(struct sim *sim, const char *name)
{
	free(sim->shell.client_name);
	sim->shell.client_name = xstrdup(name);
}

void
sim_complete(struct sim *sim, const char *line, size_t point, void (*fn)(void *arg, const char *word), void *arg)
{
	shell_complete(&sim->shell, line, point, fn, arg);
}

void
sim_tick(struct sim *sim, int64_t now)
{
	cluster_tick(&sim->cluster, now);
}

int64_t
sim_now(const struct sim *sim)
{
	return sim->cluster.server.clock.now;
}

const struct trail *
sim_trail(const struct sim *sim)
{
	return sim->shell.trail;
}

uint64_t
sim_version(const struct sim *sim)
{
	return store_version(sim->cluster.server.store);
}

/* ---- saving ---- */

static void
session_put_shell(const struct shell *shell, struct arena *arena, struct value *session)
{
	struct value *files = value_make_map(arena, session, "files"), *notes = value_make_map(arena, session, "fileNotes");
	const struct map_entry *entry;

	if (shell->context_namespace)
		value_set_text(arena, session, "namespace", shell->context_namespace);
	if (shell->kubeconfig)
		value_set_text(arena, session, "kubeconfig", shell->kubeconfig);
	value_set_text(arena, session, "directory", shell_first_directory(shell));
	for (size_t i = 0; (entry = map_next(&shell->files, &i));)
		value_set_text(arena, files, entry->key, ((const struct str *)entry->value)->buf);
	for (size_t i = 0; (entry = map_next(&shell->file_notes, &i));) {
		const struct vfs_note *note = entry->value;

		value_set_text(arena, notes, entry->key, arena_printf(arena, "%o %lld", note->mode, (long long)note->changed));
	}
}

static void
session_put_forwards(const struct shell *shell, struct arena *arena, struct value *session)
{
	struct value *list = value_make_list(arena, session, "forwards");

	for (size_t i = 0; i < shell->forwards.n; i++) {
		struct value *forward = value_map(arena);

		value_set_text(arena, forward, "namespace", shell->forwards.v[i].namespace);
		value_set_text(arena, forward, "pod", shell->forwards.v[i].pod);
		value_set_int(arena, forward, "local", shell->forwards.v[i].local);
		value_set_int(arena, forward, "remote", shell->forwards.v[i].remote);
		value_append(arena, list, forward);
	}
}

/* Logs of pods that are gone go with them. */
static bool
pod_is_there(const struct store *store, const char *key)
{
	size_t n, len = strcspn(key, "/");
	const struct object *const *pods = store_list(store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const char *uid = value_text(value_path(pods[i]->root, "metadata.uid"));

		if (uid && strlen(uid) == len && strncmp(uid, key, len) == 0)
			return true;
	}
	return false;
}

static void
session_put_logs(const struct cluster *cluster, struct arena *arena, struct value *session)
{
	struct value *texts = value_make_map(arena, session, "logs");
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(&cluster->logs.texts, &i));)
		if (pod_is_there(cluster->server.store, entry->key))
			value_set_text(arena, texts, entry->key, ((const struct str *)entry->value)->buf);
}

static char *
session_write(const struct sim *sim)
{
	const struct settings *settings = &sim->cluster.server.settings;
	struct arena arena = ARENA_INIT;
	struct value *session = value_map(&arena);
	struct value *documents = value_make_list(&arena, session, "settings");
	struct str text = STR_INIT;

	for (size_t i = 0; i < settings->documents.n; i++)
		value_append(&arena, documents, settings->documents.v[i]);
	session_put_shell(&sim->shell, &arena, session);
	session_put_forwards(&sim->shell, &arena, session);
	session_put_logs(&sim->cluster, &arena, session);
	value_set_bool(&arena, session, "restless", sim->cluster.restless);
	control_put_waits(&sim->cluster.control, &arena, value_make_map(&arena, session, "waits"));
	json_write(session, 0, &text);
	arena_release(&arena);
	return str_detach(&text);
}

static void
save_object(
	const struct object *object, bool deleted, void (*fn)(void *arg, const struct sim_record *record), void *arg)
{
	struct str json = STR_INIT;
	struct sim_record record = { object->kind->kind, object->kind->group, object->namespace, object->name, NULL,
		object->version };

	if (!deleted) {
		json_write(object->root, 0, &json);
		record.json = json.buf;
	}
	fn(arg, &record);
	str_release(&json);
}

/* Newer versions of one object come later in the log; only what stands in the store now is saved. */
static void
save_changes(
	const struct store *store, uint64_t since, void (*fn)(void *arg, const struct sim_record *record), void *arg)
{
	size_t n;
	const struct store_event *events = store_events(store, since, &n);

	for (size_t i = 0; i < n; i++) {
		const struct object *object = events[i].object;
		const struct object *now = store_get(store, object->kind, object->namespace, object->name);

		if (!now)
			save_object(object, true, fn, arg);
		else if (now == object)
			save_object(now, false, fn, arg);
	}
}

static void
save_all(const struct store *store, void (*fn)(void *arg, const struct sim_record *record), void *arg)
{
	for (const struct kind *kind = kinds; kind->kind; kind++) {
		size_t n;
		const struct object *const *objects = store_list(store, kind, NULL, &n);

		for (size_t i = 0; i < n; i++)
			save_object(objects[i], false, fn, arg);
	}
}

void
sim_save(const struct sim *sim, uint64_t since, struct sim_state *state,
	void (*fn)(void *arg, const struct sim_record *record), void *arg)
{
	const struct server *server = &sim->cluster.server;

	state->seed = sim->seed;
	state->rng = server->rng.state;
	state->version = store_version(server->store);
	state->connections = sim->cluster.connections;
	state->now = server->clock.now;
	state->session = session_write(sim);
	if (since)
		save_changes(server->store, since, fn, arg);
	else
		save_all(server->store, fn, arg);
}

void
sim_state_release(struct sim_state *state)
{
	free(state->session);
	state->session = NULL;
}

/* ---- restoring ---- */

static int
restore_object(struct sim *sim, const struct sim_record *record, struct err *err)
{
	const struct kind *kind = kind_by_kind(record->kind);
	struct object *object = object_new(kind);

	if (json_read(record->name, record->json, strlen(record->json), &object->arena, &object->root, err)) {
		object_unref(object);
		return -1;
	}
	object_seal(object);
	store_load(sim->cluster.server.store, object);
	return 0;
}

/* "644 1795407176000000000" for each file. */
static void
restore_notes(struct sim *sim, const struct value *notes)
{
	for (size_t i = 0; i < value_count(notes); i++) {
		const char *text = value_text(notes->map.v[i].value);
		struct vfs_note *note;
		char *rest;

		if (!text)
			continue;
		note = xcalloc(1, sizeof *note);
		note->mode = (unsigned)strtoul(text, &rest, 8) & 07777;
		note->changed = strtoll(rest, NULL, 10);
		free(map_remove(&sim->shell.file_notes, notes->map.v[i].key));
		map_set(&sim->shell.file_notes, notes->map.v[i].key, note);
	}
}

static void
restore_shell(struct sim *sim, const struct value *session)
{
	const struct value *files = value_get(session, "files");
	const char *namespace = value_get_text(session, "namespace");
	const char *kubeconfig = value_get_text(session, "kubeconfig");
	const char *directory = value_get_text(session, "directory");

	if (namespace)
		sim->shell.context_namespace = xstrdup(namespace);
	if (kubeconfig)
		sim->shell.kubeconfig = xstrdup(kubeconfig);
	if (directory) {
		free(sim->shell.cwd);
		sim->shell.cwd = xstrdup(directory);
	}
	for (size_t i = 0; i < value_count(files); i++) {
		struct str *text = xcalloc(1, sizeof *text);
		struct str *old;

		str_init(text);
		str_add(text, value_text(files->map.v[i].value));
		old = map_remove(&sim->shell.files, files->map.v[i].key);
		if (old)
			str_release(old);
		free(old);
		map_set(&sim->shell.files, files->map.v[i].key, text);
	}
	restore_notes(sim, value_get(session, "fileNotes"));
}

static void
restore_forwards(struct sim *sim, const struct value *list)
{
	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *forward = value_at(list, i);

		shell_forward_open(&sim->shell, value_get_text(forward, "namespace"), value_get_text(forward, "pod"),
			(uint16_t)value_get_int(forward, "local", 0), (uint16_t)value_get_int(forward, "remote", 0));
	}
}

static void
restore_logs(struct sim *sim, const struct value *texts)
{
	for (size_t i = 0; i < value_count(texts); i++)
		logs_put(&sim->cluster.logs, texts->map.v[i].key, value_text(texts->map.v[i].value));
}

static int
restore(struct sim *sim, const struct sim_state *state, bool (*next)(void *arg, struct sim_record *record), void *arg,
	struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct value *session;
	struct sim_record record;
	int failed = json_read("session", state->session, strlen(state->session), &arena, &session, err);

	if (!failed)
		failed = cluster_restore(&sim->cluster, state->seed, state->now, value_get(session, "settings"), err);
	while (!failed && next(arg, &record))
		failed = restore_object(sim, &record, err);
	if (!failed) {
		store_set_version(sim->cluster.server.store, state->version);
		sim->cluster.server.rng.state = state->rng;
		sim->cluster.connections = state->connections;
		cluster_restored(&sim->cluster, false);
		control_take_waits(&sim->cluster.control, value_get(session, "waits"));
		sim->cluster.restless = value_get_bool(session, "restless", false);
		shell_init(&sim->shell, &sim->cluster, NULL);
		restore_shell(sim, session);
		restore_forwards(sim, value_get(session, "forwards"));
		restore_logs(sim, value_get(session, "logs"));
	}
	arena_release(&arena);
	return failed;
}

struct sim *
sim_restore(
	const struct sim_state *state, bool (*next)(void *arg, struct sim_record *record), void *arg, struct err *err)
{
	struct sim *sim = xcalloc(1, sizeof *sim);

	sim->seed = state->seed;
	if (restore(sim, state, next, arg, err)) {
		cluster_release(&sim->cluster);
		free(sim);
		return NULL;
	}
	return sim;
}

/* ---- words ---- */

const struct sim_word *
sim_commands(size_t *n)
{
	static struct sim_word words[256];
	static size_t count;

	for (; !count || commands[count]; count++) {
		if (count == sizeof words / sizeof words[0])
			BUG("more commands than sim_commands has room for");
		words[count] = (struct sim_word){ commands[count]->name, commands[count]->usage, commands[count]->help,
			commands[count]->flags };
	}
	*n = count;
	return words;
}

const struct sim_word *
sim_kubectl_verbs(size_t *n)
{
	static struct sim_word words[256];
	static size_t count;

	for (; !count || verbs[count]; count++) {
		if (count == sizeof words / sizeof words[0])
			BUG("more verbs than sim_kubectl_verbs has room for");
		words[count] = (struct sim_word){ verbs[count]->name, verbs[count]->usage, verbs[count]->summary,
			verbs[count]->flags };
	}
	*n = count;
	return words;
}

const struct sim_word *
sim_trace_forms(bool sources, size_t *n)
{
	static struct sim_word words[2][16];
	static size_t count[2];
	const struct trace_form *forms = sources ? trace_sources : trace_destinations;
	size_t *have = &count[sources];

	for (; forms[*have].form; ++*have)
		words[sources][*have] = (struct sim_word){ forms[*have].form, forms[*have].form, forms[*have].help, NULL };
	*n = *have;
	return words[sources];
}
