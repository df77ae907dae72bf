/*
 * The sentences of explain: each type and field below the kinds that can be explained has one, and none is for a type
 * or field that isn't there.  What explain prints around them is held against transcripts (tests/golden/explain.txt).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "api/kind.h"
#include "api/schema.h"

enum { TYPE_MAX = 128, DEPTH_MAX = 32 };

static const struct sentence {
	const char *type, *field, *text;
} sentences[] = {
#define TEXT(type, field, text) { type, field, text },
#include "kubectl/explain_text.def"
#undef TEXT
};
enum { SENTENCES = sizeof sentences / sizeof *sentences };

static bool
has_sentence(const char *type, const char *field)
{
	for (size_t i = 0; i < SENTENCES; i++)
		if (strcmp(sentences[i].type, type) == 0 && strcmp(sentences[i].field, field) == 0)
			return true;
	return false;
}

static void
are_sorted_and_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < SENTENCES; i++) {
		const struct sentence *this = &sentences[i], *last = i ? this - 1 : NULL;
		int order = last ? strcmp(last->type, this->type) : -1;
		size_t len = strlen(this->text);

		if (order > 0 || (order == 0 && strcmp(last->field, this->field) >= 0))
			fail_msg("%s.%s is not in its place", this->type, this->field);
		if (len < 3 || this->text[len - 1] != '.')
			fail_msg("%s.%s: not a sentence: %s", this->type, this->field, this->text);
	}
}

static void
are_of_fields_there_are(void **state)
{
	(void)state;
	for (size_t i = 0; i < SENTENCES; i++) {
		const struct sentence *this = &sentences[i];

		if (*this->type && !schema_is_struct(this->type))
			fail_msg("there is no type %s", this->type);
		if (*this->type && *this->field && !schema_field(this->type, this->field))
			fail_msg("%s has no field %s", this->type, this->field);
	}
}

struct trail {
	const char *type;
	const struct trail *above;
	size_t depth;
};

static void
has_all(const char *type, const struct trail *above)
{
	const struct trail trail = { type, above, above ? above->depth + 1 : 0 };
	size_t n;
	const struct schema_field *fields = schema_fields(type, &n);

	assert_true(trail.depth < DEPTH_MAX);
	for (const struct trail *up = above; up; up = up->above)
		if (strcmp(up->type, type) == 0)
			return;
	if (!has_sentence(type, ""))
		fail_msg("%s: no sentence", type);
	for (size_t i = 0; i < n; i++) {
		char inner[TYPE_MAX], element[TYPE_MAX];

		if (!has_sentence(type, fields[i].name) && !has_sentence("", fields[i].name))
			fail_msg("%s.%s: no sentence", type, fields[i].name);
		snprintf(inner, sizeof inner, "%s", fields[i].type);
		while (schema_is_list(inner) || schema_is_map(inner))
			snprintf(inner, sizeof inner, "%s", schema_element(inner, element, sizeof element));
		if (schema_is_struct(inner))
			has_all(inner, &trail);
	}
}

static void
all_fields_have_one(void **state)
{
	(void)state;
	for (const struct kind *kind = kinds; kind->kind; kind++)
		has_all(kind->type, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(are_sorted_and_whole),
		cmocka_unit_test(are_of_fields_there_are),
		cmocka_unit_test(all_fields_have_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
