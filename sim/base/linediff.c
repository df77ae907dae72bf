/*
 * Lines that stay are found by Myers' "An O(ND) Difference Algorithm", in its form that needs linear space: the two
 * searches, from the beginnings and from the ends, meet on a middle snake, and both sides of it are done alike.  What
 * is behind the search is kept for diagonals k = x - y, which lie between -m and n.  Then runs of changes slide as GNU
 * diff's analyze.c lets them.
 */
#include "base/linediff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "svcsim/vec.h"

#define CONTEXT 3

/* ---- lines ---- */

static void
split(struct linediff_side *side, const char *text, size_t len)
{
	VEC(const char *) lines = VEC_INIT;
	const char *end = text + len;

	side->open = len && end[-1] != '\n';
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));

		*vec_push(&lines) = text;
		text = newline ? newline + 1 : end;
	}
	side->n = lines.n;
	*vec_push(&lines) = end;
	side->lines = lines.v;
	/* One more on either side never is changed, so that loops need not look at the bounds. */
	side->changed = (bool *)xcalloc(side->n + 2, sizeof *side->changed) + 1;
}

static bool
same_line(const struct linediff_side *a, size_t i, const struct linediff_side *b, size_t j)
{
	size_t len = (size_t)(a->lines[i + 1] - a->lines[i]);

	return len == (size_t)(b->lines[j + 1] - b->lines[j]) && memcmp(a->lines[i], b->lines[j], len) == 0;
}

void
linediff_line(const struct linediff_side *side, size_t i, struct str *out)
{
	str_addn(out, side->lines[i], (size_t)(side->lines[i + 1] - side->lines[i]));
	if (side->open && i + 1 == side->n)
		str_add(out, "\n\\ No newline at end of file\n");
}

/* ---- the search ---- */

struct search {
	struct linediff *diff;
	ptrdiff_t *down, *up;	/* the furthest x on each diagonal, from the beginning and from the end */
	ptrdiff_t offset;	/* of diagonal 0 in both */
};

struct box {
	ptrdiff_t x0, x1, y0, y1;	/* old lines x0 .. x1, new lines y0 .. y1 */
};

static bool
same(const struct search *search, ptrdiff_t x, ptrdiff_t y)
{
	return same_line(&search->diff->old, (size_t)x, &search->diff->new, (size_t)y);
}

#define UNREACHED_DOWN (-1)
#define UNREACHED_UP (PTRDIFF_MAX / 2)

/* Where a step from the beginning gets to on diagonal k: one line down or right of a neighbour, inside the box. */
static ptrdiff_t
reach_down(const ptrdiff_t *down, const struct box *box, ptrdiff_t k)
{
	ptrdiff_t below = down[k + 1], right = down[k - 1];

	below = below != UNREACHED_DOWN && below - k <= box->y1 ? below : UNREACHED_DOWN;
	right = right != UNREACHED_DOWN && right < box->x1 ? right + 1 : UNREACHED_DOWN;
	return below > right ? below : right;
}

static ptrdiff_t
reach_up(const ptrdiff_t *up, const struct box *box, ptrdiff_t k)
{
	ptrdiff_t above = up[k - 1], left = up[k + 1];

	above = above != UNREACHED_UP && above - k >= box->y0 ? above : UNREACHED_UP;
	left = left != UNREACHED_UP && left > box->x0 ? left - 1 : UNREACHED_UP;
	return above < left ? above : left;
}

/* One more step from the beginning; true when it met the other search, at (*x, *y). */
static bool
step_down(struct search *search, const struct box *box, ptrdiff_t d, bool odd, ptrdiff_t *x, ptrdiff_t *y)
{
	ptrdiff_t *down = search->down + search->offset, *up = search->up + search->offset;
	ptrdiff_t start = box->x0 - box->y0, end = box->x1 - box->y1;

	for (ptrdiff_t k = start + d; k >= start - d; k -= 2) {
		if (k > box->x1 - box->y0 || k < box->x0 - box->y1)
			continue;
		*x = reach_down(down, box, k);
		if (*x == UNREACHED_DOWN)
			continue;
		*y = *x - k;
		while (*x < box->x1 && *y < box->y1 && same(search, *x, *y))
			++*x, ++*y;
		down[k] = *x;
		if (odd && k >= end - (d - 1) && k <= end + (d - 1) && up[k] <= *x)
			return true;
	}
	return false;
}

static bool
step_up(struct search *search, const struct box *box, ptrdiff_t d, bool odd, ptrdiff_t *x, ptrdiff_t *y)
{
	ptrdiff_t *down = search->down + search->offset, *up = search->up + search->offset;
	ptrdiff_t start = box->x0 - box->y0, end = box->x1 - box->y1;

	for (ptrdiff_t k = end + d; k >= end - d; k -= 2) {
		if (k > box->x1 - box->y0 || k < box->x0 - box->y1)
			continue;
		*x = reach_up(up, box, k);
		if (*x == UNREACHED_UP)
			continue;
		*y = *x - k;
		while (*x > box->x0 && *y > box->y0 && same(search, *x - 1, *y - 1))
			--*x, --*y;
		up[k] = *x;
		if (!odd && k >= start - d && k <= start + d && *x <= down[k])
			return true;
	}
	return false;
}

/* A point that a shortest way goes through. */
static void
middle(struct search *search, const struct box *box, ptrdiff_t *x, ptrdiff_t *y)
{
	ptrdiff_t start = box->x0 - box->y0, end = box->x1 - box->y1;
	ptrdiff_t lowest = box->x0 - box->y1 - 1, highest = box->x1 - box->y0 + 1;
	bool odd = (start - end) % 2;

	for (ptrdiff_t k = lowest; k <= highest; k++) {
		search->down[search->offset + k] = UNREACHED_DOWN;
		search->up[search->offset + k] = UNREACHED_UP;
	}
	search->down[search->offset + start + 1] = box->x0;
	search->up[search->offset + end - 1] = box->x1;
	for (ptrdiff_t d = 0;; d++)
		if (step_down(search, box, d, odd, x, y) || step_up(search, box, d, odd, x, y))
			return;
}

static void
compare(struct search *search, struct box box)
{
	ptrdiff_t x, y;

	while (box.x0 < box.x1 && box.y0 < box.y1 && same(search, box.x0, box.y0))
		box.x0++, box.y0++;
	while (box.x0 < box.x1 && box.y0 < box.y1 && same(search, box.x1 - 1, box.y1 - 1))
		box.x1--, box.y1--;
	if (box.x0 == box.x1 || box.y0 == box.y1) {
		for (x = box.x0; x < box.x1; x++)
			search->diff->old.changed[x] = true;
		for (y = box.y0; y < box.y1; y++)
			search->diff->new.changed[y] = true;
		return;
	}
	middle(search, &box, &x, &y);
	compare(search, (struct box){ box.x0, x, box.y0, y });
	compare(search, (struct box){ x, box.x1, y, box.y1 });
}

/* ---- where a run of changes stands, when it could stand elsewhere ---- */

struct run {
	struct linediff_side *side;
	const struct linediff_side *other;
	size_t start, end;	/* the run, in side */
	size_t at;		/* the line of other that stays and follows it */
};

static void
slide_up(struct run *run)
{
	bool *changed = run->side->changed;

	while (run->start && same_line(run->side, run->start - 1, run->side, run->end - 1)) {
		changed[--run->start] = true;
		changed[--run->end] = false;
		while (run->start && changed[run->start - 1])
			run->start--;
		while (run->other->changed[--run->at])
			;
	}
}

/* Gives the furthest end at which the run stands beside one of the other side; n when nowhere. */
static size_t
slide_down(struct run *run)
{
	bool *changed = run->side->changed;
	size_t n = run->side->n, beside = run->at && run->other->changed[run->at - 1] ? run->end : n;

	while (run->end < n && same_line(run->side, run->start, run->side, run->end)) {
		changed[run->start++] = false;
		changed[run->end++] = true;
		while (changed[run->end])
			run->end++;
		while (run->other->changed[++run->at])
			beside = run->end;
	}
	return beside;
}

static void
settle_run(struct run *run)
{
	size_t length, beside;

	do {
		length = run->end - run->start;
		slide_up(run);
		beside = slide_down(run);
	} while (length != run->end - run->start);
	while (beside < run->end) {
		run->side->changed[--run->start] = true;
		run->side->changed[--run->end] = false;
		while (run->other->changed[--run->at])
			;
	}
}

static void
settle_runs(struct linediff_side *side, const struct linediff_side *other)
{
	struct run run = { side, other, 0, 0, 0 };

	for (;;) {
		while (run.end < side->n && !side->changed[run.end]) {
			while (other->changed[run.at])
				run.at++;
			run.at++;
			run.end++;
		}
		if (run.end == side->n)
			return;
		run.start = run.end;
		while (side->changed[run.end])
			run.end++;
		while (other->changed[run.at])
			run.at++;
		settle_run(&run);
	}
}

/* ---- what callers see ---- */

void
linediff_init(struct linediff *diff, const char *old, size_t old_len, const char *new, size_t new_len)
{
	struct search search = { .diff = diff };
	size_t diagonals;

	split(&diff->old, old, old_len);
	split(&diff->new, new, new_len);
	diagonals = diff->old.n + diff->new.n + 5;
	search.down = xcalloc(diagonals, sizeof *search.down);
	search.up = xcalloc(diagonals, sizeof *search.up);
	search.offset = (ptrdiff_t)diff->new.n + 2;
	compare(&search, (struct box){ 0, (ptrdiff_t)diff->old.n, 0, (ptrdiff_t)diff->new.n });
	free(search.down);
	free(search.up);
	settle_runs(&diff->old, &diff->new);
	settle_runs(&diff->new, &diff->old);
}

void
linediff_release(struct linediff *diff)
{
	free(diff->old.lines);
	free(diff->old.changed - 1);
	free(diff->new.lines);
	free(diff->new.changed - 1);
}

bool
linediff_next(const struct linediff *diff, size_t *i, size_t *i_end, size_t *j, size_t *j_end)
{
	while (*i < diff->old.n && *j < diff->new.n && !diff->old.changed[*i] && !diff->new.changed[*j])
		++*i, ++*j;
	for (*i_end = *i; *i_end < diff->old.n && diff->old.changed[*i_end]; ++*i_end)
		;
	for (*j_end = *j; *j_end < diff->new.n && diff->new.changed[*j_end]; ++*j_end)
		;
	return *i_end > *i || *j_end > *j;
}

bool
linediff_same(const struct linediff *diff)
{
	size_t i = 0, j = 0, i_end, j_end;

	return !linediff_next(diff, &i, &i_end, &j, &j_end);
}

/* A range of lines counts from one; an empty one is named by the line before it. */
static void
add_range(size_t from, size_t to, struct str *out)
{
	if (to == from + 1)
		str_addf(out, "%zu", to);
	else
		str_addf(out, "%zu,%zu", to > from ? from + 1 : from, to - from);
}

static void
add_lines(const struct linediff_side *side, size_t from, size_t to, char mark, struct str *out)
{
	for (size_t i = from; i < to; i++) {
		str_addch(out, mark);
		linediff_line(side, i, out);
	}
}

static size_t
less(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The hunk that begins with the change at (i, j); both are moved behind it. */
static void
add_hunk(const struct linediff *diff, size_t *i, size_t *j, struct str *out)
{
	size_t before = less(*i, CONTEXT), i0 = *i - before, j0 = *j - before, shown = i0, i_end, j_end, after;
	size_t next_i = *i, next_j = *j;
	struct str lines = STR_INIT;

	while (linediff_next(diff, &next_i, &i_end, &next_j, &j_end) && (next_i == *i || next_i - *i <= 2 * CONTEXT)) {
		add_lines(&diff->old, shown, next_i, ' ', &lines);
		add_lines(&diff->old, next_i, i_end, '-', &lines);
		add_lines(&diff->new, next_j, j_end, '+', &lines);
		shown = *i = next_i = i_end;
		*j = next_j = j_end;
	}
	after = less(diff->old.n - *i, CONTEXT);
	add_lines(&diff->old, *i, *i + after, ' ', &lines);
	str_add(out, "@@ -");
	add_range(i0, *i + after, out);
	str_add(out, " +");
	add_range(j0, *j + after, out);
	str_addf(out, " @@\n%s", lines.buf);
	str_release(&lines);
}

void
linediff_unified(const struct linediff *diff, struct str *out)
{
	size_t i = 0, j = 0, i_end, j_end;

	while (linediff_next(diff, &i, &i_end, &j, &j_end))
		add_hunk(diff, &i, &j, out);
}
