/*
 * kubectl in the shell.  `exec` is taken here, since what runs in the pod is one of the shell's own commands; kubectl's
 * part of it, the words before them, is read as kubectl reads them.
 */
#include "kubectl/kubectl.h"

#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/vfs.h"
#include "svcsim/flag.h"

static const struct flag exec_flags[] = {
	{ .name = "stdin", .letter = 'i', .type = FLAG_BOOL, .help = "Pass the input on" },
	{ .name = "tty", .letter = 't', .type = FLAG_BOOL, .help = "The input is a terminal" },
	{ .name = "quiet", .letter = 'q', .type = FLAG_BOOL, .help = "Only what the command prints" },
	{ .name = "container", .letter = 'c', .type = FLAG_STRING, .complete = "@container",
		.help = "Which container" },
	{ .name = NULL },
};
static const struct flag *const exec_tables[] = { exec_flags, kubectl_global_flags, NULL };

/* Where `exec` stands among the words: behind global flags and their values; 0 when it is another verb. */
static int
exec_position(int argc, const char *const *argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "exec") == 0)
			return i;
		if (argv[i][0] != '-')
			return 0;
		if (strcmp(argv[i], "-n") == 0 || strcmp(argv[i], "--namespace") == 0)
			i++;
	}
	return 0;
}

/* A word for a pod: "NAME", "pod/NAME", or "deploy/NAME" for its first pod. */
static const struct pod *
exec_pod(const struct shell *shell, const char *namespace, const char *word, struct err *err)
{
	const struct store *store = shell->cluster->server.store;
	const char *slash = strchr(word, '/');
	char *kind_word = slash ? xstrndup(word, (size_t)(slash - word)) : xstrdup("pods");
	const struct kind *kind = kind_by_name(kind_word);
	const struct object *object;
	const struct value *selector;
	size_t n;
	const struct object *const *pods;
	char resource[96];

	if (!kind) {
		err_set(err, ERR_FAILED, "error: the server doesn't have a resource type \"%s\"", kind_word);
		free(kind_word);
		return NULL;
	}
	free(kind_word);
	object = store_get(store, kind, namespace, slash ? slash + 1 : word);
	if (!object) {
		err_set(err, ERR_FAILED, "Error from server (NotFound): %s \"%s\" not found",
			kind_resource(kind, resource), slash ? slash + 1 : word);
		return NULL;
	}
	if (strcmp(kind->kind, "Pod") == 0)
		return pod_view(object);
	selector = value_path(object->root, "spec.selector");
	pods = store_list(store, kind_by_kind("Pod"), namespace, &n);
	for (size_t i = 0; selector && i < n; i++) {
		const struct value *labels = value_get(object_meta(pods[i]), "labels");

		if (strcmp(kind->kind, "Service") == 0 ? selector_matches_map(selector, labels)
			: selector_matches(selector, labels))
			return pod_view(pods[i]);
	}
	err_set(err, ERR_FAILED, "error: cannot exec into %s: no pod of it is there", object->name);
	return NULL;
}

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
	if (command_find(words.v[0])) {
		status = shell_command(shell, kubectl->io, (int)words.n, words.v);
	} else {
		sink_printf(kubectl->io->err, "error: Internal error occurred: Internal error occurred: error "
			"executing command in container: failed to exec in container: failed to start exec: OCI runtime "
			"exec failed: exec failed: unable to start container process: exec: \"%s\": executable file not "
			"found in $PATH: unknown\n", argv[0]);
		status = 1;
	}
	vec_release(&words);
	shell_leave(shell);
	return status;
}

static int
exec_run(struct kubectl *kubectl, const struct flags *flags, struct err *err)
{
	const struct shell *shell = kubectl->exec_arg;
	int status;

	const char *namespace = flag_given(flags, "namespace") ? flag_string(flags, "namespace")
		: shell->context_namespace ? shell->context_namespace : "default";
	size_t first = flags->dash == SIZE_MAX || flags->dash == 0 ? 1 : flags->dash;
	const struct pod *pod;

	if (flags->nargs == 0)
		return err_set(err, ERR_FAILED, "error: pod, type/name or --filename must be specified");
	if (flags->nargs <= first)
		return err_set(err, ERR_FAILED, "error: you must specify at least one command for the container");
	if (flags->dash == SIZE_MAX)
		sink_put(kubectl->io->err, "kubectl exec [POD] [COMMAND] is DEPRECATED and will be removed in a future "
			"version. Use kubectl exec [POD] -- [COMMAND] instead.\n");
	pod = exec_pod(shell, namespace, flags->args[0], err);
	if (!pod)
		return -1;
	if (strcmp(pod->phase, "Succeeded") == 0 || strcmp(pod->phase, "Failed") == 0)
		return err_set(err, ERR_FAILED, "error: cannot exec into a container in a completed pod; current phase "
			"is %s", pod->phase);
	if (strcmp(pod->phase, "Running") != 0)
		return err_set(err, ERR_FAILED, "error: unable to upgrade connection: container not found (\"%s\")",
			pod->nports ? pod->ports[0].container : pod->object->name);
	status = run_in_pod(kubectl, pod->object->namespace, pod->object->name, "", (int)(flags->nargs - first),
		(const char *const *)flags->args + first);
	if (status && command_find(base_name(flags->args[first])))
		sink_printf(kubectl->io->err, "command terminated with exit code %d\n", status);
	return status;
}

static int
exec_main(struct kubectl *kubectl, int argc, const char *const *argv)
{
	struct err err = ERR_INIT;
	struct flags flags;
	int status = 1;

	if (flags_parse(&flags, exec_tables, argc, argv, &err)) {
		sink_printf(kubectl->io->err, "error: %s\nSee 'kubectl exec --help' for usage.\n", err.text);
	} else {
		status = exec_run(kubectl, &flags, &err);
		flags_release(&flags);
	}
	if (status < 0) {
		sink_printf(kubectl->io->err, "%s\n", err.text);
		status = 1;
	}
	err_release(&err);
	return status;
}

/* The words up to the command of `exec`: what follows is the command's, flags of its own included. */
static int
exec_words(struct kubectl *kubectl, int argc, const char *const *argv, int at)
{
	VEC(const char *) words = VEC_INIT;
	int status;

	for (int i = 1; i < argc; i++)
		if (i != at)
			*vec_push(&words) = argv[i];
	status = exec_main(kubectl, (int)words.n, words.v);
	vec_release(&words);
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
	int at = exec_position(argc, argv);

	if (at && !(argc > at + 1 && (strcmp(argv[at + 1], "--help") == 0 || strcmp(argv[at + 1], "-h") == 0)))
		return exec_words(&kubectl, argc, argv, at);
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
