/*
 * kubectl diff: each object as it is and as an apply would leave it, both as files of YAML, and what diff -u -N says of
 * the two folders.  Follows k8s.io/kubectl/pkg/cmd/diff/diff.go.  The program is always diff: there is no other here.
 */
#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "base/clock.h"
#include "base/linediff.h"
#include "kubectl/applied.h"
#include "kubectl/apply_server.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"
#include "server/managed_view.h"

#define EXIT_DIFFERENT 1
#define EXIT_FAILED 2

static const struct flag diff_flags[] = {
	{"concurrency", 0, FLAG_INT, "1", NULL, NULL, "How many objects are asked for at a time."},
	{"field-manager", 0, FLAG_STRING, "kubectl-client-side-apply", NULL, NULL,
		"Name of the manager that owns the fields."},
	{"force-conflicts", 0, FLAG_BOOL, "false", "true", NULL, "With --server-side: take over fields of others."},
	{"server-side", 0, FLAG_BOOL, "false", "true", NULL, "Let the server merge."},
	{"show-managed-fields", 0, FLAG_BOOL, "false", "true", NULL, "Keep metadata.managedFields."},
	FLAGS_END,
};
static const struct flag *const diff_tables[] = { diff_flags, prune_flags, filename_flags, selector_flag, NULL };

/* One file in both folders. */
struct pair {
	char *name;
	struct str live, merged;
};

struct differ {
	struct mutation mutation;
	const struct flags *flags;
	struct arena arena;
	VEC(struct pair) pairs;
};

/* ---- files ---- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct pair *)a)->name, ((const struct pair *)b)->name);
}

/* Secrets keep theirs: a value is shown by stars that say whether it changes. */
static void
mask_data(struct arena *arena, struct value *live, struct value *merged)
{
	struct value *from = value_get(live, "data"), *to = value_get(merged, "data");

	for (size_t i = 0; i < value_count(from); i++) {
		struct value_entry *entry = &from->map.v[i];
		struct value *other = value_get(to, entry->key);
		bool changes = other && !value_equal(entry->value, other);

		entry->value = value_string(arena, changes ? "*** (before)" : "***");
		if (other)
			value_set_text(arena, to, entry->key, changes ? "*** (after)" : "***");
	}
	for (size_t i = 0; i < value_count(to); i++)
		if (!value_get(from, to->map.v[i].key))
			to->map.v[i].value = value_string(arena, "***");
}

static struct value *
shown(struct differ *differ, const struct value *root)
{
	bool keep = flag_bool(differ->flags, "show-managed-fields");

	return root ? value_copy(&differ->arena, managed_view(&differ->arena, root, keep)) : NULL;
}

/* live or merged NULL: that file is empty, which diff -N takes for one that isn't there. */
static void
add_pair(struct differ *differ, const struct kind *kind, const char *namespace, const char *name,
	const struct value *live, const struct value *merged)
{
	struct value *from = shown(differ, live), *to = shown(differ, merged);
	struct pair *pair = vec_push(&differ->pairs);

	if (strcmp(kind->kind, "Secret") == 0)
		mask_data(&differ->arena, from, to);
	pair->name = xasprintf(
		"%s%s%s.%s.%s.%s", kind->group, *kind->group ? "." : "", kind->version, kind->kind, namespace, name);
	str_init(&pair->live);
	str_init(&pair->merged);
	if (from)
		yaml_write(from, &pair->live);
	if (to)
		yaml_write(to, &pair->merged);
}

static void
print_pair(struct differ *differ, const struct pair *pair)
{
	const struct clock *clock = &differ->mutation.kubectl->cluster->server.clock;
	unsigned number = (unsigned)(clock->now / 1000 % 4000000000);
	char when[CLOCK_TEXT];
	char *folders[] = { xasprintf("/tmp/LIVE-%u/%s", number, pair->name),
		xasprintf("/tmp/MERGED-%u/%s", number + 1, pair->name) };
	struct str out = STR_INIT;
	struct linediff diff;

	clock_format(clock->now, when);
	linediff_init(&diff, pair->live.buf, pair->live.len, pair->merged.buf, pair->merged.len);
	if (!linediff_same(&diff)) {
		str_addf(&out, "diff -u -N %s %s\n", folders[0], folders[1]);
		for (size_t i = 0; i < 2; i++)
			str_addf(&out, "%s %s\t%.10s %.8s.%09lld +0000\n", i ? "+++" : "---", folders[i], when,
				when + 11, (long long)(clock->now % CLOCK_SECOND));
		linediff_unified(&diff, &out);
		sink_write(differ->mutation.kubectl->io->out, out.buf, out.len);
	}
	linediff_release(&diff);
	str_release(&out);
	free(folders[0]);
	free(folders[1]);
}

static bool
differs(const struct pair *pair)
{
	return pair->live.len != pair->merged.len || memcmp(pair->live.buf, pair->merged.buf, pair->live.len) != 0;
}

/* ---- objects ---- */

/* What the server would hold: asked as a dry run. */
static void
diff_one(struct differ *differ, const struct manifest *manifest)
{
	struct mutation *mutation = &differ->mutation;
	struct store *store = mutation->kubectl->cluster->server.store;
	const struct object *current = store_get(store, manifest->kind, manifest->namespace, manifest->name),
			    *merged = NULL;
	bool server_side = flag_bool(differ->flags, "server-side");
	struct request request = mutation_request(
		mutation, current || server_side ? REQUEST_PATCH : REQUEST_CREATE, manifest->kind, manifest->namespace);
	struct value *modified = applied_modified(&differ->arena, manifest->root, false), *patch = modified;
	struct err err = ERR_INIT;

	request.dry_run = true;
	request.name = manifest->name;
	request.patch_type = server_side ? PATCH_APPLY : applied_patch_type(manifest->kind);
	request.force = flag_bool(differ->flags, "force-conflicts");
	if (current && !server_side && applied_patch(&differ->arena, manifest->kind, current, modified, &patch, &err)) {
		failures_add(&mutation->failures, "%s", err.text);
		err_release(&err);
		return;
	}
	request.body = server_side ? manifest->root : patch;
	if (current)
		object_ref(current);
	if (!mutation_send(mutation, &request, "", &merged)) {
		add_pair(differ, manifest->kind, manifest->namespace, manifest->name, current ? current->root : NULL,
			merged->root);
		object_unref((struct object *)merged);
	}
	object_unref((struct object *)current);
}

static void
diff_pruned(void *arg, const struct object *object)
{
	add_pair(arg, object->kind, object->namespace, object->name, object->root, NULL);
}

static int
diff_all(struct differ *differ)
{
	struct kubectl *kubectl = differ->mutation.kubectl;
	struct manifests manifests = MANIFESTS_INIT;
	struct failures *failures = &differ->mutation.failures;
	int status = 0;

	manifests_read(kubectl, differ->flags, false, &manifests, failures);
	manifests_select(differ->flags, &manifests, failures);
	for (size_t i = 0; i < manifests.list.n; i++)
		diff_one(differ, &manifests.list.v[i]);
	if (flag_bool(differ->flags, "prune") && !failures->list.n)
		applied_stale(kubectl, differ->flags, &manifests, flag_given(differ->flags, "namespace"), failures, diff_pruned,
			differ);
	if (differ->pairs.n)
		qsort(differ->pairs.v, differ->pairs.n, sizeof *differ->pairs.v, by_name);
	for (size_t i = 0; i < differ->pairs.n && !failures->list.n; i++) {
		print_pair(differ, &differ->pairs.v[i]);
		status = differs(&differ->pairs.v[i]) ? EXIT_DIFFERENT : status;
	}
	manifests_release(&manifests);
	return mutation_end(&differ->mutation) ? EXIT_FAILED : status;
}

static int
diff_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct differ differ = { .flags = flags, .arena = ARENA_INIT };
	int status;

	if (flags->nargs) {
		print_usage_error(kubectl->io, kubectl->command, "Unexpected args: [%s]", flags->args[0]);
		return EXIT_FAILED;
	}
	if (!manifests_given(flags)) {
		print_failure(kubectl->io, "must specify one of -f and -k");
		return EXIT_FAILED;
	}
	if (mutation_begin(&differ.mutation, kubectl, flags))
		return EXIT_FAILED;
	if (flag_bool(flags, "force-conflicts") && !flag_bool(flags, "server-side")) {
		print_failure(kubectl->io, "--force-conflicts only works with --server-side");
		(void)mutation_end(&differ.mutation);
		return EXIT_FAILED;
	}
	if (flag_bool(flags, "server-side") && !flag_given(flags, "field-manager"))
		differ.mutation.manager = APPLY_SERVER_MANAGER;
	status = diff_all(&differ);
	for (size_t i = 0; i < differ.pairs.n; i++) {
		free(differ.pairs.v[i].name);
		str_release(&differ.pairs.v[i].live);
		str_release(&differ.pairs.v[i].merged);
	}
	vec_release(&differ.pairs);
	arena_release(&differ.arena);
	return status;
}

const struct verb verb_diff = {
	.name = "diff",
	.aliases = "",
	.usage = "diff -f FILENAME",
	.summary = "Show what an apply would change",
	.help = "Shows how the live objects would differ after an apply of the files, as diff -u does.\n"
		"Exit status: 0 nothing would change, 1 something would, more than 1 it could not be found out.",
	.examples = "kubectl diff -f service.yaml",
	.flags = diff_tables,
	.args = "",
	.run = diff_run,
	.asks = ASKS_THE_SERVER,
};
