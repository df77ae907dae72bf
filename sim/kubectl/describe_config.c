/* describe configmap, secret, serviceaccount, and whatever has no page of its own. */
#include <stdlib.h>
#include <string.h>

#include "kubectl/describe.h"
#include "kubectl/format.h"

void
describe_configmap(struct describe *page, const struct object *object)
{
	size_t n;
	const struct value_entry **data = format_sorted(value_get(object->root, "data"), &n);
	const struct value_entry **binary;

	describe_meta(page, object);
	describe_line(page, 0, "\nData\n====");
	for (size_t i = 0; i < n; i++) {
		const char *text = value_text(data[i]->value);

		describe_line(page, 0, "%s:\n----\n%s\n", data[i]->key, text ? text : "");
	}
	free(data);
	binary = format_sorted(value_get(object->root, "binaryData"), &n);
	describe_line(page, 0, "\nBinaryData\n====");
	for (size_t i = 0; i < n; i++)
		describe_line(page, 0, "%s: %zu bytes", binary[i]->key,
			value_text(binary[i]->value) ? strlen(value_text(binary[i]->value)) / 4 * 3 : 0);
	free(binary);
	describe_line(page, 0, "%s", "");
	describe_events(page, object);
}

/* How many bytes a base64 text stands for. */
static size_t
decoded_length(const char *text)
{
	size_t len = text ? strlen(text) : 0, padding = 0;

	while (padding < len && text[len - 1 - padding] == '=')
		padding++;
	return (len - padding) * 3 / 4;
}

void
describe_secret(struct describe *page, const struct object *object)
{
	size_t n;
	const struct value_entry **data = format_sorted(value_get(object->root, "data"), &n);

	describe_meta(page, object);
	describe_line(page, 0, "\nType:\t%s", describe_text(object->root, "type", ""));
	describe_line(page, 0, "\nData\n====");
	for (size_t i = 0; i < n; i++)
		describe_line(page, 0, "%s:\t%zu bytes", data[i]->key, decoded_length(value_text(data[i]->value)));
	free(data);
}

static void
names_lines(struct describe *page, const char *title, const struct value *list)
{
	if (!value_count(list))
		describe_line(page, 0, "%s:\t<none>", title);
	for (size_t i = 0; i < value_count(list); i++)
		describe_line(page, 0, "%s%s\t%s", i ? "" : title, i ? "" : ":", describe_text(value_at(list, i), "name", ""));
}

void
describe_serviceaccount(struct describe *page, const struct object *object)
{
	describe_meta(page, object);
	names_lines(page, "Image pull secrets", value_get(object->root, "imagePullSecrets"));
	names_lines(page, "Mountable secrets", value_get(object->root, "secrets"));
	names_lines(page, "Tokens", NULL);
	describe_events(page, object);
}

/* ---- any other kind: its fields, as describe.go's genericDescriber writes them ---- */

/* "creationTimestamp" as "Creation Timestamp" */
static void
add_title(const char *key, struct str *out)
{
	for (size_t i = 0; key[i]; i++) {
		if (i && ascii_isupper((unsigned char)key[i]) && !ascii_isupper((unsigned char)key[i - 1]))
			str_addch(out, ' ');
		str_addch(out, i ? key[i] : (char)ascii_toupper((unsigned char)key[0]));
	}
}

static void describe_fields(struct describe *page, unsigned level, const struct value *map);

static void
describe_field(struct describe *page, unsigned level, const char *title, const struct value *value)
{
	struct str text = STR_INIT;

	if (value->type == VALUE_MAP) {
		describe_line(page, level, "%s:", title);
		describe_fields(page, level + 1, value);
	} else if (value->type == VALUE_LIST) {
		describe_line(page, level, "%s:", title);
		for (size_t i = 0; i < value->list.n; i++) {
			if (value->list.v[i]->type == VALUE_MAP) {
				describe_fields(page, level + 1, value->list.v[i]);
				continue;
			}
			str_clear(&text);
			format_scalar(value->list.v[i], &text);
			describe_line(page, level + 1, "%s", text.buf);
		}
	} else {
		format_scalar(value, &text);
		describe_line(page, level, "%s:\t%s", title, text.buf);
	}
	str_release(&text);
}

static void
describe_fields(struct describe *page, unsigned level, const struct value *map)
{
	/* Of metadata, which alone has a uid. */
	static const char *const shown_above[] = { "name", "namespace", "labels", "annotations", "managedFields" };
	size_t n;
	const struct value_entry **entries = format_sorted(map, &n);

	for (size_t i = 0; i < n; i++) {
		struct str title = STR_INIT;
		bool skip = false;

		for (size_t j = 0; j < sizeof shown_above / sizeof *shown_above; j++)
			skip |= value_get(map, "uid") && strcmp(shown_above[j], entries[i]->key) == 0;
		add_title(entries[i]->key, &title);
		if (!skip)
			describe_field(page, level, title.buf, entries[i]->value);
		str_release(&title);
	}
	free(entries);
}

void
describe_generic(struct describe *page, const struct object *object)
{
	describe_meta(page, object);
	describe_line(page, 0, "API Version:\t%s", describe_text(object->root, "apiVersion", ""));
	describe_line(page, 0, "Kind:\t%s", object->kind->kind);
	for (size_t i = 0; i < object->root->map.n; i++) {
		const struct value_entry *entry = &object->root->map.v[i];
		struct str title = STR_INIT;

		add_title(entry->key, &title);
		if (strcmp(entry->key, "apiVersion") != 0 && strcmp(entry->key, "kind") != 0)
			describe_field(page, 0, title.buf, entry->value);
		str_release(&title);
	}
	describe_events(page, object);
}
