/* kubectl api-resources and api-versions; follows k8s.io/kubectl/pkg/cmd/apiresources. */
#include <stdlib.h>
#include <string.h>

#include "kubectl/api_types.h"
#include "kubectl/failures.h"
#include "kubectl/tabs.h"
#include "kubectl/verb_list.h"

static const struct flag api_resources_flags[] = {
	{ "api-group", 0, FLAG_STRING, "", NULL, NULL, "Only types of this group." },
	{ "cached", 0, FLAG_BOOL, "false", "true", NULL, "Take the cached list when there is one." },
	{ "categories", 0, FLAG_STRINGS, NULL, NULL, "all", "Only types of these categories." },
	{ "namespaced", 0, FLAG_BOOL, "true", "true", NULL, "Only types that live in namespaces, or (=false) only others." },
	{ "no-headers", 0, FLAG_BOOL, "false", "true", NULL, "Leave out the line of column names." },
	{ "output", 'o', FLAG_STRING, "", NULL, "wide,name", "wide or name." },
	{ "sort-by", 0, FLAG_STRING, "", NULL, "name,kind", "name or kind." },
	{ "verbs", 0, FLAG_STRINGS, NULL, NULL, NULL, "Only types that know these verbs." },
	FLAGS_END,
};
static const struct flag *const api_resources_tables[] = { api_resources_flags, NULL };

static int
by_name(const void *a, const void *b)
{
	const struct api_type *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	return order ? order : api_type_compare(a, b);
}

static int
by_kind(const void *a, const void *b)
{
	const struct api_type *left = a, *right = b;
	int order = strcmp(left->kind, right->kind);

	return order ? order : api_type_compare(a, b);
}

static bool
is_wanted(const struct flags *flags, const struct api_type *row)
{
	if (flag_given(flags, "api-group") && strcmp(flag_string(flags, "api-group"), row->group) != 0)
		return false;
	if (flag_given(flags, "namespaced") && flag_bool(flags, "namespaced") != row->namespaced)
		return false;
	for (size_t i = 0; i < flag_count(flags, "verbs"); i++)
		if (!api_list_has(row->verbs, flag_item(flags, "verbs", i)))
			return false;
	for (size_t i = 0; i < flag_count(flags, "categories"); i++)
		if (!api_list_has(row->categories, flag_item(flags, "categories", i)))
			return false;
	return true;
}

static void
add_row(const struct api_type *row, const char *output, struct str *text)
{
	const char *slash = *row->group ? "/" : "";

	if (strcmp(output, "name") == 0) {
		str_addf(text, "%s%s%s\n", row->name, *row->group ? "." : "", row->group);
		return;
	}
	str_addf(text, "%s\t%s\t%s%s%s\t%s\t%s", row->name, row->shorts, row->group, slash, row->version,
		row->namespaced ? "true" : "false", row->kind);
	if (strcmp(output, "wide") == 0)
		str_addf(text, "\t%s\t%s", row->verbs, row->categories);
	str_add(text, "\n");
}

static int
refuse_words(struct kubectl *kubectl, const struct flags *flags)
{
	struct str words = STR_INIT;

	for (size_t i = 0; i < flags->nargs; i++)
		str_addf(&words, "%s%s", i ? " " : "", flags->args[i]);
	print_usage_error(kubectl->io, kubectl->command, "unexpected arguments: [%s]", words.buf);
	str_release(&words);
	return 1;
}

static int
api_resources_run(struct kubectl *kubectl, const struct flags *flags)
{
	const char *output = flag_string(flags, "output"), *sort = flag_string(flags, "sort-by");
	struct str text = STR_INIT, aligned = STR_INIT;
	struct api_type *rows;
	size_t n;

	if (flags->nargs)
		return refuse_words(kubectl, flags);
	if (*output && strcmp(output, "wide") != 0 && strcmp(output, "name") != 0)
		return print_failure(kubectl->io, "--output %s is not available", output);
	if (*sort && strcmp(sort, "name") != 0 && strcmp(sort, "kind") != 0)
		return print_failure(kubectl->io, "--sort-by accepts only name or kind");
	rows = api_types(kubectl, &n);
	if (*sort)
		qsort(rows, n, sizeof *rows, *sort == 'n' ? by_name : by_kind);
	if (!flag_bool(flags, "no-headers") && strcmp(output, "name") != 0)
		str_addf(&text, "NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND%s\n",
			strcmp(output, "wide") == 0 ? "\tVERBS\tCATEGORIES" : "");
	for (size_t i = 0; i < n; i++)
		if (is_wanted(flags, &rows[i]))
			add_row(&rows[i], output, &text);
	tabs_align(text.buf, TABS_TABLE, &aligned);
	sink_write(kubectl->io->out, aligned.buf, aligned.len);
	str_release(&text);
	str_release(&aligned);
	free(rows);
	return 0;
}

const struct verb verb_api_resources = {
	.name = "api-resources",
	.aliases = "",
	.usage = "api-resources",
	.summary = "Show the types that the server knows",
	.help = "Shows the types that the server knows, with their short names and versions.",
	.examples = "kubectl api-resources\n\n# Types without a namespace\nkubectl api-resources --namespaced=false",
	.flags = api_resources_tables,
	.args = "",
	.run = api_resources_run,
	.asks = ASKS_THE_SERVER,
};

/* ---- api-versions ---- */

/* The one group of the server's own that has a version beside that of its types. */
#define AUTOSCALING_V1 "autoscaling/v1"

static int
by_text(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(*left, *right);
}

static int
api_versions_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct arena arena = ARENA_INIT;
	size_t n, nversions = 0;
	struct api_type *rows;
	const char **versions;

	if (flags->nargs)
		return refuse_words(kubectl, flags);
	rows = api_types(kubectl, &n);
	versions = xcalloc(n + kind_count() + 1, sizeof *versions);
	for (size_t i = 0; i < n; i++)
		versions[nversions++] = arena_printf(&arena, "%s%s%s", rows[i].group, *rows[i].group ? "/" : "", rows[i].version);
	for (const struct kind *kind = kinds; kind->kind; kind++)
		if (kind->also[0] && server_serves(&kubectl->cluster->server, kind))
			versions[nversions++] = arena_printf(&arena, "%s/%s", kind->group, kind->also);
	versions[nversions++] = AUTOSCALING_V1;
	qsort(versions, nversions, sizeof *versions, by_text);
	for (size_t i = 0; i < nversions; i++)
		if (!i || strcmp(versions[i], versions[i - 1]) != 0)
			sink_printf(kubectl->io->out, "%s\n", versions[i]);
	free(versions);
	free(rows);
	arena_release(&arena);
	return 0;
}

const struct verb verb_api_versions = {
	.name = "api-versions",
	.aliases = "",
	.usage = "api-versions",
	.summary = "Show the groups and versions that the server knows",
	.help = "Shows the groups and versions that the server knows, as group/version.",
	.examples = "kubectl api-versions",
	.args = "",
	.run = api_versions_run,
	.asks = ASKS_THE_SERVER,
};
