/*
 * Events: who says what, in the order of a real v1.32 cluster's `kubectl describe pod`; how a repeated one is counted up and similar
 * ones are put together (k8s.io/client-go/tools/record/events_cache_test.go: ten alike, then "combined"), and for how long they stay.
 */
#include "fixture.h"

#include "control/events.h"

static const char pod[] =
	"apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}\n";

/* "Reason;" of each that was said about objects of the name, in the order of their names. */
static void
reasons_of(const struct cluster *cluster, const char *name, struct str *out)
{
	size_t n;
	const struct object *const *events = store_list(cluster->server.store, kind_by_kind("Event"), "default", &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(text_at(events[i], "involvedObject.name"), name) == 0)
			str_addf(out, "%s;", text_at(events[i], "reason"));
}

static size_t
events_in(const struct cluster *cluster)
{
	size_t n;

	store_list(cluster->server.store, kind_by_kind("Event"), "default", &n);
	return n;
}

static const struct object *
last_event(const struct cluster *cluster)
{
	size_t n;
	const struct object *const *events = store_list(cluster->server.store, kind_by_kind("Event"), "default", &n), *last;

	assert_true(n > 0);
	last = events[0];
	for (size_t i = 1; i < n; i++)
		last = events[i]->version > last->version ? events[i] : last;
	return last;
}

static void
a_pods_start_is_told(void **state)
{
	struct cluster cluster;
	struct str said = STR_INIT;

	(void)state;
	make(&cluster, pod);
	reasons_of(&cluster, "p", &said);
	assert_string_equal(said.buf, "Scheduled;Pulling;Pulled;Created;Started;");
	str_release(&said);
	cluster_release(&cluster);
}

/* The scheduler speaks events.k8s.io: eventTime, no count; the kubelet the older form. */
static void
both_forms_are_written(void **state)
{
	struct cluster cluster;
	size_t n;
	const struct object *const *events;

	(void)state;
	make(&cluster, pod);
	events = store_list(cluster.server.store, kind_by_kind("Event"), "default", &n);
	assert_int_equal(n, 5);
	assert_string_equal(text_at(events[0], "reportingComponent"), "default-scheduler");
	assert_null(value_get(events[0]->root, "count"));
	assert_non_null(value_get_text(events[0]->root, "eventTime"));
	assert_string_equal(text_at(events[1], "source.component"), "kubelet");
	assert_string_equal(text_at(events[1], "involvedObject.fieldPath"), "spec.containers{c}");
	assert_int_equal(int_at(events[1], "count"), 1);
	cluster_release(&cluster);
}

static void
what_is_said_again_is_counted(void **state)
{
	struct cluster cluster;
	const struct object *about;
	size_t before;

	(void)state;
	make(&cluster, pod);
	about = object_in(&cluster, "Pod", "p");
	before = events_in(&cluster);
	for (int i = 0; i < 4; i++)
		event_record(&cluster.server, EVENT_UNHEALTHY, about, "c", "not well");
	assert_int_equal(events_in(&cluster), before + 1);
	assert_int_equal(int_at(last_event(&cluster), "count"), 4);
	/* of another container it is another Event */
	event_record(&cluster.server, EVENT_UNHEALTHY, about, "d", "not well");
	assert_int_equal(events_in(&cluster), before + 2);
	cluster_release(&cluster);
}

static void
the_tenth_alike_is_combined(void **state)
{
	struct cluster cluster;
	const struct object *about;
	size_t before;

	(void)state;
	make(&cluster, pod);
	about = object_in(&cluster, "Pod", "p");
	before = events_in(&cluster);
	for (int i = 1; i <= 11; i++)
		event_record(&cluster.server, EVENT_UNHEALTHY, about, "c", "number %d", i);
	assert_int_equal(events_in(&cluster), before + 10);
	assert_string_equal(text_at(last_event(&cluster), "message"), "(combined from similar events): number 11");
	assert_int_equal(int_at(last_event(&cluster), "count"), 2);
	cluster_release(&cluster);
}

/* spamFilter: a burst of 25 about one object, then one in five minutes. */
static void
a_chatterer_is_cut_short(void **state)
{
	struct cluster cluster;
	const struct object *about;

	(void)state;
	make(&cluster, pod);
	about = object_in(&cluster, "Pod", "p");
	for (int i = 0; i < 40; i++)
		event_record(&cluster.server, EVENT_UNHEALTHY, about, "c", "again");
	/* four of the kubelet's 25 were the start's */
	assert_int_equal(int_at(last_event(&cluster), "count"), 21);
	cluster_release(&cluster);
}

static void
an_hour_later_they_are_forgotten(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, pod);
	cluster_tick(&cluster, START + 3590 * CLOCK_SECOND);
	assert_int_equal(events_in(&cluster), 5);
	cluster_tick(&cluster, START + 3660 * CLOCK_SECOND);
	assert_int_equal(events_in(&cluster), 0);
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pods_start_is_told),
		cmocka_unit_test(both_forms_are_written),
		cmocka_unit_test(what_is_said_again_is_counted),
		cmocka_unit_test(the_tenth_alike_is_combined),
		cmocka_unit_test(a_chatterer_is_cut_short),
		cmocka_unit_test(an_hour_later_they_are_forgotten),
	};

	return cmocka_run_group_tests_name("control/events", tests, NULL, NULL);
}
