/*
 * ConfigMaps and Secrets: keys that can be file names, texts that become bytes, and the keys that a Secret's type
 * asks for.  Follows pkg/apis/core/validation/validation.go (ValidateConfigMap, ValidateSecret) and
 * pkg/registry/core/secret/strategy.go.
 */
#include "server/strategy.h"

#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "server/pem.h"
#include "server/place.h"

#define KEY_MAX 253
#define KEY_PATTERN "[-._a-zA-Z0-9]+"
#define SIZE_LIMIT 1048576
#define REDACTED "\"<secret contents redacted>\""
#define ACCOUNT_KEY "kubernetes.io/service-account.name"

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

/* How many bytes a base64 text stands for; the server took it, so it is well-formed. */
static size_t
decoded_len(const char *text)
{
	size_t len = strlen(text), pad = 0;

	while (pad < len && text[len - 1 - pad] == '=')
		pad++;
	return len / 4 * 3 - pad;
}

/* Their names; the size of their contents is what is given back. */
static size_t
check_keys(struct status *status, const struct value *map, const char *field, bool base64)
{
	size_t size = 0;

	for (size_t i = 0; i < value_count(map); i++) {
		const char *key = map->map.v[i].key, *text = value_text(map->map.v[i].value);
		char *path = xasprintf("%s[%s]", field, key);

		status_check(status, check_config_key, path, key);
		if (text)
			size += base64 ? decoded_len(text) : map->map.v[i].value->string.len;
		free(path);
	}
	return size;
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
	size_t size;

	check_immutable(change, fields);
	size = check_keys(change->status, data, "data", false);
	for (size_t i = 0; i < value_count(data); i++) {
		const char *key = data->map.v[i].key;
		char *path = xasprintf("data[%s]", key);

		if (value_get(binary, key))
			status_add_invalid(change->status, path, value_string(change->arena, key),
				"duplicate of key present in binaryData");
		free(path);
	}
	size += check_keys(change->status, binary, "binaryData", true);
	if (size > SIZE_LIMIT)
		status_too_long(change->status, "[]", SIZE_LIMIT); /* the whole object, as a path without a name shows */
}

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static char *
base64(const char *text, size_t len)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < len; i += 3) {
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (i + k < len ? (unsigned char)text[i + k] : 0u);
		for (size_t k = 0; k < 4; k++)
			str_addch(&out, i + k <= len ? base64_digits[bits >> (18 - 6 * k) & 63] : '=');
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

static void
unbase64(const char *text, struct str *out)
{
	uint32_t bits = 0;
	size_t n = 0;

	for (const char *c = text; *c && *c != '='; c++) {
		bits = bits << 6 | (uint32_t)(strchr(base64_digits, *c) - base64_digits);
		if (++n % 4 == 0)
			str_addn(out, (const char[]){ (char)(bits >> 16), (char)(bits >> 8), (char)bits }, 3);
	}
	if (n % 4 == 2)
		str_addch(out, (char)(bits >> 4));
	else if (n % 4 == 3)
		str_addn(out, (const char[]){ (char)(bits >> 10), (char)(bits >> 2) }, 2);
}

/* The content of a key has to be a JSON object; a wrong one isn't shown. */
static void
check_json(struct status *status, const struct value *data, const char *key, const char *path)
{
	struct arena arena = ARENA_INIT;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct value *value;
	char *detail;

	unbase64(value_get_text(data, key), &text);
	if (json_read("", text.buf, text.len, &arena, &value, &err)) {
		status_invalid_value(status, path, REDACTED, err.text);
		err_release(&err);
	} else if (value->type != VALUE_MAP && value->type != VALUE_NULL) {
		detail = xasprintf("json: cannot unmarshal %s into Go value of type map[string]interface {}",
			value_json_kind(value));
		status_invalid_value(status, path, REDACTED, detail);
		free(detail);
	}
	str_release(&text);
	arena_release(&arena);
}

/* The keys that a type can't do without. */
static const struct needed_key {
	const char *type, *key;
	bool json, filled;
} needed_keys[] = {
	{ "kubernetes.io/dockercfg", ".dockercfg", true, false },
	{ "kubernetes.io/dockerconfigjson", ".dockerconfigjson", true, false },
	{ "kubernetes.io/ssh-auth", "ssh-privatekey", false, true },
	{ "kubernetes.io/tls", "tls.crt", false, false },
	{ "kubernetes.io/tls", "tls.key", false, false },
};

static void
check_type(struct status *status, const struct value *secret)
{
	const struct value *data = value_get(secret, "data"),
			   *annotations = value_get(value_get(secret, "metadata"), "annotations");
	const char *type = value_get_text(secret, "type");

	for (size_t i = 0; i < sizeof needed_keys / sizeof *needed_keys; i++) {
		const struct needed_key *needed = &needed_keys[i];
		const char *text = value_get_text(data, needed->key);
		char *path = xasprintf("data[%s]", needed->key);

		if (!strcmp(type, needed->type) && (!text || (needed->filled && !*text)))
			status_required(status, path, NULL);
		else if (!strcmp(type, needed->type) && needed->json)
			check_json(status, data, needed->key, path);
		free(path);
	}
	if (!strcmp(type, "kubernetes.io/basic-auth") && !value_get(data, "username") && !value_get(data, "password")) {
		status_required(status, "data[username]", NULL);
		status_required(status, "data[password]", NULL);
	}
	if (!strcmp(type, "kubernetes.io/service-account-token") && !place_has_text(annotations, ACCOUNT_KEY))
		status_required(status, "metadata.annotations[" ACCOUNT_KEY "]", NULL);
}

static void
secret_validate(struct change *change)
{
	static const char *const fields[] = { "data", NULL };
	const struct value *type = value_get(change->new, "type");

	if (change->old && !value_equal(type, value_get(change->old, "type")))
		status_add_invalid(change->status, "type", type, "field is immutable");
	check_immutable(change, fields);
	if (check_keys(change->status, value_get(change->new, "data"), "data", true) > SIZE_LIMIT)
		status_too_long(change->status, "data", SIZE_LIMIT);
	check_type(change->status, change->new);
}

static void
secret_warn(const struct change *change)
{
	const struct value *data = value_get(change->new, "data");
	const char *type = value_get_text(change->new, "type");
	struct str cert = STR_INIT, key = STR_INIT;
	char *fault;

	if (strcmp(type, "kubernetes.io/tls") != 0)
		return;
	unbase64(value_get_text(data, "tls.crt"), &cert);
	unbase64(value_get_text(data, "tls.key"), &key);
	fault = pem_pair_fault(cert.buf, key.buf);
	if (fault)
		status_warn(change->status, "%s", fault);
	free(fault);
	str_release(&key);
	str_release(&cert);
}

const struct strategy strategy_configmap = {
	.kind = "ConfigMap",
	.validate = configmap_validate,
};

const struct strategy strategy_secret = {
	.kind = "Secret",
	.defaults = secret_defaults,
	.validate = secret_validate,
	.warn = secret_warn,
};
