/*
 * What processes listen on, by image, arguments, environment and configuration, as the images' own documentation says.
 */
#include "fixture.h"

#include "control/serve.h"

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
	{"image: redis, args: [redis-server, --port, '7000']", 7000, PROTOCOL_TCP, true},
	{"image: redis, command: [redis-server, --port, '7000']", 6379, PROTOCOL_TCP, false},
	{"image: 'rabbitmq:3', ports: [{containerPort: 15672}]", 15672, PROTOCOL_TCP, false},
	{"image: 'memcached:1.6', args: [-p, '11212']", 11212, PROTOCOL_TCP, true},
	{"image: mongo, args: ['--port=27018']", 27018, PROTOCOL_TCP, true},
	{"image: 'postgres:16', env: [{name: POSTGRES_PASSWORD, value: x}, {name: PGPORT, value: '5433'}]", 5433,
		PROTOCOL_TCP, true},
	{"image: tomcat, ports: [{containerPort: 80}]", 8080, PROTOCOL_TCP, true},
	{"image: gcr.io/google-samples/hello-app:1.0, env: [{name: PORT, value: '80'}]", 80, PROTOCOL_TCP, true},
	{"image: traefik/whoami, args: ['--port=8000']", 8000, PROTOCOL_TCP, true},
	{"image: traefik/whoami, args: ['--port', '8000']", 80, PROTOCOL_TCP, false},
	{"image: gcr.io/kuar-demo/kuard-amd64:blue", 8080, PROTOCOL_TCP, true},
	{"image: stefanprodan/podinfo, args: ['--port=9000']", 9000, PROTOCOL_TCP, true},
	{"image: nginxinc/nginx-unprivileged", 8080, PROTOCOL_TCP, true},
	{"image: registry.k8s.io/e2e-test-images/agnhost, args: [porter], env: [{name: SERVE_PORT_81, value: x}]", 81,
		PROTOCOL_TCP, true},
	{"image: registry.k8s.io/e2e-test-images/agnhost, args: [porter], env: [{name: SERVE_SCTP_PORT_81, value: x}]",
		81, PROTOCOL_SCTP,
		true},
	{"image: registry.k8s.io/e2e-test-images/agnhost, args: [porter], env: [{name: SERVE_PORT_81, value: x}]", 80,
		PROTOCOL_TCP, false},
	{"image: registry.k8s.io/e2e-test-images/agnhost, args: [pause]", 8080, PROTOCOL_TCP, false},
	{"image: registry.k8s.io/e2e-test-images/agnhost, command: [/agnhost, netexec, '--http-port=80']", 80,
		PROTOCOL_TCP, true},
	{"image: registry.k8s.io/e2e-test-images/agnhost, args: [netexec, --http-port, $(P)], env: [{name: P, value: "
		"'85'}]", 85, PROTOCOL_TCP,
		true},
	{"image: alpine, command: [sh, -c, 'nc -l -u -p 53']", 53, PROTOCOL_UDP, true},
	{"image: alpine, command: [sh, -c, 'nc -lkvp 9000']", 9000, PROTOCOL_TCP, true},
	{"image: alpine, command: [nc, -l, '9001']", 9001, PROTOCOL_TCP, true},
	{"image: alpine, command: [sh, -c, 'nc -z web 9001; sleep 3600']", 9001, PROTOCOL_TCP, false},
	{"image: alpine/socat, args: ['TCP-LISTEN:1234,fork', 'TCP:web:80'], ports: [{containerPort: 1234}]", 1234,
		PROTOCOL_TCP, true},
	{"image: 'nginx:1.25', command: [nginx, -g, daemon off;]", 80, PROTOCOL_TCP, true},
	{"image: nginx, command: [sh, -c, \"sleep 5; nginx -g 'daemon off;'\"]", 80, PROTOCOL_TCP, true},
	{"image: node, command: [node, server.js], ports: [{containerPort: 3000}]", 3000, PROTOCOL_TCP, true},
	{"image: registry.k8s.io/nginx-slim:0.24", 80, PROTOCOL_TCP, true},
	{"image: quay.io/calico/node:v3.20.0, ports: [{containerPort: 9091}]", 9091, PROTOCOL_TCP, true},
	{"image: nginxdemos/hello, ports: [{containerPort: 8080}]", 80, PROTOCOL_TCP, true},
	{"image: example.com/hello, ports: [{containerPort: 8080}]", 80, PROTOCOL_TCP, false},
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
		if (pod_listens(cluster.server.store, pod_view(object_in(&cluster, "Pod", "p")), rows[i].protocol,
			rows[i].port) != rows[i].listens)
			str_addf(&wrong, "\n%s: %u/%s should%s listen", rows[i].container, (unsigned)rows[i].port,
				protocol_name(rows[i].protocol), rows[i].listens ? "" : " not");
		str_release(&text);
		cluster_release(&cluster);
	}
	if (wrong.len)
		fail_msg("%s", wrong.buf);
	str_release(&wrong);
}

#define MAP(key, text) "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata:\n  " key ": \"" text "\"\n---\n"
#define POD(container, volume) "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, " \
	container "}], " \
	"volumes: [{name: v, configMap: {name: conf" volume "}}]}\n"

/* What is mounted over an image's configuration decides. */
static const struct {
	const char *manifests;
	uint16_t port;
	bool listens;
} mounted[] = {
	{ MAP("default.conf", "server { listen 8080; }") POD("image: nginx, volumeMounts: [{name: v, mountPath: "
		"/etc/nginx/conf.d}]", ""),
		8080, true },
	{ MAP("default.conf", "server { listen 8080; }") POD("image: nginx, volumeMounts: [{name: v, mountPath: "
		"/etc/nginx/conf.d}]", ""),
		80, false },
	{ MAP("web.conf", "server { # listen 9;\\n  listen 0.0.0.0:81 default_server; }")
		POD("image: nginx, volumeMounts: [{name: v, mountPath: /etc/nginx/conf.d/web.conf, subPath: web.conf}]",
		""), 81, true },
	{ MAP("web.conf", "server { listen 81; }")
		POD("image: nginx, volumeMounts: [{name: v, mountPath: /etc/nginx/conf.d/web.conf, subPath: web.conf}]",
		""), 80, true },
	{ MAP("any", "events {} http { server { listen 8081; } }")
		POD("image: nginx, volumeMounts: [{name: v, mountPath: /etc/nginx/nginx.conf, subPath: nginx.conf}]",
			", items: [{key: any, path: nginx.conf}]"), 8081, true },
	{ MAP("any", "events {} http { server { listen 8081; } }")
		POD("image: nginx, volumeMounts: [{name: v, mountPath: /etc/nginx/nginx.conf, subPath: nginx.conf}]",
			", items: [{key: any, path: nginx.conf}]"), 80, false },
	{ MAP("httpd.conf", "ServerRoot /x\\nListen 8888\\n")
		POD("image: httpd, volumeMounts: [{name: v, mountPath: /usr/local/apache2/conf}]", ""), 8888, true },
	{ MAP("page", "x") POD("image: nginx, volumeMounts: [{name: v, mountPath: /usr/share/nginx/html}]", ""), 80,
		true },
};

static void
mounted_configuration_decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof mounted / sizeof mounted[0]; i++) {
		struct cluster cluster;

		make(&cluster, mounted[i].manifests);
		if (pod_listens(cluster.server.store, pod_view(object_in(&cluster, "Pod", "p")), PROTOCOL_TCP,
			mounted[i].port) !=
			mounted[i].listens)
			fail_msg("%s: %u", mounted[i].manifests, (unsigned)mounted[i].port);
		cluster_release(&cluster);
	}
}

static void
an_annotation_says_it_of_any_pod(void **state)
{
	struct cluster cluster;
	const struct pod *pod;

	(void)state;
	make(&cluster, "apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {svcsim/listen: '8443,53/udp'}}\n"
		"spec: {containers: [{name: c, image: nginx}]}\n");
	pod = pod_view(object_in(&cluster, "Pod", "p"));
	assert_true(pod_listens(cluster.server.store, pod, PROTOCOL_TCP, 8443));
	assert_true(pod_listens(cluster.server.store, pod, PROTOCOL_UDP, 53));
	assert_false(pod_listens(cluster.server.store, pod, PROTOCOL_TCP, 80));
	assert_int_equal(pod_lowest_port(cluster.server.store, pod, PROTOCOL_TCP), 8443);
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(processes_listen_where_their_images_do),
		cmocka_unit_test(mounted_configuration_decides),
		cmocka_unit_test(an_annotation_says_it_of_any_pod),
	};

	return cmocka_run_group_tests_name("serve", tests, NULL, NULL);
}
