/* crictl as cri-tools v1.32 prints it: the pods and containers of a node, their images, and what they wrote. */
#include <string.h>

#include "base/hash.h"
#include "control/image.h"
#include "host/commands.h"
#include "host/node_host.h"
#include "host/process_log.h"
#include "kubectl/tabs.h"

#define COLUMNS 20, 3	/* at least so wide, so far apart */
#define ID_LENGTH 13	/* of an id, as it is shown */

struct crictl {
	struct shell *shell;
	struct io *io;
	const struct world_node *node;
	bool all, quiet;
	const char *name, *state;
	size_t tail;		/* lines of a log */
	const char *words[2];	/* behind the verb */
	size_t nwords;
	struct str table;
};

static void
short_id(const char *text, char id[static ID_LENGTH + 1])
{
	char digest[65];

	sha256_hex(text, strlen(text), digest);
	memcpy(id, digest, ID_LENGTH);
	id[ID_LENGTH] = '\0';
}

/* "3 minutes ago": go-units' HumanDuration. */
static void
add_age(struct crictl *c, const char *time)
{
	int64_t when = 0, seconds;

	if (time)
		clock_parse(time, &when);
	seconds = (c->shell->cluster->server.clock.now - when) / CLOCK_SECOND;
	if (seconds < 1)
		str_add(&c->table, "Less than a second ago");
	else if (seconds < 60)
		str_addf(&c->table, "%lld second%s ago", (long long)seconds, seconds == 1 ? "" : "s");
	else if (seconds < 120)
		str_add(&c->table, "About a minute ago");
	else if (seconds < 46 * 60)
		str_addf(&c->table, "%lld minutes ago", (long long)seconds / 60);
	else if (seconds < 5400)
		str_add(&c->table, "About an hour ago");
	else if (seconds < 48 * 3600)
		str_addf(&c->table, "%lld hours ago", (long long)(seconds + 1800) / 3600);
	else
		str_addf(&c->table, "%lld days ago", (long long)seconds / 86400);
}

/* ---- containers ---- */

struct found {
	const struct pod *pod;
	const struct value *status, *ended;	/* ended: its state, or its last one, that is over; NULL */
	char id[65];
	long long attempt;
};

typedef void each_container(struct crictl *c, const struct found *found, void *arg);

static void
found_container(struct crictl *c, const struct pod *pod, const struct value *status, const struct value *state, bool last,
	each_container *act, void *arg)
{
	const char *id = value_get_text(status, "containerID"), *slashes;
	const struct value *ended = value_get(state, "terminated");
	struct found found = { .pod = pod, .status = status, .ended = ended };

	if (ended && value_get_text(ended, "containerID"))
		id = value_get_text(ended, "containerID");
	slashes = id ? strstr(id, "//") : NULL;
	if (!slashes || (!ended && !value_get(state, "running")))
		return;
	strncpy(found.id, slashes + 2, sizeof found.id - 1);
	found.attempt = (long long)value_get_int(status, "restartCount", 0) - last;
	act(c, &found, arg);
}

/* Those that are there, and of each that was restarted the one before. */
static void
each(struct crictl *c, each_container *act, void *arg)
{
	static const char *const lists[] = { "containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses" };
	size_t n;
	const struct object *const *pods = store_list(c->shell->cluster->server.store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);

		for (size_t l = 0; l < 3 && strcmp(pod->node, c->node->name) == 0; l++) {
			const struct value *statuses = value_get(value_get(pods[i]->root, "status"), lists[l]);

			for (size_t k = 0; k < value_count(statuses); k++) {
				const struct value *status = value_at(statuses, k), *state = value_get(status, "state");

				found_container(c, pod, status, state, false, act, arg);
				found_container(c, pod, status, value_get(status, "lastState"), !value_get(state, "waiting"), act, arg);
			}
		}
	}
}

static const char *
pod_uid(const struct pod *pod)
{
	const char *uid = value_text(value_path(pod->object->root, "metadata.uid"));

	return uid ? uid : pod->object->name;
}

static void
list_container(struct crictl *c, const struct found *found, void *arg)
{
	const char *name = value_get_text(found->status, "name"), *image = value_get_text(found->status, "image");
	const char *state = found->ended ? "Exited" : "Running";
	char image_id[ID_LENGTH + 1], pod_id[ID_LENGTH + 1];

	(void)arg;
	if ((found->ended && !c->all && !c->state) || (c->name && !strstr(name, c->name)) ||
		(c->state && ascii_casecmp(c->state, state) != 0))
		return;
	if (c->quiet) {
		str_addf(&c->table, "%s\n", found->id);
		return;
	}
	short_id(image ? image : "", image_id);
	short_id(pod_uid(found->pod), pod_id);
	str_addf(&c->table, "%.*s\t%s\t", ID_LENGTH, found->id, image_id);
	add_age(c, found->ended ? value_get_text(found->ended, "startedAt") : value_text(value_path(found->status, "state.running.startedAt")));
	str_addf(&c->table, "\t%s\t%s\t%lld\t%s\t%s\t%s\n", state, name, found->attempt, pod_id, found->pod->object->name,
		found->pod->object->namespace);
}

static int
do_ps(struct crictl *c)
{
	if (!c->quiet)
		str_add(&c->table, "CONTAINER\tIMAGE\tCREATED\tSTATE\tNAME\tATTEMPT\tPOD ID\tPOD\tNAMESPACE\n");
	each(c, list_container, NULL);
	return 0;
}

/* ---- pods ---- */

static int
do_pods(struct crictl *c)
{
	size_t n;
	const struct object *const *pods = store_list(c->shell->cluster->server.store, kind_by_kind("Pod"), NULL, &n);

	if (!c->quiet)
		str_add(&c->table, "POD ID\tCREATED\tSTATE\tNAME\tNAMESPACE\tATTEMPT\tRUNTIME\n");
	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);
		char id[ID_LENGTH + 1];

		if (strcmp(pod->node, c->node->name) != 0 || (c->name && !strstr(pods[i]->name, c->name)))
			continue;
		short_id(pod_uid(pod), id);
		str_addf(&c->table, "%s%s", id, c->quiet ? "\n" : "\t");
		if (c->quiet)
			continue;
		add_age(c, value_text(value_path(pods[i]->root, "status.startTime")));
		str_addf(&c->table, "\t%s\t%s\t%s\t0\t(default)\n", strcmp(pod->phase, "Running") == 0 || strcmp(pod->phase, "Pending") == 0 ?
			"Ready" : "NotReady", pods[i]->name, pods[i]->namespace);
	}
	return 0;
}

/* ---- images ---- */

static void
list_image(struct crictl *c, const struct found *found, void *arg)
{
	const char *reference = value_get_text(found->status, "image"), *slash = strrchr(reference ? reference : "", '/');
	const char *colon = reference ? strchr(slash ? slash : reference, ':') : NULL;
	char id[ID_LENGTH + 1];

	if (!reference || map_get(arg, reference))
		return;
	map_set(arg, reference, arg);
	short_id(reference, id);
	if (c->quiet)
		str_addf(&c->table, "%s\n", id);
	else
		str_addf(&c->table, "%.*s\t%s\t%s\t%lldMB\n", colon ? (int)(colon - reference) : (int)strlen(reference), reference,
			colon ? colon + 1 : "latest", id, (long long)(image_size(reference) / 1000000));
}

static int
do_images(struct crictl *c)
{
	struct map seen = MAP_INIT;

	if (!c->quiet)
		str_add(&c->table, "IMAGE\tTAG\tIMAGE ID\tSIZE\n");
	each(c, list_image, &seen);
	map_release(&seen);
	return 0;
}

/* ---- logs ---- */

struct choice {
	const char *prefix;
	struct found found;
	size_t n;
};

static void
choose(struct crictl *c, const struct found *found, void *arg)
{
	struct choice *choice = arg;

	(void)c;
	if (strncmp(found->id, choice->prefix, strlen(choice->prefix)) == 0 && !choice->n++)
		choice->found = *found;
}

static const struct value *
spec_of(const struct found *found)
{
	static const char *const lists[] = { "containers", "initContainers", "ephemeralContainers" };
	const char *name = value_get_text(found->status, "name");

	for (size_t l = 0; l < 3; l++) {
		const struct value *list = value_get(value_get(found->pod->object->root, "spec"), lists[l]);

		for (size_t i = 0; i < value_count(list); i++)
			if (strcmp(value_get_text(value_at(list, i), "name"), name) == 0)
				return value_at(list, i);
	}
	return NULL;
}

static void
print_log(struct crictl *c, const struct found *found)
{
	const struct value *spec = spec_of(found);
	const char *started = found->ended ? value_get_text(found->ended, "startedAt") :
		value_text(value_path(found->status, "state.running.startedAt"));
	int64_t from = 0, to = CLOCK_NEVER;
	struct str text = STR_INIT;
	size_t lines = 0;

	if (started)
		clock_parse(started, &from);
	if (found->ended && clock_parse(value_get_text(found->ended, "finishedAt"), &to))
		to += CLOCK_SECOND;
	if (!found->ended)
		process_log_follow(c->shell, found->pod, spec);
	logs_text(&c->shell->cluster->logs, &c->shell->cluster->server.settings, found->pod, spec, from, to, &text);
	for (const char *at = text.buf; *at; at += strcspn(at, "\n") + 1)
		lines++;
	for (const char *at = text.buf; *at; at += strcspn(at, "\n") + 1, lines--)
		if (lines <= c->tail)
			sink_printf(c->io->out, "%.*s\n", (int)strcspn(at, "\n") - LOG_TIME - 1, at + LOG_TIME + 1);
	str_release(&text);
}

static int
do_logs(struct crictl *c)
{
	struct choice choice = { .prefix = c->words[0] };

	if (!c->nwords) {
		sink_put(c->io->err, "FATA[0000] ID cannot be empty\n");
		return 1;
	}
	each(c, choose, &choice);
	if (!choice.n) {
		sink_printf(c->io->err, "FATA[0000] rpc error: code = NotFound desc = an error occurred when try to find container \"%s\": not "
			"found\n", c->words[0]);
		return 1;
	}
	print_log(c, &choice.found);
	return 0;
}

/* ---- the command line ---- */

static const struct action {
	const char *name;
	int (*run)(struct crictl *c);
} actions[] = {
	{ "ps", do_ps }, { "pods", do_pods }, { "images", do_images }, { "image", do_images }, { "img", do_images },
	{ "logs", do_logs },
};

/* The value of a flag that has one: --name X, --name=X. */
static const char *
flag_value(int argc, const char *const *argv, int *i, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(argv[*i], name, len) == 0 && argv[*i][len] == '=')
		return argv[*i] + len + 1;
	return strcmp(argv[*i], name) == 0 && *i + 1 < argc ? argv[++*i] : NULL;
}

static const struct action *
read_words(struct crictl *c, int argc, const char *const *argv)
{
	const struct action *verb = NULL;
	const char *value;

	for (int i = 1; i < argc; i++) {
		if ((value = flag_value(argc, argv, &i, "--name")))
			c->name = value;
		else if ((value = flag_value(argc, argv, &i, "--state")) || (value = flag_value(argc, argv, &i, "-s")))
			c->state = value;
		else if ((value = flag_value(argc, argv, &i, "--tail")))
			c->tail = strtoul(value, NULL, 10);
		else if (strcmp(argv[i], "-a") == 0 || strcmp(argv[i], "--all") == 0)
			c->all = true;
		else if (strcmp(argv[i], "-q") == 0 || strcmp(argv[i], "--quiet") == 0)
			c->quiet = true;
		else if (argv[i][0] != '-' && verb && c->nwords < 2)
			c->words[c->nwords++] = argv[i];
		for (size_t v = 0; argv[i][0] != '-' && !verb && v < sizeof actions / sizeof actions[0]; v++)
			if (strcmp(argv[i], actions[v].name) == 0)
				verb = &actions[v];
	}
	return verb;
}

static int
crictl_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct crictl c = { .shell = shell, .io = io, .node = node_here(shell), .tail = SIZE_MAX };
	const struct action *verb = read_words(&c, argc, argv);
	struct str out = STR_INIT;
	int status = 1;

	if (!c.node)
		return 1;
	if (verb) {
		status = verb->run(&c);
		tabs_align(c.table.buf ? c.table.buf : "", COLUMNS, &out);
		sink_write(io->out, out.buf, out.len);
	} else {
		sink_put(io->err, "crictl: this simulator knows ps, pods, images and logs\n");
	}
	str_release(&c.table);
	str_release(&out);
	return status;
}

const struct command command_crictl = { .name = "crictl", .usage = "ps|pods|images|logs [-a] [-q] [ID]",
	.help = "The containers that run on the node", .here = on_node, .run = crictl_main };
