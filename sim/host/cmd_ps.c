/*
 * ps as procps 4.0 prints it bare, with -ef and with aux, and as busybox does.  A container sees its own processes; a node those of
 * the system, of the control plane by its manifests, and of its containers.  Sizes are those of idle programs (control/usage.h).
 */
#include <stdlib.h>
#include <string.h>

#include "control/image.h"
#include "control/process.h"
#include "control/usage.h"
#include "host/commands.h"
#include "host/environment.h"
#include "host/node_host.h"
#include "host/place_files.h"
#include "host/programs.h"
#include "host/unit.h"
#include "host/vfs.h"

#define MANIFESTS "/etc/kubernetes/manifests/"

struct process_row {
	unsigned pid, parent;
	bool terminal;		/* of the one where ps runs */
	int64_t kibibytes;
	char *command;
};
struct listing {
	const struct shell *shell;
	VEC(struct process_row) rows;
	unsigned next;		/* process number on a node */
};

static struct process_row *
add(struct listing *listing, unsigned pid, unsigned parent, char *command)
{
	struct process_row *row = vec_push(&listing->rows);

	*row = (struct process_row){ pid, parent, false, 9216, command };
	return row;
}

static void
put_known(void *arg, const char *name, const char *value)
{
	free(map_remove(arg, name));
	map_set(arg, name, xstrdup(value));
}

static void
add_words(struct str *out, const struct value *list, const struct map *known)
{
	for (size_t i = 0; i < value_count(list); i++) {
		const char *text = value_text(value_at(list, i));

		str_add(out, out->len ? " " : "");
		environment_expand(known, text ? text : "", out);
	}
}

/* Its command and arguments, else what the image is known to start. */
static char *
command_of(const struct shell *shell, const struct pod *pod, const struct value *container)
{
	const char *reference = value_get_text(container, "image"), *slash = strrchr(reference, '/');
	const char *name = slash ? slash + 1 : reference;
	const struct image *image = image_of(reference);
	struct str text = STR_INIT;
	struct map known = MAP_INIT;
	const struct map_entry *entry;

	environment_of(shell->cluster, pod, container, put_known, &known);
	add_words(&text, value_get(container, "command"), &known);
	if (!process_has_words(container)) {	/* else they name a program of their own */
		if (strncmp(name, "nginx", 5) == 0)
			str_add(&text, "nginx: master process nginx -g daemon off;");
		else if (image && image->command)
			str_add(&text, image->command);
		else
			str_addn(&text, name, strcspn(name, ":@"));
	}
	add_words(&text, value_get(container, "args"), &known);
	for (size_t i = 0; (entry = map_next(&known, &i));)
		free(entry->value);
	map_release(&known);
	return str_detach(&text);
}

static void
add_container(struct listing *listing, const struct pod *pod, const struct value *container, unsigned pid, unsigned parent)
{
	struct process_row *row = add(listing, pid, parent, command_of(listing->shell, pod, container));
	bool nginx = str_starts(row->command, "nginx: master");

	row->kibibytes = usage_of_container(pod, container).memory / 1024;
	for (unsigned i = 0; nginx && i < 2; i++)	/* as its log has them */
		add(listing, pid + 28 + i, pid, xstrdup("nginx: worker process"))->kibibytes = 3072;
}

/* Those that the node runs. */
static void
add_containers(struct listing *listing, const char *node)
{
	size_t n;
	const struct object *const *pods = store_list(listing->shell->cluster->server.store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);
		const struct value *containers = value_path(pods[i]->root, "spec.containers");

		if (strcmp(pod->node, node) != 0 || strcmp(pod->phase, "Running") != 0)
			continue;
		for (size_t k = 0; k < value_count(containers); k++, listing->next += 40)
			add_container(listing, pod, value_at(containers, k), listing->next, 811);
	}
}

/* A static pod: the lines of its command in the manifest. */
static void
add_static(void *arg, const char *path, const char *text)
{
	struct listing *listing = arg;
	const char *at = str_starts(path, MANIFESTS) ? strstr(text, "- command:\n") : NULL;
	struct str command = STR_INIT;

	if (!at)
		return;
	for (at = strchr(at, '\n') + 1; strncmp(at, "    - ", 6) == 0; at = strchr(at, '\n') + 1)
		str_addf(&command, "%s%.*s", command.len ? " " : "", (int)strcspn(at + 6, "\n"), at + 6);
	add(listing, listing->next, 811, str_detach(&command))->kibibytes = 250 * 1024;
	listing->next += 40;
}

static void
add_node(struct listing *listing, const struct world_node *node)
{
	static const char *const system[] = { "ssh", "containerd", "kubelet" };	/* kube-proxy is a container's */

	add(listing, 1, 0, xstrdup("/sbin/init"));
	for (size_t i = 0; i < sizeof system / sizeof system[0]; i++) {
		const struct unit *unit = unit_find(system[i]);
		const struct unit_state state = unit_state(node, unit);

		if (state.runs)
			add(listing, state.pid, 1, xstrdup(unit->process))->kibibytes = unit->stops ? 80 * 1024 : 9216;
	}
	place_files(listing->shell, add_static, listing);
	add_containers(listing, node->name);
}

static void
gather(struct listing *listing, bool in_session)
{
	const struct value *container = place_container(listing->shell);
	const struct world_node *node = listing->shell->place == PLACE_NODE ? node_here(listing->shell) : NULL;

	if (node)
		add_node(listing, node);
	if (container)
		add_container(listing, place_pod(listing->shell), container, 1, 0);
	if (in_session)
		add(listing, SHELL_PROCESS, 0, xstrdup(container ? "sh" : "-bash"))->terminal = true;
	add(listing, SHELL_PROCESS + 1, in_session ? SHELL_PROCESS : 0, xstrdup("ps"))->terminal = true;
}

/* ---- forms ---- */

enum form { FORM_TERMINAL, FORM_FULL, FORM_USER, FORM_BUSYBOX };

static const char *const heads[] = {
	[FORM_TERMINAL] = "    PID TTY          TIME CMD\n",
	[FORM_FULL] = "UID          PID    PPID  C STIME TTY          TIME CMD\n",
	[FORM_USER] = "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n",
	[FORM_BUSYBOX] = "PID   USER     TIME  COMMAND\n",
};

/* aux, -ef and their like; without a word that means all, only the terminal's. */
static enum form
form_of(const struct shell *shell, int argc, const char *const *argv)
{
	enum form form = FORM_TERMINAL;

	if (place_is_busybox(shell, "ps"))
		return FORM_BUSYBOX;
	for (int i = 1; i < argc; i++) {
		bool dash = argv[i][0] == '-';

		if (strchr(argv[i], 'u') || (!dash && strchr(argv[i], 'a')))
			form = FORM_USER;
		else if (dash && strpbrk(argv[i], "efA"))
			form = FORM_FULL;
	}
	return form;
}

static void
print_row(struct io *io, enum form form, const struct process_row *row, const char *start)
{
	const char *terminal = row->terminal ? "pts/0" : "?", *slash = strrchr(row->command, '/');
	const char *name = slash ? slash + 1 : row->command;

	if (form == FORM_TERMINAL && row->terminal)
		sink_printf(io->out, "%7u %-8s 00:00:00 %s\n", row->pid, terminal, *name == '-' ? name + 1 : name);
	else if (form == FORM_FULL)
		sink_printf(io->out, "%-8s %7u %7u  0 %.5s %-8s 00:00:00 %s\n", "root", row->pid, row->parent, start, terminal, row->command);
	else if (form == FORM_USER)
		sink_printf(io->out, "%-8s %7u  0.0  0.%lld %6lld %5lld %-8s %-4s %.5s   0:00 %s\n", "root", row->pid,
			(long long)(row->kibibytes / 40260 % 10), (long long)row->kibibytes * 9, (long long)row->kibibytes, terminal,
			strcmp(row->command, "ps") == 0 ? "R+" : "Ss", start, row->command);
	else if (form == FORM_BUSYBOX)
		sink_printf(io->out, "%5u root      0:00 %s\n", row->pid, row->command);
}

static int
ps_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct listing listing = { .shell = shell, .next = 1500 };
	enum form form = form_of(shell, argc, argv);
	char now[CLOCK_TEXT];

	clock_format(shell->cluster->server.clock.now, now);
	gather(&listing, io->tty);
	sink_put(io->out, heads[form]);
	for (size_t i = 0; i < listing.rows.n; i++) {
		print_row(io, form, &listing.rows.v[i], now + 11);
		free(listing.rows.v[i].command);
	}
	vec_release(&listing.rows);
	return 0;
}

const struct command command_ps = { .name = "ps", .usage = "[-ef | aux]", .help = "Processes", .run = ps_main };
