/*
 * What the specs of workloads have in common: selector, template, counts and percentages.  Follows
 * pkg/apis/apps/validation/validation.go; values that are structs in Go are shown as its %#v shows them.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#include "api/object.h"

static void
add_quoted(struct str *out, const struct value *value)
{
	char *shown = value ? status_value_text(value) : xstrdup("\"\"");

	str_add(out, shown);
	free(shown);
}

/* map[string]string{..}, or map[string]string(nil) */
static char *
labels_text(const struct value *labels)
{
	return value_count(labels) ? status_value_text(labels) : xstrdup("map[string]string(nil)");
}

static void
add_expressions(struct str *out, const struct value *expressions)
{
	str_addch(out, '{');
	for (size_t i = 0; i < value_count(expressions); i++) {
		const struct value *expression = value_at(expressions, i), *values = value_get(expression, "values");

		str_addf(out, "%sv1.LabelSelectorRequirement{Key:", i ? ", " : "");
		add_quoted(out, value_get(expression, "key"));
		str_add(out, ", Operator:");
		add_quoted(out, value_get(expression, "operator"));
		str_add(out, ", Values:");
		if (value_count(values))
			add_quoted(out, values);
		else
			str_add(out, "[]string(nil)");
		str_addch(out, '}');
	}
	str_addch(out, '}');
}

char *
workload_selector_text(const struct value *selector)
{
	struct str text = STR_INIT;
	char *labels = labels_text(value_get(selector, "matchLabels"));

	str_addf(&text, "v1.LabelSelector{MatchLabels:%s, MatchExpressions:[]v1.LabelSelectorRequirement", labels);
	if (value_count(value_get(selector, "matchExpressions")))
		add_expressions(&text, value_get(selector, "matchExpressions"));
	else
		str_add(&text, "(nil)");
	str_addch(&text, '}');
	free(labels);
	return str_detach(&text);
}

static bool
is_empty_selector(const struct value *selector)
{
	return !value_count(value_get(selector, "matchLabels")) &&
		!value_count(value_get(selector, "matchExpressions"));
}

void
workload_validate_selector(
	struct status *status, const struct value *spec, const struct place *path, const char *kind, bool required)
{
	const struct value *selector = value_get(spec, "selector");
	char *at, *shown, *detail;

	if (value_is_null(selector)) {
		if (required)
			place_required(status, path, "selector", NULL);
		return;
	}
	at = place_text_of(path, "selector");
	validate_label_selector(status, selector, at);
	free(at);
	if (!is_empty_selector(selector))
		return;
	shown = workload_selector_text(selector);
	detail = xasprintf("empty selector is invalid for %s", kind);
	place_invalid_text(status, path, "selector", shown, detail);
	free(detail);
	free(shown);
}

static const char *const only_always[] = { "Always", NULL };

void
workload_validate_labels(struct status *status, const struct value *spec, const struct place *path)
{
	const struct value *selector = value_get(spec, "selector"),
			   *labels = value_path(spec, "template.metadata.labels");
	const struct place at = { path, "template.metadata.labels", 0 };
	char *text;

	if (!value_is_null(selector) && is_empty_selector(selector))
		return;
	if (selector_matches(selector, labels))
		return;
	text = labels_text(labels);
	place_invalid_text(status, &at, NULL, text, "`selector` does not match template `labels`");
	free(text);
}

void
workload_validate_restart(struct status *status, const struct value *spec, const struct place *path, const char *kind)
{
	const struct value *pod = value_path(spec, "template.spec");
	const struct place at = { path, "template.spec", 0 };
	char *text;

	place_word(status, &at, pod, "restartPolicy", only_always, false);
	if (!value_get(pod, "activeDeadlineSeconds"))
		return;
	text = xasprintf("activeDeadlineSeconds in %s is not Supported", kind);
	place_forbidden(status, &at, "activeDeadlineSeconds", text);
	free(text);
}

void
workload_validate_template(struct status *status, const struct value *spec, const struct place *path, const char *kind)
{
	char *at = place_text_of(path, "template");

	workload_validate_labels(status, spec, path);
	pod_template_validate(status, value_get(spec, "template"), at);
	workload_validate_restart(status, spec, path, kind);
	free(at);
}

void
workload_validate_immutable_selector(struct change *change, const struct place *path)
{
	const struct value *selector = value_get(value_get(change->new, "spec"), "selector");
	const struct value *old = value_get(value_get(change->old, "spec"), "selector");
	char *shown;

	if (!change->old || (selector && old && value_equal(selector, old)))
		return;
	shown = workload_selector_text(selector);
	place_invalid_text(change->status, path, "selector", shown, "field is immutable");
	free(shown);
}

static bool
is_percent(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits && !strcmp(text + digits, "%");
}

char *
workload_intstr_text(const struct value *value)
{
	const char *text = value_text(value);

	if (text)
		return xasprintf("intstr.IntOrString{Type:1, IntVal:0, StrVal:\"%s\"}", text);
	return xasprintf("intstr.IntOrString{Type:0, IntVal:%lld, StrVal:\"\"}",
		(long long)(value && value->type == VALUE_INT ? value->integer : 0));
}

void
workload_validate_count_or_percent(
	struct status *status, const struct place *path, const struct value *map, const char *field)
{
	const struct value *value = value_get(map, field);
	const char *text = value_text(value);
	char *shown;

	if (!text) {
		place_not_negative(status, path, map, field);
	} else if (!is_percent(text)) {
		shown = workload_intstr_text(value);
		place_invalid_text(status, path, field, shown,
			"a valid percent string must be a numeric string followed by an ending '%' "
			"(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
		free(shown);
	}
}

bool
workload_is_zero(const struct value *count_or_percent)
{
	const char *text = value_text(count_or_percent);

	if (text)
		return is_percent(text) && strspn(text, "0") == strlen(text) - 1;
	return !count_or_percent || count_or_percent->type != VALUE_INT || !count_or_percent->integer;
}

void
workload_warn(const struct change *change)
{
	static const struct place spec = { NULL, "spec", 0 }, template = { &spec, "template", 0 };
	const struct value *now = value_get(value_get(change->new, "spec"), "template");
	const struct value *before = value_get(value_get(change->old, "spec"), "template");

	if (!change->old || !before || !value_equal(now, before))
		pod_warn(change->status, now, &template);
}
