/* kubectl get; follows k8s.io/kubectl/pkg/cmd/get/get.go. */
#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "kubectl/get_sort.h"
#include "kubectl/print_output.h"
#include "kubectl/print_table.h"
#include "kubectl/raw.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"
#include "kubectl/watch.h"
#include "server/build.h"

static const struct flag get_flags[] = {
	{ "chunk-size", 0, FLAG_INT, "500", NULL, NULL, "How many objects to ask for at a time; 0 for all at once." },
	{ "ignore-not-found", 0, FLAG_BOOL, "false", "true", NULL, "An object that doesn't exist is no error." },
	{ "label-columns", 'L', FLAG_STRINGS, NULL, NULL, NULL, "Labels to show as columns; commas, or several -L." },
	{ "no-headers", 0, FLAG_BOOL, "false", "true", NULL, "Leave out the line of column names." },
	{ "output-watch-events", 0, FLAG_BOOL, "false", "true", NULL, "With -w: show what happened to each object." },
	{ "raw", 0, FLAG_STRING, "", NULL, NULL, "A path to ask the server for, e.g. /version." },
	{ "server-print", 0, FLAG_BOOL, "true", "true", NULL, "Let the server make the table." },
	{ "show-kind", 0, FLAG_BOOL, "false", "true", NULL, "Show the type before each name." },
	{ "show-labels", 0, FLAG_BOOL, "false", "true", NULL, "Show all labels as the last column." },
	{ "sort-by", 0, FLAG_STRING, "", NULL, NULL, "Sort by this field, e.g. .metadata.name." },
	{ "subresource", 0, FLAG_STRING, "", NULL, "status,scale,resize", "The part of the object to get." },
	{ "watch", 'w', FLAG_BOOL, "false", "true", NULL, "Go on to show changes." },
	{ "watch-only", 0, FLAG_BOOL, "false", "true", NULL, "Show changes only." },
	FLAGS_END,
};

static const struct flag *const get_tables[] = {
	get_flags, output_flags, selector_flag, field_selector_flag, all_namespaces_flag, filename_flags, NULL,
};

static int
get_nothing(struct kubectl *kubectl)
{
	sink_put(kubectl->io->err,
		"You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete "
		"list of supported resources.\n\n");
	return print_usage_error(kubectl->io, kubectl->command,
		"Required resource not specified.\nUse \"kubectl explain "
		"<resource>\" for a detailed description of that resource (e.g. kubectl explain pods).");
}

/* ---- tables ---- */

static struct table_options
table_options(struct kubectl *kubectl, const struct flags *flags, const struct resources *resources,
	enum output_format format, const char **labels)
{
	struct table_options options = { .wide = format == OUTPUT_WIDE };

	options.plain = !flag_bool(flags, "server-print");
	options.no_headers = flag_bool(flags, "no-headers");
	options.show_kind = resources->many_kinds || flag_bool(flags, "show-kind");
	options.show_labels = flag_bool(flags, "show-labels");
	options.namespaces = kubectl_all_namespaces(kubectl, flags);
	options.nlabel_columns = flag_count(flags, "label-columns");
	for (size_t i = 0; i < options.nlabel_columns; i++)
		labels[i] = flag_item(flags, "label-columns", i);
	options.label_columns = labels;
	options.now = kubectl->cluster->server.clock.now;
	return options;
}

/* The run of objects of one kind that begins at from. */
static size_t
run_of_kind(const struct resources *resources, size_t from)
{
	size_t to = from;

	while (to < resources->list.n && resources->list.v[to].kind == resources->list.v[from].kind)
		to++;
	return to - from;
}

static void
print_groups(struct resources *resources, const struct object **objects, struct table_options *options, struct str *out)
{
	for (size_t from = 0, n; from < resources->list.n; from += n) {
		bool namespaces = options->namespaces;

		n = run_of_kind(resources, from);
		if (out->len && !options->no_headers)
			str_add(out, "\n");
		options->namespaces = namespaces && resources->list.v[from].kind->namespaced;
		table_print(objects + from, n, options, out);
		options->namespaces = namespaces;
	}
}

static int
print_tables(struct kubectl *kubectl, const struct flags *flags, struct resources *resources,
	const struct object **objects, enum output_format format)
{
	const char **labels = xcalloc(flag_count(flags, "label-columns") + 1, sizeof *labels);
	struct table_options options = table_options(kubectl, flags, resources, format, labels);
	struct str out = STR_INIT;

	print_groups(resources, objects, &options, &out);
	sink_write(kubectl->io->out, out.buf, out.len);
	if (!out.len && !resources->failures.list.n && !flag_bool(flags, "ignore-not-found"))
		print_no_resources(kubectl, !resources->cluster_wide, options.namespaces);
	str_release(&out);
	free(labels);
	return 0;
}

/* ---- everything else ---- */

static int
print_names(struct kubectl *kubectl, const struct resources *resources, const struct object **objects)
{
	char buf[96];

	for (size_t i = 0; i < resources->list.n; i++)
		sink_printf(kubectl->io->out, "%s/%s\n", kind_qualified(objects[i]->kind, buf), objects[i]->name);
	return 0;
}

static int
print_generic(struct kubectl *kubectl, const struct resources *resources, const struct object **objects,
	struct output *output)
{
	struct arena arena = ARENA_INIT;
	struct value *list, *items, *metadata;
	int status;

	if (resources->single && !resources->list.n)
		return 0;
	if (resources->single && resources->list.n == 1)
		return output_print(kubectl, output, objects[0]->root, false);
	list = value_map(&arena);
	value_set_text(&arena, list, "apiVersion", "v1");
	items = value_make_list(&arena, list, "items");
	for (size_t i = 0; i < resources->list.n; i++)
		value_append(&arena, items, objects[i]->root);
	value_set_text(&arena, list, "kind", "List");
	metadata = value_make_map(&arena, list, "metadata");
	value_set_text(&arena, metadata, "resourceVersion", "");
	status = output_print(kubectl, output, list, false);
	arena_release(&arena);
	return status;
}

static int
print_found(struct kubectl *kubectl, const struct flags *flags, struct resources *resources, struct output *output)
{
	const struct object **objects = xcalloc(resources->list.n + 1, sizeof *objects);
	bool table = output->format == OUTPUT_NONE || output->format == OUTPUT_WIDE;
	int status = 0;

	for (size_t i = 0; i < resources->list.n; i++)
		objects[i] = resources->list.v[i].object;
	if (*flag_string(flags, "sort-by"))
		status = get_sort(kubectl, flags, resources, objects, table);
	if (!status && table)
		status = print_tables(kubectl, flags, resources, objects, output->format);
	else if (!status && output->format == OUTPUT_NAME)
		status = print_names(kubectl, resources, objects);
	else if (!status)
		status = print_generic(kubectl, resources, objects, output);
	free(objects);
	return status;
}

static bool
is_broken(const struct resources *resources)
{
	return !resources->list.n && resources->failures.list.n &&
		resources->failures.list.v[0].status.reason == STATUS_OK;
}

/* A wrong -o is found out before several objects are printed, whatever else is wrong; of one object it counts last. */
static int
refuse_output(struct kubectl *kubectl, struct resources *resources, const struct output *output)
{
	if (resources->single && !resources->list.n)
		return 0;
	failures_release(&resources->failures);
	return print_failure(kubectl->io, "%s", output->wrong);
}

/* Flags that don't go together; false after telling so. */
static bool
flags_make_sense(struct kubectl *kubectl, const struct flags *flags)
{
	const char *output = flag_string(flags, "output");
	bool watching = flag_bool(flags, "watch") || flag_bool(flags, "watch-only");

	if (*flag_string(flags, "raw") && flags->nargs)
		print_failure(kubectl->io, "arguments may not be passed when --raw is specified");
	else if (*flag_string(flags, "raw") && (watching || *flag_string(flags, "selector")))
		print_failure(kubectl->io,
			"--raw may not be specified with other flags that filter the server request or alter "
			"the output");
	else if (*flag_string(flags, "raw") && *output)
		print_failure(kubectl->io, "--raw and --output are mutually exclusive");
	else if (*flag_string(flags, "raw") && !raw_is_path(flag_string(flags, "raw")))
		print_failure(kubectl->io, RAW_NO_PATH, flag_string(flags, "raw"));
	else if (flag_bool(flags, "show-labels") && *output && strcmp(output, "wide") != 0)
		print_failure(kubectl->io, "--show-labels option cannot be used with %s printer", output);
	else if (flag_bool(flags, "output-watch-events") && !watching)
		print_failure(
			kubectl->io, "--output-watch-events option can only be used with --watch or --watch-only");
	else
		return true;
	return false;
}

/* --watch: one object, or the objects of one kind. */
static int
watch_found(
	struct kubectl *kubectl, const struct flags *flags, const struct resources *resources, struct output *output)
{
	const char **labels = xcalloc(flag_count(flags, "label-columns") + 1, sizeof *labels);
	struct watch watch = { kubectl, flags, output, table_options(kubectl, flags, resources, output->format, labels),
		flag_bool(flags, "watch-only"), flag_bool(flags, "output-watch-events") };
	int status;

	if (resources->many_kinds)
		status = print_failure(kubectl->io, "you may only specify a single resource type");
	else if (!resources->single && resources->list.n > 1 && flags->nargs > 1)
		status = print_failure(kubectl->io,
			"watch is only supported on individual resources and resource collections - %zu "
			"resources were found",
			resources->list.n);
	else
		status = watch_run(&watch, resources);
	free(labels);
	return status;
}

static int
get_run(struct kubectl *kubectl, const struct flags *flags)
{
	bool watching = flag_bool(flags, "watch") || flag_bool(flags, "watch-only");

	struct resources resources = RESOURCES_INIT;
	struct output output = OUTPUT_INIT;
	unsigned how = RESOURCES_TYPE_IS_ALL | (flag_bool(flags, "ignore-not-found") ? RESOURCES_IGNORE_MISSING : 0);
	int status = 0;

	if (!flags_make_sense(kubectl, flags))
		return 1;
	if (*flag_string(flags, "raw"))
		return raw_get(kubectl, flag_string(flags, "raw"));
	if (!flags->nargs && !manifests_given(flags))
		return get_nothing(kubectl);
	output_parse_late(kubectl, flags, true, &output);
	output.no_headers = flag_bool(flags, "no-headers");
	resources_find(kubectl, flags, flags->args, flags->nargs, how, &resources);
	if (output.format == OUTPUT_WRONG && !is_broken(&resources))
		status = refuse_output(kubectl, &resources, &output);
	else if (watching && !resources.failures.list.n)
		status = watch_found(kubectl, flags, &resources, &output);
	else if (!watching && !is_broken(&resources))
		status = print_found(kubectl, flags, &resources, &output);
	status |= failures_print(&resources.failures, kubectl->io);
	resources_release(&resources);
	output_release(&output);
	return status;
}

const struct verb verb_get = {
	.name = "get",
	.aliases = "",
	.usage = "get [(-o|--output=)FORMAT] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME "
		 "...) [flags]",
	.summary = "Show one or many objects",
	.help = "Shows objects as a table, one line each, or in the form that -o asks for.  Only the current namespace "
		"is\n"
		"looked into, unless -n or -A says otherwise.",
	.examples = "# Services with their selectors\nkubectl get svc -o wide\n\n"
		    "# What stands behind a Service\nkubectl get endpointslices -l kubernetes.io/service-name=web\n\n"
		    "# One field\nkubectl get svc web -o jsonpath='{.spec.clusterIP}'",
	.flags = get_tables,
	.args = "objects",
	.run = get_run,
};
