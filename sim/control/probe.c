/* pkg/kubelet/prober (worker.go: doProbe) and pkg/probe: httpGet, tcpSocket, grpc and exec. */
#include "control/probe.h"

#include <string.h>

#include "control/answer.h"
#include "control/image.h"
#include "control/process.h"
#include "svcsim/str.h"

#define TRIES_MAX 100000

static const struct {
	const char *field, *name;
	int before;		/* result before enough tries */
} kinds_of_probe[] = {
	[PROBE_STARTUP] = { "startupProbe", "Startup", -1 },
	[PROBE_LIVENESS] = { "livenessProbe", "Liveness", 1 },
	[PROBE_READINESS] = { "readinessProbe", "Readiness", 0 },
};

const struct value *
probe_spec(const struct value *container, enum probe_kind kind)
{
	return value_get(container, kinds_of_probe[kind].field);
}

/* ---- one try ---- */

/* A number, or the name of one of the container's ports; 0 when it has no such port. */
static uint16_t
probe_port(const struct value *container, const struct value *port)
{
	const struct value *ports = value_get(container, "ports");
	const char *name = value_text(port);

	if (port && port->type == VALUE_INT)
		return (uint16_t)port->integer;
	for (size_t i = 0; name && i < value_count(ports); i++) {
		const char *have = value_get_text(value_at(ports, i), "name");

		if (have && strcmp(have, name) == 0)
			return (uint16_t)value_get_int(value_at(ports, i), "containerPort", 0);
	}
	return 0;
}

static uint16_t
port_in(const struct probe_run *run, const struct value *action)
{
	return probe_port(run->container, value_get(action, "port"));
}

static const char *
path_in(const struct value *action)
{
	const char *path = value_get_text(action, "path");

	return path ? path : "/";
}

static bool
http_passes(const struct probe_run *run, const struct value *action, int64_t after)
{
	int status =
		answer_status(run->server->store, pod_view(run->pod), port_in(run, action), path_in(action), after);

	return status >= 200 && status < 400;
}

static bool
tcp_passes(const struct probe_run *run, const struct value *action, int64_t after)
{
	(void)after;
	return pod_listens(run->server->store, pod_view(run->pod), PROTOCOL_TCP, port_in(run, action));
}

static bool
exec_passes(const struct probe_run *run, const struct value *action, int64_t after)
{
	return process_exec(run->server, run->pod, run->container, value_get(action, "command"), after) == 0;
}

/* ---- why it fails ---- */

static const char *
host_in(const struct probe_run *run, const struct value *action, char text[static IP_TEXT])
{
	const char *host = value_get_text(action, "host");

	return host ? host : ip_format(&pod_view(run->pod)->ip, text);
}

static void
http_message(const struct probe_run *run, const struct value *action, struct str *out)
{
	char text[IP_TEXT];
	const char *host = host_in(run, action, text), *scheme = value_get_text(action, "scheme"), *path = path_in(action);
	unsigned port = port_in(run, action);

	int status = answer_status(run->server->store, pod_view(run->pod), (uint16_t)port, path,
		run->server->clock.now - run->started);

	if (status) {
		str_addf(out, "HTTP probe failed with statuscode: %d", status);
		return;
	}
	str_addf(out, "Get \"%s://%s:%u%s%s\": ", scheme && strcmp(scheme, "HTTPS") == 0 ? "https" : "http", host, port,
		path[0] == '/' ? "" : "/", path);
	if (pod_listens(run->server->store, pod_view(run->pod), PROTOCOL_TCP, (uint16_t)port))
		str_add(out, "EOF");
	else
		str_addf(out, "dial tcp %s:%u: connect: connection refused", host, port);
}

static void
tcp_message(const struct probe_run *run, const struct value *action, struct str *out)
{
	char text[IP_TEXT];

	str_addf(out, "dial tcp %s:%u: connect: connection refused", host_in(run, action, text), port_in(run, action));
}

static void
grpc_message(const struct probe_run *run, const struct value *action, struct str *out)
{
	char text[IP_TEXT];
	long long timeout = value_get_int(probe_spec(run->container, run->kind), "timeoutSeconds", 1);

	str_addf(out, "timeout: failed to connect service \"%s:%u\" within %llds", host_in(run, action, text), port_in(run, action),
		timeout);
}

/* What the command says; of those that look at files it is known. */
static void
exec_message(const struct probe_run *run, const struct value *action, struct str *out)
{
	const struct value *command = value_get(action, "command");
	const char *first = value_text(value_at(command, 0)),
		   *last = value_text(value_at(command, value_count(command) - 1));
	const char *image = value_get_text(run->container, "image");
	const struct image *known = image_of(image ? image : "");
	bool busybox = known && (strcmp(known->name, "busybox") == 0 || strcmp(known->name, "alpine") == 0);

	if (first && strcmp(first, "cat") == 0)
		str_addf(out, busybox ? "cat: can't open '%s': No such file or directory\n" : "cat: %s: No such file or directory\n",
			last);
	else if (first && strcmp(first, "ls") == 0)
		str_addf(out, busybox ? "ls: %s: No such file or directory\n" :
			"ls: cannot access '%s': No such file or directory\n", last);
}

static const struct action {
	const char *field;
	bool (*passes)(const struct probe_run *run, const struct value *action, int64_t after);
	void (*message)(const struct probe_run *run, const struct value *action, struct str *out);
} actions[] = {
	{ "httpGet", http_passes, http_message },
	{ "tcpSocket", tcp_passes, tcp_message },
	{ "grpc", tcp_passes, grpc_message },
	{ "exec", exec_passes, exec_message },
};

static const struct action *
action_of(const struct value *spec, const struct value **value)
{
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
		if ((*value = value_get(spec, actions[i].field)))
			return &actions[i];
	return NULL;
}

void
probe_message(const struct probe_run *run, struct str *out)
{
	const struct value *value;
	const struct action *action = action_of(probe_spec(run->container, run->kind), &value);

	str_addf(out, "%s probe failed: ", kinds_of_probe[run->kind].name);
	if (action)
		action->message(run, value, out);
}

/* ---- all tries ---- */

struct tries {
	const struct probe_run *run;
	const struct value *spec, *value;
	const struct action *action;
	int64_t period;
	int64_t changes;	/* the next change of what is found, since the start; CLOCK_NEVER: none to come */
	bool passes;		/* until then */
};

static void
look(struct tries *tries, int64_t when)
{
	const struct probe_run *run = tries->run;
	int64_t after = when - run->started;

	tries->passes = !tries->action || tries->action->passes(run, tries->value, after);
	tries->changes = CLOCK_NEVER;
	if (tries->action && tries->action->passes == exec_passes)
		tries->changes = process_next_change(run->server, run->pod, run->container, after);
	else if (tries->action && tries->action->passes == http_passes)
		tries->changes = answer_next_change(pod_view(run->pod), run->container, after);
}

/* A try takes place a second after the delay, so that whatever listens does, then each period. */
static int64_t
first_try(const struct probe_run *run, const struct value *spec, int64_t period)
{
	int64_t first = run->started + (value_get_int(spec, "initialDelaySeconds", 0) + 1) * CLOCK_SECOND;

	if (first < run->from)
		first += (run->from - first + period - 1) / period * period;
	return first;
}

struct probe_result
probe_follow(const struct probe_run *run, int64_t now, int64_t failures_after)
{
	struct probe_result result = { .now = kinds_of_probe[run->kind].before, .next = CLOCK_NEVER, .failure = CLOCK_NEVER };
	struct tries tries = { .run = run, .spec = probe_spec(run->container, run->kind) };
	int64_t needed[2] = { value_get_int(tries.spec, "failureThreshold", 3), value_get_int(tries.spec, "successThreshold", 1) };
	int64_t streak = 0, when;
	bool last = false;

	tries.period = value_get_int(tries.spec, "periodSeconds", 10) * CLOCK_SECOND;
	tries.action = action_of(tries.spec, &tries.value);
	when = first_try(run, tries.spec, tries.period);
	look(&tries, when);
	for (int i = 0; i < TRIES_MAX; i++, when += tries.period) {
		bool steady;

		if (when - run->started >= tries.changes)
			look(&tries, when);
		streak = tries.passes == last ? streak + 1 : 1;
		last = tries.passes;
		result.failures += !last && when <= now;
		result.passed |= last;
		if (!last && when > failures_after && result.failure == CLOCK_NEVER)
			result.failure = when;
		if (streak >= needed[last] && result.now != last) {
			if (when > now) {
				result.next = when;
				result.then = last;
				break;
			}
			result.now = last;
			result.since = when;
		}
		steady = tries.changes == CLOCK_NEVER && result.now == last;
		if (steady && (last || when > failures_after) && when > now)
			break;
		if (steady && last)	/* nothing more will ever fail */
			break;
	}
	return result;
}
