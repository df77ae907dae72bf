/* kubectl in the shell: its verbs are kubectl's own; what they run in pods are the shell's commands. */
#include "kubectl/kubectl.h"

#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/process_log.h"
#include "host/programs.h"
#include "host/run.h"
#include "host/vfs.h"
#include "kubectl/session.h"

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
	const struct value *container = place_container(shell);
	bool both = command && (strcmp(command->name, "true") == 0 || strcmp(command->name, "false") == 0);

	return command && (!command->builtin || (both && (!container || programs_has(container, command->name))));
}

/* With the caller's files, or none; what a main process writes is its log. */
static int
run_words(struct kubectl *kubectl, struct shell *shell, int argc, const char *const *argv)
{
	struct vfs_state state, empty = { shell, NULL, NULL };
	struct io there = vfs_io(shell, kubectl->io, &state);
	struct log_sink out, err;
	int status;

	if (!kubectl->reads)
		there.files_state = &empty;
	if (!kubectl->session.is_main)
		return shell_command(shell, &there, argc, argv);
	log_sink_init(&out, shell->cluster, place_pod(shell), shell->place_container, there.out);
	log_sink_init(&err, shell->cluster, place_pod(shell), shell->place_container, there.err);
	there.out = &out.sink;
	there.err = &err.sink;
	status = shell_command(shell, &there, argc, argv);
	log_sink_end(&out);
	log_sink_end(&err);
	return status;
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
		shell->dialect = place_dialect(shell, words.v[0]);
		vec_release(&words);
		shell->session = kubectl->session;
		return KUBECTL_EXEC_OPENED;
	} else {
		status = run_words(kubectl, shell, (int)words.n, words.v);
	}
	vec_release(&words);
	shell_leave(shell);
	return status;
}

int
shell_end_session(struct shell *shell, struct io *io, const struct kubectl_session *session, const char *pod,
	const char *container, int status)
{
	struct kubectl kubectl = { .cluster = shell->cluster, .io = io, .session = *session };
	const char *slash = strchr(pod, '/');
	char *namespace = xstrndup(pod, (size_t)(slash - pod));

	status = session_end(&kubectl, &(struct session_place){ namespace, slash + 1, container }, "sh", status);
	free(namespace);
	return status;
}

static bool
open_forward(struct kubectl *kubectl, const char *namespace, const char *pod, uint16_t local, uint16_t remote)
{
	return shell_forward_open(kubectl->exec_arg, namespace, pod, local, remote);
}

static void
follow_process(struct kubectl *kubectl, const struct pod *pod, const struct value *container)
{
	process_log_follow(kubectl->exec_arg, pod, container);
}

static const char *
read_variable(struct kubectl *kubectl, const char *name)
{
	return kubectl->io->variable ? kubectl->io->variable(name) : shell_variable(kubectl->exec_arg, name);
}

static int
kubectl_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct kubectl kubectl = { .cluster = shell->cluster, .io = io, .context_namespace = &shell->context_namespace,
		.config = &shell->kubeconfig, .kubeconfig = shell_variable(shell, "KUBECONFIG"),
		.editor = shell_variable(shell, "KUBE_EDITOR"), .exec = run_in_pod, .exec_arg = shell, .follow = follow_process,
		.forward = open_forward, .variable = read_variable };
	size_t forwards = shell->forwards.n;
	int status;

	if (!kubectl.editor)
		kubectl.editor = shell_variable(shell, "EDITOR");
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
