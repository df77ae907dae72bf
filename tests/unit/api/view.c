/* Views: what each field of a Service, slice, pod and node reads as, present or absent. */
#include "api/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/yaml.h"

static struct object *
make(const char *kind, const char *text)
{
	struct object *object = object_new(kind_by_kind(kind));
	value_vec documents = VEC_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(yaml_read("test", text, strlen(text), &(struct yaml_options){ false }, &object->arena,
				 &documents, &err),
		0);
	object->root = documents.v[0];
	vec_release(&documents);
	object_seal(object);
	return object;
}

static void
assert_ip(const struct ip *ip, const char *want)
{
	char text[IP_TEXT];

	assert_string_equal(ip_format(ip, text), want);
}

static void
test_protocols(void **state)
{
	enum protocol protocol;

	(void)state;
	assert_string_equal(protocol_name(PROTOCOL_SCTP), "SCTP");
	assert_string_equal(protocol_lower(PROTOCOL_UDP), "udp");
	assert_true(protocol_parse("udp", &protocol) && protocol == PROTOCOL_UDP);
	assert_true(protocol_parse("TCP", &protocol) && protocol == PROTOCOL_TCP);
	assert_false(protocol_parse("Tcp", &protocol));
}

static void
test_service(void **state)
{
	struct object *object = make("Service",
		"metadata: {name: web}\n"
		"spec:\n"
		"  type: LoadBalancer\n"
		"  clusterIP: 10.96.0.7\n"
		"  clusterIPs: [10.96.0.7, 'fd00::7']\n"
		"  selector: {app: web}\n"
		"  ports:\n"
		"  - {name: http, port: 80, targetPort: web, nodePort: 30080}\n"
		"  - {name: dns, port: 53, protocol: UDP}\n"
		"  externalIPs: [198.51.100.1]\n"
		"  loadBalancerSourceRanges: [10.0.0.0/8]\n"
		"  sessionAffinity: ClientIP\n"
		"  externalTrafficPolicy: Local\n"
		"  internalTrafficPolicy: Cluster\n"
		"  healthCheckNodePort: 31000\n"
		"status: {loadBalancer: {ingress: [{ip: 203.0.113.10, ipMode: Proxy}, {hostname: lb.example.com}]}}\n");
	const struct service *service = service_view(object);

	(void)state;
	assert_ptr_equal(service_view(object), service);
	assert_int_equal(service->type, SERVICE_LOAD_BALANCER);
	assert_int_equal(service->ncluster_ips, 2);
	assert_ip(&service->cluster_ips[1], "fd00::7");
	assert_string_equal(service->ports[0].target_name, "web");
	assert_int_equal(service->ports[0].node_port, 30080);
	assert_null(service->ports[1].target_name);
	assert_int_equal(service->ports[1].target_port, 53);
	assert_int_equal(service->ports[1].protocol, PROTOCOL_UDP);
	assert_string_equal(service->external_ips[0], "198.51.100.1");
	assert_string_equal(service->source_ranges[0], "10.0.0.0/8");
	assert_true(service->external_local && !service->internal_local && service->affinity && !service->headless);
	assert_int_equal(service->affinity_seconds, 10800);
	assert_int_equal(service->health_check_port, 31000);
	assert_int_equal(service->ningress, 2);
	assert_true(service->ingress[0].proxied && !service->ingress[1].proxied);
	assert_int_equal(service->ingress[1].ip.family, IP_NONE);
	assert_string_equal(service->ingress[1].hostname, "lb.example.com");
	object_unref(object);
}

static void
test_service_kinds(void **state)
{
	struct object *headless = make("Service", "spec: {clusterIP: None, selector: {}}");
	struct object *external =
		make("Service", "spec: {type: ExternalName, externalName: example.com, clusterIP: ''}");
	struct object *old = make("Service", "spec: {clusterIP: 10.96.0.9}");

	(void)state;
	assert_true(service_view(headless)->headless);
	assert_null(service_view(headless)->selector);
	assert_int_equal(service_view(headless)->ncluster_ips, 0);
	assert_int_equal(service_view(external)->type, SERVICE_EXTERNAL_NAME);
	assert_string_equal(service_view(external)->external_name, "example.com");
	assert_int_equal(service_view(old)->ncluster_ips, 1);
	assert_string_equal(service_view(old)->external_name, "");
	object_unref(headless);
	object_unref(external);
	object_unref(old);
}

static void
test_slice(void **state)
{
	struct object *object = make("EndpointSlice",
		"metadata: {name: web-abc, labels: {kubernetes.io/service-name: web}}\n"
		"addressType: IPv4\n"
		"ports: [{name: '', port: 80, protocol: TCP}, {name: null, port: null}]\n"
		"endpoints:\n"
		"- {addresses: [10.1.1.1], conditions: {ready: true}, nodeName: n1, targetRef: {kind: Pod, name: p, "
		"namespace: d}}\n"
		"- {addresses: [10.1.1.2], conditions: {ready: false, serving: true, terminating: true}, zone: a,\n"
		"   hints: {forZones: [{name: a}]}}\n");
	const struct slice *slice = slice_view(object);

	(void)state;
	assert_int_equal(slice->family, IP_V4);
	assert_string_equal(slice->service, "web");
	assert_string_equal(slice->ports[0].name, "");
	assert_null(slice->ports[1].name);
	assert_int_equal(slice->ports[1].port, 0);
	assert_int_equal(slice->nendpoints, 2);
	assert_string_equal(slice->endpoints[0].pod, "p");
	assert_int_equal(slice->endpoints[0].serving, -1);
	assert_int_equal(slice->endpoints[1].ready, 0);
	assert_int_equal(slice->endpoints[1].terminating, 1);
	assert_non_null(slice->endpoints[1].hints);
	assert_null(slice->endpoints[0].hints);
	assert_ip(&slice->endpoints[1].ip, "10.1.1.2");
	object_unref(object);
}

/* pkg/api/v1/pod: a named port is looked for in containers, then in restartable init containers, by protocol too. */
static void
test_pod(void **state)
{
	struct object *object = make("Pod",
		"spec:\n"
		"  nodeName: n1\n"
		"  initContainers:\n"
		"  - {name: once, ports: [{name: admin, containerPort: 1}]}\n"
		"  - {name: side, restartPolicy: Always, ports: [{name: metrics, containerPort: 9090}]}\n"
		"  containers:\n"
		"  - {name: c, ports: [{name: web, containerPort: 8080}, {name: dns, containerPort: 53, protocol: "
		"UDP}]}\n"
		"status: {phase: Running, podIP: 10.1.1.1, podIPs: [{ip: 10.1.1.1}, {ip: 'fd00::1'}],\n"
		"  conditions: [{type: Ready, status: 'True'}]}\n");
	const struct pod *pod = pod_view(object);
	struct service_port port = { "", PROTOCOL_TCP, 80, 0, "web", 0 };

	(void)state;
	assert_true(pod->ready && !pod->deleting && !pod->host_network);
	assert_int_equal(pod->nips, 2);
	assert_ip(&pod->ip, "10.1.1.1");
	assert_int_equal(pod->nports, 3);
	assert_int_equal(pod_target_port(pod, &port), 8080);
	port.target_name = "metrics";
	assert_int_equal(pod_target_port(pod, &port), 9090);
	port.target_name = "admin";
	assert_int_equal(pod_target_port(pod, &port), 0);
	port.target_name = "dns";
	assert_int_equal(pod_target_port(pod, &port), 0);
	port.protocol = PROTOCOL_UDP;
	assert_int_equal(pod_target_port(pod, &port), 53);
	port.target_name = NULL;
	port.target_port = 1234;
	assert_int_equal(pod_target_port(pod, &port), 1234);
	object_unref(object);
}

static void
test_node(void **state)
{
	struct object *object = make("Node",
		"metadata: {name: n1, labels: {topology.kubernetes.io/zone: a, node-role.kubernetes.io/control-plane: "
		"''}}\n"
		"spec: {podCIDR: 192.168.0.0/24, podCIDRs: [192.168.0.0/24, 'fd00:1::/64']}\n"
		"status: {addresses: [{type: Hostname, address: n1}, {type: InternalIP, address: 172.30.1.2},\n"
		"  {type: ExternalIP, address: 203.0.113.1}], conditions: [{type: Ready, status: Unknown}]}\n");
	const struct node *node = node_view(object);

	(void)state;
	assert_int_equal(node->nips, 1);
	assert_ip(&node->ips[0], "172.30.1.2");
	assert_ip(&node->external_ip, "203.0.113.1");
	assert_int_equal(node->npod_cidrs, 2);
	assert_string_equal(node->zone, "a");
	assert_true(node->control_plane && !node->ready && !node->unschedulable);
	object_unref(object);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_protocols),
		cmocka_unit_test(test_service),
		cmocka_unit_test(test_service_kinds),
		cmocka_unit_test(test_slice),
		cmocka_unit_test(test_pod),
		cmocka_unit_test(test_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
