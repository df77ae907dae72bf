/* pkg/kubelet/prober: httpGet, tcpSocket, grpc and exec. */
#include "control/probe.h"

#include <string.h>

#include "control/image.h"
#include "svcsim/str.h"

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

static bool
http_passes(const struct pod *pod, const struct value *container, const struct value *action)
{
	const char *path = value_get_text(action, "path");

	return pod_serves(pod, probe_port(container, value_get(action, "port")), path ? path : "/");
}

static bool
tcp_passes(const struct pod *pod, const struct value *container, const struct value *action)
{
	return pod_listens(pod, PROTOCOL_TCP, probe_port(container, value_get(action, "port")));
}

/* Commands that look for a file find it only where an image has one; the writable places of a new container are empty. */
static bool
exec_passes(const struct pod *pod, const struct value *container, const struct value *action)
{
	static const char *const look[] = { "cat", "ls", "test", "[", "stat" };
	const struct value *command = value_get(action, "command");
	const char *first = value_text(value_at(command, 0)),
		   *last = value_text(value_at(command, value_count(command) - 1));

	(void)pod;
	(void)container;
	if (!first || strcmp(first, "false") == 0)
		return false;
	for (size_t i = 0; i < sizeof look / sizeof look[0]; i++)
		if (strcmp(first, look[i]) == 0)
			return last && !str_starts(last, "/tmp/") && !str_starts(last, "/var/") &&
				!strstr(last, "nosuch");
	return true;
}

static const struct {
	const char *field;
	bool (*passes)(const struct pod *pod, const struct value *container, const struct value *action);
} actions[] = {
	{ "httpGet", http_passes },
	{ "tcpSocket", tcp_passes },
	{ "grpc", tcp_passes },
	{ "exec", exec_passes },
};

bool
probe_passes(const struct pod *pod, const struct value *container, const struct value *probe)
{
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
		const struct value *action = value_get(probe, actions[i].field);

		if (action)
			return actions[i].passes(pod, container, action);
	}
	return true;
}
