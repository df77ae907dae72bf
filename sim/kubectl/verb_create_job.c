/* kubectl create job; follows k8s.io/kubectl/pkg/cmd/create/create_job.go. */
#include <string.h>

#include "kubectl/resource_args.h"
#include "kubectl/typed.h"
#include "kubectl/verb_create.h"
#include "kubectl/verb_list.h"

static const struct flag job_flags[] = {
	{ "from", 0, FLAG_STRING, "", NULL, NULL, "A cronjob/NAME to take the job from." },
	{ "image", 0, FLAG_STRING, "", NULL, NULL, "Image to run." },
	FLAGS_END,
};

static const struct flag *const job_tables[] = { job_flags, CREATE_TABLES, NULL };

static void
fill_from_image(struct typed *typed, const struct flags *flags, const char *name)
{
	struct arena *arena = &typed->arena;
	struct value *template, *spec, *container = typed_container(typed, name, flag_string(flags, "image"));

	template = value_make_map(arena, value_make_map(arena, typed->root, "spec"), "template");
	value_set(arena, value_make_map(arena, template, "metadata"), "creationTimestamp", value_null(arena));
	spec = value_make_map(arena, template, "spec");
	typed_strings(typed, container, "command", flags->args + 1, flags->nargs - 1);
	value_make_map(arena, container, "resources");
	value_append(arena, value_make_list(arena, spec, "containers"), container);
	value_set_text(arena, spec, "restartPolicy", "Never");
	value_make_map(arena, typed->root, "status");
}

/* It belongs to the CronJob, which does not control it: not one of those that the schedule made. */
static void
put_owner(struct typed *typed, const struct object *cron)
{
	struct value *reference = value_map(&typed->arena);

	value_set_text(&typed->arena, reference, "apiVersion", "batch/v1");
	value_set_text(&typed->arena, reference, "kind", "CronJob");
	value_set_text(&typed->arena, reference, "name", cron->name);
	value_set_text(&typed->arena, reference, "uid", object_uid(cron));
	value_set_bool(&typed->arena, reference, "controller", true);
	value_append(&typed->arena, value_make_list(&typed->arena, typed->metadata, "ownerReferences"), reference);
}

/* The job of a CronJob, as if it were started by hand. */
static void
fill_from_cronjob(struct typed *typed, const struct object *cron)
{
	const struct value *labels = value_path(cron->root, "spec.jobTemplate.metadata.labels");
	const struct value *annotations = value_path(cron->root, "spec.jobTemplate.metadata.annotations");
	struct value *own = annotations ? value_copy(&typed->arena, annotations) : value_map(&typed->arena);

	if (value_count(labels))
		value_set(&typed->arena, typed->metadata, "labels", value_copy(&typed->arena, labels));
	value_set_text(&typed->arena, own, "cronjob.kubernetes.io/instantiate", "manual");
	value_set(&typed->arena, typed->metadata, "annotations", own);
	put_owner(typed, cron);
	value_set(&typed->arena, typed->root, "spec",
		value_copy(&typed->arena, value_path(cron->root, "spec.jobTemplate.spec")));
	value_make_map(&typed->arena, typed->root, "status");
}

/* --from names it as any object is named, and it has to be a CronJob. */
static int
fill_from(struct typed *typed, struct mutation *mutation, const struct flags *flags)
{
	char *words[] = { (char *)flag_string(flags, "from") };
	struct resources resources = RESOURCES_INIT;
	int status = -1;

	resources_find(mutation->kubectl, flags, words, 1, RESOURCES_TYPED, &resources);
	if (!resources.list.n) {
		failures_move(&mutation->failures, &resources.failures);
	} else if (strcmp(resources.list.v[0].kind->kind, "CronJob") != 0) {
		const struct kind *kind = resources.list.v[0].kind;

		failures_add(&mutation->failures, "unknown object type *%s.%s", kind->version, kind->kind);
	} else {
		fill_from_cronjob(typed, resources.list.v[0].object);
		status = 0;
	}
	resources_release(&resources);
	return status;
}

static int
create_job_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct mutation mutation;
	struct typed typed;
	const char *from = flag_string(flags, "from"), *image = flag_string(flags, "image");
	const char *name = typed_name_argument(kubectl, flags);
	int status = 0;

	if (!name)
		return 1;
	if (!*image == !*from)
		return print_failure(kubectl->io, "either --image or --from must be specified");
	if (*from && flags->nargs > 1)
		return print_failure(kubectl->io, "cannot specify --from and command");
	if (mutation_begin(&mutation, kubectl, flags))
		return 1;
	typed_init(&typed, "Job", name, kubectl, flags);
	if (*from)
		status = fill_from(&typed, &mutation, flags);
	else
		fill_from_image(&typed, flags, name);
	if (!status)
		typed_create(&typed, &mutation, flags, "failed to create job:");
	typed_release(&typed);
	return mutation_end(&mutation);
}

const struct verb verb_create_job = {
	.name = "job",
	.aliases = "",
	.usage = "create job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
	.summary = "Make a Job",
	.help = "Makes a Job that runs an image once, or what a CronJob would run.",
	.examples = "kubectl create job my-job --image=busybox -- date",
	.flags = job_tables,
	.args = "",
	.run = create_job_run,
};
