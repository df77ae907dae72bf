/*
 * Syntax of names, labels and ports.  Each check is a row: how long, which pattern in words, which examples; the
 * texts are k8s.io/apimachinery/pkg/util/validation/validation.go's.  The patterns are read by hand, as POSIX
 * regular expressions are slow and know the locale.
 */
#include "server/strategy.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_out.h"
#include "server/gotypes.h"

#define DNS_LABEL_MAX 63
#define DNS_SUBDOMAIN_MAX 253
#define PORT_NAME_MAX 15
#define ANNOTATIONS_MAX (256 * 1024)

#define LABEL_1123 "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
#define QUALIFIED "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"

static const char text_1123_label[] =
	"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
	"and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
	"'" LABEL_1123 "')";
static const char text_1123_subdomain[] =
	"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
	"must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
	"'" LABEL_1123 "(\\." LABEL_1123 ")*')";
static const char text_1035_label[] =
	"a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
	"character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation "
	"is "
	"'[a-z]([-a-z0-9]*[a-z0-9])?')";
static const char text_qualified[] =
	"must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
	"character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '" QUALIFIED "')";
static const char text_label_value[] =
	"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
	"start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
	"validation is '(" QUALIFIED ")?')";

static bool
is_lower_alnum(char c)
{
	return ascii_isdigit((unsigned char)c) || (c >= 'a' && c <= 'z');
}

/* LABEL_1123 over len characters */
static bool
is_label(const char *text, size_t len)
{
	if (!len || !is_lower_alnum(text[0]) || !is_lower_alnum(text[len - 1]))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!is_lower_alnum(text[i]) && text[i] != '-')
			return false;
	}
	return true;
}

static bool
is_subdomain(const char *text)
{
	for (;;) {
		size_t len = strcspn(text, ".");

		if (!is_label(text, len))
			return false;
		if (!text[len])
			return true;
		text += len + 1;
	}
}

/* QUALIFIED */
static bool
is_qualified(const char *text)
{
	size_t len = strlen(text);

	if (!len || !ascii_isalnum((unsigned char)text[0]) || !ascii_isalnum((unsigned char)text[len - 1]))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!ascii_isalnum((unsigned char)text[i]) && !strchr("-_.", text[i]))
			return false;
	}
	return true;
}

static int
check_length(const char *text, size_t max, const char *part, struct str *out)
{
	if (strlen(text) <= max)
		return 0;
	str_addf(out, "%smust be no more than %zu characters\n", part, max);
	return 1;
}

static int
fail(const char *part, const char *text, struct str *out)
{
	str_addf(out, "%s%s\n", part, text);
	return 1;
}

int
check_dns1123_label(const char *text, struct str *out)
{
	int found = check_length(text, DNS_LABEL_MAX, "", out);

	if (is_label(text, strlen(text)))
		return found;
	/* a label with dots that is a subdomain gets the shorter text */
	if (is_subdomain(text))
		return found + fail("", "must not contain dots", out);
	return found + fail("", text_1123_label, out);
}

static int
check_subdomain_part(const char *text, const char *part, struct str *out)
{
	int found = check_length(text, DNS_SUBDOMAIN_MAX, part, out);

	return is_subdomain(text) ? found : found + fail(part, text_1123_subdomain, out);
}

int
check_dns1123_subdomain(const char *text, struct str *out)
{
	return check_subdomain_part(text, "", out);
}

int
check_dns1035_label(const char *text, struct str *out)
{
	int found = check_length(text, DNS_LABEL_MAX, "", out);

	if (is_label(text, strlen(text)) && !ascii_isdigit((unsigned char)text[0]))
		return found;
	return found + fail("", text_1035_label, out);
}

static int
check_name_part(const char *name, struct str *out)
{
	int found = 0;

	if (!*name)
		found = fail("name part ", "must be non-empty", out);
	else
		found = check_length(name, DNS_LABEL_MAX, "name part ", out);
	return is_qualified(name) ? found : found + fail("name part ", text_qualified, out);
}

int
check_qualified_name(const char *text, struct str *out)
{
	const char *slash = strchr(text, '/');
	char *prefix;
	int found;

	if (!slash)
		return check_name_part(text, out);
	if (strchr(slash + 1, '/')) {
		str_addf(out,
			"a qualified name %s with an optional DNS subdomain prefix and '/' (e.g. "
			"'example.com/MyName')\n",
			text_qualified);
		return 1;
	}
	prefix = xstrndup(text, (size_t)(slash - text));
	found = *prefix ? check_subdomain_part(prefix, "prefix part ", out)
			: fail("prefix part ", "must be non-empty", out);
	free(prefix);
	return found + check_name_part(slash + 1, out);
}

int
check_label_value(const char *text, struct str *out)
{
	int found = check_length(text, DNS_LABEL_MAX, "", out);

	return !*text || is_qualified(text) ? found : found + fail("", text_label_value, out);
}

int
check_port_name(const char *text, struct str *out)
{
	size_t len = strlen(text);
	int found = check_length(text, PORT_NAME_MAX, "", out);
	bool letter = false, plain = true;

	for (size_t i = 0; i < len; i++) {
		letter |= text[i] >= 'a' && text[i] <= 'z';
		plain &= is_lower_alnum(text[i]) || text[i] == '-';
	}
	if (!plain || !len)
		found += fail("", "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)", out);
	if (!letter)
		found += fail("", "must contain at least one letter (a-z)", out);
	if (strstr(text, "--"))
		found += fail("", "must not contain consecutive hyphens", out);
	if (len && (text[0] == '-' || text[len - 1] == '-'))
		found += fail("", "must not begin or end with a hyphen", out);
	return found;
}

/* What may stand in a URL's path between two slashes. */
int
check_path_segment(const char *text, struct str *out)
{
	int found = 0;

	if (!strcmp(text, ".") || !strcmp(text, "..")) {
		str_addf(out, "may not be '%s'\n", text);
		return 1;
	}
	for (const char *c = "/%"; *c; c++) {
		if (strchr(text, *c)) {
			str_addf(out, "may not contain '%c'\n", *c);
			found++;
		}
	}
	return found;
}

/* An error about `shown` for each message that the check has about `text`. */
static void
check_shown(struct status *status, int (*check)(const char *, struct str *), const char *path, const char *text,
	const char *shown)
{
	struct str found = STR_INIT, value = STR_INIT;
	char *line, *end;

	check(text, &found);
	json_quote(&value, shown, strlen(shown), false);
	for (line = found.buf; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		status_invalid_value(status, path, value.buf, line);
	}
	str_release(&value);
	str_release(&found);
}

void
status_check(struct status *status, int (*check)(const char *, struct str *), const char *path, const char *text)
{
	check_shown(status, check, path, text, text);
}

void
validate_labels(struct status *status, const struct value *labels, const char *path)
{
	for (size_t i = 0; labels && labels->type == VALUE_MAP && i < labels->map.n; i++) {
		const char *value = value_text(labels->map.v[i].value);

		status_check(status, check_qualified_name, path, labels->map.v[i].key);
		status_check(status, check_label_value, path, value ? value : "");
	}
}

/* A prefix may end with a hyphen: the suffix comes behind it. */
static void
validate_generate_name(struct change *change, int (*check)(const char *, struct str *), const char *prefix)
{
	struct str masked = STR_INIT;

	str_add(&masked, prefix);
	if (masked.len > 1 && str_ends(prefix, "-")) {
		str_truncate(&masked, masked.len - 2);
		str_addch(&masked, 'a');
	}
	check_shown(change->status, check, "metadata.generateName", masked.buf, prefix);
	str_release(&masked);
}

/* Annotation keys may have capitals where label keys may not. */
void
validate_annotations(struct status *status, const struct value *annotations, const char *path)
{
	size_t size = 0;

	for (size_t i = 0; i < value_count(annotations); i++) {
		const struct value *value = annotations->map.v[i].value;
		struct str lower = STR_INIT;
		const char *key = annotations->map.v[i].key;

		for (const char *c = key; *c; c++)
			str_addch(&lower, (char)ascii_tolower((unsigned char)*c));
		check_shown(status, check_qualified_name, path, lower.buf, key);
		str_release(&lower);
		size += strlen(key) + (value_text(value) ? value->string.len : 0);
	}
	if (size > ANNOTATIONS_MAX)
		status_too_long(status, path, ANNOTATIONS_MAX);
}

static void
validate_immutable(struct change *change, const struct value *meta, const struct value *old, const char *field)
{
	const char *now = value_get_text(meta, field), *before = value_get_text(old, field);
	char *path, *value;

	if (!strcmp(now ? now : "", before ? before : ""))
		return;
	path = xasprintf("metadata.%s", field);
	value = status_value_text(value_get(meta, field));
	status_invalid_value(change->status, path, value, "field is immutable");
	free(value);
	free(path);
}

static void
validate_name(struct change *change, const struct value *meta)
{
	const struct strategy *strategy = strategy_of(change->request->kind);
	int (*check)(const char *, struct str *) =
		strategy && strategy->check_name ? strategy->check_name : check_dns1123_subdomain;
	const char *name = value_get_text(meta, "name"), *prefix = value_get_text(meta, "generateName");

	if (prefix && *prefix)
		validate_generate_name(change, check, prefix);
	if (name && *name)
		status_check(change->status, check, "metadata.name", name);
	else
		status_required(change->status, "metadata.name", "name or generateName is required");
}

static void
validate_owners(struct status *status, const struct value *owners)
{
	static const char *const needed[][2] = {
		{ "apiVersion", "version must not be empty" },
		{ "kind", "kind must not be empty" },
		{ "name", "name must not be empty" },
		{ "uid", "uid must not be empty" },
	};

	for (size_t i = 0; i < value_count(owners); i++) {
		for (size_t k = 0; k < sizeof needed / sizeof *needed; k++) {
			const char *text = value_get_text(value_at(owners, i), needed[k][0]);
			char *path = xasprintf("metadata.ownerReferences.%s", needed[k][0]);

			if (!text || !*text)
				status_invalid_value(status, path, "\"\"", needed[k][1]);
			free(path);
		}
	}
}

/* Only one of several owners may be the one that controls. */
static void
validate_controllers(struct status *status, const struct value *owners)
{
	const struct value *first = NULL;

	for (size_t i = 0; i < value_count(owners); i++) {
		const struct value *owner = value_at(owners, i);
		char *shown, *text;

		if (!value_get_bool(owner, "controller", false))
			continue;
		if (!first) {
			first = owner;
			continue;
		}
		shown = go_text("[]v1.OwnerReference", owners);
		text = xasprintf("Only one reference can have Controller set to true. Found \"true\" in references for "
				 "%s/%s and %s/%s",
			value_get_text(first, "kind"), value_get_text(first, "name"), value_get_text(owner, "kind"),
			value_get_text(owner, "name"));
		status_invalid_value(status, "metadata.ownerReferences", shown, text);
		free(shown);
		free(text);
	}
}

/* Names that need no domain: what Kubernetes itself waits for. */
static const char *const bare_finalizers[] = { "foregroundDeletion", "kubernetes", "orphan", NULL };

static bool
is_bare_finalizer(const char *name)
{
	for (size_t i = 0; bare_finalizers[i]; i++) {
		if (!strcmp(bare_finalizers[i], name))
			return true;
	}
	return false;
}

static void
validate_finalizers(struct status *status, const struct value *finalizers)
{
	for (size_t i = 0; i < value_count(finalizers); i++) {
		const char *name = value_text(value_at(finalizers, i));

		status_check(status, check_qualified_name, "metadata.finalizers", name ? name : "");
	}
	for (size_t i = 0; i < value_count(finalizers); i++) {
		const char *name = value_text(value_at(finalizers, i));
		char *path = xasprintf("metadata.finalizers[%zu]", i);

		if (name && !strchr(name, '/') && !is_bare_finalizer(name))
			status_add_invalid(status, path, value_at(finalizers, i),
				"name is neither a standard finalizer name nor is it fully qualified");
		free(path);
	}
}

static bool
list_has(const struct value *list, const char *text)
{
	for (size_t i = 0; i < value_count(list); i++)
		if (value_text(value_at(list, i)) && !strcmp(value_text(value_at(list, i)), text))
			return true;
	return false;
}

/* What is going waits for no one else. */
static void
validate_no_new_finalizers(struct status *status, const struct value *meta, const struct value *old)
{
	const struct value *now = value_get(meta, "finalizers"), *before = value_get(old, "finalizers");
	struct str text = STR_INIT;
	size_t found = 0;

	str_add(&text, "no new finalizers can be added if the object is being deleted, found new finalizers []string{");
	for (size_t i = 0; i < value_count(now); i++) {
		const char *name = value_text(value_at(now, i));

		if (name && !list_has(before, name))
			str_addf(&text, "%s\"%s\"", found++ ? ", " : "", name);
	}
	str_addch(&text, '}');
	if (found)
		status_forbidden(status, "metadata.finalizers", text.buf);
	str_release(&text);
}

void
validate_object_meta(struct change *change)
{
	static const char *const immutable[] = { "name", "namespace", "uid", "creationTimestamp", NULL };
	const struct value *meta = value_get(change->new, "metadata"), *old = value_get(change->old, "metadata");

	if (!old)
		validate_name(change, meta);
	for (size_t i = 0; old && immutable[i]; i++)
		validate_immutable(change, meta, old, immutable[i]);
	validate_labels(change->status, value_get(meta, "labels"), "metadata.labels");
	validate_annotations(change->status, value_get(meta, "annotations"), "metadata.annotations");
	validate_owners(change->status, value_get(meta, "ownerReferences"));
	validate_controllers(change->status, value_get(meta, "ownerReferences"));
	validate_finalizers(change->status, value_get(meta, "finalizers"));
	if (!value_is_null(value_get(old, "deletionTimestamp")))
		validate_no_new_finalizers(change->status, meta, old);
}

struct selector_operator {
	const char *name;
	bool values; /* needs them; the others must have none */
	const char *text;
};
static const struct selector_operator operators[] = {
	{ "In", true, "must be specified when `operator` is 'In' or 'NotIn'" },
	{ "NotIn", true, "must be specified when `operator` is 'In' or 'NotIn'" },
	{ "Exists", false, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'" },
	{ "DoesNotExist", false, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'" },
	{ NULL, false, NULL },
};

static void
validate_requirement(struct status *status, const struct value *requirement, const char *path)
{
	const struct value *values = value_get(requirement, "values");
	const char *name = value_get_text(requirement, "operator"), *key = value_get_text(requirement, "key");
	const struct selector_operator *op = operators;
	char *at = xasprintf("%s.values", path);

	while (op->name && (!name || strcmp(op->name, name)))
		op++;
	if (!op->name) {
		char *value = status_value_text(value_get(requirement, "operator"));

		free(at);
		at = xasprintf("%s.operator", path);
		status_invalid_value(status, at, name ? value : "\"\"", "not a valid selector operator");
		free(value);
	} else if (op->values && !value_count(values)) {
		status_required(status, at, op->text);
	} else if (!op->values && value_count(values)) {
		status_forbidden(status, at, op->text);
	}
	free(at);
	at = xasprintf("%s.key", path);
	status_check(status, check_qualified_name, at, key ? key : "");
	free(at);
	for (size_t i = 0; i < value_count(values); i++) {
		const char *text = value_text(value_at(values, i));

		at = xasprintf("%s.values[%zu]", path, i);
		status_check(status, check_label_value, at, text ? text : "");
		free(at);
	}
}

void
validate_label_selector(struct status *status, const struct value *selector, const char *path)
{
	const struct value *expressions = value_get(selector, "matchExpressions");
	char *at = xasprintf("%s.matchLabels", path);

	validate_labels(status, value_get(selector, "matchLabels"), at);
	free(at);
	for (size_t i = 0; i < value_count(expressions); i++) {
		at = xasprintf("%s.matchExpressions[%zu]", path, i);
		validate_requirement(status, value_at(expressions, i), at);
		free(at);
	}
}
