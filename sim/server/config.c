/*
 * ConfigMaps and Secrets: keys that can be file names, texts that become bytes, and the keys that a Secret's type
 * asks for.  Follows pkg/apis/core/validation/validation.go (ValidateConfigMap, ValidateSecret) and
 * pkg/registry/core/secret/strategy.go.
 */
#include "server/strategy.h"

#include <stdlib.h>
#include <string.h>

#define KEY_MAX 253
#define KEY_PATTERN "[-._a-zA-Z0-9]+"

int
check_config_key(const char *text, struct str *out)
{
	static const char shape[] = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
				    "'key.name',  or 'KEY_NAME',  "
				    "or 'key-name', regex used for validation is '" KEY_PATTERN "')";
	int found = 0;
	size_t len = strlen(text), plain = 0;

	if (len > KEY_MAX) {
		str_addf(out, "must be no more than %d characters\n", KEY_MAX);
		found++;
	}
	while (ascii_isalnum((unsigned char)text[plain]) || (text[plain] && strchr("-._", text[plain])))
		plain++;
	if (!len || plain < len) {
		str_addf(out, "%s\n", shape);
		found++;
	}
	if (!strcmp(text, ".") || !strcmp(text, "..") || str_starts(text, "..")) {
		str_addf(out,
			strcmp(text, ".") && strcmp(text, "..") ? "must not start with '..'\n" : "must not be '%s'\n",
			text);
		found++;
	}
	return found;
}

static void
check_keys(struct status *status, const struct value *map, const char *field)
{
	for (size_t i = 0; map && map->type == VALUE_MAP && i < map->map.n; i++) {
		char *path = xasprintf("%s[%s]", field, map->map.v[i].key);

		status_check(status, check_config_key, path, map->map.v[i].key);
		free(path);
	}
}

static void
check_immutable(struct change *change, const char *const *fields)
{
	const struct value *old = change->old;

	if (!value_get_bool(old, "immutable", false))
		return;
	if (!value_get_bool(change->new, "immutable", false))
		status_forbidden(change->status, "immutable", "field is immutable when `immutable` is set");
	for (size_t i = 0; fields[i]; i++) {
		const struct value *now = value_get(change->new, fields[i]), *before = value_get(old, fields[i]);

		if (now && before ? !value_equal(now, before) : now != before)
			status_forbidden(change->status, fields[i], "field is immutable when `immutable` is set");
	}
}

static void
configmap_validate(struct change *change)
{
	static const char *const fields[] = { "data", "binaryData", NULL };
	const struct value *data = value_get(change->new, "data"), *binary = value_get(change->new, "binaryData");

	check_immutable(change, fields);
	check_keys(change->status, data, "data");
	for (size_t i = 0; data && data->type == VALUE_MAP && i < data->map.n; i++) {
		const char *key = data->map.v[i].key;
		char *path = xasprintf("data[%s]", key);

		if (value_get(binary, key))
			status_add_invalid(change->status, path, value_string(change->arena, key),
				"duplicate of key present in binaryData");
		free(path);
	}
	check_keys(change->status, binary, "binaryData");
}

static char *
base64(const char *text, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct str out = STR_INIT;

	for (size_t i = 0; i < len; i += 3) {
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (i + k < len ? (unsigned char)text[i + k] : 0u);
		for (size_t k = 0; k < 4; k++)
			str_addch(&out, i + k <= len ? digits[bits >> (18 - 6 * k) & 63] : '=');
	}
	return str_detach(&out);
}

static void
secret_defaults(struct arena *arena, struct value *object)
{
	struct value *texts = value_get(object, "stringData");

	for (size_t i = 0; texts && texts->type == VALUE_MAP && i < texts->map.n; i++) {
		const struct value *text = texts->map.v[i].value;
		char *bytes = base64(text->string.text, text->string.len);

		value_set_text(arena, value_make_map(arena, object, "data"), texts->map.v[i].key, bytes);
		free(bytes);
	}
	value_remove(object, "stringData");
	if (!value_get_text(object, "type") || !*value_get_text(object, "type"))
		value_set_text(arena, object, "type", "Opaque");
}

/* The keys that a type can't do without; the one that has a choice, basic-auth, is left to its users. */
static const struct needed_key {
	const char *type, *key;
} needed_keys[] = {
	{ "kubernetes.io/dockercfg", ".dockercfg" },
	{ "kubernetes.io/dockerconfigjson", ".dockerconfigjson" },
	{ "kubernetes.io/ssh-auth", "ssh-privatekey" },
	{ "kubernetes.io/tls", "tls.crt" },
	{ "kubernetes.io/tls", "tls.key" },
};

static void
secret_validate(struct change *change)
{
	static const char *const fields[] = { "data", NULL };
	const struct value *data = value_get(change->new, "data"), *type = value_get(change->new, "type");

	if (change->old && !value_equal(type, value_get(change->old, "type")))
		status_add_invalid(change->status, "type", type, "field is immutable");
	check_immutable(change, fields);
	check_keys(change->status, data, "data");
	for (size_t i = 0; i < sizeof needed_keys / sizeof *needed_keys; i++) {
		char *path = xasprintf("data[%s]", needed_keys[i].key);

		if (!strcmp(value_text(type), needed_keys[i].type) && !value_get(data, needed_keys[i].key))
			status_required(change->status, path, NULL);
		free(path);
	}
}

const struct strategy strategy_configmap = {
	.kind = "ConfigMap",
	.validate = configmap_validate,
};

const struct strategy strategy_secret = {
	.kind = "Secret",
	.defaults = secret_defaults,
	.validate = secret_validate,
};
