/* kubectl in the shell: its verbs are kubectl's own; what they run in pods are the shell's commands. */
#include "kubectl/kubectl.h"

#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/vfs.h"

/* A shell without a command is where the learner is from now on. */
static bool
opens_shell(const struct io *io, int argc, const char *const *argv)
{
	static const char *const shells[] = { "sh", "bash", "ash", "/bin/sh", "/bin/bash" };
	const struct vfs_state *state = io->files == &vfs_files ? io->files_state : NULL;

	if (!state || state->input)
		return false;	/* a script comes in, or the caller is a program that ends */
	for (size_t i = 0; argc == 1 && i < sizeof shells / sizeof shells[0]; i++)
		if (strcmp(argv[0], shells[i]) == 0)
			return true;
	return argc == 0;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* struct kubectl's exec: the shell stands in the pod for one command, or until `exit`. */
static int
run_in_pod(struct kubectl *kubectl, const char *namespace, const char *pod, const char *container, int argc,
	const char *const *argv)
{
	struct shell *shell = kubectl->exec_arg;
	char *place = xasprintf("%s/%s", namespace, pod);
	VEC(const char *) words = VEC_INIT;
	int status;

	(void)container;
	shell_enter(shell, PLACE_POD, place);
	free(place);
	if (opens_shell(kubectl->io, argc, argv))
		return 0;
	*vec_push(&words) = argc ? base_name(argv[0]) : "sh";
	for (int i = 1; i < argc; i++)
		*vec_push(&words) = argv[i];
	status = command_find(words.v[0]) ? shell_command(shell, kubectl->io, (int)words.n, words.v)
		: KUBECTL_EXEC_MISSING;
	vec_release(&words);
	shell_leave(shell);
	return status;
}

/* `run --rm -it .. -- sh`: the pod may go only when the learner comes back from it. */
static int
run_without_rm(struct kubectl *kubectl, int argc, const char *const *argv)
{
	struct shell *shell = kubectl->exec_arg;
	const struct shell_place *before = shell->outer;
	VEC(const char *) words = VEC_INIT;
	int status;

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--rm") != 0 && strcmp(argv[i], "--rm=true") != 0)
			*vec_push(&words) = argv[i];
	status = kubectl_run(kubectl, (int)words.n, words.v);
	if (shell->outer != before)
		shell->remove_pod = true;
	vec_release(&words);
	return status;
}

static bool
runs_shell_and_removes(const struct io *io, int argc, const char *const *argv)
{
	bool run = false, remove = false;
	int dashes = argc;

	for (int i = 1; i < dashes; i++) {
		run |= strcmp(argv[i], "run") == 0;
		remove |= strcmp(argv[i], "--rm") == 0 || strcmp(argv[i], "--rm=true") == 0;
		if (strcmp(argv[i], "--") == 0)
			dashes = i;
	}
	return run && remove && dashes < argc && opens_shell(io, argc - dashes - 1, argv + dashes + 1);
}

static int
kubectl_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct kubectl kubectl = { .cluster = shell->cluster, .io = io, .context_namespace = &shell->context_namespace,
		.editor = shell_variable(shell, "KUBE_EDITOR"), .exec = run_in_pod, .exec_arg = shell };

	if (!kubectl.editor)
		kubectl.editor = shell_variable(shell, "EDITOR");
	if (runs_shell_and_removes(io, argc, argv))
		return run_without_rm(&kubectl, argc, argv);
	return kubectl_run(&kubectl, argc - 1, argv + 1);
}

static bool
not_in_pod(const struct shell *shell)
{
	return shell->place != PLACE_POD;
}

const struct command command_kubectl = { .name = "kubectl", .usage = "VERB ..",
	.help = "The Kubernetes client; k is short for it",
	.here = not_in_pod, .run = kubectl_main };
