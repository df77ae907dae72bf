/*
 * Refusals.  A field error is worded once, when it is found; status_invalid() then makes the Status' message of
 * all of them.  An error that says the same as an earlier one is left out, as the server's aggregate does.  Values
 * are printed as Go's %v and %#v print them: v1.32 does so (later releases print JSON).  Follows
 * k8s.io/apimachinery/pkg/util/validation/field/errors.go and pkg/api/errors/errors.go.
 */
#include "server/status.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "api/value.h"
#include "api/yaml.h"
#include "base/json_out.h"

static const char *const reason_texts[] = {
#define STATUS_REASON_TEXT(id, text, code) [id] = text,
	STATUS_REASONS(STATUS_REASON_TEXT)
#undef STATUS_REASON_TEXT
};

const char *
status_reason_text(enum status_reason reason)
{
	return reason_texts[reason];
}

void
status_release(struct status *status)
{
	free(status->message);
	free(status->name);
	for (size_t i = 0; i < status->causes.n; i++) {
		free(status->causes.v[i].field);
		free(status->causes.v[i].text);
	}
	vec_release(&status->causes);
	for (size_t i = 0; i < status->warnings.n; i++)
		free(status->warnings.v[i]);
	vec_release(&status->warnings);
}

void
status_clear(struct status *status)
{
	status_release(status);
	*status = (struct status)STATUS_INIT;
}

static void
set_details(struct status *status, const struct kind *kind, const char *name)
{
	status->kind = kind;
	free(status->name);
	status->name = name ? xstrdup(name) : NULL;
}

int
status_set(struct status *status, enum status_reason reason, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	free(status->message);
	status->message = str_detach(&text);
	status->reason = reason;
	return -1;
}

int
status_not_found(struct status *status, const struct kind *kind, const char *name)
{
	char resource[96];

	set_details(status, kind, name);
	return status_set(status, STATUS_NOT_FOUND, "%s \"%s\" not found", kind_resource(kind, resource), name);
}

int
status_already_exists(struct status *status, const struct kind *kind, const char *name)
{
	char resource[96];

	set_details(status, kind, name);
	return status_set(
		status, STATUS_ALREADY_EXISTS, "%s \"%s\" already exists", kind_resource(kind, resource), name);
}

int
status_invalid(struct status *status, const struct kind *kind, const char *name)
{
	struct str text = STR_INIT;
	bool many = status->causes.n > 1;

	if (!status->causes.n)
		return 0;
	if (kind)
		str_addf(&text, "%s%s%s", kind->kind, *kind->group ? "." : "", kind->group);
	str_addf(&text, " \"%s\" is invalid: %s", name, many ? "[" : "");
	for (size_t i = 0; i < status->causes.n; i++)
		str_addf(&text, "%s%s", i ? ", " : "", status->causes.v[i].text);
	if (many)
		str_addch(&text, ']');
	set_details(status, kind, name);
	free(status->message);
	status->message = str_detach(&text);
	status->reason = STATUS_INVALID;
	return -1;
}

void
status_warn(struct status *status, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	for (size_t i = 0; i < status->warnings.n; i++) {
		if (!strcmp(status->warnings.v[i], text.buf)) {
			str_release(&text);
			return;
		}
	}
	*vec_push(&status->warnings) = str_detach(&text);
}

/* Takes over text, the error after its path. */
static void
add_cause(struct status *status, const char *path, struct str *error)
{
	struct str text = STR_INIT;
	struct status_cause *cause;

	str_addf(&text, "%s: %s", path, error->buf);
	str_release(error);
	for (size_t i = 0; i < status->causes.n; i++) {
		if (!strcmp(status->causes.v[i].text, text.buf)) {
			str_release(&text);
			return;
		}
	}
	cause = vec_push(&status->causes);
	cause->field = xstrdup(path);
	cause->text = str_detach(&text);
}

static void
add_detail(struct str *error, const char *detail)
{
	if (detail && *detail)
		str_addf(error, ": %s", detail);
}

void
status_required(struct status *status, const char *path, const char *detail)
{
	struct str error = STR_INIT;

	str_add(&error, "Required value");
	add_detail(&error, detail);
	add_cause(status, path, &error);
}

void
status_invalid_value(struct status *status, const char *path, const char *value, const char *detail)
{
	struct str error = STR_INIT;

	str_addf(&error, "Invalid value: %s", value);
	add_detail(&error, detail);
	add_cause(status, path, &error);
}

void
status_invalid_whole(struct status *status, const char *path, const char *detail)
{
	struct str error = STR_INIT;

	str_add(&error, "Invalid value");
	add_detail(&error, detail);
	add_cause(status, path, &error);
}

void
status_unsupported(struct status *status, const char *path, const char *value, const char *const *supported)
{
	struct str error = STR_INIT;

	str_addf(&error, "Unsupported value: %s", value);
	for (size_t i = 0; supported[i]; i++)
		str_addf(&error, "%s\"%s\"", i ? ", " : ": supported values: ", supported[i]);
	add_cause(status, path, &error);
}

void
status_forbidden(struct status *status, const char *path, const char *detail)
{
	struct str error = STR_INIT;

	str_add(&error, "Forbidden");
	add_detail(&error, detail);
	add_cause(status, path, &error);
}

void
status_duplicate(struct status *status, const char *path, const char *value)
{
	struct str error = STR_INIT;

	str_addf(&error, "Duplicate value: %s", value);
	add_cause(status, path, &error);
}

void
status_value_not_found(struct status *status, const char *path, const char *value)
{
	struct str error = STR_INIT;

	str_addf(&error, "Not found: %s", value);
	add_cause(status, path, &error);
}

void
status_too_long(struct status *status, const char *path, int max)
{
	struct str error = STR_INIT;

	str_addf(&error, "Too long: may not be more than %d bytes", max);
	add_cause(status, path, &error);
}

void
status_too_many(struct status *status, const char *path, int actual, int max)
{
	struct str error = STR_INIT;

	str_addf(&error, "Too many: %d: must have at most %d items", actual, max);
	add_cause(status, path, &error);
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(((const struct value_entry *)a)->key, ((const struct value_entry *)b)->key);
}

/* {"a":"b", "c":"d"}, sorted: the inside of a map[string]string in %#v. */
static void
add_go_map(struct str *out, const struct value *map)
{
	struct value_entry *sorted = xcalloc(map->map.n + 1, sizeof *sorted);

	if (map->map.n)
		memcpy(sorted, map->map.v, map->map.n * sizeof *sorted);
	qsort(sorted, map->map.n, sizeof *sorted, compare_keys);
	str_addch(out, '{');
	for (size_t i = 0; i < map->map.n; i++) {
		char *value = status_value_text(sorted[i].value);

		str_add(out, i ? ", " : "");
		json_quote(out, sorted[i].key, strlen(sorted[i].key), false);
		str_addf(out, ":%s", value);
		free(value);
	}
	str_addch(out, '}');
	free(sorted);
}

static void
add_go_list(struct str *out, const struct value *list)
{
	str_addch(out, '{');
	for (size_t i = 0; i < list->list.n; i++) {
		char *value = status_value_text(list->list.v[i]);

		str_addf(out, "%s%s", i ? ", " : "", value);
		free(value);
	}
	str_addch(out, '}');
}

char *
status_value_text(const struct value *value)
{
	struct str text = STR_INIT;

	switch (value ? value->type : VALUE_NULL) {
	case VALUE_NULL:
		str_add(&text, "\"null\"");
		break;
	case VALUE_STRING:
		json_quote(&text, value->string.text, value->string.len, false);
		break;
	case VALUE_LIST:
		str_add(&text, "[]string");
		add_go_list(&text, value);
		break;
	case VALUE_MAP:
		str_add(&text, "map[string]string");
		add_go_map(&text, value);
		break;
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_FLOAT:
		json_write(value, 0, &text);
		break;
	}
	return str_detach(&text);
}
