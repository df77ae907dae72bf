/*
 * Pods and templates: what is filled in, refused and warned of.  Texts are those of the transcripts of a real v1.32
 * cluster and of its answers to manifests.
 */
#include "refusals.h"

#define TEMPLATE "selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, "

static void
test_defaults(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(fixture_create(fixture, "Deployment",
				    "{metadata: {name: web, labels: {app: web}}, spec: {" TEMPLATE
				    "spec: {containers: [{name: nginx, image: nginx}]}}}}"),
		"");
	assert_string_equal(fixture_field(fixture, "Deployment", "web", "spec"),
		"{\"progressDeadlineSeconds\":600,\"replicas\":1,\"revisionHistoryLimit\":10,"
		"\"selector\":{\"matchLabels\":{\"app\":\"a\"}},"
		"\"strategy\":{\"rollingUpdate\":{\"maxSurge\":\"25%\",\"maxUnavailable\":\"25%\"},\"type\":"
		"\"RollingUpdate\"},"
		"\"template\":{\"metadata\":{\"creationTimestamp\":null,\"labels\":{\"app\":\"a\"}},"
		"\"spec\":{\"containers\":[{\"image\":\"nginx\",\"imagePullPolicy\":\"Always\",\"name\":\"nginx\","
		"\"resources\":{},"
		"\"terminationMessagePath\":\"/dev/termination-log\",\"terminationMessagePolicy\":\"File\"}],"
		"\"dnsPolicy\":\"ClusterFirst\",\"restartPolicy\":\"Always\",\"schedulerName\":\"default-scheduler\","
		"\"securityContext\":{},\"terminationGracePeriodSeconds\":30}}}");
	assert_string_equal(fixture_field(fixture, "Deployment", "web", "metadata.generation"), "1");
}

static void
test_container_defaults(void **state)
{
	static const struct {
		const char *image, *policy;
	} cases[] = {
		{ "nginx", "\"Always\"" },
		{ "nginx:latest", "\"Always\"" },
		{ "nginx:1.25", "\"IfNotPresent\"" },
		{ "registry:5000/nginx", "\"Always\"" },
		{ "registry:5000/nginx:1", "\"IfNotPresent\"" },
		{ "nginx@sha256:0123456789012345678901234567890123456789012345678901234567890123", "\"IfNotPresent\"" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *name = xasprintf("p%zu", i),
		     *body = xasprintf("{metadata: {name: %s}, spec: {containers: [{name: c, image: '%s', "
				       "ports: [{containerPort: 80}], readinessProbe: {httpGet: {port: 80}}, "
				       "resources: {limits: {cpu: 1, memory: 64Mi}}}], volumes: [{name: v}]}}",
			     name, cases[i].image);

		assert_string_equal(fixture_create(fixture, "Pod", body), "");
		assert_string_equal(
			fixture_field(fixture, "Pod", name, "spec.containers[0].imagePullPolicy"), cases[i].policy);
		free(body);
		free(name);
	}
	assert_string_equal(fixture_field(fixture, "Pod", "p0", "spec.containers[0].ports[0]"),
		"{\"containerPort\":80,\"protocol\":\"TCP\"}");
	assert_string_equal(fixture_field(fixture, "Pod", "p0", "spec.containers[0].readinessProbe"),
		"{\"failureThreshold\":3,\"httpGet\":{\"path\":\"/"
		"\",\"port\":80,\"scheme\":\"HTTP\"},\"periodSeconds\":10,"
		"\"successThreshold\":1,\"timeoutSeconds\":1}");
	assert_string_equal(fixture_field(fixture, "Pod", "p0", "spec.containers[0].resources.requests"),
		"{\"cpu\":\"1\",\"memory\":\"64Mi\"}");
	assert_string_equal(fixture_field(fixture, "Pod", "p0", "spec.volumes[0]"), "{\"emptyDir\":{},\"name\":\"v\"}");
	assert_string_equal(
		fixture_field(fixture, "Pod", "p0", "status"), "{\"phase\":\"Pending\",\"qosClass\":\"Guaranteed\"}");
}

/* What admission adds, as `kubectl run p1 --image=nginx` shows it. */
static void
test_admission(void **state)
{
	struct fixture *fixture = *state;
	const char *mount;

	assert_string_equal(fixture_create(fixture, "Pod",
				    "{metadata: {name: p1}, spec: {containers: [{name: p1, image: nginx}]}}"),
		"");
	assert_string_equal(fixture_field(fixture, "Pod", "p1", "spec.serviceAccountName"), "\"default\"");
	assert_string_equal(fixture_field(fixture, "Pod", "p1", "spec.serviceAccount"), "\"default\"");
	assert_string_equal(fixture_field(fixture, "Pod", "p1", "spec.preemptionPolicy"), "\"PreemptLowerPriority\"");
	assert_string_equal(fixture_field(fixture, "Pod", "p1", "spec.priority"), "0");
	assert_string_equal(fixture_field(fixture, "Pod", "p1", "spec.enableServiceLinks"), "true");
	assert_string_equal(fixture_field(fixture, "Pod", "p1", "spec.tolerations"),
		"[{\"effect\":\"NoExecute\",\"key\":\"node.kubernetes.io/"
		"not-ready\",\"operator\":\"Exists\",\"tolerationSeconds\":300},"
		"{\"effect\":\"NoExecute\",\"key\":\"node.kubernetes.io/"
		"unreachable\",\"operator\":\"Exists\",\"tolerationSeconds\":300}]");
	mount = fixture_field(fixture, "Pod", "p1", "spec.containers[0].volumeMounts[0]");
	assert_non_null(strstr(
		mount, "\"mountPath\":\"/var/run/secrets/kubernetes.io/serviceaccount\",\"name\":\"kube-api-access-"));
	assert_string_equal(fixture_field(fixture, "Pod", "p1", "spec.volumes[0].projected"),
		"{\"defaultMode\":420,\"sources\":[{\"serviceAccountToken\":{\"expirationSeconds\":3607,\"path\":"
		"\"token\"}},"
		"{\"configMap\":{\"items\":[{\"key\":\"ca.crt\",\"path\":\"ca.crt\"}],\"name\":\"kube-root-ca.crt\"}},"
		"{\"downwardAPI\":{\"items\":[{\"fieldRef\":{\"apiVersion\":\"v1\",\"fieldPath\":\"metadata."
		"namespace\"},"
		"\"path\":\"namespace\"}]}}]}");
	assert_string_equal(
		fixture_field(fixture, "Pod", "p1", "status"), "{\"phase\":\"Pending\",\"qosClass\":\"BestEffort\"}");
	assert_string_equal(fixture_create(fixture, "Pod",
				    "{metadata: {name: p2}, spec: {automountServiceAccountToken: false, "
				    "containers: [{name: c, image: nginx, resources: {requests: {cpu: 100m}}}]}}"),
		"");
	assert_string_equal(fixture_field(fixture, "Pod", "p2", "spec.volumes"), "");
	assert_string_equal(fixture_field(fixture, "Pod", "p2", "status.qosClass"), "\"Burstable\"");
}

static void
test_refused(void **state)
{
	static const struct {
		const char *kind, *body, *message;
	} cases[] = {
		{ "Pod",
			"{metadata: {name: bp}, spec: {containers: [{name: c, image: nginx, ports: [{name: HTTP, "
			"containerPort: 80},"
			"{name: waytoolongportname, containerPort: 0},{containerPort: 70000, protocol: X}, {name: "
			"'80', containerPort: 82}]}]}}",
			"Pod \"bp\" is invalid: ["
			"spec.containers[0].ports[0].name: Invalid value: \"HTTP\": must contain only alpha-numeric "
			"characters (a-z, 0-9), and "
			"hyphens (-), spec.containers[0].ports[0].name: Invalid value: \"HTTP\": must contain at least "
			"one letter (a-z), "
			"spec.containers[0].ports[1].name: Invalid value: \"waytoolongportname\": must be no more than "
			"15 characters, "
			"spec.containers[0].ports[1].containerPort: Required value, "
			"spec.containers[0].ports[2].containerPort: Invalid value: 70000: must be between 1 and 65535, "
			"inclusive, "
			"spec.containers[0].ports[2].protocol: Unsupported value: \"X\": supported values: \"SCTP\", "
			"\"TCP\", \"UDP\", "
			"spec.containers[0].ports[3].name: Invalid value: \"80\": must contain at least one letter "
			"(a-z)]" },
		{ "Pod",
			"{metadata: {name: dp}, spec: {containers: [{name: c, image: nginx, ports: [{name: http, "
			"containerPort: 80},"
			"{name: http, containerPort: 81}]}]}}",
			"Pod \"dp\" is invalid: spec.containers[0].ports[1].name: Duplicate value: \"http\"" },
		{ "Pod", "{metadata: {name: pod1}}", "Pod \"pod1\" is invalid: spec.containers: Required value" },
		{ "Pod", "{metadata: {name: sh}, spec: {containers: [{image: sh}]}}",
			"Pod \"sh\" is invalid: spec.containers[0].name: Required value" },
		{ "Pod",
			"{metadata: {name: my-pod}, spec: {containers: [{name: a, image: x}, {name: b, image: x, "
			"restartPolicy: Always}]}}",
			"Pod \"my-pod\" is invalid: spec.containers[1].restartPolicy: Forbidden: may not be set for "
			"non-init containers" },
		{ "Pod",
			"{metadata: {name: wl}, spec: {containers: [{name: a, image: x, resources: {limits: {memory: "
			"100Mi}, "
			"requests: {memory: 1Gi}}}]}}",
			"Pod \"wl\" is invalid: spec.containers[0].resources.requests: Invalid value: \"1Gi\": "
			"must be less than or equal to memory limit of 100Mi" },
		{ "Pod",
			"{metadata: {name: hp}, spec: {containers: [{name: a, image: x, resources: {limits: "
			"{hugepages-2Mi: 100Mi}}}]}}",
			"Pod \"hp\" is invalid: spec.containers[0].resources: Forbidden: HugePages require cpu or "
			"memory" },
		{ "Pod", "{metadata: {name: sa}, spec: {serviceAccountName: foo, containers: [{name: a, image: x}]}}",
			"pods \"sa\" is forbidden: error looking up service account default/foo: serviceaccount "
			"\"foo\" not found" },
		{ "Pod", "{metadata: {name: pc}, spec: {priorityClassName: high, containers: [{name: a, image: x}]}}",
			"pods \"pc\" is forbidden: no PriorityClass with name high was found" },
		{ "Pod",
			"{metadata: {name: vm}, spec: {containers: [{name: a, image: x, volumeMounts: [{name: v, "
			"mountPath: /d}]}]}}",
			"Pod \"vm\" is invalid: spec.containers[0].volumeMounts[0].name: Not found: \"v\"" },
		{ "Deployment", "{metadata: {name: nginx}, spec: {template: {spec: {containers: []}}}}",
			"Deployment.apps \"nginx\" is invalid: [spec.selector: Required value, "
			"spec.template.metadata.labels: Invalid value: "
			"map[string]string(nil): `selector` does not match template `labels`, "
			"spec.template.spec.containers: Required value]" },
		{ "Deployment",
			"{metadata: {name: mm}, spec: {selector: {matchLabels: {app: a}}, template: {metadata: "
			"{labels: {app: b}}, "
			"spec: {containers: [{name: c, image: x}]}}}}",
			"Deployment.apps \"mm\" is invalid: spec.template.metadata.labels: Invalid value: "
			"map[string]string{\"app\":\"b\"}: "
			"`selector` does not match template `labels`" },
		{ "Deployment",
			"{metadata: {name: neg}, spec: {replicas: -1, " TEMPLATE
			"spec: {containers: [{name: c, image: x}]}}}}",
			"Deployment.apps \"neg\" is invalid: spec.replicas: Invalid value: -1: must be greater than or "
			"equal to 0" },
		{ "Deployment",
			"{metadata: {name: bad}, spec: {" TEMPLATE "spec: {containers: [{name: c, image: x, ports: "
			"[{containerPort: 70000}]}]}}}}",
			"Deployment.apps \"bad\" is invalid: spec.template.spec.containers[0].ports[0].containerPort: "
			"Invalid value: 70000: must "
			"be between 1 and 65535, inclusive" },
		{ "Deployment",
			"{metadata: {name: r}, spec: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 0, "
			"maxUnavailable: 0}}, " TEMPLATE "spec: {containers: [{name: c, image: x}]}}}}",
			"Deployment.apps \"r\" is invalid: spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "
			"intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}: may not be 0 when `maxSurge` is 0" },
		{ "Deployment",
			"{metadata: {name: never}, spec: {" TEMPLATE
			"spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}",
			"Deployment.apps \"never\" is invalid: spec.template.spec.restartPolicy: Unsupported value: "
			"\"Never\": supported values: "
			"\"Always\"" },
		{ "DaemonSet", "{metadata: {name: calico-node}, spec: {template: {spec: {containers: [{name: c}]}}}}",
			"DaemonSet.apps \"calico-node\" is invalid: [spec.template.metadata.labels: Invalid value: "
			"map[string]string(nil): "
			"`selector` does not match template `labels`, spec.template.spec.containers[0].image: Required "
			"value]" },
		{ "StatefulSet", "{metadata: {name: s}, spec: {template: {spec: {containers: [{name: c}]}}}}",
			"StatefulSet.apps \"s\" is invalid: [spec.selector: Required value, "
			"spec.template.metadata.labels: Invalid value: "
			"map[string]string(nil): `selector` does not match template `labels`]" },
		{ "Job", "{metadata: {name: j}, spec: {template: {spec: {containers: [{name: c, image: x}]}}}}",
			"Job.batch \"j\" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "
			"\"OnFailure\", \"Never\"" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(fixture_create(fixture, cases[i].kind, cases[i].body), cases[i].message);
}

static void
test_updates(void **state)
{
	struct fixture *fixture = *state;

	fixture_create(fixture, "Deployment",
		"{metadata: {name: web}, spec: {" TEMPLATE "spec: {containers: [{name: c, image: x}]}}}}");
	assert_string_equal(
		fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Deployment", "web",
			"{spec: {selector: {matchLabels: {app: web2}}, template: {metadata: {labels: {app: web2}}}}}"),
		"Deployment.apps \"web\" is invalid: spec.selector: Invalid value: "
		"v1.LabelSelector{MatchLabels:map[string]string"
		"{\"app\":\"web2\"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable");
	assert_string_equal(
		fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Deployment", "web", "{spec: {replicas: 3}}"), "");
	assert_string_equal(fixture_field(fixture, "Deployment", "web", "metadata.generation"), "2");
	fixture_create(fixture, "Pod", "{metadata: {name: p}, spec: {containers: [{name: c, image: x}]}}");
	assert_string_equal(fixture_change(fixture, REQUEST_PATCH, PATCH_STRATEGIC, "Pod", "p",
				    "{spec: {containers: [{name: c, image: other}], activeDeadlineSeconds: 5}}"),
		"");
	assert_string_equal(
		fixture_change(fixture, REQUEST_PATCH, PATCH_STRATEGIC, "Pod", "p", "{spec: {hostNetwork: true}}"),
		"Pod \"p\" is invalid: spec: Forbidden: pod updates may not change fields other than "
		"`spec.containers[*].image`,"
		"`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to "
		"existing tolerations),"
		"`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
		"  core.PodSpec{\n"
		"  \t... // 10 identical fields\n"
		"  \tAutomountServiceAccountToken: nil,\n"
		"  \tNodeName:                     \"\",\n"
		"  \tSecurityContext: &core.PodSecurityContext{\n"
		"- \t\tHostNetwork: false,\n"
		"+ \t\tHostNetwork: true,\n"
		"  \t\tHostPID:     false,\n"
		"  \t\tHostIPC:     false,\n"
		"  \t\t... // 15 identical fields\n"
		"  \t},\n"
		"  \tImagePullSecrets: nil,\n"
		"  \tHostname:         \"\",\n"
		"  \t... // 19 identical fields\n"
		"  }\n");
	assert_string_equal(fixture_change(fixture, REQUEST_PATCH, PATCH_STRATEGIC, "Pod", "p",
				    "{spec: {containers: [{name: d, image: other}]}}"),
		"Pod \"p\" is invalid: spec.containers: Forbidden: pod updates may not add or remove containers");
}

static void
test_warnings(void **state)
{
	static const char *const want[] = {
		"spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]",
		"spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]",
		"spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[1]",
	};
	struct fixture *fixture = *state;

	fixture_create(fixture, "Pod",
		"{metadata: {name: dn}, spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80},"
		"{containerPort: 80}]}, {name: d, image: redis, ports: [{containerPort: 80}]}]}}");
	assert_int_equal(fixture->status.warnings.n, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(fixture->status.warnings.v[i], want[i]);
	fixture_create(fixture, "Deployment",
		"{metadata: {name: w}, spec: {" TEMPLATE "spec: {nodeSelector: {beta.kubernetes.io/os: linux}, "
		"volumes: [{name: r, rbd: {monitors: [a], image: b}}], containers: [{name: c, image: x}]}}}}");
	assert_int_equal(fixture->status.warnings.n, 2);
	assert_string_equal(fixture->status.warnings.v[0],
		"spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; "
		"use \"kubernetes.io/os\" instead");
	assert_string_equal(fixture->status.warnings.v[1],
		"spec.template.spec.volumes[0].rbd: deprecated in v1.28, non-functional in "
		"v1.31+");
	fixture_create(fixture, "Pod",
		"{metadata: {name: projected}, spec: {containers: [{name: c, image: x}], volumes: [{name: podinfo, "
		"projected: {sources: [{downwardAPI: {items: [{path: podname, fieldRef: {fieldPath: "
		"metadata.name}}]}}, "
		"{secret: {name: mysecret}}, {configMap: {name: example-config}}]}}, "
		"{name: token-vol, projected: {sources: [{clusterTrustBundle: {name: example, path: "
		"example-roots.pem}}]}}]}}");
	assert_int_equal(fixture->status.warnings.n, 2);
	assert_string_equal(fixture->status.warnings.v[0],
		"volume \"podinfo\" (Projected): overlapping paths: \"podname\" (DownwardAPI) "
		"with \"podname\" (DownwardAPI)");
	assert_string_equal(fixture->status.warnings.v[1], "volume \"token-vol\" (Projected) has no sources provided");
	fixture_create(fixture, "Pod", "{metadata: {name: kiada-0.3}, spec: {containers: [{name: c, image: x}]}}");
	assert_string_equal(fixture->status.warnings.v[0],
		"metadata.name: this is used in the Pod's hostname, which can result in "
		"surprising behavior; a DNS label is recommended: [must not contain dots]");
}

static const struct refusal rest[] = {
	{ "restartPolicy: Sometimes",
		"spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"OnFailure\", "
		"\"Never\"" },
	{ "dnsPolicy: Cluster",
		"spec.dnsPolicy: Unsupported value: \"Cluster\": supported values: \"ClusterFirstWithHostNet\", "
		"\"ClusterFirst\", \"Default\", \"None\"" },
	{ "dnsPolicy: None", "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None" },
	{ "dnsPolicy: None, dnsConfig: {searches: [a]}",
		"spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is "
		"None" },
	{ "dnsConfig: {nameservers: [1.1.1.1, 2.2.2.2, 3.3.3.3, invalid]}",
		"[spec.dnsConfig.nameservers: Invalid value: []string{\"1.1.1.1\", \"2.2.2.2\", \"3.3.3.3\", "
		"\"invalid\"}: must not have more than 3 nameservers, spec.dnsConfig.nameservers[3]: Invalid value: "
		"\"invalid\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)]" },
	{ "dnsConfig: {searches: [custom., cluster.local], options: [{name: ndots, value: '5'}, {value: x}]}",
		"spec.dnsConfig.options[1]: Required value: must not be empty" },
	{ "hostAliases: [{ip: 12.34.56.78, hostnames: [host1, host2]}, {ip: a, hostnames: ['@#$']}]",
		"[spec.hostAliases[1].ip: Invalid value: \"a\": must be a valid IP address, (e.g. 10.9.8.7 or "
		"2001:db8::ffff), spec.hostAliases[1].hostnames[0]: Invalid value: \"@#$\": a lowercase RFC 1123 subdomain "
		"must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
		"alphanumeric character (e.g. 'example.com', regex used for validation is "
		"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')]" },
	{ "tolerations: [{operator: Exists}, {key: a, operator: Equal, value: b, effect: NoExecute, tolerationSeconds: 5}]",
		"" },
	{ "tolerations: [{operator: Equal}]",
		"spec.tolerations[0].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty, "
		"which means \"match all values and all keys\"" },
	{ "tolerations: [{key: a, operator: Exists, value: b}]",
		"spec.tolerations[0].operator: Invalid value: \"b\": value must be empty when `operator` is 'Exists'" },
	{ "tolerations: [{key: a, operator: In}]",
		"spec.tolerations[0].operator: Unsupported value: \"In\": supported values: \"Equal\", \"Exists\"" },
	{ "tolerations: [{key: a, operator: Exists, effect: NoSchedule, tolerationSeconds: 5}]",
		"spec.tolerations[0].effect: Invalid value: \"NoSchedule\": effect must be 'NoExecute' when "
		"`tolerationSeconds` is set" },
	{ "tolerations: [{key: a, operator: Exists, effect: Sometimes}]",
		"spec.tolerations[0].effect: Unsupported value: \"Sometimes\": supported values: \"NoSchedule\", "
		"\"PreferNoSchedule\", \"NoExecute\"" },
	{ "activeDeadlineSeconds: 0",
		"spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive" },
	{ "hostname: a.b", "spec.hostname: Invalid value: \"a.b\": must not contain dots" },
	{ "readinessGates: [{conditionType: example.com/a}], schedulingGates: [{name: a}, {name: a}]",
		"spec.schedulingGates[1]: Duplicate value: \"a\"" },
	{ "nodeName: n1, schedulingGates: [{name: a}]",
		"spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared" },
	{ "preemptionPolicy: Sometimes",
		"spec.preemptionPolicy: Unsupported value: \"Sometimes\": supported values: \"PreemptLowerPriority\", "
		"\"Never\"" },
};

/* The rest of a spec: the cases of TestValidatePodSpec, TestValidatePodDNSConfig and TestValidatePod's tolerations. */
static void
test_rest(void **state)
{
	REFUSALS_CHECK(*state, rest, IN_SPEC);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_defaults, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_container_defaults, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_admission, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_refused, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_rest, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_updates, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_warnings, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
