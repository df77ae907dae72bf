/*
 * The cluster as a drawing: Services above, one lane each that runs down at the left; below, a box for each node with
 * its pods.  Where a lane turns to a pod, that is an endpoint of the Service; where lines only cross, the lane is
 * unbroken.
 *
 *	┌─── web  ClusterIP  10.96.0.20  80/TCP
 *	│ ┌─ api  ClusterIP  10.96.0.21  3000/TCP
 *	│ │  ┌─ node01  Ready ──────────────┐
 *	├─│─▸│ web-1  192.168.1.2           │
 *	└─┴─▸│ both-1  192.168.1.3          │
 *	     └──────────────────────────────┘
 */
#include "screen/view.h"

#include <string.h>

/* ---- what is drawn ---- */

/* A line of a box: a pod, or an endpoint's address that is no pod's. */
struct member {
	const struct scene_pod *pod;	/* NULL: address */
	const char *address;
};

struct box {
	const char *name;
	const struct scene_node *node;	/* NULL: there is none of that name */
	VEC(struct member) members;
};

enum turn { TURN_NONE, TURN_UNREADY, TURN_READY };

struct lane {
	const struct scene_service *service;
	enum turn *turns;		/* by member, all boxes' in one row */
	size_t last;			/* member of its last turn */
};

struct drawing {
	const struct view_input *input;
	VEC(struct box) boxes;
	size_t nmembers;
	VEC(struct lane) lanes;
	size_t box_width;		/* columns inside */
};

enum glyph { ACROSS, DASHED, DOWN, UPPER_LEFT, UPPER_RIGHT, LOWER_LEFT, LOWER_RIGHT, LEFT_TEE, RIGHT_TEE, CROSS,
	LOWER_TEE, TO_READY, TO_UNREADY, NAMES };
static const char *const glyphs[2][NAMES + 1] = {	/* UTF-8, ASCII */
	{ "\u2500", "\u2504", "\u2502", "\u250c", "\u2510", "\u2514", "\u2518", "\u251c", "\u2524", "\u253c", "\u2534",
		"\u25b8", "\u2717", "\u2192" },
	{ "-", ".", "|", "+", "+", "+", "+", "+", "+", "+", "+", ">", "x", "->" },
};

static const char *
glyph(const struct drawing *drawing, enum glyph which)
{
	return glyphs[drawing->input->ascii][which];
}

#define NOT_YET ""		/* the node of a pod that has none */
#define NO_POD ":"		/* where endpoints stand that are no pods; no node's name */

static struct box *
find_box(struct drawing *drawing, const char *name)
{
	struct box *box;

	for (size_t i = 0; i < drawing->boxes.n; i++)
		if (strcmp(drawing->boxes.v[i].name, name) == 0)
			return &drawing->boxes.v[i];
	box = vec_push(&drawing->boxes);
	box->name = name;
	return box;
}

static bool
has_address(const struct box *box, const char *address)
{
	for (size_t i = 0; i < box->members.n; i++)
		if (strcmp(box->members.v[i].address, address) == 0)
			return true;
	return false;
}

static void
add_addresses(struct drawing *drawing, const struct scene_service *service)
{
	for (size_t i = 0; i < service->nendpoints; i++) {
		const struct scene_endpoint *endpoint = &service->endpoints[i];
		struct box *box;

		if (endpoint->pod != SCENE_NO_POD)
			continue;
		box = find_box(drawing, NO_POD);
		if (!has_address(box, endpoint->address))
			*vec_push(&box->members) = (struct member){ NULL, endpoint->address };
	}
}

/* A pod of Kubernetes' own has a line when a Service that is shown leads to it. */
static bool
is_endpoint_shown(const struct scene *scene, size_t pod)
{
	for (size_t i = 0; i < scene->nservices; i++)
		for (size_t j = 0; view_has_service(&scene->services[i]) && j < scene->services[i].nendpoints; j++)
			if (scene->services[i].endpoints[j].pod == pod)
				return true;
	return false;
}

static void
add_boxes(struct drawing *drawing)
{
	const struct scene *scene = drawing->input->scene;

	for (size_t i = 0; i < scene->nnodes; i++)
		find_box(drawing, scene->nodes[i].name)->node = &scene->nodes[i];
	for (size_t i = 0; i < scene->npods; i++) {
		const struct scene_pod *pod = &scene->pods[i];

		if (view_has_pod(pod) || is_endpoint_shown(scene, i))
			*vec_push(&find_box(drawing, pod->node)->members) = (struct member){ pod, "" };
	}
	for (size_t i = 0; i < scene->nservices; i++)
		if (view_has_service(&scene->services[i]))
			add_addresses(drawing, &scene->services[i]);
	for (size_t i = 0; i < drawing->boxes.n; i++)
		drawing->nmembers += drawing->boxes.v[i].members.n;
}

/* ---- lanes ---- */

static bool
is_member(const struct drawing *drawing, const struct member *member, const struct scene_endpoint *endpoint)
{
	if (endpoint->pod == SCENE_NO_POD)
		return strcmp(member->address, endpoint->address) == 0;
	return member->pod == &drawing->input->scene->pods[endpoint->pod];
}

/* Of several ports of one pod, one that is ready counts. */
static enum turn
turn_to(const struct drawing *drawing, const struct scene_service *service, const struct member *member)
{
	enum turn turn = TURN_NONE;

	for (size_t i = 0; i < service->nendpoints; i++) {
		enum turn this = service->endpoints[i].ready ? TURN_READY : TURN_UNREADY;

		if (this > turn && is_member(drawing, member, &service->endpoints[i]))
			turn = this;
	}
	return turn;
}

static void
add_lane(struct drawing *drawing, const struct scene_service *service)
{
	struct lane *lane = vec_push(&drawing->lanes);
	size_t row = 0;

	*lane = (struct lane){ .service = service, .turns = xcalloc(drawing->nmembers + 1, sizeof *lane->turns) };
	for (size_t i = 0; i < drawing->boxes.n; i++)
		for (size_t j = 0; j < drawing->boxes.v[i].members.n; j++, row++) {
			lane->turns[row] = turn_to(drawing, service, &drawing->boxes.v[i].members.v[j]);
			if (lane->turns[row])
				lane->last = row;
		}
}

static bool
has_lane(const struct scene_service *service)
{
	return view_has_service(service) && service->nendpoints;
}

static void
add_lanes(struct drawing *drawing)
{
	const struct scene *scene = drawing->input->scene;

	for (size_t i = 0; i < scene->nservices; i++)
		if (has_lane(&scene->services[i]))
			add_lane(drawing, &scene->services[i]);
}

/* Many lanes stand close together. */
static size_t
gap(const struct drawing *drawing)
{
	return drawing->lanes.n > 12 ? 0 : 1;
}

static void
put_times(struct view_text *out, enum style style, const char *text, size_t times)
{
	struct str all = STR_INIT;

	for (size_t i = 0; i < times; i++)
		str_add(&all, text);
	view_put(out, style, all.buf);
	str_release(&all);
}

/* A row on which nothing turns: the first `begun` lanes, as far as they still have somewhere to turn. */
static void
put_lanes(const struct drawing *drawing, size_t begun, size_t row, struct view_text *out)
{
	for (size_t i = 0; i < drawing->lanes.n; i++) {
		bool open = i < begun && drawing->lanes.v[i].last >= row;

		view_put(out, STYLE_PLAIN, open ? glyph(drawing, DOWN) : " ");
		put_times(out, STYLE_PLAIN, " ", gap(drawing));
	}
}

static enum glyph
turn_glyph(bool first, bool goes_on)
{
	return first ? goes_on ? LEFT_TEE : LOWER_LEFT : goes_on ? CROSS : LOWER_TEE;
}

/* The lanes beside a pod, and an arrow to it where it is an endpoint. */
static void
put_turns(const struct drawing *drawing, size_t row, struct view_text *out)
{
	enum turn best = TURN_NONE;
	bool turned = false;
	const char *across;
	enum style style;

	for (size_t i = 0; i < drawing->lanes.n; i++)
		if (drawing->lanes.v[i].turns[row] > best)
			best = drawing->lanes.v[i].turns[row];
	across = glyph(drawing, best == TURN_UNREADY ? DASHED : ACROSS);
	style = best == TURN_UNREADY ? STYLE_BAD : STYLE_PLAIN;
	for (size_t i = 0; i < drawing->lanes.n; i++) {
		const struct lane *lane = &drawing->lanes.v[i];
		bool turns = lane->turns[row] != TURN_NONE;

		if (turns)
			view_put(out, STYLE_PLAIN, glyph(drawing, turn_glyph(!turned, lane->last > row)));
		else if (lane->last > row)
			view_put(out, STYLE_PLAIN, glyph(drawing, DOWN));
		else
			view_put(out, style, turned ? across : " ");
		turned |= turns;
		put_times(out, style, turned ? across : " ", gap(drawing));
	}
	view_put(out, style, !turned ? " " : glyph(drawing, best == TURN_UNREADY ? TO_UNREADY : TO_READY));
}

/* ---- Services ---- */

struct widths {
	int name, type, ip;
};

static char *
full_name(const char *namespace, const char *name)
{
	return strcmp(namespace, "default") == 0 ? xstrdup(name) : xasprintf("%s/%s", namespace, name);
}

static int
at_least(int width, const char *text)
{
	return width < (int)strlen(text) ? (int)strlen(text) : width;
}

static struct widths
service_widths(const struct scene *scene)
{
	struct widths widths = { 0, 0, 0 };

	for (size_t i = 0; i < scene->nservices; i++) {
		char *name = full_name(scene->services[i].namespace, scene->services[i].name);

		if (view_has_service(&scene->services[i])) {
			widths.name = at_least(widths.name, name);
			widths.type = at_least(widths.type, scene->services[i].type);
			widths.ip = at_least(widths.ip, scene->services[i].cluster_ip);
		}
		free(name);
	}
	return widths;
}

static void
put_service_words(const struct drawing *drawing, const struct scene_service *service, const struct widths *widths,
	struct view_text *out)
{
	char *name = full_name(service->namespace, service->name);

	view_putf(out, STYLE_STRONG, "%s", name);
	view_putf(out, STYLE_PLAIN, "%*s  %-*s  %-*s  ", widths->name - (int)strlen(name), "", widths->type,
		service->type, widths->ip, service->cluster_ip);
	if (service->is_name)
		view_putf(out, STYLE_PLAIN, "%s %s", glyph(drawing, NAMES), service->external);
	else
		view_putf(out, STYLE_PLAIN, "%s%s%s", service->ports, *service->external ? "  outside: " : "",
			service->external);
	if (!service->well)
		view_put(out, STYLE_BAD, service->nendpoints ? "  no endpoint is ready" : "  no endpoints");
	view_newline(out);
	free(name);
}

/* begun: the lanes of the Services above, and then its own, from which a line leads to its words. */
static void
put_service(const struct drawing *drawing, const struct scene_service *service, size_t *begun,
	const struct widths *widths, struct view_text *out)
{
	size_t step = 1 + gap(drawing);

	if (!service->nendpoints) {
		put_lanes(drawing, *begun, 0, out);
	} else {
		for (size_t i = 0; i < *begun; i++) {
			view_put(out, STYLE_PLAIN, glyph(drawing, DOWN));
			put_times(out, STYLE_PLAIN, " ", gap(drawing));
		}
		view_put(out, STYLE_PLAIN, glyph(drawing, UPPER_LEFT));
		put_times(out, STYLE_PLAIN, glyph(drawing, ACROSS), (drawing->lanes.n - *begun) * step - 1);
		++*begun;
	}
	view_put(out, STYLE_PLAIN, " ");
	put_service_words(drawing, service, widths, out);
}

static void
put_services(const struct drawing *drawing, struct view_text *out)
{
	const struct scene *scene = drawing->input->scene;
	struct widths widths = service_widths(scene);
	size_t begun = 0;

	for (size_t i = 0; i < scene->nservices; i++)
		if (view_has_service(&scene->services[i]))
			put_service(drawing, &scene->services[i], &begun, &widths, out);
}

/* ---- boxes ---- */

static char *
box_title(const struct box *box)
{
	if (strcmp(box->name, NOT_YET) == 0)
		return xstrdup("on no node yet");
	if (strcmp(box->name, NO_POD) == 0)
		return xstrdup("no pods: addresses written by hand");
	if (!box->node)
		return xasprintf("%s  is gone", box->name);
	return xasprintf("%s  %s%s", box->name, box->node->status, box->node->ntaints ? "  tainted" : "");
}

/* What stands beside a pod's name: where it is well its address, else what ails it. */
static char *
member_words(const struct member *member)
{
	const struct scene_pod *pod = member->pod;
	char *name, *words;

	if (!pod)
		return xstrdup(member->address);
	name = full_name(pod->namespace, pod->name);
	words = xasprintf("%s%s%s", name, *pod->ip ? "  " : "", pod->ip);
	free(name);
	return words;
}

/* "0/1 Running", "ImagePullBackOff"; "" where all is well. */
static char *
member_state(const struct member *member)
{
	const struct scene_pod *pod = member->pod;

	return !pod || pod->well ? xstrdup("") : xasprintf("%d/%d %s", pod->ready, pod->containers, pod->status);
}

static void
widen(struct drawing *drawing, size_t width)
{
	if (drawing->box_width < width)
		drawing->box_width = width;
}

/* With a blank on either side. */
static size_t
member_width(const struct member *member)
{
	char *words = member_words(member), *state = member_state(member);
	size_t width = strlen(words) + (*state ? 2 : 0) + strlen(state) + 2;

	free(words);
	free(state);
	return width;
}

static void
measure_boxes(struct drawing *drawing)
{
	for (size_t i = 0; i < drawing->boxes.n; i++) {
		const struct box *box = &drawing->boxes.v[i];
		char *title = box_title(box);

		widen(drawing, strlen(title) + strlen("-  -"));
		for (size_t j = 0; j < box->members.n; j++)
			widen(drawing, member_width(&box->members.v[j]));
		free(title);
	}
}

/* The line above a box, which is that below the box before it. */
static void
put_title(const struct drawing *drawing, const struct box *box, size_t row, struct view_text *out)
{
	bool upper = box == drawing->boxes.v;
	char *title = box_title(box);

	put_lanes(drawing, drawing->lanes.n, row, out);
	view_put(out, STYLE_PLAIN, " ");
	view_put(out, STYLE_PLAIN, glyph(drawing, upper ? UPPER_LEFT : LEFT_TEE));
	view_put(out, STYLE_PLAIN, glyph(drawing, ACROSS));
	view_putf(out, box->node && box->node->well ? STYLE_STRONG : STYLE_BAD, " %s ", title);
	put_times(out, STYLE_PLAIN, glyph(drawing, ACROSS), drawing->box_width - strlen(title) - 3);
	view_put(out, STYLE_PLAIN, glyph(drawing, upper ? UPPER_RIGHT : RIGHT_TEE));
	view_newline(out);
	free(title);
}

static void
put_member(const struct drawing *drawing, const struct member *member, size_t row, struct view_text *out)
{
	char *words = member_words(member), *state = member_state(member);

	put_turns(drawing, row, out);
	view_putf(out, STYLE_PLAIN, "%s %s%s", glyph(drawing, DOWN), words, *state ? "  " : "");
	view_put(out, STYLE_BAD, state);
	view_putf(out, STYLE_PLAIN, "%*s%s", (int)(drawing->box_width - member_width(member)) + 1, "",
		glyph(drawing, DOWN));
	view_newline(out);
	free(words);
	free(state);
}

static void
put_boxes(const struct drawing *drawing, struct view_text *out)
{
	size_t row = 0;

	for (size_t i = 0; i < drawing->boxes.n; i++) {
		const struct box *box = &drawing->boxes.v[i];

		put_title(drawing, box, row, out);
		for (size_t j = 0; j < box->members.n; j++)
			put_member(drawing, &box->members.v[j], row++, out);
	}
	if (!drawing->boxes.n)
		return;
	put_lanes(drawing, 0, row, out);
	view_putf(out, STYLE_PLAIN, " %s", glyph(drawing, LOWER_LEFT));
	put_times(out, STYLE_PLAIN, glyph(drawing, ACROSS), drawing->box_width);
	view_put(out, STYLE_PLAIN, glyph(drawing, LOWER_RIGHT));
	view_newline(out);
}

void
view_topology(const struct view_input *input, struct view_text *out)
{
	struct drawing drawing = { .input = input };

	add_boxes(&drawing);
	add_lanes(&drawing);
	measure_boxes(&drawing);
	put_services(&drawing, out);
	put_boxes(&drawing, out);
	view_put_hidden(input->scene, out);
	for (size_t i = 0; i < drawing.lanes.n; i++)
		free(drawing.lanes.v[i].turns);
	for (size_t i = 0; i < drawing.boxes.n; i++)
		vec_release(&drawing.boxes.v[i].members);
	vec_release(&drawing.lanes);
	vec_release(&drawing.boxes);
}
