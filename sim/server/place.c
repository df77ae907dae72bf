/* Field errors at a place: the words are status.c's, the path is made here, late. */
#include "server/place.h"

#include <stdlib.h>
#include <string.h>

#include "server/strategy.h"

static void
add_place(struct str *text, const struct place *place)
{
	if (place->outer)
		add_place(text, place->outer);
	if (place->field)
		str_addf(text, "%s%s", text->len && *place->field != '[' ? "." : "", place->field);
	else
		str_addf(text, "[%zu]", place->index);
}

char *
place_text(const struct place *place)
{
	struct str text = STR_INIT;

	add_place(&text, place);
	return str_detach(&text);
}

char *
place_text_of(const struct place *place, const char *field)
{
	const struct place inner = { place, field, 0 };

	return place_text(field ? &inner : place);
}

void
place_required(struct status *status, const struct place *place, const char *field, const char *detail)
{
	char *path = place_text_of(place, field);

	status_required(status, path, detail);
	free(path);
}

void
place_forbidden(struct status *status, const struct place *place, const char *field, const char *detail)
{
	char *path = place_text_of(place, field);

	status_forbidden(status, path, detail);
	free(path);
}

void
place_invalid_text(
	struct status *status, const struct place *place, const char *field, const char *shown, const char *detail)
{
	char *path = place_text_of(place, field);

	status_invalid_value(status, path, shown, detail);
	free(path);
}

void
place_invalid(struct status *status, const struct place *place, const char *field, const struct value *value,
	const char *detail)
{
	char *shown = status_value_text(value);

	place_invalid_text(status, place, field, shown, detail);
	free(shown);
}

void
place_invalid_int(
	struct status *status, const struct place *place, const char *field, int64_t number, const char *detail)
{
	char *shown = xasprintf("%lld", (long long)number);

	place_invalid_text(status, place, field, shown, detail);
	free(shown);
}

void
place_invalid_member(struct status *status, const struct place *place, const struct value *map, const char *field,
	const char *detail)
{
	const struct value *value = value_get(map, field);

	if (value)
		place_invalid(status, place, field, value, detail);
	else
		place_invalid_text(status, place, field, "\"\"", detail);
}

void
place_duplicate(struct status *status, const struct place *place, const char *field, const char *shown)
{
	char *path = place_text_of(place, field);

	status_duplicate(status, path, shown);
	free(path);
}

void
place_not_found(struct status *status, const struct place *place, const char *field, const struct value *value)
{
	char *path = place_text_of(place, field), *shown = status_value_text(value);

	status_value_not_found(status, path, shown);
	free(shown);
	free(path);
}

void
place_unsupported(struct status *status, const struct place *place, const char *field, const char *shown,
	const char *const *words)
{
	char *path = place_text_of(place, field);

	status_unsupported(status, path, shown, words);
	free(path);
}

void
place_too_long(struct status *status, const struct place *place, const char *field, int max)
{
	char *path = place_text_of(place, field);

	status_too_long(status, path, max);
	free(path);
}

void
place_too_many(struct status *status, const struct place *place, const char *field, size_t actual, int max)
{
	char *path = place_text_of(place, field);

	status_too_many(status, path, (int)actual, max);
	free(path);
}

bool
place_has_text(const struct value *map, const char *field)
{
	const char *text = value_get_text(map, field);

	return text && *text;
}

void
place_word(struct status *status, const struct place *place, const struct value *map, const char *field,
	const char *const *words, bool required)
{
	const char *text = value_get_text(map, field);
	char *path;

	for (size_t i = 0; text && words[i]; i++) {
		if (!strcmp(words[i], text))
			return;
	}
	if (!required && (!text || !*text))
		return;
	path = place_text_of(place, field);
	validate_word(status, path, value_get(map, field), words, required);
	free(path);
}

void
place_one_of(struct status *status, const struct place *place, const struct value *map, const char *field,
	const char *const *words)
{
	const char *text = value_get_text(map, field);
	char *shown;

	for (size_t i = 0; text && words[i]; i++) {
		if (!strcmp(words[i], text))
			return;
	}
	shown = text ? status_value_text(value_get(map, field)) : xstrdup("\"\"");
	place_unsupported(status, place, field, shown, words);
	free(shown);
}

void
place_check_text(struct status *status, const struct place *place, const char *field, const char *text,
	int (*check)(const char *, struct str *))
{
	struct str found = STR_INIT;
	char *path;

	if (check(text ? text : "", &found)) {
		path = place_text_of(place, field);
		status_check(status, check, path, text ? text : "");
		free(path);
	}
	str_release(&found);
}

void
place_check(struct status *status, const struct place *place, const struct value *map, const char *field,
	int (*check)(const char *, struct str *))
{
	const char *text = value_get_text(map, field);

	if (text)
		place_check_text(status, place, field, text, check);
}

void
place_check_joined(struct status *status, const struct place *place, const char *said, const struct value *map,
	const char *field, int (*check)(const char *, struct str *))
{
	const char *text = value_get_text(map, field);
	struct str found = STR_INIT;

	if (text && check(text, &found)) {
		str_truncate(&found, found.len - 1);
		for (char *c = found.buf; *c; c++)
			*c = *c == '\n' ? ';' : *c;
		place_invalid(status, place, said, value_get(map, field), found.buf);
	}
	str_release(&found);
}

void
place_not_negative(struct status *status, const struct place *place, const struct value *map, const char *field)
{
	if (value_get_int(map, field, 0) < 0)
		place_invalid(status, place, field, value_get(map, field), "must be greater than or equal to 0");
}

void
place_range(struct status *status, const struct place *place, const struct value *map, const char *field, int64_t low,
	int64_t high)
{
	int64_t number = value_get_int(map, field, low);
	char *detail;

	if (number >= low && number <= high)
		return;
	detail = xasprintf("must be between %lld and %lld, inclusive", (long long)low, (long long)high);
	place_invalid(status, place, field, value_get(map, field), detail);
	free(detail);
}

void
place_selector(struct status *status, const struct place *place, const struct value *map, const char *field)
{
	const struct value *selector = value_get(map, field);
	char *path;

	if (value_is_null(selector))
		return;
	path = place_text_of(place, field);
	validate_label_selector(status, selector, path);
	free(path);
}

void
place_port(struct status *status, const struct place *place, const struct value *map, const char *field, bool names)
{
	int64_t number = value_get_int(map, field, 0);
	char *path;

	if (number >= 1 && number <= 65535)
		return;
	path = place_text(place);
	if (names)
		validate_port_number_or_name(status, path, map, field);
	else
		validate_port_number(status, path, map, field);
	free(path);
}
