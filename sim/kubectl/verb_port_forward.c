/*
 * kubectl port-forward; follows k8s.io/kubectl/pkg/cmd/portforward/portforward.go and client-go's tools/portforward.  A
 * Service's port is translated to its target on one pod, and from then on only that pod is asked: no Service is on the way.
 */
#include <stdlib.h>
#include <string.h>

#include "kubectl/attachable.h"
#include "kubectl/ports.h"
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
	struct arena arena;
};

/* One of the line, its ports as text: the pod's is a number. */
struct forwarded {
	const char *local, *remote;
};
typedef VEC(struct forwarded) forwarded_vec;

static bool
is_number(const char *text)
{
	struct err err = ERR_INIT;
	int64_t number;
	bool is = ports_parse_number(text, &number, &err) == 0;

	err_release(&err);
	return is;
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
service_port(struct forward *f, struct forwarded *pair)
{
	const struct service *service = service_view(f->object);
	bool by_number = is_number(pair->remote), alike = strcmp(pair->local, pair->remote) == 0;

	for (size_t i = 0; i < service->nports; i++) {
		const struct service_port *port = &service->ports[i];
		const char *number = arena_printf(&f->arena, "%u", port->port);

		if (strcmp(by_number ? number : port->name, pair->remote) != 0)
			continue;
		if (!by_number && alike)
			pair->local = number;
		pair->remote = arena_printf(&f->arena, "%u", service->headless ? port->port : pod_target_port(f->pod, port));
		return true;
	}
	if (by_number)
		failures_add(f->failures, "Service %s does not have a service port %s", f->object->name, pair->remote);
	else
		failures_add(f->failures, "Service '%s' does not have a named port '%s'", f->object->name, pair->remote);
	return false;
}

static bool
pod_port(struct forward *f, struct forwarded *pair)
{
	bool alike = strcmp(pair->local, pair->remote) == 0;
	uint16_t port;

	if (!*pair->remote) {
		failures_add(f->failures, "remote port cannot be empty");
		return false;
	}
	if (is_number(pair->remote))
		return true;
	port = named_port(f->pod, pair->remote);
	if (!port) {
		failures_add(f->failures, "Pod '%s' does not have a named port '%s'", f->pod->object->name, pair->remote);
		return false;
	}
	pair->remote = arena_printf(&f->arena, "%u", port);
	if (alike)
		pair->local = pair->remote;
	return true;
}

/* [LOCAL:]REMOTE; of more parts than two the first alone counts (splitPort). */
static struct forwarded
split(struct forward *f, const char *word)
{
	size_t len = strcspn(word, ":");
	const char *first = arena_strndup(&f->arena, word, len), *rest = word[len] ? word + len + 1 : NULL;

	return (struct forwarded){ first, rest && !strchr(rest, ':') ? rest : first };
}

/* strconv.ParseUint of 16 bits; which: "local". */
static bool
port_read(struct forward *f, const char *text, const char *which, uint16_t *port)
{
	size_t len = strspn(text, "0123456789");
	bool number = len && !text[len];
	unsigned long value = number && len < 10 ? strtoul(text, NULL, 10) : 65536;

	*port = (uint16_t)value;
	if (value <= 65535)
		return true;
	failures_add(f->failures, "error parsing %s port '%s': strconv.ParseUint: parsing \"%s\": %s", which, text, text,
		number ? "value out of range" : "invalid syntax");
	return false;
}

/* Without a local port the system chooses one. */
static bool
forward_one(struct forward *f, const struct forwarded *pair)
{
	struct kubectl *kubectl = f->kubectl;
	uint16_t local, remote;

	if (!port_read(f, *pair->local ? pair->local : "0", "local", &local) || !port_read(f, pair->remote, "remote", &remote))
		return false;
	if (!remote) {
		failures_add(f->failures, "remote port must be > 0");
		return false;
	}
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

/* The words' ports as the pod has them; false after the failure. */
static bool
translate(struct forward *f, const struct flags *flags, forwarded_vec *pairs)
{
	bool service = strcmp(f->object->kind->kind, "Service") == 0;

	for (size_t i = 1; i < flags->nargs; i++) {
		struct forwarded pair = split(f, flags->args[i]);

		if (service ? !service_port(f, &pair) : !pod_port(f, &pair))
			return false;
		*vec_push(pairs) = pair;
	}
	return true;
}

static void
forward_all(struct forward *f, const struct flags *flags)
{
	forwarded_vec pairs = VEC_INIT;
	struct str dial = STR_INIT;
	bool good = translate(f, flags, &pairs);

	if (good && strcmp(f->pod->phase, "Running") != 0)
		failures_add(f->failures, "unable to forward port because pod is not running. Current status=%s", f->pod->phase);
	else if (good && attachable_dial_fails(f->kubectl, f->pod, &dial))
		failures_add(f->failures, "error upgrading connection: error dialing backend: %s", dial.buf);
	for (size_t i = 0; good && !f->failures->list.n && i < pairs.n; i++)
		good = forward_one(f, &pairs.v[i]);
	vec_release(&pairs);
	str_release(&dial);
}

static int
port_forward_run(struct kubectl *kubectl, const struct flags *flags)
{
	bool typed = flags->nargs && strchr(flags->args[0], '/');
	char pods[] = "pods", *words[2] = { pods, flags->nargs ? flags->args[0] : NULL };
	struct resources resources = RESOURCES_INIT;
	struct forward f = { .kubectl = kubectl, .failures = &resources.failures, .arena = ARENA_INIT };
	int failed;

	if (flags->nargs < 2)
		return print_usage_error(kubectl->io, kubectl->command,
		"TYPE/NAME and list of ports are required for port-forward");
	resources_find(kubectl, flags, words + typed, 2 - (size_t)typed, RESOURCES_TYPED, &resources);
	f.object = resources.list.n ? resources.list.v[0].object : NULL;
	f.pod = f.object ? attachable_pod(kubectl, f.object, &resources.failures) : NULL;
	if (f.pod)
		forward_all(&f, flags);
	failed = failures_print(&resources.failures, kubectl->io);
	resources_release(&resources);
	arena_release(&f.arena);
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
