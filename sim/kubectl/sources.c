/* Follows k8s.io/kubectl/pkg/cmd/create/create_configmap.go, create_secret.go and pkg/util/fileno.go. */
#include "kubectl/sources.h"

#include <stdlib.h>
#include <string.h>

#include "kubectl/verb_list.h"

const struct flag sources_flags[] = {
	{ "append-hash", 0, FLAG_BOOL, "false", "true", NULL, "Put a hash of the data behind the name." },
	{ "from-env-file", 0, FLAG_STRINGS, NULL, NULL, "@file", "A file of KEY=VALUE lines." },
	{ "from-file", 0, FLAG_STRINGS, NULL, NULL, "@file", "A file, or KEY=FILE, or a folder of files." },
	{ "from-literal", 0, FLAG_ARRAY, NULL, NULL, NULL, "KEY=VALUE; may be repeated." },
	FLAGS_END,
};

void
sources_base64(const char *text, size_t len, struct str *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

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

int
sources_add_pair(struct typed *typed, struct mutation *mutation, const char *key, const char *text, size_t len, bool encode)
{
	struct value *data = value_make_map(&typed->arena, typed->root, "data");
	struct str encoded = STR_INIT;

	if (value_get(data, key)) {
		failures_add(&mutation->failures, "cannot add key \"%s\", another key by that name already exists in Data for %s "
			"\"%s\"", key, typed->kind->kind, value_get_text(typed->metadata, "name"));
		return -1;
	}
	if (encode)
		sources_base64(text, len, &encoded);
	else
		str_addn(&encoded, text, len);
	value_set_text(&typed->arena, data, key, encoded.buf);
	str_release(&encoded);
	return 0;
}

int
sources_read_file(struct mutation *mutation, const char *path, struct str *text)
{
	struct io *io = mutation->kubectl->io;
	enum io_result result = io->files->read(io, path, text);

	if (result == IO_OK)
		return 0;
	failures_add(&mutation->failures, "error reading %s: %s", path,
		result == IO_NOT_FOUND ? "no such file or directory" : io_result_text(result));
	return -1;
}

static int
add_file(struct typed *typed, struct mutation *mutation, const char *key, const char *path, bool encode)
{
	struct str text = STR_INIT;
	const char *slash = strrchr(path, '/');
	int status = sources_read_file(mutation, path, &text);

	if (!status)
		status = sources_add_pair(typed, mutation, key ? key : slash ? slash + 1 : path, text.buf, text.len, encode);
	str_release(&text);
	return status;
}

static int
add_folder(struct typed *typed, struct mutation *mutation, const char *path, const struct io_names *names, bool encode)
{
	int status = 0;

	for (size_t i = 0; i < names->n && !status; i++) {
		char *file = xasprintf("%s%s%s", path, str_ends(path, "/") ? "" : "/", names->v[i]);

		status = add_file(typed, mutation, NULL, file, encode);
		free(file);
	}
	return status;
}

/* FILE, KEY=FILE or a folder */
static int
add_source(struct typed *typed, struct mutation *mutation, const char *source, bool encode)
{
	struct io *io = mutation->kubectl->io;
	const char *equals = strchr(source, '=');
	struct io_names names = { NULL, 0, 0 };
	int status;

	if (equals) {
		char *key = xstrndup(source, (size_t)(equals - source));

		status = add_file(typed, mutation, key, equals + 1, encode);
		free(key);
		return status;
	}
	if (io->files->list(io, source, &names) == IO_OK)
		status = add_folder(typed, mutation, source, &names, encode);
	else
		status = add_file(typed, mutation, NULL, source, encode);
	io_names_release(&names);
	return status;
}

static int
add_literal(struct typed *typed, struct mutation *mutation, const char *literal, bool encode)
{
	const char *equals = strchr(literal, '=');
	const char *value = equals ? equals + 1 : "";
	size_t len = strlen(value);
	char *key;
	int status;

	if (!equals || equals == literal) {
		failures_add(&mutation->failures, "invalid literal source %s, expected key=value", literal);
		return -1;
	}
	/* Quotes that the shell left around the value go. */
	if (len >= 2 && (*value == '"' || *value == '\'') && value[len - 1] == *value) {
		value++;
		len -= 2;
	}
	key = xstrndup(literal, (size_t)(equals - literal));
	status = sources_add_pair(typed, mutation, key, value, len, encode);
	free(key);
	return status;
}

static int
add_env_file(struct typed *typed, struct mutation *mutation, const char *path, bool encode)
{
	struct str text = STR_INIT;
	int status = sources_read_file(mutation, path, &text);

	for (const char *line = text.buf; *line && !status; ) {
		size_t blanks = strspn(line, " \t"), len = strcspn(line, "\n");
		const char *equals = memchr(line, '=', len);

		if (blanks < len && line[blanks] != '#' && equals) {
			char *key = xstrndup(line + blanks, (size_t)(equals - line) - blanks);

			status = sources_add_pair(typed, mutation, key, equals + 1, len - (size_t)(equals - line) - 1, encode);
			free(key);
		}
		line += len + (line[len] == '\n');
	}
	str_release(&text);
	return status;
}

int
sources_add(struct typed *typed, struct mutation *mutation, const struct flags *flags, bool encode)
{
	int status = 0;

	if (flag_count(flags, "from-env-file") && (flag_count(flags, "from-file") || flag_count(flags, "from-literal"))) {
		failures_add(&mutation->failures, "from-env-file cannot be combined with from-file or from-literal");
		return -1;
	}
	for (size_t i = 0; i < flag_count(flags, "from-file") && !status; i++)
		status = add_source(typed, mutation, flag_item(flags, "from-file", i), encode);
	for (size_t i = 0; i < flag_count(flags, "from-literal") && !status; i++)
		status = add_literal(typed, mutation, flag_item(flags, "from-literal", i), encode);
	for (size_t i = 0; i < flag_count(flags, "from-env-file") && !status; i++)
		status = add_env_file(typed, mutation, flag_item(flags, "from-env-file", i), encode);
	return status;
}
