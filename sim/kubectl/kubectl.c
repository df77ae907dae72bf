/*
 * One call of kubectl.  The verb is the first word that is no flag; its subverb, where it has some, the next one.  All
 * other words, before or behind the verb, are parsed with the verb's flags and kubectl's own, as cobra does
 * (github.com/spf13/cobra/command.go).
 */
#include "kubectl/kubectl.h"

#include <stdlib.h>
#include <string.h>

#include "kubectl/failures.h"
#include "kubectl/help.h"
#include "kubectl/kubeconfig.h"
#include "kubectl/verb_list.h"
#include "kubectl/words.h"
#include "svcsim/vec.h"

const struct verb *const verbs[] = {
	&verb_create, &verb_expose, &verb_run, &verb_set, &verb_explain,
	&verb_get, &verb_edit, &verb_delete,
	&verb_rollout, &verb_scale, &verb_autoscale,
	&verb_certificate, &verb_cluster_info, &verb_top, &verb_cordon, &verb_uncordon, &verb_drain, &verb_taint,
	&verb_describe, &verb_logs, &verb_attach, &verb_exec, &verb_port_forward, &verb_proxy, &verb_cp, &verb_auth, &verb_debug, &verb_events,
	&verb_diff, &verb_apply, &verb_patch, &verb_replace, &verb_wait, &verb_kustomize,
	&verb_label, &verb_annotate, &verb_completion,
	&verb_alpha, &verb_config, &verb_plugin, &verb_version, &verb_api_versions, &verb_api_resources, &verb_options,
	&verb_help,
	NULL,
};

const struct flag kubectl_global_flags[] = {
	{ "as", 0, FLAG_STRING, "", NULL, NULL, "User to act as." },
	{ "as-group", 0, FLAG_ARRAY, NULL, NULL, NULL, "Group to act as; may be repeated." },
	{ "as-uid", 0, FLAG_STRING, "", NULL, NULL, "UID to act as." },
	{ "cache-dir", 0, FLAG_STRING, "/root/.kube/cache", NULL, NULL, "Folder of the cache." },
	{ "certificate-authority", 0, FLAG_STRING, "", NULL, NULL, "File with the authority's certificate." },
	{ "client-certificate", 0, FLAG_STRING, "", NULL, NULL, "File with the client's certificate." },
	{ "client-key", 0, FLAG_STRING, "", NULL, NULL, "File with the client's key." },
	{ "cluster", 0, FLAG_STRING, "", NULL, "@config:clusters", "Cluster of the kubeconfig." },
	{ "context", 0, FLAG_STRING, "", NULL, "@config:contexts", "Context of the kubeconfig." },
	{ "disable-compression", 0, FLAG_BOOL, "false", "true", NULL, "Ask the server for plain answers." },
	{ "insecure-skip-tls-verify", 0, FLAG_BOOL, "false", "true", NULL, "Don't check the server's certificate." },
	{ "kubeconfig", 0, FLAG_STRING, "", NULL, "@file", "The kubeconfig file." },
	{ "log-flush-frequency", 0, FLAG_DURATION, "5s", NULL, NULL, "How often the log is flushed." },
	{ "match-server-version", 0, FLAG_BOOL, "false", "true", NULL, "Insist on a server of the same version." },
	{ "namespace", 'n', FLAG_STRING, "", NULL, "@namespace", "Namespace of this call." },
	{ "password", 0, FLAG_STRING, "", NULL, NULL, "Password for basic authentication." },
	{ "profile", 0, FLAG_STRING, "none", NULL, NULL, "Profile to take." },
	{ "profile-output", 0, FLAG_STRING, "profile.pprof", NULL, "@file", "File for the profile." },
	{ "request-timeout", 0, FLAG_STRING, "0", NULL, NULL, "How long to wait for one answer; 0 is for ever." },
	{ "server", 's', FLAG_STRING, "", NULL, NULL, "Address of the API server." },
	{ "tls-server-name", 0, FLAG_STRING, "", NULL, NULL, "Name to expect in the server's certificate." },
	{ "token", 0, FLAG_STRING, "", NULL, NULL, "Bearer token." },
	{ "user", 0, FLAG_STRING, "", NULL, "@config:users", "User of the kubeconfig." },
	{ "username", 0, FLAG_STRING, "", NULL, NULL, "Name for basic authentication." },
	{ "v", 'v', FLAG_INT, "0", NULL, NULL, "How much to log." },
	{ "vmodule", 0, FLAG_STRING, "", NULL, NULL, "How much to log, by file." },
	{ "warnings-as-errors", 0, FLAG_BOOL, "false", "true", NULL, "End with an error when the server warned." },
	FLAGS_END,
};

/* Levenshtein's distance without regard to case; words are short. */
static size_t
distance(const char *a, const char *b)
{
	size_t n = strlen(b);
	size_t *row = xcalloc(n + 1, sizeof *row);
	size_t result;

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			bool same = ascii_tolower((unsigned char)a[i - 1]) == ascii_tolower((unsigned char)b[j - 1]);
			size_t best = same ? diagonal : 1 + diagonal;

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	result = row[n];
	free(row);
	return result;
}

/* Words of other tools, and the verbs that are suggested for them. */
static bool
is_meant(const char *word, const char *verb)
{
	static const char *const meant[][2] = {
		{ "list", "get" }, { "ps", "get" }, { "list", "wait" }, { "ps", "wait" }, { "rm", "delete" },
	};

	for (size_t i = 0; i < sizeof meant / sizeof *meant; i++)
		if (ascii_casecmp(meant[i][0], word) == 0 && strcmp(meant[i][1], verb) == 0)
			return true;
	return false;
}

static int
unknown_verb(struct kubectl *kubectl, const char *word)
{
	struct str near = STR_INIT;
	size_t len = strlen(word);

	for (size_t i = 0; verbs[i]; i++) {
		char *beginning = xstrndup(verbs[i]->name, len);

		bool is_near = distance(word, verbs[i]->name) <= 2 || ascii_casecmp(beginning, word) == 0 ||
			is_meant(word, verbs[i]->name);

		if (is_near && !verbs[i]->hidden)
			str_addf(&near, "\t%s\n", verbs[i]->name);
		free(beginning);
	}
	sink_printf(kubectl->io->err, "error: unknown command \"%s\" for \"kubectl\"\n", word);
	if (near.len)
		sink_printf(kubectl->io->err, "\nDid you mean this?\n%s\n", near.buf);
	str_release(&near);
	return 1;
}

/* What is no verb may be a plugin's name, which stands before all flags. */
static int
refuse_plugin(struct kubectl *kubectl, const char *flag)
{
	sink_printf(kubectl->io->err, "Error: flags cannot be placed before plugin name: %s\n", flag);
	return 1;
}

/* Whole seconds, or a duration. */
static int
check_timeout(struct kubectl *kubectl, const struct flags *flags)
{
	const char *text = flag_string(flags, "request-timeout");
	struct str why = STR_INIT;
	int64_t value;
	bool sound = !text[strspn(text, "0123456789")] || duration_read(text, &value, &why);

	str_release(&why);
	if (!sound)
		print_failure(kubectl->io, "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed "
			"by a corresponding time unit (e.g. 1s | 2m | 3h)");
	return sound ? 0 : -1;
}

/* As cobra's ValidateRequiredFlags; false after printing which are missing. */
static bool
has_required(struct kubectl *kubectl, const struct flags *flags)
{
	const char *names = kubectl->verb->required ? kubectl->verb->required : "";
	struct str missing = STR_INIT;
	bool all;

	for (size_t len; *names; names += len + (names[len] == ',')) {
		char *name;

		len = strcspn(names, ",");
		name = xstrndup(names, len);
		if (!flag_given(flags, name))
			str_addf(&missing, "%s\"%s\"", missing.len ? ", " : "", name);
		free(name);
	}
	all = !missing.len;
	if (!all)
		print_failure(kubectl->io, "required flag(s) %s not set", missing.buf);
	str_release(&missing);
	return all;
}

static int
run_verb(struct kubectl *kubectl, const struct flags *flags, enum verb_asks asks)
{
	const char *given = flag_string(flags, "namespace"), *said = NULL;
	struct kubeconfig config = { .arena = ARENA_INIT };
	struct str text = STR_INIT;
	int status = 1;

	if (flag_bool(flags, "help")) {
		help_print(kubectl->verb, kubectl->command, &text);
		sink_write(kubectl->io->out, text.buf, text.len);
		str_release(&text);
		return 0;
	}
	if (!has_required(kubectl, flags) || (asks != ASKS_NOBODY && check_timeout(kubectl, flags)))
		return 1;
	if (asks == ASKS_NOBODY || !kubeconfig_connect(kubectl, flags, asks == ASKS_THE_SERVER, &config, &said)) {
		kubectl->namespace = *given ? given : said && *said ? said : "default";
		status = kubectl->verb->run(kubectl, flags);
		kubectl->namespace = NULL;
	}
	kubeconfig_release(&config);
	return status;
}

/* ---- time ---- */

/* Whoever looks finds the cluster at rest; but changes follow on each other at once, and what watches sees it happen. */
static bool
looks(const struct kubectl *kubectl, const struct flags *flags)
{
	if (kubectl_has_flag(kubectl, "watch") && flag_bool(flags, "watch"))
		return false;
	return !kubectl_has_flag(kubectl, "dry-run");
}

static void
let_time_pass(struct kubectl *kubectl, uint64_t before)
{
	struct cluster *cluster = kubectl->cluster;

	if (store_version(cluster->server.store) == before || kubectl->after == KUBECTL_STAYS)
		return;
	if (kubectl->after == KUBECTL_WAITS)
		cluster_settle(cluster);
	else
		cluster_leave(cluster);
}

/* --record: the line as it is noted at what it changes (genericclioptions' ChangeCauseRecorder). */
static void
begin_record(struct kubectl *kubectl, const struct flags *flags)
{
	kubectl->cause = (struct str)STR_INIT;
	if (!kubectl_has_flag(kubectl, "record") || !flag_given(flags, "record"))
		return;
	sink_put(kubectl->io->err, "Flag --record has been deprecated, --record will be removed in the future\n");
	if (!flag_bool(flags, "record"))
		return;
	str_addf(&kubectl->cause, "kubectl %s", kubectl->command);
	for (size_t i = 0; i < flags->nargs; i++)
		str_addf(&kubectl->cause, " %s", flags->args[i]);
	str_add(&kubectl->cause, flags->line.buf);
}

/* The words without the verb's own, parsed and run. */
static int
parse_and_run(struct kubectl *kubectl, enum verb_asks asks, int argc, const char *const *argv)
{
	const struct flag *tables[WORDS_TABLES_MAX];
	struct cluster *cluster = kubectl->cluster;
	struct flags flags = { .dash = SIZE_MAX, .line = STR_INIT };
	struct err err = ERR_INIT;
	uint64_t before;
	int status;

	words_tables(kubectl->verb, tables);
	if (flags_parse(&flags, tables, argc, argv, &err)) {
		sink_printf(kubectl->io->err, kubectl->verb == &verb_options ? "error: %s\nRun 'kubectl %s' without flags.\n" :
			"error: %s\nSee 'kubectl %s --help' for usage.\n", err.text, kubectl->command);
		err_release(&err);
		return 1;
	}
	begin_record(kubectl, &flags);
	if (looks(kubectl, &flags))
		cluster_rest(cluster);
	before = store_version(cluster->server.store);
	status = run_verb(kubectl, &flags, asks);
	str_release(&kubectl->cause);
	flags_release(&flags);
	let_time_pass(kubectl, before);
	return status;
}

static int
print_main_help(struct kubectl *kubectl, int argc, const char *const *argv)
{
	const struct flag *tables[WORDS_TABLES_MAX];
	struct flags flags = { .dash = SIZE_MAX, .line = STR_INIT };
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	words_tables(NULL, tables);
	if (flags_parse(&flags, tables, argc, argv, &err)) {
		sink_printf(kubectl->io->err, "error: %s\nSee 'kubectl --help' for usage.\n", err.text);
		err_release(&err);
		return 1;
	}
	flags_release(&flags);
	help_print(NULL, "", &text);
	sink_write(kubectl->io->out, text.buf, text.len);
	str_release(&text);
	return 0;
}

int
kubectl_run(struct kubectl *kubectl, int argc, const char *const *argv)
{
	VEC(const char *) words = VEC_INIT;
	struct str command = STR_INIT;
	const struct verb *const *list = verbs;
	const struct verb *verb = NULL;
	enum verb_asks asks = ASKS_NOBODY;
	int from = 0, first = words_next(NULL, 0, argc, argv), status;

	if (argc && strcmp(argv[0], "__complete") == 0)
		return run_complete(kubectl, argc - 1, argv + 1);
	for (int at = 0; list; ) {
		const struct verb *found;

		at = words_next(verb, at, argc, argv);
		if (at == argc)
			break;
		found = words_verb(list, argv[at]);
		if (!found)
			break;
		for (; from < at; from++)
			*vec_push(&words) = argv[from];
		from = ++at;
		asks = verb ? asks : found->asks;
		verb = found;
		str_addf(&command, "%s%s", command.len ? " " : "", verb->name);
		list = verb->subverbs;
	}
	for (int i = from; i < argc; i++)
		*vec_push(&words) = argv[i];
	kubectl->verb = verb;
	kubectl->command = command.buf;
	kubectl->after = KUBECTL_LEAVES;
	if (!verb && first < argc)
		status = *argv[0] == '-' ? refuse_plugin(kubectl, argv[0]) : unknown_verb(kubectl, argv[first]);
	else if (!verb)
		status = print_main_help(kubectl, (int)words.n, words.v);
	else
		status = parse_and_run(kubectl, asks, (int)words.n, words.v);
	kubectl->verb = NULL;
	kubectl->command = NULL;
	str_release(&command);
	vec_release(&words);
	return status;
}

int
run_subverb_missing(struct kubectl *kubectl, const struct flags *flags)
{
	struct str text = STR_INIT, words = STR_INIT;

	if (flags->nargs) {
		for (size_t i = 0; i < flags->nargs; i++)
			str_addf(&words, "%s%s", i ? " " : "", flags->args[i]);
		print_usage_error(kubectl->io, kubectl->command, "unknown command \"%s\"", words.buf);
	} else {
		help_print(kubectl->verb, kubectl->command, &text);
		sink_write(kubectl->io->err, text.buf, text.len);
	}
	str_release(&text);
	str_release(&words);
	return 1;
}
