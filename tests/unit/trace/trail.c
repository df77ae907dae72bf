/*
 * A trail: each hop's packet before is that after the hop before it, changes are where rules make them (KUBE-MARK-MASQ
 * sets kube-proxy's masqueradeBit 14, KUBE-SEP-.. rewrites the destination), and it outlives what it was made from.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "trace/trail.h"

static const char manifests[] =
	"apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\n"
	"spec: {nodeName: node02, containers: [{name: c, image: nginx}]}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
	"spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: none}\n"
	"spec: {selector: {app: none}, ports: [{port: 80}]}\n";

static struct trail *
make(const struct trace_request *request)
{
	struct cluster_text text = { "manifests", manifests, sizeof manifests - 1 };
	struct cluster cluster;
	struct trace trace;
	struct trail *trail;
	struct err err = ERR_INIT;

	if (cluster_make(&cluster, 1, INT64_C(1767225600) * CLOCK_SECOND, &text, 1, false, &err) ||
	    trace_run(&cluster, request, &trace, &err))
		fail_msg("%s", err.text);
	trail = trail_new(&trace, 7);
	trace_release(&trace);
	cluster_release(&cluster);
	return trail;
}

static const struct trail_hop *
hop_in(const struct trail_path *path, const char *chain, const char *words)
{
	for (size_t i = 0; i < path->nhops; i++)
		if (strncmp(path->hops[i].chain, chain, strlen(chain)) == 0 && strstr(path->hops[i].rule, words))
			return &path->hops[i];
	fail_msg("no rule of %s with %s", chain, words);
	return NULL;
}

static void
a_packet_is_followed_through_its_changes(void **state)
{
	const struct trace_request request = { .to = "node:30080", .from = "external", .on = "node01" };
	struct trail *trail = make(&request);
	const struct trail_path *path = &trail->paths[0];
	const struct trail_hop *hop;

	(void)state;
	assert_int_equal(trail->serial, 7);
	assert_true(trail->answered && path->answered);
	assert_string_equal(trail->from, "external");
	assert_int_equal(trail->npaths, 1);
	for (size_t i = 1; i < path->nhops; i++) {
		assert_string_equal(path->hops[i].before.src, path->hops[i - 1].after.src);
		assert_string_equal(path->hops[i].before.dst, path->hops[i - 1].after.dst);
		assert_int_equal(path->hops[i].before.mark, path->hops[i - 1].after.mark);
	}
	hop = hop_in(path, "KUBE-MARK-MASQ", "-j MARK");
	assert_int_equal(hop->before.mark, 0);
	assert_int_equal(hop->after.mark, 1 << 14);
	assert_string_equal(hop->table, "nat");
	assert_string_equal(hop->hook, "PREROUTING");
	hop = hop_in(path, "KUBE-SEP-", "-j DNAT");
	assert_string_equal(hop->comment, "\"default/web\"");
	assert_true(strstr(hop->before.dst, ":30080"));
	assert_true(strstr(hop->after.dst, ":80"));
	assert_true(*hop->why);
	assert_true(path->hops[path->nhops - 1].reply);
	trail_free(trail);
}

static void
a_failure_has_its_cause(void **state)
{
	const struct trace_request request = { .to = "svc/none", .from = "pod/web" };
	struct trail *trail = make(&request);

	(void)state;
	assert_false(trail->answered);
	assert_true(strncmp(trail->verdict, "refused: ", 9) == 0);
	assert_true(strstr(trail->verdict, "look at: Service default/none"));
	trail_free(trail);
}

static void
every_branch_has_its_share(void **state)
{
	const struct trace_request request = { .to = "node:30080", .from = "external", .all = true };
	struct trail *trail = make(&request);
	double sum = 0;

	(void)state;
	for (size_t i = 0; i < trail->npaths; i++)
		sum += trail->paths[i].probability;
	assert_int_equal(trail->left_out, 0);
	assert_true(sum > 0.999 && sum < 1.001);
	trail_free(trail);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_is_followed_through_its_changes),
		cmocka_unit_test(a_failure_has_its_cause),
		cmocka_unit_test(every_branch_has_its_share),
	};

	return cmocka_run_group_tests_name("trail", tests, NULL, NULL);
}
