/* kubectl create ingress; follows k8s.io/kubectl/pkg/cmd/create/create_ingress.go. */
#include <string.h>

#include "kubectl/ports.h"
#include "kubectl/typed.h"
#include "kubectl/verb_create.h"
#include "kubectl/verb_list.h"

static const struct flag ingress_flags[] = {
	{ "annotation", 0, FLAG_ARRAY, NULL, NULL, NULL, "Annotation KEY=VALUE; may be repeated." },
	{ "class", 0, FLAG_STRING, "", NULL, NULL, "Name of the IngressClass." },
	{ "default-backend", 0, FLAG_STRING, "", NULL, NULL, "SERVICE:PORT for what no rule matches." },
	{ "rule", 0, FLAG_ARRAY, NULL, NULL, NULL, "HOST/PATH=SERVICE:PORT[,tls[=SECRET]]; a path that ends with * is a prefix." },
	FLAGS_END,
};

static const struct flag *const ingress_tables[] = { ingress_flags, CREATE_TABLES, NULL };

struct ingress_rule {
	const char *host, *path, *service, *port;
	bool tls;
	const char *secret;	/* NULL */
};

/* HOST/PATH=SERVICE:PORT[,tls[=SECRET]]; false when it has another form. */
static bool
parse_rule(struct arena *arena, const char *text, struct ingress_rule *rule)
{
	const char *slash = strchr(text, '/'), *equals = slash ? strchr(slash, '=') : NULL;
	const char *colon = equals ? strchr(equals, ':') : NULL, *end;

	if (!colon || colon == equals + 1)
		return false;
	end = colon + strcspn(colon, ",");
	if (end == colon + 1)
		return false;
	*rule = (struct ingress_rule){ arena_strndup(arena, text, (size_t)(slash - text)),
		arena_strndup(arena, slash, (size_t)(equals - slash)),
		arena_strndup(arena, equals + 1, (size_t)(colon - equals - 1)),
		arena_strndup(arena, colon + 1, (size_t)(end - colon - 1)), false, NULL };
	if (!*end)
		return true;
	rule->tls = strcmp(end, ",tls") == 0 || str_starts(end, ",tls=");
	if (str_starts(end, ",tls=") && end[5])
		rule->secret = arena_strdup(arena, end + 5);
	return rule->tls;
}

static struct value *
make_backend(struct arena *arena, const char *service, const char *port)
{
	struct value *backend = value_map(arena), *map = value_make_map(arena, backend, "service"), *target;

	value_set_text(arena, map, "name", service);
	target = ports_target(arena, port);
	value_set(arena, value_make_map(arena, map, "port"), value_text(target) ? "name" : "number", target);
	return backend;
}

/* Rules of one host stand together. */
static struct value *
paths_of_host(struct arena *arena, struct value *rules, const char *host)
{
	struct value *row;

	for (size_t i = 0; i < value_count(rules); i++) {
		const char *other = value_get_text(value_at(rules, i), "host");

		if (strcmp(other ? other : "", host) == 0)
			return value_path(value_at(rules, i), "http.paths");
	}
	row = value_map(arena);
	if (*host)
		value_set_text(arena, row, "host", host);
	value_append(arena, rules, row);
	return value_make_list(arena, value_make_map(arena, row, "http"), "paths");
}

static void
add_path(struct arena *arena, struct value *rules, const struct ingress_rule *rule)
{
	struct value *paths = paths_of_host(arena, rules, rule->host), *row = value_map(arena);
	size_t len = strlen(rule->path);
	bool prefix = len && rule->path[len - 1] == '*';

	value_set_text(arena, row, "path", arena_strndup(arena, rule->path, len - prefix));
	value_set_text(arena, row, "pathType", prefix ? "Prefix" : "Exact");
	value_set(arena, row, "backend", make_backend(arena, rule->service, rule->port));
	value_append(arena, paths, row);
}

/* One row a secret, with the hosts that it is for. */
static void
add_tls(struct arena *arena, struct value *spec, const struct ingress_rule *rule)
{
	struct value *list = value_make_list(arena, spec, "tls"), *row = NULL;

	for (size_t i = 0; i < value_count(list) && !row; i++) {
		const char *secret = value_get_text(value_at(list, i), "secretName");

		if (strcmp(secret ? secret : "", rule->secret ? rule->secret : "") == 0)
			row = value_at(list, i);
	}
	if (!row) {
		row = value_map(arena);
		value_append(arena, list, row);
	}
	if (*rule->host)
		value_append(arena, value_make_list(arena, row, "hosts"), value_string(arena, rule->host));
	if (rule->secret)
		value_set_text(arena, row, "secretName", rule->secret);
}

static int
add_rules(struct typed *typed, struct mutation *mutation, const struct flags *flags, struct value *spec)
{
	struct arena *arena = &typed->arena;
	struct value *rules = value_list(arena);

	for (size_t i = 0; i < flag_count(flags, "rule"); i++) {
		struct ingress_rule rule;

		if (!parse_rule(arena, flag_item(flags, "rule", i), &rule)) {
			failures_add(&mutation->failures, "rule %s is invalid and should be in format "
				"host/path=svcname:svcport[,tls[=secret]]", flag_item(flags, "rule", i));
			return -1;
		}
		add_path(arena, rules, &rule);
		if (rule.tls)
			add_tls(arena, spec, &rule);
	}
	if (value_count(rules))
		value_set(arena, spec, "rules", rules);
	return 0;
}

static int
fill_ingress(struct typed *typed, struct mutation *mutation, const struct flags *flags)
{
	struct arena *arena = &typed->arena;
	const char *standard = flag_string(flags, "default-backend"), *colon = strchr(standard, ':');
	struct value *spec;

	for (size_t i = 0; i < flag_count(flags, "annotation"); i++) {
		const char *text = flag_item(flags, "annotation", i), *equals = strchr(text, '=');

		if (!equals) {
			failures_add(&mutation->failures, "annotation %s is invalid and should be in format key=[value]", text);
			return -1;
		}
		value_set_text(arena, value_make_map(arena, typed->metadata, "annotations"),
			arena_strndup(arena, text, (size_t)(equals - text)), equals + 1);
	}
	spec = value_make_map(arena, typed->root, "spec");
	if (*flag_string(flags, "class"))
		value_set_text(arena, spec, "ingressClassName", flag_string(flags, "class"));
	if (*standard && (!colon || colon == standard || !colon[1])) {
		failures_add(&mutation->failures, "default-backend should be in format servicename:serviceport");
		return -1;
	}
	if (colon)
		value_set(arena, spec, "defaultBackend",
			make_backend(arena, arena_strndup(arena, standard, (size_t)(colon - standard)), colon + 1));
	if (add_rules(typed, mutation, flags, spec))
		return -1;
	value_make_map(arena, value_make_map(arena, typed->root, "status"), "loadBalancer");
	return 0;
}

static int
create_ingress_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct mutation mutation;
	struct typed typed;
	const char *name = typed_name_argument(kubectl, flags);

	if (!name)
		return 1;
	if (!flag_count(flags, "rule") && !*flag_string(flags, "default-backend"))
		return print_failure(kubectl->io, "not enough information provided: every ingress has to either specify a "
			"default-backend (which catches all traffic) or a list of rules (which catch specific paths)");
	if (mutation_begin(&mutation, kubectl, flags))
		return 1;
	typed_init(&typed, "Ingress", name, kubectl, flags);
	if (!fill_ingress(&typed, &mutation, flags))
		typed_create(&typed, &mutation, flags, "failed to create ingress:");
	typed_release(&typed);
	return mutation_end(&mutation);
}

const struct verb verb_create_ingress = {
	.name = "ingress",
	.aliases = "ing",
	.usage = "create ingress NAME --rule=host/path=service:port[,tls[=secret]]",
	.summary = "Make an Ingress",
	.help = "Makes an Ingress from rules of the form HOST/PATH=SERVICE:PORT.",
	.examples = "kubectl create ingress simple --rule=\"foo.com/bar=svc1:8080,tls=my-cert\"\n\n"
		"# All paths, by a class\nkubectl create ingress catch-all --class=nginx --rule=\"/*=svc:80\"",
	.flags = ingress_tables,
	.args = "",
	.run = create_ingress_run,
};
