/* kubectl expose; follows k8s.io/kubectl/pkg/cmd/expose/expose.go. */
#include <stdlib.h>
#include <string.h>

#include "api/patch.h"
#include "api/yaml.h"
#include "kubectl/ports.h"
#include "kubectl/resource_args.h"
#include "kubectl/typed.h"
#include "kubectl/verb_list.h"
#include "kubectl/workload.h"

static const struct flag expose_flags[] = {
	{ "cluster-ip", 0, FLAG_STRING, "", NULL, NULL, "The cluster IP to take, or None for a headless Service." },
	{ "external-ip", 0, FLAG_STRING, "", NULL, NULL, "Another address at which the nodes accept the Service." },
	{ "field-manager", 0, FLAG_STRING, "kubectl-expose", NULL, NULL, "Name of the manager that owns the fields." },
	{ "labels", 'l', FLAG_STRING, "", NULL, NULL, "Labels of the Service; else those of what is exposed." },
	{ "load-balancer-ip", 0, FLAG_STRING, "", NULL, NULL, "The address to ask the load balancer for." },
	{ "name", 0, FLAG_STRING, "", NULL, NULL, "Name of the Service; else that of what is exposed." },
	{ "override-type", 0, FLAG_STRING, "merge", NULL, "json,merge,strategic", "How --overrides is merged." },
	{ "overrides", 0, FLAG_STRING, "", NULL, NULL, "JSON that is merged into the Service." },
	{ "port", 0, FLAG_STRING, "", NULL, NULL, "Port of the Service; else the ports of what is exposed." },
	{ "protocol", 0, FLAG_STRING, "", NULL, "TCP,UDP,SCTP", "Protocol of the port; TCP when nothing is said." },
	{ "selector", 0, FLAG_STRING, "", NULL, NULL, "Labels to select by; else those of what is exposed." },
	{ "session-affinity", 0, FLAG_STRING, "", NULL, "None,ClientIP", "Whether a client stays with one pod." },
	{ "target-port", 0, FLAG_STRING, "", NULL, NULL, "Port of the pods, a number or a name." },
	{ "type", 0, FLAG_STRING, "", NULL, "ClusterIP,NodePort,LoadBalancer,ExternalName", "Type of the Service." },
	FLAGS_END,
};

static const struct flag *const expose_tables[] = {
	record_flag, expose_flags, output_flags, dry_run_flag, save_config_flag, filename_flags, NULL,
};

struct exposure {
	struct mutation mutation;
	const struct flags *flags;
	struct typed typed;
	const struct value *source;	/* the object that is exposed */
};

/* Each kind that can be exposed: where its pods' labels, ports and spec are. */
static const struct exposable {
	const char *kind, *selector, *pod_spec;
} exposables[] = {
	{ "Deployment", "spec.selector", "spec.template.spec" },
	{ "ReplicaSet", "spec.selector", "spec.template.spec" },
	{ "ReplicationController", "spec.selector", "spec.template.spec" },
	{ "Service", "spec.selector", NULL },
	{ "Pod", "metadata.labels", "spec" },
};

static const struct exposable *
exposable_of(const struct kind *kind)
{
	for (size_t i = 0; i < sizeof exposables / sizeof *exposables; i++)
		if (strcmp(exposables[i].kind, kind->kind) == 0)
			return &exposables[i];
	return NULL;
}

/* "a=b,c=d" */
static int
add_pairs(struct exposure *exposure, const char *text, struct value *map)
{
	struct arena *arena = &exposure->typed.arena;

	while (*text) {
		size_t len = strcspn(text, ",");
		char *pair = arena_strndup(arena, text, len);
		char *equals = strchr(pair, '=');

		if (!equals || equals == pair) {
			failures_add(&exposure->mutation.failures, "unexpected label spec: %s", pair);
			return -1;
		}
		*equals = '\0';
		value_set_text(arena, map, pair, equals + 1 + (equals[1] == '='));
		text += len + (text[len] == ',');
	}
	return 0;
}

static int
add_selector(struct exposure *exposure, const struct exposable *row, struct value *spec)
{
	struct arena *arena = &exposure->typed.arena;
	const char *given = flag_string(exposure->flags, "selector");
	const struct value *selector = value_path(exposure->source, row->selector);
	const struct value *labels = value_get(selector, "matchLabels");

	if (*given)
		return add_pairs(exposure, given, value_make_map(arena, spec, "selector"));
	if (value_count(value_get(selector, "matchExpressions"))) {
		failures_add(&exposure->mutation.failures, "couldn't retrieve selectors via --selector flag or introspection: couldn't "
			"convert expressions - \"%s\" to map-based selector format", "matchExpressions");
		return -1;
	}
	if (!labels)
		labels = selector;
	if (!value_count(labels)) {
		failures_add(&exposure->mutation.failures, "couldn't retrieve selectors via --selector flag or introspection: %s",
			strcmp(row->kind, "Pod") == 0 ? "the pod has no labels and cannot be exposed" :
			strcmp(row->kind, "Service") == 0 ? "the service has no pod selector set" :
			"invalid deployment: no selectors, therefore cannot be exposed");
		return -1;
	}
	value_set(arena, spec, "selector", value_copy(arena, labels));
	return 0;
}

static void
add_port(struct exposure *exposure, struct value *ports, const char *name, const char *protocol, int64_t port)
{
	struct arena *arena = &exposure->typed.arena;
	struct value *row = value_map(arena);
	const char *target = flag_string(exposure->flags, "target-port");

	if (name)
		value_set_text(arena, row, "name", name);
	value_set_text(arena, row, "protocol", protocol && *protocol ? protocol : "TCP");
	value_set_int(arena, row, "port", port);
	value_set(arena, row, "targetPort", *target ? ports_target(arena, target) : value_int(arena, port));
	value_append(arena, ports, row);
}

/* The ports of the pods, or of the Service, that is exposed; several are called port-1, port-2 .. */
static void
copy_ports(struct exposure *exposure, const struct exposable *row, struct value *ports)
{
	const char *protocol = flag_string(exposure->flags, "protocol");
	const struct value *containers = value_get(value_path(exposure->source, row->pod_spec ? row->pod_spec : "spec"),
		"containers");
	const struct value *own = row->pod_spec ? NULL : value_path(exposure->source, "spec.ports");
	size_t total = value_count(own), n = 0;

	for (size_t i = 0; i < value_count(containers); i++)
		total += value_count(value_get(value_at(containers, i), "ports"));
	for (size_t i = 0; i < (own ? 1 : value_count(containers)); i++) {
		const struct value *list = own ? own : value_get(value_at(containers, i), "ports");

		for (size_t j = 0; j < value_count(list); j++) {
			const struct value *port = value_at(list, j);
			const char *name = total > 1 ? arena_printf(&exposure->typed.arena, "port-%zu", ++n) : NULL;

			add_port(exposure, ports, name, *protocol ? protocol : value_get_text(port, "protocol"),
				value_get_int(port, own ? "port" : "containerPort", 0));
		}
	}
}

/* --port: "80" or "80,443" */
static int
given_ports(struct exposure *exposure, const char *text, struct value *ports)
{
	bool many = strchr(text, ',');
	struct err err = ERR_INIT;
	size_t n = 0;

	while (*text) {
		size_t len = strcspn(text, ",");
		const char *one = arena_strndup(&exposure->typed.arena, text, len);
		int64_t port;

		if (ports_parse_number(one, &port, &err)) {
			failures_add(&exposure->mutation.failures, "%s", err.text);
			err_release(&err);
			return -1;
		}
		n++;
		add_port(exposure, ports, many ? arena_printf(&exposure->typed.arena, "port-%zu", n) : NULL,
			flag_string(exposure->flags, "protocol"), port);
		text += len + (text[len] == ',');
	}
	return 0;
}

static int
add_ports(struct exposure *exposure, const struct exposable *row, struct value *spec)
{
	struct value *ports = value_make_list(&exposure->typed.arena, spec, "ports");
	const char *given = flag_string(exposure->flags, "port");
	bool headless = strcmp(flag_string(exposure->flags, "cluster-ip"), "None") == 0;

	if (*given)
		return given_ports(exposure, given, ports);
	copy_ports(exposure, row, ports);
	if (value_count(ports))
		return 0;
	value_remove(spec, "ports");
	if (headless)
		return 0;
	failures_add(&exposure->mutation.failures, "couldn't find port via --port flag or introspection");
	return -1;
}

static int
add_labels(struct exposure *exposure)
{
	struct arena *arena = &exposure->typed.arena;
	const char *given = flag_string(exposure->flags, "labels");
	const struct value *labels = value_path(exposure->source, "metadata.labels");

	if (*given)
		return add_pairs(exposure, given, value_make_map(arena, exposure->typed.metadata, "labels"));
	if (value_count(labels))
		value_set(arena, exposure->typed.metadata, "labels", value_copy(arena, labels));
	return 0;
}

/* The rest of the spec, in the order of Go's struct. */
static int
add_rest(struct exposure *exposure, struct value *spec)
{
	static const char *const rest[][2] = {
		{ "cluster-ip", "clusterIP" }, { "type", "type" }, { "external-ip", "externalIPs" },
		{ "session-affinity", "sessionAffinity" }, { "load-balancer-ip", "loadBalancerIP" },
	};
	struct arena *arena = &exposure->typed.arena;
	const char *affinity = flag_string(exposure->flags, "session-affinity"), *type = flag_string(exposure->flags, "type");

	for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
		const char *text = flag_string(exposure->flags, rest[i][0]);

		if (!*text || (strcmp(rest[i][1], "loadBalancerIP") == 0 && strcmp(type, "LoadBalancer") != 0))
			continue;
		if (strcmp(rest[i][1], "externalIPs") == 0)
			value_append(arena, value_make_list(arena, spec, rest[i][1]), value_string(arena, text));
		else
			value_set_text(arena, spec, rest[i][1], text);
	}
	if (!*affinity || strcmp(affinity, "None") == 0 || strcmp(affinity, "ClientIP") == 0)
		return 0;
	failures_add(&exposure->mutation.failures, "unknown session affinity: %s", affinity);
	return -1;
}

/* Go's struct always has a targetPort. */
static void
complete_ports(struct arena *arena, struct value *root)
{
	const struct value *ports = value_path(root, "spec.ports");

	for (size_t i = 0; i < value_count(ports); i++)
		if (!value_get(value_at(ports, i), "targetPort"))
			value_set_int(arena, value_at(ports, i), "targetPort", 0);
}

static int
override(struct exposure *exposure)
{
	struct typed *typed = &exposure->typed;
	const char *text = flag_string(exposure->flags, "overrides");
	const char *how = flag_string(exposure->flags, "override-type");
	struct value *patch, *result;
	struct err err = ERR_INIT;
	int status;

	if (!*text)
		return 0;
	status = json_read("overrides", text, strlen(text), &typed->arena, &patch, &err);
	if (status && strcmp(how, "merge") == 0) {
		err_release(&err);
		status = err_set(&err, ERR_INPUT, "Invalid JSON Patch");
	}
	if (!status && strcmp(how, "strategic") == 0)
		status = patch_strategic(typed->kind->type, typed->root, patch, &typed->arena, &result, &err);
	else if (!status && strcmp(how, "json") == 0)
		status = patch_json(typed->root, patch, &typed->arena, &result, &err);
	else if (!status)
		status = patch_merge(typed->root, patch, &typed->arena, &result, &err);
	if (status) {
		failures_add(&exposure->mutation.failures, "%s", err.text);
	} else {
		typed->root = result;
		typed->metadata = value_make_map(&typed->arena, result, "metadata");
		complete_ports(&typed->arena, result);
	}
	err_release(&err);
	return status;
}

static int
fill_exposed(struct exposure *exposure, const struct exposable *row)
{
	struct arena *arena = &exposure->typed.arena;
	struct value *spec;

	if (add_labels(exposure))
		return -1;
	spec = value_make_map(arena, exposure->typed.root, "spec");
	if (add_ports(exposure, row, spec) || add_selector(exposure, row, spec) || add_rest(exposure, spec))
		return -1;
	value_make_map(arena, value_make_map(arena, exposure->typed.root, "status"), "loadBalancer");
	return override(exposure);
}

static void
send_exposed(struct exposure *exposure)
{
	struct mutation *mutation = &exposure->mutation;
	struct typed *typed = &exposure->typed;
	struct request request = mutation_request(mutation, REQUEST_CREATE, typed->kind, mutation->kubectl->namespace);
	const struct object *object = NULL;

	if (flag_bool(exposure->flags, "save-config") && mutation->dry_run != DRY_RUN_CLIENT)
		typed_save_config(typed);
	if (mutation->dry_run == DRY_RUN_CLIENT) {
		mutation_print(mutation, typed->kind, value_get_text(typed->metadata, "name"), typed->root, true, "exposed");
		return;
	}
	request.body = typed->root;
	if (mutation_send(mutation, &request, "", &object))
		return;
	mutation_print(mutation, typed->kind, object->name, object->root, true, "exposed");
	object_unref((struct object *)object);
}

#define NAME_MAX_LENGTH 63

static void
expose_one(struct exposure *exposure, const struct resource *resource)
{
	const struct exposable *row = exposable_of(resource->kind);
	const char *name = flag_string(exposure->flags, "name");
	char *shortened;

	if (!row) {
		failures_add(&exposure->mutation.failures, "cannot expose a %s%s%s", resource->kind->kind,
			*resource->kind->group ? "." : "", resource->kind->group);
		return;
	}
	/* A name that is taken over is cut to a Service's length; one that is given is not. */
	shortened = xstrndup(*name ? name : resource->name, *name ? strlen(name) : NAME_MAX_LENGTH);
	exposure->source = workload_root(resource);
	typed_init(&exposure->typed, "Service", shortened, exposure->mutation.kubectl, exposure->flags);
	if (!fill_exposed(exposure, row))
		send_exposed(exposure);
	typed_release(&exposure->typed);
	free(shortened);
}

static int
expose_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct exposure exposure = { .flags = flags };
	struct resources resources = RESOURCES_INIT;

	if (mutation_begin(&exposure.mutation, kubectl, flags))
		return 1;
	/* expose's --selector is the Service's, not one to find objects by; a file's object need not be there. */
	resources_find(kubectl, flags, flags->args, flags->nargs,
		RESOURCES_NO_SELECTOR | RESOURCES_TYPED | (manifests_given(flags) ? RESOURCES_UNFETCHED : 0), &resources);
	for (size_t i = 0; i < resources.list.n; i++)
		expose_one(&exposure, &resources.list.v[i]);
	failures_move(&exposure.mutation.failures, &resources.failures);
	resources_release(&resources);
	return mutation_end(&exposure.mutation);
}

const struct verb verb_expose = {
	.name = "expose",
	.aliases = "",
	.usage = "expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] "
		"[--name=name] [--external-ip=external-ip-of-service] [--type=type]",
	.summary = "Make a Service for the pods of an object",
	.help = "Makes a Service that selects the pods of a Deployment, ReplicaSet, replication controller, Service or pod, with\n"
		"its labels and, when no --port is given, its container ports.",
	.examples = "# Port 80 of the Service goes to 8000 of the pods\nkubectl expose deployment web --port=80 --target-port=8000\n\n"
		"# A pod, under another name\nkubectl expose pod valid-pod --port=444 --name=frontend",
	.flags = expose_tables,
	.args = "objects:pod,service,replicationcontroller,deployment,replicaset",
	.run = expose_run,
	.asks = ASKS_THE_SERVER,
};
