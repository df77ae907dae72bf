/* Readiness probes against what containers really do. */
#include "fixture.h"

static const struct {
	const char *container;
	bool ready;
} rows[] = {
	{"image: nginx", true},
	{"image: nginx, readinessProbe: {httpGet: {path: /, port: 80}}", true},
	{"image: nginx, readinessProbe: {httpGet: {port: 80}}", true},
	{"image: nginx, readinessProbe: {httpGet: {path: /healthz, port: 80}}", false}, /* it serves no such file */
	{"image: nginx, readinessProbe: {httpGet: {path: /, port: 8080}}", false}, /* group 15: connection refused */
	{"image: nginx, ports: [{name: web, containerPort: 80}], readinessProbe: {httpGet: {port: web}}", true},
	{"image: nginx, ports: [{name: web, containerPort: 8080}], readinessProbe: {httpGet: {port: web}}", false},
	{"image: nginx, readinessProbe: {httpGet: {port: web}}", false},
	{"image: redis, readinessProbe: {tcpSocket: {port: 6379}}", true},
	{"image: redis, readinessProbe: {tcpSocket: {port: 80}}", false},
	{"image: redis, readinessProbe: {httpGet: {port: 6379}}", false}, /* it speaks no HTTP */
	{"image: registry.k8s.io/e2e-test-images/agnhost, args: [netexec], readinessProbe: {httpGet: {path: /healthz, "
	 "port: 8080}}",
		true},
	{"image: busybox, command: [sleep, '3600'], readinessProbe: {exec: {command: [cat, /tmp/ready]}}", false},
	{"image: busybox, command: [sleep, '3600'], readinessProbe: {exec: {command: ['true']}}", true},
	{"image: busybox, command: [sleep, '3600'], readinessProbe: {exec: {command: ['false']}}", false},
};

static void
probes_find_what_is_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct cluster cluster;
		struct str text = STR_INIT;

		str_addf(&text, "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, %s}]}\n",
			rows[i].container);
		make(&cluster, text.buf);
		if (pod_view(object_in(&cluster, "Pod", "p"))->ready != rows[i].ready)
			fail_msg("%s: should%s be ready", rows[i].container, rows[i].ready ? "" : " not");
		str_release(&text);
		cluster_release(&cluster);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(probes_find_what_is_there),
	};

	return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
