/*
 * Endpoints and EndpointSlices of mixed pods, as the transcripts of a real v1.32 cluster show them (group 15): pods p1 .. p7 behind one
 * label, with other numbers behind a named port, without it, not ready, with a host name, on the host's network.
 */
#include "fixture.h"

#define POD(name, more) "---\napiVersion: v1\nkind: Pod\nmetadata: {name: " name ", labels: {app: mix}}\nspec:\n" more "\n"
#define HTTP(port) "  containers: [{name: c, image: nginx, ports: [{name: http, containerPort: " port "}]}]"
#define SERVICE(name, spec) "---\napiVersion: v1\nkind: Service\nmetadata: {name: " name "}\nspec: {selector: {app: mix}, " spec "}\n"

static const char named[] =
	POD("p1", HTTP("80"))
	POD("p2", HTTP("8080"))
	POD("p3", "  containers: [{name: c, image: nginx, ports: [{name: http, containerPort: 80}], "
		"readinessProbe: {tcpSocket: {port: 81}}}]")
	POD("p4", "  containers: [{name: c, image: nginx}]")
	POD("p5", "  containers: [{name: c, image: nginx, ports: [{name: http, containerPort: 80, protocol: UDP}]}]")
	POD("p6", "  hostname: myhost\n  subdomain: mixhl\n" HTTP("80"))
	POD("p7", "  hostNetwork: true\n" HTTP("80"))
	SERVICE("mix", "ports: [{name: web, port: 80, targetPort: http}]")
	SERVICE("mixnum", "ports: [{port: 80, targetPort: 9999}]")
	SERVICE("mixhl", "clusterIP: None, ports: [{name: web, port: 80, targetPort: http}]")
	SERVICE("mixpub", "publishNotReadyAddresses: true, ports: [{name: web, port: 80, targetPort: 80}]")
	SERVICE("mixnoname", "ports: [{name: web, port: 80, targetPort: nosuchport}]")
	SERVICE("mixtwo", "ports: [{name: a, port: 80, targetPort: http}, {name: b, port: 81, targetPort: 81}]");

/* ---- one line for each subset or slice, pods in the order of their names ---- */

typedef VEC(const char *) name_vec;

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "p1 p3!", with a mark for those that are not ready. */
static void
add_names(struct str *out, name_vec *names)
{
	if (names->n)
		qsort(names->v, names->n, sizeof *names->v, by_text);
	for (size_t i = 0; i < names->n; i++)
		str_addf(out, " %s", names->v[i]);
	vec_release(names);
}

static void
add_ports(struct str *out, const struct value *ports)
{
	for (size_t i = 0; i < value_count(ports); i++) {
		const char *name = value_get_text(value_at(ports, i), "name");

		str_addf(out, "%s%s:%d", i ? "," : "", name ? name : "",
			(int)value_get_int(value_at(ports, i), "port", 0));
	}
}

static void
add_subset(struct str *out, const struct value *subset, struct arena *arena)
{
	static const char *const keys[] = { "addresses", "notReadyAddresses" };
	name_vec names = VEC_INIT;

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < value_count(value_get(subset, keys[k])); i++)
			*vec_push(&names) = arena_printf(arena, "%s%s",
				value_get_text(value_get(value_at(value_get(subset, keys[k]), i), "targetRef"), "name"),
				k ? "!" : "");
	add_ports(out, value_get(subset, "ports"));
	add_names(out, &names);
	str_addch(out, '\n');
}

static void
add_slice(struct str *out, const struct object *slice, struct arena *arena)
{
	const struct value *endpoints = value_get(slice->root, "endpoints");
	name_vec names = VEC_INIT;

	for (size_t i = 0; i < value_count(endpoints); i++)
		*vec_push(&names) = arena_printf(arena, "%s%s", value_text(value_path(value_at(endpoints, i), "targetRef.name")),
			value_get_bool(value_get(value_at(endpoints, i), "conditions"), "ready", false) ? "" : "!");
	add_ports(out, value_get(slice->root, "ports"));
	add_names(out, &names);
	str_addch(out, '\n');
}

static const struct {
	const char *service;
	const char *subsets;		/* in their order */
	const char *slices[4];		/* in any order */
} rows[] = {
	{ "mix", "web:80 p1 p3! p6 p7\nweb:8080 p2\n", { "web:80 p1 p3! p6 p7\n", "web:8080 p2\n", " p4 p5\n" } },
	{ "mixhl", "web:80 p1 p3! p6 p7\nweb:8080 p2\n", { "web:80 p1 p3! p6 p7\n", "web:8080 p2\n", " p4 p5\n" } },
	{ "mixnum", ":9999 p1 p2 p3! p4 p5 p6 p7\n", { ":9999 p1 p2 p3! p4 p5 p6 p7\n" } },
	{ "mixpub", "web:80 p1 p2 p3 p4 p5 p6 p7\n", { "web:80 p1 p2 p3 p4 p5 p6 p7\n" } },
	{ "mixnoname", "", { " p1 p2 p3! p4 p5 p6 p7\n" } },
	{ "mixtwo", "a:80 p1 p3! p6 p7\na:8080 p2\nb:81 p1 p2 p3! p4 p5 p6 p7\n",
		{ "b:81,a:80 p1 p3! p6 p7\n", "a:8080,b:81 p2\n", "b:81 p4 p5\n" } },
};

static void
each_port_has_its_pods(void **state)
{
	struct cluster cluster;
	struct arena arena = ARENA_INIT;

	(void)state;
	make(&cluster, named);
	for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
		const struct object *endpoints = object_in(&cluster, "Endpoints", rows[r].service), *slice;
		const struct value *subsets = value_get(endpoints->root, "subsets");
		struct str text = STR_INIT;
		size_t wanted = 0;

		for (size_t i = 0; i < value_count(subsets); i++)
			add_subset(&text, value_at(subsets, i), &arena);
		assert_string_equal(text.buf, rows[r].subsets);
		str_clear(&text);
		for (size_t i = 0; (slice = slice_at(&cluster, rows[r].service, i)); i++)
			add_slice(&text, slice, &arena);
		for (; rows[r].slices[wanted]; wanted++)
			if (!strstr(text.buf, rows[r].slices[wanted]))
				fail_msg("%s: no slice %sin\n%s", rows[r].service, rows[r].slices[wanted], text.buf);
		assert_null(slice_at(&cluster, rows[r].service, wanted));
		str_release(&text);
	}
	arena_release(&arena);
	cluster_release(&cluster);
}

static void
a_host_name_counts_behind_its_own_subdomain(void **state)
{
	struct cluster cluster;
	size_t in_mix = 0, in_mixhl = 0;
	const struct object *slice;

	(void)state;
	make(&cluster, named);
	for (size_t i = 0; (slice = slice_at(&cluster, "mix", i)); i++)
		for (size_t e = 0; e < slice_view(slice)->nendpoints; e++)
			in_mix += slice_view(slice)->endpoints[e].hostname[0] != 0;
	for (size_t i = 0; (slice = slice_at(&cluster, "mixhl", i)); i++) {
		assert_string_equal(object_label(slice, "service.kubernetes.io/headless"), "");
		for (size_t e = 0; e < slice_view(slice)->nendpoints; e++)
			in_mixhl += strcmp(slice_view(slice)->endpoints[e].hostname, "myhost") == 0;
	}
	assert_int_equal(in_mix, 0);
	assert_int_equal(in_mixhl, 1);
	cluster_release(&cluster);
}

/* The orders that three Services' slices and one Endpoints have in the transcripts (kube-dns, and "multi" of group 05). */
static void
ports_stand_in_upstreams_order(void **state)
{
	static const char multi[] =
		"apiVersion: v1\nkind: Pod\nmetadata: {name: w, labels: {app: mix}}\n"
		"spec: {containers: [{name: c, image: nginx, ports: [{name: http, containerPort: 80}]}]}\n" SERVICE(
			"multi",
			"ports: [{name: http, port: 80, targetPort: http}, {name: https, port: 443, targetPort: 8443, "
			"appProtocol: https}, {name: dns, port: 53, protocol: UDP}]");
	struct cluster cluster;
	struct str text = STR_INIT;
	size_t n;
	const struct object *const *slices;

	(void)state;
	make(&cluster, multi);
	add_ports(&text, value_get(slice_at(&cluster, "multi", 0)->root, "ports"));
	assert_string_equal(text.buf, "https:8443,http:80,dns:53");
	assert_string_equal(text_at(slice_at(&cluster, "multi", 0), "ports[0].appProtocol"), "https");
	str_clear(&text);
	add_ports(&text, value_path(object_in(&cluster, "Endpoints", "multi")->root, "subsets[0].ports"));
	assert_string_equal(text.buf, "dns:53,https:8443,http:80");
	str_clear(&text);
	slices = store_list(cluster.server.store, kind_by_kind("EndpointSlice"), "kube-system", &n);
	assert_int_equal(n, 1);
	add_ports(&text, value_get(slices[0]->root, "ports"));
	assert_true(str_starts(text.buf, "metrics:9153,"));
	str_release(&text);
	cluster_release(&cluster);
}

static void
what_people_write_stays_until_something_changes(void **state)
{
	static const char by_hand[] =
		"{\"subsets\":[{\"addresses\":[{\"ip\":\"10.1.1.1\"}],\"ports\":[{\"port\":1}]}]}";
	struct cluster cluster;

	(void)state;
	make(&cluster, named);
	patch(&cluster, "Endpoints", "mixnum", by_hand);
	settle(&cluster);
	assert_string_equal(
		text_at(object_in(&cluster, "Endpoints", "mixnum"), "subsets[0].addresses[0].ip"), "10.1.1.1");
	/* a pod of another Service's is none of its business */
	create(&cluster,
		"apiVersion: v1\nkind: Pod\nmetadata: {name: other}\nspec: {containers: [{name: c, image: nginx}]}\n");
	settle(&cluster);
	assert_string_equal(
		text_at(object_in(&cluster, "Endpoints", "mixnum"), "subsets[0].addresses[0].ip"), "10.1.1.1");
	patch(&cluster, "Pod", "p1", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}");
	settle(&cluster);
	assert_int_equal(
		value_count(value_path(object_in(&cluster, "Endpoints", "mixnum")->root, "subsets[0].addresses")), 6);
	cluster_release(&cluster);
}

/* Group 11: "label pod solo app-". */
static void
a_pod_that_loses_its_label_leaves(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, named);
	patch(&cluster, "Pod", "p1", "{\"metadata\":{\"labels\":{\"app\":null}}}");
	settle(&cluster);
	assert_int_equal(
		value_count(value_path(object_in(&cluster, "Endpoints", "mixnum")->root, "subsets[0].addresses")), 5);
	assert_int_equal(slice_view(slice_at(&cluster, "mixnum", 0))->nendpoints, 6);
	cluster_release(&cluster);
}

static void
a_deleted_one_comes_back_and_goes_with_its_service(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, named);
	delete(&cluster, "Endpoints", "mixnum");
	delete(&cluster, "EndpointSlice", slice_at(&cluster, "mixnum", 0)->name);
	settle(&cluster);
	assert_int_equal(
		value_count(value_path(object_in(&cluster, "Endpoints", "mixnum")->root, "subsets[0].addresses")), 6);
	assert_int_equal(slice_view(slice_at(&cluster, "mixnum", 0))->nendpoints, 7);
	delete(&cluster, "Service", "mixnum");
	settle(&cluster);
	assert_null(find(&cluster, "Endpoints", "mixnum"));
	assert_null(slice_at(&cluster, "mixnum", 0));
	cluster_release(&cluster);
}

/* Endpoints of people that came before their Service, or never had one, are nobody's to delete. */
static void
endpoints_without_a_service_stay(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, "apiVersion: v1\nkind: Endpoints\nmetadata: {name: db}\n"
		"subsets: [{addresses: [{ip: 10.9.8.7}], ports: [{port: 3306}]}]\n");
	settle(&cluster);
	object_in(&cluster, "Endpoints", "db");
	cluster_release(&cluster);
}

static const char *
trigger_of(const struct object *object)
{
	const char *text = object_annotation(object, "endpoints.kubernetes.io/last-change-trigger-time");

	return text ? text : "none";
}

/* Group 15: a Service's time at first, a pod's readiness later, none for what is neither. */
static void
the_trigger_time_tells_what_a_write_was_for(void **state)
{
	static const char service[] =
		"apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {app: s}, ports: [{port: 80}]}\n";
	struct cluster cluster;

	(void)state;
	make(&cluster, service);
	assert_string_equal(trigger_of(object_in(&cluster, "Endpoints", "s")), "2026-01-01T00:00:00Z");
	assert_string_equal(trigger_of(slice_at(&cluster, "s", 0)), "2026-01-01T00:00:00Z");
	cluster_tick(&cluster, START + 60 * CLOCK_SECOND);
	create(&cluster, "apiVersion: v1\nkind: Pod\nmetadata: {name: u, labels: {app: s}}\n"
		"spec: {containers: [{name: c, image: nginx, readinessProbe: {tcpSocket: {port: 81}}}]}\n");
	settle(&cluster);
	assert_string_equal(trigger_of(object_in(&cluster, "Endpoints", "s")), "none");
	assert_string_equal(trigger_of(slice_at(&cluster, "s", 0)), "none");
	cluster_tick(&cluster, START + 120 * CLOCK_SECOND);
	create(&cluster,
		"apiVersion: v1\nkind: Pod\nmetadata: {name: r, labels: {app: s}}\nspec: {containers: [{name: c, "
		"image: nginx}]}\n");
	settle(&cluster);
	assert_string_equal(trigger_of(object_in(&cluster, "Endpoints", "s")), "2026-01-01T00:02:01Z");
	assert_string_equal(trigger_of(slice_at(&cluster, "s", 0)), "2026-01-01T00:02:01Z");
	cluster_release(&cluster);
}

/* Group 15, numbers 27 and 15: an end in the second in which another pod became ready, and a slice that has no ports. */
static void
what_stands_there_as_it_is_gives_no_time(void **state)
{
	static const char services[] =
		"apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {app: s}, ports: [{port: 80, name: w}]}\n---\n"
		"apiVersion: v1\nkind: Service\nmetadata: {name: portless}\n"
		"spec: {selector: {app: s}, ports: [{port: 80, targetPort: missing}]}\n";
	static const char pod[] =
		"apiVersion: v1\nkind: Pod\nmetadata: {generateName: p-, labels: {app: s}}\nspec: {containers: [{name: c, image: nginx}]}\n";
	struct cluster cluster;
	const struct object *const *pods;
	size_t n;

	(void)state;
	make(&cluster, services);
	cluster_tick(&cluster, START + 60 * CLOCK_SECOND);
	create(&cluster, pod);
	create(&cluster, pod);
	control_run(&cluster.control);
	cluster_tick(&cluster, START + 61 * CLOCK_SECOND);
	assert_string_equal(trigger_of(slice_at(&cluster, "s", 0)), "2026-01-01T00:01:01Z");
	assert_string_equal(trigger_of(slice_at(&cluster, "portless", 0)), "none");
	pods = store_list(cluster.server.store, kind_by_kind("Pod"), "default", &n);
	delete(&cluster, "Pod", pods[0]->name);
	control_run(&cluster.control);
	assert_int_equal(cluster.server.clock.now, START + 61 * CLOCK_SECOND);
	assert_string_equal(trigger_of(slice_at(&cluster, "s", 0)), "none");
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_port_has_its_pods),
		cmocka_unit_test(a_host_name_counts_behind_its_own_subdomain),
		cmocka_unit_test(ports_stand_in_upstreams_order),
		cmocka_unit_test(what_people_write_stays_until_something_changes),
		cmocka_unit_test(a_pod_that_loses_its_label_leaves),
		cmocka_unit_test(a_deleted_one_comes_back_and_goes_with_its_service),
		cmocka_unit_test(endpoints_without_a_service_stay),
		cmocka_unit_test(the_trigger_time_tells_what_a_write_was_for),
		cmocka_unit_test(what_stands_there_as_it_is_gives_no_time),
	};

	return cmocka_run_group_tests_name("endpoints", tests, NULL, NULL);
}
