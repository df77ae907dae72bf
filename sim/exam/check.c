/*
 * One function for each kind of check, found by the key that stands in the scenario.  What is wanted is written from
 * the scenario's own words, what was got from the cluster; both are one line.
 */
#include "exam/check.h"

#include <string.h>

#include "api/yaml.h"
#include "trace/trace.h"

struct judgement {
	struct str what, got, want;
	const char *why;	/* in place of the check's own; NULL */
	bool passed;
	size_t right, parts;	/* of what is right in part; parts 0: all or nothing */
};

/* ---- object ---- */

static const char *
namespace_of(const struct kind *kind, const struct value *spec)
{
	const char *namespace = value_get_text(spec, "namespace");

	return !kind->namespaced ? "" : namespace != NULL ? namespace : "default";
}

static void
name_object(const struct kind *kind, const struct value *spec, struct str *out)
{
	const char *name = value_get_text(spec, "name");

	str_add(out, kind->kind);
	if (name != NULL)
		str_addf(out, " %s", name);
	else
		str_add(out, " objects");
	if (kind->namespaced)
		str_addf(out, " in namespace %s", namespace_of(kind, spec));
}

static void
add_value(struct str *out, const struct value *value)
{
	if (value_is_null(value))
		str_add(out, "not set");
	else if (value->type == VALUE_STRING)
		str_add(out, value->string.text);
	else
		json_write(value, 0, out);
}

static void
separate(struct str *out)
{
	if (out->len > 0)
		str_add(out, ", ");
}

/* Both sides of one field that is looked at; only what differs is told as got. */
static bool
compare_field(struct judgement *judgement, const char *path, const struct value *got, const struct value *want)
{
	bool same = value_is_null(want) ? value_is_null(got) : value_equal(got, want);

	separate(&judgement->want);
	str_addf(&judgement->want, "%s is ", path);
	add_value(&judgement->want, want);
	if (same)
		return true;
	separate(&judgement->got);
	str_addf(&judgement->got, "%s is ", path);
	add_value(&judgement->got, got);
	return false;
}

static bool
compare_count(struct judgement *judgement, const char *path, const struct value *got, int64_t want)
{
	separate(&judgement->want);
	str_addf(&judgement->want, "%s has %lld", path, (long long)want);
	if ((int64_t)value_count(got) == want)
		return true;
	separate(&judgement->got);
	str_addf(&judgement->got, "%s has %zu", path, value_count(got));
	return false;
}

static bool
list_has(const struct value *list, const struct value *item)
{
	for (size_t i = 0; i < value_count(list); i++) {
		if (value_equal(value_at(list, i), item))
			return true;
	}
	return false;
}

/* A list that has each of these; with exact no other, in whatever order. */
static bool
compare_set(struct judgement *judgement, const char *path, const struct value *got, const struct value *want, bool exact)
{
	bool same = !exact || value_count(got) == value_count(want);

	for (size_t i = 0; i < value_count(want); i++)
		same = same && list_has(got, value_at(want, i));
	separate(&judgement->want);
	str_addf(&judgement->want, "%s %s ", path, exact ? "is, in any order," : "has");
	add_value(&judgement->want, want);
	if (same)
		return true;
	separate(&judgement->got);
	str_addf(&judgement->got, "%s is ", path);
	add_value(&judgement->got, got);
	return false;
}

/* expect, counts, sets and contains of one object. */
static bool
object_fits(struct judgement *judgement, const struct object *object, const struct value *spec)
{
	const struct value *expect = value_get(spec, "expect"), *counts = value_get(spec, "counts");
	const struct value *sets = value_get(spec, "sets"), *contains = value_get(spec, "contains");
	bool fits = true;

	for (size_t i = 0; i < value_count(expect); i++) {
		const struct value_entry *entry = &expect->map.v[i];

		fits &= compare_field(judgement, entry->key, value_path(object->root, entry->key), entry->value);
	}
	for (size_t i = 0; i < value_count(counts); i++) {
		const struct value_entry *entry = &counts->map.v[i];

		fits &= compare_count(judgement, entry->key, value_path(object->root, entry->key),
			value_get_int(counts, entry->key, -1));
	}
	for (size_t i = 0; i < value_count(sets); i++)
		fits &= compare_set(judgement, sets->map.v[i].key, value_path(object->root, sets->map.v[i].key),
			sets->map.v[i].value, true);
	for (size_t i = 0; i < value_count(contains); i++)
		fits &= compare_set(judgement, contains->map.v[i].key, value_path(object->root, contains->map.v[i].key),
			contains->map.v[i].value, false);
	return fits;
}

static void
judge_named(const struct check_context *context, const struct kind *kind, const struct value *spec,
	struct judgement *judgement)
{
	const struct object *object = store_get(context->cluster->server.store, kind, namespace_of(kind, spec),
		value_get_text(spec, "name"));

	if (value_get_bool(spec, "absent", false)) {
		judgement->passed = object == NULL;
		str_add(&judgement->want, "is not there");
		str_add(&judgement->got, object == NULL ? "is not there" : "is there");
		return;
	}
	if (object == NULL) {
		str_add(&judgement->want, "is there");
		str_add(&judgement->got, "is not there");
		return;
	}
	judgement->passed = object_fits(judgement, object, spec);
	if (judgement->want.len == 0)
		str_add(&judgement->want, "is there");
	if (judgement->passed)
		str_add(&judgement->got, judgement->want.buf);
}

/* All objects of the kind with these labels: each must fit, and there must be so many. */
static void
judge_all(const struct check_context *context, const struct kind *kind, const struct value *spec,
	struct judgement *judgement)
{
	const struct value *labels = value_get(spec, "labels");
	int64_t want = value_get_int(spec, "count", -1), found = 0;
	size_t n;
	const struct object *const *objects = store_list(context->cluster->server.store, kind,
		kind->namespaced ? namespace_of(kind, spec) : NULL, &n);

	judgement->passed = true;
	for (size_t i = 0; i < n; i++) {
		if (!selector_matches_map(labels, value_get(object_meta(objects[i]), "labels")))
			continue;
		found++;
		str_clear(&judgement->want);
		judgement->passed &= object_fits(judgement, objects[i], spec);
	}
	separate(&judgement->want);
	separate(&judgement->got);
	str_addf(&judgement->got, "there are %lld", (long long)found);
	if (want >= 0)
		str_addf(&judgement->want, "there are %lld", (long long)want);
	else
		str_add(&judgement->want, "there is at least one");
	judgement->passed &= want >= 0 ? found == want : found > 0;
}

static void
judge_object(const struct check_context *context, const struct value *spec, struct judgement *judgement)
{
	const struct kind *kind = kind_by_name(value_get_text(spec, "kind"));

	name_object(kind, spec, &judgement->what);
	if (value_get(spec, "name") != NULL)
		judge_named(context, kind, spec, judgement);
	else
		judge_all(context, kind, spec, judgement);
}

/* ---- reach ---- */

static bool
labels_fit(const struct value *labels, const struct walk *path)
{
	if (labels == NULL)
		return true;
	return path->pod != NULL && selector_matches_map(labels, value_get(object_meta(path->pod->object), "labels"));
}

/* The first branch that is not as it should be; NULL: all are. */
static const struct walk *
first_misfit(const struct trace *trace, const struct value *spec)
{
	const char *verdict = value_get_text(spec, "expect"), *source = value_get_text(spec, "source");
	const struct value *labels = value_get(spec, "pods");

	for (size_t i = 0; i < trace->npaths; i++) {
		const struct walk *path = &trace->paths[i];

		if (strcmp(verdict_name(path->verdict), verdict) != 0 || !labels_fit(labels, path))
			return path;
		if (source != NULL && path->masqueraded != (strcmp(source, "masqueraded") == 0))
			return path;
	}
	return NULL;
}

static void
tell_path(const struct trace *trace, const struct walk *path, struct str *out)
{
	enum verdict verdict = path != NULL ? path->verdict : trace->verdict;
	const struct cause *cause = path != NULL && path->cause.kind != NULL ? &path->cause : &trace->cause;

	str_add(out, verdict_name(verdict));
	if (path != NULL && path->pod != NULL)
		str_addf(out, " by pod %s/%s%s", path->pod->object->namespace, path->pod->object->name,
			path->masqueraded ? ", which sees a node's address as the sender" : "");
	if (verdict != VERDICT_ANSWERED && cause->text != NULL && *cause->text != '\0')
		str_addf(out, ": %s", cause->text);
}

/* key=value, one after the other */
static void
add_labels(const struct value *labels, struct str *out)
{
	for (size_t i = 0; i < value_count(labels); i++) {
		str_addf(out, "%s%s=", i == 0 ? "" : ",", labels->map.v[i].key);
		add_value(out, labels->map.v[i].value);
	}
}

static void
want_reach(const struct value *spec, struct str *out)
{
	const struct value *labels = value_get(spec, "pods");
	const char *source = value_get_text(spec, "source");

	str_add(out, value_get_text(spec, "expect"));
	if (value_count(labels) > 0) {
		str_add(out, " by pods with ");
		add_labels(labels, out);
	}
	if (source != NULL)
		str_addf(out, ", the sender's address %s", source);
}

int
check_trace(struct cluster *cluster, const struct trace_request *request, struct trace *trace, struct err *err)
{
	uint64_t connections = cluster->connections;
	int result;

	cluster->connections = 0;
	result = trace_run(cluster, request, trace, err);
	cluster->connections = connections;
	return result;
}

#define SHARE_SLACK 0.5		/* percent: shares are told in whole ones */

/* Pods with these labels get that share of the connections, in percent; all that differ are told. */
static bool
shares_fit(const struct trace *trace, const struct value *shares, struct judgement *judgement)
{
	bool fit = true;

	for (size_t i = 0; i < value_count(shares); i++) {
		const struct value *labels = value_get(value_at(shares, i), "pods");
		double want = (double)value_get_int(value_at(shares, i), "percent", 0), got = 0;

		for (size_t j = 0; j < trace->npaths; j++)
			got += labels_fit(labels, &trace->paths[j]) ? 100 * trace->paths[j].probability : 0;
		str_addf(&judgement->want, ", %.0f %% to pods with ", want);
		add_labels(labels, &judgement->want);
		if (got - want <= SHARE_SLACK && want - got <= SHARE_SLACK)
			continue;
		fit = false;
		separate(&judgement->got);
		str_addf(&judgement->got, "%.1f %% to pods with ", got);
		add_labels(labels, &judgement->got);
	}
	return fit;
}

static void
judge_reach(const struct check_context *context, const struct value *spec, struct judgement *judgement)
{
	const char *protocol = value_get_text(spec, "protocol"), *from = value_get_text(spec, "from");
	struct trace_request request = {
		.to = value_get_text(spec, "to"),
		.from = from,
		.namespace = value_get_text(spec, "namespace"),
		.all = true,
		.protocol_given = protocol != NULL,
	};
	struct err err = ERR_INIT;
	struct trace trace;
	const struct walk *misfit;

	str_addf(&judgement->what, "%s%s%s%s%s", from != NULL ? from : "", from != NULL ? " to " : "to ", request.to,
		protocol != NULL ? "/" : "", protocol != NULL ? protocol : "");
	if (strcmp(value_get_text(spec, "expect"), verdict_name(VERDICT_ANSWERED)) != 0)
		str_addf(&judgement->what, ", %s", value_get_text(spec, "expect"));
	want_reach(spec, &judgement->want);
	if (protocol != NULL && !protocol_parse(protocol, &request.protocol))
		BUG("protocol %s", protocol);
	if (check_trace(context->cluster, &request, &trace, &err) < 0) {
		str_add(&judgement->got, err.text);
		err_release(&err);
		return;
	}
	misfit = first_misfit(&trace, spec);
	judgement->passed = misfit == NULL &&
		(trace.npaths > 0 || strcmp(verdict_name(trace.verdict), value_get_text(spec, "expect")) == 0);
	if (shares_fit(&trace, value_get(spec, "shares"), judgement) || !judgement->passed) {
		separate(&judgement->got);
		tell_path(&trace, misfit != NULL || trace.npaths == 0 ? misfit : &trace.paths[0], &judgement->got);
	} else {
		judgement->passed = false;
	}
	trace_release(&trace);
}

/* ---- resolve ---- */

/* The addresses that the name should have: of a Service its own, of a headless one its endpoints'. */
static bool
service_has(const struct cluster *cluster, const struct service *service, const struct ip *ip)
{
	size_t n;
	const struct object *const *slices =
		store_list(cluster->server.store, kind_by_kind("EndpointSlice"), service->object->namespace, &n);

	for (size_t i = 0; i < service->ncluster_ips; i++)
		if (ip_equal(&service->cluster_ips[i], ip))
			return true;
	for (size_t i = 0; service->headless && i < n; i++) {
		const struct slice *slice = slice_view(slices[i]);

		for (size_t e = 0; strcmp(slice->service, service->object->name) == 0 && e < slice->nendpoints; e++)
			if (ip_equal(&slice->endpoints[e].ip, ip))
				return true;
	}
	return false;
}

static const struct service *
service_named(const struct check_context *context, const char *words)
{
	const char *slash = strchr(words, '/');
	const char *namespace = slash ? arena_strndup(context->arena, words, (size_t)(slash - words)) : "default";
	const struct object *object = store_get(context->cluster->server.store, kind_by_kind("Service"), namespace,
		slash ? slash + 1 : words);

	return object != NULL ? service_view(object) : NULL;
}

/* A name as a pod asks for it: found, with a Service's addresses, or unknown. */
static void
judge_resolve(const struct check_context *context, const struct value *spec, struct judgement *judgement)
{
	const char *name = value_get_text(spec, "name"), *of = value_get_text(spec, "service");
	bool unknown = value_get_bool(spec, "unknown", false);
	struct trace_request request = { .to = arena_printf(context->arena, "%s:80", name),
		.from = value_get_text(spec, "from"), .all = true };
	const struct service *service = of != NULL ? service_named(context, of) : NULL;
	struct err err = ERR_INIT;
	struct trace trace;
	char text[IP_TEXT];

	str_addf(&judgement->what, "%s asks for the name %s", request.from, name);
	str_add(&judgement->want, unknown ? "no address" : of != NULL ? "the address of Service " : "an address");
	str_add(&judgement->want, of != NULL && !unknown ? of : "");
	if (check_trace(context->cluster, &request, &trace, &err) < 0) {
		str_add(&judgement->got, err.text);
		err_release(&err);
		return;
	}
	judgement->passed = (trace.walk.to.family == IP_NONE) == unknown;
	if (of != NULL && !unknown)
		judgement->passed &= service != NULL && service_has(context->cluster, service, &trace.walk.to);
	str_add(&judgement->got, trace.walk.to.family == IP_NONE ? "no address" : ip_format(&trace.walk.to, text));
	trace_release(&trace);
}

/* ---- unchanged ---- */

/* What is compared where the scenario names no fields. */
static const char *const kept_fields[] = { "metadata.labels", "spec" };

static bool
field_kept(struct judgement *judgement, const char *path, const struct object *before, const struct object *now)
{
	const struct value *old = value_path(before->root, path), *new = value_path(now->root, path);

	if (old == new || (value_is_null(old) && value_is_null(new)) || value_equal(old, new))
		return true;
	separate(&judgement->got);
	str_addf(&judgement->got, "%s was changed", path);
	return false;
}

static void
judge_unchanged(const struct check_context *context, const struct value *spec, struct judgement *judgement)
{
	const struct kind *kind = kind_by_name(value_get_text(spec, "kind"));
	const struct object *now = store_get(context->cluster->server.store, kind, namespace_of(kind, spec),
		value_get_text(spec, "name"));
	const struct value *fields = value_get(spec, "fields");

	name_object(kind, spec, &judgement->what);
	str_add(&judgement->what, ", as it was");
	str_add(&judgement->want, "as it was");
	if (now == NULL || context->before == NULL) {
		str_add(&judgement->got, "is not there");
		return;
	}
	judgement->passed = true;
	for (size_t i = 0; i < value_count(fields); i++)
		judgement->passed &= field_kept(judgement, value_text(value_at(fields, i)), context->before, now);
	for (size_t i = 0; fields == NULL && i < sizeof kept_fields / sizeof kept_fields[0]; i++)
		judgement->passed &= field_kept(judgement, kept_fields[i], context->before, now);
	if (judgement->passed)
		str_add(&judgement->got, "as it was");
}

/* ---- file ---- */

#define CANDIDATE_HOME "/root"	/* where the candidate's shell begins */

static const struct str *
file_of(const struct check_context *context, const char *path)
{
	if (*path != '/')
		path = arena_printf(context->arena, CANDIDATE_HOME "/%s", path);
	return context->files != NULL ? map_get(context->files, path) : NULL;
}

/* The text without the blanks and newlines around it. */
static const char *
trimmed(const struct check_context *context, const struct str *text)
{
	size_t start = strspn(text->buf, " \t\n"), end = text->len;

	while (end > start && ascii_isspace((unsigned char)text->buf[end - 1]))
		end--;
	return arena_strndup(context->arena, text->buf + start, end - start);
}

static void
judge_file(const struct check_context *context, const struct value *spec, struct judgement *judgement)
{
	const char *path = value_get_text(spec, "path"), *text;
	const struct value *is = value_get(spec, "is"), *has = value_get(spec, "has");
	const struct str *file = file_of(context, path);
	struct str want = STR_INIT;

	str_addf(&judgement->what, "File %s", path);
	for (size_t i = 0; i < value_count(has); i++)
		str_addf(&judgement->want, "%s\"%s\"", i > 0 ? ", " : "has ", value_text(value_at(has, i)));
	if (is != NULL) {
		add_value(&want, is);
		str_addf(&judgement->want, "%s\"%s\"", judgement->want.len > 0 ? " and is " : "is ", want.buf);
	}
	if (judgement->want.len == 0)
		str_add(&judgement->want, "is there");
	if (file == NULL) {
		str_add(&judgement->got, "is not there");
		str_release(&want);
		return;
	}
	text = trimmed(context, file);
	judgement->passed = is == NULL || strcmp(text, want.buf) == 0;
	for (size_t i = 0; i < value_count(has); i++)
		judgement->passed &= strstr(text, value_text(value_at(has, i))) != NULL;
	str_addf(&judgement->got, "is \"%.80s\"", text);
	str_release(&want);
}

/* ---- answer ---- */

static bool
is_meant(const struct value *of, const char *name)
{
	for (size_t i = 0; i < value_count(of); i++)
		if (strcmp(value_text(value_at(of, i)), name) == 0)
			return true;
	return of == NULL;
}

#define OPTION_BYTES 48	/* of an option's text */

static void
add_option(const struct asked *asked, size_t i, struct str *out)
{
	const char *text = asked->options[i].text;
	size_t len = strlen(text), kept = len > OPTION_BYTES ? OPTION_BYTES : len;

	while (kept < len && ((unsigned char)text[kept] & 0xc0) == 0x80)
		kept--;
	str_addf(out, "%c (%.*s%s)", (int)('A' + i), (int)kept, text, kept < len ? ".." : "");
}

/* A picked option's letter is drawn, and says nothing to who doesn't see the list: its text does. */
static void
add_picked(const struct asked *asked, struct str *out)
{
	bool first = true;

	for (size_t i = 0; i < asked->question.noptions; i++) {
		if (!asked->picked[i])
			continue;
		str_add(out, first ? "" : ", ");
		add_option(asked, i, out);
		first = false;
	}
}

static void
add_answer(const struct asked *asked, struct str *out)
{
	bool options = asked->question.kind == QUESTION_ONE || asked->question.kind == QUESTION_MANY;

	if (asked->words.len == 0)
		str_add(out, "no answer");
	else if (options)
		add_picked(asked, out);
	else
		str_add(out, asked->words.buf);
}

/* Of several questions only those that were answered wrong are told as got. */
static void
judge_answer(const struct check_context *context, const struct value *spec, struct judgement *judgement)
{
	const struct value *of = value_get(spec, "of");
	struct str why = STR_INIT;

	/* what is right would give it away before the next try */
	str_add(&judgement->want, "what is right, and nothing else");
	for (size_t q = 0; q < context->nquestions; q++) {
		const struct asked *asked = &context->questions[q];
		size_t right, parts;

		if (!is_meant(of, asked->question.name))
			continue;
		question_judge(asked, &right, &parts, &why);
		judgement->right += right;
		judgement->parts += parts;
		separate(&judgement->what);
		str_addf(&judgement->what, "%s", asked->question.name);
		if (right == parts && context->nquestions > 1)
			continue;
		separate(&judgement->got);
		if (context->nquestions > 1)
			str_addf(&judgement->got, "%s: ", asked->question.name);
		add_answer(asked, &judgement->got);
	}
	judgement->passed = judgement->parts > 0 && judgement->right == judgement->parts;
	if (why.len > 0)
		judgement->why = arena_strdup(context->arena, why.buf);
	str_release(&why);
}

/* ---- all of them ---- */

static const struct check_kind {
	const char *name;
	bool guard;
	void (*judge)(const struct check_context *context, const struct value *spec, struct judgement *judgement);
} check_kinds[] = {
#define CHECK_ROW(id, is_guard, help) { #id, is_guard, judge_##id },
	CHECK_KINDS(CHECK_ROW)
#undef CHECK_ROW
};

/* The kind of a check that was read by the table of fields: exactly one of the keys is there. */
static const struct check_kind *
kind_of(const struct value *check)
{
	for (size_t i = 0; i < sizeof check_kinds / sizeof check_kinds[0]; i++)
		if (value_get(check, check_kinds[i].name) != NULL)
			return &check_kinds[i];
	BUG("a check of no kind");
}

void
check_judge(const struct check_context *context, const struct value *check, struct check_result *result)
{
	const struct check_kind *kind = kind_of(check);
	struct judgement judgement = { STR_INIT, STR_INIT, STR_INIT, NULL, false, 0, 0 };
	const char *what = value_get_text(check, "what"), *why = value_get_text(check, "why");

	kind->judge(context, value_get(check, kind->name), &judgement);
	result->of = (int)value_get_int(check, "points", 0);
	result->passed = judgement.passed;
	result->points = judgement.passed ? result->of
		: judgement.parts > 0 ? (int)((size_t)result->of * judgement.right / judgement.parts) : 0;
	result->what = arena_strdup(context->arena, what != NULL ? what : judgement.what.buf);
	result->got = arena_strdup(context->arena, judgement.got.buf);
	result->want = arena_strdup(context->arena, judgement.want.buf);
	result->why = judgement.why != NULL ? judgement.why : why != NULL ? why : "";
	str_release(&judgement.what);
	str_release(&judgement.got);
	str_release(&judgement.want);
}

bool
check_is_guard(const struct value *check)
{
	return kind_of(check)->guard || value_get_bool(check, "guard", false);
}

const struct object *
check_subject(const struct cluster *cluster, const struct value *check)
{
	const struct value *spec = value_get(check, "unchanged");
	const struct kind *kind;

	if (spec == NULL)
		return NULL;
	kind = kind_by_name(value_get_text(spec, "kind"));
	return store_get(cluster->server.store, kind, namespace_of(kind, spec), value_get_text(spec, "name"));
}

#define CHECK_WORD(id, is_guard, help) " " #id

int
check_validate(const char *file, const struct value *check, struct err *err)
{
	size_t given = 0;

	for (size_t i = 0; i < sizeof check_kinds / sizeof check_kinds[0]; i++) {
		const struct value *spec = value_get(check, check_kinds[i].name), *kind = value_get(spec, "kind");

		given += spec != NULL;
		if (kind != NULL && kind_by_name(value_text(kind)) == NULL)
			return err_at(err, file, kind->line, kind->column, "there is no kind \"%s\"", value_text(kind));
	}
	if (given != 1)
		return err_at(err, file, check->line, check->column,
			"a check has exactly one of" CHECK_KINDS(CHECK_WORD));
	return 0;
}
