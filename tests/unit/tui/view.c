/*
 * Views as pure functions: a scene or a trail written here goes in, lines come out.  The crossings of a drawing are
 * held against drawings made by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "screen/view.h"
#include "term/wrap.h"

#define COUNT(array) (sizeof (array) / sizeof (array)[0])

static void
check(void (*lines)(const struct view_input *, struct view_text *), const struct view_input *input, const char *want)
{
	struct view_text text = VIEW_TEXT_INIT;

	lines(input, &text);
	assert_string_equal(text.text.buf, want);
	for (size_t i = 0; i < text.spans.n; i++) {
		const struct view_span *span = &text.spans.v[i];

		assert_true(span->start + span->len <= text.text.len);
		assert_null(memchr(text.text.buf + span->start, '\n', span->len));
		if (i)
			assert_true(span->start >= span[-1].start + span[-1].len);
	}
	view_text_release(&text);
}

/* ---- drawings ---- */

static const struct scene_node nodes[] = {
	{ .name = "n1", .status = "Ready", .ip = "10.0.0.1", .well = true },
	{ .name = "n2", .status = "NotReady", .ip = "10.0.0.2" },
};
static const struct scene_pod pods[] = {
	{ "default", "a", "Running", "10.1.0.1", "n1", 1, 1, true, false },
	{ "default", "b", "Running", "10.1.0.2", "n1", 1, 1, true, false },
	{ "default", "c", "Running", "10.1.0.3", "n2", 1, 1, true, false },
	{ "kube-system", "dns", "Running", "10.1.0.4", "n1", 1, 1, true, true },
};
static const struct scene_endpoint one[] = { { "10.1.0.1:80", 0, true }, { "10.1.0.3:80", 2, true } };
static const struct scene_endpoint two[] = { { "10.1.0.2:80", 1, false } };
static const struct scene_endpoint three[] = { { "10.1.0.1:80", 0, true }, { "198.51.100.1:80", SCENE_NO_POD, true } };

#define SERVICE(name_, ends, is_well) { .namespace = "default", .name = name_, .type = "ClusterIP", \
	.cluster_ip = "10.2.0.1", .ports = "80/TCP", .external = "", .endpoints = ends, .nendpoints = COUNT(ends), .well = is_well }
static const struct scene_service services[] = {
	SERVICE("one", one, true),
	SERVICE("two", two, false),
	SERVICE("three", three, true),
	{ .namespace = "x", .name = "none", .type = "NodePort", .cluster_ip = "10.2.0.2", .ports = "80:30080/TCP",
		.external = "192.0.2.1" },
	{ .namespace = "kube-system", .name = "kube-dns", .type = "ClusterIP", .cluster_ip = "10.2.0.3",
		.ports = "53/UDP", .external = "", .well = true, .system = true },
};
static const struct scene scene = { nodes, pods, services, COUNT(nodes), COUNT(pods), COUNT(services) };

/* `one` and `three` share pod a; the lines to a and c pass under lanes that are none of theirs. */
static void
lanes_turn_and_cross(void **state)
{
	const struct view_input input = { .scene = &scene };

	(void)state;
	check(view_topology, &input,
		"┌───── one     ClusterIP  10.2.0.1  80/TCP\n"
		"│ ┌─── two     ClusterIP  10.2.0.1  80/TCP  no endpoint is ready\n"
		"│ │ ┌─ three   ClusterIP  10.2.0.1  80/TCP\n"
		"│ │ │  x/none  NodePort   10.2.0.2  80:30080/TCP  outside: 192.0.2.1  no endpoints\n"
		"│ │ │  ┌─ n1  Ready ──────────────────────────┐\n"
		"├─│─┼─▸│ a  10.1.0.1                          │\n"
		"│ └┄│┄✗│ b  10.1.0.2                          │\n"
		"│   │  ├─ n2  NotReady ───────────────────────┤\n"
		"└───│─▸│ c  10.1.0.3                          │\n"
		"    │  ├─ no pods: addresses written by hand ─┤\n"
		"    └─▸│ 198.51.100.1:80                      │\n"
		"       └──────────────────────────────────────┘\n"
		"and of Kubernetes itself, all well: 1 pod, 1 Service\n");
}

static void
lines_are_ascii_where_they_must(void **state)
{
	const struct scene few = { nodes, pods, services + 1, 1, 2, 1 };
	const struct view_input input = { .scene = &few, .ascii = true };

	(void)state;
	check(view_topology, &input,
		"+- two  ClusterIP  10.2.0.1  80/TCP  no endpoint is ready\n"
		"|  +- n1  Ready -+\n"
		"|  | a  10.1.0.1 |\n"
		"+.x| b  10.1.0.2 |\n"
		"   +-------------+\n");
}

/* ---- lists ---- */

static void
the_cluster_as_lists(void **state)
{
	const struct view_input input = { .scene = &scene, .columns = 40 };

	(void)state;
	check(view_cluster, &input,
		"Nodes\n"
		"  NAME  STATUS    IP\n"
		"  n1    Ready     10.0.0.1\n"
		"  n2    NotReady  10.0.0.2\n"
		"Pods of default\n"
		"  NAME  READY  STATUS   IP        NODE\n"
		"  a     1/1    Running  10.1.0.1  n1\n"
		"  b     1/1    Running  10.1.0.2  n1\n"
		"  c     1/1    Running  10.1.0.3  n2\n"
		"Services of default\n"
		"  NAME   TYPE       CLUSTER-IP  PORT(S)\n"
		"  one    ClusterIP  10.2.0.1    80/TCP\n"
		"    endpoints: 10.1.0.1:80, 10.1.0.3:80\n"
		"  two    ClusterIP  10.2.0.1    80/TCP\n"
		"    not ready: 10.1.0.2:80\n"
		"  three  ClusterIP  10.2.0.1    80/TCP\n"
		"    endpoints: 10.1.0.1:80,\n"
		"               198.51.100.1:80\n"
		"Services of x\n"
		"  NAME  TYPE      CLUSTER-IP  PORT(S)\n"
		"  none  NodePort  10.2.0.2    80:30080/TCP\n"
		"    outside:   192.0.2.1\n"
		"    endpoints: none\n"
		"and of Kubernetes itself, all well: 1 pod, 1 Service\n");
}

static void
what_is_not_well_in_kubernetes_is_shown(void **state)
{
	struct scene_pod dns = pods[3];
	struct scene_service kube_dns = services[4];
	const struct scene sick = { nodes, &dns, &kube_dns, 0, 1, 1 };
	const struct view_input input = { .scene = &sick };

	(void)state;
	dns.well = kube_dns.well = false;
	dns.status = "CrashLoopBackOff";
	dns.ready = 0;
	check(view_cluster, &input,
		"Nodes\n"
		"  NAME  STATUS  IP\n"
		"Pods of kube-system\n"
		"  NAME  READY  STATUS            IP        NODE\n"
		"  dns   0/1    CrashLoopBackOff  10.1.0.4  n1\n"
		"Services of kube-system\n"
		"  NAME      TYPE       CLUSTER-IP  PORT(S)\n"
		"  kube-dns  ClusterIP  10.2.0.3    53/UDP\n"
		"    endpoints: none\n");
}

/* ---- a packet ---- */

#define PACKET(dst, mark) { "1.2.3.4:5", dst, "TCP", mark }
#define NO_RULE .table = "", .chain = "", .rule = "", .comment = "", .why = ""
static const struct trail_hop hops[] = {
	{ .kind = "send", .node = "", .hook = "", NO_RULE, .text = "it goes", .before = PACKET("9.9.9.9:80", 0),
		.after = PACKET("9.9.9.9:80", 0) },
	{ .kind = "rule", .node = "n1", .hook = "PREROUTING", .table = "nat", .chain = "KUBE-MARK-MASQ",
		.rule = "-j MARK", .comment = "marks", .text = "", .why = "remember", .before = PACKET("9.9.9.9:80", 0),
		.after = PACKET("9.9.9.9:80", 0x4000) },
	{ .kind = "dnat", .node = "n1", .hook = "PREROUTING", NO_RULE, .text = "to the pod",
		.before = PACKET("9.9.9.9:80", 0x4000), .after = PACKET("10.1.0.1:8080", 0x4000) },
	{ .kind = "deliver", .node = "", .hook = "", NO_RULE, .text = "it is there", .reply = true,
		.before = PACKET("10.1.0.1:8080", 0x4000), .after = PACKET("10.1.0.1:8080", 0x4000) },
};
static const struct trail_path path = { hops, COUNT(hops), 1, true };
static const struct trail trail = { 1, "external", "svc/web", "9.9.9.9:80 TCP", "answered: well.\n", true, &path, 1, 0 };

static void
a_hop_has_its_rule_and_the_packet_on_both_sides(void **state)
{
	const struct view_input input = { .trail = &trail, .hop = 1, .columns = 60, .rows = 10 };

	(void)state;
	check(view_packet, &input,
		"external → svc/web  9.9.9.9:80 TCP\n"
		"hop 2 of 4, n1 in PREROUTING\n"
		"table nat, chain KUBE-MARK-MASQ  # marks\n"
		"  -j MARK\n"
		"  remember\n"
		"        source     destination  mark (TCP)\n"
		"before  1.2.3.4:5  9.9.9.9:80  0x0\n"
		"after   1.2.3.4:5  9.9.9.9:80  0x4000\n"
		"  send  it goes\n"
		"▸ n1 nat KUBE-MARK-MASQ  -j MARK\n");
}

static void
the_last_hop_says_what_became_of_it(void **state)
{
	const struct view_input input = { .trail = &trail, .hop = 3, .columns = 30, .rows = 12, .ascii = true };

	(void)state;
	check(view_packet, &input,
		"external -> svc/web \n"
		"9.9.9.9:80 TCP\n"
		"hop 4 of 4, on the way back\n"
		"  it is there\n"
		"        source     destination    mark (TCP)\n"
		"before  1.2.3.4:5  10.1.0.1:8080  0x4000\n"
		"after   1.2.3.4:5  10.1.0.1:8080  0x4000\n"
		"answered: well.\n"
		"  send  it goes\n"
		"  n1 nat KUBE-MARK-MASQ  -j MA\n"
		"  n1 dnat  to the pod\n"
		"> deliver  it is there\n");
}

static void
the_whole_way_at_once(void **state)
{
	const struct view_input input = { .trail = &trail, .hop = VIEW_ALL_HOPS, .ascii = true };
	const struct view_input none = { .hop = VIEW_ALL_HOPS };
	struct view_text text = VIEW_TEXT_INIT;

	(void)state;
	check(view_packet, &input,
		"external -> svc/web  9.9.9.9:80 TCP\n"
		"  send  it goes\n"
		"      1.2.3.4:5 -> 9.9.9.9:80 TCP mark 0x0\n"
		"  n1 nat KUBE-MARK-MASQ  -j MARK\n"
		"      1.2.3.4:5 -> 9.9.9.9:80 TCP mark 0x4000\n"
		"  n1 dnat  to the pod\n"
		"      1.2.3.4:5 -> 10.1.0.1:8080 TCP mark 0x4000\n"
		"  deliver  it is there\n"
		"answered: well.\n");
	view_packet(&none, &text);
	assert_non_null(strstr(text.text.buf, "trace svc/NAME"));
	view_text_release(&text);
}

/* What the rule does stands out by weight, so that it does without colour too. */
static void
what_changed_stands_out(void **state)
{
	const struct view_input input = { .trail = &trail, .hop = 1, .columns = 60, .rows = 10 };
	struct view_text text = VIEW_TEXT_INIT;
	bool strong = false, chosen = false;

	(void)state;
	view_packet(&input, &text);
	for (size_t i = 0; i < text.spans.n; i++) {
		const struct view_span *span = &text.spans.v[i];
		const char *words = text.text.buf + span->start;

		strong |= span->style == STYLE_STRONG && strncmp(words, "0x4000", span->len) == 0;
		chosen |= span->style == STYLE_CHOSEN && strncmp(words, "-j MARK", span->len) == 0;
	}
	assert_true(strong);
	assert_true(chosen);
	view_text_release(&text);
}

static void
no_name_breaks_a_line(void **state)
{
	const struct scene_pod pod = { "default", "a\nb\033[2Jc", "Running", "", "", 1, 1, true, false };
	const struct scene odd = { nodes, &pod, NULL, 0, 1, 0 };
	const struct view_input input = { .scene = &odd };
	struct view_text text = VIEW_TEXT_INIT;

	(void)state;
	view_cluster(&input, &text);
	assert_non_null(strstr(text.text.buf, "  a^Jb^[[2Jc"));
	view_text_release(&text);
}

static void
views_are_found_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < VIEW_MODEL_COUNT; i++)
		assert_ptr_equal(view_find(view_models[i].name), &view_models[i]);
	assert_null(view_find("nothing"));
	assert_null(view_find(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lanes_turn_and_cross),
		cmocka_unit_test(lines_are_ascii_where_they_must),
		cmocka_unit_test(the_cluster_as_lists),
		cmocka_unit_test(what_is_not_well_in_kubernetes_is_shown),
		cmocka_unit_test(a_hop_has_its_rule_and_the_packet_on_both_sides),
		cmocka_unit_test(the_last_hop_says_what_became_of_it),
		cmocka_unit_test(the_whole_way_at_once),
		cmocka_unit_test(what_changed_stands_out),
		cmocka_unit_test(no_name_breaks_a_line),
		cmocka_unit_test(views_are_found_by_name),
	};

	return cmocka_run_group_tests_name("tui/view", tests, NULL, NULL);
}
