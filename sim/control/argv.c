/*
 * A word behind a shell's -c is a script, and is taken apart: quotes, operators, variables.  Nothing is run here; what
 * a script does over time is control/timeline.h's.
 */
#include "control/argv.h"

#include <stdlib.h>
#include <string.h>

#include "svcsim/str.h"

const char *
argv_env(const struct value *pod, const struct value *container, const char *name)
{
	const struct value *env = value_get(container, "env");

	for (size_t i = 0; i < value_count(env); i++) {
		const char *key = value_get_text(value_at(env, i), "name");
		const char *field = value_text(value_path(value_at(env, i), "valueFrom.fieldRef.fieldPath"));

		if (key && strcmp(key, name) == 0)
			return field ? value_text(value_path(pod, field)) : value_get_text(value_at(env, i), "value");
	}
	return NULL;
}

/* ---- from text to words ---- */

static bool
is_name(char c)
{
	return c == '_' || ascii_isalnum((unsigned char)c);
}

/* A variable at $; the place behind it, and its value if it has one, else the text as it stands. */
static const char *
add_variable(const struct argv *words, const char *at, struct str *out)
{
	char closing = at[1] == '(' ? ')' : at[1] == '{' ? '}' : '\0';
	const char *name = at + 1 + (closing != 0), *end = name, *value;
	char *text;

	while (is_name(*end))
		end++;
	text = xstrndup(name, (size_t)(end - name));
	value = *text ? argv_env(words->pod, words->container, text) : NULL;
	free(text);
	if (!value || (closing && *end != closing)) {
		str_addch(out, '$');
		return at + 1;
	}
	str_add(out, value);
	return end + (closing != 0);
}

static void
push(struct argv *words, struct str *word, bool *open)
{
	if (*open)
		*vec_push(&words->list) = arena_strdup(&words->arena, word->buf);
	str_clear(word);
	*open = false;
}

/* One character in quotes, or one that they protect. */
static const char *
quoted(const struct argv *words, const char *at, char quote, struct str *word)
{
	if (*at == '\\' && quote == '"' && at[1] && strchr("\"\\$`", at[1])) {
		str_addch(word, at[1]);
		return at + 2;
	}
	if (*at == '$' && quote == '"')
		return add_variable(words, at, word);
	str_addch(word, *at);
	return at + 1;
}

static void
split(struct argv *words, const char *at)
{
	struct str word = STR_INIT;
	char quote = '\0';
	bool open = false;

	while (*at) {
		if (quote ? *at == quote : *at == '\'' || *at == '"') {
			quote = quote ? '\0' : *at;
			open = true;
			at++;
		} else if (quote) {
			at = quoted(words, at, quote, &word);
		} else if (strchr("|;&<>\n", *at)) {
			push(words, &word, &open);
			*vec_push(&words->list) = arena_strndup(&words->arena, *at == '\n' ? ";" : at, 1);
			at++;
		} else if (ascii_isspace((unsigned char)*at)) {
			push(words, &word, &open);
			at++;
		} else {
			open = true;
			at = *at == '$' ? add_variable(words, at, &word) : (str_addch(&word, *at), at + 1);
		}
	}
	push(words, &word, &open);
	str_release(&word);
}

/* A word of the list with its variables; only behind a shell's -c it is a script. */
static void
add_whole(struct argv *words, const char *text)
{
	struct str word = STR_INIT;

	while (*text)
		text = *text == '$' ? add_variable(words, text, &word) : (str_addch(&word, *text), text + 1);
	*vec_push(&words->list) = arena_strdup(&words->arena, word.buf);
	str_release(&word);
}

static bool
begins_script(const struct argv *words)
{
	const char *last = words->list.n ? words->list.v[words->list.n - 1] : "";
	size_t len = strlen(last);

	return len > 1 && last[0] == '-' && last[1] != '-' && last[len - 1] == 'c';
}

static void
add_list(struct argv *words, const struct value *list)
{
	for (size_t i = 0; i < value_count(list); i++) {
		const char *text = value_text(value_at(list, i));

		if (text && begins_script(words))
			split(words, text);
		else if (text)
			add_whole(words, text);
	}
}

void
argv_init_script(struct argv *words, const struct value *pod, const struct value *container,
	const struct value *command)
{
	*words = (struct argv){ .arena = ARENA_INIT, .pod = pod, .container = container };
	add_list(words, command);
}

void
argv_init(struct argv *words, const struct value *pod, const struct value *container)
{
	argv_init_script(words, pod, container, value_get(container, "command"));
	add_list(words, value_get(container, "args"));
}

void
argv_release(struct argv *words)
{
	vec_release(&words->list);
	arena_release(&words->arena);
}

/* ---- asking ---- */

static bool
is_operator(const char *word)
{
	return word[0] && !word[1] && strchr("|;&<>", word[0]);
}

size_t
argv_find(const struct argv *words, const char *program)
{
	for (size_t i = 0; i < words->list.n; i++) {
		const char *slash = strrchr(words->list.v[i], '/');

		if (strcmp(slash ? slash + 1 : words->list.v[i], program) == 0)
			return i;
	}
	return words->list.n;
}

bool
argv_have(const struct argv *words, const char *word)
{
	for (size_t i = 0; i < words->list.n; i++)
		if (strcmp(words->list.v[i], word) == 0)
			return true;
	return false;
}

size_t
argv_end(const struct argv *words, size_t i)
{
	while (i < words->list.n && !is_operator(words->list.v[i]))
		i++;
	return i;
}

/* What stands in the word after the flag: "" when its value is the next word; NULL: it isn't the flag. */
static const char *
flag_in(const char *word, const char *flag)
{
	size_t len = strlen(flag);
	const char *name = word + 1 + (word[0] == '-' && word[1] == '-');

	if (word[0] != '-')
		return NULL;
	if (strncmp(name, flag, len) == 0 && (name[len] == '=' || !name[len]))
		return name[len] ? name + len + 1 : "";
	if (len != 1 || word[1] == '-')
		return NULL;
	for (; ascii_isalpha((unsigned char)*name); name++)
		if (*name == *flag)
			return name + 1;
	return NULL;
}

const char *
argv_flag(const struct argv *words, size_t from, const char *flag)
{
	size_t end = argv_end(words, from);

	for (size_t i = from; i < end; i++) {
		const char *value = flag_in(words->list.v[i], flag);

		if (value && *value)
			return value;
		if (value && i + 1 < end)
			return words->list.v[i + 1];
	}
	return NULL;
}

uint16_t
argv_port(const char *text)
{
	const char *number = text;
	long port;

	for (const char *c = text; *c; c++)
		if (*c == ':')
			number = c + 1;
	port = strtol(number, NULL, 10);
	return port > 0 && port < 65536 ? (uint16_t)port : 0;
}
