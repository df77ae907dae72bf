/*
 * kubectl config set and unset: one value by its path.  Follows k8s.io/kubectl/pkg/cmd/config: navigation_step_parser.go, set.go,
 * unset.go.
 */
#include <string.h>

#include "kubectl/failures.h"
#include "kubectl/kubeconfig.h"
#include "kubectl/sources.h"
#include "kubectl/verb_config.h"
#include "kubectl/verb_list.h"

enum property_type {
	PROPERTY_TEXT,
	PROPERTY_BOOL,
	PROPERTY_BYTES,		/* base64 in the file */
	PROPERTY_UNKEPT,	/* may be set, and is written anew whenever the file is */
	PROPERTY_OTHER,		/* not to be set by this */
};

static const struct {
	const char *list;	/* "" for the kubeconfig itself */
	const char *field;
	enum property_type type;
} properties[] = {
	{ "", "kind", PROPERTY_UNKEPT }, { "", "apiVersion", PROPERTY_UNKEPT }, { "", "current-context", PROPERTY_TEXT },
	{ "preferences", "colors", PROPERTY_BOOL },
	{ "clusters", "server", PROPERTY_TEXT }, { "clusters", "tls-server-name", PROPERTY_TEXT },
	{ "clusters", "insecure-skip-tls-verify", PROPERTY_BOOL }, { "clusters", "certificate-authority", PROPERTY_TEXT },
	{ "clusters", "certificate-authority-data", PROPERTY_BYTES }, { "clusters", "proxy-url", PROPERTY_TEXT },
	{ "clusters", "disable-compression", PROPERTY_BOOL }, { "clusters", "extensions", PROPERTY_OTHER },
	{ "contexts", "cluster", PROPERTY_TEXT }, { "contexts", "user", PROPERTY_TEXT },
	{ "contexts", "namespace", PROPERTY_TEXT }, { "contexts", "extensions", PROPERTY_OTHER },
	{ "users", "client-certificate", PROPERTY_TEXT }, { "users", "client-certificate-data", PROPERTY_BYTES },
	{ "users", "client-key", PROPERTY_TEXT }, { "users", "client-key-data", PROPERTY_BYTES },
	{ "users", "token", PROPERTY_TEXT }, { "users", "tokenFile", PROPERTY_TEXT }, { "users", "username", PROPERTY_TEXT },
	{ "users", "password", PROPERTY_TEXT }, { "users", "auth-provider", PROPERTY_OTHER }, { "users", "exec", PROPERTY_OTHER },
	{ "users", "extensions", PROPERTY_OTHER },
};
#define NPROPERTIES (sizeof properties / sizeof *properties)

#define PREFERENCES "preferences"

/* "contexts.dev.namespace": a list, a name that may hold dots, a field; name and field may be missing. */
struct property {
	const char *list, *name, *field;
	size_t row;	/* NPROPERTIES: no field */
};

static size_t
find_row(const char *list, const char *field, size_t len)
{
	size_t i = 0;

	while (i < NPROPERTIES && (strcmp(properties[i].list, list) != 0 || strncmp(properties[i].field, field, len) != 0 ||
		properties[i].field[len]))
		i++;
	return i;
}

/* The name ends before the first part that is a field of what the list holds. */
static bool
parse_entry(struct arena *arena, const char *path, struct property *property)
{
	for (const char *dot = strchr(path, '.'); dot; dot = strchr(dot + 1, '.')) {
		size_t len = strcspn(dot + 1, ".");

		property->row = find_row(property->list, dot + 1, len);
		if (property->row == NPROPERTIES)
			continue;
		property->name = arena_strndup(arena, path, (size_t)(dot - path));
		property->field = dot + 1;
		return !dot[1 + len];
	}
	property->name = path;
	return true;
}

enum parsed { PARSED, PARSED_UNKNOWN, PARSED_TOO_DEEP };

static enum parsed
parse_property(struct arena *arena, const char *path, struct property *property)
{
	size_t len = strcspn(path, ".");
	const char *rest = path[len] ? path + len + 1 : NULL;

	*property = (struct property){ arena_strndup(arena, path, len), NULL, NULL, NPROPERTIES };
	if (kubeconfig_inner(property->list))
		return !rest || parse_entry(arena, rest, property) ? PARSED : PARSED_TOO_DEEP;
	if (strcmp(property->list, PREFERENCES) == 0 && !rest)
		return PARSED;
	property->row = find_row(rest ? property->list : "", rest ? rest : path, strlen(rest ? rest : path));
	property->field = property->row == NPROPERTIES ? NULL : properties[property->row].field;
	if (find_row("", property->list, len) != NPROPERTIES && rest)
		return PARSED_TOO_DEEP;
	return property->field ? PARSED : PARSED_UNKNOWN;
}

/* False, and it is said, for a path that leads nowhere. */
static bool
read_property(struct kubectl *kubectl, struct kubeconfig *config, const char *path, struct property *property)
{
	switch (parse_property(&config->arena, path, property)) {
	case PARSED:
		return true;
	case PARSED_UNKNOWN:
		print_failure(kubectl->io, "unable to parse %s after [] at api.Config", path);
		break;
	case PARSED_TOO_DEEP:
		print_failure(kubectl->io, "unable to parse one or more field values of %s", path);
		break;
	}
	return false;
}

/* What the property stands in; NULL for an entry that isn't there. */
static struct value *
place_of(struct kubeconfig *config, const struct property *property)
{
	if (property->name)
		return kubeconfig_entry(config->root, property->list, property->name);
	return strcmp(property->list, PREFERENCES) == 0 ? value_make_map(&config->arena, config->root, PREFERENCES) : config->root;
}

static const struct flag set_flags[] = {
	{ "set-raw-bytes", 0, FLAG_BOOL, "false", "true", NULL, "Take the value as it is, without decoding." },
	FLAGS_END,
};
static const struct flag *const set_tables[] = { set_flags, NULL };

/* Go's map of pointers: the addresses say nothing, in a real one either. */
#define GO_HEAP 0xc000378000ul
#define GO_ENTRY_SIZE 0x50ul

static int
refuse_whole(struct kubectl *kubectl, struct kubeconfig *config, const struct property *property)
{
	struct value *rows = value_get(config->root, property->list);
	struct str text = STR_INIT;

	for (size_t i = 0; i < value_count(rows); i++)
		str_addf(&text, "%s%s:0x%lx", i ? " " : "", value_get_text(value_at(rows, i), "name"), GO_HEAP + i * GO_ENTRY_SIZE);
	if (kubeconfig_inner(property->list))
		print_failure(kubectl->io, "can't set a map to a value: map[%s]", text.buf ? text.buf : "");
	else
		print_failure(kubectl->io, "unable to locate path config.navigationStep{stepValue:\"\", stepType:reflect.Type(nil)} under "
			"{%s map[]}", value_get_bool(value_get(config->root, PREFERENCES), "colors", false) ? "true" : "false");
	str_release(&text);
	return -1;
}

static bool
go_bool(const char *text, bool *out)
{
	static const char *const words[] = { "1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], text) == 0) {
			*out = i < 6;
			return true;
		}
	return false;
}

/* As Go's base64 reads it; *wrong: the byte that it names. */
static bool
is_base64(const char *text, size_t *wrong)
{
	size_t at = 0, quantum = 0;

	for (; ascii_isalnum((unsigned char)text[at]) || text[at] == '+' || text[at] == '/'; at++)
		quantum = (quantum + 1) % 4;
	*wrong = at;
	if (!text[at]) {
		*wrong = at - quantum;
		return !quantum;
	}
	if (text[at] != '=' || quantum < 2)
		return false;
	if (quantum == 2 && text[at + 1] != '=') {
		*wrong = text[at + 1] ? at : at + 1;
		return false;
	}
	*wrong = at + (quantum == 2 ? 2 : 1);
	return !text[*wrong];
}

static int
set_bytes(struct kubectl *kubectl, struct arena *arena, struct value *map, const char *field, const char *text, bool raw)
{
	struct str bytes = STR_INIT;
	size_t wrong;

	if (raw)
		sources_base64(text, strlen(text), &bytes);
	else if (is_base64(text, &wrong))
		str_add(&bytes, text);
	else
		return print_failure(kubectl->io, "error decoding input value: illegal base64 data at input byte %zu", wrong), -1;
	value_set_text(arena, map, field, bytes.buf);
	str_release(&bytes);
	return 0;
}

/* -1 after saying why not. */
static int
set_property(struct kubectl *kubectl, struct kubeconfig *config, const struct property *property, const char *text, bool raw)
{
	enum property_type type = property->field ? properties[property->row].type : PROPERTY_OTHER;
	const char *field = property->field;
	struct value *map;
	bool on;

	if (!field)
		return refuse_whole(kubectl, config, property);
	map = property->name ? kubeconfig_make_entry(config, property->list, property->name) : place_of(config, property);
	switch (type) {
	case PROPERTY_TEXT:
		value_set_text(&config->arena, map, field, text);
		break;
	case PROPERTY_BOOL:
		if (!go_bool(text, &on))
			return print_failure(kubectl->io, "strconv.ParseBool: parsing \"%s\": invalid syntax", text), -1;
		if (on)
			value_set_bool(&config->arena, map, field, true);
		else
			value_remove(map, field);
		break;
	case PROPERTY_BYTES:
		return set_bytes(kubectl, &config->arena, map, field, text, raw);
	case PROPERTY_UNKEPT:
		break;
	case PROPERTY_OTHER:
		return print_failure(kubectl->io, "unable to parse one or more field values of %s.%s.%s", property->list, property->name,
			field), -1;
	}
	return 0;
}

static int
set_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct property property;
	struct kubeconfig config;

	if (flags->nargs != 2)
		return config_refuse_args(kubectl, flags);
	if (!*flags->args[1])
		return print_failure(kubectl->io, "you cannot use set to unset a property");
	if (!*flags->args[0])
		return print_failure(kubectl->io, "you must specify a property");
	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	if (!read_property(kubectl, &config, flags->args[0], &property) ||
	    set_property(kubectl, &config, &property, flags->args[1], flag_bool(flags, "set-raw-bytes")))
		return config_give_up(&config);
	return config_finish(kubectl, &config, arena_printf(&config.arena, "Property \"%s\" set.\n", flags->args[0]));
}

const struct verb verb_config_set = {
	.name = "set",
	.aliases = "",
	.usage = "config set PROPERTY_NAME PROPERTY_VALUE",
	.summary = "Set one value of the kubeconfig",
	.help = "Set one value of the kubeconfig.",
	.examples = "kubectl config set contexts.dev.namespace store",
	.flags = set_tables,
	.args = "",
	.run = set_run,
};

static int
unset_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct property property;
	struct kubeconfig config;
	struct value *map;

	if (flags->nargs != 1)
		return config_refuse_args(kubectl, flags);
	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	if (!read_property(kubectl, &config, flags->args[0], &property))
		return config_give_up(&config);
	map = place_of(&config, &property);
	if (property.name && property.field && !map) {
		print_failure(kubectl->io, "current map key `%s` is invalid", property.name);
		return config_give_up(&config);
	}
	if (property.field)
		value_remove(map, property.field);
	else if (property.name)
		kubeconfig_remove_entry(&config, property.list, property.name);
	else
		value_remove(config.root, property.list);
	return config_finish(kubectl, &config, arena_printf(&config.arena, "Property \"%s\" unset.\n", flags->args[0]));
}

const struct verb verb_config_unset = {
	.name = "unset",
	.aliases = "",
	.usage = "config unset PROPERTY_NAME",
	.summary = "Take one value out of the kubeconfig",
	.help = "Take one value out of the kubeconfig.",
	.examples = "kubectl config unset contexts.dev.namespace",
	.args = "",
	.run = unset_run,
};
