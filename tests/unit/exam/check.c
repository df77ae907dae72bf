/* Each kind of check on a small cluster: passing, failing, and what it says. */
#include "exam/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/yaml.h"

#define NOW (INT64_C(1795405241) * 1000000000)	/* 2026-11-23T03:40:41Z */
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char manifests[] =
	"apiVersion: apps/v1\n"
	"kind: Deployment\n"
	"metadata: {name: web, labels: {app: web}}\n"
	"spec:\n"
	"  replicas: 2\n"
	"  selector: {matchLabels: {app: web}}\n"
	"  template:\n"
	"    metadata: {labels: {app: web}}\n"
	"    spec: {containers: [{name: web, image: 'nginx:1.27', ports: [{containerPort: 80}]}]}\n"
	"---\n"
	"apiVersion: v1\n"
	"kind: Service\n"
	"metadata: {name: web}\n"
	"spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30085}]}\n"
	"---\n"
	"apiVersion: v1\n"
	"kind: Service\n"
	"metadata: {name: nobody}\n"
	"spec: {selector: {app: none}, ports: [{port: 80}]}\n";

struct fixture {
	struct cluster cluster;
	struct arena arena;
};

static int
set_up(void **state)
{
	const struct cluster_text text = { "test", manifests, strlen(manifests) };
	struct fixture *fixture = xcalloc(1, sizeof *fixture);
	struct err err = ERR_INIT;

	assert_int_equal(cluster_make(&fixture->cluster, 1, NOW, &text, 1, false, &err), 0);
	*state = fixture;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *fixture = *state;

	cluster_release(&fixture->cluster);
	arena_release(&fixture->arena);
	free(fixture);
	return 0;
}

static struct check_result
judge_with(struct fixture *fixture, const char *text, struct check_context *context)
{
	struct err err = ERR_INIT;
	struct check_result result;
	value_vec documents = VEC_INIT;

	context->cluster = &fixture->cluster;
	context->arena = &fixture->arena;
	assert_int_equal(yaml_read("check", text, strlen(text), NULL, &fixture->arena, &documents, &err), 0);
	assert_int_equal(check_validate("check", documents.v[0], &err), 0);
	check_judge(context, documents.v[0], &result);
	vec_release(&documents);
	return result;
}

static struct check_result
judge(struct fixture *fixture, const char *text)
{
	struct check_context context = { .before = NULL };

	return judge_with(fixture, text, &context);
}

static void
test_object(void **state)
{
	static const struct {
		const char *check;
		bool passed;
		const char *got;
	} cases[] = {
		{"object: {kind: Service, name: web}\n", true, "is there"},
		{"object: {kind: svc, name: web, namespace: other}\n", false, "is not there"},
		{"object: {kind: Service, name: web, absent: true}\n", false, "is there"},
		{"object: {kind: Service, name: gone, absent: true}\n", true, "is not there"},
		{"object: {kind: Service, name: web, expect: {spec.type: NodePort, 'spec.ports[0].nodePort': 30085}}\n",
			true, "spec.type is NodePort, spec.ports[0].nodePort is 30085"},
		{"object: {kind: Service, name: web, expect: {spec.type: ClusterIP, 'spec.ports[0].nodePort': "
		 "30086}}\n",
			false, "spec.type is NodePort, spec.ports[0].nodePort is 30085"},
		{"object: {kind: Service, name: web, expect: {spec.externalIPs: null, spec.selector: {app: web}}}\n",
			true, "spec.externalIPs is not set, spec.selector is {\"app\":\"web\"}"},
		{"object: {kind: Service, name: web, expect: {spec.type: null}}\n", false, "spec.type is NodePort"},
		{"object: {kind: Endpoints, name: web, counts: {'subsets[0].addresses': 2}}\n", true,
			"subsets[0].addresses has 2"},
		{"object: {kind: Endpoints, name: nobody, counts: {'subsets[0].addresses': 2}}\n", false,
			"subsets[0].addresses has 0"},
		{"object: {kind: Pod, labels: {app: web}, count: 2}\n", true, "there are 2"},
		{"object: {kind: Pod, labels: {app: web}, count: 3}\n", false, "there are 2"},
		{"object: {kind: Pod, labels: {app: web}, expect: {status.phase: Running}}\n", true, "there are 2"},
		{"object: {kind: Pod, labels: {app: none}}\n", false, "there are 0"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str text = STR_INIT;
		struct check_result result;

		str_addf(&text, "points: 3\n%s", cases[i].check);
		result = judge(*state, text.buf);
		assert_int_equal(result.passed, cases[i].passed);
		assert_int_equal(result.points, cases[i].passed ? 3 : 0);
		assert_int_equal(result.of, 3);
		assert_string_equal(result.got, cases[i].got);
		str_release(&text);
	}
}

static void
test_reach(void **state)
{
	static const struct {
		const char *check;
		bool passed;
	} cases[] = {
		{ "reach: {from: external, to: 'node01:30085', expect: answered}\n", true },
		{ "reach: {from: external, to: 'node01:30085', expect: answered, pods: {app: web}}\n", true },
		{ "reach: {from: external, to: 'node01:30085', expect: answered, pods: {app: api}}\n", false },
		{ "reach: {from: external, to: 'node01:30085', expect: answered, source: masqueraded}\n", true },
		{ "reach: {from: external, to: 'node01:30085', expect: answered, source: kept}\n", false },
		{ "reach: {from: external, to: 'node01:30085', expect: refused}\n", false },
		{ "reach: {from: node/node01, to: svc/nobody, expect: refused}\n", true },
		{ "reach: {from: node/node01, to: svc/nobody, expect: answered}\n", false },
		{ "reach: {from: node/node01, to: svc/absent, expect: refused}\n", false },
		{ "reach: {from: external, to: 'node01:30085', protocol: udp, expect: answered}\n", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str text = STR_INIT;

		str_addf(&text, "points: 1\n%s", cases[i].check);
		assert_int_equal(judge(*state, text.buf).passed, cases[i].passed);
		str_release(&text);
	}
}

/* What differs is told share by share, as labels; then what the connection does. */
static void
test_shares(void **state)
{
	static const struct {
		const char *check, *got;
		bool passed;
	} cases[] = {
		{ "reach: {from: external, to: 'node01:30085', expect: answered,"
			" shares: [{pods: {app: web}, percent: 100}]}\n", NULL, true },
		{ "reach: {from: external, to: 'node01:30085', expect: answered, shares:"
			" [{pods: {app: web}, percent: 75}, {pods: {app: api}, percent: 25}]}\n",
			"100.0 % to pods with app=web, 0.0 % to pods with app=api", false },
		{ "reach: {from: node/node01, to: svc/nobody, expect: answered,"
			" shares: [{pods: {app: web, tier: a}, percent: 100}]}\n",
			"0.0 % to pods with app=web,tier=a, refused: ", false },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str check = STR_INIT;
		struct check_result result;

		str_addf(&check, "points: 1\n%s", cases[i].check);
		result = judge(fixture, check.buf);
		assert_int_equal(result.passed, cases[i].passed);
		if (cases[i].got != NULL)
			assert_int_equal(strncmp(result.got, cases[i].got, strlen(cases[i].got)), 0);
		str_release(&check);
	}
}

/* Two checks of one address and port are told apart by the protocol. */
static void
test_reach_says_protocol(void **state)
{
	struct check_result result = judge(*state,
		"points: 1\nreach: {from: external, to: 'node01:30085', protocol: udp, expect: refused}\n");

	assert_string_equal(result.what, "external to node01:30085/udp, refused");
}

static void
test_reach_moves_no_dice(void **state)
{
	struct fixture *fixture = *state;
	uint64_t connections = fixture->cluster.connections, rng = fixture->cluster.server.rng.state;
	uint64_t version = store_version(fixture->cluster.server.store);

	judge(fixture, "points: 1\nreach: {from: external, to: 'node:30085', expect: answered}\n");
	assert_int_equal(fixture->cluster.connections, connections);
	assert_int_equal(fixture->cluster.server.rng.state, rng);
	assert_int_equal(store_version(fixture->cluster.server.store), version);
}

/* A merge patch on Service web. */
static void
patch_web(struct fixture *fixture, const char *patch)
{
	struct request request = REQUEST_INIT;
	struct status status = STATUS_INIT;
	struct err err = ERR_INIT;
	struct value *body;

	assert_int_equal(json_read("patch", patch, strlen(patch), &fixture->arena, &body, &err), 0);
	request.verb = REQUEST_PATCH;
	request.patch_type = PATCH_MERGE;
	request.kind = kind_by_kind("Service");
	request.namespace = "default";
	request.name = "web";
	request.body = body;
	assert_int_equal(server_do(&fixture->cluster.server, &request, NULL, &status), 0);
	status_release(&status);
}

static void
test_unchanged(void **state)
{
	static const char all[] = "points: 1\nunchanged: {kind: Service, name: web}\n";
	static const char some[] =
		"points: 1\nunchanged: {kind: Service, name: web, fields: [spec.clusterIP, spec.ports]}\n";
	struct fixture *fixture = *state;
	const struct object *before =
		object_ref(store_get(fixture->cluster.server.store, kind_by_kind("Service"), "default", "web"));
	struct check_context context = { .before = before };
	struct check_result result;

	assert_true(judge_with(fixture, all, &context).passed);
	patch_web(fixture, "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}");
	assert_true(judge_with(fixture, all, &context).passed);
	patch_web(fixture, "{\"spec\":{\"selector\":{\"tier\":\"x\"}}}");
	result = judge_with(fixture, all, &context);
	assert_false(result.passed);
	assert_string_equal(result.got, "spec was changed");
	assert_true(judge_with(fixture, some, &context).passed);
	patch_web(fixture, "{\"spec\":{\"selector\":{\"tier\":null}}}");
	assert_true(judge_with(fixture, all, &context).passed);
	context.before = NULL;
	assert_string_equal(judge_with(fixture, all, &context).got, "is not there");
	object_unref((struct object *)before);
}

static void
test_answer(void **state)
{
	static const char text[] =
		"choices: [{text: a, correct: true}, {text: b, why: not b}, {text: c, correct: true}, {text: d, why: not d},\n"
		"  {text: \"e: which is told at length\", why: not e}, {text: an option as long as a sentence that nobody wants twice, "
		"why: never}]\n";
	static const struct {
		const char *numbers;
		int points;
		bool passed;
		const char *why, *got;
	} cases[] = {
		{ "[]", 0, false, "the rule", "no answer" },
		{ "[1, 3]", 4, true, "the rule", "B (c), F (a)" },
		{ "[1]", 2, false, "the rule", "F (a)" },
		{ "[1, 3, 4]", 2, false, "D: not d", "B (c), E (d), F (a)" },
		{ "[5]", 0, false, "C: not e", "C (e: which is told at length)" },
		{ "[6]", 0, false, "A: never", "A (an option as long as a sentence that nobody want..)" },
	};
	struct fixture *fixture = *state;
	struct err err = ERR_INIT;
	value_vec documents = VEC_INIT;
	struct asked *questions;
	size_t n;

	assert_int_equal(yaml_read("t", text, strlen(text), NULL, &fixture->arena, &documents, &err), 0);
	n = questions_make(documents.v[0], 1, &fixture->arena, &questions);
	assert_int_equal(n, 1);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct check_context context = { .questions = questions, .nquestions = n };
		struct check_result result;
		value_vec numbers = VEC_INIT;

		assert_int_equal(yaml_read("t", cases[i].numbers, strlen(cases[i].numbers), NULL, &fixture->arena, &numbers, &err), 0);
		question_choose(&questions[0], numbers.v[0]);
		result = judge_with(fixture, "points: 4\nanswer: {}\nwhy: the rule\n", &context);
		assert_int_equal(result.passed, cases[i].passed);
		assert_int_equal(result.points, cases[i].points);
		assert_string_equal(result.got, cases[i].got);
		assert_string_equal(strrchr(result.why, ':') ? strrchr(result.why, ':') : result.why,
			strchr(cases[i].why, ':') ? strchr(cases[i].why, ':') : cases[i].why);
		vec_release(&numbers);
	}
	questions_release(questions, n);
	vec_release(&documents);
}

/* What stands in the candidate's files, with the blanks around it left out. */
static void
test_file(void **state)
{
	static const struct {
		const char *check, *got;
		bool passed;
	} cases[] = {
		{ "points: 1\nfile: {path: /root/ip, is: 10.96.0.10}\n", "is \"10.96.0.10\"", true },
		{ "points: 1\nfile: {path: /root/ip, is: 10.96.0.1}\n", "is \"10.96.0.10\"", false },
		{ "points: 1\nfile: {path: /root/port, is: 30080}\n", "is \"30080\"", true },
		{ "points: 1\nfile: {path: /root/ip, has: ['10.96', '.10']}\n", "is \"10.96.0.10\"", true },
		{ "points: 1\nfile: {path: /root/ip, has: ['10.96', '.11']}\n", "is \"10.96.0.10\"", false },
		{ "points: 1\nfile: {path: /root/none}\n", "is not there", false },
	};
	struct fixture *fixture = *state;
	struct str ip = STR_INIT, port = STR_INIT;
	struct map files = MAP_INIT;
	struct check_context context = { .files = &files };

	str_add(&ip, " 10.96.0.10\n");
	str_add(&port, "30080\n\n");
	map_set(&files, "/root/ip", &ip);
	map_set(&files, "/root/port", &port);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct check_result result = judge_with(fixture, cases[i].check, &context);

		assert_string_equal(result.got, cases[i].got);
		assert_int_equal(result.passed, cases[i].passed);
	}
	map_release(&files);
	str_release(&ip);
	str_release(&port);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_object),
		cmocka_unit_test(test_reach),
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_reach_says_protocol),
		cmocka_unit_test(test_reach_moves_no_dice),
		cmocka_unit_test(test_unchanged),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
