/* The table's order, what its rows say, and strict decoding in the words of a real v1.32 API server. */
#include "api/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "api/yaml.h"

static const char *const rows[][2] = {
#define FIELD(owner, name, ...) { owner, name },
#include "api/schema/apps.def"
#include "api/schema/autoscaling.def"
#include "api/schema/batch.def"
#include "api/schema/core.def"
#include "api/schema/discovery.def"
#include "api/schema/kubeadm.def"
#include "api/schema/kubeproxy.def"
#include "api/schema/meta.def"
#include "api/schema/metallb.def"
#include "api/schema/networking.def"
#include "api/schema/policy.def"
#include "api/schema/svcsim.def"
#undef FIELD
};

/* Binary search depends on it. */
static void
test_order(void **state)
{
	(void)state;
	for (size_t i = 1; i < sizeof rows / sizeof *rows; i++) {
		int owner = strcmp(rows[i - 1][0], rows[i][0]);

		if (owner > 0 || (owner == 0 && strcmp(rows[i - 1][1], rows[i][1]) >= 0))
			fail_msg("%s %s stands before %s %s", rows[i - 1][0], rows[i - 1][1], rows[i][0], rows[i][1]);
		assert_ptr_equal(
			schema_field(rows[i][0], rows[i][1])->name, schema_field(rows[i][0], rows[i][1])->name);
		assert_string_equal(schema_field(rows[i][0], rows[i][1])->name, rows[i][1]);
	}
}

/* Every type that a row names has rows, or is a scalar that decoding knows: a BUG otherwise. */
static void
test_types(void **state)
{
	struct arena arena = ARENA_INIT;
	struct value *null = value_null(&arena), *out;
	char buf[96];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *type = schema_field(rows[i][0], rows[i][1])->type;
		struct err err = ERR_INIT;

		if (schema_element(type, buf, sizeof buf))
			type = buf;
		if (!schema_is_struct(type) && schema_decode(type, null, &arena, &out, NULL, &err))
			err_release(&err);
	}
	arena_release(&arena);
}

static void
test_look_up(void **state)
{
	size_t n;
	const struct schema_field *fields = schema_fields("core.v1.ServicePort", &n);
	const struct schema_field *ports = schema_field("core.v1.ServiceSpec", "ports");
	char buf[96];

	(void)state;
	assert_int_equal(n, 6);
	assert_string_equal(fields[0].name, "appProtocol");
	assert_string_equal(fields[5].name, "targetPort");
	assert_string_equal(ports->patch, "merge:port");
	assert_string_equal(ports->list, "map:port,protocol");
	assert_true(schema_is_list(ports->type));
	assert_string_equal(schema_element(ports->type, buf, sizeof buf), "core.v1.ServicePort");
	assert_string_equal(schema_element("map<string:byte>", buf, sizeof buf), "string:byte");
	assert_null(schema_element("string:byte", buf, sizeof buf));
	assert_null(schema_field("core.v1.ServiceSpec", "targetport"));
	assert_null(schema_fields("core.v1.Nothing", &n));
	assert_true(schema_is_struct("svcsim.v1.NodeHost"));
	assert_false(schema_is_struct("string"));
}

static struct value *
read_yaml(struct arena *arena, const char *text)
{
	value_vec documents = VEC_INIT;
	struct err err = ERR_INIT;
	struct value *value;

	assert_int_equal(
		yaml_read("test", text, strlen(text), &(struct yaml_options){ false }, arena, &documents, &err), 0);
	value = documents.v[0];
	vec_release(&documents);
	return value;
}

/* What stands before "json:" in the transcripts is the server's; the texts from there on are verbatim. */
static void
test_wrong_types(void **state)
{
	static const struct {
		const char *type, *text, *error;
	} cases[] = {
		{ "core.v1.Service", "spec: {ports: [{port: eighty}]}",
			"json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type "
			"int32" },
		{ "core.v1.Service", "spec: {ports: {port: 80}}",
			"json: cannot unmarshal object into Go struct field ServiceSpec.spec.ports of type "
			"[]v1.ServicePort" },
		{ "core.v1.Service", "spec: {selector: {app: {a: b}}}",
			"json: cannot unmarshal object into Go struct field ServiceSpec.spec.selector of type string" },
		{ "core.v1.Service", "spec: {selector: {app: 1}}",
			"json: cannot unmarshal number into Go struct field ServiceSpec.spec.selector of type string" },
		{ "core.v1.Service", "spec: {selector: [app]}",
			"json: cannot unmarshal array into Go struct field ServiceSpec.spec.selector of type "
			"map[string]string" },
		{ "core.v1.Service", "spec: {ports: [{port: 80.5}]}",
			"json: cannot unmarshal number 80.5 into Go struct field ServicePort.spec.ports.port of type "
			"int32" },
		{ "core.v1.Secret", "data: {a: {b: c}}",
			"json: cannot unmarshal object into Go struct field Secret.data of type []uint8" },
		{ "core.v1.Secret", "data: {a: '%'}", "illegal base64 data at input byte 0" },
		{ "core.v1.Secret", "stringData: [a]",
			"json: cannot unmarshal array into Go struct field Secret.stringData of type "
			"map[string]string" },
		{ "core.v1.Pod", "spec: x",
			"json: cannot unmarshal string into Go struct field Pod.spec of type v1.PodSpec" },
		{ "core.v1.Endpoints", "subsets: [{addresses: [10.1.1.1]}]",
			"json: cannot unmarshal string into Go struct field EndpointSubset.subsets.addresses of type "
			"v1.EndpointAddress" },
		{ "networking.v1.NetworkPolicy", "spec: {policyTypes: Ingress}",
			"json: cannot unmarshal string into Go struct field NetworkPolicySpec.spec.policyTypes of type "
			"[]v1.PolicyType" },
		{ "networking.v1.NetworkPolicy", "spec: {podSelector: {matchExpressions: [{operator: [In]}]}}",
			"json: cannot unmarshal array into Go struct field "
			"LabelSelectorRequirement.spec.podSelector.matchExpressions.operator "
			"of type v1.LabelSelectorOperator" },
		{ "networking.v1.NetworkPolicy", "spec: {podSelector: []}",
			"json: cannot unmarshal array into Go struct field NetworkPolicySpec.spec.podSelector of type "
			"v1.LabelSelector" },
		{ "networking.v1.NetworkPolicy", "spec: {podSelector: {matchLabels: {a: 1}}}",
			"json: cannot unmarshal number into Go struct field LabelSelector.spec.podSelector.matchLabels "
			"of type string" },
		{ "networking.v1.Ingress",
			"spec: {rules: [{http: {paths: [{backend: {service: {port: {number: web}}}}]}}]}",
			"json: cannot unmarshal string into Go struct field "
			"ServiceBackendPort.spec.rules.http.paths.backend.service.port.number of type int32" },
		{ "meta.v1.PartialObjectMetadata", "metadata: {annotations: {a: true}}",
			"json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.annotations of type "
			"string" },
		{ "core.v1.Pod", "spec: {containers: [{resources: {limits: {cpu: lots}}}]}",
			"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'" },
		{ "core.v1.Service", "spec: {ports: [{targetPort: true}]}",
			"json: cannot unmarshal bool into Go struct field ServicePort.spec.ports.targetPort of type "
			"int32" },
		{ "core.v1.Service", "metadata: {creationTimestamp: yesterday}",
			"parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as "
			"\"2006\"" },
		{ "core.v1.Service", "metadata: {creationTimestamp: '2026-13-01T00:00:00Z'}",
			"parsing time \"2026-13-01T00:00:00Z\": month out of range" },
		/* the first by sorted keys; a quantity's refusal comes before all */
		{ "core.v1.Service", "spec: {type: 1, ports: [{port: a, nodePort: b}]}",
			"json: cannot unmarshal string into Go struct field ServicePort.spec.ports.nodePort of type "
			"int32" },
		{ "core.v1.Pod", "spec: {containers: [{name: 1, resources: {limits: {cpu: x}}}]}",
			"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'" },
		{ "core.v1.Service", "[]", "json: cannot unmarshal array into Go value of type v1.Service" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = ARENA_INIT;
		struct err err = ERR_INIT;
		struct value *out = NULL;

		assert_int_equal(
			schema_decode(cases[i].type, read_yaml(&arena, cases[i].text), &arena, &out, NULL, &err), -1);
		assert_string_equal(err.text, cases[i].error);
		assert_int_equal(err.line, 1);
		assert_null(out);
		err_release(&err);
		arena_release(&arena);
	}
}

static void
test_unknown_fields(void **state)
{
	static const char *const want[] = { "unknown field \"spce\"", "unknown field \"spec.ports[0].containerPort\"",
		"unknown field \"spec.selectors\"", "unknown field \"spec.typo\"" };
	struct arena arena = ARENA_INIT;
	schema_findings unknown = VEC_INIT;
	struct err err = ERR_INIT;
	struct value *out = NULL;

	(void)state;
	assert_int_equal(
		schema_decode("core.v1.Service",
			read_yaml(&arena,
				"spce: {}\nspec: {typo: 1, selectors: {}, ports: [{port: 80, containerPort: 8}]}"),
			&arena, &out, &unknown, &err),
		0);
	assert_int_equal(unknown.n, 4);
	for (size_t i = 0; i < unknown.n; i++)
		assert_string_equal(unknown.v[i], want[i]);
	assert_null(value_path(out, "spec.typo"));
	schema_findings_release(&unknown);
	arena_release(&arena);
}

static void
assert_decodes(const char *type, const char *text, const char *want)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct str json = STR_INIT;
	struct value *out = NULL;

	assert_int_equal(schema_decode(type, read_yaml(&arena, text), &arena, &out, NULL, &err), 0);
	json_write(out, 0, &json);
	assert_string_equal(json.buf, want);
	str_release(&json);
	arena_release(&arena);
}

/* As Go writes what it has read; a pod template's `creationTimestamp: null` and `resources: {}` are in every
 * transcript. */
static void
test_canonical(void **state)
{
	(void)state;
	assert_decodes("core.v1.PodTemplateSpec",
		"spec: {containers: [{name: c, image: nginx, env: [], command: null}]}",
		"{\"metadata\":{\"creationTimestamp\":null},"
		"\"spec\":{\"containers\":[{\"image\":\"nginx\",\"name\":\"c\",\"resources\":{}}]}}");
	assert_decodes("core.v1.ServiceSpec",
		"--- {clusterIP: '', selector: {}, externalIPs: [], ports: [{port: 80.0, targetPort: web}]}",
		"{\"ports\":[{\"port\":80,\"targetPort\":\"web\"}]}");
	assert_decodes("core.v1.EnvVar", "--- {name: A, value: ''}", "{\"name\":\"A\"}");
	assert_decodes("core.v1.ResourceRequirements", "--- {limits: {cpu: 0.5, memory: 1024Mi}, requests: {cpu: 1}}",
		"{\"limits\":{\"cpu\":\"500m\",\"memory\":\"1Gi\"},\"requests\":{\"cpu\":\"1\"}}");
	assert_decodes("meta.v1.ObjectMeta", "--- {creationTimestamp: '2026-11-23T04:00:00+02:00', labels: {a: null}}",
		"{\"creationTimestamp\":\"2026-11-23T02:00:00Z\",\"labels\":{\"a\":\"\"}}");
	assert_decodes("discovery.v1.EndpointSlice", "--- {addressType: IPv4, metadata: {}}",
		"{\"addressType\":\"IPv4\",\"endpoints\":null,\"metadata\":{\"creationTimestamp\":null},\"ports\":"
		"null}");
	assert_decodes("networking.v1.NetworkPolicySpec", "--- {ingress: [{}], egress: []}",
		"{\"ingress\":[{}],\"podSelector\":{}}");
	assert_decodes("svcsim.v1.NodeHostSpec",
		"--- {services: {kube-proxy: stopped}, iptables: {randomFully: false}}",
		"{\"iptables\":{\"randomFully\":false},\"services\":{\"kube-proxy\":\"stopped\"}}");
}

/* "a b(c d) " */
static void
add_keys(const struct value *value, struct str *out)
{
	for (size_t i = 0; i < value_count(value); i++) {
		const struct value *child = value->type == VALUE_MAP ? value->map.v[i].value : value_at(value, i);

		if (value->type == VALUE_MAP)
			str_add(out, value->map.v[i].key);
		if (child->type == VALUE_MAP || child->type == VALUE_LIST) {
			str_add(out, "(");
			add_keys(child, out);
			if (out->buf[out->len - 1] == ' ')
				str_truncate(out, out->len - 1);
			str_add(out, ")");
		}
		str_add(out, " ");
	}
}

/* The order of Go's structs: the keys as kubectl v1.32 writes a pod, and the API server a Service's ports. */
static void
test_arranged(void **state)
{
	static const struct {
		const char *type, *text, *want;
	} cases[] = {
		{ "core.v1.Pod", "--- {apiVersion: v1, kind: Pod, metadata: {labels: {run: x, a: b}, name: x}, spec: {containers: "
			"[{image: nginx, name: x}], dnsPolicy: ClusterFirst, restartPolicy: Always}}",
			"kind apiVersion metadata(name creationTimestamp labels(a run)) spec(containers((name image resources())) "
			"restartPolicy dnsPolicy) status() " },
		{ "core.v1.ServiceSpec", "--- {clusterIP: None, ports: [{port: 80, protocol: TCP, targetPort: 80, name: web}], "
			"selector: {a: b}, type: ClusterIP, sessionAffinity: None}",
			"ports((name protocol port targetPort)) selector(a) clusterIP type sessionAffinity " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = ARENA_INIT;
		struct err err = ERR_INIT;
		struct str keys = STR_INIT;
		struct value *out = NULL;

		assert_int_equal(schema_decode(cases[i].type, read_yaml(&arena, cases[i].text), &arena, &out, NULL, &err), 0);
		schema_arrange(cases[i].type, out);
		add_keys(out, &keys);
		assert_string_equal(keys.buf, cases[i].want);
		str_release(&keys);
		arena_release(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_look_up),
		cmocka_unit_test(test_wrong_types),
		cmocka_unit_test(test_unknown_fields),
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_arranged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
