#include "kubectl/session.h"

#include <string.h>

#include "control/container.h"

static const struct object *
pod_of(const struct kubectl *kubectl, const struct session_place *place)
{
	return store_get(kubectl->cluster->server.store, kind_by_kind("Pod"), place->namespace, place->pod);
}

static const char *
restart_policy(const struct object *pod)
{
	const char *policy = value_text(value_path(pod->root, "spec.restartPolicy"));

	return policy ? policy : "";
}

static void
remove_object(struct kubectl *kubectl, const char *kind, const struct session_place *place)
{
	struct request request = REQUEST_INIT;
	struct status status = STATUS_INIT;

	request.verb = REQUEST_DELETE;
	request.kind = kind_by_kind(kind);
	request.namespace = place->namespace;
	request.name = place->pod;
	if (!server_do(&kubectl->cluster->server, &request, NULL, &status) && !kubectl->session.quiet)
		sink_printf(kubectl->io->out, "%s \"%s\" deleted\n", request.kind->singular, place->pod);
	status_release(&status);
}

/* How a pod that isn't restarted has ended; the exit code. */
static int
describe_end(const struct object *pod, struct str *out)
{
	const struct value *ended = value_path(value_at(value_path(pod->root, "status.containerStatuses"), 0), "state.terminated");
	const char *message = value_get_text(ended, "message"), *reason = value_get_text(ended, "reason");
	int status = (int)value_get_int(ended, "exitCode", 0);

	if (strcmp(restart_policy(pod), "Never") != 0 || !status)
		return 0;
	str_addf(out, "pod %s/%s terminated (%s)\n", pod->namespace, pod->name, reason ? reason : "");
	if (message)
		str_addf(out, "%s\n", message);
	return status;
}

int
session_close(struct kubectl *kubectl, const struct session_place *place)
{
	const struct object *pod = pod_of(kubectl, place);
	struct str text = STR_INIT;
	int status = pod && kubectl->session.is_run ? describe_end(pod, &text) : 0;

	if (kubectl->session.removes_pod)
		remove_object(kubectl, "Pod", place);
	if (kubectl->session.removes_service)
		remove_object(kubectl, "Service", place);
	if (kubectl->session.removes_pod)
		cluster_settle(kubectl->cluster);	/* it is gone before somebody can type its name again */
	sink_put(kubectl->io->err, text.buf);
	str_release(&text);
	return status;
}

static bool
is_ephemeral(const struct object *pod, const char *name)
{
	const struct value *list = value_path(pod->root, "spec.ephemeralContainers");

	for (size_t i = 0; i < value_count(list); i++)
		if (strcmp(value_get_text(value_at(list, i), "name"), name) == 0)
			return true;
	return false;
}

int
session_end(struct kubectl *kubectl, const struct session_place *place, const char *command, int status)
{
	const struct object *pod = pod_of(kubectl, place);
	struct arena arena = ARENA_INIT;

	if (!pod)
		return session_close(kubectl, place);
	control_end_process(&kubectl->cluster->server, pod, place->container, status,
		status == KUBECTL_EXEC_MISSING ? container_start_error(&arena, command) : NULL);
	arena_release(&arena);
	pod = pod_of(kubectl, place);
	if (kubectl->session.tty && !kubectl->session.quiet && strcmp(restart_policy(pod), "Always") == 0)
		sink_printf(kubectl->io->out, is_ephemeral(pod, place->container) ?
			"Session ended, the ephemeral container will not be restarted but may be reattached using "
			"'kubectl attach %s -c %s -i -t' if it is still running\n" :
			"Session ended, resume using 'kubectl attach %s -c %s -i -t' command when the pod is running\n", place->pod,
			place->container);
	cluster_leave(kubectl->cluster);
	return session_close(kubectl, place);
}
