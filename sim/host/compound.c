#include "host/compound.h"

#include <stdlib.h>
#include <string.h>

#include "base/glob.h"
#include "host/arith.h"
#include "host/expand.h"
#include "host/test.h"

/* ---- loops ---- */

/* After a round: is there another? */
static bool
loop_goes_on(struct shell *shell, const struct streams *streams)
{
	enum loop_leave leave = shell->leave;

	if (shell->exited || leave == LEAVE_RETURN || leave == LEAVE_LINE)
		return false;
	if (leave && shell->leave_loops > 1) {
		shell->leave_loops--;
		return false;
	}
	shell->leave = LEAVE_NOTHING;
	if (leave == LEAVE_BREAK)
		return false;
	if (shell->loops < SHELL_LOOPS_MAX)
		return true;
	shell->status = shell_error(streams, 1, "loops of more than %u iterations in one line", SHELL_LOOPS_MAX);
	shell->leave = LEAVE_LINE;
	return false;
}

static void
for_words(struct shell *shell, const struct tree *tree, const struct streams *streams, const struct io_names *words)
{
	for (size_t i = 0; i < words->n; i++) {
		shell->loops++;
		shell_set_variable(shell, tree->name, words->v[i]);
		shell->status = run_tree(shell, tree->body, streams);
		if (!loop_goes_on(shell, streams))
			break;
	}
}

int
compound_for(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	struct io_names words = VEC_INIT;

	shell->status = 0;
	for (size_t i = 0; !tree->has_words && i < shell->args.n; i++)
		*vec_push(&words) = xstrdup(shell->args.v[i]);
	if (!tree->has_words || expand_words(shell, streams, tree->words, &words))
		for_words(shell, tree, streams, &words);
	else
		shell->status = 1;
	io_names_release(&words);
	return shell->status;
}

/* What a person would end with Ctrl-C after a while: a loop that lets so much time pass.  Into a pipe, it has been heard enough. */
static bool
is_patient(struct shell *shell, const struct streams *streams, int64_t began)
{
	if (shell->cluster->server.clock.now - began < SHELL_LOOP_PATIENCE)
		return true;
	shell->status = 130;
	if (!shell->io || streams->out == shell->io->out)
		shell_error(streams, 130, "a loop that has waited for %d minutes is ended here, as by Ctrl-C",
			(int)(SHELL_LOOP_PATIENCE / CLOCK_SECOND / 60));
	shell->leave = LEAVE_LINE;
	return false;
}

static int
run_condition(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	int status;

	shell->conditions++;
	status = run_tree(shell, tree, streams);
	shell->conditions--;
	return status;
}

int
compound_while(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	int64_t began = shell->cluster->server.clock.now;
	int status = 0;

	while ((run_condition(shell, tree->condition, streams) == 0) != tree->negate && !shell->exited) {
		if (shell->leave) {
			loop_goes_on(shell, streams);
			break;
		}
		shell->loops++;
		shell->status = status = run_tree(shell, tree->body, streams);
		if (!loop_goes_on(shell, streams) || !is_patient(shell, streams, began))
			return shell->status;
	}
	return status;
}

static bool
number_of(struct shell *shell, const struct word *word, const struct streams *streams, int64_t *value)
{
	struct str text = STR_INIT;
	bool ok = expand_text(shell, streams, word, &text) && arith_eval(shell, streams, text.buf, value);

	str_release(&text);
	return ok;
}

/* An empty condition always holds. */
int
compound_count(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	const struct word *first = tree->words, *condition = first->next, *then = condition->next;
	int64_t value;

	shell->status = 0;
	if (!number_of(shell, first, streams, &value))
		return 1;
	for (;;) {
		value = 1;
		if (condition->parts && !number_of(shell, condition, streams, &value))
			return 1;
		if (!value)
			return shell->status;
		shell->loops++;
		shell->status = run_tree(shell, tree->body, streams);
		if (!loop_goes_on(shell, streams))
			return shell->status;
		if (!number_of(shell, then, streams, &value))
			return 1;
	}
}

/* ---- choices ---- */

int
compound_if(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	int status = run_condition(shell, tree->condition, streams);

	if (shell->exited || shell->leave)
		return status;
	if (status == 0)
		return run_tree(shell, tree->body, streams);
	return tree->otherwise ? run_tree(shell, tree->otherwise, streams) : 0;
}

static bool
arm_matches(struct shell *shell, const struct arm *arm, const struct streams *streams, const char *text)
{
	bool found = false;

	for (const struct word *word = arm->patterns; word && !found; word = word->next) {
		struct str pattern = STR_INIT;

		found = expand_pattern(shell, streams, word, &pattern) && glob_match(pattern.buf, text);
		str_release(&pattern);
	}
	return found;
}

int
compound_case(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	const struct arm *arm = tree->arms;
	struct str text = STR_INIT;
	int status = 0;

	if (!expand_text(shell, streams, tree->words, &text)) {
		str_release(&text);
		return 1;
	}
	while (arm && !arm_matches(shell, arm, streams, text.buf))
		arm = arm->next;
	str_release(&text);
	if (arm && arm->body)
		status = run_tree(shell, arm->body, streams);
	return status;
}

/* ---- the rest ---- */

int
compound_function(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	(void)streams;
	free(map_remove(&shell->functions, tree->name));
	map_set(&shell->functions, tree->name, xstrdup(tree->text));
	return 0;
}

int
compound_arithmetic(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	int64_t value;

	return number_of(shell, tree->words, streams, &value) && value ? 0 : 1;
}

/* ---- [[ ]] ---- */

struct condition {
	struct shell *shell;
	const struct streams *streams;
	const struct word *at;		/* NULL: the end */
	unsigned depth;
	bool skip;			/* what is read has no effect */
	bool failed;			/* said */
};

static bool condition_or(struct condition *c);

static bool
condition_fail(struct condition *c, const char *why)
{
	if (!c->failed)
		shell_error(c->streams, 2, "conditional expression: %s", why);
	c->failed = true;
	return false;
}

static bool
next_is(const struct condition *c, const char *text)
{
	const char *plain = c->at ? word_plain(c->at) : NULL;

	return plain && strcmp(plain, text) == 0;
}

static bool
take(struct condition *c, const char *text)
{
	bool found = next_is(c, text);

	if (found)
		c->at = c->at->next;
	return found;
}

/* == and != compare with a pattern, =~ with an extended regular expression. */
static bool
compare(struct condition *c, const char *left, const char *operator, const struct word *right)
{
	bool pattern = strcmp(operator, "=") == 0 || strcmp(operator, "==") == 0 ||
		strcmp(operator, "!=") == 0, holds = false;
	struct str text = STR_INIT;

	if (!(pattern ? expand_pattern : expand_text)(c->shell, c->streams, right, &text))
		c->failed = true;
	else if (pattern)
		holds = glob_match(text.buf, left) == (operator[0] != '!');
	else {
		struct vfs_state state;
		struct io io = streams_io(c->shell, c->streams, &state);
		int status = test_binary(c->shell, &io, "[[", left, operator, text.buf);

		c->failed |= status > 1;
		holds = status == 0;
	}
	str_release(&text);
	return holds;
}

static bool
condition_words(struct condition *c, const struct word *first)
{
	const char *operator = c->at ? word_plain(c->at) : NULL;
	const char *unary = word_plain(first);
	struct str text = STR_INIT;
	bool holds = false;

	if (unary && test_is_unary(unary) && c->at && !next_is(c, "&&") && !next_is(c, "||") && !next_is(c, ")")) {
		const struct word *operand = c->at;
		struct vfs_state state;
		struct io io = streams_io(c->shell, c->streams, &state);

		c->at = c->at->next;
		c->failed |= !c->skip && !expand_text(c->shell, c->streams, operand, &text);
		holds = !c->skip && !c->failed && test_unary(c->shell, &io, "[[", unary, text.buf) == 0;
	} else if (operator && test_is_binary(operator) && c->at->next) {
		const struct word *right = c->at->next;

		c->at = right->next;
		c->failed |= !c->skip && !expand_text(c->shell, c->streams, first, &text);
		holds = !c->skip && !c->failed && compare(c, text.buf, operator, right);
	} else {
		c->failed |= !c->skip && !expand_text(c->shell, c->streams, first, &text);
		holds = text.len > 0;
	}
	str_release(&text);
	return holds;
}

static bool
condition_one(struct condition *c)
{
	const struct word *first = c->at;
	bool holds;

	if (!first)
		return condition_fail(c, "an operand is missing");
	if (c->depth >= SHELL_NESTING_MAX)
		return condition_fail(c, "nested too deep");
	c->depth++;
	if (take(c, "!")) {
		holds = !condition_one(c);
	} else if (take(c, "(")) {
		holds = condition_or(c);
		if (!take(c, ")"))
			condition_fail(c, "expected `)'");
	} else {
		c->at = first->next;
		holds = condition_words(c, first);
	}
	c->depth--;
	return holds;
}

static bool
condition_and(struct condition *c)
{
	bool holds = condition_one(c);

	while (!c->failed && take(c, "&&")) {
		bool before = c->skip;
		bool right;

		c->skip |= !holds;
		right = condition_one(c);
		c->skip = before;
		holds = holds && right;
	}
	return holds;
}

static bool
condition_or(struct condition *c)
{
	bool holds = condition_and(c);

	while (!c->failed && take(c, "||")) {
		bool before = c->skip;
		bool right;

		c->skip |= holds;
		right = condition_and(c);
		c->skip = before;
		holds = holds || right;
	}
	return holds;
}

int
compound_condition(struct shell *shell, const struct tree *tree, const struct streams *streams)
{
	struct condition c = { .shell = shell, .streams = streams, .at = tree->words };
	bool holds = condition_or(&c);

	if (!c.failed && c.at)
		condition_fail(&c, "binary operator expected");
	return c.failed ? 2 : !holds;
}
