/*
 * Follows k8s.io/kubectl/pkg/rawhttp/raw.go; what the server answers is in the order of Go's structs, on one line, and the text of
 * what it can't read as in k8s.io/apiserver/pkg/endpoints/handlers/rest.go (transformDecodeError).
 */
#include "kubectl/raw.h"

#include <stdlib.h>
#include <string.h>

#include "api/schema.h"
#include "api/yaml.h"
#include "kubectl/manifest.h"
#include "kubectl/print_output.h"
#include "kubectl/resource_args.h"
#include "kubectl/subresource.h"
#include "kubectl/version.h"
#include "server/managed_view.h"

/* /api/v1/.. or /apis/GROUP/VERSION/.., then namespaces/NS/TYPE[/NAME[/PART]] or TYPE[/NAME[/PART]] */
struct raw_path {
	const struct kind *kind;	/* NULL: no such path */
	const char *namespace;
	const char *name, *part;	/* NULL */
};

bool
raw_is_path(const char *path)
{
	return strchr("/*", *path) || strstr(path, "://");
}

/* The next part of a path, and *path behind it; NULL at its end. */
static const char *
next_part(struct arena *arena, const char **path)
{
	size_t len;
	const char *part;

	*path += strspn(*path, "/");
	len = strcspn(*path, "/?");
	part = len ? arena_strndup(arena, *path, len) : NULL;
	*path += len;
	return part;
}

static struct raw_path
read_path(struct kubectl *kubectl, const char *path, struct arena *arena)
{
	struct raw_path target = { .namespace = "" };
	const char *api = next_part(arena, &path), *group = api && strcmp(api, "apis") == 0 ? next_part(arena, &path) : "";
	const char *version = next_part(arena, &path), *type = next_part(arena, &path);
	const struct kind *kind;

	target.name = next_part(arena, &path);
	if (type && target.name && strcmp(type, "namespaces") == 0 && *path == '/') {
		target.namespace = target.name;
		type = next_part(arena, &path);
		target.name = next_part(arena, &path);
	}
	target.part = next_part(arena, &path);
	kind = type && version && group ? kubectl_kind(kubectl, type) : NULL;
	if (kind && strcmp(kind->plural, type) == 0 && strcmp(kind->group, group) == 0 && strcmp(kind->version, version) == 0)
		target.kind = kind;
	return target;
}

/* ---- the answer ---- */

/* An object as the server sends it: its fields in the order of Go's structs, those of a custom resource as they are. */
static struct value *
object_value(struct arena *arena, const struct object *object)
{
	const struct value *whole = managed_view(arena, object->root, true);
	struct value *typed;
	schema_findings unknown = VEC_INIT;
	struct err err = ERR_INIT;
	char buf[64];

	if (object->kind->custom)
		return value_copy(arena, whole);
	if (schema_decode(object->kind->type, whole, arena, &typed, &unknown, &err))
		BUG("a stored object doesn't decode: %s", err.text);
	schema_findings_release(&unknown);
	value_set_text(arena, typed, "kind", object->kind->kind);
	value_set_text(arena, typed, "apiVersion", kind_api_version(object->kind, buf));
	schema_arrange(object->kind->type, typed);
	return typed;
}

static void
put(struct kubectl *kubectl, const struct value *root, const struct kind *kind)
{
	struct str text = STR_INIT;

	if (kind->custom)
		json_write(root, 0, &text);
	else
		output_json_line(root, &text);
	sink_printf(kubectl->io->out, "%s\n", text.buf);
	str_release(&text);
}

/* All objects of a kind, in a namespace or everywhere. */
static void
put_list(struct kubectl *kubectl, const struct raw_path *target, struct arena *arena)
{
	const struct store *store = kubectl->cluster->server.store;
	const struct kind *kind = target->kind;
	size_t n;
	const struct object *const *objects = store_list(store, kind, *target->namespace ? target->namespace : NULL, &n);
	struct value *list = value_map(arena), *items;
	char buf[64];

	value_set_text(arena, list, "kind", arena_printf(arena, "%sList", kind->kind));
	value_set_text(arena, list, "apiVersion", kind_api_version(kind, buf));
	value_set_text(arena, value_make_map(arena, list, "metadata"), "resourceVersion",
		arena_printf(arena, "%llu", (unsigned long long)store_version(store)));
	items = value_make_list(arena, list, "items");
	for (size_t i = 0; i < n; i++) {
		struct value *item = object_value(arena, objects[i]);

		if (!kind->custom) {
			value_remove(item, "kind");
			value_remove(item, "apiVersion");
		}
		value_append(arena, items, item);
	}
	put(kubectl, list, kind);
}

/* Kinds whose last version is the answer to their deletion; of others it is a Status. */
static const char *const returned_kinds[] = { "Pod", "ResourceQuota", "Service", "ServiceAccount" };

static bool
is_returned(const struct kind *kind)
{
	for (size_t i = 0; i < sizeof returned_kinds / sizeof *returned_kinds; i++)
		if (!kind->custom && strcmp(returned_kinds[i], kind->kind) == 0)
			return true;
	return false;
}

static struct value *
deleted_status(struct arena *arena, const struct object *object)
{
	struct value *status = value_map(arena), *details;

	value_set_text(arena, status, "kind", "Status");
	value_set_text(arena, status, "apiVersion", "v1");
	(void)value_make_map(arena, status, "metadata");
	value_set_text(arena, status, "status", "Success");
	details = value_make_map(arena, status, "details");
	value_set_text(arena, details, "name", object->name);
	if (*object->kind->group)
		value_set_text(arena, details, "group", object->kind->group);
	value_set_text(arena, details, "kind", object->kind->plural);
	value_set_text(arena, details, "uid", object_uid(object));
	return status;
}

/* ---- GET ---- */

static int
get_object(struct kubectl *kubectl, const struct raw_path *target, struct arena *arena, struct status *status)
{
	const struct object *object = store_get(kubectl->cluster->server.store, target->kind, target->namespace, target->name);
	struct object *part;

	if (!object)
		return status_not_found(status, target->kind, target->name);
	part = subresource_object(object, target->part ? target->part : "");
	if (!part)
		return status_set(status, STATUS_NOT_FOUND, "the server could not find the requested resource");
	put(kubectl, object_value(arena, part), part->kind);
	object_unref(part);
	return 0;
}

static void
put_version(struct kubectl *kubectl, struct arena *arena)
{
	struct str text = STR_INIT;

	output_typed_json(version_info(arena, kubectl->cluster->server.settings.kubernetes_version), 2, &text);
	sink_put(kubectl->io->out, text.buf);
	str_release(&text);
}

static void
put_ok(struct kubectl *kubectl, struct arena *arena)
{
	(void)arena;
	sink_put(kubectl->io->out, "ok");
}

static const struct {
	const char *path;
	void (*put)(struct kubectl *kubectl, struct arena *arena);
} pages[] = {
	{ "/healthz", put_ok }, { "/livez", put_ok }, { "/readyz", put_ok }, { "/version", put_version },
};

/* A page that is no object's. */
static bool
get_page(struct kubectl *kubectl, const char *path, struct arena *arena)
{
	size_t len = strlen(path);

	len -= len > 1 && path[len - 1] == '/';
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		if (strlen(pages[i].path) == len && strncmp(pages[i].path, path, len) == 0) {
			pages[i].put(kubectl, arena);
			return true;
		}
	return false;
}

int
raw_get(struct kubectl *kubectl, const char *path)
{
	struct arena arena = ARENA_INIT;
	struct failures failures = FAILURES_INIT;
	struct status status = STATUS_INIT;
	struct raw_path target = read_path(kubectl, path, &arena);
	int failed = 0;

	if (get_page(kubectl, path, &arena))
		;
	else if (!target.kind)
		failed = status_set(&status, STATUS_NOT_FOUND, "the server could not find the requested resource");
	else if (!target.name)
		put_list(kubectl, &target, &arena);
	else
		failed = get_object(kubectl, &target, &arena, &status);
	if (failed)
		failures_add_status(&failures, &status, "");
	arena_release(&arena);
	return failures_print(&failures, kubectl->io);
}

/* ---- POST, PUT, DELETE ---- */

#define SUMMARY_MAX 30	/* bytes of a body that can't be read */

static void
add_summary(const struct str *body, struct str *out)
{
	size_t len = body->len < SUMMARY_MAX ? body->len : SUMMARY_MAX;

	if (!body->len)
		str_add(out, "<empty>");
	else if (*body->buf == '{')
		str_addn(out, body->buf, len);
	for (size_t i = 0; body->len && *body->buf != '{' && i < len; i++)
		str_addf(out, "%02x", (unsigned)(unsigned char)body->buf[i]);
	str_add(out, body->len > SUMMARY_MAX ? " ..." : "");
}

/* Only JSON is taken: the request says that it is. */
static int
read_body(const struct str *body, const struct kind *kind, struct arena *arena, struct value **out, struct status *status)
{
	struct str summary = STR_INIT;
	struct err err = ERR_INIT;

	if (json_read("", body->buf, body->len, arena, out, &err) == 0)
		return 0;
	add_summary(body, &summary);
	(void)status_set(status, STATUS_BAD_REQUEST, "the object provided is unrecognized (must be of type %s): couldn't get "
		"version/kind; json parse error: %s (%s)", kind->kind, body->len ? err.text : "unexpected end of JSON input", summary.buf);
	str_release(&summary);
	err_release(&err);
	return -1;
}

static int
send(struct kubectl *kubectl, enum request_verb verb, const char *path, const struct str *body, struct status *status)
{
	struct arena arena = ARENA_INIT;
	struct raw_path target = read_path(kubectl, path, &arena);
	struct request request = REQUEST_INIT;
	const struct object *object = NULL;
	struct value *root = NULL;
	int failed = 0;

	request.verb = verb;
	request.kind = target.kind;
	request.namespace = target.namespace;
	request.name = target.name;
	request.subresource = target.part;
	request.strict = false;
	if (!target.kind || (verb != REQUEST_CREATE && !target.name))
		failed = status_set(status, STATUS_NOT_FOUND, "the server could not find the requested resource");
	else if (verb != REQUEST_DELETE)
		failed = read_body(body, target.kind, &arena, &root, status);
	request.body = root;
	if (!failed)
		failed = server_do(&kubectl->cluster->server, &request, &object, status);
	if (!failed)
		put(kubectl, verb == REQUEST_DELETE && !is_returned(target.kind) ? deleted_status(&arena, object) :
			object_value(&arena, object), object->kind);
	object_unref((struct object *)object);
	arena_release(&arena);
	return failed;
}

/* What may not stand beside --raw; NULL when all is well. */
static const char *
find_fault(struct kubectl *kubectl, const struct flags *flags, enum request_verb verb)
{
	size_t files = flag_count(flags, "filename");
	const char *file = files ? flag_item(flags, "filename", 0) : "";

	if (verb == REQUEST_CREATE && flag_bool(flags, "edit"))
		return "--raw and --edit are mutually exclusive";
	if (verb == REQUEST_DELETE && flag_bool(flags, "interactive"))
		return "--interactive can not be used with --raw";
	if (files > 1 || (!files && verb != REQUEST_DELETE))
		return "--raw can only use a single local file or stdin";
	if (str_starts(file, "http://") || str_starts(file, "https://"))
		return "--raw cannot read from a url";
	if (flag_bool(flags, "recursive"))
		return "--raw and --recursive are mutually exclusive";
	if (verb == REQUEST_CREATE && kubectl_has_flag(kubectl, "selector") && *flag_string(flags, "selector"))
		return "--raw and --selector (-l) are mutually exclusive";
	return *flag_string(flags, "output") ? "--raw and --output are mutually exclusive" : NULL;
}

/* The file's text; false after the failure. */
static bool
read_file(struct kubectl *kubectl, const struct flags *flags, struct str *body, struct failures *failures)
{
	const char *path = flag_count(flags, "filename") ? flag_item(flags, "filename", 0) : NULL;
	enum io_result result = path ? kubectl->io->files->read(kubectl->io, path, body) : IO_OK;

	if (result == IO_OK)
		return true;
	failures_add(failures, "open %s: %s", path, result == IO_NOT_FOUND ? "no such file or directory" : io_result_text(result));
	return false;
}

bool
raw_send(struct kubectl *kubectl, const struct flags *flags, enum request_verb verb, int *exit_status)
{
	const char *path = flag_string(flags, "raw"), *fault;
	struct failures failures = FAILURES_INIT;
	struct status status = STATUS_INIT;
	struct str body = STR_INIT;

	if (!*path)
		return false;
	fault = find_fault(kubectl, flags, verb);
	if (fault)
		failures_add(&failures, "%s", fault);
	else if (!raw_is_path(path))
		failures_add(&failures, RAW_NO_PATH, path);
	else if (read_file(kubectl, flags, &body, &failures) && send(kubectl, verb, path, &body, &status))
		failures_add_status(&failures, &status, "");
	print_warnings(kubectl->io, &status);
	str_release(&body);
	status_release(&status);
	*exit_status = failures_print(&failures, kubectl->io);
	return true;
}
