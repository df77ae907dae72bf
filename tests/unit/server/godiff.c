/*
 * Refused changes of pods, and the differences that a real API server showed for them: outputs of kubectl as people put
 * them into their notes (Pod specs had one field less then: 28 identical fields where v1.32 has 29).
 */
#include "fixture.h"

#include "server/gotypes.h"

static struct value *
spec_of(struct fixture *fixture, const char *text)
{
	return go_pod_spec(&fixture->arena, fixture_read(fixture, text));
}

#define VOLUMES \
	"volumes: [{name: kube-api-access-6vgdv, projected: {defaultMode: 420, sources: [" \
	"{serviceAccountToken: {expirationSeconds: 3607, path: token}}, " \
	"{configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}}, " \
	"{downwardAPI: {items: [{path: namespace, fieldRef: {apiVersion: v1, fieldPath: metadata.namespace}}]}}]}}], " \
	"restartPolicy: Always, "
#define HEAD \
	"  core.PodSpec{\n" \
	"  \tVolumes:        {{Name: \"kube-api-access-6vgdv\", VolumeSource: {Projected: &{Sources: " \
	"{{ServiceAccountToken: &{ExpirationSeconds: 3607, Path: \"token\"}}, {ConfigMap: &{LocalObjectReference: {Name: " \
	"\"kube-root-ca.crt\"}, Items: {{Key: \"ca.crt\", Path: \"ca.crt\"}}}}, {DownwardAPI: &{Items: {{Path: " \
	"\"namespace\", FieldRef: &{APIVersion: \"v1\", FieldPath: \"metadata.namespace\"}}}}}}, DefaultMode: &420}}}},\n" \
	"  \tInitContainers: nil,\n" \
	"  \tContainers: []core.Container{\n" \
	"  \t\t{\n"
#define TAIL \
	"  \t\t},\n" \
	"  \t},\n" \
	"  \tEphemeralContainers: nil,\n" \
	"  \tRestartPolicy:       \"Always\",\n" \
	"  \t... // 29 identical fields\n" \
	"  }\n"

static const struct {
	const char *old, *new, *diff;
} cases[] = {
	{ VOLUMES "containers: [{name: nevatest, image: busybox}]",
		VOLUMES "containers: [{name: nevatest, image: busybox, command: [sh, -c, sleep infinity]}]",
		HEAD
		"  \t\t\tName:       \"nevatest\",\n"
		"  \t\t\tImage:      \"busybox\",\n"
		"- \t\t\tCommand:    nil,\n"
		"+ \t\t\tCommand:    []string{\"sh\", \"-c\", \"sleep infinity\"},\n"
		"  \t\t\tArgs:       nil,\n"
		"  \t\t\tWorkingDir: \"\",\n"
		"  \t\t\t... // 19 identical fields\n" TAIL },
	{ VOLUMES "containers: [{name: c, image: i, volumeMounts: [{name: kube-api-access-6vgdv, readOnly: true, "
		  "mountPath: /d}], env: [{name: APP_COLOR, value: pink}]}]",
		VOLUMES "containers: [{name: c, image: i, volumeMounts: [{name: kube-api-access-6vgdv, readOnly: true, "
			"mountPath: /d}], env: [{name: APP_COLOR, value: green}]}]",
		HEAD
		"  \t\t\t... // 5 identical fields\n"
		"  \t\t\tPorts:   nil,\n"
		"  \t\t\tEnvFrom: nil,\n"
		"  \t\t\tEnv: []core.EnvVar{\n"
		"  \t\t\t\t{\n"
		"  \t\t\t\t\tName:      \"APP_COLOR\",\n"
		"- \t\t\t\t\tValue:     \"pink\",\n"
		"+ \t\t\t\t\tValue:     \"green\",\n"
		"  \t\t\t\t\tValueFrom: nil,\n"
		"  \t\t\t\t},\n"
		"  \t\t\t},\n"
		"  \t\t\tResources:    {},\n"
		"  \t\t\tResizePolicy: nil,\n"
		"  \t\t\t... // 14 identical fields\n" TAIL },
	{ VOLUMES "containers: [{name: c, image: i}]",
		VOLUMES "containers: [{name: c, image: i, env: [{name: POSTGRES_PASSWORD, valueFrom: {secretKeyRef: "
			"{name: s, key: k}}}]}]",
		HEAD
		"  \t\t\t... // 5 identical fields\n"
		"  \t\t\tPorts:   nil,\n"
		"  \t\t\tEnvFrom: nil,\n"
		"- \t\t\tEnv:     nil,\n"
		"+ \t\t\tEnv: []core.EnvVar{\n"
		"+ \t\t\t\t{\n"
		"+ \t\t\t\t\tName:      \"POSTGRES_PASSWORD\",\n"
		"+ \t\t\t\t\tValueFrom: &core.EnvVarSource{SecretKeyRef: &core.SecretKeySelector{...}},\n"
		"+ \t\t\t\t},\n"
		"+ \t\t\t},\n"
		"  \t\t\tResources:    {},\n"
		"  \t\t\tResizePolicy: nil,\n"
		"  \t\t\t... // 14 identical fields\n" TAIL },
	{ VOLUMES "containers: [{name: c, image: i, resources: {requests: {cpu: '1', memory: 10Gi}}}]",
		VOLUMES "containers: [{name: c, image: i, resources: {requests: {cpu: '1', memory: 2Gi}}}]",
		HEAD
		"  \t\t\t... // 6 identical fields\n"
		"  \t\t\tEnvFrom: nil,\n"
		"  \t\t\tEnv:     nil,\n"
		"  \t\t\tResources: core.ResourceRequirements{\n"
		"  \t\t\t\tLimits: nil,\n"
		"  \t\t\t\tRequests: core.ResourceList{\n"
		"  \t\t\t\t\ts\"cpu\":    {i: {...}, s: \"1\", Format: \"DecimalSI\"},\n"
		"- \t\t\t\t\ts\"memory\": {i: resource.int64Amount{value: 10737418240}, s: \"10Gi\", Format: "
		"\"BinarySI\"},\n"
		"+ \t\t\t\t\ts\"memory\": {i: resource.int64Amount{value: 2147483648}, s: \"2Gi\", Format: "
		"\"BinarySI\"},\n"
		"  \t\t\t\t},\n"
		"  \t\t\t\tClaims: nil,\n"
		"  \t\t\t},\n"
		"  \t\t\tResizePolicy:  nil,\n"
		"  \t\t\tRestartPolicy: nil,\n"
		"  \t\t\t... // 13 identical fields\n" TAIL },
	{ VOLUMES "containers: [{name: ubuntu, image: ubuntu, securityContext: {runAsUser: 1010}}]",
		VOLUMES "containers: [{name: ubuntu, image: ubuntu, securityContext: {capabilities: {add: [SYS_TIME]}}}]",
		HEAD
		"  \t\t\t... // 18 identical fields\n"
		"  \t\t\tTerminationMessagePolicy: \"\",\n"
		"  \t\t\tImagePullPolicy:          \"\",\n"
		"  \t\t\tSecurityContext: &core.SecurityContext{\n"
		"- \t\t\t\tCapabilities:   nil,\n"
		"+ \t\t\t\tCapabilities:   &core.Capabilities{Add: []core.Capability{\"SYS_TIME\"}},\n"
		"  \t\t\t\tPrivileged:     nil,\n"
		"  \t\t\t\tSELinuxOptions: nil,\n"
		"  \t\t\t\tWindowsOptions: nil,\n"
		"- \t\t\t\tRunAsUser:      &1010,\n"
		"+ \t\t\t\tRunAsUser:      nil,\n"
		"  \t\t\t\tRunAsGroup:     nil,\n"
		"  \t\t\t\tRunAsNonRoot:   nil,\n"
		"  \t\t\t\t... // 5 identical fields\n"
		"  \t\t\t},\n"
		"  \t\t\tStdin:     false,\n"
		"  \t\t\tStdinOnce: false,\n"
		"  \t\t\tTTY:       false,\n" TAIL },
	{ VOLUMES "containers: [{name: s, image: i, command: [kube-schedulerrrr, a, b, c, d, e]}]",
		VOLUMES "containers: [{name: s, image: i, command: [kube-scheduler, a, b, c, d, e]}]",
		HEAD
		"  \t\t\tName:  \"s\",\n"
		"  \t\t\tImage: \"i\",\n"
		"  \t\t\tCommand: []string{\n"
		"- \t\t\t\t\"kube-schedulerrrr\",\n"
		"+ \t\t\t\t\"kube-scheduler\",\n"
		"  \t\t\t\t\"a\",\n"
		"  \t\t\t\t\"b\",\n"
		"  \t\t\t\t... // 3 identical elements\n"
		"  \t\t\t},\n"
		"  \t\t\tArgs:       nil,\n"
		"  \t\t\tWorkingDir: \"\",\n"
		"  \t\t\t... // 19 identical fields\n" TAIL },
};

static void
test_differences(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *old = xasprintf("{%s}", cases[i].old), *new = xasprintf("{%s}", cases[i].new);
		char *diff = go_diff("core.PodSpec", spec_of(fixture, old), spec_of(fixture, new));

		assert_string_equal(diff, cases[i].diff);
		free(diff);
		free(new);
		free(old);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_differences, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
