/*
 * The checks of what a container asks for: names of resources, amounts, and requests against limits.  Follows
 * validateResourceRequirements in pkg/apis/core/validation/validation.go and pkg/apis/core/helper/helpers.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#include "api/quantity.h"

#define HUGEPAGES "hugepages-"

static bool
is_hugepages(const char *name)
{
	return str_starts(name, HUGEPAGES);
}

/* Kubernetes' own: without a prefix, or with one of kubernetes.io's. */
static bool
is_native(const char *name)
{
	return !strchr(name, '/') || strstr(name, "kubernetes.io/");
}

/* Whether a request may be less than its limit. */
static bool
may_overcommit(const char *name)
{
	return is_native(name) && !is_hugepages(name);
}

static bool
is_extended(const char *name)
{
	struct str found = STR_INIT;
	char *request;
	bool fits;

	if (is_native(name) || str_starts(name, "requests."))
		return false;
	request = xasprintf("requests.%s", name);
	fits = !check_qualified_name(request, &found);
	free(request);
	str_release(&found);
	return fits;
}

enum resource_use { FOR_CONTAINERS = 1, FOR_QUOTAS = 2, WHOLE = 4 };

static const struct {
	const char *name;
	int uses;
} standard[] = {
	{ "cpu", FOR_CONTAINERS | FOR_QUOTAS },
	{ "memory", FOR_CONTAINERS | FOR_QUOTAS },
	{ "ephemeral-storage", FOR_CONTAINERS | FOR_QUOTAS },
	{ "requests.cpu", FOR_QUOTAS },
	{ "requests.memory", FOR_QUOTAS },
	{ "requests.ephemeral-storage", FOR_QUOTAS },
	{ "requests.storage", FOR_QUOTAS },
	{ "limits.cpu", FOR_QUOTAS },
	{ "limits.memory", FOR_QUOTAS },
	{ "limits.ephemeral-storage", FOR_QUOTAS },
	{ "storage", 0 },
	{ "pods", FOR_QUOTAS | WHOLE },
	{ "resourcequotas", FOR_QUOTAS | WHOLE },
	{ "services", FOR_QUOTAS | WHOLE },
	{ "replicationcontrollers", FOR_QUOTAS | WHOLE },
	{ "secrets", FOR_QUOTAS | WHOLE },
	{ "persistentvolumeclaims", FOR_QUOTAS | WHOLE },
	{ "configmaps", FOR_QUOTAS | WHOLE },
	{ "services.nodeports", FOR_QUOTAS | WHOLE },
	{ "services.loadbalancers", FOR_QUOTAS | WHOLE },
};

/* -1: no standard resource */
static int
uses_of(const char *name)
{
	for (size_t i = 0; i < sizeof standard / sizeof *standard; i++) {
		if (!strcmp(standard[i].name, name))
			return standard[i].uses;
	}
	if (is_hugepages(name))
		return FOR_CONTAINERS | FOR_QUOTAS;
	return str_starts(name, "requests." HUGEPAGES) ? FOR_QUOTAS : -1;
}

static bool
is_for_quotas(const char *name)
{
	return uses_of(name) >= 0 && (uses_of(name) & FOR_QUOTAS);
}

/* False when it is not even a name. */
static bool
name_validate(struct status *status, const char *name, const char *shown, const struct place *at)
{
	struct str found = STR_INIT;
	bool fits = !check_qualified_name(name, &found);

	str_release(&found);
	if (!fits)
		place_check_text(status, at, NULL, name, check_qualified_name);
	else if (!strchr(name, '/') && uses_of(name) < 0)
		place_invalid_text(status, at, NULL, shown, "must be a standard resource type or fully qualified");
	return fits;
}

void
resource_name_validate(struct status *status, const char *name, const struct place *at)
{
	char *shown = xasprintf("\"%s\"", name);

	name_validate(status, name, shown, at);
	if (!strchr(name, '/') && !(uses_of(name) >= 0 && (uses_of(name) & FOR_CONTAINERS)))
		place_invalid_text(status, at, NULL, shown, "must be a standard resource for containers");
	else if (!is_native(name) && !is_extended(name))
		place_invalid_text(status, at, NULL, shown, "doesn't follow extended resource name standard");
	free(shown);
}

void
resource_quota_name_validate(struct status *status, const char *name, const struct place *at)
{
	char *shown = xasprintf("\"%s\"", name);

	name_validate(status, name, shown, at);
	if (!strchr(name, '/') && !is_for_quotas(name))
		place_invalid_text(status, at, NULL, shown, "must be a standard resource for quota");
	free(shown);
}

void
resource_amount_validate(struct status *status, const char *name, const struct value *amount, const struct place *at)
{
	const char *text = value_text(amount);
	bool whole = is_extended(name) || (uses_of(name) >= 0 && (uses_of(name) & WHOLE));
	char *shown;

	if (!text)
		return;
	if (quantity_compare(text, "0") < 0)
		place_invalid(status, at, NULL, amount, "must be greater than or equal to 0");
	if (whole && *text && strchr("mun", text[strlen(text) - 1])) {
		shown = go_text("resource.Quantity", amount);
		place_invalid_text(status, at, NULL, shown, "must be an integer");
		free(shown);
	}
}

static void
pages_validate(struct status *status, const char *name, const struct value *amount, const struct place *at)
{
	const char *text = value_text(amount);
	int64_t page, ones;
	char *detail;

	if (!is_hugepages(name) || !text)
		return;
	if (quantity_whole(name + strlen(HUGEPAGES), &page) && page > 0 && quantity_whole(text, &ones) &&
		ones % page == 0)
		return;
	detail = xasprintf("%s is not positive integer multiple of %s", text, name);
	place_invalid(status, at, NULL, amount, detail);
	free(detail);
}

static void
request_validate(struct status *status, const struct value_entry *request, const struct value *limits,
	const struct place *requests_at, const struct place *limits_at)
{
	const char *limit = value_get_text(limits, request->key), *text = value_text(request->value);
	bool over = may_overcommit(request->key);
	int order;
	char *detail;

	if (!limit) {
		if (!over)
			place_required(status, limits_at, NULL, "Limit must be set for non overcommitable resources");
		return;
	}
	order = quantity_compare(text, limit);
	if (over ? order <= 0 : order == 0)
		return;
	detail = xasprintf("must be %s to %s limit of %s", over ? "less than or equal" : "equal", request->key, limit);
	place_invalid(status, requests_at, NULL, request->value, detail);
	free(detail);
}

static void
entry_validate(struct status *status, const struct value_entry *entry, const struct value *limits,
	const struct place *list, const struct place *limits_at)
{
	char *bracket = xasprintf("[%s]", entry->key);
	const struct place at = { list, bracket, 0 };

	resource_name_validate(status, entry->key, &at);
	resource_amount_validate(status, entry->key, entry->value, &at);
	if (limits_at)
		request_validate(status, entry, limits, list, limits_at);
	pages_validate(status, entry->key, entry->value, &at);
	free(bracket);
}

static bool
has_amount(const struct value *amounts, const char *name)
{
	for (size_t i = 0; i < value_count(amounts); i++) {
		if (str_ends(name, "-") ? str_starts(amounts->map.v[i].key, name) : !strcmp(amounts->map.v[i].key, name))
			return true;
	}
	return false;
}

void
pod_resources_validate(struct status *status, const struct value *resources, const struct place *at)
{
	const struct value *limits = value_get(resources, "limits"), *requests = value_get(resources, "requests");
	const struct place limits_at = { at, "limits", 0 }, requests_at = { at, "requests", 0 };

	for (size_t i = 0; i < value_count(limits); i++)
		entry_validate(status, &limits->map.v[i], limits, &limits_at, NULL);
	for (size_t i = 0; i < value_count(requests); i++)
		entry_validate(status, &requests->map.v[i], limits, &requests_at, &limits_at);
	if ((has_amount(limits, HUGEPAGES) || has_amount(requests, HUGEPAGES)) && !has_amount(limits, "cpu") &&
		!has_amount(limits, "memory") && !has_amount(requests, "cpu") && !has_amount(requests, "memory"))
		place_forbidden(status, at, NULL, "HugePages require cpu or memory");
}
