/* systemctl as systemd 255 prints it. */
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/journal.h"
#include "host/node_host.h"
#include "host/unit.h"

#define STATUS_LINES 10	/* of the journal, behind a unit's status */

/* "Mon 2026-11-23 04:12:56 UTC" */
static void
add_time(int64_t when, struct str *out)
{
	char iso[CLOCK_TEXT], http[CLOCK_TEXT];

	clock_format(when, iso);
	clock_format_http(when, http);
	str_addf(out, "%.3s %.10s %.8s UTC", http, iso, iso + 11);
}

/* systemd's format_timestamp_relative: "5s", "2min 3s", "7min", "1h 2min", "9h", "1 day 4h", "3 days". */
static void
add_age(int64_t age, struct str *out)
{
	long long seconds = age / CLOCK_SECOND, minutes = seconds / 60, hours = minutes / 60, days = hours / 24;

	if (hours >= 48)
		str_addf(out, "%lld days", days);
	else if (hours >= 25)
		str_addf(out, "1 day %lldh", hours - 24);
	else if (hours >= 6)
		str_addf(out, "%lldh", hours);
	else if (hours)
		str_addf(out, "%lldh %lldmin", hours, minutes % 60);
	else if (minutes >= 5)
		str_addf(out, "%lldmin", minutes);
	else if (minutes)
		str_addf(out, "%lldmin %llds", minutes, seconds % 60);
	else
		str_addf(out, "%llds", seconds);
}

/* What its process used; it comes to an end where it was stopped. */
static void
add_process(const struct unit *unit, const struct unit_state *state, struct str *out)
{
	if (!state->runs) {
		str_addf(out, "    Process: %u ExecStart=%s (code=exited, status=0/SUCCESS)\n   Main PID: %u (code=exited, status=0/SUCCESS)\n"
			"        CPU: 4.310s\n", state->pid, unit->command, state->pid);
		return;
	}
	str_addf(out, "   Main PID: %u (%s)\n      Tasks: 11 (limit: 2309)\n     Memory: 34.5M (peak: 38.2M)\n        CPU: 4.310s\n"
		"     CGroup: /system.slice/%s.service\n             \u2514\u2500%u %s\n", state->pid,
		strcmp(unit->name, "ssh") == 0 ? "sshd" : unit->name, unit->name, state->pid, unit->process);
}

static int
unit_status(struct shell *shell, struct io *io, const struct world_node *node, const struct unit *unit)
{
	const struct unit_state state = unit_state(node, unit);
	const char *enabled = state.enabled ? "enabled" : "disabled";
	int64_t now = shell->cluster->server.clock.now;
	struct str out = STR_INIT;

	str_addf(&out, "%s %s.service - %s\n     Loaded: loaded (/usr/lib/systemd/system/%s.service; %s; preset: enabled)\n",
		state.runs ? "\u25cf" : "\u25cb", unit->name, unit->description, unit->name, enabled);
	if (strcmp(unit->name, "kubelet") == 0)
		str_add(&out, "    Drop-In: /usr/lib/systemd/system/kubelet.service.d\n             \u2514\u250010-kubeadm.conf\n");
	str_addf(&out, "     Active: %s since ", state.runs ? "active (running)" : "inactive (dead)");
	add_time(state.since, &out);
	str_add(&out, "; ");
	add_age(now - state.since, &out);
	str_add(&out, " ago\n");
	if (!state.runs) {
		str_add(&out, "   Duration: ");
		add_age(state.since - state.began, &out);
		str_addch(&out, '\n');
	}
	str_addf(&out, "       Docs: %s\n", unit->docs);
	add_process(unit, &state, &out);
	str_addch(&out, '\n');
	journal_write(shell, node, unit, STATUS_LINES, false, &out);
	sink_write(io->out, out.buf, out.len);
	str_release(&out);
	return state.runs ? 0 : 3;
}

static int
unit_missing(struct io *io, const char *verb, const char *name)
{
	const char *end = str_ends(name, ".service") ? "" : ".service";

	if (strcmp(verb, "status") == 0) {
		sink_printf(io->err, "Unit %s%s could not be found.\n", name, end);
		return 4;
	}
	if (strcmp(verb, "is-active") == 0 || strcmp(verb, "is-enabled") == 0) {
		sink_put(io->out, strcmp(verb, "is-active") == 0 ? "inactive\n" : "not-found\n");
		return 4;
	}
	if (strcmp(verb, "is-failed") == 0) {
		sink_put(io->out, "inactive\n");
		return 1;
	}
	if (strcmp(verb, "enable") == 0 || strcmp(verb, "disable") == 0) {
		sink_printf(io->err, "Failed to %s unit: Unit file %s%s does not exist.\n", verb, name, end);
		return 1;
	}
	sink_printf(io->err, "Failed to %s %s%s: Unit %s%s not found.\n", verb, name, end, name, end);
	return 5;
}

/* ---- verbs ---- */

struct call {
	struct shell *shell;
	struct io *io;
	const struct world_node *node;
	const struct unit *unit;
	bool now;		/* --now */
};

/* What can't be done here is said, and not pretended. */
static int
refuse_stop(const struct call *call)
{
	sink_printf(call->io->err, "systemctl: this simulator runs no node without %s; kubelet and kube-proxy can be stopped\n",
		call->unit->name);
	return 1;
}

static int
do_status(const struct call *call)
{
	return unit_status(call->shell, call->io, call->node, call->unit);
}

static int
do_is_active(const struct call *call)
{
	bool runs = unit_state(call->node, call->unit).runs;

	sink_put(call->io->out, runs ? "active\n" : "inactive\n");
	return runs ? 0 : 3;
}

static int
do_is_enabled(const struct call *call)
{
	bool enabled = unit_state(call->node, call->unit).enabled;

	sink_put(call->io->out, enabled ? "enabled\n" : "disabled\n");
	return enabled ? 0 : 1;
}

static int
do_is_failed(const struct call *call)
{
	sink_put(call->io->out, unit_state(call->node, call->unit).runs ? "active\n" : "inactive\n");
	return 1;
}

static int
do_start(const struct call *call)
{
	if (!unit_state(call->node, call->unit).runs)
		unit_run(call->shell, call->unit, true);
	return 0;
}

static int
do_stop(const struct call *call)
{
	if (!call->unit->stops)
		return refuse_stop(call);
	if (unit_state(call->node, call->unit).runs)
		unit_run(call->shell, call->unit, false);
	return 0;
}

/* Nobody misses it in between, so nothing but its process is another one. */
static int
do_restart(const struct call *call)
{
	if (!unit_state(call->node, call->unit).runs)
		return do_start(call);
	unit_restart(call->shell, call->unit);
	return 0;
}

static int
do_try_restart(const struct call *call)
{
	return unit_state(call->node, call->unit).runs ? do_restart(call) : 0;
}

static int
do_enable(const struct call *call)
{
	if (!unit_state(call->node, call->unit).enabled) {
		sink_printf(call->io->err, "Created symlink /etc/systemd/system/multi-user.target.wants/%s.service \u2192 "
			"/usr/lib/systemd/system/%s.service.\n", call->unit->name, call->unit->name);
		unit_enable(call->shell, call->unit, true);
	}
	if (call->now) {
		struct call again = *call;

		again.node = node_here(call->shell);
		return do_start(&again);
	}
	return 0;
}

static int
do_disable(const struct call *call)
{
	if (unit_state(call->node, call->unit).enabled) {
		sink_printf(call->io->err, "Removed \"/etc/systemd/system/multi-user.target.wants/%s.service\".\n", call->unit->name);
		unit_enable(call->shell, call->unit, false);
	}
	if (call->now) {
		struct call again = *call;

		again.node = node_here(call->shell);
		return do_stop(&again);
	}
	return 0;
}

static int
do_cat(const struct call *call)
{
	sink_printf(call->io->out, "# /usr/lib/systemd/system/%s.service\n[Unit]\nDescription=%s\nDocumentation=%s\n\n[Service]\nExecStart=%s\n"
		"Restart=always\n\n[Install]\nWantedBy=multi-user.target\n", call->unit->name, call->unit->description, call->unit->docs,
		call->unit->command);
	return 0;
}

static const struct action {
	const char *name;
	int (*run)(const struct call *call);
} actions[] = {
	{ "status", do_status }, { "start", do_start }, { "stop", do_stop }, { "restart", do_restart },
	{ "reload-or-restart", do_restart }, { "try-restart", do_try_restart }, { "is-active", do_is_active },
	{ "is-enabled", do_is_enabled }, { "is-failed", do_is_failed }, { "enable", do_enable }, { "disable", do_disable },
	{ "cat", do_cat },
};

static const struct action *
action_find(const char *name)
{
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	return NULL;
}

/* ---- the list ---- */

/* Units that do nothing are left out, but for --all; none has failed here. */
static int
list_units(struct io *io, const struct world_node *node, bool all, bool failed)
{
	size_t n = 0;

	sink_printf(io->out, "  %-18s LOAD   ACTIVE %sSUB     DESCRIPTION\n", "UNIT", all ? "  " : "");
	for (const struct unit *unit = units; unit->name && !failed; unit++) {
		bool runs = unit_state(node, unit).runs;
		char *name = xasprintf("%s.service", unit->name);

		if (runs || all) {
			sink_printf(io->out, "  %-18s loaded %-*s %-7s %s\n", name, all ? 8 : 6, runs ? "active" : "inactive",
				runs ? "running" : "dead", unit->description);
			n++;
		}
		free(name);
	}
	sink_printf(io->out, "\n%s%zu loaded units listed.%s\n", failed ? "" : "Legend: LOAD   \u2192 Reflects whether the unit definition was "
		"properly loaded.\n        ACTIVE \u2192 The high-level unit activation state, i.e. generalization of SUB.\n        SUB    \u2192 "
		"The low-level unit activation state, values depend on unit type.\n\n", n, failed || all ? "" :
		" Pass --all to see loaded but inactive units, too.\nTo show all installed unit files use 'systemctl list-unit-files'.");
	return 0;
}

static int
list_unit_files(struct io *io, const struct world_node *node)
{
	size_t n = 0;

	sink_printf(io->out, "%-18s %-8s PRESET\n", "UNIT FILE", "STATE");
	for (const struct unit *unit = units; unit->name; unit++, n++) {
		char *name = xasprintf("%s.service", unit->name);

		sink_printf(io->out, "%-18s %-8s enabled\n", name, unit_state(node, unit).enabled ? "enabled" : "disabled");
		free(name);
	}
	sink_printf(io->out, "\n%zu unit files listed.\n", n);
	return 0;
}

static int
without_units(struct io *io, const struct world_node *node, const char *verb, bool all, bool failed)
{
	if (!verb || strcmp(verb, "list-units") == 0)
		return list_units(io, node, all, failed);
	if (strcmp(verb, "list-unit-files") == 0)
		return list_unit_files(io, node);
	if (strcmp(verb, "daemon-reload") == 0)
		return 0;
	if (action_find(verb))
		sink_put(io->err, "Too few arguments.\n");
	else
		sink_printf(io->err, "Unknown command verb '%s'.\n", verb);
	return 1;
}

static int
systemctl_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct call call = { .shell = shell, .io = io, .node = node_here(shell) };
	const char *verb = NULL;
	bool all = false, failed = false, named = false;
	int status = 0;

	for (int i = 1; i < argc; i++) {
		call.now |= strcmp(argv[i], "--now") == 0;
		all |= strcmp(argv[i], "--all") == 0 || strcmp(argv[i], "-a") == 0;
		failed |= strcmp(argv[i], "--failed") == 0 || strcmp(argv[i], "--state=failed") == 0;
	}
	for (int i = 1; i < argc && call.node; i++) {
		if (argv[i][0] == '-' || !verb) {
			verb = argv[i][0] == '-' ? verb : argv[i];
			continue;
		}
		named = true;
		call.unit = unit_find(argv[i]);
		if (!action_find(verb))
			return without_units(io, call.node, verb, all, failed);
		status = call.unit ? action_find(verb)->run(&call) : unit_missing(io, verb, argv[i]);
		call.node = node_here(shell);	/* what was stopped made the network anew */
	}
	if (!call.node)
		return 1;
	return named ? status : without_units(io, call.node, verb, all, failed);
}

const struct command command_systemctl = { .name = "systemctl", .usage = "status|start|stop|restart|is-active UNIT",
	.help = "What the node runs: kubelet, kube-proxy, containerd", .here = on_node, .run = systemctl_main };
