#include "cli/source.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SEED 1	/* of clusters: the same words give the same cluster */

int64_t
wall_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- made of files ---- */

static bool
is_blank(const struct str *text)
{
	for (size_t i = 0; i < text->len; i++)
		if (!ascii_isspace(text->buf[i]))
			return false;
	return true;
}

static int
read_file(struct cli *cli, const char *path, struct str *text, struct err *err)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	enum io_result result = cli->io.files->read(&cli->io, path, text);

	if (result == IO_TOO_LARGE)
		return err_at(err, name, 0, 0, "larger than %u MiB", IO_FILE_MAX >> 20);
	if (result != IO_OK)
		return err_at(err, name, 0, 0, "%s", io_result_text(result));
	if (is_blank(text))
		return err_at(err, name, 0, 0, "the file is empty; manifests were expected");
	return 0;
}

static int
read_files(struct cli *cli, struct sim_text *texts, struct str *held, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		const char *path = flag_item(&cli->flags, "filename", i);

		if (read_file(cli, path, &held[i], err))
			return -1;
		texts[i] = (struct sim_text){ path, held[i].buf, held[i].len };
	}
	return 0;
}

/* What an API server gave out has numbers that only it gives; taken as manifests, some of it is refused. */
static void
advise(const struct str *held, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(held[i].buf, "resourceVersion")) {
			char *text = xasprintf("%s (what kubectl get printed is taken as it stands with --as-stored)", err->text);

			free(err->text);
			err->text = text;
			return;
		}
}

struct sim *
source_make(struct cli *cli, bool bare, struct err *err)
{
	/* Any text at all keeps the README's objects out; this one says nothing but what is so by default. */
	static const char defaults[] = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";
	static const struct sim_text nothing = { "defaults", defaults, sizeof defaults - 1 };
	uint64_t seed = flag_given(&cli->flags, "seed") ? (uint64_t)flag_int(&cli->flags, "seed") : SEED;
	size_t n = flag_count(&cli->flags, "filename");
	struct sim_text *texts = xcalloc(n + 1, sizeof *texts);
	struct str *held = xcalloc(n, sizeof *held);
	struct sim *sim = NULL;

	for (size_t i = 0; i < n; i++)
		str_init(&held[i]);
	texts[n] = nothing;
	if (!read_files(cli, texts, held, n, err))
		sim = sim_new(seed, wall_now(), texts, n + (bare && !n), flag_bool(&cli->flags, "as-stored"), err);
	if (!sim && !flag_bool(&cli->flags, "as-stored"))
		advise(held, n, err);
	for (size_t i = 0; i < n; i++)
		str_release(&held[i]);
	free(held);
	free(texts);
	return sim;
}

/* ---- kept in the database ---- */

static int
add_default(struct source *source, struct cli *cli, struct err *err)
{
	source->sim = source_make(cli, false, err);
	if (!source->sim)
		return -1;
	if (!source->writes)
		return 0;
	if (clusters_add(source->db, CLUSTER_DEFAULT, source->sim, wall_now(), &source->cluster, err))
		return -1;
	/* A lock of its own for what comes: the first command may fail and the cluster stays. */
	return db_commit(source->db, err) || db_begin(source->db, DB_WRITE, err) ? -1 : 0;
}

static int
open_kept(struct source *source, struct cli *cli, const char *name, struct err *err)
{
	source->db = db_open(source->writes, err);
	if (!source->db || db_begin(source->db, source->writes ? DB_WRITE : DB_READ, err))
		return -1;
	source->sim = clusters_load(source->db, name, wall_now(), &source->cluster, err);
	if (source->sim)
		return 0;
	return err->kind ? -1 : add_default(source, cli, err);
}

int
source_open(struct source *source, struct cli *cli, const char *name, bool writes, struct err *err)
{
	const struct flags *flags = &cli->flags;
	bool made = flag_count(flags, "filename") || flag_bool(flags, "as-stored") || flag_given(flags, "seed");

	*source = (struct source){ .writes = writes };
	if (!name)
		name = flag_string(flags, "cluster");
	if (made && name)
		return err_set(err, ERR_USAGE, "a cluster's name means a saved one; --filename, --as-stored and --seed make one "
			"for this call alone");
	if (made || (!writes && !name && !db_exists())) {
		source->sim = source_make(cli, false, err);
		return source->sim ? 0 : -1;
	}
	if (name && !db_exists())
		return err_set(err, ERR_INPUT, "no cluster \"%s\": none is saved yet", name);
	if (!open_kept(source, cli, name, err))
		return 0;
	source_close(source);
	return -1;
}

int
source_save(struct source *source, struct err *err)
{
	bool wrote;

	if (!source->db)
		return 0;
	if (!source->writes) {
		db_rollback(source->db);
		return 0;
	}
	if (clusters_save(source->db, &source->cluster, source->sim, wall_now(), &wrote, err)) {
		db_rollback(source->db);
		return -1;
	}
	if (!wrote) {
		db_rollback(source->db);
		return 0;
	}
	return db_commit(source->db, err);
}

int
source_again(struct source *source, struct err *err)
{
	struct db_cluster cluster;
	struct sim *sim;
	bool changed;

	if (!source->db)
		return 0;
	if (db_begin(source->db, source->writes ? DB_WRITE : DB_READ, err))
		return -1;
	if (clusters_changed(source->db, &source->cluster, &changed, err))
		return -1;
	if (!changed)
		return 0;
	sim = clusters_load(source->db, source->cluster.name, wall_now(), &cluster, err);
	if (!sim)
		return -1;
	sim_free(source->sim);
	db_cluster_release(&source->cluster);
	source->sim = sim;
	source->cluster = cluster;
	return 0;
}

void
source_close(struct source *source)
{
	sim_free(source->sim);
	db_cluster_release(&source->cluster);
	db_close(source->db);
	*source = (struct source){ .sim = NULL };
}
