/*
 * What servers answer over HTTP.  The bodies are those of the images' sources and documentation: agnhost and echoserver
 * of kubernetes/test/images, the tutorials of kubernetes.io, the READMEs of http-echo, whoami, hello-app.
 */
#include "fixture.h"

#include "control/answer.h"

#define AGNHOST "image: registry.k8s.io/e2e-test-images/agnhost:2.53, "
#define SH(script) "image: busybox, command: [sh, -c, \"" script "\"]"

/* body: a part of the answer; NULL: no HTTP, and then the status is the kind of answer. */
static const struct {
	const char *container, *path;
	uint16_t port;
	int status;
	const char *body;
} rows[] = {
	{ "image: nginx", "/", 80, 200, "<h1>Welcome to nginx!</h1>" },
	{ "image: nginx", "/nosuch", 80, 404, "<center><h1>404 Not "
		"Found</h1></center>\r\n<hr><center>nginx/1.27.3</center>" },
	{ "image: 'nginx:1.14.2'", "/nosuch", 80, 404, "<hr><center>nginx/1.14.2</center>" },
	{ "image: httpd", "/", 80, 200, "<html><body><h1>It works!</h1></body></html>\n" },
	{ "image: httpd", "/nosuch", 80, 404, "<p>The requested URL was not found on this server.</p>" },
	{ "image: tomcat", "/", 8080, 404, "HTTP Status 404 – Not Found" },
	{ "image: hashicorp/http-echo, args: ['-text=green']", "/any", 5678, 200, "green\n" },
	{ "image: hashicorp/http-echo, args: ['-text', 'green light', '-listen=:80']", "/", 80, 200, "green light\n" },
	{ "image: hashicorp/http-echo", "/", 5678, 200, "hello-world\n" },
	{ "image: hashicorp/http-echo, args: ['-text=I am $(NAME)'], env: [{name: NAME, valueFrom: {fieldRef: "
		"{fieldPath: metadata.name}}}]",
		"/", 5678, 200, "I am p\n" },
	{ AGNHOST "args: [netexec]", "/", 8080, 200, "NOW: 2026-01-01 00:00:" },
	{ AGNHOST "args: [netexec]", "/hostname", 8080, 200, "p" },
	{ AGNHOST "args: [netexec]", "/clientip", 8080, 200, "10.1.2.3:" },
	{ AGNHOST "args: [netexec]", "/echo?msg=hello", 8080, 200, "hello" },
	{ AGNHOST "args: [netexec]", "/nosuch", 8080, 200, "NOW: 2026-01-01 00:00:" },
	{ AGNHOST "args: [serve-hostname]", "/any", 9376, 200, "p" },
	{ AGNHOST "args: [porter], env: [{name: SERVE_PORT_80, value: first}, {name: SERVE_PORT_81, value: second}]",
		"/", 81, 200, "second" },
	{ AGNHOST "args: [liveness]", "/healthz", 8080, 200, "ok" },
	{ "image: traefik/whoami", "/x", 80, 200, "Hostname: p\nIP: 127.0.0.1\n" },
	{ "image: traefik/whoami", "/x", 80, 200, "RemoteAddr: 10.1.2.3:51234\nGET /x HTTP/1.1\nHost: web\nUser-Agent: "
		"curl/8\n" },
	{ "image: 'registry.k8s.io/echoserver:1.4'", "/", 8080, 200,
		"CLIENT VALUES:\nclient_address=10.1.2.3\ncommand=GET\nreal path=/\nquery=nil\n" },
	{ "image: 'registry.k8s.io/echoserver:1.10'", "/a?b=c", 8080, 200,
		"\tclient_address=10.1.2.3\n\tmethod=GET\n\treal path=/a?b=c\n\tquery=b=c\n" },
	{ "image: 'gcr.io/google-samples/hello-app:1.0'", "/", 8080, 200, "Hello, world!\nVersion: 1.0.0\nHostname: p\n" },
	{ "image: 'gcr.io/google-samples/hello-app:2.0'", "/", 8080, 200, "Hello, world!\nVersion: 2.0.0\nHostname: p\n" },
	{ "image: 'gcr.io/google-samples/node-hello:1.0'", "/", 8080, 200, "Hello Kubernetes!" },
	{ "image: nginxinc/nginx-unprivileged", "/", 8080, 200, "<h1>Welcome to nginx!</h1>" },
	{ "image: 'luksa/kiada:0.1'", "/", 8080, 200, "Kiada version 0.1. Request processed by \"p\". Client IP: "
		"::ffff:10.1.2.3\n" },
	{ "image: luksa/kubia", "/", 8080, 200, "You've hit p\n" },
	{ "image: 'stefanprodan/podinfo:6.7.1'", "/", 9898, 200, "\"message\": \"greetings from podinfo v6.7.1\"" },
	{ "image: 'gcr.io/kuar-demo/kuard-amd64:blue'", "/healthy", 8080, 200, "ok" },
	{ "image: mongo", "/", 27017, 200, "It looks like you are trying to access MongoDB over HTTP" },
	{ "image: 'python:3', command: [python3, -m, http.server, '9000']", "/", 9000, 200,
		"<title>Directory listing for /</title>" },
	{ "image: 'python:3', command: [python3, -m, http.server, '9000']", "/nosuch", 9000, 404,
		"<p>Error code: 404</p>" },
	{ "image: busybox, command: [httpd, -f, -p, '8080']", "/", 8080, 404,
		"<BODY><H1>404 Not Found</H1>\nThe requested URL was not found\n" },
	{ SH("echo hello from $(hostname) > /www/index.html; httpd -f -p 8080 -h /www"), "/", 8080, 200,
		"hello from p\n" },
	{ SH("while true; do echo -e 'HTTP/1.1 200 OK\\\\n\\\\nhi there' | nc -l -p 7000; done"), "/", 7000, 200,
		"hi there\n" },
	{ SH("while true; do echo hi | nc -l -p 7000; done"), "/", 7000, ANSWER_FOREIGN, NULL },
	{ SH("nc -lk -p 7000"), "/", 7000, ANSWER_SILENT, NULL },
	{ "image: redis", "/", 6379, ANSWER_SILENT, NULL },
	{ "image: mysql, env: [{name: MYSQL_ROOT_PASSWORD, value: x}]", "/", 3306, ANSWER_FOREIGN, NULL },
	{ "image: nginx", "/", 81, ANSWER_REFUSED, NULL },
	{ "image: example.com/team/api, ports: [{containerPort: 3000}]", "/any", 3000, 200, "p\n" },	/* nothing is known of it */
};

static enum answer_kind
ask(const struct cluster *cluster, const char *path, uint16_t port, struct answer *answer)
{
	const struct answer_ask request = { "GET", path, "web", "curl/8", "10.1.2.3", cluster->server.clock.now };

	return answer_ask(cluster->server.store, pod_view(object_in(cluster, "Pod", "p")), port, &request, answer);
}

static void
servers_answer_what_their_images_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct cluster cluster;
		struct str text = STR_INIT;
		struct answer answer;
		enum answer_kind kind;

		str_addf(&text, "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, %s}]}\n",
			rows[i].container);
		make(&cluster, text.buf);
		kind = ask(&cluster, rows[i].path, rows[i].port, &answer);
		if (!rows[i].body)
			assert_int_equal(kind, rows[i].status);
		else if (kind != ANSWER_HTTP || answer.status != rows[i].status ||
			!strstr(answer.body.buf, rows[i].body))
			fail_msg("%s answers %s with %d: %s", rows[i].container, rows[i].path, answer.status,
				answer.body.buf);
		answer_release(&answer);
		str_release(&text);
		cluster_release(&cluster);
	}
}

#define PAGE "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}\ndata: {index.html: \"hello\\n\", " \
	"default.conf: \"server { listen 80; location / { return 200 'said\\\\n'; } }\"}\n---\n"
#define WITH(container, volume) "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {volumes: [{name: v, " \
	volume "}], " container "}\n"

/* Files that a volume brings, those that another container writes there, and a folder without an index. */
static const struct {
	const char *manifests, *path;
	int status;
	const char *body;
} files[] = {
	{ PAGE WITH("containers: [{name: c, image: nginx, volumeMounts: [{name: v, mountPath: "
		"/usr/share/nginx/html}]}]", "configMap: {name: page}"),
		"/", 200, "hello\n" },
	{ PAGE WITH("containers: [{name: c, image: nginx, volumeMounts: [{name: v, mountPath: "
		"/usr/share/nginx/html}]}]", "configMap: {name: page}"),
		"/nosuch", 404, "404 Not Found" },
	{ PAGE WITH("containers: [{name: c, image: httpd, volumeMounts: [{name: v, mountPath: "
		"/usr/local/apache2/htdocs/}]}]",
		"configMap: {name: page}"), "/index.html", 200, "hello\n" },
	{ PAGE WITH("containers: [{name: c, image: nginx, volumeMounts: [{name: v, mountPath: /etc/nginx/conf.d}]}]",
		"configMap: {name: page}"),
		"/", 200, "said\n" },
	{ WITH("containers: [{name: c, image: nginx, volumeMounts: [{name: v, mountPath: /usr/share/nginx/html}]}]",
		"emptyDir: {}"),
		"/", 403, "<h1>403 Forbidden</h1>" },
	{ WITH("initContainers: [{name: i, image: busybox, command: [sh, -c, 'echo made > /work/index.html'], "
		"volumeMounts: [{name: v, mountPath: /work}]}], "
		"containers: [{name: c, image: nginx, volumeMounts: [{name: v, mountPath: /usr/share/nginx/html}]}]",
		"emptyDir: {}"),
		"/", 200, "made\n" },
	{ WITH("containers: [{name: c, image: nginx, lifecycle: {postStart: {exec: {command: [sh, -c, "
		"'echo $HOSTNAME > /usr/share/nginx/html/index.html']}}}}]", "emptyDir: {}"), "/", 200, "p\n" },
};

static void
files_are_served(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct cluster cluster;
		struct answer answer;

		make(&cluster, files[i].manifests);
		assert_int_equal(ask(&cluster, files[i].path, 80, &answer), ANSWER_HTTP);
		if (answer.status != files[i].status || !strstr(answer.body.buf, files[i].body))
			fail_msg("%s answers %s with %d: %s", files[i].manifests, files[i].path, answer.status,
				answer.body.buf);
		answer_release(&answer);
		cluster_release(&cluster);
	}
}

static void
an_annotation_says_the_answer(void **state)
{
	struct cluster cluster;
	struct answer answer;

	(void)state;
	make(&cluster, "apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {svcsim/answer: 'blue %h'}}\n"
		"spec: {containers: [{name: c, image: nginx}]}\n");
	assert_int_equal(ask(&cluster, "/", 80, &answer), ANSWER_HTTP);
	assert_string_equal(answer.body.buf, "blue p");
	answer_release(&answer);
	cluster_release(&cluster);
}

/* The documentation's example of a liveness probe: well for ten seconds, then an error. */
static void
liveness_ends_after_ten_seconds(void **state)
{
	struct cluster cluster;
	const struct pod *pod;

	(void)state;
	make(&cluster, "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: "
		"registry.k8s.io/e2e-test-images/"
		"agnhost:2.40, args: [liveness], livenessProbe: {httpGet: {path: /healthz, port: 8080}, "
		"initialDelaySeconds: 3, "
		"periodSeconds: 3}}]}\n");
	pod = pod_view(object_in(&cluster, "Pod", "p"));
	assert_int_equal(answer_status(cluster.server.store, pod, 8080, "/healthz", 9 * CLOCK_SECOND), 200);
	assert_int_equal(answer_status(cluster.server.store, pod, 8080, "/healthz", 10 * CLOCK_SECOND), 500);
	cluster_tick(&cluster, cluster.server.clock.now + 60 * CLOCK_SECOND);
	assert_true(was_said(&cluster, "p", "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: "
		"500"));
	assert_true(was_said(&cluster, "p", "Killing", "Container c failed liveness probe, will be restarted"));
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(servers_answer_what_their_images_answer),
		cmocka_unit_test(files_are_served),
		cmocka_unit_test(an_annotation_says_the_answer),
		cmocka_unit_test(liveness_ends_after_ten_seconds),
	};

	return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
