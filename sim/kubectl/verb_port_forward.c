/*
 * kubectl port-forward; follows k8s.io/kubectl/pkg/cmd/portforward/portforward.go and client-go's tools/portforward.  A
 * Service's port is translated to its target on one pod, and from then on only that pod is asked: no Service is on the way.
 */
#include <stdlib.h>
#include <string.h>

#include "kubectl/attachable.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"

#define FIRST_RANDOM_PORT 35517

static const struct flag port_forward_flags[] = {
	{ "address", 0, FLAG_STRINGS, "localhost", NULL, NULL, "Addresses to listen on, with commas." },
	{ "pod-running-timeout", 0, FLAG_DURATION, "1m0s", NULL, NULL, "How long to wait until a pod runs." },
	FLAGS_END,
};

static const struct flag *const port_forward_tables[] = { port_forward_flags, NULL };

struct forward {
	struct kubectl *kubectl;
	const struct object *object;
	const struct pod *pod;
	struct failures *failures;
};

static bool
number_read(const char *text, size_t len, uint16_t *port)
{
	unsigned long number = 0;

	for (size_t i = 0; i < len; i++) {
		if (!ascii_isdigit(text[i]) || number > 65535)
			return false;
		number = number * 10 + (unsigned long)(text[i] - '0');
	}
	*port = (uint16_t)number;
	return len && number <= 65535;
}

/* A container port by its name; 0. */
static uint16_t
named_port(const struct pod *pod, const char *name)
{
	for (size_t i = 0; i < pod->nports; i++)
		if (strcmp(pod->ports[i].name, name) == 0)
			return pod->ports[i].port;
	return 0;
}

/* A Service's port, by number or name, is its target on the pod. */
static bool
service_port(struct forward *f, const char *text, uint16_t *remote)
{
	const struct service *service = service_view(f->object);
	uint16_t number = 0;

	number_read(text, strlen(text), &number);
	for (size_t i = 0; i < service->nports; i++) {
		const struct service_port *port = &service->ports[i];

		if (number ? port->port != number : strcmp(port->name, text) != 0)
			continue;
		*remote = service->headless ? port->port : pod_target_port(f->pod, port);
		return true;
	}
	if (number)
		failures_add(f->failures, "Service %s does not have a service port %u", f->object->name, number);
	else
		failures_add(f->failures, "Service '%s' does not have a named port '%s'", f->object->name, text);
	return false;
}

static bool
remote_port(struct forward *f, const char *text, uint16_t *remote)
{
	if (strcmp(f->object->kind->kind, "Service") == 0)
		return service_port(f, text, remote);
	if (number_read(text, strlen(text), remote)) {
		if (!*remote)
			failures_add(f->failures, "remote port must be > 0");
		return *remote;
	}
	*remote = named_port(f->pod, text);
	if (!*remote)
		failures_add(f->failures, "Pod '%s' does not have a named port '%s'", f->pod->object->name, text);
	return *remote;
}

/* [LOCAL:]REMOTE; ":REMOTE" lets the system choose. */
static bool
forward_one(struct forward *f, const char *word)
{
	const char *colon = strchr(word, ':'), *right = colon ? colon + 1 : word;
	struct kubectl *kubectl = f->kubectl;
	uint16_t local = 0, remote, wanted;

	if (colon && colon > word && !number_read(word, (size_t)(colon - word), &local)) {
		failures_add(f->failures, "error parsing local port '%.*s': strconv.ParseUint: parsing \"%.*s\": invalid syntax",
			(int)(colon - word), word, (int)(colon - word), word);
		return false;
	}
	if (!remote_port(f, right, &remote))
		return false;
	if (!colon && number_read(word, strlen(word), &wanted))
		local = wanted;
	else if (!colon)
		local = remote;
	if (!local)
		local = FIRST_RANDOM_PORT;
	if (kubectl->forward && !kubectl->forward(kubectl, f->pod->object->namespace, f->pod->object->name, local,
		remote)) {
		sink_printf(kubectl->io->err, "Unable to listen on port %u: Listeners failed to create with the following errors: "
			"[unable to create listener: Error listen tcp4 127.0.0.1:%u: bind: address already in use unable to create "
			"listener: Error listen tcp6 [::1]:%u: bind: address already in use]\n", local, local, local);
		failures_add(f->failures, "unable to listen on any of the requested ports: [{%u %u}]", local, remote);
		return false;
	}
	sink_printf(kubectl->io->out, "Forwarding from 127.0.0.1:%u -> %u\nForwarding from [::1]:%u -> %u\n", local,
		remote, local,
		remote);
	return true;
}

static int
port_forward_run(struct kubectl *kubectl, const struct flags *flags)
{
	bool typed = flags->nargs && strchr(flags->args[0], '/');
	char pods[] = "pods", *words[2] = { pods, flags->nargs ? flags->args[0] : NULL };
	struct resources resources = RESOURCES_INIT;
	struct forward f = { kubectl, NULL, NULL, &resources.failures };
	struct str dial = STR_INIT;
	bool good = true;
	int failed;

	if (flags->nargs < 2)
		return print_usage_error(kubectl->io, kubectl->command,
		"TYPE/NAME and list of ports are required for port-forward");
	resources_find(kubectl, flags, words + typed, 2 - (size_t)typed, RESOURCES_TYPED, &resources);
	f.object = resources.list.n ? resources.list.v[0].object : NULL;
	f.pod = f.object ? attachable_pod(kubectl, f.object, &resources.failures) : NULL;
	if (f.pod && strcmp(f.pod->phase, "Running") != 0)
		failures_add(&resources.failures, "unable to forward port because pod is not running. Current status=%s", f.pod->phase);
	else if (f.pod && attachable_dial_fails(kubectl, f.pod, &dial))
		failures_add(&resources.failures, "error upgrading connection: error dialing backend: %s", dial.buf);
	for (size_t i = 1; f.pod && good && !resources.failures.list.n && i < flags->nargs; i++)
		good = forward_one(&f, flags->args[i]);
	failed = failures_print(&resources.failures, kubectl->io);
	resources_release(&resources);
	str_release(&dial);
	return failed;
}

const struct verb verb_port_forward = {
	.name = "port-forward",
	.aliases = "",
	.usage = "port-forward TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
	.summary = "Forward one or more local ports to a pod",
	.help = "Opens ports of this machine that lead to a pod's.  Of a Service or a Deployment one pod is chosen at the start.",
	.examples = "kubectl port-forward svc/web 8080:80 &\ncurl localhost:8080",
	.flags = port_forward_tables,
	.args = "pod+port",
	.run = port_forward_run,
};
