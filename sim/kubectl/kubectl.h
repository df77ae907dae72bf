/*
 * kubectl: reads its own command line, sends requests, prints what the real one prints, to the byte.  One file a verb
 * (kubectl/verb_<name>.c), one row a flag.
 */
#ifndef KUBECTL_KUBECTL_H
#define KUBECTL_KUBECTL_H

#include <stdbool.h>

#include "cluster/cluster.h"
#include "svcsim/flag.h"
#include "svcsim/io.h"

#define KUBECTL_CONTEXT "kubernetes-admin@kubernetes"	/* the one that the kubeconfig has */

#define KUBECTL_EXEC_MISSING 128	/* also the exit code of a container that could not start */
#define KUBECTL_EXEC_OPENED (-1)	/* somebody stands in the container now; who keeps him there ends the session */

enum kubectl_after {		/* when a verb has changed something */
	KUBECTL_LEAVES,		/* it comes back at once; whoever looks next finds the cluster at rest (cluster_rest) */
	KUBECTL_WAITS,		/* it waits for that itself */
	KUBECTL_STAYS,		/* not a controller runs: what is on its way out is still to be seen */
};

struct kubectl_session {	/* of what runs in a container by exec */
	bool is_main;		/* it is the container's main process, as for run -i and attach: kubectl/session.h ends it */
	bool is_run;		/* of the two */
	bool removes_pod, removes_service;	/* --rm */
	bool quiet, tty;
};

struct kubectl {		/* one call */
	struct cluster *cluster;
	struct io *io;
	const char *namespace;	/* of -n, else the context's, else "default"; set by kubectl_run */
	char **context_namespace;	/* the context's; owned by the caller, NULL inside for none; `config set-context` changes it */
	char **config;		/* the kubeconfig's text; owned by the caller, NULL inside while it is as kubeadm left it */
	const char *kubeconfig;	/* KUBECONFIG; NULL */
	const char *editor;	/* KUBE_EDITOR, EDITOR; NULL */
	/*
	 * Runs a command in a container (container "": the first) with io as its terminal; its exit status.  NULL where
	 * nothing can run; set by the caller, arg is for its use.  KUBECTL_EXEC_MISSING: the container has no such command.
	 * What a main process writes is in the container's log, too.
	 */
	int (*exec)(struct kubectl *kubectl, const char *namespace, const char *pod, const char *container, int argc,
		const char *const *argv);
	void *exec_arg;
	/* What the container's process wrote comes into the cluster's logs, up to now; NULL where nothing can run. */
	void (*follow)(struct kubectl *kubectl, const struct pod *pod, const struct value *container);
	const char *(*variable)(struct kubectl *kubectl, const char *name);	/* of the environment; NULL where there is none */
	/* Opens a port of the terminal's machine that leads to a pod's; false: it is in use.  NULL where nobody keeps it. */
	bool (*forward)(struct kubectl *kubectl, const char *namespace, const char *pod, uint16_t local, uint16_t remote);
	struct kubectl_session session;	/* all zero: one more process; set by the verb before exec */
	bool reads;			/* -i: what runs in the container gets the standard input */
	const struct verb *verb;	/* the one that runs; set by kubectl_run */
	enum kubectl_after after;	/* the verb may say */
	struct str cause;		/* what --record notes; empty without it */
	const char *command;		/* its words, "create service clusterip"; set by kubectl_run */
};

enum verb_asks {		/* whether the API server is needed, and for what first */
	ASKS_FOR_OBJECTS,	/* in a namespace, which it looks for before */
	ASKS_THE_SERVER,	/* what there is to ask for */
	ASKS_NOBODY,
};

struct verb {
	const char *name;
	const char *aliases;		/* comma list, "" */
	const char *usage;		/* "expose (-f FILENAME | TYPE NAME) [flags]" */
	const char *summary;		/* one line for `kubectl --help`, our own words */
	const char *help;		/* one paragraph, our own words */
	const char *examples;
	const struct flag *const *flags;	/* NULL-ended tables; the global flags come on top */
	const struct verb *const *subverbs;	/* NULL, or NULL-ended */
	/*
	 * What completes the words behind it: "objects" (TYPE NAME.. or TYPE/NAME.., "objects:deployment,pod" of these types only),
	 * "object" (one of them), "name:TYPE", "pod", "pod+container", "pod+port", "copy" (of cp), "config:LIST" (entries of the
	 * kubeconfig), "words:A,B",
	 * "commands" (of help); "" for files.
	 */
	const char *args;
	const char *required;		/* flags without which it does nothing, a comma list in the alphabet's order; NULL */
	int (*run)(struct kubectl *kubectl, const struct flags *flags);	/* exit status */
	bool hidden;			/* nowhere listed or suggested */
	enum verb_asks asks;		/* of the first word of a command, for all below it */
};

extern const struct verb *const verbs[];	/* every verb, in the order of `kubectl --help`; NULL ends */
extern const struct flag kubectl_global_flags[];	/* -n, --context .. */

/*
 * argv without "kubectl"; returns the exit status, everything printed through io.  What it changed goes on behind it, as
 * kubectl_after says.
 */
int kubectl_run(struct kubectl *kubectl, int argc, const char *const *argv);
/* Does the running verb, or kubectl itself, have this flag?  (Asking for the value of one that isn't there is a BUG.) */
bool kubectl_has_flag(const struct kubectl *kubectl, const char *name);

#endif
