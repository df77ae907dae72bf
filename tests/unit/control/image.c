/* What processes listen on and answer, by image, arguments and environment. */
#include "fixture.h"

#include "control/image.h"

struct row {
	const char *container;
	uint16_t port;
	enum protocol protocol;
	bool listens;
};

static const struct row rows[] = {
	{"image: nginx", 80, PROTOCOL_TCP, true},
	{"image: nginx", 8080, PROTOCOL_TCP, false},
	{"image: nginx, ports: [{containerPort: 8080}]", 8080, PROTOCOL_TCP, false}, /* containerPort only informs */
	{"image: nginx, ports: [{containerPort: 8080}]", 80, PROTOCOL_TCP, true},
	{"image: 'nginx:1.25-alpine'", 80, PROTOCOL_TCP, true},
	{"image: nginx", 80, PROTOCOL_UDP, false},
	{"image: nginx, command: [sleep, '3600']", 80, PROTOCOL_TCP, false},
	{"image: httpd", 80, PROTOCOL_TCP, true},
	{"image: redis", 6379, PROTOCOL_TCP, true},
	/* a database without a password ends at once, as its entrypoint says why */
	{"image: 'postgres:16', env: [{name: POSTGRES_PASSWORD, value: x}]", 5432, PROTOCOL_TCP, true},
	{"image: 'postgres:16'", 5432, PROTOCOL_TCP, false},
	{"image: mysql, env: [{name: MYSQL_ROOT_PASSWORD, value: x}]", 3306, PROTOCOL_TCP, true},
	{"image: mysql, env: [{name: MYSQL_USER, value: x}]", 3306, PROTOCOL_TCP, false},
	{"image: mongo", 27017, PROTOCOL_TCP, true},
	{"image: memcached", 11211, PROTOCOL_TCP, true},
	{"image: rabbitmq", 5672, PROTOCOL_TCP, true},
	{"image: busybox", 80, PROTOCOL_TCP, false},
	{"image: registry.k8s.io/coredns/coredns", 53, PROTOCOL_UDP, true},
	{"image: registry.k8s.io/coredns/coredns", 53, PROTOCOL_TCP, true},
	{"image: hashicorp/http-echo, args: ['-text=hi']", 5678, PROTOCOL_TCP, true},
	{"image: hashicorp/http-echo, args: ['-text=hi', '-listen=:8080']", 8080, PROTOCOL_TCP, true},
	{"image: hashicorp/http-echo, args: ['-listen', ':8080']", 5678, PROTOCOL_TCP, false},
	{"image: registry.k8s.io/e2e-test-images/agnhost, args: [netexec]", 8080, PROTOCOL_TCP, true},
	{"image: registry.k8s.io/e2e-test-images/agnhost, args: [netexec, '--http-port=8081']", 8081, PROTOCOL_TCP,
		true},
	{"image: registry.k8s.io/e2e-test-images/agnhost, args: [netexec, '--http-port=8081']", 8080, PROTOCOL_TCP,
		false},
	{"image: registry.k8s.io/e2e-test-images/agnhost, args: [netexec]", 8081, PROTOCOL_UDP, true},
	{"image: registry.k8s.io/e2e-test-images/agnhost, args: [netexec, '--udp-port=9000']", 9000, PROTOCOL_UDP,
		true},
	{"image: registry.k8s.io/e2e-test-images/agnhost, args: [serve-hostname]", 9376, PROTOCOL_TCP, true},
	{"image: registry.k8s.io/e2e-test-images/agnhost, args: [serve-hostname, '--port=80']", 80, PROTOCOL_TCP, true},
	{"image: 'python:3', command: [python, -m, http.server, '8000']", 8000, PROTOCOL_TCP, true},
	{"image: 'python:3', command: [python, -m, http.server]", 8000, PROTOCOL_TCP, true},
	{"image: 'python:3', command: [sh, -c, 'python3 -m http.server 9090']", 9090, PROTOCOL_TCP, true},
	{"image: busybox, command: [httpd, -f, -p, '8080']", 8080, PROTOCOL_TCP, true},
	{"image: busybox, command: [/bin/nc, -lk, -p, '8080']", 8080, PROTOCOL_TCP, true},
	{"image: busybox, args: [httpd, -f]", 80, PROTOCOL_TCP, true},
	{"image: busybox, command: [sh, -c, 'httpd -f -p 8080']", 8080, PROTOCOL_TCP, true},
	{"image: busybox, command: [sh, -c, 'while true; do echo hi | nc -l -p 7000; done']", 7000, PROTOCOL_TCP, true},
	{"image: busybox, command: [sh, -c, 'nc -lk -p 7001 -e cat']", 7001, PROTOCOL_TCP, true},
	{"image: busybox, command: [sh, -c, 'sleep 3600']", 7001, PROTOCOL_TCP, false},
	{"image: traefik/whoami", 80, PROTOCOL_TCP, true},
	{"image: kennethreitz/httpbin", 80, PROTOCOL_TCP, true},
	{"image: example.com/team/api, ports: [{containerPort: 3000}]", 3000, PROTOCOL_TCP, true},
	{"image: example.com/team/api, ports: [{containerPort: 3000}]", 3001, PROTOCOL_TCP, false},
	{"image: example.com/team/api, ports: [{containerPort: 53, protocol: UDP}]", 53, PROTOCOL_UDP, true},
};

static void
processes_listen_where_their_images_do(void **state)
{
	struct str wrong = STR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct cluster cluster;
		struct str text = STR_INIT;

		str_addf(&text, "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, %s}]}\n",
			rows[i].container);
		make(&cluster, text.buf);
		if (pod_listens(pod_view(object_in(&cluster, "Pod", "p")), rows[i].protocol, rows[i].port) !=
			rows[i].listens)
			str_addf(&wrong, "\n%s: %u/%s should%s listen", rows[i].container, (unsigned)rows[i].port,
				protocol_name(rows[i].protocol), rows[i].listens ? "" : " not");
		str_release(&text);
		cluster_release(&cluster);
	}
	if (wrong.len)
		fail_msg("%s", wrong.buf);
	str_release(&wrong);
}

static const struct {
	const char *container, *path, *body;	/* body NULL: no HTTP; a part of it */
	uint16_t port;
} answers[] = {
	{ "image: nginx", "/", "<h1>Welcome to nginx!</h1>", 80 },
	{ "image: httpd", "/", "<h1>It works!</h1>", 80 },
	{ "image: hashicorp/http-echo, args: ['-text=green']", "/any", "green\n", 5678 },
	{ "image: registry.k8s.io/e2e-test-images/agnhost, args: [netexec]", "/hostname", "p", 8080 },
	{ "image: registry.k8s.io/e2e-test-images/agnhost, args: [netexec]", "/clientip", "10.1.2.3:", 8080 },
	{ "image: registry.k8s.io/e2e-test-images/agnhost, args: [serve-hostname]", "/", "p", 9376 },
	{ "image: redis", "/", NULL, 6379 },
};

static void
servers_answer_what_their_images_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		struct cluster cluster;
		struct str text = STR_INIT, body = STR_INIT;
		bool spoke;

		str_addf(&text, "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, %s}]}\n",
			answers[i].container);
		make(&cluster, text.buf);
		spoke = pod_http(
			pod_view(object_in(&cluster, "Pod", "p")), answers[i].port, answers[i].path, "10.1.2.3", &body);
		assert_int_equal(spoke, answers[i].body != NULL);
		if (spoke && !strstr(body.buf, answers[i].body))
			fail_msg("%s answers %s with %s", answers[i].container, answers[i].path, body.buf);
		str_release(&text);
		str_release(&body);
		cluster_release(&cluster);
	}
}

static void
only_tags_that_there_may_be_can_be_pulled(void **state)
{
	(void)state;
	assert_true(image_exists("nginx"));
	assert_true(image_exists("nginx:1.27-alpine"));
	assert_true(image_exists("nginx:alpine"));
	assert_false(image_exists("nginx:doesnotexist"));
	assert_true(image_exists("example.com/team/api:whatever"));	/* nothing is known of it */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(processes_listen_where_their_images_do),
		cmocka_unit_test(servers_answer_what_their_images_answer),
		cmocka_unit_test(only_tags_that_there_may_be_can_be_pulled),
	};

	return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
