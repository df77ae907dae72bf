/*
 * Main processes: how long they live and how they end.  The scripts are those of the Kubernetes documentation's tasks (liveness by a
 * file that is removed, an init container that waits for a Service, Jobs) and of what shells do by POSIX.
 */
#include "fixture.h"

#include "control/process.h"

#define NEVER -1
#define SH(script) "image: busybox, command: [sh, -c, '" script "']"

static const struct {
	const char *container;
	int seconds;		/* NEVER: it runs on */
	int exit_code;
	bool heeds_term;
} lives[] = {
	{ "image: nginx", NEVER, 0, true },
	{ "image: busybox", 0, 0, true },
	{ "image: busybox, stdin: true, tty: true", NEVER, 0, false },
	{ "image: curlimages/curl", 0, 2, true },
	{ "image: postgres", 0, 1, true },
	{ "image: postgres, env: [{name: POSTGRES_PASSWORD, value: x}]", NEVER, 0, true },
	{ "image: 'perl:5.34', command: [perl, -Mbignum=bpi, -wle, 'print bpi(2000)']", 5, 0, false },
	{ "image: busybox, command: [sleep, '3600']", 3600, 0, false },
	{ "image: busybox, command: [sleep, 1h]", 3600, 0, false },
	{ "image: busybox, command: [sleep, infinity]", NEVER, 0, false },
	{ "image: busybox, args: [sleep, '10']", 10, 0, false },
	{ "image: nginx, args: [nginx, -g, 'daemon off;']", NEVER, 0, true },
	{ "image: registry.k8s.io/e2e-test-images/agnhost, args: [netexec]", NEVER, 0, true },
	{ "image: example.com/app, command: [/app/server, --port=80]", NEVER, 0, true },
	{ "image: busybox, command: ['false']", 0, 1, false },
	{ SH("exit 3"), 0, 3, false },
	{ SH("echo a; sleep 5; echo b"), 5, 0, false },
	{ SH("echo a && sleep 5 && false"), 5, 1, false },
	{ SH("false || exit 4"), 0, 4, false },
	{ SH("true || exit 4"), 0, 0, false },
	{ SH("false && sleep 100; exit 2"), 0, 2, false },
	{ SH("while true; do date; sleep 5; done"), NEVER, 0, false },
	{ SH("while :; do :; done"), NEVER, 0, false },
	{ SH("for i in 1 2 3; do echo $i; sleep 2; done"), 6, 0, false },
	{ SH("for i in $(seq 1 10); do sleep 1; done; exit 1"), 10, 1, false },
	{ SH("for i in {1..4}; do sleep 1; done"), 4, 0, false },
	{ SH("touch /tmp/a; if [ -f /tmp/a ]; then sleep 7; else sleep 9; fi"), 7, 0, false },
	{ SH("if test -f /tmp/nosuch; then sleep 7; elif false; then sleep 8; else sleep 9; fi"), 9, 0, false },
	{ SH("echo hi > /tmp/x; until cat /tmp/x; do sleep 1; done; sleep 2"), 2, 0, false },
	{ SH("sleep 5 & echo a; exit 6"), 0, 6, false },
	{ SH("(sleep 2; exit 0); { sleep 3; }"), 2, 0, false },
	{ SH("echo a | grep b; sleep 4 2>&1 | tee /tmp/log"), 4, 0, false },
	{ SH("exec httpd -f"), NEVER, 0, false },
	{ SH("exec nginx"), 0, 127, false },
	{ SH("slep 3600"), 0, 127, false },
	{ SH("/app/start.sh"), NEVER, 0, false },
	{ "image: 'python:3', command: [python3, -m, http.server]", NEVER, 0, false },
	{ "image: nginx, command: [sh, -c, 'wget web']", 0, 127, false },
	{ "image: example.com/app, command: [sh, -c, 'myprogram']", NEVER, 0, false },
	{ SH("httpd -f -p 8080"), NEVER, 0, false },
	{ SH("nc -lk -p 80 -e cat"), NEVER, 0, false },
	{ SH("until nslookup nobody; do echo waiting; sleep 2; done"), NEVER, 0, false },
	{ SH("until nslookup web.default.svc.cluster.local; do echo waiting; sleep 2; done; sleep 1"), 1, 0, false },
	{ SH("! true; sleep 1 # and no more"), 1, 0, false },
	/* nothing that is written makes it hang or crash */
	{ SH("while"), NEVER, 0, false },
	{ SH("if then fi fi done ) } ;; && ||"), 0, 0, false },
	{ SH("$( ` \\ "), NEVER, 0, false },
};

static struct process
process_in(struct cluster *cluster, const char *container)
{
	struct str text = STR_INIT;
	const struct object *pod;
	struct process process;

	str_addf(&text, "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, %s}]}\n"
		"---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n", container);
	make(cluster, text.buf);
	str_release(&text);
	pod = object_in(cluster, "Pod", "p");
	process = process_of(&cluster->server, pod, value_path(pod->root, "spec.containers[0]"));
	return process;
}

static void
processes_live_as_long_as_they_say(void **state)
{
	struct str wrong = STR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof lives / sizeof lives[0]; i++) {
		struct cluster cluster;
		struct process process = process_in(&cluster, lives[i].container);
		int64_t lasts = lives[i].seconds == NEVER ? CLOCK_NEVER : lives[i].seconds * CLOCK_SECOND;

		if (process.lasts != lasts || process.heeds_term != lives[i].heeds_term ||
			(lasts != CLOCK_NEVER && process.exit_code != lives[i].exit_code))
			str_addf(&wrong, "\n%s: %lld s, exit %d, %d", lives[i].container, process.lasts == CLOCK_NEVER ? -1LL :
				(long long)(process.lasts / CLOCK_SECOND), process.exit_code, process.heeds_term);
		cluster_release(&cluster);
	}
	if (wrong.len)
		fail_msg("%s", wrong.buf);
}

#define VOLUME "}], volumes: [{name: v, emptyDir: {}"
static const struct {
	const char *container, *missing;	/* NULL: it starts */
} starts[] = {
	{ "image: busybox, command: [nosuch]", "nosuch" },
	{ "image: busybox, args: [nosuch]", "nosuch" },
	{ "image: busybox, command: [/bin/bash, -c, 'sleep 1']", "/bin/bash" },
	{ "image: 'nginx:alpine', command: [bash]", "bash" },
	{ "image: nginx, command: [ngnix]", "ngnix" },
	{ "image: nginx, command: [curl, web]", NULL },
	{ "image: nginx, command: [nginx-debug, -g, 'daemon off;']", NULL },
	{ "image: redis, command: [redis-cli, ping]", NULL },
	{ "image: registry.k8s.io/pause:3.10, command: [sh]", "sh" },
	{ "image: debian, command: [apt-get, update]", NULL },
	{ "image: busybox, command: [/scripts/run.sh], volumeMounts: [{name: v, mountPath: /scripts}]" VOLUME, NULL },
	{ "image: busybox, command: [/bin/run.sh], volumeMounts: [{name: v, mountPath: /bin/run.sh, subPath: run.sh}]" VOLUME, NULL },
	{ "image: example.com/app, command: [myprogram]", NULL },
	{ "image: example.com/app, command: [sleeep, '5']", "sleeep" },
};

/* busybox' applets and Docker Hub's Dockerfiles say what there is; containerd's exit code is 128. */
static void
a_program_that_the_image_has_not_cannot_start(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
		struct cluster cluster;
		struct process process = process_in(&cluster, starts[i].container);
		const char *expected = starts[i].missing ? starts[i].missing : "none", *missing = process.missing ? process.missing : "none";

		if (strcmp(missing, expected) != 0 || (process.missing && process.exit_code != 128))
			fail_msg("%s: %s is missing, exit %d", starts[i].container, missing, process.exit_code);
		cluster_release(&cluster);
	}
}

/* The documentation's example: healthy for half a minute. */
static void
files_come_and_go_with_time(void **state)
{
	static const char *const looks[] = { "[cat, /tmp/healthy]", "[test, -f, /tmp/healthy]", "[sh, -c, 'ls /tmp/healthy']" };

	(void)state;
	for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
		struct cluster cluster;
		struct str text = STR_INIT;
		const struct object *pod;
		const struct value *container, *command;

		str_addf(&text, SH("sleep 5; touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600")
			", readinessProbe: {exec: {command: %s}}", looks[i]);
		process_in(&cluster, text.buf);
		pod = object_in(&cluster, "Pod", "p");
		container = value_path(pod->root, "spec.containers[0]");
		command = value_path(container, "readinessProbe.exec.command");
		assert_true(process_next_change(&cluster.server, pod, container, 0) == 5 * CLOCK_SECOND);
		assert_true(
			process_next_change(&cluster.server, pod, container, 5 * CLOCK_SECOND) == 35 * CLOCK_SECOND);
		assert_true(process_next_change(&cluster.server, pod, container, 35 * CLOCK_SECOND) == CLOCK_NEVER);
		assert_int_not_equal(process_exec(&cluster.server, pod, container, command, 4 * CLOCK_SECOND), 0);
		assert_int_equal(process_exec(&cluster.server, pod, container, command, 6 * CLOCK_SECOND), 0);
		assert_int_not_equal(process_exec(&cluster.server, pod, container, command, 36 * CLOCK_SECOND), 0);
		str_release(&text);
		cluster_release(&cluster);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(processes_live_as_long_as_they_say),
		cmocka_unit_test(a_program_that_the_image_has_not_cannot_start),
		cmocka_unit_test(files_come_and_go_with_time),
	};

	return cmocka_run_group_tests_name("control/process", tests, NULL, NULL);
}
