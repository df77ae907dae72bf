/* Follows k8s.io/kubernetes/pkg/printers/internalversion/printers.go and apimachinery's label texts. */
#include "kubectl/format.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define LIST_SHOWN 3

static int
by_key(const void *a, const void *b)
{
	const struct value_entry *const *left = a;
	const struct value_entry *const *right = b;

	return strcmp((*left)->key, (*right)->key);
}

const struct value_entry **
format_sorted(const struct value *map, size_t *n)
{
	const struct value_entry **entries;

	*n = map && map->type == VALUE_MAP ? map->map.n : 0;
	entries = xcalloc(*n + 1, sizeof *entries);
	for (size_t i = 0; i < *n; i++)
		entries[i] = &map->map.v[i];
	qsort(entries, *n, sizeof *entries, by_key);
	return entries;
}

void
format_join(struct str *out, size_t start, const char *separator)
{
	if (out->len > start)
		str_add(out, separator);
}

/* By the texts "key=value": what goes on behind a key with a sign below '=' comes before the key alone. */
static int
by_pair(const void *a, const void *b)
{
	const char *left = (*(const struct value_entry *const *)a)->key, *right = (*(const struct value_entry *const *)b)->key;

	for (; *left && *left == *right; left++)
		right++;
	return (*left ? *left : '=') - (*right ? *right : '=');
}

void
format_labels(const struct value *labels, struct str *out)
{
	size_t n, start = out->len;
	const struct value_entry **entries = format_sorted(labels, &n);

	qsort(entries, n, sizeof *entries, by_pair);
	for (size_t i = 0; i < n; i++) {
		format_join(out, start, ",");
		str_addf(out, "%s=", entries[i]->key);
		format_scalar(entries[i]->value, out);
	}
	free(entries);
	if (!n)
		str_add(out, "<none>");
}

static int
by_text(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return strcmp(*left, *right);
}

static void
add_expression(const struct value *expression, struct str *out)
{
	const char *key = value_get_text(expression, "key");
	const char *operator = value_get_text(expression, "operator");
	const struct value *values = value_get(expression, "values");
	size_t n = value_count(values);
	const char **texts;

	if (!operator || !key)
		return;
	if (strcmp(operator, "Exists") == 0 || strcmp(operator, "DoesNotExist") == 0) {
		str_addf(out, "%s%s", *operator == 'D' ? "!" : "", key);
		return;
	}
	texts = xcalloc(n + 1, sizeof *texts);
	for (size_t i = 0; i < n; i++)
		texts[i] = value_text(value_at(values, i)) ? value_text(value_at(values, i)) : "";
	qsort(texts, n, sizeof *texts, by_text);
	str_addf(out, "%s %s (", key, strcmp(operator, "In") == 0 ? "in" : "notin");
	for (size_t i = 0; i < n; i++)
		str_addf(out, "%s%s", i ? "," : "", texts[i]);
	str_add(out, ")");
	free(texts);
}

/* Requirements are sorted by key, the labels among the expressions. */
void
format_label_selector(const struct value *selector, struct str *out)
{
	size_t n, start = out->len;
	const struct value *expressions = value_get(selector, "matchExpressions");
	const struct value_entry **labels = format_sorted(value_get(selector, "matchLabels"), &n);
	size_t nexpressions = value_count(expressions);
	bool *done = xcalloc(nexpressions + 1, sizeof *done);
	size_t i = 0;

	for (size_t left = n + nexpressions; left; left--) {
		size_t best = nexpressions;

		for (size_t j = 0; j < nexpressions; j++) {
			const char *key = value_get_text(value_at(expressions, j), "key");
			const char *least = best < nexpressions ? value_get_text(value_at(expressions, best), "key") : NULL;

			if (!done[j] && (!least || (key && strcmp(key, least) < 0)))
				best = j;
		}
		format_join(out, start, ",");
		if (best < nexpressions && (i == n ||
		    strcmp(value_get_text(value_at(expressions, best), "key"), labels[i]->key) < 0)) {
			add_expression(value_at(expressions, best), out);
			done[best] = true;
		} else {
			str_addf(out, "%s=", labels[i]->key);
			format_scalar(labels[i++]->value, out);
		}
	}
	free(done);
	free(labels);
	if (out->len == start)
		str_add(out, "<none>");
}

void
format_age(const char *timestamp, int64_t now, struct str *out)
{
	char text[CLOCK_TEXT];
	int64_t when;

	if (!timestamp || !clock_parse(timestamp, &when))
		str_add(out, "<unknown>");
	else
		str_add(out, clock_age(now - when, text));
}

void
format_scalar(const struct value *value, struct str *out)
{
	if (value_text(value))
		str_add(out, value_text(value));
	else if (value && value->type == VALUE_INT)
		str_addf(out, "%lld", (long long)value->integer);
	else if (value && value->type == VALUE_BOOL)
		str_add(out, value->boolean ? "true" : "false");
	else if (value && value->type == VALUE_FLOAT)
		str_addf(out, "%g", value->real.number);
}

void
format_host_port(const char *host, int64_t port, struct str *out)
{
	bool v6 = strchr(host, ':');

	str_addf(out, "%s%s%s:%lld", v6 ? "[" : "", host, v6 ? "]" : "", (long long)port);
}

static const struct {
	const char *suffix;
	double factor;
} amount_suffixes[] = {
	{ "", 1 }, { "n", 1e-9 }, { "u", 1e-6 }, { "m", 1e-3 }, { "k", 1e3 }, { "M", 1e6 }, { "G", 1e9 }, { "T", 1e12 },
	{ "P", 1e15 }, { "E", 1e18 }, { "Ki", 1024.0 }, { "Mi", 1048576.0 }, { "Gi", 1073741824.0 },
	{ "Ti", 1099511627776.0 }, { "Pi", 1125899906842624.0 }, { "Ei", 1152921504606846976.0 },
};

bool
format_parse_amount(const struct value *value, double *amount)
{
	const char *text = value_text(value);
	const char *digits;
	size_t len;

	if (value && value->type == VALUE_INT) {
		*amount = (double)value->integer;
		return true;
	}
	if (!text)
		return false;
	digits = text + (*text == '-' || *text == '+');
	len = strspn(digits, "0123456789");
	len += len && digits[len] == '.' ? 1 + strspn(digits + len + 1, "0123456789") : 0;
	for (size_t i = 0; len && i < sizeof amount_suffixes / sizeof *amount_suffixes; i++)
		if (strcmp(digits + len, amount_suffixes[i].suffix) == 0) {
			*amount = strtod(text, NULL) * amount_suffixes[i].factor;
			return true;
		}
	return false;
}

void
format_amount(double amount, bool decimal, struct str *out)
{
	static const char *const units[] = { "", "Ki", "Mi", "Gi", "Ti" };
	int64_t whole = (int64_t)(amount + 0.5), thousandths = (int64_t)(amount * 1000 + 0.5);
	size_t unit = 0;

	if (decimal && thousandths % 1000) {
		str_addf(out, "%lldm", (long long)thousandths);
		return;
	}
	for (; !decimal && whole && whole % 1024 == 0 && unit < 4; unit++)
		whole /= 1024;
	str_addf(out, "%lld%s", (long long)whole, units[unit]);
}

struct str *
format_list_next(struct format_list *list)
{
	if (list->count++ >= LIST_SHOWN)
		return NULL;
	format_join(list->out, list->start, ",");
	return list->out;
}

void
format_list_end(struct format_list *list)
{
	if (list->count > LIST_SHOWN)
		str_addf(list->out, " + %zu more...", list->count - LIST_SHOWN);
}
