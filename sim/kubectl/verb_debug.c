/*
 * kubectl debug: a pod on a node, an ephemeral container in a pod, or a copy of a pod with one container more; --profile says
 * what they may.  Follows k8s.io/kubectl/pkg/cmd/debug/debug.go and profiles.go.
 */
#include <stdlib.h>
#include <string.h>

#include "kubectl/resource_args.h"
#include "kubectl/session.h"
#include "kubectl/typed.h"
#include "kubectl/verb_list.h"

static const struct flag debug_flags[] = {
	{ "arguments-only", 0, FLAG_BOOL, "false", "true", NULL, "What is behind -- are arguments of the image's command." },
	{ "attach", 0, FLAG_BOOL, "false", "true", NULL, "Attach to the container; -i does so." },
	{ "container", 'c', FLAG_STRING, "", NULL, NULL, "Name of the container to debug with." },
	{ "copy-to", 0, FLAG_STRING, "", NULL, NULL, "Name of a copy of the pod." },
	{ "image", 0, FLAG_STRING, "", NULL, NULL, "Image of the container to debug with." },
	{ "image-pull-policy", 0, FLAG_STRING, "", NULL, "Always,IfNotPresent,Never", "When its image is pulled." },
	{ "keep-annotations", 0, FLAG_BOOL, "false", "true", NULL, "The copy has the pod's annotations." },
	{ "keep-init-containers", 0, FLAG_BOOL, "true", "true", NULL, "The copy has the pod's init containers." },
	{ "keep-labels", 0, FLAG_BOOL, "false", "true", NULL, "The copy has the pod's labels." },
	{ "keep-liveness", 0, FLAG_BOOL, "false", "true", NULL, "The copy has the pod's liveness probes." },
	{ "keep-readiness", 0, FLAG_BOOL, "false", "true", NULL, "The copy has the pod's readiness probes." },
	{ "keep-startup", 0, FLAG_BOOL, "false", "true", NULL, "The copy has the pod's startup probes." },
	{ "profile", 0, FLAG_STRING, "legacy", NULL, "legacy,general,baseline,netadmin,restricted,sysadmin",
		"What the container may, and what a copy keeps." },
	{ "quiet", 'q', FLAG_BOOL, "false", "true", NULL, "Say less." },
	{ "replace", 0, FLAG_BOOL, "false", "true", NULL, "With --copy-to: the pod itself is deleted." },
	{ "same-node", 0, FLAG_BOOL, "false", "true", NULL, "The copy goes to the pod's node." },
	{ "set-image", 0, FLAG_STRINGS, NULL, NULL, NULL, "container=image of the copy; * stands for all." },
	{ "share-processes", 0, FLAG_BOOL, "true", "true", NULL, "Containers of the copy see each other's processes." },
	{ "stdin", 'i', FLAG_BOOL, "false", "true", NULL, "Keep the standard input open." },
	{ "target", 0, FLAG_STRING, "", NULL, NULL, "Container whose processes an ephemeral one sees." },
	{ "tty", 't', FLAG_BOOL, "false", "true", NULL, "With a terminal." },
	FLAGS_END,
};
static const struct flag *const debug_tables[] = { debug_flags, NULL };

/* What a profile does to the pod of a node, to a copy, and to the container in either. */
struct profile {
	const char *name;
	bool mounts_root, host_namespaces;	/* on a node */
	bool strips;				/* a copy, of what no --keep-.. flag keeps; its processes are shared */
	bool clears;				/* the container's security context; on a node only: clears_on_node */
	bool clears_on_node, restricts, privileged;
	const char *capabilities[2], *capability_of_copy;
};

static const struct profile profiles[] = {
	{ .name = "legacy", .mounts_root = true, .host_namespaces = true },
	{ .name = "general", .mounts_root = true, .host_namespaces = true, .strips = true, .clears_on_node = true,
		.capability_of_copy = "SYS_PTRACE" },
	{ .name = "baseline", .strips = true, .clears = true },
	{ .name = "restricted", .strips = true, .clears = true, .restricts = true },
	{ .name = "netadmin", .host_namespaces = true, .strips = true, .capabilities = { "NET_ADMIN", "NET_RAW" } },
	{ .name = "sysadmin", .mounts_root = true, .host_namespaces = true, .strips = true, .privileged = true },
};

struct debugging {
	struct mutation mutation;
	const struct profile *profile;
	const struct flags *flags;
	struct typed pod;
	const char *container;	/* to attach to; NULL: none */
	size_t nwords;		/* before -- */
};

static int
check_words(struct kubectl *kubectl, const struct flags *flags, size_t nwords)
{
	bool copies = *flag_string(flags, "copy-to"), image = *flag_string(flags, "image");

	if (copies && !image && !flag_count(flags, "set-image") && flags->nargs == nwords)
		return print_failure(kubectl->io, "you must specify --image, --set-image or command arguments.");
	if (copies && flags->nargs > nwords && !image && !*flag_string(flags, "container"))
		return print_failure(kubectl->io, "you must specify an existing container or a new image when specifying args.");
	if (!copies && flag_bool(flags, "replace"))
		return print_failure(kubectl->io, "--replace may only be used with --copy-to.");
	if (!copies && flag_bool(flags, "same-node"))
		return print_failure(kubectl->io, "--same-node may only be used with --copy-to.");
	if (!copies && flag_count(flags, "set-image"))
		return print_failure(kubectl->io, "--set-image may only be used with --copy-to.");
	if (!copies && !image)
		return print_failure(kubectl->io, "you must specify --image when not using --copy-to.");
	if (!nwords)
		return print_failure(kubectl->io, "NAME or filename is required for debug");
	if (copies && *flag_string(flags, "target"))
		return print_failure(kubectl->io, "--target is incompatible with --copy-to. Use --share-processes instead.");
	if (flag_bool(flags, "tty") && !flag_bool(flags, "stdin"))
		return print_failure(kubectl->io, "-i/--stdin is required for containers with -t/--tty=true");
	return 0;
}

static const struct profile *
find_profile(const char *name)
{
	for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	return NULL;
}

static void
add_capability(struct arena *arena, struct value *container, const char *list, const char *capability)
{
	struct value *map = value_make_map(arena, value_make_map(arena, container, "securityContext"), "capabilities");

	value_append(arena, value_make_list(arena, map, list), value_string(arena, capability));
}

/* What the container may. */
static void
apply_profile(struct debugging *debugging, struct value *container, bool copy)
{
	const struct profile *profile = debugging->profile;
	struct arena *arena = &debugging->pod.arena;

	if (profile->clears || (profile->clears_on_node && !copy))
		value_remove(container, "securityContext");
	if (profile->restricts) {
		struct value *context = value_make_map(arena, container, "securityContext");

		value_set_bool(arena, context, "runAsNonRoot", true);
		add_capability(arena, container, "drop", "ALL");
		value_set_bool(arena, context, "allowPrivilegeEscalation", false);
		value_set_text(arena, value_make_map(arena, context, "seccompProfile"), "type", "RuntimeDefault");
	}
	if (profile->privileged)
		value_set_bool(arena, value_make_map(arena, container, "securityContext"), "privileged", true);
	for (size_t i = 0; i < 2 && profile->capabilities[i]; i++)
		add_capability(arena, container, "add", profile->capabilities[i]);
	if (copy && profile->capability_of_copy)
		add_capability(arena, container, "add", profile->capability_of_copy);
}

static void
fill_container(struct debugging *debugging, struct value *container)
{
	const struct flags *flags = debugging->flags;

	if (*flag_string(flags, "image"))
		value_set_text(&debugging->pod.arena, container, "image", flag_string(flags, "image"));
	if (*flag_string(flags, "image-pull-policy"))
		value_set_text(&debugging->pod.arena, container, "imagePullPolicy", flag_string(flags, "image-pull-policy"));
	typed_strings(&debugging->pod, container, flag_bool(flags, "arguments-only") ? "args" : "command",
		flags->args + debugging->nwords, flags->nargs - debugging->nwords);
	value_set_bool(&debugging->pod.arena, container, "stdin", flag_bool(flags, "stdin"));
	value_set_bool(&debugging->pod.arena, container, "tty", flag_bool(flags, "tty"));
}

static void
say(struct debugging *debugging, const char *text)
{
	if (!flag_bool(debugging->flags, "quiet"))
		sink_put(debugging->mutation.kubectl->io->out, text);
}

/* The node's root stands in /host. */
static void
mount_root(struct arena *arena, struct value *spec, struct value *container)
{
	struct value *mount = value_map(arena), *volume = value_map(arena);

	value_set_text(arena, mount, "mountPath", "/host");
	value_set_text(arena, mount, "name", "host-root");
	value_append(arena, value_make_list(arena, container, "volumeMounts"), mount);
	value_set_text(arena, volume, "name", "host-root");
	value_set_text(arena, value_make_map(arena, volume, "hostPath"), "path", "/");
	value_append(arena, value_make_list(arena, spec, "volumes"), volume);
}

static void
make_node_pod(struct debugging *debugging, const struct object *node)
{
	static const char *const shared[] = { "hostIPC", "hostNetwork", "hostPID" };
	struct kubectl *kubectl = debugging->mutation.kubectl;
	const char *given = flag_string(debugging->flags, "container"), *name = *given ? given : "debugger";
	struct arena *arena = &debugging->pod.arena;
	struct value *spec, *container, *toleration;
	char suffix[6];

	rng_suffix(&kubectl->cluster->server.rng, suffix, 5);
	typed_init(&debugging->pod, "Pod", "", kubectl, debugging->flags);
	value_set_text(arena, debugging->pod.metadata, "name", arena_printf(arena, "node-debugger-%s-%s", node->name, suffix));
	say(debugging, arena_printf(arena, "Creating debugging pod node-debugger-%s-%s with container %s on node %s.\n",
		node->name, suffix, name, node->name));
	spec = value_make_map(arena, debugging->pod.root, "spec");
	container = value_map(arena);
	value_set_text(arena, container, "name", name);
	fill_container(debugging, container);
	value_append(arena, value_make_list(arena, spec, "containers"), container);
	if (debugging->profile->mounts_root)
		mount_root(arena, spec, container);
	apply_profile(debugging, container, false);
	toleration = value_map(arena);
	value_set_text(arena, toleration, "operator", "Exists");
	value_append(arena, value_make_list(arena, spec, "tolerations"), toleration);
	value_set_text(arena, spec, "nodeName", node->name);
	value_set_text(arena, spec, "restartPolicy", "Never");
	for (size_t i = 0; i < sizeof shared / sizeof *shared && debugging->profile->host_namespaces; i++)
		value_set_bool(arena, spec, shared[i], true);
	debugging->container = name;
}

static struct value *
find_container(const struct value *spec, const char *name)
{
	const struct value *list = value_get(spec, "containers");

	for (size_t i = 0; i < value_count(list); i++)
		if (strcmp(value_get_text(value_at(list, i), "name"), name) == 0)
			return value_at(list, i);
	return NULL;
}

static void
set_images(struct debugging *debugging, const struct value *spec)
{
	const struct value *list = value_get(spec, "containers");

	for (size_t i = 0; i < flag_count(debugging->flags, "set-image"); i++) {
		const char *pair = flag_item(debugging->flags, "set-image", i), *equals = strchr(pair, '=');

		for (size_t j = 0; equals && j < value_count(list); j++) {
			const char *name = value_get_text(value_at(list, j), "name");
			size_t len = (size_t)(equals - pair);

			if ((len == 1 && *pair == '*') || (strlen(name) == len && strncmp(name, pair, len) == 0))
				value_set_text(&debugging->pod.arena, value_at(list, j), "image", equals + 1);
		}
	}
}

static void
drop_probes(const struct flags *flags, const struct value *spec)
{
	static const char *const probes[][2] = {
		{ "keep-liveness", "livenessProbe" }, { "keep-readiness", "readinessProbe" }, { "keep-startup", "startupProbe" },
	};
	const struct value *list = value_get(spec, "containers");

	for (size_t i = 0; i < value_count(list); i++)
		for (size_t j = 0; j < sizeof probes / sizeof *probes; j++)
			if (!flag_bool(flags, probes[j][0]))
				value_remove(value_at(list, i), probes[j][1]);
}

/* A copy has no labels unless they are asked for, so that no Service and no ReplicaSet takes it for one of its own. */
static void
strip_copy(struct debugging *debugging, const struct object *pod, struct value *spec)
{
	static const char *const parts[][2] = { { "keep-labels", "labels" }, { "keep-annotations", "annotations" } };
	const struct flags *flags = debugging->flags;
	struct arena *arena = &debugging->pod.arena;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const struct value *part = value_get(object_meta(pod), parts[i][1]);
		bool kept = debugging->profile->strips ? flag_bool(flags, parts[i][0]) : strcmp(parts[i][1], "labels") != 0;

		if (part && kept)
			value_set(arena, debugging->pod.metadata, parts[i][1], value_copy(arena, part));
	}
	if (!debugging->profile->strips)
		return;
	drop_probes(flags, spec);
	if (!flag_bool(flags, "keep-init-containers"))
		value_remove(spec, "initContainers");
	if (!value_get(spec, "shareProcessNamespace"))
		value_set_bool(arena, spec, "shareProcessNamespace", true);
}

static const char *
default_name(struct debugging *debugging)
{
	struct arena *arena = &debugging->pod.arena;
	const char *name;
	char suffix[6];

	rng_suffix(&debugging->mutation.kubectl->cluster->server.rng, suffix, 5);
	name = arena_printf(arena, "debugger-%s", suffix);
	say(debugging, arena_printf(arena, "Defaulting debug container name to %s.\n", name));
	return name;
}

/* The pod as it is, with one container more. */
static void
add_ephemeral(struct debugging *debugging, const struct object *pod)
{
	struct arena *arena = &debugging->pod.arena;
	const char *name = flag_string(debugging->flags, "container"), *target = flag_string(debugging->flags, "target");
	struct value *container;

	typed_init(&debugging->pod, "Pod", pod->name, debugging->mutation.kubectl, debugging->flags);
	if (*target)
		say(debugging, arena_printf(arena, "Targeting container \"%s\". If you don't see processes from this container it may be "
			"because the container runtime doesn't support this feature.\n", target));
	name = *name ? name : default_name(debugging);
	debugging->pod.root = value_copy(arena, pod->root);
	debugging->pod.metadata = value_get(debugging->pod.root, "metadata");
	container = value_map(arena);
	value_set_text(arena, container, "name", name);
	fill_container(debugging, container);
	if (*target)
		value_set_text(arena, container, "targetContainerName", target);
	value_set_text(arena, container, "terminationMessagePolicy", "File");
	apply_profile(debugging, container, true);
	value_append(arena, value_make_list(arena, value_get(debugging->pod.root, "spec"), "ephemeralContainers"), container);
	debugging->container = name;
}

static int
make_copy(struct debugging *debugging, const struct object *pod)
{
	struct kubectl *kubectl = debugging->mutation.kubectl;
	struct arena *arena = &debugging->pod.arena;
	const char *name = flag_string(debugging->flags, "container");
	struct value *spec, *container;

	typed_init(&debugging->pod, "Pod", flag_string(debugging->flags, "copy-to"), kubectl, debugging->flags);
	spec = value_copy(arena, value_get(pod->root, "spec"));
	value_set(arena, debugging->pod.root, "spec", spec);
	if (flag_given(debugging->flags, "share-processes"))
		value_set_bool(arena, spec, "shareProcessNamespace", flag_bool(debugging->flags, "share-processes"));
	if (!flag_bool(debugging->flags, "same-node"))
		value_remove(spec, "nodeName");
	value_remove(spec, "ephemeralContainers");
	set_images(debugging, spec);
	container = find_container(spec, name);
	if (!container && !*flag_string(debugging->flags, "image")) {
		if (flag_count(debugging->flags, "set-image")) {
			strip_copy(debugging, pod, spec);
			return 0;
		}
		failures_add(&debugging->mutation.failures, "you must specify image when creating new container");
		return -1;
	}
	if (!container && !*name)
		name = default_name(debugging);
	if (!container) {
		container = value_map(arena);
		value_set_text(arena, container, "name", name);
		value_append(arena, value_make_list(arena, spec, "containers"), container);
	}
	fill_container(debugging, container);
	strip_copy(debugging, pod, spec);
	apply_profile(debugging, container, true);
	debugging->container = name;
	return 0;
}

/* --replace: a copy stands for the pod. */
static int
delete_pod(struct debugging *debugging, const struct resource *pod)
{
	struct request request = mutation_request(&debugging->mutation, REQUEST_DELETE, pod->kind, pod->namespace);

	request.name = pod->name;
	request.grace_seconds = 0;
	return mutation_send(&debugging->mutation, &request, "", NULL);
}

/* Creates the pod, or puts the container into it, and with -i goes there.  replaced: goes then; NULL. */
static int
send_pod(struct debugging *debugging, const char *namespace, bool ephemeral, const struct resource *replaced)
{
	struct kubectl *kubectl = debugging->mutation.kubectl;
	struct request request = mutation_request(&debugging->mutation, ephemeral ? REQUEST_UPDATE : REQUEST_CREATE,
		debugging->pod.kind, namespace);
	struct session_place place;
	const char *const *words;
	int nwords, status;
	bool attaches = debugging->container && (flag_bool(debugging->flags, "stdin") || flag_bool(debugging->flags, "attach"));

	request.body = debugging->pod.root;
	if (ephemeral) {
		request.name = value_get_text(debugging->pod.metadata, "name");
		request.subresource = "ephemeralcontainers";
	}
	if (mutation_send(&debugging->mutation, &request, "", NULL) || (replaced && delete_pod(debugging, replaced)) ||
	    !attaches || !kubectl->exec)
		return 0;
	cluster_settle(kubectl->cluster);
	say(debugging, flag_bool(debugging->flags, "tty") ? "If you don't see a command prompt, try pressing enter.\n" : "");
	kubectl->reads = flag_bool(debugging->flags, "stdin");
	kubectl->session = (struct kubectl_session){ .is_main = true, .tty = flag_bool(debugging->flags, "tty") };
	place = (struct session_place){ namespace, value_get_text(debugging->pod.metadata, "name"), debugging->container };
	words = (const char *const *)debugging->flags->args + debugging->nwords;
	nwords = (int)(debugging->flags->nargs - debugging->nwords);
	status = kubectl->exec(kubectl, namespace, place.pod, place.container, nwords, words);
	return status == KUBECTL_EXEC_OPENED ? 0 : session_end(kubectl, &place, nwords ? words[0] : "sh", status);
}

static int
debug_one(struct debugging *debugging, const struct resource *resource)
{
	bool node = strcmp(resource->kind->kind, "Node") == 0, made = true;
	bool ephemeral = !node && !*flag_string(debugging->flags, "copy-to");
	int status = 0;

	if (!node && strcmp(resource->kind->kind, "Pod") != 0) {
		failures_add(&debugging->mutation.failures, "%s \"%s\" not supported by debug", resource->kind->kind,
			resource->name);
		return 0;
	}
	if (node)
		make_node_pod(debugging, resource->object);
	else if (ephemeral)
		add_ephemeral(debugging, resource->object);
	else
		made = !make_copy(debugging, resource->object);
	if (made)
		status = send_pod(debugging, node ? debugging->mutation.kubectl->namespace : resource->namespace, ephemeral,
			!node && !ephemeral && flag_bool(debugging->flags, "replace") ? resource : NULL);
	typed_release(&debugging->pod);
	return status;
}

static int
debug_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct debugging debugging = { .flags = flags, .nwords = flags->dash < flags->nargs ? flags->dash : flags->nargs };
	struct resources resources = RESOURCES_INIT;
	bool typed_word = debugging.nwords > 1 || (debugging.nwords == 1 && strchr(flags->args[0], '/'));
	char pod[] = "pod", *words[] = { pod, debugging.nwords ? flags->args[0] : NULL };
	int status = 0;

	debugging.profile = find_profile(flag_string(flags, "profile"));
	if (!debugging.profile)
		return print_failure(kubectl->io, "unknown profile: %s", flag_string(flags, "profile"));
	if (check_words(kubectl, flags, debugging.nwords) || mutation_begin(&debugging.mutation, kubectl, flags))
		return 1;
	if (strcmp(debugging.profile->name, "legacy") == 0)
		sink_put(kubectl->io->err, "--profile=legacy is deprecated and will be removed in the future. It is recommended to "
			"explicitly specify a profile, for example \"--profile=general\".\n");
	resources_find(kubectl, flags, typed_word ? flags->args : words, typed_word ? debugging.nwords : 2, 0, &resources);
	failures_move(&debugging.mutation.failures, &resources.failures);
	for (size_t i = 0; i < resources.list.n && !status; i++)
		status = debug_one(&debugging, &resources.list.v[i]);
	resources_release(&resources);
	return mutation_end(&debugging.mutation) | status;
}

const struct verb verb_debug = {
	.name = "debug",
	.aliases = "",
	.usage = "debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
	.summary = "Look into a node, a pod, or a copy of a pod",
	.help = "Puts an ephemeral container with other tools into a pod, makes a pod on a node that sees the node's network and "
		"files, or a copy of a pod with one container more.",
	.examples = "kubectl debug web -it --image=busybox\n\n# On a node\nkubectl debug node/node01 -it --image=busybox\n\n"
		"# A copy with a container of its own\n"
		"kubectl debug web -it --image=busybox --copy-to=web-debug",
	.flags = debug_tables,
	.args = "",
	.run = debug_run,
};
