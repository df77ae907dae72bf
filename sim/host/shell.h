/*
 * The closed shell: quotes, variables, $( ), pipes, &&, ||, ;, redirection and here-documents over a virtual file
 * system, with svcsim's own commands and nothing else.  No line can reach the machine that svcsim runs on.
 */
#ifndef HOST_SHELL_H
#define HOST_SHELL_H

#include "base/map.h"
#include "cluster/cluster.h"
#include "kubectl/kubectl.h"
#include "svcsim/io.h"
#include "svcsim/vec.h"

#define SHELL_LOOPS_MAX 100000u		/* iterations of all loops of one line */
#define SHELL_LOOP_PATIENCE (10 * 60 * CLOCK_SECOND)	/* of virtual time that a while loop lets pass */
#define SHELL_COMMANDS_MAX 1000000u	/* of one line: functions that call themselves twice */
#define SHELL_PROCESS 4242u		/* $$; what it starts counts on from it */
#define SHELL_BUFFER_MAX (8u << 20)	/* bytes in a pipe, a $( ) or a redirected output */

enum place { PLACE_CLIENT, PLACE_NODE, PLACE_POD };	/* where a command runs: the candidate's terminal, ssh NODE, exec POD */

/* Which shell it is taken for: in the words of its errors only. */
enum dialect { DIALECT_BASH, DIALECT_DASH, DIALECT_ASH };

/* What is on its way out of loops, functions or the whole line. */
enum loop_leave { LEAVE_NOTHING, LEAVE_BREAK, LEAVE_CONTINUE, LEAVE_RETURN, LEAVE_LINE };
struct shell_place;

struct shell_options {	/* of `set` */
	bool errexit, nounset, xtrace, pipefail;
};

/* A variable as it was before `local`. */
struct shell_kept {
	char *name, *value;	/* value NULL: there was none */
};

/* `ip route add CIDR via NODE` at the candidate's terminal. */
struct shell_route {
	struct cidr to;
	struct ip via;
};

/* `kubectl port-forward`: a port of the terminal's machine that leads to a pod's. */
struct shell_forward {
	char *namespace, *pod;
	uint16_t local, remote;
	unsigned job;
};
#define FORWARDS_MAX 64

struct timeline;		/* host/timeline.h */
struct trail;			/* trace/trail.h */
struct shell_past;		/* host/process_log.c */

struct shell {
	struct cluster *cluster;
	struct io *io;			/* the terminal's sinks; files: the virtual ones unless the caller set real ones */
	struct map variables, aliases, functions;	/* char * values, owned; a function's is its body as it was written */
	struct map marks;		/* of variables: "x" exported, "r" read-only, both; char *, owned */
	VEC(char *) args;		/* $1, $2 .. */
	const char *zero;		/* $0; NULL: "bash" */
	enum dialect dialect;
	unsigned line;			/* of the command that runs; when lines are typed, how many there were since it began */
	struct shell_options options;
	struct map files;		/* absolute path -> struct str *, owned; a folder's ends in / (vfs.h) */
	struct map file_notes;		/* the same keys -> struct vfs_note *, owned; of what isn't there little is known */
	char *cwd;
	char *context_namespace;	/* kubectl's; NULL */
	char *kubeconfig;		/* its text, once kubectl changed it; NULL */
	enum place place;
	char *place_name;		/* node, or ns/pod; NULL */
	char *client_name;		/* the host outside the cluster; NULL: "client" */
	char *place_container;		/* which of the pod's; NULL: the first */
	bool every_program;		/* of `on`: whatever the pod's image has */
	bool busybox;			/* the command that runs is one of busybox' (`busybox ping`) */
	int status;			/* $? */
	bool exited;
	struct kubectl_session session;	/* of the place: what ends when the shell leaves it */
	struct shell_place *outer;	/* where `exit` goes back to, a list; NULL: it ends the shell */
	VEC(char *) history;
	enum loop_leave leave;		/* `break`, `continue` and `return` on their way */
	unsigned in_loops;		/* how many loops it is in */
	char *exit_trap;		/* what `trap .. EXIT` asked for; NULL */
	unsigned leave_loops;		/* how many loops `break` and `continue` still have to leave */
	unsigned depth;			/* of commands that run commands */
	unsigned calls;			/* of functions, one in the other */
	unsigned conditions;		/* > 0: what fails is looked at, so `set -e` is not meant */
	unsigned loops, commands;	/* iterations and commands of the line */
	bool too_much;			/* a limit ended the line */
	bool background;		/* what runs was sent there by & */
	unsigned processes;		/* that were */
	unsigned process_files;		/* of <( ) that are there now */
	unsigned last_job;		/* $!; 0: none */
	int64_t began;			/* when */
	struct trail *trail;		/* of the last trace; NULL */
	struct timeline *timeline;	/* for undo and redo; NULL before the first change */
	VEC(struct shell_forward) forwards;
	VEC(struct shell_route) routes;
	struct shell_past *past;	/* of a process that is lived through (process_log.h); NULL */
	VEC(struct shell_kept) kept;	/* variables that `local` hides, innermost last */
};

void shell_init(struct shell *shell, struct cluster *cluster, struct io *io);
void shell_release(struct shell *shell);
/* The lines so far, and what undo would go back to. */
void shell_forget_history(struct shell *shell);
/* One line, which may hold newlines (a here-document, a script); returns its exit status. */
int shell_line(struct shell *shell, const char *line);
/* Would the shell ask for more (an open quote, a here-document, a trailing pipe)? */
bool shell_wants_more(const char *line);
/* false: the port is in use. */
bool shell_forward_open(struct shell *shell, const char *namespace, const char *pod, uint16_t local, uint16_t remote);
bool shell_forward_close(struct shell *shell, unsigned job);	/* false: there is no such job */
/* One command by its words, through this io; 127 when there is none of that name. */
int shell_command(struct shell *shell, struct io *io, int argc, const char *const *argv);
/*
 * Text as a script of its own (sh -c), through this io: what it changes in variables and directory ends with it, and of
 * the variables it has the exported ones.
 */
int shell_lines(struct shell *shell, struct io *io, const char *text);
int shell_script(struct shell *shell, struct io *io, const char *text, const char *zero, int nargs, const char *const *args);
/* A command in the environment that env(1) makes: the exported variables, or none, and these (NAME=VALUE). */
int shell_program(struct shell *shell, struct io *io, bool empty, int nset, const char *const *set, int argc,
	const char *const *argv);
/* From now on commands run there, until `exit`, with the variables and functions that the place has. */
void shell_enter(struct shell *shell, enum place place, const char *place_name);
void shell_enter_container(struct shell *shell, const char *pod, const char *container);	/* container NULL: the first */
bool shell_leave(struct shell *shell);	/* back to where shell_enter was called; false at the outermost place */
const char *shell_first_directory(const struct shell *shell);	/* of the outermost place */
const char *shell_variable(const struct shell *shell, const char *name);	/* NULL */
void shell_set_variable(struct shell *shell, const char *name, const char *value);
/* Its marks. */
bool shell_is_marked(const struct shell *shell, const char *name, char mark);
void shell_mark(struct shell *shell, const char *name, char mark);
void shell_unmark(struct shell *shell, const char *name, char mark);
/* false, and said: it is read-only. */
bool shell_may_set(const struct shell *shell, struct sink *err, const char *name);
bool shell_is_exported(const struct shell *shell, const char *name);
void shell_unset_variable(struct shell *shell, const char *name);
void shell_options_text(const struct shell *shell, struct str *out);	/* $-: "eu" */
void shell_locals_end(struct shell *shell, size_t kept);	/* `local` variables beyond the first `kept` are as they were */
/* The word as it would have to be typed. */
void shell_quote(const char *word, struct str *out);
void shell_set_args(struct shell *shell, int n, const char *const *args);
/* Of the node, the pod ("NS/NAME") or the host outside where the shell is. */
const char *shell_host_name(const struct shell *shell);
void shell_prompt(const struct shell *shell, struct str *out);
/* Candidates for the word that ends at line[point]. */
void shell_complete(struct shell *shell, const char *line, size_t point, void (*fn)(void *arg, const char *word),
	void *arg);

struct command {
	const char *name;
	const char *usage, *help;	/* one line each */
	bool builtin;			/* of the shell itself, so it is wherever a shell is */
	bool asks;			/* the network, so that its answer is another one later */
	bool (*here)(const struct shell *shell);	/* NULL: everywhere */
	const struct flag *const *flags;	/* NULL: reads its own words, as getopt would */
	int (*run)(struct shell *shell, struct io *io, int argc, const char *const *argv);	/* argv[0] is the name */
};
extern const struct command *const commands[];	/* in the order of `help`; NULL ends */
const struct command *command_find(const char *name);
/* The same, when there is such a command where the shell stands; a path to it counts. */
const struct command *command_here(const struct shell *shell, const char *name);
/* Runs it; what kubectl left going on is over before any other program looks at the cluster. */
int command_run(const struct command *command, struct shell *shell, struct io *io, int argc, const char *const *argv);

#endif
