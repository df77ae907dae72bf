/* Follows k8s.io/kubectl/pkg/cmd/set/env/env_resolve.go. */
#include "kubectl/set_env_refs.h"

#include <stdlib.h>
#include <string.h>

#include "api/quantity.h"
#include "kubectl/format.h"
#include "kubectl/sources.h"
#include "server/strategy.h"

static const char *
text_of(const struct value *map, const char *key)
{
	const char *text = value_get_text(map, key);

	return text ? text : "";
}

void
env_ref_describe(const struct value *from, struct str *out)
{
	const struct value *config = value_get(from, "configMapKeyRef"), *secret = value_get(from, "secretKeyRef");
	const struct value *field = value_get(from, "fieldRef"), *amount = value_get(from, "resourceFieldRef");
	const char *container = text_of(amount, "containerName");

	if (config)
		str_addf(out, "configmap %s, key %s", text_of(config, "name"), text_of(config, "key"));
	else if (secret)
		str_addf(out, "secret %s, key %s", text_of(secret, "name"), text_of(secret, "key"));
	else if (field)
		str_addf(out, "field path %s", text_of(field, "fieldPath"));
	else if (amount)
		str_addf(out, "resource field %s%s%s", container, *container ? "/" : "", text_of(amount, "resource"));
	else
		str_add(out, "invalid valueFrom");
}

/* ---- a key of a ConfigMap or Secret ---- */

static bool
resolve_key(const struct env_place *place, const char *kind, const struct value *ref, struct str *out)
{
	const struct kind *row = kind_by_kind(kind);
	bool secret = strcmp(kind, "Secret") == 0;
	const char *name = text_of(ref, "name"), *key = text_of(ref, "key");
	const struct object *object = store_get(place->kubectl->cluster->server.store, row, place->kubectl->namespace, name);
	const char *text = object ? value_get_text(value_get(object->root, "data"), key) : NULL;

	if (!object)
		str_addf(out, "%s \"%s\" not found", row->plural, name);
	else if (!text)
		str_addf(out, "key %s not found in %s %s", key, secret ? "secret" : "config map", name);
	else if (secret)
		sources_unbase64(text, out);
	else
		str_add(out, text);
	return text;
}

/* ---- a field of the object ---- */

static void
add_map(const struct value *map, struct str *out)
{
	size_t n;
	const struct value_entry **rows = format_sorted(map, &n);

	for (size_t i = 0; i < n; i++)
		str_addf(out, "%s%s=\"%s\"", i ? "\n" : "", rows[i]->key, value_text(rows[i]->value));
	free(rows);
}

/* metadata.labels['a'] */
static bool
resolve_subscript(const struct value *metadata, const char *path, const char *bracket, struct str *out)
{
	static const char labels[] = "metadata.labels", annotations[] = "metadata.annotations";
	size_t len = (size_t)(bracket - path);
	char *key = xstrndup(bracket + 2, strlen(bracket + 2) - 2);
	bool is_label = len == sizeof labels - 1 && !strncmp(path, labels, len);
	bool known = is_label || (len == sizeof annotations - 1 && !strncmp(path, annotations, len));
	struct str why = STR_INIT;

	if (known && !is_label) {
		char *lower = xstrdup(key);

		for (char *c = lower; *c; c++)
			*c = (char)ascii_tolower((unsigned char)*c);
		known = !check_qualified_name(lower, &why);
		free(lower);
	} else if (known) {
		known = !check_qualified_name(key, &why);
	}
	if (known)
		str_add(out, text_of(value_get(metadata, is_label ? "labels" : "annotations"), key));
	else if (why.len)
		str_addf(out, "invalid key subscript in %s: %.*s", path, (int)strcspn(why.buf, "\n"), why.buf);
	else
		str_addf(out, "fieldPath \"%s\" does not support subscript", path);
	free(key);
	str_release(&why);
	return known;
}

static const struct {
	const char *path, *key;
	bool map;
} fields[] = {
	{ "metadata.annotations", "annotations", true }, { "metadata.labels", "labels", true },
	{ "metadata.name", "name", false }, { "metadata.namespace", "namespace", false }, { "metadata.uid", "uid", false },
};

static bool
resolve_field(const struct env_place *place, const char *path, struct str *out)
{
	const struct value *metadata = value_get(place->object, "metadata");
	const char *bracket = strstr(path, "['");

	if (str_ends(path, "']") && bracket && bracket != path)
		return resolve_subscript(metadata, path, bracket, out);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (strcmp(fields[i].path, path) != 0)
			continue;
		if (fields[i].map)
			add_map(value_get(metadata, fields[i].key), out);
		else
			str_add(out, text_of(metadata, fields[i].key));
		return true;
	}
	str_addf(out, "unsupported fieldPath: %s", path);
	return false;
}

/* ---- an amount of the container ---- */

static const char *const amounts[] = { "cpu", "memory", "ephemeral-storage" };

static bool
is_amount(const char *name)
{
	for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
		if (strcmp(amounts[i], name) == 0)
			return true;
	return str_starts(name, "hugepages-");
}

/* In units of the divisor, rounded up. */
static bool
resolve_amount(const struct env_place *place, const struct value *ref, struct str *out)
{
	const char *resource = text_of(ref, "resource"), *dot = strchr(resource, '.'), *divisor = text_of(ref, "divisor");
	bool limits = str_starts(resource, "limits."), known = (limits || str_starts(resource, "requests.")) && is_amount(dot + 1);
	const struct value *side = value_get(value_get(place->container, "resources"), limits ? "limits" : "requests");
	int64_t unit = quantity_milli(divisor), have = known ? quantity_milli(text_of(side, dot + 1)) : 0;

	if (!unit)
		unit = 1000;
	if (known)
		str_addf(out, "%lld", (long long)((have + unit - 1) / unit));
	else
		str_addf(out, "Unsupported container resource : %s", resource);
	return known;
}

bool
env_ref_resolve(const struct env_place *place, const struct value *from, struct str *out)
{
	const struct value *field = value_get(from, "fieldRef"), *amount = value_get(from, "resourceFieldRef");

	if (value_get(from, "secretKeyRef"))
		return resolve_key(place, "Secret", value_get(from, "secretKeyRef"), out);
	if (value_get(from, "configMapKeyRef"))
		return resolve_key(place, "ConfigMap", value_get(from, "configMapKeyRef"), out);
	if (field)
		return resolve_field(place, text_of(field, "fieldPath"), out);
	if (amount)
		return resolve_amount(place, amount, out);
	str_add(out, "invalid valueFrom");
	return false;
}
