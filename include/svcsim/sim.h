/*
 * What svcsim offers to a program: one cluster with its shell.  Opaque; commands print through a struct io and answer with an
 * exit status (0 done, 1 no, 2 wrong usage, 3 bad input).
 */
#ifndef SVCSIM_SIM_H
#define SVCSIM_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include "svcsim/err.h"
#include "svcsim/flag.h"
#include "svcsim/io.h"

#define SVCSIM_VERSION "0.1.0"

struct sim;

struct sim_text {
	const char *file, *text;
	size_t len;
};

/* See cluster_make: no texts give the cluster of the README.  NULL and err on failure. */
struct sim *sim_new(uint64_t seed, int64_t now, const struct sim_text *texts, size_t n, bool as_stored, struct err *err);
void sim_free(struct sim *sim);
/* The program's ready made cluster (sim/ready.h), which sim_new then takes where it would make the same. */
struct ready;
void sim_ready_use(const struct ready *ready);

/* One command, argv[0] its name: kubectl, trace, rules, on, curl .. with io's files as its files. */
int sim_command(struct sim *sim, struct io *io, int argc, const char *const *argv);
/* One line of the closed shell; files are the sim's own virtual ones. */
int sim_line(struct sim *sim, struct io *io, const char *line);
bool sim_wants_more(const char *line);
bool sim_exited(const struct sim *sim);		/* the line was `exit` */
char *sim_prompt(const struct sim *sim);	/* owned by the caller */
/* The host that the shell is on outside the cluster, as the prompt and `hostname` say it; "client" without. */
void sim_name_client(struct sim *sim, const char *name);
void sim_complete(struct sim *sim, const char *line, size_t point, void (*fn)(void *arg, const char *word), void *arg);

/* Virtual time goes on to now (ns since 1970); controllers do what became due. */
void sim_tick(struct sim *sim, int64_t now);
int64_t sim_now(const struct sim *sim);

/* Saving.  A record is one object as JSON; json NULL: deleted. */
struct sim_record {
	const char *kind, *group, *namespace, *name, *json;
	uint64_t version;
};
struct sim_state {
	uint64_t seed, rng, version, connections;
	int64_t now;
	char *session;	/* settings documents, the context's namespace, virtual files: JSON, owned */
};
uint64_t sim_version(const struct sim *sim);
void sim_save(const struct sim *sim, uint64_t since, struct sim_state *state,
	void (*fn)(void *arg, const struct sim_record *record), void *arg);
void sim_state_release(struct sim_state *state);
/* next gives one record at a time, false at the end; its texts are copied. */
struct sim *sim_restore(const struct sim_state *state, bool (*next)(void *arg, struct sim_record *record), void *arg, struct err *err);

/* The words of the command language, for --help, the man page and completion. */
struct sim_word {
	const char *name, *usage, *help;
	const struct flag *const *flags;	/* NULL */
};
const struct sim_word *sim_commands(size_t *n);		/* of the shell */
const struct sim_word *sim_kubectl_verbs(size_t *n);
const struct sim_word *sim_trace_forms(bool sources, size_t *n);

#endif
