/* The balancer of a cloud: who gets an address, when, which, and how it is given back. */
#include "fixture.h"

#define CLOUD "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n" \
	"controllerManager: {extraArgs: [{name: cloud-provider, value: external}]}\n---\n"
#define SERVICE(name, spec) "---\napiVersion: v1\nkind: Service\nmetadata: {name: " name "}\n" \
	"spec: {selector: {app: x}, ports: [{port: 80}]" spec "}\n"
#define LB ", type: LoadBalancer"

static const char *
address_of(const struct cluster *cluster, const char *service)
{
	return text_at(object_in(cluster, "Service", service), "status.loadBalancer.ingress[0].ip");
}

static void
an_address_comes_after_a_few_seconds(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, CLOUD SERVICE("first", ""));
	create(&cluster, SERVICE("lb", LB));
	control_run(&cluster.control);
	assert_string_equal(address_of(&cluster, "lb"), "");
	settle(&cluster);
	assert_true(address_of(&cluster, "lb")[0] != 0);
	assert_string_equal(
		text_at(object_in(&cluster, "Service", "lb"), "status.loadBalancer.ingress[0].ipMode"), "VIP");
	assert_string_equal(address_of(&cluster, "first"), "");
	cluster_release(&cluster);
}

static void
without_a_cloud_it_stays_pending(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, SERVICE("lb", LB));
	cluster_tick(&cluster, cluster.server.clock.now + 3600 * CLOCK_SECOND);
	assert_string_equal(address_of(&cluster, "lb"), "");
	assert_true(service_view(object_in(&cluster, "Service", "lb"))->ports[0].node_port != 0);
	cluster_release(&cluster);
}

static void
each_gets_its_own(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, CLOUD SERVICE("a", LB) SERVICE("b", LB) SERVICE("c", LB));
	assert_string_not_equal(address_of(&cluster, "a"), address_of(&cluster, "b"));
	assert_string_not_equal(address_of(&cluster, "a"), address_of(&cluster, "c"));
	assert_string_not_equal(address_of(&cluster, "b"), address_of(&cluster, "c"));
	cluster_release(&cluster);
}

static void
another_class_is_anothers_work(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, CLOUD SERVICE("lb", LB ", loadBalancerClass: example.com/lb"));
	assert_string_equal(address_of(&cluster, "lb"), "");
	cluster_release(&cluster);
}

static void
a_wish_is_granted_when_it_is_free(void **state)
{
	struct cluster cluster;
	char wish[IP_TEXT];
	struct str text = STR_INIT;

	(void)state;
	make(&cluster, CLOUD SERVICE("a", ""));
	ip_format(&cluster.server.settings.balancer_last, wish);
	str_addf(&text, SERVICE("lb", LB ", loadBalancerIP: %s"), wish);
	create(&cluster, text.buf);
	settle(&cluster);
	assert_string_equal(address_of(&cluster, "lb"), wish);
	str_clear(&text);
	str_addf(&text, SERVICE("late", LB ", loadBalancerIP: %s"), wish);
	create(&cluster, text.buf);
	settle(&cluster);
	assert_string_equal(address_of(&cluster, "late"), "");
	str_release(&text);
	cluster_release(&cluster);
}

static void
another_type_gives_it_back(void **state)
{
	struct cluster cluster;
	char had[IP_TEXT];

	(void)state;
	make(&cluster, CLOUD SERVICE("a", LB));
	strcpy(had, address_of(&cluster, "a"));
	patch(&cluster, "Service", "a", "{\"spec\":{\"type\":\"ClusterIP\"}}");
	settle(&cluster);
	assert_string_equal(address_of(&cluster, "a"), "");
	create(&cluster, SERVICE("b", LB));
	settle(&cluster);
	assert_string_equal(address_of(&cluster, "b"), had);
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_comes_after_a_few_seconds),
		cmocka_unit_test(without_a_cloud_it_stays_pending),
		cmocka_unit_test(each_gets_its_own),
		cmocka_unit_test(another_class_is_anothers_work),
		cmocka_unit_test(a_wish_is_granted_when_it_is_free),
		cmocka_unit_test(another_type_gives_it_back),
	};

	return cmocka_run_group_tests_name("cloudlb", tests, NULL, NULL);
}
