/* What the views share: text with styles, and which of a cluster's objects are worth a line. */
#include "screen/view.h"

#include <string.h>

#include "term/safe.h"
#include "term/wrap.h"

const struct view_model view_models[] = {
#define VIEW_MODEL_ROW(id, name, title, key, help, lines) { name, help, lines },
	VIEW_MODELS(VIEW_MODEL_ROW)
#undef VIEW_MODEL_ROW
};

const struct view_model *
view_find(const char *name)
{
	for (size_t i = 0; i < VIEW_MODEL_COUNT; i++)
		if (strcmp(view_models[i].name, name) == 0)
			return &view_models[i];
	return NULL;
}

void
view_text_release(struct view_text *out)
{
	str_release(&out->text);
	vec_release(&out->spans);
}

void
view_put(struct view_text *out, enum style style, const char *text)
{
	size_t start = out->text.len;

	safe_add(&out->text, text, strlen(text), SAFE_NOTHING);
	if (style != STYLE_PLAIN && out->text.len > start)
		*vec_push(&out->spans) = (struct view_span){ start, out->text.len - start, style };
}

void
view_putf(struct view_text *out, enum style style, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	view_put(out, style, text.buf);
	str_release(&text);
}

void
view_newline(struct view_text *out)
{
	str_addch(&out->text, '\n');
}

void
view_put_words(struct view_text *out, enum style style, const char *words, int indent, int columns)
{
	struct str ready = STR_INIT;
	struct wrap rows = VEC_INIT;

	wrap_prepare(&ready, words, strlen(words));
	wrap_text(&rows, ready.buf, ready.len, columns > indent ? columns - indent : (int)ready.len + 1);
	for (size_t i = 0; i < rows.n; i++) {
		if (i) {
			view_newline(out);
			view_putf(out, STYLE_PLAIN, "%*s", indent + rows.v[i].indent, "");
		}
		view_putf(out, style, "%.*s", (int)rows.v[i].len, ready.buf + rows.v[i].start);
	}
	wrap_release(&rows);
	str_release(&ready);
}

bool
view_has_pod(const struct scene_pod *pod)
{
	return !pod->system || !pod->well;
}

bool
view_has_service(const struct scene_service *service)
{
	return !service->system || !service->well;
}

static void
put_count(struct view_text *out, size_t n, const char *one, const char *many)
{
	view_putf(out, STYLE_FAINT, "%zu %s", n, n == 1 ? one : many);
}

void
view_put_hidden(const struct scene *scene, struct view_text *out)
{
	size_t pods = 0, services = 0;

	for (size_t i = 0; i < scene->npods; i++)
		pods += !view_has_pod(&scene->pods[i]);
	for (size_t i = 0; i < scene->nservices; i++)
		services += !view_has_service(&scene->services[i]);
	if (!pods && !services)
		return;
	view_put(out, STYLE_FAINT, "and of Kubernetes itself, all well: ");
	if (pods)
		put_count(out, pods, "pod", "pods");
	if (pods && services)
		view_put(out, STYLE_FAINT, ", ");
	if (services)
		put_count(out, services, "Service", "Services");
	view_newline(out);
}
