/* The words by which kubectl finds a kind; the names and the order are api-resources' of a real v1.32 cluster. */
#include "api/kind.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/schema.h"

static void
test_words(void **state)
{
	static const struct {
		const char *word, *kind;
	} cases[] = {
		{ "services", "Service" },
		{ "service", "Service" },
		{ "svc", "Service" },
		{ "Service", "Service" },
		{ "SERVICES", "Service" },
		{ "SVC", NULL },
		{ "svcs", NULL },
		{ "eps", NULL },
		{ "foo", NULL },
		{ "", NULL },
		{ "ep", "Endpoints" },
		{ "endpoints", "Endpoints" },
		{ "netpol", "NetworkPolicy" },
		{ "deploy.apps", "Deployment" },
		{ "deployments.v1.apps", "Deployment" },
		{ "Deployment.v1.apps", "Deployment" },
		{ "deployment.apps", "Deployment" },
		{ "deployments.v2.apps", NULL },
		{ "deployments.batch", NULL },
		{ "endpointslices.discovery.k8s.io", "EndpointSlice" },
		{ "ing.networking.k8s.io", "Ingress" },
		{ "ingresses.v1.networking.k8s.io", "Ingress" },
		{ "ingresses.networking", "Ingress" },
		{ "hpa", "HorizontalPodAutoscaler" },
		{ "po", "Pod" },
		{ "s", NULL },
		{ ".apps", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct kind *kind = kind_by_name(cases[i].word);

		if (!cases[i].kind != !kind || (kind && strcmp(kind->kind, cases[i].kind) != 0))
			fail_msg("\"%s\": %s", cases[i].word, kind ? kind->kind : "none");
	}
}

static void
test_names(void **state)
{
	const struct kind *deployment = kind_by_gvk("apps/v1", "Deployment"), *service = kind_by_gvk("v1", "Service");
	char buf[96];

	(void)state;
	assert_non_null(deployment);
	assert_string_equal(kind_api_version(deployment, buf), "apps/v1");
	assert_string_equal(kind_qualified(deployment, buf), "deployment.apps");
	assert_string_equal(kind_resource(deployment, buf), "deployments.apps");
	assert_string_equal(kind_api_version(service, buf), "v1");
	assert_string_equal(kind_qualified(service, buf), "service");
	assert_ptr_equal(kind_by_gvk("gateway.networking.k8s.io/v1beta1", "Gateway"), kind_by_kind("Gateway"));
	assert_ptr_equal(kind_by_gvk("gateway.networking.k8s.io/v1", "Gateway"), kind_by_kind("Gateway"));
	assert_null(kind_by_gvk("gateway.networking.k8s.io/v1", "ReferenceGrant"));
	assert_null(kind_by_gvk("v1", "service"));
	assert_null(kind_by_gvk("v1", "Deployment"));
	assert_ptr_equal(kind_by_kind("Deployment"), deployment);
}

/* `kubectl get all` prints in this order. */
static void
test_all(void **state)
{
	static const char *const all[] = { "pods", "replicationcontrollers", "services", "daemonsets", "deployments",
		"replicasets", "statefulsets", "horizontalpodautoscalers", "cronjobs", "jobs" };
	size_t n = 0;

	(void)state;
	for (const struct kind *kind = kinds; kind->kind; kind++) {
		if (!strcmp(kind->categories, "all"))
			assert_string_equal(kind->plural, all[n++]);
	}
	assert_int_equal(n, sizeof all / sizeof *all);
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < kind_count(); i++) {
		assert_int_equal(kinds[i].index, i);
		assert_true(schema_is_struct(kinds[i].type));
		assert_non_null(schema_field(kinds[i].type, "metadata"));
	}
	assert_null(kinds[kind_count()].kind);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
