/* kubectl create cronjob; follows k8s.io/kubectl/pkg/cmd/create/create_cronjob.go. */
#include "kubectl/typed.h"
#include "kubectl/verb_create.h"
#include "kubectl/verb_list.h"

static const struct flag cronjob_flags[] = {
	{ "image", 0, FLAG_STRING, "", NULL, NULL, "Image to run." },
	{ "restart", 0, FLAG_STRING, "", NULL, "OnFailure,Never", "Whether a container that failed starts again." },
	{ "schedule", 0, FLAG_STRING, "", NULL, NULL, "When: five fields, as cron has them." },
	FLAGS_END,
};

static const struct flag *const cronjob_tables[] = { cronjob_flags, CREATE_TABLES, NULL };

static void
fill(struct typed *typed, const struct flags *flags, const char *name)
{
	struct arena *arena = &typed->arena;
	const char *restart = flag_string(flags, "restart");
	struct value *spec = value_make_map(arena, typed->root, "spec"), *job, *meta, *template, *pod;
	struct value *container = typed_container(typed, name, flag_string(flags, "image"));

	value_set_text(arena, spec, "schedule", flag_string(flags, "schedule"));
	job = value_make_map(arena, spec, "jobTemplate");
	meta = value_make_map(arena, job, "metadata");
	value_set_text(arena, meta, "name", name);
	value_set(arena, meta, "creationTimestamp", value_null(arena));
	template = value_make_map(arena, value_make_map(arena, job, "spec"), "template");
	value_set(arena, value_make_map(arena, template, "metadata"), "creationTimestamp", value_null(arena));
	pod = value_make_map(arena, template, "spec");
	typed_strings(typed, container, "command", flags->args + 1, flags->nargs - 1);
	value_make_map(arena, container, "resources");
	value_append(arena, value_make_list(arena, pod, "containers"), container);
	value_set_text(arena, pod, "restartPolicy", *restart ? restart : "OnFailure");
	value_make_map(arena, typed->root, "status");
}

static int
create_cronjob_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct mutation mutation;
	struct typed typed;
	const char *name = typed_name_argument(kubectl, flags);

	if (!name || mutation_begin(&mutation, kubectl, flags))
		return 1;
	typed_init(&typed, "CronJob", name, kubectl, flags);
	fill(&typed, flags, name);
	typed_create(&typed, &mutation, flags, "failed to create cronjob:");
	typed_release(&typed);
	return mutation_end(&mutation);
}

const struct verb verb_create_cronjob = {
	.name = "cronjob",
	.aliases = "cj",
	.usage = "create cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...]",
	.summary = "Make a CronJob",
	.help = "Makes a CronJob that runs an image by a schedule.",
	.examples = "kubectl create cronjob my-job --image=busybox --schedule=\"*/1 * * * *\" -- date",
	.flags = cronjob_tables,
	.args = "",
	.required = "image,schedule",
	.run = create_cronjob_run,
};
