/* kubectl create deployment; follows k8s.io/kubectl/pkg/cmd/create/create_deployment.go. */
#include "kubectl/typed.h"
#include "kubectl/verb_create.h"
#include "kubectl/verb_list.h"

static const struct flag deployment_flags[] = {
	{ "image", 0, FLAG_STRINGS, NULL, NULL, NULL, "Image to run; several make several containers." },
	{ "port", 0, FLAG_INT, "-1", NULL, NULL, "Port that the container listens on." },
	{ "replicas", 'r', FLAG_INT, "1", NULL, NULL, "How many pods." },
	FLAGS_END,
};

static const struct flag *const deployment_tables[] = { deployment_flags, CREATE_TABLES, NULL };

static void
add_containers(struct typed *typed, struct kubectl *kubectl, const struct flags *flags, struct value *pod_spec)
{
	struct arena *arena = &typed->arena;
	struct value *containers = value_make_list(arena, pod_spec, "containers");
	int64_t port = flag_int(flags, "port");

	for (size_t i = 0; i < flag_count(flags, "image"); i++) {
		const char *image = flag_item(flags, "image", i);
		struct value *container = typed_container(typed, typed_container_name(arena, kubectl, image), image);

		if (flags->dash < flags->nargs)
			typed_strings(typed, container, "command", flags->args + flags->dash, flags->nargs - flags->dash);
		if (!i && port >= 0) {
			struct value *ports = value_make_list(arena, container, "ports"), *row = value_map(arena);

			value_set_int(arena, row, "containerPort", port);
			value_append(arena, ports, row);
		}
		value_make_map(arena, container, "resources");
		value_append(arena, containers, container);
	}
}

static void
fill_deployment(struct typed *typed, struct kubectl *kubectl, const struct flags *flags, const char *name)
{
	struct arena *arena = &typed->arena;
	struct value *spec, *template, *metadata;

	typed_label(typed, "app", name);
	spec = value_make_map(arena, typed->root, "spec");
	value_set_int(arena, spec, "replicas", flag_int(flags, "replicas"));
	value_set_text(arena, value_make_map(arena, value_make_map(arena, spec, "selector"), "matchLabels"), "app", name);
	template = value_make_map(arena, spec, "template");
	metadata = value_make_map(arena, template, "metadata");
	value_set(arena, metadata, "creationTimestamp", value_null(arena));
	value_set_text(arena, value_make_map(arena, metadata, "labels"), "app", name);
	add_containers(typed, kubectl, flags, value_make_map(arena, template, "spec"));
	value_make_map(arena, spec, "strategy");
	value_make_map(arena, typed->root, "status");
}

static int
create_deployment_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct mutation mutation;
	struct typed typed;
	const char *name = typed_name_argument(kubectl, flags);

	if (!name)
		return 1;
	if (flag_count(flags, "image") > 1 && flags->dash < flags->nargs)
		return print_failure(kubectl->io, "cannot specify multiple --image options and command");
	if (mutation_begin(&mutation, kubectl, flags))
		return 1;
	typed_init(&typed, "Deployment", name, kubectl, flags);
	fill_deployment(&typed, kubectl, flags, name);
	typed_create(&typed, &mutation, flags, "failed to create deployment:");
	typed_release(&typed);
	return mutation_end(&mutation);
}

const struct verb verb_create_deployment = {
	.name = "deployment",
	.aliases = "deploy",
	.usage = "create deployment NAME --image=image -- [COMMAND] [args...]",
	.summary = "Make a Deployment",
	.help = "Makes a Deployment of this name; its pods have the label app=NAME.",
	.examples = "# Three pods that listen on port 80\nkubectl create deployment web --image=nginx --replicas=3 --port=80\n\n"
		"# With a command\nkubectl create deployment idle --image=busybox -- sleep 3600",
	.flags = deployment_tables,
	.args = "",
	.required = "image",
	.run = create_deployment_run,
};
