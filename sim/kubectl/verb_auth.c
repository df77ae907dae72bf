/*
 * kubectl auth; follows k8s.io/kubectl/pkg/cmd/auth: cani.go, whoami.go.  What is allowed, authority.h says.
 */
#include <stdlib.h>
#include <string.h>

#include "kubectl/api_types.h"
#include "kubectl/authority.h"
#include "kubectl/failures.h"
#include "kubectl/manifest.h"
#include "kubectl/mutation.h"
#include "kubectl/resource_args.h"
#include "kubectl/tabs.h"
#include "kubectl/verb_list.h"

/* ---- can-i ---- */

static const struct flag can_i_flags[] = {
	{ "list", 0, FLAG_BOOL, "false", "true", NULL, "Show everything that is allowed." },
	{ "no-headers", 0, FLAG_BOOL, "false", "true", NULL, "Leave the headings out." },
	{ "quiet", 'q', FLAG_BOOL, "false", "true", NULL, "Answer by the exit status alone." },
	{ "subresource", 0, FLAG_STRING, "", NULL, NULL, "A part of the kind, such as log or scale." },
	FLAGS_END,
};
static const struct flag *const can_i_tables[] = { can_i_flags, all_namespaces_flag, NULL };

static const char *const resource_verbs[] = {
	"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind", "impersonate", "*",
	"approve", "sign", "escalate", "attest", NULL,
};
static const char *const path_verbs[] = { "get", "put", "post", "head", "options", "delete", "patch", "*", NULL };
static const char *const other_resources[] = { "users", "groups", NULL };	/* that no server lists */

static bool
is_in(const char *const *list, const char *word)
{
	while (*list && strcmp(*list, word) != 0)
		list++;
	return *list;
}

static void
warn_of_type(struct kubectl *kubectl, const char *type)
{
	const char *dot = strchr(type, '.');

	if (dot)
		sink_printf(kubectl->io->err, "Warning: the server doesn't have a resource type '%.*s' in group '%s'\n\n",
			(int)(dot - type), type, dot + 1);
	else if (!is_in(other_resources, type))
		sink_printf(kubectl->io->err, "Warning: the server doesn't have a resource type '%s'\n\n", type);
}

static void
warn_of_scope(struct kubectl *kubectl, const struct api_type *type)
{
	sink_printf(kubectl->io->err, "Warning: resource '%s' is not namespace scoped%s%s%s\n\n", type->name,
		*type->group ? " in group '" : "", type->group, *type->group ? "'" : "");
}

/* The word is TYPE or TYPE/NAME; what is odd about it is only said.  A type that nobody knows is asked for as it was written. */
static bool
may_use_type(struct kubectl *kubectl, const struct flags *flags, const struct identity *identity)
{
	char *word = xstrndup(flags->args[1], strcspn(flags->args[1], "/")), *lower = xstrdup(word);
	struct api_type type = { .name = word, .group = "", .namespaced = true };
	bool known, allowed;

	for (char *c = lower; *c; c++)
		*c = (char)ascii_tolower((unsigned char)*c);
	known = strcmp(word, "*") == 0 || api_type_find(kubectl, word, &type);
	if (!known)
		warn_of_type(kubectl, lower);
	if (!type.namespaced && !flag_bool(flags, "all-namespaces"))
		warn_of_scope(kubectl, &type);
	if (*word && !flag_bool(flags, "all-namespaces") && !is_in(resource_verbs, flags->args[0]))
		sink_printf(kubectl->io->err, "Warning: verb '%s' is not a known verb\n\n", flags->args[0]);
	allowed = authority_allows(identity, flags->args[0], type.name, type.group, NULL);
	free(lower);
	free(word);
	return allowed;
}

static int
list_rules(struct kubectl *kubectl, const struct flags *flags, const struct identity *identity)
{
	struct str text = STR_INIT, aligned = STR_INIT;
	const struct authority_rule *rule;

	if (!flag_bool(flags, "no-headers"))
		str_add(&text, "Resources\tNon-Resource URLs\tResource Names\tVerbs\n");
	for (size_t i = 0; (rule = authority_rule(identity, i)); i++)
		str_addf(&text, "%s%s%s\t[%s]\t[]\t[%s]\n", rule->resource ? rule->resource : "", rule->resource ? "." : "",
			rule->resource ? rule->group : "", rule->path ? rule->path : "", rule->verb);
	tabs_align(text.buf, TABS_TABLE, &aligned);
	sink_write(kubectl->io->out, aligned.buf, aligned.len);
	str_release(&text);
	str_release(&aligned);
	return 0;
}

static int
ask(struct kubectl *kubectl, const struct flags *flags, const struct identity *identity)
{
	const char *path = flags->args[1][0] == '/' ? flags->args[1] : NULL;
	bool allowed;

	if (path && *flag_string(flags, "subresource"))
		return print_failure(kubectl->io, "--subresource can not be used with NonResourceURL");
	if (path && !is_in(path_verbs, flags->args[0]))
		sink_printf(kubectl->io->err, "Warning: verb '%s' is not a known verb\n\n", flags->args[0]);
	allowed = path ? authority_allows(identity, flags->args[0], NULL, NULL, path) : may_use_type(kubectl, flags, identity);
	if (flag_bool(flags, "no-headers"))
		return print_failure(kubectl->io, "--no-headers cannot be set without --list specified");
	if (!flag_bool(flags, "quiet"))
		sink_put(kubectl->io->out, allowed ? "yes\n" : "no\n");
	return allowed ? 0 : 1;
}

static int
can_i_run(struct kubectl *kubectl, const struct flags *flags)
{
	bool lists = flag_bool(flags, "list");
	struct identity identity;
	int status;

	if (lists && flags->nargs)
		return print_failure(kubectl->io, "list option must be specified with no arguments");
	if (!lists && flags->nargs != 2)
		return print_failure(kubectl->io, "you must specify two arguments: verb resource or verb resource/resourceName.\n"
			"See 'kubectl auth can-i -h' for help and examples.");
	if (lists && (flag_bool(flags, "quiet") || flag_bool(flags, "all-namespaces") || *flag_string(flags, "subresource")))
		return print_failure(kubectl->io, "list option can't be specified with neither quiet, all-namespaces nor subresource "
			"options");
	identity_of(flags, &identity);
	status = lists ? list_rules(kubectl, flags, &identity) : ask(kubectl, flags, &identity);
	identity_release(&identity);
	return status;
}

static const struct verb verb_can_i = {
	.name = "can-i",
	.aliases = "",
	.usage = "auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
	.summary = "Ask whether something is allowed",
	.help = "Says whether a verb on a kind is allowed: yes or no.",
	.examples = "kubectl auth can-i create services",
	.flags = can_i_tables,
	.args = "",
	.run = can_i_run,
};

/* ---- whoami ---- */

static const struct flag *const whoami_tables[] = { output_flags, NULL };

static void
print_identity(struct kubectl *kubectl, const struct identity *identity)
{
	struct str text = STR_INIT, aligned = STR_INIT;

	str_addf(&text, "ATTRIBUTE\tVALUE\nUsername\t%s\n", identity->user);
	if (*identity->uid)
		str_addf(&text, "UID\t%s\n", identity->uid);
	str_add(&text, "Groups\t[");
	for (size_t i = 0; i < identity->groups.n; i++)
		str_addf(&text, "%s%s", i ? " " : "", identity->groups.v[i]);
	str_add(&text, "]\n");
	tabs_align(text.buf, TABS_TABLE, &aligned);
	sink_write(kubectl->io->out, aligned.buf, aligned.len);
	str_release(&text);
	str_release(&aligned);
}

/* The SelfSubjectReview that the server answers with. */
static int
print_review(struct kubectl *kubectl, struct identity *identity, struct output *output)
{
	struct arena *arena = &identity->arena;
	struct value *root = value_map(arena), *info, *groups;
	char now[CLOCK_TEXT];

	clock_format(kubectl->cluster->server.clock.now, now);
	value_set_text(arena, root, "kind", "SelfSubjectReview");
	value_set_text(arena, root, "apiVersion", "authentication.k8s.io/v1");
	value_set_text(arena, value_make_map(arena, root, "metadata"), "creationTimestamp", now);
	info = value_make_map(arena, value_make_map(arena, root, "status"), "userInfo");
	value_set_text(arena, info, "username", identity->user);
	if (*identity->uid)
		value_set_text(arena, info, "uid", identity->uid);
	groups = value_make_list(arena, info, "groups");
	for (size_t i = 0; i < identity->groups.n; i++)
		value_append(arena, groups, value_string(arena, identity->groups.v[i]));
	return output_print(kubectl, output, root, true);
}

static int
whoami_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct identity identity;
	struct output output;
	int status = 0;

	if (output_parse(kubectl, flags, false, &output))
		return 1;
	identity_of(flags, &identity);
	if (output.format == OUTPUT_NONE)
		print_identity(kubectl, &identity);
	else
		status = print_review(kubectl, &identity, &output);
	identity_release(&identity);
	output_release(&output);
	return status;
}

static const struct verb verb_whoami = {
	.name = "whoami",
	.aliases = "",
	.usage = "auth whoami",
	.summary = "Show who asks",
	.help = "Shows as whom kubectl asks the API server, and in which groups that user is.",
	.examples = "kubectl auth whoami\nkubectl auth whoami -o yaml",
	.flags = whoami_tables,
	.args = "",
	.run = whoami_run,
};

/* ---- reconcile ---- */

static const struct flag reconcile_flags[] = {
	{ "remove-extra-permissions", 0, FLAG_BOOL, "false", "true", NULL, "Take away what the file does not allow." },
	{ "remove-extra-subjects", 0, FLAG_BOOL, "false", "true", NULL, "Take away whom the file does not name." },
	FLAGS_END,
};
static const struct flag *const reconcile_tables[] = { reconcile_flags, output_flags, dry_run_flag, filename_flags, NULL };

static int
reconcile_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct manifests manifests = MANIFESTS_INIT;
	struct failures failures = FAILURES_INIT;

	if (!manifests_given(flags))
		return print_failure(kubectl->io, "must specify one of -f and -k");
	if (flags->nargs)
		return print_failure(kubectl->io, "no arguments are allowed");
	manifests_read(kubectl, flags, false, &manifests, &failures);
	if (!failures.list.n)
		failures_add(&failures, "roles and bindings are not held in this model");
	manifests_release(&manifests);
	return failures_print(&failures, kubectl->io);
}

static const struct verb verb_reconcile = {
	.name = "reconcile",
	.aliases = "",
	.usage = "auth reconcile -f FILENAME",
	.summary = "Bring roles and bindings to what a file says (refused here)",
	.help = "Refused: roles and bindings are not held in this model.",
	.examples = "",
	.flags = reconcile_tables,
	.args = "",
	.run = reconcile_run,
};

static const struct verb *const auth_subverbs[] = { &verb_can_i, &verb_reconcile, &verb_whoami, NULL };

const struct verb verb_auth = {
	.name = "auth",
	.aliases = "",
	.usage = "auth [flags]",
	.summary = "Ask what is allowed",
	.help = "Asks what is allowed, and to whom.",
	.examples = "",
	.subverbs = auth_subverbs,
	.args = "",
	.run = run_subverb_missing,
	.asks = ASKS_THE_SERVER,
};
