/* Follows k8s.io/kubectl/pkg/cmd/delete/delete.go and cmd/util/helpers.go (GetCascadingStrategy). */
#include "kubectl/removal.h"

#include <stdlib.h>
#include <string.h>

#include "kubectl/verb_list.h"

const struct flag removal_flags[] = {
	{ "cascade", 0, FLAG_STRING, "background", "background", "background,foreground,orphan",
		"What happens to what the object owns: deleted after it, before it, or kept (orphan)." },
	{ "force", 0, FLAG_BOOL, "false", "true", NULL, "With --grace-period=0: don't wait for the node's word." },
	{ "grace-period", 0, FLAG_INT, "-1", NULL, NULL, "Seconds that a pod is given to end; -1 for its own." },
	{ "timeout", 0, FLAG_DURATION, "0s", NULL, NULL, "How long to wait; 0 for as long as it takes." },
	{ "wait", 0, FLAG_BOOL, "true", "true", NULL, "Wait until the objects are gone." },
	FLAGS_END,
};

static const struct {
	const char *word;
	enum propagation propagation;
	const char *instead;	/* of a word of former times; NULL */
} cascades[] = {
	{ "background", PROPAGATE_BACKGROUND, NULL }, { "true", PROPAGATE_BACKGROUND, "background" },
	{ "foreground", PROPAGATE_FOREGROUND, NULL }, { "orphan", PROPAGATE_ORPHAN, NULL },
	{ "false", PROPAGATE_ORPHAN, "orphan" },
};

static bool
read_cascade(const char *word, struct sink *err, enum propagation *propagation)
{
	for (size_t i = 0; i < sizeof cascades / sizeof *cascades; i++)
		if (strcmp(cascades[i].word, word) == 0) {
			*propagation = cascades[i].propagation;
			if (cascades[i].instead)
				sink_printf(err, "warning: --cascade=%s is deprecated (boolean value) and can be replaced with "
					"--cascade=%s.\n", word, cascades[i].instead);
			return true;
		}
	return false;
}

int
removal_read_cascade(struct io *io, const struct flags *flags, enum propagation *propagation)
{
	const char *cascade = flag_string(flags, "cascade");

	if (read_cascade(cascade, io->err, propagation))
		return 0;
	return -print_failure(io, "invalid cascade value (%s). Must be \"background\", \"foreground\", or \"orphan\"", cascade);
}

int
removal_begin(struct removal *removal, struct mutation *mutation, const struct flags *flags)
{
	*removal = (struct removal){ .mutation = mutation, .grace_seconds = flag_int(flags, "grace-period"),
		.force = flag_bool(flags, "force") };
	if (removal_read_cascade(mutation->kubectl->io, flags, &removal->propagation))
		return -1;
	if (removal->force && removal->grace_seconds < 0)
		removal->grace_seconds = 0;
	/* Zero seconds are one, unless forced. */
	if (!removal->grace_seconds && !removal->force)
		removal->grace_seconds = 1;
	return 0;
}

void
removal_warn(const struct removal *removal)
{
	if (removal->force)
		sink_put(removal->mutation->kubectl->io->err, "Warning: Immediate deletion does not wait for confirmation that the "
			"running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n");
}

static void
print_deleted(const struct removal *removal, const struct resource *resource)
{
	static const char *const suffixes[] = { "", " (dry run)", " (server dry run)" };
	struct sink *out = removal->mutation->kubectl->io->out;
	char buf[96];

	if (removal->names_only)
		sink_printf(out, "%s/%s\n", kind_qualified(resource->kind, buf), resource->name);
	else
		sink_printf(out, "%s \"%s\" %sdeleted%s\n", kind_qualified(resource->kind, buf), resource->name,
			removal->force && !removal->quiet ? "force " : "", suffixes[removal->mutation->dry_run]);
}

void
removal_delete(struct removal *removal, const struct resource *resource)
{
	struct mutation *mutation = removal->mutation;
	struct request request = mutation_request(mutation, REQUEST_DELETE, resource->kind, resource->namespace);
	struct arena arena = ARENA_INIT;
	struct status status = STATUS_INIT;

	if (mutation->dry_run == DRY_RUN_CLIENT) {
		print_deleted(removal, resource);
		return;
	}
	if (!*resource->name) {
		failures_add(&mutation->failures, "resource name may not be empty");
		return;
	}
	request.name = resource->name;
	request.propagation = removal->propagation;
	request.grace_seconds = removal->grace_seconds;
	if (!server_do(&mutation->kubectl->cluster->server, &request, NULL, &status))
		print_deleted(removal, resource);
	else if (status.reason != STATUS_NOT_FOUND || !removal->ignore_missing)
		failures_add_status(&mutation->failures, &status, mutation_context(&arena, "deleting", resource->source));
	print_warnings(mutation->kubectl->io, &status);
	/* The controllers are quicker than kubectl's next request. */
	control_run(&mutation->kubectl->cluster->control);
	status_release(&status);
	arena_release(&arena);
}
