/*
 * kubectl exec; follows k8s.io/kubectl/pkg/cmd/exec/exec.go and pkg/polymorphichelpers/attachablepodforobject.go.  What
 * runs in the pod is the caller's (struct kubectl's exec).
 */
#include <string.h>

#include "kubectl/attachable.h"
#include "kubectl/manifest.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"

static const struct flag exec_flags[] = {
	{ "container", 'c', FLAG_STRING, "", NULL, "@container", "Which container; else the first." },
	{ "pod-running-timeout", 0, FLAG_DURATION, "1m0s", NULL, NULL, "How long to wait until a pod runs." },
	{ "quiet", 'q', FLAG_BOOL, "false", "true", NULL, "Print only what the command prints." },
	{ "stdin", 'i', FLAG_BOOL, "false", "true", NULL, "Pass standard input to the container." },
	{ "tty", 't', FLAG_BOOL, "false", "true", NULL, "Standard input is a terminal." },
	FLAGS_END,
};

static const struct flag *const exec_tables[] = { exec_flags, filename_flags, NULL };

/* Says why when the pod cannot run anything now. */
static bool
runs(const struct pod *pod, const char *container, struct failures *failures)
{
	struct status status = STATUS_INIT;

	if (strcmp(pod->phase, "Succeeded") == 0 || strcmp(pod->phase, "Failed") == 0) {
		failures_add(failures, "cannot exec into a container in a completed pod; current phase is %s", pod->phase);
		return false;
	}
	if (!pod->node[0]) {
		(void)status_set(&status, STATUS_BAD_REQUEST, "pod %s does not have a host assigned", pod->object->name);
		failures_add_status(failures, &status, "");
		return false;
	}
	if (strcmp(pod->phase, "Running") != 0) {
		failures_add(failures, "unable to upgrade connection: container not found (\"%s\")", container);
		return false;
	}
	return true;
}

/* The server, not kubectl, looks whether the pod has the container that -c names. */
static const char *
container_of(struct kubectl *kubectl, const struct flags *flags, const struct pod *pod, struct failures *failures)
{
	const char *wanted = flag_string(flags, "container");
	struct failures refused = FAILURES_INIT;
	const char *container = attachable_container(kubectl, pod, wanted, flag_bool(flags, "quiet"), &refused);
	struct status status = STATUS_INIT;

	if (!container) {
		(void)status_set(&status, STATUS_BAD_REQUEST, "container %s is not valid for pod %s", wanted, pod->object->name);
		failures_add_status(failures, &status, "");
	}
	failures_release(&refused);
	return container;
}

static int
exec_in(struct kubectl *kubectl, const struct flags *flags, const struct pod *pod, size_t first, struct failures *failures)
{
	const char *container = container_of(kubectl, flags, pod, failures);
	int status;

	if (!container || !runs(pod, container, failures) || attachable_refuses(kubectl, pod, failures))
		return 1;
	if (!kubectl->exec) {
		failures_add(failures, "there is no shell in this pod");
		return 1;
	}
	kubectl->reads = flag_bool(flags, "stdin");
	status = kubectl->exec(kubectl, pod->object->namespace, pod->object->name, container, (int)(flags->nargs - first),
		(const char *const *)flags->args + first);
	if (status == KUBECTL_EXEC_OPENED)
		return 0;
	if (status == KUBECTL_EXEC_MISSING) {
		failures_add(failures, "Internal error occurred: Internal error occurred: error executing command in container: "
			"failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to "
			"start container process: exec: \"%s\": executable file not found in $PATH: unknown",
			flags->args[first]);
		return 1;
	}
	if (status)
		sink_printf(kubectl->io->err, "command terminated with exit code %d\n", status);
	return status;
}

static int
exec_run(struct kubectl *kubectl, const struct flags *flags)
{
	bool from_file = manifests_given(flags);
	size_t first = from_file ? 0 : 1;
	char pods[] = "pods", *words[2] = { pods, flags->nargs ? flags->args[0] : NULL };
	bool typed = flags->nargs && strchr(flags->args[0], '/');
	struct resources resources = RESOURCES_INIT;
	const struct pod *pod;
	int status = 0, failed;

	if (!from_file && (!flags->nargs || flags->dash == 0))
		return print_failure(kubectl->io, "pod, type/name or --filename must be specified");
	if (flags->nargs > first && flags->dash == SIZE_MAX)
		return print_usage_error(kubectl->io, kubectl->command,
			"exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead");
	if (flags->nargs <= first)
		return print_failure(kubectl->io, "you must specify at least one command for the container");
	resources_find(kubectl, flags, words + typed, from_file ? 0 : 2 - (size_t)typed, RESOURCES_TYPED, &resources);
	pod = resources.list.n ? attachable_pod(kubectl, resources.list.v[0].object, &resources.failures) : NULL;
	if (pod)
		status = exec_in(kubectl, flags, pod, first, &resources.failures);
	failed = failures_print(&resources.failures, kubectl->io);
	resources_release(&resources);
	return failed ? failed : status;
}

const struct verb verb_exec = {
	.name = "exec",
	.aliases = "",
	.usage = "exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
	.summary = "Run a command in a container",
	.help = "Runs a command in a container of a running pod, or of the first pod of a Deployment, a Service and so on.",
	.examples = "kubectl exec client -- curl -s web\n\n# A shell in a pod\nkubectl exec -it client -- sh\n\n"
		"# In the first pod of a Deployment\nkubectl exec deploy/web -- hostname",
	.flags = exec_tables,
	.args = "pod",
	.run = exec_run,
};
