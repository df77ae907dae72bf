/* kubectl describe; follows k8s.io/kubectl/pkg/cmd/describe/describe.go. */
#include <string.h>

#include "kubectl/describe.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"

static const struct flag describe_flags[] = {
	{ "chunk-size", 0, FLAG_INT, "500", NULL, NULL, "How many objects to ask for at a time; 0 for all at once." },
	{ "show-events", 0, FLAG_BOOL, "true", "true", NULL, "Show what happened to the object." },
	FLAGS_END,
};

static const struct flag *const describe_tables[] = {
	describe_flags, selector_flag, all_namespaces_flag, filename_flags, NULL,
};

static void
print_pages(struct kubectl *kubectl, const struct flags *flags, const struct resources *resources)
{
	for (size_t i = 0; i < resources->list.n; i++) {
		struct describe page = { kubectl, flag_bool(flags, "show-events"), STR_INIT, STR_INIT };

		describe_object(&page, resources->list.v[i].object);
		if (i && !resources->by_prefix)
			sink_put(kubectl->io->out, "\n\n");
		sink_write(kubectl->io->out, page.out.buf, page.out.len);
		if (resources->by_prefix)
			sink_put(kubectl->io->out, "\n");
		str_release(&page.text);
		str_release(&page.out);
	}
}

static int
describe_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct resources resources = RESOURCES_INIT;
	bool one_name = flags->nargs == 2 && !strchr(flags->args[1], '/');
	unsigned how = RESOURCES_TYPE_IS_ALL | (one_name ? RESOURCES_BY_PREFIX : 0);
	int status;

	if (!flags->nargs && !manifests_given(flags))
		return print_failure(kubectl->io, "You must specify the type of resource to describe. Use \"kubectl api-resources\" "
			"for a complete list of supported resources.");
	resources_find(kubectl, flags, flags->args, flags->nargs, how, &resources);
	print_pages(kubectl, flags, &resources);
	if (!resources.list.n && !resources.failures.list.n)
		print_no_resources(kubectl, true, kubectl_all_namespaces(kubectl, flags));
	status = failures_print(&resources.failures, kubectl->io);
	resources_release(&resources);
	return status;
}

const struct verb verb_describe = {
	.name = "describe",
	.aliases = "",
	.usage = "describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
	.summary = "Show one or many objects at length",
	.help = "Shows what is known of objects, and of others that belong to them, with recent events.  A name that doesn't\n"
		"exist stands for all names that begin with it.",
	.examples = "kubectl describe svc web\n\n# All pods with a label\nkubectl describe pods -l app=web",
	.flags = describe_tables,
	.args = "objects",
	.run = describe_run,
};
