#include "control/mount.h"

#include <string.h>

#include "control/argv.h"
#include "svcsim/str.h"

struct reading {
	const struct store *store;
	const struct object *pod;
	const struct value *container;
	struct mount_files *files;
};

static const char *
text(const struct value *map, const char *key)
{
	const char *found = value_get_text(map, key);

	return found ? found : "";
}

static void
add_file(struct reading *reading, const char *path, const char *content)
{
	*vec_push(&reading->files->list) = (struct mount_file){ path, content };
}

/* ---- ConfigMaps ---- */

/* The name that a key has as a file; NULL when items leave it out. */
static const char *
file_name(const struct value *items, const char *key)
{
	for (size_t i = 0; i < value_count(items); i++)
		if (strcmp(text(value_at(items, i), "key"), key) == 0)
			return text(value_at(items, i), "path");
	return items ? NULL : key;
}

/* mount: of the container; with a subPath it is that one file. */
static void
add_map(struct reading *reading, const struct value *reference, const struct value *mount)
{
	const struct object *map = store_get(reading->store, kind_by_kind("ConfigMap"), reading->pod->namespace,
		text(reference, "name"));
	const struct value *data = map ? value_get(map->root, "data") : NULL;
	const char *folder = text(mount, "mountPath"), *only = text(mount, "subPath");

	for (size_t i = 0; i < value_count(data); i++) {
		const char *name = file_name(value_get(reference, "items"), data->map.v[i].key);

		if (!name || (only[0] && strcmp(only, name) != 0))
			continue;
		add_file(reading, only[0] ? folder : arena_printf(&reading->files->arena, "%s%s%s", folder,
			str_ends(folder, "/") ? "" : "/",
			name), value_text(data->map.v[i].value));
	}
}

static const struct value *
volume_of(const struct object *pod, const char *name)
{
	const struct value *volumes = value_path(pod->root, "spec.volumes");

	for (size_t i = 0; i < value_count(volumes); i++)
		if (strcmp(text(value_at(volumes, i), "name"), name) == 0)
			return value_at(volumes, i);
	return NULL;
}

static void
add_mounted(struct reading *reading)
{
	const struct value *mounts = value_get(reading->container, "volumeMounts");

	for (size_t i = 0; i < value_count(mounts); i++) {
		const struct value *volume = volume_of(reading->pod, text(value_at(mounts, i), "name"));
		const struct value *sources = value_path(volume, "projected.sources");

		add_map(reading, value_get(volume, "configMap"), value_at(mounts, i));
		for (size_t k = 0; k < value_count(sources); k++)
			add_map(reading, value_get(value_at(sources, k), "configMap"), value_at(mounts, i));
	}
}

/* ---- scripts ---- */

static bool
lies_in(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	while (len && folder[len - 1] == '/')
		len--;
	return strncmp(path, folder, len) == 0 && path[len] == '/';
}

/* The path as this container has it, of a file that another one wrote; NULL when they share no volume there. */
static const char *
shared_path(struct reading *reading, const struct value *writer, const char *path)
{
	const struct value *theirs = value_get(writer, "volumeMounts"),
		*ours = value_get(reading->container, "volumeMounts");

	if (writer == reading->container)
		return path;
	for (size_t i = 0; i < value_count(theirs); i++) {
		const char *folder = text(value_at(theirs, i), "mountPath");

		if (!lies_in(path, folder))
			continue;
		for (size_t k = 0; k < value_count(ours); k++)
			if (strcmp(text(value_at(ours, k), "name"), text(value_at(theirs, i), "name")) == 0)
				return arena_printf(&reading->files->arena, "%s%s",
					text(value_at(ours, k), "mountPath"),
					path + strlen(folder) - str_ends(folder, "/"));
	}
	return NULL;
}

/* What the shell puts in place of the host's name. */
static void
add_with_hostname(struct str *out, const char *word, const char *hostname)
{
	static const char *const names[] = { "$(hostname)", "${HOSTNAME}", "$HOSTNAME", "`hostname`" };

	while (*word) {
		size_t i = 0;

		while (i < sizeof names / sizeof *names && !str_starts(word, names[i]))
			i++;
		if (i < sizeof names / sizeof *names) {
			str_add(out, hostname);
			word += strlen(names[i]);
		} else {
			str_addch(out, *word++);
		}
	}
}

/* `echo WORDS > PATH`, the echo at i. */
static void
add_echo(struct reading *reading, const struct value *writer, const struct argv *words, size_t i)
{
	size_t end = argv_end(words, i), to = end;
	const struct pod *pod = pod_view(reading->pod);
	struct str said = STR_INIT;
	const char *path;

	while (to < words->list.n && words->list.v[to][0] == '>')
		to++;
	path = to > end && to < words->list.n ? shared_path(reading, writer, words->list.v[to]) : NULL;
	if (!path)
		return;
	for (size_t k = i + 1; k < end; k++) {
		if (k == i + 1 && (strcmp(words->list.v[k], "-n") == 0 || strcmp(words->list.v[k], "-e") == 0))
			continue;
		str_add(&said, said.len ? " " : "");
		add_with_hostname(&said, words->list.v[k], pod->hostname[0] ? pod->hostname : reading->pod->name);
	}
	str_addch(&said, '\n');
	add_file(reading, arena_strdup(&reading->files->arena, path), arena_strdup(&reading->files->arena, said.buf));
	str_release(&said);
}

static void
add_written(struct reading *reading, const struct value *writer)
{
	const struct value *hook = value_path(writer, "lifecycle.postStart.exec.command");

	for (int h = 0; h < 2; h++) {
		struct argv words;

		if (h)
			argv_init_script(&words, reading->pod->root, writer, hook);
		else
			argv_init(&words, reading->pod->root, writer);
		for (size_t i = 0; i < words.list.n; i++)
			if (strcmp(words.list.v[i], "echo") == 0)
				add_echo(reading, writer, &words, i);
		argv_release(&words);
	}
}

void
mount_read(const struct store *store, const struct object *pod, const struct value *container,
	struct mount_files *files)
{
	static const char *const lists[] = { "spec.initContainers", "spec.containers" };
	struct reading reading = { store, pod, container, files };

	*files = (struct mount_files){ .arena = ARENA_INIT };
	add_mounted(&reading);
	for (size_t l = 0; l < 2; l++) {
		const struct value *containers = value_path(pod->root, lists[l]);

		for (size_t i = 0; i < value_count(containers); i++)
			add_written(&reading, value_at(containers, i));
	}
}

void
mount_release(struct mount_files *files)
{
	vec_release(&files->list);
	arena_release(&files->arena);
}

const char *
mount_text(const struct mount_files *files, const char *path)
{
	for (size_t i = files->list.n; i-- > 0;)
		if (strcmp(files->list.v[i].path, path) == 0)
			return files->list.v[i].text;
	return NULL;
}

bool
mount_hides(const struct value *container, const char *folder)
{
	const struct value *mounts = value_get(container, "volumeMounts");

	for (size_t i = 0; i < value_count(mounts); i++) {
		const char *over = text(value_at(mounts, i), "mountPath");

		if (!text(value_at(mounts, i), "subPath")[0] && (strcmp(over, folder) == 0 || lies_in(folder, over)))
			return true;
	}
	return false;
}
