/* svcsim cluster: the clusters of the database by name. */
#include <string.h>

#include "cli/source.h"
#include "cli/subcommands.h"

static const struct flag new_flags[] = {
	{ "filename", 'f', FLAG_ARRAY, NULL, NULL, "@file",
		"Manifests, or - for standard input, to make the cluster of; may be repeated." },
	{ "as-stored", 0, FLAG_BOOL, NULL, NULL, NULL,
		"Take the files' objects as an API server's dump: nothing is defaulted, allocated or started." },
	{ "seed", 0, FLAG_INT, NULL, NULL, NULL, "Where the dice start: the same seed gives the same names and addresses." },
	{ NULL },
};

/* Runs one act inside a transaction of the database. */
static int
with_database(struct cli *cli, enum db_mode mode, int (*act)(struct cli *cli, struct db *db, struct err *err))
{
	struct err err = ERR_INIT;
	struct db *db = db_open(false, &err);

	if (db && !db_begin(db, mode, &err) && !act(cli, db, &err) && !db_commit(db, &err)) {
		db_close(db);
		return 0;
	}
	db_close(db);
	stream_drop(&cli->out);
	return cli_fail(cli, &err);
}

/* A name for people and for completion: one word. */
static int
check_name(const char *name, struct err *err)
{
	size_t len = strlen(name);

	if (!len || len > 63)
		return err_set(err, ERR_USAGE, "a cluster's name has 1 to 63 characters");
	for (const char *c = name; *c; c++)
		if (!ascii_isalnum(*c) && !strchr("-_.", *c))
			return err_set(err, ERR_USAGE, "a cluster's name has letters, digits, '-', '_' and '.': not \"%s\"", name);
	return 0;
}

/* ---- list ---- */

static void
list_row(void *arg, const struct cluster_row *row)
{
	str_addf(arg, "%c %-24s %7d\n", row->current ? '*' : ' ', row->name, row->objects);
}

static int
list(struct cli *cli, struct db *db, struct err *err)
{
	struct str text = STR_INIT;
	int failed = clusters_list(db, list_row, &text, err);

	if (!failed && text.len)
		sink_printf(cli->io.out, "  %-24s %s\n%s", "NAME", "OBJECTS", text.buf);
	else if (!failed)
		sink_put(cli->io.err, "no cluster is saved yet\n");
	str_release(&text);
	return failed;
}

static int
cmd_list(struct cli *cli)
{
	if (!db_exists()) {
		sink_put(cli->io.err, "no cluster is saved yet\n");
		return 0;
	}
	return with_database(cli, DB_READ, list);
}

/* ---- new ---- */

static int
add(struct cli *cli, struct db *db, struct sim *sim, struct err *err)
{
	const char *name = cli_arg(cli, 0);
	struct db_cluster cluster;

	if (clusters_add(db, name, sim, wall_now(), &cluster, err))
		return -1;
	db_cluster_release(&cluster);
	sink_printf(cli->io.out, "cluster \"%s\" created; it is the current one\n", name);
	return 0;
}

/* The files are read and the cluster is made before the database is touched. */
static int
cmd_new(struct cli *cli)
{
	const char *name = cli_arg(cli, 0);
	struct err err = ERR_INIT;
	struct db *db = NULL;
	struct sim *sim;
	int failed = -1;

	if (!name || cli_arg(cli, 1))
		return cli_usage(cli, "cluster", "cluster new takes one NAME");
	sim = check_name(name, &err) ? NULL : source_make(cli, true, &err);
	if (sim)
		db = db_open(true, &err);
	if (db)
		failed = db_begin(db, DB_WRITE, &err) || add(cli, db, sim, &err) || db_commit(db, &err);
	db_close(db);
	sim_free(sim);
	if (!failed)
		return 0;
	stream_drop(&cli->out);
	return cli_fail(cli, &err);
}

/* ---- use, delete ---- */

static int
use(struct cli *cli, struct db *db, struct err *err)
{
	if (clusters_use(db, cli_arg(cli, 0), err))
		return -1;
	sink_printf(cli->io.out, "cluster \"%s\" is the current one\n", cli_arg(cli, 0));
	return 0;
}

static int
delete(struct cli *cli, struct db *db, struct err *err)
{
	for (size_t i = 0; cli_arg(cli, i); i++) {
		if (clusters_delete(db, cli_arg(cli, i), err))
			return -1;
		sink_printf(cli->io.out, "cluster \"%s\" deleted\n", cli_arg(cli, i));
	}
	return 0;
}

static int
cmd_use(struct cli *cli)
{
	if (!cli_arg(cli, 0) || cli_arg(cli, 1))
		return cli_usage(cli, "cluster", "cluster use takes one NAME");
	return with_database(cli, DB_WRITE, use);
}

static int
cmd_delete(struct cli *cli)
{
	if (!cli_arg(cli, 0))
		return cli_usage(cli, "cluster", "cluster delete takes the NAME of a cluster, or several");
	return with_database(cli, DB_WRITE, delete);
}

/* ---- show, export: questions to a cluster ---- */

static int
ask(struct cli *cli, int (*act)(struct cli *cli, struct source *source, struct err *err))
{
	struct err err = ERR_INIT;
	struct source source;
	int status;

	if (cli_arg(cli, 0) && (cli_arg(cli, 1) || flag_given(&cli->flags, "cluster")))
		return cli_usage(cli, "cluster", "one cluster's NAME at a time");
	if (source_open(&source, cli, cli_arg(cli, 0), false, &err))
		return cli_fail(cli, &err);
	status = act(cli, &source, &err);
	source_close(&source);
	return err.kind ? cli_fail(cli, &err) : status;
}

static int
show(struct cli *cli, struct source *source, struct err *err)
{
	static const char *const words[] = { "kubectl", "get", "nodes,services,endpointslices,pods", "-A", "-o", "wide" };

	(void)err;
	if (source->cluster.name)
		sink_printf(cli->io.out, "cluster %s\n\n", source->cluster.name);
	return sim_command(source->sim, &cli->io, (int)(sizeof words / sizeof words[0]), words);
}

/* The kinds that there are objects of, once each, as kubectl's comma list. */
struct kinds {
	struct str list;
	struct io_names seen;
};

static void
note_kind(void *arg, const struct sim_record *record)
{
	struct kinds *kinds = arg;

	for (size_t i = 0; i < kinds->seen.n; i++)
		if (strcmp(kinds->seen.v[i], record->kind) == 0)
			return;
	*vec_push(&kinds->seen) = xstrdup(record->kind);
	str_addf(&kinds->list, "%s%s", kinds->list.len ? "," : "", record->kind);
	if (*record->group)
		str_addf(&kinds->list, ".%s", record->group);
}

static void
print_document(void *arg, const char *json)
{
	sink_printf(arg, "---\n%s\n", json);
}

static int
export(struct cli *cli, struct source *source, struct err *err)
{
	struct kinds kinds = { STR_INIT, VEC_INIT };
	struct sim_state state = { .session = NULL };
	const char *words[] = { "kubectl", "get", NULL, "-A", "-o", "yaml" };
	int status;

	sim_save(source->sim, 0, &state, note_kind, &kinds);
	words[2] = kinds.list.buf;
	status = sim_command(source->sim, &cli->io, (int)(sizeof words / sizeof words[0]), words);
	if (!status && source->db)
		status = clusters_settings(source->db, state.session, print_document, cli->io.out, err);
	sim_state_release(&state);
	io_names_release(&kinds.seen);
	str_release(&kinds.list);
	return status;
}

static int
cmd_show(struct cli *cli)
{
	return ask(cli, show);
}

static int
cmd_export(struct cli *cli)
{
	return ask(cli, export);
}

static const struct flag *const plain_tables[] = { color_flags, help_flags, NULL };
static const struct flag *const new_tables[] = { new_flags, color_flags, help_flags, NULL };
static const struct flag *const ask_tables[] = { cluster_flags, color_flags, help_flags, NULL };

const struct subcommand cluster_subcommands[] = {
	{
		.name = "list", .usage = "", .help = "Name the saved clusters; a star marks the current one",
		.flags = plain_tables, .run = cmd_list,
	},
	{
		.name = "new", .usage = "NAME [-f FILE]..", .help = "Make a cluster and make it the current one",
		.more = "Without files: controlplane, node01, node02, CoreDNS, kube-proxy, and nothing in namespace default.",
		.flags = new_tables, .args = "", .run = cmd_new,
	},
	{
		.name = "use", .usage = "NAME", .help = "Make this the current cluster", .flags = plain_tables, .args = "@cluster",
		.run = cmd_use,
	},
	{
		.name = "show", .usage = "[NAME]", .help = "The nodes, Services, endpoints and pods of a cluster",
		.flags = ask_tables, .args = "@cluster", .run = cmd_show,
	},
	{
		.name = "delete", .usage = "NAME..", .help = "Delete saved clusters", .flags = plain_tables, .args = "@cluster",
		.run = cmd_delete,
	},
	{
		.name = "export", .usage = "[NAME]", .help = "A cluster as manifests, which -f FILE --as-stored reads again",
		.flags = ask_tables, .args = "@cluster", .run = cmd_export,
	},
	{ .name = NULL },
};
