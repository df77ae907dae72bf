/* What a change did to a way: only what differs is printed, under the node where it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "trace/trace.h"

static const char service[] =
	"apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
	"spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}\n";
static const char pod[] =
	"apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\n"
	"spec: {nodeName: node01, containers: [{name: web, image: nginx, ports: [{containerPort: 80}]}]}\n";

static void
trace_of(struct cluster *cluster, size_t nfiles, struct trace *trace)
{
	const struct cluster_text files[] = { { "service", service, sizeof service - 1 }, { "pod", pod, sizeof pod - 1 } };
	const struct trace_request request = { .to = "node01:30080", .from = "external" };
	struct err err = ERR_INIT;

	assert_int_equal(cluster_make(cluster, 1, 0, files, nfiles, false, &err), 0);
	assert_int_equal(trace_run(cluster, &request, trace, &err), 0);
}

static void
differences_stand_under_their_node(void **state)
{
	const struct trace_style style = { .reply = false };
	struct cluster without, with;
	struct trace before, after;
	struct str out = STR_INIT;

	(void)state;
	trace_of(&without, 1, &before);
	trace_of(&with, 2, &after);
	trace_print_diff(&before, &after, "kubectl run web --image=nginx -l app=web", &style, &out);
	assert_true(str_starts(out.buf, "since: kubectl run web --image=nginx -l app=web\n"
		"verdict: answered, was refused\n    node01\n-     filter   INPUT "));
	assert_non_null(strstr(out.buf, "\n-     lost     rejected: "));
	assert_non_null(strstr(out.buf, "\n+     nat      KUBE-SEP-"));
	assert_non_null(strstr(out.buf, "\n+   deliver  pod default/web listens on port 80 and answers\n"));
	assert_null(strstr(out.buf, "nat      PREROUTING"));	/* both have it */
	str_clear(&out);
	trace_print_diff(&after, &after, "kubectl label node node01 a=b", &style, &out);
	assert_string_equal(out.buf, "since: kubectl label node node01 a=b\nverdict: answered, as before\n"
		"nothing on this way has changed\n");
	str_clear(&out);
	trace_print_diff_json(&before, &after, "echo \"a\"", &out);
	assert_true(str_starts(out.buf, "{\"request\": \"echo \\\"a\\\"\", \"before\":\n{"));
	str_release(&out);
	trace_release(&before);
	trace_release(&after);
	cluster_release(&without);
	cluster_release(&with);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(differences_stand_under_their_node) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
