/* kubectl set resources; follows k8s.io/kubectl/pkg/cmd/set/set_resources.go. */
#include <string.h>

#include "api/quantity.h"
#include "kubectl/verb_set.h"

static const struct flag resources_flags[] = {
	{ "containers", 'c', FLAG_STRING, "*", NULL, NULL, "Name of the containers to change, with * for any letters." },
	{ "limits", 0, FLAG_STRING, "", NULL, NULL, "Limits, e.g. cpu=100m,memory=256Mi." },
	{ "requests", 0, FLAG_STRING, "", NULL, NULL, "Requests, e.g. cpu=100m,memory=256Mi." },
	FLAGS_END,
};
static const struct flag *const resources_tables[] = { resources_flags, record_flag, SET_TABLES, selector_flag, NULL };

/* One NAME=AMOUNT, of which amounts gets an entry; -1 after the failure. */
static int
add_amount(struct setting *setting, char *pair, struct value *amounts)
{
	struct str canonical = STR_INIT;
	char *equals = strchr(pair, '=');
	const char *why;

	if (!equals || strchr(equals + 1, '=')) {
		failures_add(&setting->mutation.failures, "Invalid argument syntax %s, expected <resource>=<value>", pair);
		return -1;
	}
	*equals = '\0';
	why = quantity_canonical(equals + 1, &canonical);
	if (why)
		failures_add(&setting->mutation.failures, "%s", why);
	else
		value_set_text(&setting->arena, amounts, pair, canonical.buf);
	str_release(&canonical);
	return why ? -1 : 0;
}

/* --limits or --requests as a map; NULL after the failure. */
static struct value *
read_amounts(struct setting *setting, const char *side)
{
	const char *text = flag_string(setting->flags, side);
	struct value *amounts = value_map(&setting->arena);

	for (const char *rest = *text ? text : NULL; rest; ) {
		size_t len = strcspn(rest, ",");

		if (add_amount(setting, arena_strndup(&setting->arena, rest, len), amounts))
			return NULL;
		rest = rest[len] ? rest + len + 1 : NULL;
	}
	return amounts;
}

static void
put_amounts(struct arena *arena, struct value *container, const char *side, const struct value *amounts)
{
	for (size_t i = 0; i < value_count(amounts); i++)
		value_set(arena, value_make_map(arena, value_make_map(arena, container, "resources"), side), amounts->map.v[i].key,
			amounts->map.v[i].value);
}

static void
set_resources(struct setting *setting, const struct resource *resource, const struct value *limits,
	const struct value *requests)
{
	struct value *spec, *changed = setting_copy(setting, resource, &spec);
	const char *pattern = flag_string(setting->flags, "containers");
	container_vec containers = VEC_INIT;

	if (!changed)
		return;
	setting_containers(spec, pattern, &containers);
	for (size_t i = 0; i < containers.n; i++) {
		put_amounts(&setting->arena, containers.v[i], "limits", limits);
		put_amounts(&setting->arena, containers.v[i], "requests", requests);
	}
	if (containers.n)
		(void)setting_send(setting, resource, changed, "resource requirements updated",
			"failed to patch resources update to pod template ");
	else
		failures_add(&setting->mutation.failures, "error: unable to find container named %s", pattern);
	vec_release(&containers);
}

static void
set_all(struct setting *setting)
{
	const struct value *limits = NULL, *requests = NULL;

	if (setting_refuses_server(setting) || setting_refuses_selector(setting))
		return;
	if (!*flag_string(setting->flags, "limits") && !*flag_string(setting->flags, "requests")) {
		failures_add(&setting->mutation.failures, "you must specify an update to requests or limits (in the form of "
			"--requests/--limits)");
		return;
	}
	limits = read_amounts(setting, "limits");
	requests = limits ? read_amounts(setting, "requests") : NULL;
	for (size_t i = 0; requests && i < setting->resources.list.n; i++)
		set_resources(setting, &setting->resources.list.v[i], limits, requests);
}

static int
set_resources_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct setting setting;

	if (setting_begin(&setting, kubectl, flags))
		return 1;
	if (setting_find_files(&setting, flags->nargs))
		set_all(&setting);
	return setting_end(&setting);
}

const struct verb verb_set_resources = {
	.name = "resources",
	.aliases = "",
	.usage = "set resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
	.summary = "Change what containers ask for and may use",
	.help = "Sets the CPU and memory that containers ask for (requests) and may use at most (limits).",
	.examples = "kubectl set resources deployment web --limits=cpu=200m,memory=512Mi",
	.flags = resources_tables,
	.args = "",
	.run = set_resources_run,
};
