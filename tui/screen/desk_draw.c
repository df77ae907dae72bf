/*
 * The desk as cells.  From DESK_WIDE columns the second pane stands beside task and shell; below, it lies over the task
 * when another view than the task is chosen, and the shell has no sides, so that its tables have all columns.
 */
#include <stdlib.h>
#include <string.h>

#include "screen/answers.h"
#include "screen/desk.h"
#include "term/safe.h"
#include "term/wrap.h"

#define MODEL_INDENT 1
#define MARK_ABOVE 3	/* rows shown with a mark that was above: the question's text, most of the time */

/* ---- a pane of wrapped text ---- */

/* Lines of a view, each with its style and how far it is set in. */
struct page {
	struct cells cells;
	size_t first;
	int y;			/* may be above or below what is shown */
	int marked;		/* the last row of what the mark is on; 0: nothing is marked */
	int widest;		/* columns of a model's widest line */
	int rows;		/* that a model should keep to; 0: any */
};

static void
page_text(struct page *page, enum style style, int indent, const char *text)
{
	struct str ready = STR_INIT;
	struct wrap rows = VEC_INIT;

	wrap_prepare(&ready, text, strlen(text));
	wrap_text(&rows, ready.buf, ready.len, page->cells.width - indent - 1);
	for (size_t i = 0; i < rows.n; i++)
		cells_textn(page->cells, page->y++ - (int)page->first, indent + rows.v[i].indent, style,
			ready.buf + rows.v[i].start, rows.v[i].len);
	wrap_release(&rows);
	str_release(&ready);
}

/* Prose, whose author broke the lines for another width. */
static void
page_prose(struct page *page, enum style style, int indent, const char *text)
{
	struct str joined = STR_INIT;

	wrap_join(&joined, text);
	page_text(page, style, indent, joined.buf);
	str_release(&joined);
}

static void
page_gap(struct page *page)
{
	page->y++;
}

/* ---- views ---- */

/* The mark of an option that was picked or not; nothing for items and blanks. */
static const char *
row_mark(const struct attempt *attempt, const struct answer_row *row)
{
	if (row->question.kind == QUESTION_ORDER || row->question.kind == QUESTION_TEXT)
		return "";
	return term_mark(attempt_picked(attempt, row->q, row->at) ? MARK_CHOSEN : MARK_NOT_CHOSEN);
}

static void
page_row(struct page *page, const struct attempt *attempt, const struct answer_row *row, bool here)
{
	const char *mark = row_mark(attempt, row);
	struct str text = STR_INIT;

	answers_row_text(attempt, row, &text);
	cells_text(page->cells, page->y - (int)page->first, 1, STYLE_STRONG, here ? term_mark(MARK_HERE) : " ");
	cells_text(page->cells, page->y - (int)page->first, 3, STYLE_PLAIN, mark);
	page_text(page, here ? STYLE_STRONG : STYLE_PLAIN, mark[0] ? 7 : 3, text.buf);
	if (here)
		page->marked = page->y;
	str_release(&text);
}

static void
page_answers(struct page *page, const struct screen *screen)
{
	const struct desk *desk = screen->state;
	const struct attempt *attempt = screen->app->drill->attempt;

	for (size_t i = 0; i < desk->answers.n; i++) {
		struct answer_row row = answers_row(attempt, i);
		bool last = i + 1 == desk->answers.n || answers_row(attempt, i + 1).q != row.q;

		if (row.at == 0) {
			page_gap(page);
			if (row.question.prompt[0])
				page_text(page, STYLE_PLAIN, 1, row.question.prompt);
		}
		page_row(page, attempt, &row, !desk->typing && i == desk->answers.at);
		if (last && row.question.kind != QUESTION_TEXT) {
			page_gap(page);
			page_text(page, STYLE_FAINT, 1, answers_help(row.question.kind));
		}
	}
}

static void
page_task(struct page *page, const struct screen *screen)
{
	const struct drill *drill = screen->app->drill;

	if (drill->host[0]) {
		char *where = xasprintf("Solve this question on: ssh %s   (weight %d)", drill->host, drill->info.weight);

		page_text(page, STYLE_STRONG, 1, where);
		page_gap(page);
		free(where);
	}
	page_prose(page, STYLE_PLAIN, 1, attempt_task(drill->attempt));
	page_answers(page, screen);
}

static void
page_result(struct page *page, const struct check_result *result)
{
	char *points = xasprintf("%d/%d", result->points, result->of);
	int y = page->y - (int)page->first;

	cells_text(page->cells, y, 1, result->passed ? STYLE_GOOD : STYLE_BAD,
		term_mark(result->passed ? MARK_PASSED : MARK_FAILED));
	cells_text(page->cells, y, 3, STYLE_FAINT, points);
	page_text(page, STYLE_PLAIN, 8, result->what);
	if (result->passed && result->points < result->of)
		page_text(page, STYLE_FAINT, 8, "it counts as soon as something else passes");
	if (!result->passed) {
		char *text = xasprintf("got: %s\nwant: %s", result->got, result->want);

		page_text(page, STYLE_NOTE, 8, text);
		page_prose(page, STYLE_FAINT, 8, result->why);
		free(text);
	}
	free(points);
}

static void
page_checks(struct page *page, const struct screen *screen)
{
	const struct drill *drill = screen->app->drill;
	char *sum;

	if (!drill->results) {
		page_text(page, STYLE_FAINT, 1, screen_is_sitting(screen) ? "Everything is checked at the end of the exam."
			: "Nothing was checked yet.");
		return;
	}
	for (size_t i = 0; i < drill->nresults; i++)
		page_result(page, &drill->results[i]);
	page_gap(page);
	sum = xasprintf("%d of %d points", drill->points, drill->of);
	page_text(page, drill_solved(drill) ? STYLE_GOOD : STYLE_STRONG, 1, sum);
	free(sum);
}

static void
page_hints(struct page *page, const struct screen *screen)
{
	const struct drill *drill = screen->app->drill;

	if (!drill->hints)
		page_text(page, STYLE_FAINT, 1, "No hint was asked for.");
	for (size_t i = 0; i < drill->hints; i++) {
		int cost = attempt_hint_cost(drill->attempt, i);

		page_prose(page, STYLE_PLAIN, 1, attempt_hint(drill->attempt, i));
		if (cost) {
			char *text = xasprintf("(it cost %d %s)", cost, cost == 1 ? "point" : "points");

			page_text(page, STYLE_FAINT, 1, text);
			free(text);
		}
		page_gap(page);
	}
}

static void
page_right(struct page *page, const struct attempt *attempt)
{
	for (size_t q = 0; q < attempt_questions(attempt); q++) {
		struct str right = STR_INIT;

		if (attempt_question(attempt, q).prompt[0])
			page_text(page, STYLE_PLAIN, 1, attempt_question(attempt, q).prompt);
		attempt_right(attempt, q, &right);
		page_text(page, STYLE_STRONG, 3, right.buf);
		page_gap(page);
		str_release(&right);
	}
}

static void
page_solution(struct page *page, const struct screen *screen)
{
	const struct attempt *attempt = screen->app->drill->attempt;

	if (!screen->app->drill->explained) {
		page_text(page, STYLE_FAINT, 1, "The solution is shown on demand, after a check.");
		return;
	}
	page_right(page, attempt);
	if (*attempt_solution(attempt)) {
		page_text(page, STYLE_STRONG, 1, attempt_solution(attempt));
		page_gap(page);
	}
	page_prose(page, STYLE_PLAIN, 1, attempt_explanation(attempt));
}

/* ---- models ---- */

/* A stretch of a line, of which the columns before the pane's left edge are not seen; returns its columns. */
static int
page_stretch(const struct page *page, int x, enum style style, const char *text, size_t len)
{
	int columns = wrap_columns(text, len), y = page->y - (int)page->first;
	size_t size;

	for (; len && x < MODEL_INDENT; text += size, len -= size) {
		safe_decode(text, len, &size);
		x += wrap_columns(text, size);
	}
	cells_textn(page->cells, y, x, style, text, len);
	return columns;
}

/* One line of a model's text; *span is the first stretch with a style at or after it. */
static void
page_line(struct page *page, const struct desk *desk, const struct view_text *text, size_t start, size_t end,
	size_t *span)
{
	int x = 0;

	for (size_t at = start, stop; at < end; at = stop) {
		const struct view_span *next = *span < text->spans.n ? &text->spans.v[*span] : NULL;
		bool styled = next && next->start == at;

		stop = styled ? at + next->len : next && next->start < end ? next->start : end;
		x += page_stretch(page, MODEL_INDENT + x - (int)desk->left, styled ? next->style : STYLE_PLAIN,
			text->text.buf + at, stop - at);
		*span += styled;
	}
	if (x > page->widest)
		page->widest = x;
	page->y++;
}

static void
page_model(struct page *page, const struct screen *screen, void (*lines)(const struct view_input *, struct view_text *))
{
	const struct desk *desk = screen->state;
	struct sim *sim = drill_sim(screen->app->drill);
	struct scene *scene = scene_new(sim);
	const struct view_input input = { .scene = scene, .trail = sim_trail(sim), .path = desk->path, .hop = desk->hop,
		.columns = page->cells.width - MODEL_INDENT, .rows = page->rows, .ascii = !term_unicode() };
	struct view_text text = VIEW_TEXT_INIT;
	size_t span = 0;

	lines(&input, &text);
	for (size_t start = 0, end; start < text.text.len; start = end + 1) {
		end = start + strcspn(text.text.buf + start, "\n");
		page_line(page, desk, &text, start, end, &span);
	}
	view_text_release(&text);
	scene_free(scene);
}

static const struct {
	const char *title;
	void (*page)(struct page *page, const struct screen *screen);	/* NULL: lines has the function */
	void (*lines)(const struct view_input *input, struct view_text *out);
} views[] = {
#define DESK_PAGE_ROW(id, name, title, key, help, page) { title, page, NULL },
	DESK_PAGES(DESK_PAGE_ROW)
#undef DESK_PAGE_ROW
#define DESK_MODEL_ROW(id, name, title, key, help, lines) { title, NULL, lines },
	VIEW_MODELS(DESK_MODEL_ROW)
#undef DESK_MODEL_ROW
};

static void
fill_page(struct page *page, const struct screen *screen, enum view view)
{
	if (views[view].page)
		views[view].page(page, screen);
	else
		page_model(page, screen, views[view].lines);
}

/* The view's text laid out, drawn nowhere. */
static struct page
measure(const struct screen *screen, int width, int rows, enum view view)
{
	struct page page = { .cells = { 0, 0, 0, width }, .rows = rows };

	fill_page(&page, screen, view);
	return page;
}

static void
add_excess(struct str *text, int n, const char *unit, const char *where)
{
	if (n > 0)
		str_addf(text, "%s%d %s%s %s", text->len ? ", " : " ", n, unit, n == 1 ? "" : "s", where);
}

/* What does not fit, in the frame's lower line. */
static void
draw_excess(struct cells cells, const struct page *page, const struct desk *desk)
{
	struct str text = STR_INIT;
	int left = page->widest ? (int)desk->left : 0;

	add_excess(&text, (int)page->first, "line", "above");
	add_excess(&text, page->y - (int)page->first - page->cells.height, "line", "below");
	add_excess(&text, left, "column", "left");
	add_excess(&text, page->widest - left - page->cells.width + MODEL_INDENT, "column", "right");
	if (text.len) {
		str_addch(&text, ' ');
		cells_text(cells, cells.height - 1, cells.width - 2 - (int)text.len, STYLE_FAINT, text.buf);
	}
	str_release(&text);
}

static void
draw_more(struct cells cells, const char *text)
{
	cells_text(cells, cells.height - 1, cells.width - 4 - (int)strlen(text), STYLE_FAINT, text);
}

static void
draw_view(const struct screen *screen, struct cells cells, enum view view)
{
	const struct desk *desk = screen->state;
	bool focused = !desk->typing && view == desk->view;
	const char *title = view == VIEW_PACKET && desk->playing ? "Packet (playing)" : views[view].title;
	struct cells inside = cells_frame(cells, title, focused);
	struct page page = { .cells = inside, .first = view == desk->view ? desk->first : 0, .rows = inside.height };

	fill_page(&page, screen, view);
	if (!views[view].page)
		draw_excess(cells, &page, desk);
	else if (page.y - (int)page.first > page.cells.height)
		draw_more(cells, desk->typing ? " more: Shift-Down " : " more: Down ");
}

/* ---- the shell ---- */

/* The line being typed, broken at the width; returns its rows. */
static int
draw_typed(const struct desk *desk, struct cells cells, int y, bool measure)
{
	struct str line = STR_INIT, before = STR_INIT, all = STR_INIT;
	size_t point = editor_pane_line(&line);
	int columns, cursor, rows, x = 0, row = 0;

	wrap_prepare(&before, line.buf, point);
	wrap_prepare(&all, line.buf, line.len);
	cursor = wrap_columns(before.buf, before.len);
	columns = wrap_columns(all.buf, all.len);
	rows = (columns > cursor ? columns : cursor + 1) / (cells.width > 0 ? cells.width : 1) + 1;
	if (!measure) {
		for (size_t i = 0, size; i < all.len; i += size) {
			for (size = 1; i + size < all.len && (all.buf[i + size] & 0xc0) == 0x80;)
				size++;
			if (x + wrap_columns(all.buf + i, size) > cells.width) {
				x = 0;
				row++;
			}
			x += cells_textn(cells, y + row, x, STYLE_PLAIN, all.buf + i, size);
		}
		if (desk->typing)
			cells_cursor(cells, y + cursor / cells.width, cursor % cells.width);
	}
	str_release(&line);
	str_release(&before);
	str_release(&all);
	return rows;
}

static void
draw_shell(const struct screen *screen, struct cells cells, bool framed)
{
	const struct desk *desk = screen->state;
	const char *title = desk->scrollback.up ? "Shell (scrolled back)" : "Shell";
	struct cells in = framed ? cells_frame(cells, title, desk->typing) : cells_rule(cells, title, desk->typing);
	int typed = draw_typed(desk, in, 0, true);
	int room = in.height - typed > 0 ? in.height - typed : 0;
	int filled = scrollback_rows(&desk->scrollback, in.width, room);

	if (desk->scrollback.up) {
		scrollback_draw(&desk->scrollback, in, desk->scrollback.up);
		return;
	}
	scrollback_draw(&desk->scrollback, cells_inside(in, 0, 0, filled, in.width), 0);
	draw_typed(desk, in, filled, false);
}

/* ---- all of it ---- */

/* Said in words as well, for who sees no colour. */
static const char *
time_warning(int left, int minutes)
{
	static const struct { int seconds; const char *words; } warnings[] = { { 60, "last minute: " }, { 300, "under 5 min: " },
		{ 900, "under 15 min: " } };

	for (size_t i = 0; i < sizeof warnings / sizeof warnings[0]; i++)
		if (left < warnings[i].seconds && warnings[i].seconds < minutes * 60)
			return warnings[i].words;
	return "";
}

/* Where one is, and the title; the pack's name only where there is room for it. */
static char *
bar_left(const struct app *app, int room)
{
	const struct drill *drill = app->drill;
	const struct pack *pack = drill->library->packs[drill->pack];
	const struct exam *exam = app->exam;

	if (exam->n)
		return xasprintf("%s %s %zu of %zu%s  %s", exam->title, term_mark(MARK_HERE), exam->at + 1, exam->n,
			drill->flagged ? " (flagged)" : "", drill->info.title);
	if ((int)(strlen(pack_name(pack)) + strlen(drill->info.title)) + 14 > room)
		return xasprintf("%zu of %zu  %s", drill->at + 1, pack_count(pack), drill->info.title);
	return xasprintf("%s %s %zu of %zu  %s", pack_name(pack), term_mark(MARK_HERE), drill->at + 1, pack_count(pack),
		drill->info.title);
}

static char *
bar_right(const struct app *app)
{
	const struct drill *drill = app->drill;
	int seconds = drill_seconds(drill), left = exam_seconds_left(app->exam);

	if (!drill->of)
		return xasprintf("%02d:%02d", seconds / 60, seconds % 60);
	if (!app->exam->n)
		return xasprintf("%d of %d points  %02d:%02d of %d min", drill->points, drill->of, seconds / 60, seconds % 60,
			drill->info.minutes);
	if (app->exam->finished)
		return xasprintf("%d of %d points", drill->points, drill->of);
	return xasprintf("%s%d:%02d:%02d left", time_warning(left, app->exam->minutes), left / 3600, left / 60 % 60, left % 60);
}

static void
draw_bar(const struct screen *screen, struct cells line)
{
	char *right = bar_right(screen->app);
	int width = (int)strlen(right) + 1;
	char *left = bar_left(screen->app, line.width - width - 2);

	cells_fill(line, 0, STYLE_BAR);
	cells_title(cells_inside(line, 0, 1, 1, line.width - width - 3), 0, 0, STYLE_BAR, left);
	cells_text(line, 0, line.width - width, STYLE_BAR, right);
	free(left);
	free(right);
}

/* A view of the cluster has more rows than a text, and is looked at. */
static int
upper_height(const struct screen *screen, int width, int height, enum view view)
{
	int rows = measure(screen, width - 2, 0, view).y + 2;
	int most = !views[view].page ? height - 8 : rows <= height / 2 + 3 ? rows : height / 2;

	if (attempt_questions(screen->app->drill->attempt))
		most = height - 6;
	return rows < 5 ? 5 : rows > most ? most : rows;
}

struct layout {
	struct cells upper, shell, side;	/* side has no width below DESK_WIDE */
	enum view upper_view, side_view;
};

static struct layout
lay_out(const struct screen *screen, struct cells cells)
{
	const struct desk *desk = screen->state;
	struct cells body = cells_inside(cells, 1, 0, cells.height - 1, cells.width);
	bool wide = body.width >= DESK_WIDE;
	int width = wide ? body.width / 2 : body.width;
	enum view upper = wide ? VIEW_TASK : desk->view;
	int height = upper_height(screen, width, body.height, upper);
	enum view other = screen->app->drill->of ? VIEW_CHECKS : VIEW_CLUSTER;	/* where nothing is asked */

	return (struct layout){
		.upper = cells_inside(body, 0, 0, height, width),
		.shell = cells_inside(body, height, 0, body.height - height, width),
		.side = cells_inside(body, 0, width, body.height, body.width - width),
		.upper_view = upper,
		.side_view = desk->view == VIEW_TASK ? other : desk->view,
	};
}

/* The chosen view as its pane has it. */
static struct page
chosen_page(const struct screen *screen, struct cells *pane)
{
	const struct desk *desk = screen->state;
	struct cells all = term_cells();
	struct layout layout = lay_out(screen, cells_inside(all, 0, 0, all.height - 1, all.width));

	*pane = layout.upper_view == desk->view ? layout.upper : layout.side;
	return measure(screen, pane->width - 2, pane->height - 2, desk->view);
}

struct desk_excess
desk_excess(const struct screen *screen)
{
	struct cells pane;
	struct page page = chosen_page(screen, &pane);
	int rows = page.y - (pane.height - 2), columns = page.widest - (pane.width - 2 - MODEL_INDENT);

	return (struct desk_excess){ rows > 0 ? (size_t)rows : 0, columns > 0 ? (size_t)columns : 0 };
}

bool
desk_find_mark(struct screen *screen)
{
	struct desk *desk = screen->state;
	bool covered = desk->view != VIEW_TASK && term_cells().width < DESK_WIDE;
	struct cells pane;
	struct page page;
	int first;

	if (desk->view != VIEW_TASK)
		desk_show(screen, VIEW_TASK);
	page = chosen_page(screen, &pane);
	first = (int)desk->first;
	if (page.marked > first + pane.height - 2)
		desk->first = (size_t)(page.marked - (pane.height - 2));
	else if (page.marked <= first)
		desk->first = (size_t)(page.marked > MARK_ABOVE ? page.marked - MARK_ABOVE : 0);
	return covered || (int)desk->first != first;
}

void
desk_draw(const struct screen *screen, struct cells cells)
{
	struct layout layout = lay_out(screen, cells);

	draw_bar(screen, cells_inside(cells, 0, 0, 1, cells.width));
	draw_view(screen, layout.upper, layout.upper_view);
	draw_shell(screen, layout.shell, layout.side.width > 0);
	if (layout.side.width > 0)
		draw_view(screen, layout.side, layout.side_view);
}
