/* An attempt made again from its events is the same to the byte, however the clock was moved in between. */
#include "exam/attempt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW (INT64_C(1795405241) * 1000000000)	/* 2026-11-23T03:40:41Z */
#define SECOND INT64_C(1000000000)

#define SCENARIO "apiVersion: svcsim/v1\nkind: Scenario\nmetadata: {name: a}\nspec:\n  title: T\n  objective: o/p\n" \
	"  minutes: 5\n  weight: 4\n  explain: So.\n  kind: fill\n  task: What?\n" \
	"  variables: {port: {range: [30080, 30099]}}\n" \
	"  blanks: [{name: one, text: One, answer: '1'}, {name: two, text: Two, answer: '2'}]\n" \
	"  hints: [{text: look}, {text: 'it is ${port}', cost: 1}]\n" \
	"  setup: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web}\n" \
	"    spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}," \
	" spec: {containers: [{name: c, image: nginx}]}}}\n" \
	"  checks:\n  - {points: 2, answer: {}}\n" \
	"  - {points: 1, object: {kind: Service, name: web, expect: {spec.type: NodePort}}}\n"

struct log {
	VEC(struct attempt_event) events;
};

static void
keep_event(void *arg, const struct attempt_event *event)
{
	struct log *log = arg;

	*vec_push(&log->events) = (struct attempt_event){ event->at, event->act, xstrdup(event->text) };
}

static void
log_release(struct log *log)
{
	for (size_t i = 0; i < log->events.n; i++)
		free((char *)log->events.v[i].text);
	vec_release(&log->events);
}

static void
add_record(void *arg, const struct sim_record *record)
{
	str_addf(arg, "%s %s/%s %llu %s\n", record->kind, record->namespace, record->name,
		(unsigned long long)record->version, record->json);
}

/* Every object, the dice, the clock, the files. */
static void
dump(struct attempt *attempt, struct str *out)
{
	struct sim_state state;

	sim_save(attempt_sim(attempt), 0, &state, add_record, out);
	str_addf(out, "%llu %llu %lld %s\n", (unsigned long long)state.rng, (unsigned long long)state.connections,
		(long long)state.now, state.session);
	for (size_t q = 0; q < attempt_questions(attempt); q++)
		str_addf(out, "%s\n", attempt_words(attempt, q));
	sim_state_release(&state);
}

static int
edit_node_port(struct io *io, struct io_edit *edit)
{
	char *type = strstr(edit->text.buf, "type: ClusterIP");
	struct str text = STR_INIT;

	(void)io;
	assert_non_null(type);
	str_addn(&text, edit->text.buf, (size_t)(type - edit->text.buf));
	str_add(&text, "type: NodePort");
	str_add(&text, type + strlen("type: ClusterIP"));
	str_clear(&edit->text);
	str_add(&edit->text, text.buf);
	str_release(&text);
	return 0;
}

static struct attempt *
attempt_of(const struct scenario *scenario)
{
	struct err err = ERR_INIT;
	struct attempt *attempt = attempt_new(scenario, 7, NOW, &err);

	assert_non_null(attempt);
	return attempt;
}

static struct scenario *
the_scenario(void)
{
	struct err err = ERR_INIT;
	struct scenario *scenario = scenario_read("t.yaml", SCENARIO, strlen(SCENARIO), &err);

	assert_non_null(scenario);
	return scenario;
}

static void
replay_all(struct attempt *attempt, const struct log *log)
{
	struct err err = ERR_INIT;

	for (size_t i = 0; i < log->events.n; i++)
		assert_int_equal(attempt_replay(attempt, &log->events.v[i], &err), 0);
}

static void
test_everything_again(void **state)
{
	static const char *const lines[] = { "kubectl expose deployment web --port=80", "kubectl scale deployment web --replicas=4",
		"kubectl delete pod -l app=web --wait=false", "echo a > note; x=5", "kubectl edit service web", "nosuch",
		"undo", "redo", "kubectl run t --image=busybox --rm -i --restart=Never -- wget -qO- web", "sleep 30" };
	struct scenario *scenario = the_scenario();
	struct attempt *live = attempt_of(scenario), *again = attempt_of(scenario);
	struct sink_str sink = SINK_STR_INIT;
	struct io io = { .out = &sink.sink, .err = &sink.sink, .edit = edit_node_port };
	struct str one = STR_INIT, two = STR_INIT;
	struct err err = ERR_INIT;
	struct log log = { VEC_INIT };
	int64_t clock = NOW;
	size_t n;
	int points, of;

	(void)state;
	attempt_listen(live, keep_event, &log);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		for (int64_t step = 0; step < 7; step++) {
			clock += SECOND / 4 + step;
			if (clock > sim_now(attempt_sim(live)))
				sim_tick(attempt_sim(live), clock);
		}
		attempt_line(live, &io, lines[i]);
		if (i == 2)
			assert_int_equal(attempt_answer(live, 0, "1", &err), 0);
		if (i == 1)	/* pods are on their way, and the check waits for them */
			attempt_check(live, &n, &points, &of);
	}
	assert_non_null(attempt_hint(live, 1));
	attempt_check(live, &n, &points, &of);
	assert_int_equal(points, 0 + 1 + 1 - 1);	/* half of the answers, the object, a hint */
	replay_all(again, &log);
	dump(live, &one);
	dump(again, &two);
	assert_string_equal(one.buf, two.buf);
	attempt_check(again, &n, &points, &of);
	assert_int_equal(points, 1);
	str_release(&one);
	str_release(&two);
	str_release(&sink.str);
	log_release(&log);
	attempt_free(live);
	attempt_free(again);
	scenario_free(scenario);
}

static void
test_reset_again(void **state)
{
	struct scenario *scenario = the_scenario();
	struct attempt *live = attempt_of(scenario), *again = attempt_of(scenario);
	struct sink_str sink = SINK_STR_INIT;
	struct io io = { .out = &sink.sink, .err = &sink.sink };
	struct str one = STR_INIT, two = STR_INIT;
	struct err err = ERR_INIT;
	struct log log = { VEC_INIT };

	(void)state;
	attempt_listen(live, keep_event, &log);
	attempt_line(live, &io, "kubectl create ns one");
	assert_int_equal(attempt_reset(live, &err), 0);
	sim_tick(attempt_sim(live), NOW + 60 * SECOND);
	attempt_line(live, &io, "kubectl create ns two");
	replay_all(again, &log);
	dump(live, &one);
	dump(again, &two);
	assert_string_equal(one.buf, two.buf);
	assert_non_null(strstr(one.buf, " /two "));
	assert_null(strstr(one.buf, " /one "));
	str_release(&one);
	str_release(&two);
	str_release(&sink.str);
	log_release(&log);
	attempt_free(live);
	attempt_free(again);
	scenario_free(scenario);
}

/* What was kept may be damaged: it is refused, and says so. */
static void
test_strange_events(void **state)
{
	static const struct attempt_event strange[] = { { NOW, ACT_answer, "nosuch 1" }, { NOW, ACT_hint, "9" } };
	struct scenario *scenario = the_scenario();
	struct attempt *attempt = attempt_of(scenario);

	(void)state;
	for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
		struct err err = ERR_INIT;

		assert_int_equal(attempt_replay(attempt, &strange[i], &err), -1);
		assert_true(err.kind != ERR_NONE);
		err_release(&err);
	}
	assert_int_equal(attempt_act_find("line"), ACT_line);
	assert_int_equal(attempt_act_find("nosuch"), ACT_COUNT);
	attempt_free(attempt);
	scenario_free(scenario);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_again),
		cmocka_unit_test(test_reset_again),
		cmocka_unit_test(test_strange_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
