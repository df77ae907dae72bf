/* Follows k8s.io/kubectl/pkg/cmd/util/helpers.go (GetDryRunStrategy, GetValidationDirective) and cli-runtime's NamePrinter. */
#include "kubectl/mutation.h"

#include <stdio.h>
#include <string.h>

#include "api/schema.h"
#include "api/yaml.h"
#include "base/clock.h"

#define END_FLAG { NULL, 0, FLAG_BOOL, NULL, NULL, NULL, NULL }

const struct flag dry_run_flag[] = {
	{ "dry-run", 0, FLAG_STRING, "none", "unchanged", "none,client,server",
		"none; client: print what would be sent; server: let the server check it without keeping it." },
	END_FLAG,
};
const struct flag validate_flag[] = {
	{ "validate", 0, FLAG_STRING, "strict", "strict", "strict,warn,ignore,true,false",
		"strict (or true): a field that doesn't exist is an error; warn: a warning; ignore (or false): nothing." },
	END_FLAG,
};
const struct flag save_config_flag[] = {
	{ "save-config", 0, FLAG_BOOL, "false", "true", NULL,
		"Keep what was sent in an annotation, so that kubectl apply can go on from there." },
	END_FLAG,
};

const struct flag record_flag[] = {
	{ "record", 0, FLAG_BOOL, "false", "true", NULL, NULL },
	END_FLAG,
};

static const struct {
	const char *word;
	enum dry_run dry_run;
	const char *instead;	/* NULL: not deprecated */
} dry_run_words[] = {
	{ "none", DRY_RUN_NONE, NULL }, { "client", DRY_RUN_CLIENT, NULL }, { "server", DRY_RUN_SERVER, NULL },
	{ "unchanged", DRY_RUN_CLIENT, "--dry-run is deprecated and can be replaced with --dry-run=client." },
	{ "true", DRY_RUN_CLIENT,
		"--dry-run=true is deprecated (boolean value) and can be replaced with --dry-run=client." },
	{ "false", DRY_RUN_NONE,
		"--dry-run=false is deprecated (boolean value) and can be replaced with --dry-run=none." },
};

/* severity is W or F; text begins with the file and line of kubectl's source. */
static void
log_line(struct kubectl *kubectl, char severity, const char *text)
{
	char when[CLOCK_TEXT];

	clock_format(kubectl->cluster->server.clock.now, when);
	sink_printf(kubectl->io->err, "%c%.2s%.2s %.8s.000000       1 %s\n", severity, when + 5, when + 8, when + 11, text);
}

void
log_warning(struct kubectl *kubectl, const char *file, const char *text)
{
	struct str line = STR_INIT;

	str_addf(&line, "%s] %s", file, text);
	log_line(kubectl, 'W', line.buf);
	str_release(&line);
}

void
log_fatal(struct kubectl *kubectl, const char *text)
{
	log_line(kubectl, 'F', text);
}

int
mutation_dry_run(struct mutation *mutation, const struct flags *flags)
{
	const char *text = flag_string(flags, "dry-run");

	for (size_t i = 0; i < sizeof dry_run_words / sizeof *dry_run_words; i++) {
		if (strcmp(dry_run_words[i].word, text) != 0)
			continue;
		mutation->dry_run = dry_run_words[i].dry_run;
		if (dry_run_words[i].instead)
			log_warning(mutation->kubectl, "helpers.go:702", dry_run_words[i].instead);
		return 0;
	}
	print_failure(mutation->kubectl->io, "Invalid dry-run value (%s). Must be \"none\", \"server\", or \"client\".", text);
	return -1;
}

static const struct {
	const char *word;
	enum validation validation;
} validation_words[] = {
	{ "strict", VALIDATE_STRICT }, { "true", VALIDATE_STRICT }, { "warn", VALIDATE_WARN },
	{ "ignore", VALIDATE_IGNORE }, { "false", VALIDATE_IGNORE },
};

static int
parse_validation(struct mutation *mutation, const char *text)
{
	for (size_t i = 0; i < sizeof validation_words / sizeof *validation_words; i++) {
		if (strcmp(validation_words[i].word, text) == 0) {
			mutation->validation = validation_words[i].validation;
			return 0;
		}
	}
	print_failure(mutation->kubectl->io, "invalid - validate option \"%s\"; must be one of: strict (or true), warn, ignore "
		"(or false)", text);
	return -1;
}

static int
begin(struct mutation *mutation, struct kubectl *kubectl, const struct flags *flags)
{
	*mutation = (struct mutation){ kubectl, OUTPUT_INIT, DRY_RUN_NONE, VALIDATE_STRICT, "kubectl", FAILURES_INIT,
		false, NULL };
	if (kubectl_has_flag(kubectl, "field-manager"))
		mutation->manager = flag_string(flags, "field-manager");
	if (kubectl_has_flag(kubectl, "dry-run") && mutation_dry_run(mutation, flags))
		return -1;
	if (kubectl_has_flag(kubectl, "validate") && parse_validation(mutation, flag_string(flags, "validate")))
		return -1;
	return 0;
}

int
mutation_begin(struct mutation *mutation, struct kubectl *kubectl, const struct flags *flags)
{
	if (begin(mutation, kubectl, flags))
		return -1;
	return kubectl_has_flag(kubectl, "output") ? output_parse(kubectl, flags, false, &mutation->output) : 0;
}

int
mutation_begin_first(struct mutation *mutation, struct kubectl *kubectl, const struct flags *flags)
{
	if (begin(mutation, kubectl, flags))
		return -1;
	if (kubectl_has_flag(kubectl, "output"))
		output_parse_late(kubectl, flags, false, &mutation->output);
	return 0;
}

int
mutation_end(struct mutation *mutation)
{
	output_release(&mutation->output);
	return failures_print(&mutation->failures, mutation->kubectl->io);
}

struct request
mutation_request(const struct mutation *mutation, enum request_verb verb, const struct kind *kind, const char *namespace)
{
	struct request request = REQUEST_INIT;

	request.verb = verb;
	request.kind = kind;
	request.namespace = kind->namespaced ? namespace : "";
	request.dry_run = mutation->dry_run == DRY_RUN_SERVER;
	request.strict = mutation->validation == VALIDATE_STRICT;
	request.manager = mutation->manager;
	return request;
}

/* The server warns of unknown fields unless it is told to ignore them. */
static void
drop_field_warnings(struct status *status)
{
	size_t kept = 0;

	for (size_t i = 0; i < status->warnings.n; i++) {
		if (str_starts(status->warnings.v[i], "unknown field "))
			free(status->warnings.v[i]);
		else
			status->warnings.v[kept++] = status->warnings.v[i];
	}
	status->warnings.n = kept;
}

void
mutation_note_cause(const struct mutation *mutation, struct arena *arena, struct value *root)
{
	if (mutation->kubectl->cause.len)
		value_set_text(arena, value_make_map(arena, value_make_map(arena, root, "metadata"), "annotations"),
			"kubernetes.io/change-cause", mutation->kubectl->cause.buf);
}

/* The body with the note of --record, in arena. */
static const struct value *
with_cause(const struct mutation *mutation, const struct request *request, struct arena *arena)
{
	struct value *body;

	if (!mutation->kubectl->cause.len || !request->body || request->subresource || request->patch_type == PATCH_JSON)
		return request->body;
	body = value_copy(arena, request->body);
	mutation_note_cause(mutation, arena, body);
	return body;
}

int
mutation_send(struct mutation *mutation, const struct request *request, const char *context, const struct object **out)
{
	struct status status = STATUS_INIT;
	const struct object *object = NULL;
	struct request noted = *request;
	struct arena arena = ARENA_INIT;
	int result;

	noted.body = with_cause(mutation, request, &arena);
	result = server_do(&mutation->kubectl->cluster->server, &noted, &object, &status);

	if (mutation->validation == VALIDATE_IGNORE)
		drop_field_warnings(&status);
	print_warnings(mutation->kubectl->io, &status);
	if (result)
		failures_add_status(&mutation->failures, &status, context);
	status_release(&status);
	arena_release(&arena);
	if (out && !result)
		*out = object;
	else if (!result)
		object_unref((struct object *)object);
	return result;
}

/* As the server sends it. */
static struct value *
sorted_copy(struct arena *arena, const struct value *root)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct value *copy = NULL;

	json_write(root, 0, &text);
	if (json_read("", text.buf, text.len, arena, &copy, &err))
		BUG("own JSON: %s", err.text);
	err_release(&err);
	str_release(&text);
	return copy;
}

/* As Go's struct of the kind holds and writes it; what is of another version, or can't be held, stays as it is. */
static const struct value *
typed_copy(struct arena *arena, const struct kind *kind, const struct value *root)
{
	const char *version = value_get_text(root, "apiVersion");
	schema_findings unknown = VEC_INIT;
	struct err err = ERR_INIT;
	struct value *typed;
	char buf[64];

	if (version && strcmp(version, kind_api_version(kind, buf)) == 0 &&
	    schema_decode(kind->type, root, arena, &typed, &unknown, &err) == 0) {
		schema_arrange(kind->type, typed);
		root = typed;
	}
	schema_findings_release(&unknown);
	err_release(&err);
	return root;
}

/* A template that fails on one object is tried on the others. */
static void
print_as_asked(struct mutation *mutation, const struct value *root, bool typed)
{
	struct err err = ERR_INIT;

	if (output_write(mutation->kubectl, &mutation->output, root, typed, &err))
		failures_add(&mutation->failures, "%s", err.text);
	err_release(&err);
}

void
mutation_print(struct mutation *mutation, const struct kind *kind, const char *name, const struct value *root, bool typed,
	const char *operation)
{
	static const char *const suffixes[] = { "", " (dry run)", " (server dry run)" };
	struct sink *out = mutation->kubectl->io->out;
	struct arena arena = ARENA_INIT;
	char buf[96];

	if (mutation->output.format == OUTPUT_NONE)
		sink_printf(out, "%s/%s %s%s\n", kind_qualified(kind, buf), name, operation,
			mutation->hides_dry_run ? "" : suffixes[mutation->dry_run]);
	else if (mutation->output.format == OUTPUT_NAME)
		sink_printf(out, "%s/%s\n", kind_qualified(kind, buf), name);
	else if (mutation->gathered)
		*vec_push(&mutation->gathered->list) = sorted_copy(&mutation->gathered->arena, root);
	else
		print_as_asked(mutation, typed ? typed_copy(&arena, kind, root) : root, typed);
	arena_release(&arena);
}

/* The List is kubectl's own, with its fields in the order of Go's struct; what is in it has its keys sorted. */
void
mutation_print_gathered(struct mutation *mutation)
{
	struct gathered *gathered = mutation->gathered;
	struct value *list = value_map(&gathered->arena), *items;

	if (!gathered->list.n)
		return;
	if (gathered->list.n == 1) {
		print_as_asked(mutation, gathered->list.v[0], false);
		return;
	}
	value_set_text(&gathered->arena, list, "kind", "List");
	value_set_text(&gathered->arena, list, "apiVersion", "v1");
	(void)value_make_map(&gathered->arena, list, "metadata");
	items = value_make_list(&gathered->arena, list, "items");
	for (size_t i = 0; i < gathered->list.n; i++)
		value_append(&gathered->arena, items, gathered->list.v[i]);
	print_as_asked(mutation, list, true);
}

void
gathered_release(struct gathered *gathered)
{
	vec_release(&gathered->list);
	arena_release(&gathered->arena);
}

const char *
mutation_context(struct arena *arena, const char *doing, const char *source)
{
	return *source ? arena_printf(arena, "error when %s \"%s\"", doing, source) : "";
}
