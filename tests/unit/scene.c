/* What stands in a cluster as plain values: states in kubectl's words, endpoints from slices, who is Kubernetes' own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "svcsim/scene.h"

static const char manifests[] =
	"apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
	"apiVersion: v1\nkind: Pod\nmetadata: {name: up, namespace: shop, labels: {app: web}}\n"
	"spec: {nodeName: node01, containers: [{name: c, image: nginx}]}\n"
	"---\napiVersion: v1\nkind: Pod\nmetadata: {name: bad, namespace: shop, labels: {app: web}}\n"
	"spec: {nodeName: node02, containers: [{name: c, image: nginx}], readinessGates: [{conditionType: never}]}\n"
	"---\napiVersion: v1\nkind: Pod\nmetadata: {name: nowhere, namespace: shop}\n"
	"spec: {nodeSelector: {no: node}, containers: [{name: c, image: nginx}]}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
	"spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: alias, namespace: shop}\n"
	"spec: {type: ExternalName, externalName: example.com}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: hand, namespace: shop}\n"
	"spec: {ports: [{port: 80, targetPort: 8080}]}\n"
	"---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: hand, namespace: shop}\n"
	"subsets: [{addresses: [{ip: 198.51.100.7}], ports: [{port: 8080}]}]\n";

static struct sim *sim;

static int
set_up(void **state)
{
	const struct sim_text texts[] = { { "manifests", manifests, sizeof manifests - 1 } };
	struct err err = ERR_INIT;

	(void)state;
	sim = sim_new(1, INT64_C(1767225600000000000), texts, 1, false, &err);
	if (!sim)
		print_error("%u: %s\n", err.line, err.text);
	return sim ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	sim_free(sim);
	return 0;
}

static const struct scene_pod *
pod(const struct scene *scene, const char *name)
{
	for (size_t i = 0; i < scene->npods; i++)
		if (strcmp(scene->pods[i].name, name) == 0)
			return &scene->pods[i];
	fail_msg("no pod %s", name);
	return NULL;
}

static const struct scene_service *
service(const struct scene *scene, const char *name)
{
	for (size_t i = 0; i < scene->nservices; i++)
		if (strcmp(scene->services[i].name, name) == 0)
			return &scene->services[i];
	fail_msg("no Service %s", name);
	return NULL;
}

static void
nodes_have_states_and_taints(void **state)
{
	struct scene *scene = scene_new(sim);

	(void)state;
	assert_int_equal(scene->nnodes, 3);
	assert_string_equal(scene->nodes[0].name, "controlplane");
	assert_string_equal(scene->nodes[0].status, "Ready");
	assert_int_equal(scene->nodes[0].ntaints, 1);
	assert_string_equal(scene->nodes[0].taints[0], "node-role.kubernetes.io/control-plane:NoSchedule");
	assert_true(scene->nodes[1].well);
	assert_int_equal(scene->nodes[1].ntaints, 0);
	scene_free(scene);
}

static void
a_cordoned_node_is_not_well(void **state)
{
	struct sink_str out = SINK_STR_INIT;
	struct io io = { .out = &out.sink, .err = &out.sink };
	struct scene *scene;

	(void)state;
	assert_int_equal(sim_line(sim, &io, "kubectl cordon node02"), 0);
	scene = scene_new(sim);
	assert_string_equal(scene->nodes[2].status, "Ready,SchedulingDisabled");
	assert_false(scene->nodes[2].well);
	scene_free(scene);
	assert_int_equal(sim_line(sim, &io, "kubectl uncordon node02"), 0);
	str_release(&out.str);
}

static void
pods_are_well_when_they_are_ready(void **state)
{
	struct scene *scene = scene_new(sim);

	(void)state;
	assert_true(pod(scene, "up")->well);
	assert_string_equal(pod(scene, "up")->node, "node01");
	assert_int_equal(pod(scene, "up")->ready, 1);
	assert_false(pod(scene, "bad")->well);	/* running, but its gate is shut */
	assert_string_equal(pod(scene, "bad")->status, "Running");
	assert_string_equal(pod(scene, "nowhere")->status, "Pending");
	assert_string_equal(pod(scene, "nowhere")->node, "");
	assert_string_equal(pod(scene, "nowhere")->ip, "");
	assert_false(pod(scene, "up")->system);
	scene_free(scene);
}

static void
services_have_their_endpoints(void **state)
{
	struct scene *scene = scene_new(sim);
	const struct scene_service *web = service(scene, "web");

	(void)state;
	assert_string_equal(web->ports, "80:30080/TCP");
	assert_int_equal(web->nendpoints, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct scene_pod *target = &scene->pods[web->endpoints[i].pod];

		assert_int_equal(web->endpoints[i].ready, target == pod(scene, "up"));
		assert_memory_equal(web->endpoints[i].address, target->ip, strlen(target->ip));
	}
	assert_true(service(scene, "alias")->well);
	assert_true(service(scene, "alias")->is_name);
	assert_string_equal(service(scene, "alias")->external, "example.com");
	assert_string_equal(web->external, "");
	assert_int_equal(service(scene, "hand")->nendpoints, 1);
	assert_int_equal(service(scene, "hand")->endpoints[0].pod, SCENE_NO_POD);
	assert_string_equal(service(scene, "hand")->endpoints[0].address, "198.51.100.7:8080");
	scene_free(scene);
}

static void
kubernetes_own_is_known(void **state)
{
	struct scene *scene = scene_new(sim);

	(void)state;
	assert_true(service(scene, "kubernetes")->system);
	assert_true(service(scene, "kube-dns")->system);
	assert_true(service(scene, "kube-dns")->well);
	assert_false(service(scene, "web")->system);
	scene_free(scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_have_states_and_taints),
		cmocka_unit_test(a_cordoned_node_is_not_well),
		cmocka_unit_test(pods_are_well_when_they_are_ready),
		cmocka_unit_test(services_have_their_endpoints),
		cmocka_unit_test(kubernetes_own_is_known),
	};

	return cmocka_run_group_tests_name("scene", tests, set_up, tear_down);
}
