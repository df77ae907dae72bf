/*
 * The checks of a container's environment, and of the references to fields of the pod and to amounts of its containers,
 * which volumes hold too.  Follows ValidateEnv, ValidateEnvFrom, validateObjectFieldSelector and
 * validateContainerResourceFieldSelector in pkg/apis/core/validation/validation.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#include "api/quantity.h"

/* Names are printable ASCII without '=', since v1.32's relaxed rule. */
static int
check_env_name(const char *text, struct str *out)
{
	for (const char *c = text; *c; c++) {
		if (*c < ' ' || *c > '~' || *c == '=') {
			str_add(out,
				"a valid environment variable name must consist only of printable ASCII characters "
				"other than '='\n");
			return 1;
		}
	}
	return 0;
}

/* Fields of a pod that there is a way to at all, whether or not it is open here (ConvertDownwardAPIFieldLabel). */
static const char *const known_fields[] = { "metadata.annotations", "metadata.labels", "metadata.name",
	"metadata.namespace", "metadata.uid", "spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName",
	"spec.schedulerName", "status.phase", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
	"spec.host", NULL };

static bool
has_word(const char *const *words, const char *text)
{
	for (size_t i = 0; words[i]; i++) {
		if (!strcmp(words[i], text))
			return true;
	}
	return false;
}

static void
field_refuse(struct status *status, const struct value *ref, const char *why, const struct place *at)
{
	char *detail = xasprintf("error converting fieldPath: %s: %s", why, value_get_text(ref, "fieldPath"));

	place_invalid(status, at, "fieldPath", value_get(ref, "fieldPath"), detail);
	free(detail);
}

/* metadata.labels['key']: the key is checked as a label's; that of an annotation may have capitals. */
static void
subscript_validate(
	struct status *status, const struct value *ref, const char *field, size_t len, const struct place *at)
{
	struct str key = STR_INIT;
	bool annotation = len == strlen("metadata.annotations") && !strncmp(field, "metadata.annotations", len);

	if (!annotation && (len != strlen("metadata.labels") || strncmp(field, "metadata.labels", len) != 0)) {
		field_refuse(status, ref, "field label does not support subscript", at);
		return;
	}
	str_addn(&key, field + len + 2, strlen(field) - len - 4);
	for (char *c = key.buf; annotation && *c; c++)
		*c = (char)ascii_tolower((unsigned char)*c);
	place_check_text(status, at, NULL, key.buf, check_qualified_name);
	str_release(&key);
}

void
pod_field_ref_validate(
	struct status *status, const struct value *owner, const char *const *fields, const struct place *path)
{
	const struct value *ref = value_get(owner, "fieldRef");
	const struct place at = { path, "fieldRef", 0 };
	const char *version = value_get_text(ref, "apiVersion"), *field = value_get_text(ref, "fieldPath");
	const char *subscript = field ? strstr(field, "['") : NULL;
	char *detail;

	if (!field || !*field) {
		place_required(status, &at, "fieldPath", NULL);
	} else if (version && strcmp(version, "v1") != 0) {
		detail = xasprintf("error converting fieldPath: unsupported pod version: %s", version);
		place_invalid(status, &at, "fieldPath", value_get(ref, "fieldPath"), detail);
		free(detail);
	} else if (subscript && subscript > field && str_ends(field, "']")) {
		subscript_validate(status, ref, field, (size_t)(subscript - field), &at);
	} else if (!has_word(known_fields, field)) {
		field_refuse(status, ref, "field label not supported", &at);
	} else if (strcmp(field, "spec.host") != 0) {
		place_one_of(status, &at, ref, "fieldPath", fields);
	}
}

#define BYTES "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei"

static const char *const cpu_divisors[] = { "1m", "1", NULL };
static const char *const byte_divisors[] = { "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi",
	"1Ei", NULL };

/* What an amount may be divided by; a name that ends with a hyphen is a prefix. */
static const struct {
	const char *resource, *const *divisors, *complaint;
} divisible[] = {
	{ "cpu", cpu_divisors, "only divisor's values 1m and 1 are supported with the cpu resource" },
	{ "memory", byte_divisors, "only divisor's values " BYTES " are supported with the memory resource" },
	{ "ephemeral-storage", byte_divisors,
		"only divisor's values " BYTES " are supported with the local ephemeral storage resource" },
	{ "hugepages-", byte_divisors, "only divisor's values " BYTES " are supported with the hugepages resource" },
};

static void
divisor_validate(struct status *status, const struct value *ref, const struct place *at)
{
	const char *resource = value_get_text(ref, "resource"), *divisor = value_get_text(ref, "divisor");
	const char *name = resource ? strchr(resource, '.') : NULL;

	if (!name || !divisor || !quantity_compare(divisor, "0"))
		return;
	for (size_t i = 0; i < sizeof divisible / sizeof *divisible; i++) {
		bool prefix = str_ends(divisible[i].resource, "-");

		if (prefix ? !str_starts(name + 1, divisible[i].resource)
			   : strcmp(name + 1, divisible[i].resource) != 0)
			continue;
		if (!has_word(divisible[i].divisors, divisor))
			place_invalid(status, at, "divisor", value_get(ref, "resource"), divisible[i].complaint);
		return;
	}
}

void
pod_resource_ref_validate(struct status *status, const struct value *owner, bool volume, const struct place *path)
{
	static const char *const resources[] = { "limits.cpu", "limits.ephemeral-storage", "limits.memory",
		"requests.cpu", "requests.ephemeral-storage", "requests.memory", NULL };
	const struct value *ref = value_get(owner, "resourceFieldRef");
	const struct place at = { path, "resourceFieldRef", 0 };
	const char *resource = value_get_text(ref, "resource");

	if (volume && !place_has_text(ref, "containerName"))
		place_required(status, &at, "containerName", NULL);
	else if (!resource || !*resource)
		place_required(status, &at, "resource", NULL);
	else if (!str_starts(resource, "limits.hugepages-") && !str_starts(resource, "requests.hugepages-"))
		place_one_of(status, &at, ref, "resource", resources);
	divisor_validate(status, ref, &at);
}

static void
key_ref_validate(struct status *status, const struct value *ref, const struct place *at)
{
	place_check_text(status, at, "name", value_get_text(ref, "name"), check_dns1123_subdomain);
	if (!place_has_text(ref, "key"))
		place_required(status, at, "key", NULL);
	else
		place_check(status, at, ref, "key", check_config_key);
}

static void
value_from_validate(struct status *status, const struct value *env, const struct place *path)
{
	static const char *const fields[] = { "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName",
		"spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs", NULL };
	static const char *const keys[] = { "configMapKeyRef", "secretKeyRef" };
	const struct value *from = value_get(env, "valueFrom");
	const struct place at = { path, "valueFrom", 0 };
	size_t sources = 0;

	if (value_get(from, "fieldRef") && ++sources)
		pod_field_ref_validate(status, from, fields, &at);
	if (value_get(from, "resourceFieldRef") && ++sources)
		pod_resource_ref_validate(status, from, false, &at);
	for (size_t i = 0; i < 2; i++) {
		const struct place inner = { &at, keys[i], 0 };

		if (value_get(from, keys[i]) && ++sources)
			key_ref_validate(status, value_get(from, keys[i]), &inner);
	}
	if (!sources)
		place_invalid_text(status, &at, NULL, "\"\"",
			"must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
	else if (place_has_text(env, "value"))
		place_invalid_text(status, &at, NULL, "\"\"", "may not be specified when `value` is not empty");
	else if (sources > 1)
		place_invalid_text(status, &at, NULL, "\"\"", "may not have more than one field specified at a time");
}

static void
env_validate(struct status *status, const struct value *env, const struct place *path)
{
	const struct place list = { path, "env", 0 };

	for (size_t i = 0; i < value_count(env); i++) {
		const struct value *one = value_at(env, i);
		const struct place at = { &list, NULL, i };

		if (!place_has_text(one, "name"))
			place_required(status, &at, "name", NULL);
		else
			place_check(status, &at, one, "name", check_env_name);
		if (value_get(one, "valueFrom"))
			value_from_validate(status, one, &at);
	}
}

/* A name to which something may yet be added: one that ends with a hyphen is no fault (maskTrailingDash). */
static int
check_name_prefix(const char *text, struct str *out)
{
	struct str masked = STR_INIT;
	int found;

	str_add(&masked, text);
	if (masked.len > 1 && str_ends(text, "-")) {
		str_truncate(&masked, masked.len - 2);
		str_addch(&masked, 'a');
	}
	found = check_dns1123_subdomain(masked.buf, out);
	str_release(&masked);
	return found;
}

/* That a source is missing, or is one too many, is said of the whole list. */
static void
env_from_validate(struct status *status, const struct value *env, const struct place *path)
{
	static const char *const refs[] = { "configMapRef", "secretRef" };
	const struct place list = { path, "envFrom", 0 };

	for (size_t i = 0; i < value_count(env); i++) {
		const struct value *one = value_at(env, i);
		const struct place at = { &list, NULL, i };
		size_t sources = 0;

		if (place_has_text(one, "prefix"))
			place_check(status, &at, one, "prefix", check_env_name);
		for (size_t k = 0; k < 2; k++) {
			const struct value *ref = value_get(one, refs[k]);
			const struct place inner = { &at, refs[k], 0 };

			if (!ref)
				continue;
			sources++;
			if (!place_has_text(ref, "name"))
				place_required(status, &inner, "name", NULL);
			else
				place_check(status, &inner, ref, "name", check_name_prefix);
		}
		if (!sources)
			place_invalid_text(
				status, &list, NULL, "\"\"", "must specify one of: `configMapRef` or `secretRef`");
		else if (sources > 1)
			place_invalid_text(
				status, &list, NULL, "\"\"", "may not have more than one field specified at a time");
	}
}

void
pod_env_validate(struct status *status, const struct value *container, const struct place *path)
{
	env_validate(status, value_get(container, "env"), path);
	env_from_validate(status, value_get(container, "envFrom"), path);
}
