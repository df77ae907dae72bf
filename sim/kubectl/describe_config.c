/* describe configmap, secret, serviceaccount, and whatever has no page of its own. */
#include <stdlib.h>
#include <string.h>

#include "api/go_print.h"
#include "kubectl/describe.h"
#include "kubectl/format.h"

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
		describe_line(page, 0, "%s: %zu bytes", binary[i]->key, decoded_length(value_text(binary[i]->value)));
	free(binary);
	describe_line(page, 0, "%s", "");
	describe_events(page, object);
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

static const struct object *
find_secret(const struct describe *page, const struct object *account, const char *name)
{
	return store_get(page->kubectl->cluster->server.store, kind_by_kind("Secret"), account->namespace, name);
}

static void
secrets_lines(struct describe *page, const struct object *account, const char *title, const struct value *list)
{
	if (!value_count(list))
		describe_line(page, 0, "%s:\t<none>", title);
	for (size_t i = 0; i < value_count(list); i++) {
		const char *name = describe_text(value_at(list, i), "name", "");

		describe_line(page, 0, "%s%s\t%s%s", i ? "" : title, i ? "" : ":", name,
			find_secret(page, account, name) ? "" : " (not found)");
	}
}

/* Secrets that hold a token of the account say so by annotations. */
static bool
is_token_of(const struct object *secret, const struct object *account)
{
	const char *name = object_annotation(secret, "kubernetes.io/service-account.name");
	const char *uid = object_annotation(secret, "kubernetes.io/service-account.uid");

	return strcmp(describe_text(secret->root, "type", ""), "kubernetes.io/service-account-token") == 0 && name && uid &&
		strcmp(name, account->name) == 0 && object_uid(account) && strcmp(uid, object_uid(account)) == 0;
}

static void
tokens_lines(struct describe *page, const struct object *account)
{
	size_t n, shown = 0;
	const struct object *const *secrets = store_list(page->kubectl->cluster->server.store, kind_by_kind("Secret"),
		account->namespace, &n);

	for (size_t i = 0; i < n; i++)
		if (is_token_of(secrets[i], account))
			describe_line(page, 0, "%s\t%s", shown++ ? "" : "Tokens:", secrets[i]->name);
	if (!shown)
		describe_line(page, 0, "Tokens:\t<none>");
}

void
describe_serviceaccount(struct describe *page, const struct object *object)
{
	describe_meta(page, object);
	secrets_lines(page, object, "Image pull secrets", value_get(object->root, "imagePullSecrets"));
	secrets_lines(page, object, "Mountable secrets", value_get(object->root, "secrets"));
	tokens_lines(page, object);
	describe_events(page, object);
}

/* ---- quotas ---- */

static const struct value **
sorted_scopes(const struct value *scopes)
{
	size_t n = value_count(scopes);
	const struct value **sorted = xcalloc(n + 1, sizeof *sorted);

	for (size_t i = 0, j; i < n; i++) {
		for (j = i; j && strcmp(value_text(sorted[j - 1]), value_text(value_at(scopes, i))) > 0; j--)
			sorted[j] = sorted[j - 1];
		sorted[j] = value_at(scopes, i);
	}
	return sorted;
}

/* What a scope matches, in our words. */
static const char *
scope_help(const char *scope)
{
	static const char *const helps[][2] = {
		{ "Terminating", "Matches pods with an active deadline." },
		{ "NotTerminating", "Matches pods without an active deadline." },
		{ "BestEffort", "Matches pods that ask for no resources." },
		{ "NotBestEffort", "Matches pods that ask for some resource." },
	};

	for (size_t i = 0; i < sizeof helps / sizeof *helps; i++)
		if (strcmp(helps[i][0], scope) == 0)
			return helps[i][1];
	return NULL;
}

static void
scopes_lines(struct describe *page, unsigned level, const struct value *scopes)
{
	const struct value **sorted = sorted_scopes(scopes);
	struct str text = STR_INIT;

	for (size_t i = 0; i < value_count(scopes); i++)
		str_addf(&text, "%s%s", i ? ", " : "", value_text(sorted[i]));
	if (text.len)
		describe_line(page, level, "Scopes:\t%s", text.buf);
	for (size_t i = 0; i < value_count(scopes); i++)
		if (scope_help(value_text(sorted[i])))
			describe_line(page, level, "%s* %s", level ? "" : " ", scope_help(value_text(sorted[i])));
	str_release(&text);
	free(sorted);
}

void
describe_quota_lines(struct describe *page, unsigned level, const struct object *quota)
{
	const struct value *used = value_path(quota->root, "status.used");
	size_t n;
	const struct value_entry **hard = format_sorted(value_path(quota->root, "status.hard"), &n);

	scopes_lines(page, level, value_path(quota->root, "spec.scopes"));
	describe_line(page, level, "Resource\tUsed\tHard");
	describe_line(page, level, level ? "--------\t---\t---" : "--------\t----\t----");
	for (size_t i = 0; i < n; i++) {
		struct str text = STR_INIT;

		str_addf(&text, "%s\t", hard[i]->key);
		if (value_get(used, hard[i]->key))
			format_scalar(value_get(used, hard[i]->key), &text);
		else
			str_add(&text, "0");
		str_add(&text, "\t");
		format_scalar(hard[i]->value, &text);
		describe_line(page, level, "%s", text.buf);
		str_release(&text);
	}
	free(hard);
}

void
describe_quota(struct describe *page, const struct object *object)
{
	describe_line(page, 0, "Name:\t%s", object->name);
	describe_line(page, 0, "Namespace:\t%s", object->namespace);
	describe_quota_lines(page, 0, object);
}

/* ---- any other kind: its fields, as describe.go's genericDescriber writes them ---- */

/* As github.com/fatih/camelcase parts words: of capitals in a row the last one belongs to what follows. */
static bool
word_begins(const char *key, size_t i)
{
	bool upper = ascii_isupper((unsigned char)key[i]), after = ascii_isupper((unsigned char)key[i - 1]);

	if (key[i] == '-' || key[i - 1] == '-')
		return key[i] != key[i - 1];
	return upper && (!after || (key[i + 1] && key[i + 1] != '-' && !ascii_isupper((unsigned char)key[i + 1])));
}

static void
add_word(const char *word, size_t len, struct str *out)
{
	static const char *const acronyms[] = { "API", "URL", "UID", "OSB", "GUID" };
	char *copy = xstrndup(word, len);
	const char *text = NULL;

	for (size_t i = 0; i < sizeof acronyms / sizeof *acronyms; i++)
		if (ascii_casecmp(acronyms[i], copy) == 0)
			text = acronyms[i];
	*copy = (char)ascii_toupper((unsigned char)*copy);
	str_addf(out, "%s%s", out->len ? " " : "", text ? text : copy);
	free(copy);
}

/* "creationTimestamp" as "Creation Timestamp"; what has other characters than letters and hyphens stays. */
static void
add_title(const char *key, struct str *out)
{
	size_t from = 0, len = strlen(key);

	for (size_t i = 0; i < len; i++)
		if (!ascii_isalpha((unsigned char)key[i]) && key[i] != '-') {
			str_add(out, key);
			return;
		}
	for (size_t i = 1; i <= len; i++)
		if (i == len || word_begins(key, i)) {
			add_word(key + from, i - from, out);
			from = i;
		}
}

/* metadata: the map is the object's own, of which a part stands above. */
static void describe_fields(struct describe *page, unsigned level, const struct value *map, bool metadata);

static void
describe_list(struct describe *page, unsigned level, const struct value *list)
{
	for (size_t i = 0; i < value_count(list); i++) {
		struct str text = STR_INIT;

		if (value_at(list, i)->type == VALUE_MAP) {
			describe_fields(page, level, value_at(list, i), false);
			continue;
		}
		go_print_tree(&text, value_at(list, i), false);
		describe_line(page, level, "%s", text.buf);
		str_release(&text);
	}
}

static void
describe_field(struct describe *page, unsigned level, const struct value_entry *entry)
{
	const struct value *value = entry->value;
	struct str title = STR_INIT, text = STR_INIT;

	add_title(entry->key, &title);
	if (value->type == VALUE_MAP || value->type == VALUE_LIST) {
		describe_line(page, level, "%s:", title.buf);
		if (value->type == VALUE_MAP)
			describe_fields(page, level + 1, value, level == 0 && strcmp(entry->key, "metadata") == 0);
		else
			describe_list(page, level + 1, value);
	} else {
		go_print_tree(&text, value, false);
		describe_line(page, level, "%s:\t%s", title.buf, text.buf);
	}
	str_release(&title);
	str_release(&text);
}

static void
describe_fields(struct describe *page, unsigned level, const struct value *map, bool metadata)
{
	static const char *const shown_above[] = { "name", "namespace", "labels", "annotations", "managedFields" };
	size_t n;
	const struct value_entry **entries = format_sorted(map, &n);

	for (size_t i = 0; i < n; i++) {
		bool skip = false;

		for (size_t j = 0; j < sizeof shown_above / sizeof *shown_above; j++)
			skip |= metadata && strcmp(shown_above[j], entries[i]->key) == 0;
		if (!skip)
			describe_field(page, level, entries[i]);
	}
	free(entries);
}

void
describe_generic(struct describe *page, const struct object *object)
{
	const struct value *meta = object_meta(object);

	describe_line(page, 0, "Name:\t%s", object->name);
	describe_line(page, 0, "Namespace:\t%s", object->kind->namespaced ? object->namespace : "");
	describe_labels(page, "Labels", value_get(meta, "labels"));
	describe_annotations(page, "Annotations", value_get(meta, "annotations"));
	describe_fields(page, 0, object->root, false);
	describe_events(page, object);
}
