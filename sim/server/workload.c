/*
 * What the specs of workloads have in common: selector, template, counts and percentages.  Follows
 * pkg/apis/apps/validation/validation.go; values that are structs in Go are shown as its %#v shows them.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#include "api/object.h"

char *
workload_selector_text(const struct value *selector)
{
	return go_text("v1.LabelSelector", selector);
}

static bool
is_empty_selector(const struct value *selector)
{
	return !value_count(value_get(selector, "matchLabels")) &&
		!value_count(value_get(selector, "matchExpressions"));
}

void
workload_refuse_selector(struct status *status, const struct value *spec, const struct place *path, const char *detail)
{
	char *shown = workload_selector_text(value_get(spec, "selector"));

	place_invalid_text(status, path, "selector", shown, detail);
	free(shown);
}

bool
workload_validate_selector(
	struct status *status, const struct value *spec, const struct place *path, const char *kind, bool required)
{
	const struct value *selector = value_get(spec, "selector");
	size_t faults = status->causes.n;
	bool usable;
	char *detail;

	if (value_is_null(selector)) {
		if (required)
			place_required(status, path, "selector", NULL);
		return true;
	}
	place_selector(status, path, spec, "selector");
	usable = status->causes.n == faults;
	if (is_empty_selector(selector)) {
		detail = xasprintf("empty selector is invalid for %s", kind);
		workload_refuse_selector(status, spec, path, detail);
		free(detail);
	}
	return usable;
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
	text = go_text("map[string]string", labels);
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

void
workload_invalid_intstr(struct status *status, const struct place *path, const struct value *map, const char *field,
	const char *detail)
{
	char *shown = go_text("intstr.IntOrString", value_get(map, field));

	place_invalid_text(status, path, field, shown, detail);
	free(shown);
}

void
workload_validate_count_or_percent(
	struct status *status, const struct place *path, const struct value *map, const char *field)
{
	const char *text = value_text(value_get(map, field));

	if (!text)
		place_not_negative(status, path, map, field);
	else if (!is_percent(text))
		workload_invalid_intstr(status, path, map, field,
			"a valid percent string must be a numeric string followed by an ending '%' "
			"(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
}

void
workload_validate_whole_at_most(
	struct status *status, const struct place *path, const struct value *map, const char *field)
{
	const char *text = value_text(value_get(map, field));

	if (text && is_percent(text) && strtol(text, NULL, 10) > 100)
		workload_invalid_intstr(status, path, map, field, "must not be greater than 100%");
}

/* A text that is no percentage counts by the number that it starts with, none as zero. */
bool
workload_is_zero(const struct value *count_or_percent)
{
	const char *text = value_text(count_or_percent);

	if (text)
		return !is_percent(text) || strspn(text, "0") == strlen(text) - 1;
	return !count_or_percent || count_or_percent->type != VALUE_INT || !count_or_percent->integer;
}

void
workload_prepare(struct change *change)
{
	struct value *pod = value_path(change->new, "spec.template.spec");

	if (pod)
		pod_spec_drop_disabled(pod);
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

void
workload_warn_name(const struct change *change, const char *used_in)
{
	const char *name = value_get_text(value_get(change->new, "metadata"), "name");
	struct str found = STR_INIT;

	if (!change->old && name && check_dns1123_label(name, &found)) {
		str_truncate(&found, found.len - 1);
		for (char *c = found.buf; *c; c++)
			*c = *c == '\n' ? ' ' : *c;
		status_warn(change->status,
			"metadata.name: this is used in %s, which can result in surprising behavior; a DNS label is "
			"recommended: [%s]",
			used_in, found.buf);
	}
	str_release(&found);
}
