/* Pods' lives: what a status says when, as the transcripts of a real v1.32 cluster show it (groups 02 and 15). */
#include "fixture.h"

#include "control/events.h"

#define POD(name, spec) "---\napiVersion: v1\nkind: Pod\nmetadata: {name: " name "}\nspec: {" spec "}\n"

static const char *const order[] = {
	"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"};

static void
expect_conditions(const struct object *pod, const char *statuses)
{
	const struct value *conditions = value_path(pod->root, "status.conditions");

	assert_int_equal(value_count(conditions), 5);
	for (size_t i = 0; i < 5; i++) {
		const char *status = value_get_text(value_at(conditions, i), "status");

		assert_string_equal(value_get_text(value_at(conditions, i), "type"), order[i]);
		assert_int_equal(status[0], statuses[i]);
	}
}

static void
conditions_stand_in_the_kubelets_order(void **state)
{
	struct cluster cluster;
	const struct object *pod;

	(void)state;
	make(&cluster, POD("other", "containers: [{name: c, image: nginx}]"));
	create(&cluster, POD("p", "containers: [{name: c, image: nginx}]"));
	control_run(&cluster.control);
	pod = object_in(&cluster, "Pod", "p");
	expect_conditions(pod, "FTFFT");
	assert_string_equal(text_at(pod, "status.phase"), "Pending");
	assert_string_equal(text_at(pod, "status.containerStatuses[0].state.waiting.reason"), "ContainerCreating");
	assert_string_equal(text_at(pod, "status.conditions[2].message"), "containers with unready status: [c]");
	settle(&cluster);
	pod = object_in(&cluster, "Pod", "p");
	expect_conditions(pod, "TTTTT");
	assert_string_equal(text_at(pod, "status.phase"), "Running");
	assert_true(value_is_null(value_path(pod->root, "status.conditions[0].lastProbeTime")));
	assert_null(value_path(pod->root, "status.conditions[2].message"));
	/* that it is scheduled was known a second before it ran */
	assert_true(strcmp(text_at(pod, "status.conditions[4].lastTransitionTime"),
		text_at(pod, "status.conditions[2].lastTransitionTime")) < 0);
	cluster_release(&cluster);
}

static const struct {
	const char *image, *resolved, *id_starts;
} images[] = {
	{ "nginx", "docker.io/library/nginx:latest", "docker.io/library/nginx@sha256:" },
	{ "nginx:1.25", "docker.io/library/nginx:1.25", "docker.io/library/nginx@sha256:" },
	{ "hashicorp/http-echo", "docker.io/hashicorp/http-echo:latest", "docker.io/hashicorp/http-echo@sha256:" },
	{ "registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10", "registry.k8s.io/pause@sha256:" },
	{ "localhost:5000/web", "localhost:5000/web:latest", "localhost:5000/web@sha256:" },
};

static void
images_are_named_as_the_runtime_resolves_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof images / sizeof images[0]; i++) {
		struct cluster cluster;
		struct str text = STR_INIT;
		const struct object *pod;

		str_addf(&text, POD("p", "containers: [{name: c, image: '%s'}]"), images[i].image);
		make(&cluster, text.buf);
		pod = object_in(&cluster, "Pod", "p");
		assert_string_equal(text_at(pod, "status.containerStatuses[0].image"), images[i].resolved);
		assert_true(str_starts(text_at(pod, "status.containerStatuses[0].imageID"), images[i].id_starts));
		assert_true(str_starts(text_at(pod, "status.containerStatuses[0].containerID"), "containerd://"));
		str_release(&text);
		cluster_release(&cluster);
	}
}

static void
each_container_is_ready_by_itself(void **state)
{
	struct cluster cluster;
	const struct object *pod;

	(void)state;
	make(&cluster, POD("p", "containers: [{name: web, image: nginx}, "
		"{name: api, image: nginx, readinessProbe: {tcpSocket: {port: 81}}}]"));
	pod = object_in(&cluster, "Pod", "p");
	expect_conditions(pod, "TTFFT");
	assert_string_equal(text_at(pod, "status.phase"), "Running");
	assert_string_equal(text_at(pod, "status.conditions[2].message"), "containers with unready status: [api]");
	/* sorted by name */
	assert_string_equal(text_at(pod, "status.containerStatuses[0].name"), "api");
	assert_false(value_get_bool(value_path(pod->root, "status.containerStatuses[0]"), "ready", true));
	assert_true(value_get_bool(value_path(pod->root, "status.containerStatuses[1]"), "ready", false));
	cluster_release(&cluster);
}

static void
an_image_that_is_not_there_keeps_the_pod_pending(void **state)
{
	struct cluster cluster;
	const struct object *pod;

	(void)state;
	make(&cluster, POD("p", "containers: [{name: bad, image: 'nginx:doesnotexist'}, {name: good, image: nginx}]"));
	pod = object_in(&cluster, "Pod", "p");
	expect_conditions(pod, "TTFFT");
	assert_string_equal(text_at(pod, "status.phase"), "Pending");
	assert_string_equal(text_at(pod, "status.containerStatuses[0].state.waiting.reason"), "ImagePullBackOff");
	assert_string_equal(text_at(pod, "status.containerStatuses[0].image"), "nginx:doesnotexist");
	assert_string_equal(text_at(pod, "status.containerStatuses[0].imageID"), "");
	assert_true(pod_view(pod)->nips == 1);
	assert_true(text_at(pod, "status.containerStatuses[1].state.running.startedAt")[0] != 0);
	cluster_release(&cluster);
}

/* pkg/kubelet/images/image_manager.go: pauses of 10, 20, 40 .. 300 s, and what is said of pull and pause. */
static void
a_pull_is_tried_again_after_pauses_that_double(void **state)
{
	static const struct {
		int64_t seconds, pulls;
	} tries[] = { { 5, 1 }, { 30, 2 }, { 60, 3 }, { 120, 4 } };
	struct cluster cluster;
	const struct object *pod;

	(void)state;
	make(&cluster, POD("p", "containers: [{name: c, image: 'nginx:doesnotexist'}]"));
	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		cluster_tick(&cluster, START + tries[i].seconds * CLOCK_SECOND);
		pod = object_in(&cluster, "Pod", "p");
		assert_int_equal(event_times(&cluster.server, EVENT_PULLING, pod, "c"), tries[i].pulls);
		assert_int_equal(event_times(&cluster.server, EVENT_PULL_BACK_OFF, pod, "c") > 0, tries[i].pulls > 1);
	}
	assert_true(was_said(&cluster, "p", "Failed", "Error: ErrImagePull"));
	assert_true(was_said(&cluster, "p", "Failed", "Error: ImagePullBackOff"));
	assert_true(was_said(&cluster, "p", "BackOff", "Back-off pulling image \"nginx:doesnotexist\""));
	assert_string_equal(text_at(pod, "status.containerStatuses[0].state.waiting.message"),
		"Back-off pulling image \"nginx:doesnotexist\": "
		"ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "
		"\"docker.io/library/nginx:doesnotexist\": "
		"failed to resolve reference \"docker.io/library/nginx:doesnotexist\": "
		"docker.io/library/nginx:doesnotexist: not found");
	cluster_release(&cluster);
}

/* What is missing is said again and again, and the container starts when it comes. */
static void
a_missing_config_map_is_complained_of(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, POD("p", "containers: [{name: c, image: nginx, envFrom: [{configMapRef: {name: m}}]}]"));
	cluster_tick(&cluster, START + 60 * CLOCK_SECOND);
	assert_true(was_said(&cluster, "p", "Failed", "Error: configmap \"m\" not found"));
	assert_true(event_times(&cluster.server, EVENT_FAILED, object_in(&cluster, "Pod", "p"), "c") >= 4);
	create(&cluster, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n");
	settle(&cluster);
	assert_string_equal(text_at(object_in(&cluster, "Pod", "p"), "status.phase"), "Running");
	cluster_release(&cluster);
}

static void
a_probe_takes_its_delay(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, POD("other", "containers: [{name: c, image: nginx}]"));
	cluster_tick(&cluster, START + 100 * CLOCK_SECOND);
	create(&cluster, POD("p", "containers: [{name: c, image: nginx, readinessProbe: "
		"{httpGet: {path: /, port: 80}, initialDelaySeconds: 20}}]"));
	cluster_tick(&cluster, START + 115 * CLOCK_SECOND);
	assert_false(pod_view(object_in(&cluster, "Pod", "p"))->ready);
	assert_string_equal(text_at(object_in(&cluster, "Pod", "p"), "status.phase"), "Running");
	cluster_tick(&cluster, START + 130 * CLOCK_SECOND);
	assert_true(pod_view(object_in(&cluster, "Pod", "p"))->ready);
	cluster_release(&cluster);
}

static void
addresses_are_the_nodes_and_never_given_twice(void **state)
{
	struct cluster cluster;
	size_t n;
	const struct object *const *pods;

	(void)state;
	make(&cluster,
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\n"
		"spec: {replicas: 40, selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, "
		"spec: {containers: [{name: c, image: nginx}]}}}\n" POD(
			"h", "hostNetwork: true, containers: [{name: c, image: nginx}]"));
	pods = store_list(cluster.server.store, kind_by_kind("Pod"), "default", &n);
	assert_int_equal(n, 41);
	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);
		const struct node *node =
			node_view(store_get(cluster.server.store, kind_by_kind("Node"), "", pod->node));

		assert_string_equal(
			text_at(pods[i], "status.hostIP"), text_at(node->object, "status.addresses[0].address"));
		if (pod->host_network) {
			assert_true(ip_equal(&pod->ip, &node->ips[0]));
			continue;
		}
		assert_true(cidr_contains(&node->pod_cidrs[0], &pod->ip));
		assert_in_range(pod->ip.b[3], 2, 254);	/* not the network's, the bridge's or the broadcast address */
		for (size_t j = 0; j < i; j++)
			assert_false(ip_equal(&pod->ip, &pod_view(pods[j])->ip));
	}
	cluster_release(&cluster);
}

/* host-local gives the next address, not the one that was just freed. */
static void
a_freed_address_is_not_the_next_one(void **state)
{
	static const char *const pinned = POD("b", "nodeName: node01, containers: [{name: c, image: nginx}]");
	struct cluster cluster;
	struct ip first;

	(void)state;
	make(&cluster, POD("a", "nodeName: node01, containers: [{name: c, image: nginx}]")
		POD("z", "nodeName: node01, containers: [{name: c, image: nginx}]"));
	first = pod_view(object_in(&cluster, "Pod", "a"))->ip;
	delete(&cluster, "Pod", "a");
	settle(&cluster);
	create(&cluster, pinned);
	settle(&cluster);
	assert_true(ip_compare(&pod_view(object_in(&cluster, "Pod", "b"))->ip, &first) > 0);
	cluster_release(&cluster);
}

static void
a_deleted_pod_takes_its_time(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, POD("p", "containers: [{name: c, image: nginx}]"));
	delete(&cluster, "Pod", "p");
	control_run(&cluster.control);
	assert_true(object_is_deleting(object_in(&cluster, "Pod", "p")));
	assert_int_equal(int_at(object_in(&cluster, "Pod", "p"), "metadata.deletionGracePeriodSeconds"), 30);
	settle(&cluster);
	assert_null(find(&cluster, "Pod", "p"));
	cluster_release(&cluster);
}

/* What `kubectl get pods` makes its STATUS of: the reason of the state, or the phase. */
static const char *
state_of(const struct object *pod)
{
	const struct value *state = value_path(pod->root, "status.containerStatuses[0].state");
	const char *reason = value_get_text(value_get(state, "waiting"), "reason");

	reason = reason ? reason : value_get_text(value_get(state, "terminated"), "reason");
	return reason ? reason : text_at(pod, "status.phase");
}

static const struct {
	const char *spec;
	const char *state, *phase;
	int restarts;
} ends[] = {
	{ "containers: [{name: c, image: busybox}]", "CrashLoopBackOff", "Running", 1 },
	{ "restartPolicy: Never, containers: [{name: c, image: busybox}]", "Completed", "Succeeded", 0 },
	{ "restartPolicy: OnFailure, containers: [{name: c, image: busybox}]", "Completed", "Succeeded", 0 },
	{ "restartPolicy: Never, containers: [{name: c, image: busybox, command: ['false']}]", "Error", "Failed", 0 },
	{ "restartPolicy: OnFailure, containers: [{name: c, image: busybox, command: ['false']}]", "CrashLoopBackOff", "Running", 1 },
	{ "containers: [{name: c, image: nginx, envFrom: [{configMapRef: {name: nope}}]}]", "CreateContainerConfigError", "Pending", 0 },
	{ "containers: [{name: c, image: nginx, envFrom: [{configMapRef: {name: nope, optional: true}}]}]", "Running", "Running", 0 },
	{ "containers: [{name: c, image: nginx}], volumes: [{name: v, secret: {secretName: nope}}]", "ContainerCreating", "Pending", 0 },
	{ "containers: [{name: c, image: nginx}], initContainers: [{name: i, image: busybox, command: [sleep, '3']}]", "Running",
		"Running", 0 },
	{ "containers: [{name: c, image: nginx}], initContainers: [{name: i, image: busybox, command: ['false']}]", "PodInitializing",
		"Pending", 0 },
	{ "restartPolicy: Never, containers: [{name: c, image: nginx}], initContainers: [{name: i, image: busybox, command: ['false']}]",
		"PodInitializing", "Failed", 0 },
	{ "containers: [{name: c, image: nginx}], initContainers: [{name: i, image: nginx, restartPolicy: Always}]", "Running",
		"Running", 0 },
	{ "containers: [{name: c, image: nginx, livenessProbe: {tcpSocket: {port: 81}, failureThreshold: 1}}]", "Running", "Running", 1 },
	{ "containers: [{name: c, image: nginx, startupProbe: {tcpSocket: {port: 80}}, livenessProbe: {tcpSocket: {port: 80}}}]",
		"Running", "Running", 0 },
};

static void
pods_end_as_their_policy_says(void **state)
{
	struct str wrong = STR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		struct cluster cluster;
		struct str text = STR_INIT;
		const struct object *pod;

		str_addf(&text, POD("p", "%s"), ends[i].spec);
		make(&cluster, text.buf);
		pod = object_in(&cluster, "Pod", "p");
		if (strcmp(state_of(pod), ends[i].state) != 0 || strcmp(text_at(pod, "status.phase"), ends[i].phase) != 0 ||
			int_at(pod, "status.containerStatuses[0].restartCount") != ends[i].restarts)
			str_addf(&wrong, "\n%s: %s, %s, %d", ends[i].spec, state_of(pod), text_at(pod, "status.phase"),
				(int)int_at(pod, "status.containerStatuses[0].restartCount"));
		str_release(&text);
		cluster_release(&cluster);
	}
	if (wrong.len)
		fail_msg("%s", wrong.buf);
}

/* The first restart comes at once, then after 10 s, 20 s, 40 s (pkg/kubelet: backOffPeriod, MaxContainerBackOff). */
static void
the_pause_between_restarts_doubles(void **state)
{
	static const struct { int seconds, restarts; } rows[] = { { 9, 1 }, { 13, 2 }, { 30, 2 }, { 33, 3 }, { 70, 3 }, { 73, 4 } };
	struct cluster cluster;

	(void)state;
	make(&cluster, POD("p", "containers: [{name: c, image: busybox}]"));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		cluster_tick(&cluster, START + rows[i].seconds * CLOCK_SECOND);
		assert_int_equal(int_at(object_in(&cluster, "Pod", "p"), "status.containerStatuses[0].restartCount"), rows[i].restarts);
	}
	assert_string_equal(text_at(object_in(&cluster, "Pod", "p"), "status.containerStatuses[0].lastState.terminated.reason"),
		"Completed");
	assert_true(str_starts(text_at(object_in(&cluster, "Pod", "p"), "status.containerStatuses[0].state.waiting.message"),
		"back-off 1m20s restarting failed container=c pod=p_default("));
	cluster_release(&cluster);
}

/* What containerd and the kubelet say of it (kuberuntime's startContainer, kubelet_pods' convertToAPIContainerStatuses). */
static void
who_cannot_start_is_tried_again(void **state)
{
	static const struct { int milliseconds, restarts; const char *reason; } rows[] = { { 1500, 0, "RunContainerError" },
		{ 2500, 1, "RunContainerError" }, { 3500, 1, "CrashLoopBackOff" }, { 12500, 2, "RunContainerError" },
		{ 13500, 2, "CrashLoopBackOff" } };
	struct cluster cluster;
	const struct object *pod;
	int64_t start;

	(void)state;
	make(&cluster, "apiVersion: v1\nkind: Service\nmetadata: {name: other}\nspec: {ports: [{port: 80}]}\n");
	create(&cluster, POD("p", "containers: [{name: c, image: busybox, command: [nosuch]}]"));
	create(&cluster, POD("never", "restartPolicy: Never, containers: [{name: c, image: busybox, command: [/bin/bash]}]"));
	start = cluster.server.clock.now;
	control_run(&cluster.control);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		cluster_tick(&cluster, start + rows[i].milliseconds * (CLOCK_SECOND / 1000));
		pod = object_in(&cluster, "Pod", "p");
		assert_int_equal(int_at(pod, "status.containerStatuses[0].restartCount"), rows[i].restarts);
		assert_string_equal(text_at(pod, "status.containerStatuses[0].state.waiting.reason"), rows[i].reason);
	}
	assert_string_equal(text_at(pod, "status.phase"), "Running");
	assert_string_equal(text_at(pod, "status.containerStatuses[0].lastState.terminated.reason"), "StartError");
	assert_string_equal(text_at(pod, "status.containerStatuses[0].lastState.terminated.startedAt"), "1970-01-01T00:00:00Z");
	assert_string_equal(text_at(pod, "status.containerStatuses[0].lastState.terminated.message"),
		"failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
		"unable to start container process: exec: \"nosuch\": executable file not found in $PATH: unknown");
	pod = object_in(&cluster, "Pod", "never");
	assert_string_equal(text_at(pod, "status.phase"), "Failed");
	assert_int_equal(int_at(pod, "status.containerStatuses[0].state.terminated.exitCode"), 128);
	cluster_release(&cluster);
}

/* Of a container of pod p. */
static void
set_image(struct cluster *cluster, const char *container, const char *image)
{
	struct object *copy = object_copy(object_in(cluster, "Pod", "p"));
	struct value *containers = value_path(copy->root, "spec.containers");

	for (size_t i = 0; i < value_count(containers); i++)
		if (strcmp(value_get_text(value_at(containers, i), "name"), container) == 0)
			value_set_text(&copy->arena, value_at(containers, i), "image", image);
	server_write(&cluster->server, copy);
}

/* kuberuntime's computePodActions: whatever its policy, a container whose image is another one is killed and started. */
static void
another_image_restarts_the_container(void **state)
{
	struct cluster cluster;
	const struct object *pod;

	(void)state;
	make(&cluster, POD("p", "restartPolicy: Never, containers: [{name: c, image: 'nginx:1.26'}, {name: d, image: 'nginx:1.25'}]"));
	set_image(&cluster, "c", "nginx:1.27");
	set_image(&cluster, "d", "nginx:1.161");
	settle(&cluster);
	cluster_tick(&cluster, cluster.server.clock.now + CLOCK_SECOND);
	pod = object_in(&cluster, "Pod", "p");
	assert_int_equal(int_at(pod, "status.containerStatuses[0].restartCount"), 1);
	assert_string_equal(text_at(pod, "status.containerStatuses[0].image"), "docker.io/library/nginx:1.27");
	assert_string_equal(text_at(pod, "status.containerStatuses[0].lastState.terminated.reason"), "Completed");
	assert_true(value_get_bool(value_path(pod->root, "status.containerStatuses[0]"), "ready", false));
	assert_string_equal(text_at(pod, "status.containerStatuses[1].image"), "docker.io/library/nginx:1.25");
	assert_string_equal(text_at(pod, "status.containerStatuses[1].state.waiting.reason"), "ImagePullBackOff");
	assert_true(event_last(&cluster.server, EVENT_KILLING, pod, "c") > 0);
	set_image(&cluster, "d", "nginx:1.25");
	settle(&cluster);
	assert_true(pod_view(object_in(&cluster, "Pod", "p"))->ready);
	cluster_release(&cluster);
}

/* The documentation's init container: it waits for a Service's name. */
static void
an_init_container_waits_for_a_service(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, POD("p", "initContainers: [{name: i, image: 'busybox:1.28', command: [sh, -c, 'until nslookup db; do sleep 2; done']}], "
		"containers: [{name: c, image: nginx}]"));
	assert_string_equal(text_at(object_in(&cluster, "Pod", "p"), "status.phase"), "Pending");
	assert_string_equal(text_at(object_in(&cluster, "Pod", "p"), "status.conditions[1].message"),
		"containers with incomplete status: [i]");
	create(&cluster, "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {ports: [{port: 80}]}\n");
	settle(&cluster);
	assert_string_equal(text_at(object_in(&cluster, "Pod", "p"), "status.phase"), "Running");
	assert_true(pod_view(object_in(&cluster, "Pod", "p"))->ready);
	cluster_release(&cluster);
}

/* What it lacked comes: it starts. */
static void
a_config_map_that_comes_later_lets_it_start(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, POD("p", "containers: [{name: c, image: nginx, env: [{name: A, valueFrom: {configMapKeyRef: {name: m, key: k}}}]}]"));
	assert_string_equal(text_at(object_in(&cluster, "Pod", "p"), "status.containerStatuses[0].state.waiting.message"),
		"configmap \"m\" not found");
	create(&cluster, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {j: x}\n");
	settle(&cluster);
	assert_string_equal(text_at(object_in(&cluster, "Pod", "p"), "status.phase"), "Pending");
	patch(&cluster, "ConfigMap", "m", "{\"data\":{\"k\":\"x\"}}");
	settle(&cluster);
	assert_true(pod_view(object_in(&cluster, "Pod", "p"))->ready);
	cluster_release(&cluster);
}

/* `sleep` as process 1 doesn't hear SIGTERM: the grace period passes. */
static void
who_ignores_sigterm_is_killed_at_last(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, POD("p", "terminationGracePeriodSeconds: 20, containers: [{name: c, image: busybox, command: [sleep, 1h]}]"));
	delete(&cluster, "Pod", "p");
	settle(&cluster);
	assert_true(object_is_deleting(object_in(&cluster, "Pod", "p")));
	cluster_tick(&cluster, cluster.server.clock.now + 19 * CLOCK_SECOND);
	assert_non_null(find(&cluster, "Pod", "p"));
	cluster_tick(&cluster, cluster.server.clock.now + 2 * CLOCK_SECOND);
	assert_null(find(&cluster, "Pod", "p"));
	cluster_release(&cluster);
}

/* A scenario's word on readiness, whatever its processes do. */
static void
an_annotation_keeps_a_pod_unready(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, "apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {svcsim/ready: \"false\"}}\n"
		"spec: {containers: [{name: c, image: nginx}]}\n");
	assert_string_equal(text_at(object_in(&cluster, "Pod", "p"), "status.phase"), "Running");
	assert_false(pod_view(object_in(&cluster, "Pod", "p"))->ready);
	patch(&cluster, "Pod", "p", "{\"metadata\":{\"annotations\":null}}");
	settle(&cluster);
	assert_true(pod_view(object_in(&cluster, "Pod", "p"))->ready);
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_stand_in_the_kubelets_order),
		cmocka_unit_test(images_are_named_as_the_runtime_resolves_them),
		cmocka_unit_test(each_container_is_ready_by_itself),
		cmocka_unit_test(an_image_that_is_not_there_keeps_the_pod_pending),
		cmocka_unit_test(a_pull_is_tried_again_after_pauses_that_double),
		cmocka_unit_test(a_missing_config_map_is_complained_of),
		cmocka_unit_test(a_probe_takes_its_delay),
		cmocka_unit_test(addresses_are_the_nodes_and_never_given_twice),
		cmocka_unit_test(a_freed_address_is_not_the_next_one),
		cmocka_unit_test(a_deleted_pod_takes_its_time),
		cmocka_unit_test(pods_end_as_their_policy_says),
		cmocka_unit_test(the_pause_between_restarts_doubles),
		cmocka_unit_test(who_cannot_start_is_tried_again),
		cmocka_unit_test(another_image_restarts_the_container),
		cmocka_unit_test(an_init_container_waits_for_a_service),
		cmocka_unit_test(a_config_map_that_comes_later_lets_it_start),
		cmocka_unit_test(who_ignores_sigterm_is_killed_at_last),
		cmocka_unit_test(an_annotation_keeps_a_pod_unready),
	};

	return cmocka_run_group_tests_name("kubelet", tests, NULL, NULL);
}
