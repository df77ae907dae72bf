/*
 * Follows k8s.io/kubectl/pkg/cmd/create/create_configmap.go, create_secret.go, pkg/generate/versioned/env_file.go and
 * pkg/util/util.go (ParseFileSource).
 */
#include "kubectl/sources.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "kubectl/name_hash.h"
#include "kubectl/verb_list.h"
#include "server/strategy.h"

const struct flag append_hash_flag[] = {
	{ "append-hash", 0, FLAG_BOOL, "false", "true", NULL, "Put a hash of the data behind the name." },
	FLAGS_END,
};
const struct flag sources_flags[] = {
	{ "from-env-file", 0, FLAG_STRINGS, NULL, NULL, "@file", "A file of KEY=VALUE lines." },
	{ "from-file", 0, FLAG_STRINGS, NULL, NULL, "@file", "A file, or KEY=FILE, or a folder of files." },
	{ "from-literal", 0, FLAG_ARRAY, NULL, NULL, NULL, "KEY=VALUE; may be repeated." },
	FLAGS_END,
};

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
sources_base64(const char *text, size_t len, struct str *out)
{
	for (size_t i = 0; i < len; i += 3) {
		uint32_t bits = (uint32_t)(unsigned char)text[i] << 16;

		bits |= i + 1 < len ? (uint32_t)(unsigned char)text[i + 1] << 8 : 0;
		bits |= i + 2 < len ? (uint32_t)(unsigned char)text[i + 2] : 0;
		str_addch(out, digits[bits >> 18]);
		str_addch(out, digits[bits >> 12 & 63]);
		str_addch(out, i + 1 < len ? digits[bits >> 6 & 63] : '=');
		str_addch(out, i + 2 < len ? digits[bits & 63] : '=');
	}
}

void
sources_unbase64(const char *text, struct str *out)
{
	unsigned bits = 0, held = 0;

	for (; *text && strchr(digits, *text); text++) {
		held = held << 6 | (unsigned)(strchr(digits, *text) - digits);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			str_addch(out, (char)(held >> bits & 0xff));
		}
	}
}

/* Whether the key is there already; the two kinds say it in two ways. */
static bool
refuse_second(struct mutation *mutation, const struct typed *typed, const char *key, bool secret)
{
	static const struct {
		const char *field, *title;
	} fields[] = { { "data", "Data" }, { "binaryData", "BinaryData" } };

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		if (!value_get(value_get(typed->root, fields[i].field), key))
			continue;
		if (secret)
			failures_add(&mutation->failures, "cannot add key %s, another key by that name already exists", key);
		else
			failures_add(&mutation->failures, "cannot add key \"%s\", another key by that name already exists in %s "
				"for %s \"%s\"", key, fields[i].title, typed->kind->kind,
				value_get_text(typed->metadata, "name"));
		return true;
	}
	return false;
}

static bool
refuse_key(struct mutation *mutation, const char *key, bool secret)
{
	struct str why = STR_INIT;
	int found = check_config_key(key, &why);

	if (found) {
		why.buf[why.len - 1] = '\0';
		for (char *c = why.buf; *c; c++)
			*c = *c == '\n' ? secret ? ';' : ',' : *c;
		failures_add(&mutation->failures, secret ? "\"%s\" is not valid key name for a Secret %s" :
			"\"%s\" is not a valid key name for a ConfigMap: %s", key, why.buf);
	}
	str_release(&why);
	return found;
}

int
sources_add_pair(struct typed *typed, struct mutation *mutation, const char *key, const char *text, size_t len, bool secret)
{
	bool binary = !secret && !utf8_valid(text, len);
	struct str encoded = STR_INIT;

	if (refuse_key(mutation, key, secret) || refuse_second(mutation, typed, key, secret))
		return -1;
	if (secret || binary)
		sources_base64(text, len, &encoded);
	else
		str_addn(&encoded, text, len);
	value_set_text(&typed->arena, value_make_map(&typed->arena, typed->root, binary ? "binaryData" : "data"), key,
		encoded.buf);
	str_release(&encoded);
	return 0;
}

/* Go's words for why a file can't be read. */
static const char *
read_fault(enum io_result result)
{
	return result == IO_NOT_FOUND ? "no such file or directory" : io_result_text(result);
}

static int
add_file(struct typed *typed, struct mutation *mutation, const char *key, const char *path, bool secret)
{
	struct io *io = mutation->kubectl->io;
	struct str text = STR_INIT;
	enum io_result result = io->files->read(io, path, &text);
	int status = -1;

	if (result == IO_OK)
		status = sources_add_pair(typed, mutation, key, text.buf, text.len, secret);
	else
		failures_add(&mutation->failures, "error reading %s: %s", path, read_fault(result));
	str_release(&text);
	return status;
}

static bool
is_folder(struct io *io, const char *path)
{
	struct io_names names = { NULL, 0, 0 };
	bool is = io->files->list(io, path, &names) == IO_OK;

	io_names_release(&names);
	return is;
}

/* The files of a folder, without its folders. */
static int
add_folder(struct typed *typed, struct mutation *mutation, const char *path, bool secret)
{
	struct io *io = mutation->kubectl->io;
	struct io_names names = { NULL, 0, 0 };
	int status = 0;

	if (io->files->list(io, path, &names) != IO_OK)
		return 0;
	for (size_t i = 0; i < names.n && !status; i++) {
		char *file = xasprintf("%s%s%s", path, str_ends(path, "/") ? "" : "/", names.v[i]);

		if (!is_folder(io, file))
			status = add_file(typed, mutation, names.v[i], file, secret);
		free(file);
	}
	io_names_release(&names);
	return status;
}

int
sources_add_file(struct typed *typed, struct mutation *mutation, const char *source, bool secret)
{
	const char *equals = strchr(source, '='), *slash = strrchr(source, '/');
	struct failures *failures = &mutation->failures;
	const char *path = equals ? equals + 1 : source;
	bool folder = is_folder(mutation->kubectl->io, path);
	char *key;
	int status = -1;

	if (equals && strchr(path, '=')) {
		failures_add(failures, "key names or file paths cannot contain '='");
	} else if (equals == source) {
		failures_add(failures, "key name for file path %s missing", path);
	} else if (equals && !*path) {
		failures_add(failures, "file path for key name %.*s missing", (int)(equals - source), source);
	} else if (equals && folder) {
		failures_add(failures, "cannot give a key name for a directory path");
	} else if (folder) {
		status = add_folder(typed, mutation, path, secret);
	} else {
		key = equals ? xstrndup(source, (size_t)(equals - source)) : xstrdup(slash ? slash + 1 : source);
		status = add_file(typed, mutation, key, path, secret);
		free(key);
	}
	return status;
}

static int
add_literal(struct typed *typed, struct mutation *mutation, const char *literal, bool secret)
{
	const char *equals = strchr(literal, '=');
	char *key;
	int status;

	if (!equals || equals == literal) {
		failures_add(&mutation->failures, "invalid literal source %s, expected key=value", literal);
		return -1;
	}
	key = xstrndup(literal, (size_t)(equals - literal));
	status = sources_add_pair(typed, mutation, key, equals + 1, strlen(equals + 1), secret);
	free(key);
	return status;
}

/* IsEnvVarName of apimachinery, the strict one. */
static bool
is_variable(const char *key)
{
	size_t plain = 0;

	while (ascii_isalnum((unsigned char)key[plain]) || (key[plain] && strchr("-._", key[plain])))
		plain++;
	return *key && !key[plain] && !ascii_isdigit((unsigned char)*key);
}

/* KEY=VALUE, KEY whose value the environment has, a comment or nothing. */
static int
add_variable(struct typed *typed, struct mutation *mutation, const char *line, bool secret)
{
	struct kubectl *kubectl = mutation->kubectl;
	size_t len = strcspn(line, "=");
	const char *value = line[len] ? line + len + 1 : NULL;
	char *key;
	int status = -1;

	if (!*line || *line == '#')
		return 0;
	key = xstrndup(line, len);
	if (!value)
		value = kubectl->variable ? kubectl->variable(kubectl, key) : NULL;
	if (is_variable(key))
		status = sources_add_pair(typed, mutation, key, value ? value : "", strlen(value ? value : ""), secret);
	else
		failures_add(&mutation->failures, "\"%s\" is not a valid key name: a valid environment variable name must consist of "
			"alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or "
			"'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')", key);
	free(key);
	return status;
}

static void
refuse_bytes(struct mutation *mutation, const char *path, size_t number, const char *line, size_t len)
{
	struct str bytes = STR_INIT;

	for (size_t i = 0; i < len; i++)
		str_addf(&bytes, "%s%u", i ? " " : "", (unsigned)(unsigned char)line[i]);
	failures_add(&mutation->failures, "env file %s contains invalid utf8 bytes at line %zu: [%s]", path, number, bytes.buf);
	str_release(&bytes);
}

static int
add_lines(struct typed *typed, struct mutation *mutation, const char *path, const char *text, bool secret)
{
	size_t number = 1;
	int status = 0;

	if (str_starts(text, "\xef\xbb\xbf"))
		text += 3;
	for (; *text && !status; number++) {
		size_t len = strcspn(text, "\n"), blanks = strspn(text, " \t\r\v\f");
		size_t end = len && text[len - 1] == '\r' ? len - 1 : len;
		char *line = xstrndup(text, end);

		if (utf8_valid(line, end)) {
			status = add_variable(typed, mutation, line + (blanks < end ? blanks : end), secret);
		} else {
			refuse_bytes(mutation, path, number, line, end);
			status = -1;
		}
		free(line);
		text += len + (text[len] == '\n');
	}
	return status;
}

static int
add_env_file(struct typed *typed, struct mutation *mutation, const char *path, bool secret)
{
	struct io *io = mutation->kubectl->io;
	struct str text = STR_INIT;
	enum io_result result = io->files->read(io, path, &text);
	int status = -1;

	if (is_folder(io, path))
		failures_add(&mutation->failures, "env %s file cannot be a directory", secret ? "secret" : "config");
	else if (result != IO_OK)
		failures_add(&mutation->failures, "error reading %s: %s", path, read_fault(result));
	else
		status = add_lines(typed, mutation, path, text.buf, secret);
	str_release(&text);
	return status;
}

int
sources_add(struct typed *typed, struct mutation *mutation, const struct flags *flags, bool secret)
{
	int status = 0;

	if (flag_count(flags, "from-env-file") && (flag_count(flags, "from-file") || flag_count(flags, "from-literal"))) {
		failures_add(&mutation->failures, "from-env-file cannot be combined with from-file or from-literal");
		return -1;
	}
	for (size_t i = 0; i < flag_count(flags, "from-file") && !status; i++)
		status = sources_add_file(typed, mutation, flag_item(flags, "from-file", i), secret);
	for (size_t i = 0; i < flag_count(flags, "from-literal") && !status; i++)
		status = add_literal(typed, mutation, flag_item(flags, "from-literal", i), secret);
	for (size_t i = 0; i < flag_count(flags, "from-env-file") && !status; i++)
		status = add_env_file(typed, mutation, flag_item(flags, "from-env-file", i), secret);
	return status;
}

void
sources_append_hash(struct typed *typed, const struct flags *flags)
{
	char *name;

	if (!flag_bool(flags, "append-hash"))
		return;
	name = xasprintf("%s-%s", value_get_text(typed->metadata, "name"),
		name_hash(&typed->arena, typed->root, value_get_text(typed->metadata, "name")));
	value_set_text(&typed->arena, typed->metadata, "name", name);
	free(name);
}
