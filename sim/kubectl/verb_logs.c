/*
 * kubectl logs; follows k8s.io/kubectl/pkg/cmd/logs/logs.go, pkg/polymorphichelpers/logsforobject.go and, for what the
 * kubelet refuses, pkg/kubelet/kubelet.go (validateContainerLogStatus).  Nothing runs beside the caller, so --follow
 * ends where the log ends.
 */
#include <string.h>

#include "kubectl/attachable.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"

#define TAIL_OF_SELECTOR 10

static const struct flag logs_flags[] = {
	{ "all-containers", 0, FLAG_BOOL, "false", "true", NULL, "The logs of every container in the pod." },
	{ "all-pods", 0, FLAG_BOOL, "false", "true", NULL, "The logs of every pod of the object, each line with its source." },
	{ "container", 'c', FLAG_STRING, "", NULL, "@container", "Which container; else the first." },
	{ "follow", 'f', FLAG_BOOL, "false", "true", NULL, "Go on with what is written from now on." },
	{ "ignore-errors", 0, FLAG_BOOL, "false", "true", NULL, "Go on when one of several logs can't be read." },
	{ "insecure-skip-tls-verify-backend", 0, FLAG_BOOL, "false", "true", NULL, "Don't ask the kubelet who it is." },
	{ "limit-bytes", 0, FLAG_INT, "0", NULL, NULL, "At most this many bytes; 0 for all." },
	{ "max-log-requests", 0, FLAG_INT, "5", NULL, NULL, "At most this many logs at once when a selector is followed." },
	{ "pod-running-timeout", 0, FLAG_DURATION, "20s", NULL, NULL, "How long to wait until a pod runs." },
	{ "prefix", 0, FLAG_BOOL, "false", "true", NULL, "Each line with its pod and container." },
	{ "previous", 'p', FLAG_BOOL, "false", "true", NULL, "The log of the container's process before this one." },
	{ "selector", 'l', FLAG_STRING, "", NULL, NULL, "The pods that these labels select." },
	{ "since", 0, FLAG_DURATION, "0s", NULL, NULL, "Only lines that are newer than this, like 5s, 2m or 3h." },
	{ "since-time", 0, FLAG_STRING, "", NULL, NULL, "Only lines that are newer than this time (RFC 3339)." },
	{ "tail", 0, FLAG_INT, "-1", NULL, NULL, "Only the last lines; -1 for all, with a selector 10." },
	{ "timestamps", 0, FLAG_BOOL, "false", "true", NULL, "Each line with the time at which it was written." },
	FLAGS_END,
};

static const struct flag *const logs_tables[] = { logs_flags, NULL };

struct logs_call {
	struct kubectl *kubectl;
	const struct flags *flags;
	struct failures failures;
	bool prefix;
	int64_t tail, since;	/* since: a time in ns, 0 for none */
};

static const struct value *
status_of(const struct pod *pod, const char *container)
{
	static const char *const lists[] = { "status.containerStatuses", "status.initContainerStatuses",
		"status.ephemeralContainerStatuses" };

	for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
		const struct value *list = value_path(pod->object->root, lists[l]);

		for (size_t i = 0; i < value_count(list); i++) {
			const char *name = value_get_text(value_at(list, i), "name");

			if (name && strcmp(name, container) == 0)
				return value_at(list, i);
		}
	}
	return NULL;
}

static const struct value *
spec_of(const struct pod *pod, const char *container)
{
	static const char *const lists[] = { "spec.containers", "spec.initContainers", "spec.ephemeralContainers" };

	for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
		const struct value *list = value_path(pod->object->root, lists[l]);

		for (size_t i = 0; i < value_count(list); i++) {
			const char *name = value_get_text(value_at(list, i), "name");

			if (name && strcmp(name, container) == 0)
				return value_at(list, i);
		}
	}
	return NULL;
}

static bool
refuse(struct logs_call *call, const char *fmt, ...) PRINTF_LIKE(2, 3);

static bool
refuse(struct logs_call *call, const char *fmt, ...)
{
	struct status status = STATUS_INIT;
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	(void)status_set(&status, STATUS_BAD_REQUEST, "%s", text.buf);
	failures_add_status(&call->failures, &status, "");
	str_release(&text);
	return false;
}

/* From when to when the process ran whose log is asked for; false and the failure when there is none. */
static bool
life_of(struct logs_call *call, const struct pod *pod, const char *container, int64_t *from, int64_t *to)
{
	static const struct {
		const char *reason, *why;
	} waits[] = { { "ImagePullBackOff", "trying and failing to pull image" },
		{ "ErrImagePull", "image can't be pulled" } };
	const struct value *status = status_of(pod, container);
	const char *running = value_text(value_path(status, "state.running.startedAt"));
	const char *ended = value_text(value_path(status, "state.terminated.startedAt"));
	const char *last = value_text(value_path(status, "lastState.terminated.startedAt"));
	const char *waiting = value_text(value_path(status, "state.waiting.reason"));

	*to = CLOCK_NEVER;
	if (flag_bool(call->flags, "previous")) {
		if (running || ended)
			clock_parse(running ? running : ended, to);
		if (!last)
			return refuse(call, "previous terminated container \"%s\" in pod \"%s\" not found", container,
				pod->object->name);
		return clock_parse(last, from);
	}
	if (!pod->node[0])
		return refuse(call, "pod %s does not have a host assigned", pod->object->name);
	if (running || ended || last)
		return clock_parse(running ? running : ended ? ended : last, from);
	for (size_t i = 0; waiting && i < 2; i++)
		if (strcmp(waiting, waits[i].reason) == 0)
			return refuse(call, "container \"%s\" in pod \"%s\" is waiting to start: %s", container,
			pod->object->name,
				waits[i].why);
	return refuse(call, "container \"%s\" in pod \"%s\" is waiting to start: %s", container, pod->object->name,
		waiting ? waiting : "ContainerCreating");
}

/* The start of the last n lines. */
static const char *
tail_of(const struct str *text, int64_t n)
{
	const char *at = text->buf + text->len;

	if (n < 0)
		return text->buf;
	for (; n > 0 && at > text->buf; n--)
		for (at--; at > text->buf && at[-1] != '\n'; at--)
			continue;
	return at;
}

static void
print_lines(struct logs_call *call, const struct pod *pod, const char *container, const char *at)
{
	bool timestamps = flag_bool(call->flags, "timestamps");
	int64_t limit = flag_int(call->flags, "limit-bytes");
	struct str out = STR_INIT;

	while (*at) {
		size_t len = strcspn(at, "\n") + 1;

		if (!call->since || logs_time(at) >= call->since) {
			if (call->prefix)
				str_addf(&out, "[pod/%s/%s] ", pod->object->name, container);
			str_addn(&out, at + (timestamps ? 0 : LOG_TIME + 1), len - (timestamps ? 0 : LOG_TIME + 1));
		}
		at += len;
	}
	sink_write(call->kubectl->io->out, out.buf, limit > 0 && (size_t)limit < out.len ? (size_t)limit : out.len);
	str_release(&out);
}

/* What is asked of the kubelet, in the order in which a URL is written. */
static void
add_query(const struct logs_call *call, struct str *out)
{
	const struct flags *flags = call->flags;
	const char *time = flag_string(flags, "since-time");
	size_t start = out->len;

	if (flag_bool(flags, "follow"))
		str_add(out, "&follow=true");
	if (flag_int(flags, "limit-bytes"))
		str_addf(out, "&limitBytes=%lld", (long long)flag_int(flags, "limit-bytes"));
	if (flag_bool(flags, "previous"))
		str_add(out, "&previous=true");
	if (flag_int(flags, "since"))
		str_addf(out, "&sinceSeconds=%lld", (long long)flag_int(flags, "since"));
	str_add(out, *time ? "&sinceTime=" : "");
	for (; *time; time++)
		str_add(out, *time == ':' ? "%3A" : (char[]){ *time, '\0' });
	if (call->tail >= 0)
		str_addf(out, "&tailLines=%lld", (long long)call->tail);
	if (flag_bool(flags, "timestamps"))
		str_add(out, "&timestamps=true");
	if (out->len > start)
		out->buf[start] = '?';
}

/* The API server gets the log from the kubelet; false: it can't. */
static bool
reaches(struct logs_call *call, const struct pod *pod, const char *container)
{
	struct str dial = STR_INIT, query = STR_INIT;
	struct status status = STATUS_INIT;
	bool fails = attachable_dial_fails(call->kubectl, pod, &dial);

	if (fails) {
		const char *address = dial.buf + sizeof "dial tcp " - 1;

		add_query(call, &query);
		(void)status_set(&status, STATUS_UNKNOWN, "Get \"https://%.*s/containerLogs/%s/%s/%s%s\": %s",
			(int)(strstr(address, ": ") - address), address, pod->object->namespace, pod->object->name, container,
			query.buf, dial.buf);
		failures_add_status(&call->failures, &status, "");
	}
	str_release(&query);
	str_release(&dial);
	return !fails;
}

static void
print_log(struct logs_call *call, const struct pod *pod, const char *container)
{
	const struct value *spec = spec_of(pod, container);
	struct str text = STR_INIT;
	int64_t from, to;

	if (!spec)
		failures_add(&call->failures, "container %s is not valid for pod %s", container, pod->object->name);
	else if ((!pod->node[0] || reaches(call, pod, container)) && life_of(call, pod, container, &from, &to)) {
		if (call->kubectl->follow)
			call->kubectl->follow(call->kubectl, pod, spec);
		logs_text(&call->kubectl->cluster->logs, &call->kubectl->cluster->server.settings, pod, spec, from, to, &text);
		print_lines(call, pod, container, tail_of(&text, call->tail));
	}
	str_release(&text);
}

static void
print_pod(struct logs_call *call, const struct pod *pod)
{
	const struct value *init = value_path(pod->object->root, "spec.initContainers");
	const struct value *containers = value_path(pod->object->root, "spec.containers");
	const char *name;

	if (!flag_bool(call->flags, "all-containers")) {
		name = call->flags->nargs > 1 ? call->flags->args[1] : flag_string(call->flags, "container");
		name = *name ? name : attachable_container(call->kubectl, pod, "", false, &call->failures);
		if (name)
			print_log(call, pod, name);
		return;
	}
	for (size_t i = 0; i < value_count(init); i++)
		print_log(call, pod, value_get_text(value_at(init, i), "name"));
	for (size_t i = 0; i < value_count(containers); i++)
		print_log(call, pod, value_get_text(value_at(containers, i), "name"));
}

static void
print_object(struct logs_call *call, const struct object *object)
{
	pod_vec pods = VEC_INIT;
	bool all = flag_bool(call->flags, "all-pods");

	if (!attachable_pods(call->kubectl, object, &pods, &call->failures)) {
		vec_release(&pods);
		return;
	}
	if (!pods.n)
		failures_add(&call->failures, "timed out waiting for the condition");
	else if (pods.n > 1 && !all)
		sink_printf(call->kubectl->io->err, "Found %zu pods, using pod/%s\n", pods.n, pods.v[0]->object->name);
	for (size_t i = 0; i < (all ? pods.n : pods.n > 0); i++)
		print_pod(call, pods.v[i]);
	vec_release(&pods);
}

static int
check_words(struct kubectl *kubectl, const struct flags *flags)
{
	bool selected = *flag_string(flags, "selector");

	if (!flags->nargs && !selected)
		return print_usage_error(kubectl->io, kubectl->command,
		"expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
			"POD or TYPE/NAME is a required argument for the logs command");
	if (flags->nargs > 2)
		return print_usage_error(kubectl->io, kubectl->command,
		"expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
			"POD or TYPE/NAME is a required argument for the logs command");
	if (flags->nargs && selected)
		return print_usage_error(kubectl->io, kubectl->command,
		"only a selector (-l) or a POD name is allowed");
	if (flag_bool(flags, "all-containers") && *flag_string(flags, "container"))
		return print_failure(kubectl->io, "--all-containers=true should not be specified with container name %s",
			flag_string(flags, "container"));
	if (flag_int(flags, "limit-bytes") < 0)
		return print_failure(kubectl->io, "--limit-bytes must be greater than 0");
	if (flag_int(flags, "tail") < -1)
		return print_failure(kubectl->io, "--tail must be greater than or equal to -1");
	if (flag_given(flags, "since") && *flag_string(flags, "since-time"))
		return print_failure(kubectl->io, "at most one of `sinceTime` or `sinceSeconds` may be specified");
	return 0;
}

/* false: said. */
static bool
read_since(struct logs_call *call)
{
	const char *time = flag_string(call->flags, "since-time");

	if (*time && !clock_parse(time, &call->since)) {
		print_failure(call->kubectl->io, "parsing time \"%s\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"%s\" as \"2006\"",
			time, time);
		return false;
	}
	if (flag_int(call->flags, "since") > 0)
		call->since = call->kubectl->cluster->server.clock.now - flag_int(call->flags, "since") * CLOCK_SECOND;
	return true;
}

/* What alone was not found is told with its namespace. */
static void
name_namespace(struct logs_call *call)
{
	struct failures *failures = &call->failures;
	char *message;

	if (failures->list.n != 1 || failures->list.v[0].status.reason != STATUS_NOT_FOUND)
		return;
	message = xstrdup(failures->list.v[0].status.message);
	failures_release(failures);
	failures_add(failures, "error from server (NotFound): %s in namespace \"%s\"", message, call->kubectl->namespace);
	free(message);
}

static int
logs_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct logs_call call = { .kubectl = kubectl, .flags = flags, .prefix = flag_bool(flags, "prefix") ||
		flag_bool(flags, "all-pods"),
		.tail = flag_int(flags, "tail") };
	bool selected = *flag_string(flags, "selector"), typed = flags->nargs && strchr(flags->args[0], '/');
	char pods[] = "pods", *words[2] = { pods, flags->nargs ? flags->args[0] : NULL };
	struct resources resources = RESOURCES_INIT;
	int failed;

	if (check_words(kubectl, flags) || !read_since(&call))
		return 1;
	kubectl->after = KUBECTL_STAYS;
	if (selected && !flag_given(flags, "tail"))
		call.tail = TAIL_OF_SELECTOR;
	resources_find(kubectl, flags, words + typed, selected ? 1 : 2 - (size_t)typed,
		RESOURCES_TYPED | (selected ? RESOURCES_TYPE_IS_ALL : 0), &resources);
	failures_move(&call.failures, &resources.failures);
	name_namespace(&call);
	if (selected && !resources.list.n && !call.failures.list.n)
		print_no_resources(kubectl, true, false);
	for (size_t i = 0; i < resources.list.n; i++)
		print_object(&call, resources.list.v[i].object);
	failed = failures_print(&call.failures, kubectl->io);
	resources_release(&resources);
	return failed;
}

const struct verb verb_logs = {
	.name = "logs",
	.aliases = "",
	.usage = "logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]",
	.summary = "Print the logs for a container in a pod",
	.help = "Prints what a container wrote.  Of a Deployment, a Service and so on one pod's log is printed, unless --all-pods is given.",
	.examples = "kubectl logs web-7d4b9c6f5-abcde\n\n# Who asked the web server\nkubectl logs deploy/web --tail=5\n\n"
		"# Every pod of a Service\nkubectl logs -l app=web --prefix",
	.flags = logs_tables,
	.args = "pod+container",
	.run = logs_run,
};
