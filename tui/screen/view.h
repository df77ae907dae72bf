/*
 * Views of the cluster as lines of text, the same for a pane of the desk and for line mode.  A view is pure: what the
 * library says of the cluster goes in, lines come out; who shows them cuts them at its edges and scrolls.
 */
#ifndef SCREEN_VIEW_H
#define SCREEN_VIEW_H

#include "svcsim/scene.h"
#include "svcsim/str.h"
#include "svcsim/trail.h"
#include "svcsim/vec.h"
#include "term/term.h"

/* A stretch of the text in another style than STYLE_PLAIN; it ends before its line does. */
struct view_span {
	size_t start, len;	/* bytes */
	enum style style;
};

struct view_text {
	struct str text;	/* lines, each with its newline */
	VEC(struct view_span) spans;	/* in the text's order */
};
#define VIEW_TEXT_INIT { STR_INIT, VEC_INIT }

void view_text_release(struct view_text *out);
/* Within a line: what is no printable character is made one (term/safe.h). */
void view_put(struct view_text *out, enum style style, const char *text);
void view_putf(struct view_text *out, enum style style, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Words from column `indent` on, broken before they would pass column `columns` (0: never). */
void view_put_words(struct view_text *out, enum style style, const char *words, int indent, int columns);
void view_newline(struct view_text *out);

#define VIEW_ALL_HOPS ((size_t)-1)
struct view_input {
	const struct scene *scene;
	const struct trail *trail;	/* NULL: nothing was traced */
	size_t path, hop;	/* of the trail; hop VIEW_ALL_HOPS: the whole way at once */
	int columns, rows;	/* that the lines should keep to; 0: any */
	bool ascii;
};

struct view_model {
	const char *name, *help;
	void (*lines)(const struct view_input *input, struct view_text *out);
};

/* id, name, title, key on the desk, what it shows, function */
#define VIEW_MODELS(X) \
	X(VIEW_CLUSTER, "cluster", "Cluster", '5', "nodes, pods and Services as they are now", view_cluster) \
	X(VIEW_TOPOLOGY, "topology", "Topology", '6', "nodes, pods and Services as a drawing", view_topology) \
	X(VIEW_PACKET, "packet", "Packet", '7', "the last packet that was traced, hop by hop", view_packet)

#define VIEW_MODEL_LINES(id, name, title, key, help, lines) \
	void lines(const struct view_input *input, struct view_text *out);
VIEW_MODELS(VIEW_MODEL_LINES)
#undef VIEW_MODEL_LINES

extern const struct view_model view_models[];
#define VIEW_MODEL_COUNT_ONE(id, name, title, key, help, lines) + 1
enum { VIEW_MODEL_COUNT = 0 VIEW_MODELS(VIEW_MODEL_COUNT_ONE) };
#undef VIEW_MODEL_COUNT_ONE
const struct view_model *view_find(const char *name);	/* NULL: there is none of that name */

/* Of Kubernetes' own only what is not well is shown. */
bool view_has_pod(const struct scene_pod *pod);
bool view_has_service(const struct scene_service *service);
/* One line that says how much that is; nothing where there is none. */
void view_put_hidden(const struct scene *scene, struct view_text *out);

#endif
