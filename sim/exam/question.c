/* Answers to questions: given by hand, in words, or by the scenario itself; and how much of one is right. */
#include "exam/question.h"

#include <stdlib.h>
#include <string.h>

static bool
has_order(const struct asked *asked)
{
	return asked->question.kind == QUESTION_ORDER;
}

/* The words of an answer that was given by picking or moving. */
static void
spell(struct asked *asked)
{
	str_clear(&asked->words);
	for (size_t i = 0; i < asked->question.noptions; i++) {
		size_t option = has_order(asked) ? asked->order[i] : i;

		if (has_order(asked) ? !asked->ordered : !asked->picked[i])
			continue;
		str_addf(&asked->words, "%s%c", asked->words.len ? "," : "", (int)('A' + option));
	}
}

void
questions_release(struct asked *questions, size_t n)
{
	for (size_t i = 0; i < n; i++)
		str_release(&questions[i].words);
}

void
questions_clear(struct asked *questions, size_t n)
{
	for (size_t q = 0; q < n; q++) {
		struct asked *asked = &questions[q];

		for (size_t i = 0; i < asked->question.noptions; i++) {
			asked->picked[i] = false;
			asked->order[i] = i;
		}
		asked->ordered = false;
		str_clear(&asked->words);
	}
}

void
question_pick(struct asked *asked, size_t i, bool picked)
{
	if (i >= asked->question.noptions || has_order(asked))
		return;
	for (size_t other = 0; asked->question.kind == QUESTION_ONE && other < asked->question.noptions; other++)
		asked->picked[other] = false;
	asked->picked[i] = picked;
	spell(asked);
}

void
question_move(struct asked *asked, size_t from, size_t to)
{
	size_t n = asked->question.noptions, option;

	if (!has_order(asked) || from >= n || to >= n)
		return;
	option = asked->order[from];
	for (; from < to; from++)
		asked->order[from] = asked->order[from + 1];
	for (; from > to; from--)
		asked->order[from] = asked->order[from - 1];
	asked->order[to] = option;
	asked->ordered = true;
	spell(asked);
}

/* Letters with blanks or commas between, or none: "AC", "a, c".  Each at most once. */
static int
read_letters(const struct asked *asked, const char *words, size_t *options, size_t *n, struct err *err)
{
	char last = (char)('A' + asked->question.noptions - 1);

	*n = 0;
	for (const char *at = words; *at; at++) {
		size_t option = (size_t)(ascii_toupper((unsigned char)*at) - 'A');

		if (*at == ' ' || *at == ',')
			continue;
		if (!ascii_isalpha((unsigned char)*at) || option >= asked->question.noptions)
			return err_set(err, ERR_USAGE, "\"%s\": an answer is letters from A to %c", words, last);
		for (size_t i = 0; i < *n; i++) {
			if (options[i] == option)
				return err_set(err, ERR_USAGE, "\"%s\" has %c twice", words, (int)('A' + option));
		}
		options[(*n)++] = option;
	}
	return 0;
}

/* Words count without regard to case and to blanks around commas. */
static bool
same_words(const char *a, const char *b)
{
	for (;;) {
		while (*a == ' ' || *a == ',')
			a++;
		while (*b == ' ' || *b == ',')
			b++;
		if (!*a || ascii_tolower((unsigned char)*a) != ascii_tolower((unsigned char)*b))
			return *a == *b;
		a++;
		b++;
	}
}

/* An option may be called by what stands before its colon, as `dropped` of "dropped: silence", or by all of it. */
static bool
find_called(const struct asked *asked, const char *words, size_t *option)
{
	for (*option = 0; *option < asked->question.noptions; ++*option) {
		const char *text = asked->options[*option].text;
		char *name = xstrndup(text, strcspn(text, ":"));
		bool found = same_words(words, name) || same_words(words, text);

		free(name);
		if (found)
			return true;
	}
	return false;
}

static int
answer_letters(struct asked *asked, const char *words, struct err *err)
{
	size_t options[OPTIONS_MAX], n;

	if (read_letters(asked, words, options, &n, err)) {
		if (has_order(asked) || !find_called(asked, words, &options[0]))
			return -1;
		err_release(err);
		n = 1;
	}
	if (asked->question.kind == QUESTION_ONE && n > 1)
		return err_set(err, ERR_USAGE, "\"%s\": only one is right", words);
	if (has_order(asked) && n && n != asked->question.noptions)
		return err_set(err, ERR_USAGE, "\"%s\": the order has to have all of A to %c", words,
			(int)('A' + asked->question.noptions - 1));
	questions_clear(asked, 1);
	for (size_t i = 0; i < n; i++) {
		if (has_order(asked))
			asked->order[i] = options[i];
		else
			asked->picked[options[i]] = true;
	}
	asked->ordered = has_order(asked) && n;
	spell(asked);
	return 0;
}

int
question_answer(struct asked *asked, const char *words, struct err *err)
{
	size_t end;

	if (asked->question.kind != QUESTION_TEXT)
		return answer_letters(asked, words, err);
	words += strspn(words, " ");
	for (end = strlen(words); end && words[end - 1] == ' ';)
		end--;
	str_clear(&asked->words);
	str_addn(&asked->words, words, end);
	return 0;
}

/* Where the option that stands at that place of the scenario is shown. */
static size_t
shown_at(const struct asked *asked, size_t at)
{
	size_t i = 0;

	while (i < asked->question.noptions && asked->options[i].at != at)
		i++;
	return i;
}

void
question_choose(struct asked *asked, const struct value *numbers)
{
	questions_clear(asked, 1);
	for (size_t i = 0; i < value_count(numbers); i++) {
		size_t option = shown_at(asked, (size_t)value_at(numbers, i)->integer - 1);

		if (has_order(asked) && i < asked->question.noptions)
			asked->order[i] = option;
		else if (option < asked->question.noptions)
			asked->picked[option] = true;
	}
	asked->ordered = has_order(asked);
	spell(asked);
}

void
question_solve(struct asked *asked)
{
	questions_clear(asked, 1);
	for (size_t i = 0; i < asked->question.noptions; i++) {
		asked->picked[i] = asked->options[i].correct;
		asked->order[i] = shown_at(asked, i);
	}
	asked->ordered = has_order(asked);
	if (asked->question.kind == QUESTION_TEXT)
		str_add(&asked->words, asked->nright ? asked->right[0] : "");
	else
		spell(asked);
}

static void
add_option(const struct asked *asked, size_t i, struct str *out)
{
	str_addf(out, "%c  %s\n", (int)('A' + i), asked->options[i].text);
}

void
question_right(const struct asked *asked, struct str *out)
{
	for (size_t i = 0; i < asked->question.noptions; i++) {
		if (has_order(asked))
			add_option(asked, shown_at(asked, i), out);
		else if (asked->options[i].correct)
			add_option(asked, i, out);
	}
	for (size_t i = 0; i < asked->nright; i++)
		str_addf(out, "%s%s%s", i ? " or " : "", asked->right[i], i + 1 == asked->nright ? "\n" : "");
}

/* ---- judging ---- */

static void
explain_option(const struct option *option, size_t i, struct str *why)
{
	if (option->why[0])
		str_addf(why, "%s%c: %s", why->len ? "\n" : "", (int)('A' + i), option->why);
}

/* Of one right option all or nothing; of several each right one counts, and each wrong one takes one away. */
static void
judge_picked(const struct asked *asked, size_t *right, size_t *of, struct str *why)
{
	size_t wrong = 0;

	*right = *of = 0;
	for (size_t i = 0; i < asked->question.noptions; i++) {
		const struct option *option = &asked->options[i];

		*of += option->correct;
		*right += option->correct && asked->picked[i];
		if (!asked->picked[i] || option->correct)
			continue;
		wrong++;
		explain_option(option, i, why);
	}
	*right -= wrong < *right ? wrong : *right;
}

/* Each item that follows the one that it must follow, and the first at its place. */
static void
judge_order(const struct asked *asked, size_t *right, size_t *of)
{
	size_t before = 0;

	*right = 0;
	*of = asked->question.noptions;
	for (size_t i = 0; i < asked->question.noptions && asked->ordered; i++) {
		size_t at = asked->options[asked->order[i]].at;

		*right += i ? at == before + 1 : at == 0;
		before = at;
	}
}

static void
judge_words(const struct asked *asked, size_t *right, size_t *of, struct str *why)
{
	*right = 0;
	*of = 1;
	for (size_t i = 0; i < asked->nright; i++) {
		if (same_words(asked->words.buf, asked->right[i]))
			*right = 1;
	}
	if (!*right && asked->words.len && asked->why[0])
		str_addf(why, "%s%s", why->len ? "\n" : "", asked->why);
}

void
question_judge(const struct asked *asked, size_t *right, size_t *of, struct str *why)
{
	switch (asked->question.kind) {
	case QUESTION_ONE:
	case QUESTION_MANY:
		judge_picked(asked, right, of, why);
		break;
	case QUESTION_ORDER:
		judge_order(asked, right, of);
		break;
	case QUESTION_TEXT:
		judge_words(asked, right, of, why);
		break;
	}
}
