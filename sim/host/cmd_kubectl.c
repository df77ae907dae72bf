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

/* What a runtime can start: a file in the container, so no command of a shell alone. */
static bool
is_program(const struct shell *shell, const char *name)
{
	const struct command *command = command_here(shell, name);

	return command && (!command->builtin || strcmp(command->name, "true") == 0 ||
		strcmp(command->name, "false") == 0);
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

	shell_enter_container(shell, place, container);
	free(place);
	*vec_push(&words) = argc ? argv[0] : "sh";
	for (int i = 1; i < argc; i++)
		*vec_push(&words) = argv[i];
	if (!is_program(shell, words.v[0])) {
		status = KUBECTL_EXEC_MISSING;
	} else if (opens_shell(kubectl->io, argc, argv)) {
		vec_release(&words);
		return 0;
	} else {
		struct vfs_state state, empty = { shell, NULL, NULL };
		struct io there = vfs_io(shell, kubectl->io, &state);

		if (!kubectl->reads)
			there.files_state = &empty;
		status = shell_command(shell, &there, (int)words.n, words.v);
	}
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

static bool
open_forward(struct kubectl *kubectl, const char *namespace, const char *pod, uint16_t local, uint16_t remote)
{
	return shell_forward_open(kubectl->exec_arg, namespace, pod, local, remote);
}

static const char *
read_variable(struct kubectl *kubectl, const char *name)
{
	return shell_variable(kubectl->exec_arg, name);
}

static int
kubectl_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct kubectl kubectl = { .cluster = shell->cluster, .io = io, .context_namespace = &shell->context_namespace,
		.config = &shell->kubeconfig, .kubeconfig = shell_variable(shell, "KUBECONFIG"),
		.editor = shell_variable(shell, "KUBE_EDITOR"), .exec = run_in_pod, .exec_arg = shell,
		.forward = open_forward, .variable = read_variable };
	size_t forwards = shell->forwards.n;
	int status;

	if (!kubectl.editor)
		kubectl.editor = shell_variable(shell, "EDITOR");
	if (runs_shell_and_removes(io, argc, argv))
		return run_without_rm(&kubectl, argc, argv);
	status = kubectl_run(&kubectl, argc - 1, argv + 1);
	if (shell->forwards.n > forwards && io->tty && !shell->background)
		sink_printf(io->err, "(it goes on in the background here: `jobs` shows it, `kill %%%u` ends it)\n",
		shell->processes);
	return status;
}

static bool
not_in_pod(const struct shell *shell)
{
	return shell->place != PLACE_POD;
}

const struct command command_kubectl = { .name = "kubectl", .usage = "VERB ..",
	.help = "The Kubernetes client; k is short for it",
	.here = not_in_pod, .run = kubectl_main };
