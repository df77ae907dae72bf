/* kubectl attach; follows k8s.io/kubectl/pkg/cmd/attach/attach.go.  What the main process wrote before isn't shown. */
#include <string.h>

#include "kubectl/attachable.h"
#include "kubectl/manifest.h"
#include "kubectl/resource_args.h"
#include "kubectl/session.h"
#include "kubectl/verb_list.h"

static const struct flag attach_flags[] = {
	{ "container", 'c', FLAG_STRING, "", NULL, "@container", "Which container; else the first." },
	{ "pod-running-timeout", 0, FLAG_DURATION, "1m0s", NULL, NULL, "How long to wait until a pod runs." },
	{ "quiet", 'q', FLAG_BOOL, "false", "true", NULL, "Print only what the process prints." },
	{ "stdin", 'i', FLAG_BOOL, "false", "true", NULL, "Pass standard input to the container." },
	{ "tty", 't', FLAG_BOOL, "false", "true", NULL, "Standard input is a terminal." },
	FLAGS_END,
};

static const struct flag *const attach_tables[] = { attach_flags, NULL };

static bool
flag_of(const struct pod *pod, const char *container, const char *name)
{
	const struct value *list = value_path(pod->object->root, "spec.containers");

	for (size_t i = 0; i < value_count(list); i++)
		if (strcmp(value_get_text(value_at(list, i), "name"), container) == 0)
			return value_get_bool(value_at(list, i), name, false);
	return false;
}

static int
attach_to(struct kubectl *kubectl, const struct flags *flags, const struct pod *pod, struct failures *failures)
{
	bool quiet = flag_bool(flags, "quiet"), reads = flag_bool(flags, "stdin"), tty = flag_bool(flags, "tty");
	const char *container = attachable_container(kubectl, pod, flag_string(flags, "container"), quiet, failures);
	struct session_place place;
	int status;

	if (!container)
		return 1;
	if (strcmp(pod->phase, "Succeeded") == 0 || strcmp(pod->phase, "Failed") == 0) {
		failures_add(failures, "cannot attach a container in a completed pod; current phase is %s", pod->phase);
		return 1;
	}
	if (strcmp(pod->phase, "Running") != 0) {
		failures_add(failures, "unable to upgrade connection: container %s not found in pod %s_%s", container,
			pod->object->name, pod->object->namespace);
		return 1;
	}
	if (attachable_refuses(kubectl, pod, failures))
		return 1;
	if (tty && !flag_of(pod, container, "tty"))
		sink_printf(kubectl->io->err, "error: Unable to use a TTY - container %s did not allocate one\n",
		container);
	if (!quiet)
		sink_put(kubectl->io->err, "If you don't see a command prompt, try pressing enter.\n");
	if (!kubectl->exec || !reads || !flag_of(pod, container, "stdin"))
		return 0;
	kubectl->reads = true;
	kubectl->session = (struct kubectl_session){ .is_main = true, .quiet = quiet, .tty = tty };
	place = (struct session_place){ pod->object->namespace, pod->object->name, container };
	status = kubectl->exec(kubectl, place.namespace, place.pod, container, 0, NULL);
	return status == KUBECTL_EXEC_OPENED ? 0 : session_end(kubectl, &place, "sh", status);
}

static int
refuse_words(struct kubectl *kubectl, const struct flags *flags)
{
	struct str words = STR_INIT;

	for (size_t i = 0; i < flags->nargs; i++)
		str_addf(&words, "%s%s", i ? " " : "", flags->args[i]);
	print_failure(kubectl->io, "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw %zu: [%s]", flags->nargs,
		words.buf);
	str_release(&words);
	return 1;
}

static int
attach_run(struct kubectl *kubectl, const struct flags *flags)
{
	bool typed = flags->nargs && strchr(flags->args[0], '/');
	char pods[] = "pods", *words[2] = { pods, flags->nargs ? flags->args[0] : NULL };
	struct resources resources = RESOURCES_INIT;
	const struct pod *pod;
	int status = 0, failed;

	if (!flags->nargs)
		return print_failure(kubectl->io, "at least 1 argument is required for attach");
	if (flags->nargs > 2)
		return refuse_words(kubectl, flags);
	resources_find(kubectl, flags, words + typed, 2 - (size_t)typed, RESOURCES_TYPED, &resources);
	pod = resources.list.n ? attachable_pod(kubectl, resources.list.v[0].object, &resources.failures) : NULL;
	if (pod)
		status = attach_to(kubectl, flags, pod, &resources.failures);
	failed = failures_print(&resources.failures, kubectl->io);
	resources_release(&resources);
	return failed ? failed : status;
}

const struct verb verb_attach = {
	.name = "attach",
	.aliases = "",
	.usage = "attach (POD | TYPE/NAME) -c CONTAINER",
	.summary = "Attach to a running container",
	.help = "Connects to the main process of a container.",
	.examples = "kubectl attach client -it",
	.flags = attach_tables,
	.args = "pod",
	.run = attach_run,
};
