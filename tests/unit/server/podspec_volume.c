/* Volumes: TestValidateVolumes of pkg/apis/core/validation. */
#include "refusals.h"

static const struct refusal sources[] = {
	{ "emptyDir: {}", "" },
	{ "emptyDir: {sizeLimit: -1}",
		"spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity" },
	{ "hostPath: {type: Directory}", "spec.volumes[0].hostPath.path: Required value" },
	{ "hostPath: {path: /foo/../bar}",
		"spec.volumes[0].hostPath.path: Invalid value: \"/foo/../bar\": must not contain '..'" },
	{ "hostPath: {path: /foo, type: invalidType}",
		"spec.volumes[0].hostPath.type: Unsupported value: \"invalidType\": supported values: \"\", "
		"\"BlockDevice\", \"CharDevice\", \"Directory\", \"DirectoryOrCreate\", \"File\", \"FileOrCreate\", "
		"\"Socket\"" },
	{ "emptyDir: {}, hostPath: {path: /a}",
		"spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type" },
	{ "secret: {}", "spec.volumes[0].secret.secretName: Required value" },
	{ "secret: {secretName: s, defaultMode: 01000}",
		"spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), "
		"both inclusive" },
	{ "secret: {secretName: s, items: [{key: k, path: ../foo}]}",
		"spec.volumes[0].secret.items[0].path: Invalid value: \"../foo\": must not contain '..'" },
	{ "secret: {secretName: s, items: [{key: k, path: ..foo}]}",
		"spec.volumes[0].secret.items[0].path: Invalid value: \"..foo\": must not start with '..'" },
	{ "secret: {secretName: s, items: [{path: /f, mode: -1}]}",
		"[spec.volumes[0].secret.items[0].key: Required value, spec.volumes[0].secret.items[0].path: Invalid "
		"value: \"/f\": must be a relative path, spec.volumes[0].secret.items[0].mode: Invalid value: -1: must "
		"be a number between 0 and 0777 (octal), both inclusive]" },
	{ "configMap: {items: [{key: k}]}",
		"[spec.volumes[0].configMap.name: Required value, spec.volumes[0].configMap.items[0].path: Required value]" },
	{ "persistentVolumeClaim: {}", "spec.volumes[0].persistentVolumeClaim.claimName: Required value" },
	{ "nfs: {server: s, path: a}", "spec.volumes[0].nfs.path: Invalid value: \"a\": must be an absolute path" },
	{ "nfs: {server: s}",
		"[spec.volumes[0].nfs.path: Required value, spec.volumes[0].nfs.path: Invalid value: \"\": must be an "
		"absolute path]" },
	{ "gcePersistentDisk: {pdName: p, partition: 256}",
		"spec.volumes[0].persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive" },
	{ "awsElasticBlockStore: {}", "spec.volumes[0].awsElasticBlockStore.volumeID: Required value" },
	{ "gitRepo: {repository: r, directory: /x/../y}",
		"[spec.volumes[0].gitRepo.directory: Invalid value: \"/x/../y\": must be a relative path, "
		"spec.volumes[0].gitRepo.directory: Invalid value: \"/x/../y\": must not contain '..']" },
	{ "flocker: {datasetName: foo/bar}",
		"spec.volumes[0].flocker.datasetName: Invalid value: \"foo/bar\": must not contain '/'" },
	{ "fc: {targetWWNs: [w]}", "spec.volumes[0].fc.lun: Required value: lun is required if targetWWNs is specified" },
	{ "csi: {}",
		"[spec.volumes[0].csi.driver: Required value, spec.volumes[0].csi.driver: Invalid value: \"\": a lowercase "
		"RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
		"end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
		"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')]" },
	{ "ephemeral: {}", "spec.volumes[0].ephemeral.volumeClaimTemplate: Required value" },
	{ "ephemeral: {volumeClaimTemplate: {spec: {}}}",
		"[spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode "
		"is required, spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value]" },
};

static const struct refusal downward[] = {
	{ "downwardAPI: {items: [{path: l, fieldRef: {fieldPath: metadata.labels}}]}", "" },
	{ "downwardAPI: {items: [{path: l, fieldRef: {fieldPath: metadata.labelss}}]}",
		"spec.volumes[0].downwardAPI.fieldRef.fieldPath: Invalid value: \"metadata.labelss\": error converting "
		"fieldPath: field label not supported: metadata.labelss" },
	{ "downwardAPI: {items: [{path: l, fieldRef: {fieldPath: status.podIP}}]}",
		"spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: \"status.podIP\": supported values: "
		"\"metadata.annotations\", \"metadata.labels\", \"metadata.name\", \"metadata.namespace\", "
		"\"metadata.uid\"" },
	{ "downwardAPI: {items: [{fieldRef: {fieldPath: metadata.name}, resourceFieldRef: {containerName: c, resource: "
	  "limits.cpu}}]}",
		"[spec.volumes[0].downwardAPI.path: Required value, spec.volumes[0].downwardAPI: Invalid value: "
		"\"resource\": fieldRef and resourceFieldRef can not be specified simultaneously]" },
	{ "downwardAPI: {items: [{path: x}]}",
		"spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required" },
	{ "downwardAPI: {items: [{path: x, resourceFieldRef: {resource: limits.cpu}}]}",
		"spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value" },
	{ "projected: {sources: [{secret: {name: a, items: [{key: k, path: p}]}}, {configMap: {name: b, items: [{key: k, "
	  "path: p}]}}]}",
		"spec.volumes[0].projected: Invalid value: \"b\": conflicting duplicate paths" },
	{ "projected: {sources: [{secret: {name: a}, configMap: {name: b}}]}",
		"spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source" },
	{ "projected: {sources: [{serviceAccountToken: {path: t, expirationSeconds: 10}}]}",
		"spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 10: may not "
		"specify a duration less than 10 minutes" },
	{ "projected: {sources: [{serviceAccountToken: {path: ../t}}]}",
		"spec.volumes[0].projected.path: Invalid value: \"../t\": must not contain '..'" },
};

static const struct refusal names[] = {
	{ "volumes: [{emptyDir: {}}]", "spec.volumes[0].name: Required value" },
	{ "volumes: [{name: a.b, emptyDir: {}}]",
		"spec.volumes[0].name: Invalid value: \"a.b\": must not contain dots" },
	{ "volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}]",
		"spec.volumes[1].name: Duplicate value: \"a\"" },
	{ "volumes: [{name: e, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: "
	  "{storage: 1Gi}}}}}}, {name: v, persistentVolumeClaim: {claimName: p-e}}]",
		"spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: \"p-e\": must not reference a PVC that gets "
		"created for an ephemeral volume" },
};

static void
test_sources(void **state)
{
	REFUSALS_CHECK(*state, sources, IN_VOLUME);
}

static void
test_downward(void **state)
{
	REFUSALS_CHECK(*state, downward, IN_VOLUME);
}

static void
test_names(void **state)
{
	REFUSALS_CHECK(*state, names, IN_SPEC);
}

/* v1.32 knows volumes of images, but has them switched off: they go, and their mounts with them. */
static void
test_image_volumes(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(fixture_create(fixture, "Pod",
				    "{metadata: {name: p}, spec: {automountServiceAccountToken: false, hostUsers: false, "
				    "containers: [{name: c, image: i, volumeMounts: [{name: v, mountPath: /v}]}], volumes: "
				    "[{name: v, image: {reference: r}}]}}"),
		"");
	assert_string_equal(fixture_field(fixture, "Pod", "p", "spec.volumes"), "");
	assert_string_equal(fixture_field(fixture, "Pod", "p", "spec.containers[0].volumeMounts"), "");
	assert_string_equal(fixture_field(fixture, "Pod", "p", "spec.hostUsers"), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sources, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_downward, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_names, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_image_volumes, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
