/*
 * kubectl set env: the words are read into variables to set and names to remove, --from adds a variable for each key of
 * a ConfigMap or Secret, and all of it is put into the chosen containers.  Follows
 * k8s.io/kubectl/pkg/cmd/set/set_env.go and env/env_parse.go.
 */
#include <stdlib.h>
#include <string.h>

#include "kubectl/format.h"
#include "kubectl/set_env_refs.h"
#include "kubectl/verb_set.h"

static const struct flag env_flags[] = {
	{ "containers", 'c', FLAG_STRING, "*", NULL, NULL, "Name of the containers to change, with * for any letters." },
	{ "env", 'e', FLAG_ARRAY, NULL, NULL, NULL, "NAME=VALUE to set; NAME- to remove; - for lines of standard input." },
	{ "from", 0, FLAG_STRING, "", NULL, NULL, "configmap/NAME or secret/NAME to take the variables from." },
	{ "keys", 0, FLAG_STRINGS, NULL, NULL, NULL, "With --from: only these keys." },
	{ "list", 0, FLAG_BOOL, "false", "true", NULL, "Show the variables as they would be; nothing is changed." },
	{ "overwrite", 0, FLAG_BOOL, "true", "true", NULL, "Change variables that exist." },
	{ "prefix", 0, FLAG_STRING, "", NULL, NULL, "Stands before each name." },
	{ "resolve", 0, FLAG_BOOL, "false", "true", NULL, "With --list: show what references stand for." },
	FLAGS_END,
};
static const struct flag *const env_tables[] = { env_flags, SET_TABLES, selector_flag, NULL };

struct changes {
	struct setting *setting;
	size_t nwords;			/* how many words name objects */
	struct value *variables;	/* rows of env to set */
	VEC(const char *) removed;	/* names */
};

/* ---- reading ---- */

static bool
is_variable(const char *word)
{
	const char *equals = strrchr(word, '=');

	return (equals && equals != word) || str_ends(word, "-");
}

static bool
split_words(struct changes *changes)
{
	const struct flags *flags = changes->setting->flags;
	struct str all = STR_INIT;
	bool sound = true;

	while (changes->nwords < flags->nargs && !is_variable(flags->args[changes->nwords]))
		changes->nwords++;
	for (size_t i = 0; i < flags->nargs; i++) {
		sound = sound && (i < changes->nwords || is_variable(flags->args[i]));
		str_addf(&all, "%s%s", i ? " " : "", flags->args[i]);
	}
	if (!sound)
		failures_add(&changes->setting->mutation.failures, "all resources must be specified before environment changes: %s",
			all.buf);
	str_release(&all);
	return sound;
}

/* The first fault of a name by validation.IsEnvVarName; NULL when it has none. */
static const char *
name_fault(const char *name)
{
	bool sound = *name && !ascii_isdigit((unsigned char)*name);

	for (const char *c = name; *c; c++)
		sound = sound && (ascii_isalnum((unsigned char)*c) || strchr("-._", *c));
	if (!sound)
		return "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and "
			"must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for "
			"validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";
	if (strcmp(name, ".") == 0)
		return "must not be '.'";
	if (strcmp(name, "..") == 0)
		return "must not be '..'";
	return str_starts(name, "..") ? "must not start with '..'" : NULL;
}

static struct value *
add_variable(struct changes *changes, const char *name)
{
	struct value *row = value_map(&changes->setting->arena);

	value_set_text(&changes->setting->arena, row, "name", name);
	value_append(&changes->setting->arena, changes->variables, row);
	return row;
}

static const char *
add_text(struct changes *changes, const char *pair, size_t len)
{
	struct arena *arena = &changes->setting->arena;
	const char *equals = strchr(pair, '=');
	const char *name = arena_strndup(arena, pair, (size_t)(equals - pair));
	struct value *row = add_variable(changes, name);

	if (equals + 1 < pair + len)
		value_set_text(arena, row, "value", arena_strndup(arena, equals + 1, len - (size_t)(equals + 1 - pair)));
	return name;
}

/* Lines NAME=VALUE; what stands behind a # is passed over, and so is any other line. */
static void
read_input(struct changes *changes)
{
	struct io *io = changes->setting->mutation.kubectl->io;
	struct str text = STR_INIT;

	if (io->files->read(io, "-", &text) == IO_OK) {
		for (const char *line = text.buf; *line; ) {
			size_t whole = strcspn(line, "\n"), len = strcspn(line, "#\n");

			if (memchr(line, '=', len))
				(void)add_text(changes, line, len);
			line += whole + (line[whole] == '\n');
		}
	}
	str_release(&text);
}

/* One word; -1 after the failure.  named: names given in words, which can't be removed as well. */
static int
read_spec(struct changes *changes, const char *spec, struct value *named)
{
	struct failures *failures = &changes->setting->mutation.failures;
	struct arena *arena = &changes->setting->arena;
	size_t len = strlen(spec);
	const char *name, *fault;

	if (strcmp(spec, "-") == 0) {
		read_input(changes);
	} else if (strchr(spec, '=')) {
		name = arena_strndup(arena, spec, strcspn(spec, "="));
		fault = name_fault(name);
		if (fault) {
			failures_add(failures, "\"%s\" is not a valid key name: %s", name, fault);
			return -1;
		}
		value_set(arena, named, add_text(changes, spec, len), value_null(arena));
	} else if (str_ends(spec, "-")) {
		*vec_push(&changes->removed) = arena_strndup(arena, spec, len - 1);
	} else {
		failures_add(failures, "unknown environment variable: %s", spec);
		return -1;
	}
	return 0;
}

static bool
read_specs(struct changes *changes)
{
	const struct flags *flags = changes->setting->flags;
	struct value *named = value_map(&changes->setting->arena);

	for (size_t i = 0; i < flag_count(flags, "env"); i++)
		if (read_spec(changes, flag_item(flags, "env", i), named))
			return false;
	for (size_t i = changes->nwords; i < flags->nargs; i++)
		if (read_spec(changes, flags->args[i], named))
			return false;
	for (size_t i = 0; i < changes->removed.n; i++)
		if (value_get(named, changes->removed.v[i])) {
			failures_add(&changes->setting->mutation.failures,
				"can not both modify and remove the same environment variable in the same command");
			return false;
		}
	return true;
}

/* ---- --from ---- */

/* A key as the name of a variable: capitals, and _ for what no name may hold. */
static const char *
variable_name(struct changes *changes, const char *key)
{
	char *name = arena_strdup(&changes->setting->arena, key);

	for (char *c = name; *c; c++)
		*c = ascii_isalnum((unsigned char)*c) ? (char)ascii_toupper((unsigned char)*c) : '_';
	if (strcmp(name, key) != 0)
		sink_printf(changes->setting->mutation.kubectl->io->err, "Warning: key %s transferred to %s\n", key, name);
	return name;
}

static bool
key_is_wanted(const struct flags *flags, const char *key)
{
	for (size_t i = 0; i < flag_count(flags, "keys"); i++)
		if (strcmp(flag_item(flags, "keys", i), key) == 0)
			return true;
	return !flag_count(flags, "keys");
}

static bool
add_keys(struct changes *changes, const struct resource *source)
{
	static const char *const refs[][2] = { { "ConfigMap", "configMapKeyRef" }, { "Secret", "secretKeyRef" } };
	struct arena *arena = &changes->setting->arena;
	const char *ref = NULL;
	const struct value_entry **data;
	size_t n;

	for (size_t i = 0; i < sizeof refs / sizeof *refs; i++)
		if (strcmp(refs[i][0], source->kind->kind) == 0)
			ref = refs[i][1];
	if (!ref) {
		failures_add(&changes->setting->mutation.failures, "unsupported resource specified in --from");
		return false;
	}
	data = format_sorted(value_get(workload_root(source), "data"), &n);
	for (size_t i = 0; i < n; i++) {
		struct value *from;

		if (!key_is_wanted(changes->setting->flags, data[i]->key))
			continue;
		from = value_make_map(arena, add_variable(changes, variable_name(changes, data[i]->key)), "valueFrom");
		from = value_make_map(arena, from, ref);
		value_set_text(arena, from, "key", data[i]->key);
		value_set_text(arena, from, "name", source->name);
	}
	free(data);
	return true;
}

/* The objects of --from, which with --local are those of the files (sic). */
static bool
read_from(struct changes *changes)
{
	struct setting *setting = changes->setting;
	char *from = (char *)flag_string(setting->flags, "from");
	struct resources found = RESOURCES_INIT;
	unsigned how = RESOURCES_TYPED | RESOURCES_ALL_OF_TYPE | (setting->local ? RESOURCES_UNFETCHED : 0);
	bool sound;

	if (!*from)
		return true;
	resources_find(setting->mutation.kubectl, setting->flags, &from, setting->local ? 0 : 1, how, &found);
	sound = !found.failures.list.n;
	failures_move(&setting->mutation.failures, &found.failures);
	for (size_t i = 0; i < found.list.n && sound; i++)
		sound = add_keys(changes, &found.list.v[i]);
	resources_release(&found);
	return sound;
}

static void
add_prefix(struct changes *changes)
{
	const char *prefix = flag_string(changes->setting->flags, "prefix");

	for (size_t i = 0; i < value_count(changes->variables); i++) {
		struct value *row = value_at(changes->variables, i);

		value_set_text(&changes->setting->arena, row, "name",
			arena_printf(&changes->setting->arena, "%s%s", prefix, value_get_text(row, "name")));
	}
}

/* ---- changing ---- */

static struct value *
find_variable(const struct value *rows, const char *name)
{
	for (size_t i = 0; i < value_count(rows); i++)
		if (strcmp(value_get_text(value_at(rows, i), "name"), name) == 0)
			return value_at(rows, i);
	return NULL;
}

static bool
is_removed(const struct changes *changes, const char *name)
{
	for (size_t i = 0; i < changes->removed.n; i++)
		if (strcmp(changes->removed.v[i], name) == 0)
			return true;
	return false;
}

/* Each variable that was there keeps its place; an old one of the same name, a second time, goes. */
static void
update_env(const struct changes *changes, struct value *container)
{
	struct arena *arena = &changes->setting->arena;
	const struct value *before = value_get(container, "env");
	struct value *after = value_list(arena), *covered = value_map(arena);

	for (size_t i = 0; i < value_count(before); i++) {
		const char *name = value_get_text(value_at(before, i), "name");
		struct value *newer = find_variable(changes->variables, name);

		if (is_removed(changes, name) || value_get(covered, name))
			continue;
		if (newer)
			value_set(arena, covered, name, newer);
		value_append(arena, after, newer ? newer : value_at(before, i));
	}
	for (size_t i = 0; i < value_count(changes->variables); i++) {
		struct value *row = value_at(changes->variables, i);
		const char *name = value_get_text(row, "name");

		if (is_removed(changes, name) || value_get(covered, name))
			continue;
		value_set(arena, covered, name, row);
		value_append(arena, after, row);
	}
	if (value_count(after))
		value_set(arena, container, "env", after);
	else
		value_remove(container, "env");
}

/* Without --overwrite no variable that is there gets another value; false after the failure. */
static bool
may_change(const struct changes *changes, const struct resource *resource, const struct value *container)
{
	for (size_t i = 0; i < value_count(changes->variables); i++) {
		const struct value *row = value_at(changes->variables, i);
		const struct value *current = find_variable(value_get(container, "env"), value_get_text(row, "name"));
		const char *was = value_get_text(current, "value"), *is = value_get_text(row, "value");

		if (!current || strcmp(was ? was : "", is ? is : "") == 0)
			continue;
		setting_refuse(changes->setting, resource, "'%s' already has a value (%s), and --overwrite is false",
			value_get_text(current, "name"), was ? was : "");
		return false;
	}
	return true;
}

/* ---- --list ---- */

/* What could not be resolved: the names by what was said of them. */
static void
print_unresolved(struct io *io, struct arena *arena, const struct value *unresolved)
{
	struct value *lines = value_map(arena);
	const struct value_entry **sorted;
	size_t n;

	for (size_t i = 0; i < value_count(unresolved); i++) {
		const struct value_entry *row = &unresolved->map.v[i];
		size_t nnames;
		const struct value_entry **names = format_sorted(row->value, &nnames);
		struct str line = STR_INIT;

		for (size_t k = 0; k < nnames; k++)
			str_addf(&line, "%s%s", k ? ", " : "error retrieving reference for ", names[k]->key);
		str_addf(&line, ": %s", row->key);
		value_set(arena, lines, arena_strdup(arena, line.buf), value_null(arena));
		str_release(&line);
		free(names);
	}
	sorted = format_sorted(lines, &n);
	for (size_t i = 0; i < n; i++)
		sink_printf(io->err, "%s\n", sorted[i]->key);
	free(sorted);
}

static void
list_variable(const struct changes *changes, const struct env_place *place, const struct value *row, struct value *unresolved)
{
	struct arena *arena = &changes->setting->arena;
	struct sink *out = changes->setting->mutation.kubectl->io->out;
	const struct value *from = value_get(row, "valueFrom");
	const char *name = value_get_text(row, "name"), *text = value_get_text(row, "value");
	struct str ref = STR_INIT, value = STR_INIT;

	if (!from) {
		sink_printf(out, "%s=%s\n", name, text ? text : "");
	} else if (flag_bool(changes->setting->flags, "resolve") && env_ref_resolve(place, from, &value)) {
		sink_printf(out, "%s=%s\n", name, value.buf);
	} else {
		env_ref_describe(from, &ref);
		sink_printf(out, "# %s from %s\n", name, ref.buf);
		if (value.len)
			value_set(arena, value_make_map(arena, unresolved, arena_strdup(arena, value.buf)), name, value_null(arena));
	}
	str_release(&ref);
	str_release(&value);
}

static void
list_variables(const struct changes *changes, const struct resource *resource, const struct value *object,
	const struct value *container)
{
	struct io *io = changes->setting->mutation.kubectl->io;
	const struct env_place place = { changes->setting->mutation.kubectl, object, container };
	struct value *unresolved = value_map(&changes->setting->arena);
	const struct value *env = value_get(container, "env");

	sink_printf(io->out, "# %s %s, container %s\n", resource->kind->kind, resource->name, value_get_text(container, "name"));
	for (size_t i = 0; i < value_count(env); i++)
		list_variable(changes, &place, value_at(env, i), unresolved);
	print_unresolved(io, &changes->setting->arena, unresolved);
}

/* ---- the verb ---- */

/* False when the object can't be changed. */
static bool
change_containers(const struct changes *changes, const struct resource *resource, const struct value *object,
	const struct value *spec)
{
	const struct flags *flags = changes->setting->flags;
	const char *pattern = flag_string(flags, "containers");
	container_vec containers = VEC_INIT;
	bool sound = true;

	setting_containers(spec, pattern, &containers);
	if (!containers.n)
		sink_printf(changes->setting->mutation.kubectl->io->err,
			"Warning: %s/%s does not have any containers matching \"%s\"\n", resource->kind->kind, resource->name, pattern);
	for (size_t i = 0; i < containers.n && sound; i++) {
		sound = flag_bool(flags, "overwrite") || may_change(changes, resource, containers.v[i]);
		if (!sound)
			break;
		update_env(changes, containers.v[i]);
		if (flag_bool(flags, "list"))
			list_variables(changes, resource, object, containers.v[i]);
	}
	vec_release(&containers);
	return sound;
}

/* False when the call is over. */
static bool
set_env(const struct changes *changes, const struct resource *resource)
{
	static const char failing[] = "failed to patch env update to pod template: ";
	struct setting *setting = changes->setting;
	struct value *spec, *changed = setting_copy(setting, resource, &spec);
	bool asks = !setting->local && setting->mutation.dry_run != DRY_RUN_CLIENT;

	if (!changed || !change_containers(changes, resource, changed, spec) || flag_bool(setting->flags, "list"))
		return true;
	if (!asks || value_count(changes->variables) || changes->nwords < setting->flags->nargs) {
		(void)setting_send(setting, resource, changed, "env updated", failing);
		return true;
	}
	/* Only -e NAME-: the server is told, and then it is said that there was nothing to tell (sic). */
	if (!setting_send(setting, resource, changed, NULL, failing))
		return true;
	failures_release(&setting->mutation.failures);
	failures_add(&setting->mutation.failures, "at least one environment variable must be provided");
	return false;
}

static bool
check_flags(struct changes *changes)
{
	const struct flags *flags = changes->setting->flags;
	struct failures *failures = &changes->setting->mutation.failures;

	if (setting_refuses_selector(changes->setting) || !split_words(changes) || setting_refuses_server(changes->setting))
		return false;
	if (!flag_count(flags, "filename") && !changes->nwords)
		failures_add(failures, "one or more resources must be specified as <resource> <name> or <resource>/<name>");
	else if (flag_bool(flags, "list") && *flag_string(flags, "output"))
		failures_add(failures, "--list and --output may not be specified together");
	else if (flag_count(flags, "keys") && !*flag_string(flags, "from"))
		failures_add(failures, "when specifying --keys, a configmap or secret must be provided with --from");
	return !failures->list.n;
}

/* --list doesn't tell of objects that have no variables. */
static void
set_all(struct changes *changes)
{
	struct setting *setting = changes->setting;

	if (!check_flags(changes) || !read_specs(changes) || !read_from(changes))
		return;
	add_prefix(changes);
	if (!setting_find(setting, changes->nwords))
		return;
	for (size_t i = 0; i < setting->resources.list.n; i++)
		if (!set_env(changes, &setting->resources.list.v[i]))
			break;
	if (flag_bool(setting->flags, "list"))
		failures_release(&setting->mutation.failures);
}

static int
set_env_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct setting setting;
	struct changes changes = { .setting = &setting };

	if (setting_begin(&setting, kubectl, flags))
		return 1;
	changes.variables = value_list(&setting.arena);
	set_all(&changes);
	vec_release(&changes.removed);
	return setting_end(&setting);
}

const struct verb verb_set_env = {
	.name = "env",
	.aliases = "",
	.usage = "set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
	.summary = "Change environment variables of a pod template",
	.help = "Sets environment variables (NAME=VALUE) of containers, or takes them away (NAME-).",
	.examples = "kubectl set env deployment/web MODE=test\n\nkubectl set env deployment/web --list",
	.flags = env_tables,
	.args = "",
	.run = set_env_run,
};
