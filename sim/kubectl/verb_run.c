/* kubectl run; follows k8s.io/kubectl/pkg/cmd/run/run.go and pkg/generate/versioned/run.go. */
#include <stdlib.h>
#include <string.h>

#include "api/patch.h"
#include "api/schema.h"
#include "api/yaml.h"
#include "kubectl/image_reference.h"
#include "kubectl/ports.h"
#include "kubectl/removal.h"
#include "kubectl/session.h"
#include "kubectl/typed.h"
#include "kubectl/verb_list.h"

#define RUNNING_TIMEOUT (60 * CLOCK_SECOND)	/* --pod-running-timeout is not a flag of this verb, but this is its default */

static const struct flag run_flags[] = {
	{ "annotations", 0, FLAG_ARRAY, NULL, NULL, NULL, "Annotations of the pod, KEY=VALUE." },
	{ "attach", 0, FLAG_BOOL, "false", "true", NULL, "Wait for the pod and show what it writes." },
	{ "command", 0, FLAG_BOOL, "false", "true", NULL, "The words behind -- are the command, not its arguments." },
	{ "env", 0, FLAG_ARRAY, NULL, NULL, NULL, "Environment variable NAME=VALUE; may be repeated." },
	{ "expose", 0, FLAG_BOOL, "false", "true", NULL, "Also make a ClusterIP Service for the pod; needs --port." },
	{ "field-manager", 0, FLAG_STRING, "kubectl-run", NULL, NULL, "Name of the manager that owns the fields." },
	{ "image", 0, FLAG_STRING, "", NULL, NULL, "The image to run." },
	{ "image-pull-policy", 0, FLAG_STRING, "", NULL, "Always,IfNotPresent,Never", "When the image is pulled." },
	{ "labels", 'l', FLAG_STRINGS, NULL, NULL, NULL, "Labels of the pod, KEY=VALUE; run=NAME when none are given." },
	{ "leave-stdin-open", 0, FLAG_BOOL, "false", "true", NULL, "Leave standard input open after the first attach." },
	{ "override-type", 0, FLAG_STRING, "merge", NULL, "json,merge,strategic", "How --overrides is merged." },
	{ "overrides", 0, FLAG_STRING, "", NULL, NULL, "JSON that is merged into the pod." },
	{ "pod-running-timeout", 0, FLAG_DURATION, "1m0s", NULL, NULL, "How long to wait until the pod runs." },
	{ "port", 0, FLAG_STRING, "", NULL, NULL, "Port that the container listens on." },
	{ "privileged", 0, FLAG_BOOL, "false", "true", NULL, "Run the container with all rights." },
	{ "quiet", 'q', FLAG_BOOL, "false", "true", NULL, "Don't talk about what is done." },
	{ "restart", 0, FLAG_STRING, "Always", NULL, "Always,OnFailure,Never", "The pod's restart policy." },
	{ "rm", 0, FLAG_BOOL, "false", "true", NULL, "Delete the pod when the command has ended." },
	{ "stdin", 'i', FLAG_BOOL, "false", "true", NULL, "Keep standard input open." },
	{ "tty", 't', FLAG_BOOL, "false", "true", NULL, "Give the container a terminal." },
	FLAGS_END,
};

static const struct flag *const run_tables[] = {
	record_flag, run_flags, output_flags, dry_run_flag, save_config_flag, removal_flags, NULL,
};

struct running {
	struct mutation mutation;
	const struct flags *flags;
	const char *name;
	struct typed pod;
};

static bool
is_attached(const struct flags *flags)
{
	return flag_given(flags, "attach") ? flag_bool(flags, "attach") : flag_bool(flags, "stdin");
}

static int
add_labels(struct running *running)
{
	if (!flag_count(running->flags, "labels"))
		typed_label(&running->pod, "run", running->name);
	for (size_t i = 0; i < flag_count(running->flags, "labels"); i++) {
		const char *spec = flag_item(running->flags, "labels", i), *equals = strchr(spec, '=');

		if (!equals || equals == spec) {
			failures_add(&running->mutation.failures, "unexpected label spec: %s", spec);
			return -1;
		}
		typed_label(&running->pod, arena_strndup(&running->pod.arena, spec, (size_t)(equals - spec)), equals + 1);
	}
	return 0;
}

static int
add_annotations(struct running *running)
{
	struct arena *arena = &running->pod.arena;

	for (size_t i = 0; i < flag_count(running->flags, "annotations"); i++) {
		const char *spec = flag_item(running->flags, "annotations", i), *equals = strchr(spec, '=');

		if (!equals || equals == spec) {
			failures_add(&running->mutation.failures, "unexpected annotation spec: %s", spec);
			return -1;
		}
		value_set_text(arena, value_make_map(arena, running->pod.metadata, "annotations"),
			arena_strndup(arena, spec, (size_t)(equals - spec)), equals + 1);
	}
	return 0;
}

static int
add_environment(struct running *running, struct value *container)
{
	struct arena *arena = &running->pod.arena;

	for (size_t i = 0; i < flag_count(running->flags, "env"); i++) {
		const char *spec = flag_item(running->flags, "env", i), *equals = strchr(spec, '=');
		struct value *row = value_map(arena);

		if (!equals || equals == spec) {
			failures_add(&running->mutation.failures, "invalid env: %s", spec);
			return -1;
		}
		value_set_text(arena, row, "name", arena_strndup(arena, spec, (size_t)(equals - spec)));
		if (equals[1])
			value_set_text(arena, row, "value", equals + 1);
		value_append(arena, value_make_list(arena, container, "env"), row);
	}
	return 0;
}

static int
add_port(struct running *running, struct value *container)
{
	struct arena *arena = &running->pod.arena;
	const char *text = flag_string(running->flags, "port");
	struct value *row = value_map(arena);
	struct err err = ERR_INIT;
	int64_t port;

	if (!*text)
		return 0;
	if (ports_parse_number(text, &port, &err)) {
		failures_add(&running->mutation.failures, "%s", err.text);
		err_release(&err);
		return -1;
	}
	value_set_int(arena, row, "containerPort", port);
	value_append(arena, value_make_list(arena, container, "ports"), row);
	return 0;
}

/* Fields stand in the order of Go's structs. */
static int
add_container(struct running *running, struct value *spec)
{
	struct typed *pod = &running->pod;
	const struct flags *flags = running->flags;
	struct value *container = typed_container(pod, running->name, flag_string(flags, "image"));
	const char *policy = flag_string(flags, "image-pull-policy");

	typed_strings(pod, container, flag_bool(flags, "command") ? "command" : "args", flags->args + 1, flags->nargs - 1);
	if (add_port(running, container) || add_environment(running, container))
		return -1;
	value_make_map(&pod->arena, container, "resources");
	if (*policy)
		value_set_text(&pod->arena, container, "imagePullPolicy", policy);
	if (flag_bool(flags, "privileged"))
		value_set_bool(&pod->arena, value_make_map(&pod->arena, container, "securityContext"), "privileged", true);
	if (flag_bool(flags, "stdin"))
		value_set_bool(&pod->arena, container, "stdin", true);
	if (flag_bool(flags, "stdin") && !flag_bool(flags, "leave-stdin-open"))
		value_set_bool(&pod->arena, container, "stdinOnce", true);
	if (flag_bool(flags, "tty"))
		value_set_bool(&pod->arena, container, "tty", true);
	value_append(&pod->arena, value_make_list(&pod->arena, spec, "containers"), container);
	return 0;
}

/* Whether Go's decoder finds a pod's type in it. */
static int
check_type(const struct value *root, struct err *err)
{
	const char *version = value_get_text(root, "apiVersion"), *kind = value_get_text(root, "kind");

	if (root->type != VALUE_MAP)
		return err_set(err, ERR_INPUT, "couldn't get version/kind; json parse error: json: cannot unmarshal %s into Go value "
			"of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string "
			"\"json:\\\"kind,omitempty\\\"\" }", value_json_kind(root));
	if (!version || !kind || !kind_by_gvk(version, kind))
		return err_set(err, ERR_INPUT, "no kind \"%s\" is registered for version \"%s\" in scheme "
			"\"pkg/scheme/scheme.go:28\"", kind ? kind : "", version ? version : "");
	return 0;
}

static int
patch_pod(struct typed *pod, const char *how, const struct value *patch, struct value **result, struct err *err)
{
	if (strcmp(how, "strategic") == 0)
		return patch_strategic(pod->kind->type, pod->root, patch, &pod->arena, result, err);
	if (strcmp(how, "json") == 0)
		return patch_json(pod->root, patch, &pod->arena, result, err);
	*result = (struct value *)patch;
	if (strcmp(how, "merge") == 0)	/* of a list comes that list */
		return patch->type == VALUE_LIST ? 0 : patch_merge(pod->root, patch, &pod->arena, result, err);
	return err_set(err, ERR_INPUT, "invalid override type: %s", how);
}

/* What comes out is read as a pod again: fields that pods don't have are dropped, those of another type refused. */
static int
override(struct running *running)
{
	struct typed *pod = &running->pod;
	const char *text = flag_string(running->flags, "overrides"), *how = flag_string(running->flags, "override-type");
	struct value *patch, *patched, *result;
	schema_findings unknown = VEC_INIT;
	struct err err = ERR_INIT;
	int status;

	if (!*text)
		return 0;
	if (json_read("overrides", text, strlen(text), &pod->arena, &patch, &err)) {
		failures_add(&running->mutation.failures, strcmp(how, "merge") == 0 ? "Invalid JSON Patch" : "%s", err.text);
		err_release(&err);
		return -1;
	}
	status = patch_pod(pod, how, patch, &patched, &err);
	if (!status)
		status = check_type(patched, &err);
	if (!status)
		status = schema_decode(pod->kind->type, patched, &pod->arena, &result, &unknown, &err);
	if (status) {
		failures_add(&running->mutation.failures, "%s", err.text);
	} else {
		schema_arrange(pod->kind->type, result);
		pod->root = result;
		pod->metadata = value_make_map(&pod->arena, result, "metadata");
	}
	schema_findings_release(&unknown);
	err_release(&err);
	return status;
}

static int
fill_pod(struct running *running)
{
	struct arena *arena = &running->pod.arena;
	struct value *spec;

	if (add_labels(running) || add_annotations(running))
		return -1;
	spec = value_make_map(arena, running->pod.root, "spec");
	if (add_container(running, spec))
		return -1;
	value_set_text(arena, spec, "restartPolicy", flag_string(running->flags, "restart"));
	value_set_text(arena, spec, "dnsPolicy", "ClusterFirst");
	value_make_map(arena, running->pod.root, "status");
	return override(running);
}

/* --expose: a Service of the same name and port that selects the pod's labels. */
static void
create_service(struct running *running)
{
	struct typed service;
	struct arena *arena = &service.arena;
	struct value *spec, *row;
	int64_t port = 0;
	struct err err = ERR_INIT;

	typed_init(&service, "Service", running->name, running->mutation.kubectl, running->flags);
	if (ports_parse_number(flag_string(running->flags, "port"), &port, &err)) {
		failures_add(&running->mutation.failures, "%s", err.text);
	} else {
		if (flag_count(running->flags, "labels"))
			value_set(arena, service.metadata, "labels", value_copy(arena, value_get(running->pod.metadata, "labels")));
		spec = value_make_map(arena, service.root, "spec");
		row = value_map(arena);
		value_append(arena, value_make_list(arena, spec, "ports"), row);
		value_set_text(arena, row, "protocol", "TCP");
		value_set_int(arena, row, "port", port);
		value_set_int(arena, row, "targetPort", port);
		value_set(arena, spec, "selector", value_copy(arena, value_get(running->pod.metadata, "labels")));
		value_make_map(arena, value_make_map(arena, service.root, "status"), "loadBalancer");
		typed_create(&service, &running->mutation, running->flags, NULL);
		/* Besides the one that parts any two documents. */
		if (running->mutation.output.format == OUTPUT_YAML && !running->mutation.failures.list.n)
			sink_put(running->mutation.kubectl->io->out, "---\n");
	}
	err_release(&err);
	typed_release(&service);
}

/* What has been written so far, without standing in the container. */
static void
print_log(struct kubectl *kubectl, const struct pod *pod)
{
	const struct value *container = value_at(value_path(pod->object->root, "spec.containers"), 0);
	struct str text = STR_INIT;

	if (kubectl->follow)
		kubectl->follow(kubectl, pod, container);
	logs_text(&kubectl->cluster->logs, &kubectl->cluster->server.settings, pod, container, 0, CLOCK_NEVER, &text);
	for (const char *at = text.buf; *at; at += strcspn(at, "\n") + 1)
		sink_printf(kubectl->io->out, "%.*s\n", (int)strcspn(at, "\n") - LOG_TIME - 1, at + LOG_TIME + 1);
	str_release(&text);
}

/* -i, -t, --attach: the command runs in the pod, and its output comes here. */
static int
attach(struct running *running)
{
	struct kubectl *kubectl = running->mutation.kubectl;
	const struct flags *flags = running->flags;
	const struct session_place place = { kubectl->namespace, running->name, running->name };
	const char *const *words = (const char *const *)flags->args + 1;
	bool reads = flag_bool(flags, "stdin");
	const struct object *object;
	int status;

	kubectl->session = (struct kubectl_session){ .is_main = true, .is_run = true, .removes_pod = flag_bool(flags, "rm"),
		.removes_service = flag_bool(flags, "rm") && flag_bool(flags, "expose"), .quiet = flag_bool(flags, "quiet"),
		.tty = flag_bool(flags, "tty") };
	cluster_settle(kubectl->cluster);
	object = store_get(kubectl->cluster->server.store, running->pod.kind, place.namespace, place.pod);
	if (!object || strcmp(pod_view(object)->phase, "Pending") == 0 || !kubectl->exec) {
		cluster_tick(kubectl->cluster, kubectl->cluster->server.clock.now + RUNNING_TIMEOUT);
		session_close(kubectl, &place);
		failures_add(&running->mutation.failures, "timed out waiting for the condition");
		return 1;
	}
	if (!reads || strcmp(pod_view(object)->phase, "Running") != 0) {
		print_log(kubectl, pod_view(object));
		return session_close(kubectl, &place);
	}
	if (kubectl->session.tty && !kubectl->session.quiet)
		sink_put(kubectl->io->err, "If you don't see a command prompt, try pressing enter.\n");
	kubectl->reads = true;
	status = kubectl->exec(kubectl, place.namespace, place.pod, place.container, (int)(flags->nargs - 1), words);
	return status == KUBECTL_EXEC_OPENED ? 0 : session_end(kubectl, &place, flags->nargs > 1 ? words[0] : "sh", status);
}

static bool
is_one_of(const char *word, const char *const *words)
{
	while (*words && strcmp(*words, word) != 0)
		words++;
	return *words != NULL;
}

/* What is wrong with the flags, told with the way to the help; NULL: nothing.  *word: what the text ends with. */
static const char *
flags_fault(const struct flags *flags, enum dry_run dry_run, const char **word)
{
	static const char *const policies[] = { "Always", "IfNotPresent", "Never", "", NULL };
	static const char *const restarts[] = { "Always", "OnFailure", "Never", "", NULL };

	if (flag_bool(flags, "tty") && !flag_bool(flags, "stdin"))
		return "-i/--stdin is required for containers with -t/--tty=true";
	if (flag_bool(flags, "expose") && !*flag_string(flags, "port"))
		return "--port must be set when exposing a service";
	*word = flag_string(flags, "restart");
	if (!is_one_of(*word, restarts))
		return "invalid restart policy: ";
	*word = "";
	if (flag_bool(flags, "rm") && !is_attached(flags))
		return "--rm should only be used for attached containers";
	if (is_attached(flags) && dry_run != DRY_RUN_NONE)
		return "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)";
	*word = flag_string(flags, "image-pull-policy");
	return is_one_of(*word, policies) ? NULL : "invalid image pull policy: ";
}

static int
check_words(struct kubectl *kubectl, const struct flags *flags, enum dry_run dry_run)
{
	const char *image = flag_string(flags, "image"), *fault, *word = "";

	if (!flags->nargs || flags->dash == 0)
		return print_usage_error(kubectl->io, kubectl->command, "NAME is required for run");
	if (!*image)
		return print_failure(kubectl->io, "--image is required");
	if (!image_reference_is_sound(image))
		return print_failure(kubectl->io, "Invalid image name \"%s\": invalid reference format", image);
	fault = flags_fault(flags, dry_run, &word);
	return fault ? print_usage_error(kubectl->io, kubectl->command, "%s%s", fault, word) : 0;
}

/*
 * The pod is made first, then its Service; what is printed comes in the other order.  A pod that was refused ends it.
 */
static void
create_both(struct running *running)
{
	struct mutation *mutation = &running->mutation;
	struct request request = mutation_request(mutation, REQUEST_CREATE, running->pod.kind, mutation->kubectl->namespace);
	bool attached = mutation->dry_run == DRY_RUN_NONE && is_attached(running->flags);
	const struct object *object = NULL;

	if (flag_bool(running->flags, "save-config") && mutation->dry_run != DRY_RUN_CLIENT)
		typed_save_config(&running->pod);
	request.body = running->pod.root;
	if (mutation->dry_run != DRY_RUN_CLIENT && mutation_send(mutation, &request, "", &object))
		return;
	if (flag_bool(running->flags, "expose"))
		create_service(running);
	if (!attached && !mutation->failures.list.n)
		mutation_print(mutation, running->pod.kind, running->name, object ? object->root : running->pod.root, true,
			"created");
	object_unref((struct object *)object);
}

static int
run_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct running running = { .flags = flags };
	int status = 0;

	if (mutation_begin(&running.mutation, kubectl, flags))
		return 1;
	if (check_words(kubectl, flags, running.mutation.dry_run))
		return mutation_end(&running.mutation) | 1;
	running.name = flags->args[0];
	typed_init(&running.pod, "Pod", running.name, kubectl, flags);
	if (!fill_pod(&running)) {
		create_both(&running);
		if (running.mutation.dry_run == DRY_RUN_NONE && is_attached(flags) && !running.mutation.failures.list.n)
			status = attach(&running);
	}
	typed_release(&running.pod);
	return mutation_end(&running.mutation) | status;
}

const struct verb verb_run = {
	.name = "run",
	.aliases = "",
	.usage = "run NAME --image=image [--env=\"key=value\"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] "
		"[--command] -- [COMMAND] [args...]",
	.summary = "Run an image in a pod",
	.help = "Makes a pod with one container.  With -i or -t the command behind -- runs in it, and its output is shown.",
	.examples = "kubectl run nginx --image=nginx --port=80\n\n# Once, and away\n"
		"kubectl run tmp --rm -it --restart=Never --image=busybox -- wget -O- web",
	.flags = run_tables,
	.args = "",
	.required = "image",
	.run = run_run,
	.asks = ASKS_THE_SERVER,
};
