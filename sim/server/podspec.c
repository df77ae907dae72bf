/*
 * What the API server fills into a pod's spec, and the checks of the spec around its containers.  Follows
 * pkg/apis/core/v1/defaults.go and ValidatePodSpec in pkg/apis/core/validation/validation.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_MODE 0644
#define TOKEN_SECONDS 3600

const char *const pod_container_lists[] = { "initContainers", "containers", "ephemeralContainers", NULL };

void
workload_set_default_text(struct arena *arena, struct value *map, const char *field, const char *text)
{
	if (!place_has_text(map, field))
		value_set_text(arena, map, field, text);
}

void
workload_set_default_int(struct arena *arena, struct value *map, const char *field, int64_t number)
{
	if (value_is_null(value_get(map, field)))
		value_set_int(arena, map, field, number);
}

/* A count that Go leaves out when it is zero: zero means unset. */
static void
default_count(struct arena *arena, struct value *map, const char *field, int64_t number)
{
	if (!value_get_int(map, field, 0))
		value_set_int(arena, map, field, number);
}

/* Always for the tag latest, written or meant; a digest pins the image. */
static const char *
pull_policy(const char *image)
{
	const char *slash = strrchr(image, '/'), *tag = strchr(slash ? slash : image, ':');

	if (strchr(image, '@'))
		return "IfNotPresent";
	return !tag || !strcmp(tag, ":latest") ? "Always" : "IfNotPresent";
}

static void
http_get_defaults(struct arena *arena, struct value *handler)
{
	struct value *get = value_get(handler, "httpGet");

	if (!get)
		return;
	workload_set_default_text(arena, get, "path", "/");
	workload_set_default_text(arena, get, "scheme", "HTTP");
}

static void
probe_defaults(struct arena *arena, struct value *probe)
{
	struct value *grpc = value_get(probe, "grpc");

	if (!probe)
		return;
	default_count(arena, probe, "timeoutSeconds", 1);
	default_count(arena, probe, "periodSeconds", 10);
	default_count(arena, probe, "successThreshold", 1);
	default_count(arena, probe, "failureThreshold", 3);
	http_get_defaults(arena, probe);
	if (grpc && !value_get(grpc, "service"))
		value_set_text(arena, grpc, "service", "");
}

static void
env_defaults(struct arena *arena, struct value *env)
{
	for (size_t i = 0; i < value_count(env); i++) {
		struct value *ref = value_get(value_get(value_at(env, i), "valueFrom"), "fieldRef");

		if (ref)
			workload_set_default_text(arena, ref, "apiVersion", "v1");
	}
}

static void
container_defaults(struct arena *arena, struct value *container)
{
	static const char *const probes[] = { "livenessProbe", "readinessProbe", "startupProbe", NULL };
	const char *image = value_get_text(container, "image");
	struct value *ports = value_get(container, "ports"), *lifecycle = value_get(container, "lifecycle");

	workload_set_default_text(arena, container, "imagePullPolicy", pull_policy(image ? image : ""));
	workload_set_default_text(arena, container, "terminationMessagePath", "/dev/termination-log");
	workload_set_default_text(arena, container, "terminationMessagePolicy", "File");
	for (size_t i = 0; i < value_count(ports); i++)
		workload_set_default_text(arena, value_at(ports, i), "protocol", "TCP");
	for (size_t i = 0; probes[i]; i++)
		probe_defaults(arena, value_get(container, probes[i]));
	http_get_defaults(arena, value_get(lifecycle, "postStart"));
	http_get_defaults(arena, value_get(lifecycle, "preStop"));
	env_defaults(arena, value_get(container, "env"));
}

static void
downward_defaults(struct arena *arena, struct value *items)
{
	for (size_t i = 0; i < value_count(items); i++) {
		struct value *ref = value_get(value_at(items, i), "fieldRef");

		if (ref)
			workload_set_default_text(arena, ref, "apiVersion", "v1");
	}
}

static void
projected_defaults(struct arena *arena, struct value *sources)
{
	for (size_t i = 0; i < value_count(sources); i++) {
		struct value *token = value_get(value_at(sources, i), "serviceAccountToken");

		if (token)
			workload_set_default_int(arena, token, "expirationSeconds", TOKEN_SECONDS);
		downward_defaults(arena, value_get(value_get(value_at(sources, i), "downwardAPI"), "items"));
	}
}

/* Sources whose files have a mode. */
static const char *const mode_sources[] = { "configMap", "downwardAPI", "projected", "secret", NULL };

static void
volume_defaults(struct arena *arena, struct value *volume)
{
	struct value *path = value_get(volume, "hostPath");

	if (value_count(volume) <= 1 && (!value_count(volume) || value_get(volume, "name")))
		value_make_map(arena, volume, "emptyDir");
	for (size_t i = 0; mode_sources[i]; i++) {
		struct value *source = value_get(volume, mode_sources[i]);

		if (source)
			workload_set_default_int(arena, source, "defaultMode", DEFAULT_MODE);
	}
	if (path && !value_get(path, "type"))
		value_set_text(arena, path, "type", "");
	downward_defaults(arena, value_get(value_get(volume, "downwardAPI"), "items"));
	projected_defaults(arena, value_get(value_get(volume, "projected"), "sources"));
}

/* With the host's network a container's port is the host's. */
static void
host_ports(struct arena *arena, struct value *containers)
{
	for (size_t i = 0; i < value_count(containers); i++) {
		struct value *ports = value_get(value_at(containers, i), "ports");

		for (size_t k = 0; k < value_count(ports); k++) {
			int64_t number = value_get_int(value_at(ports, k), "containerPort", 0);

			if (number)
				default_count(arena, value_at(ports, k), "hostPort", number);
		}
	}
}

void
pod_spec_defaults(struct arena *arena, struct value *spec)
{
	struct value *volumes = value_get(spec, "volumes");
	bool host_network = value_get_bool(spec, "hostNetwork", false);

	workload_set_default_text(arena, spec, "dnsPolicy", "ClusterFirst");
	workload_set_default_text(arena, spec, "restartPolicy", "Always");
	workload_set_default_text(arena, spec, "schedulerName", "default-scheduler");
	workload_set_default_int(arena, spec, "terminationGracePeriodSeconds", 30);
	if (value_is_null(value_get(spec, "securityContext")))
		value_set(arena, spec, "securityContext", value_map(arena));
	if (place_has_text(spec, "serviceAccountName"))
		value_set_text(arena, spec, "serviceAccount", value_get_text(spec, "serviceAccountName"));
	else if (place_has_text(spec, "serviceAccount"))
		value_set_text(arena, spec, "serviceAccountName", value_get_text(spec, "serviceAccount"));
	for (size_t l = 0; pod_container_lists[l]; l++) {
		struct value *containers = value_get(spec, pod_container_lists[l]);

		for (size_t i = 0; i < value_count(containers); i++)
			container_defaults(arena, value_at(containers, i));
		if (host_network)
			host_ports(arena, containers);
	}
	for (size_t i = 0; i < value_count(volumes); i++)
		volume_defaults(arena, value_at(volumes, i));
}

void
pod_template_defaults(struct arena *arena, struct value *owner_spec)
{
	struct value *template = value_make_map(arena, owner_spec, "template");

	pod_spec_defaults(arena, value_make_map(arena, template, "spec"));
}

void
pod_requests_from_limits(struct arena *arena, struct value *spec)
{
	for (size_t l = 0; pod_container_lists[l]; l++) {
		struct value *containers = value_get(spec, pod_container_lists[l]);

		for (size_t i = 0; i < value_count(containers); i++) {
			struct value *resources = value_get(value_at(containers, i), "resources");
			const struct value *limits = value_get(resources, "limits");

			for (size_t k = 0; k < value_count(limits); k++) {
				struct value *requests = value_make_map(arena, resources, "requests");

				if (!value_get(requests, limits->map.v[k].key))
					value_set(arena, requests, limits->map.v[k].key, limits->map.v[k].value);
			}
		}
	}
}

/* Volume sources in the order in which the server looks for them, and the members that each must have. */
static const struct {
	const char *source, *required[2];
} volume_sources[] = {
	{ "emptyDir", { NULL, NULL } },
	{ "hostPath", { "path", NULL } },
	{ "gitRepo", { "repository", NULL } },
	{ "gcePersistentDisk", { "pdName", NULL } },
	{ "awsElasticBlockStore", { "volumeID", NULL } },
	{ "secret", { "secretName", NULL } },
	{ "nfs", { "server", "path" } },
	{ "iscsi", { "targetPortal", "iqn" } },
	{ "glusterfs", { "endpoints", "path" } },
	{ "flocker", { NULL, NULL } },
	{ "persistentVolumeClaim", { "claimName", NULL } },
	{ "rbd", { "monitors", "image" } },
	{ "cinder", { "volumeID", NULL } },
	{ "cephfs", { "monitors", NULL } },
	{ "quobyte", { "registry", "volume" } },
	{ "downwardAPI", { NULL, NULL } },
	{ "fc", { NULL, NULL } },
	{ "flexVolume", { "driver", NULL } },
	{ "configMap", { "name", NULL } },
	{ "azureFile", { "secretName", "shareName" } },
	{ "vsphereVolume", { "volumePath", NULL } },
	{ "photonPersistentDisk", { "pdID", NULL } },
	{ "portworxVolume", { "volumeID", NULL } },
	{ "azureDisk", { "diskName", "diskURI" } },
	{ "storageos", { NULL, NULL } },
	{ "projected", { NULL, NULL } },
	{ "scaleIO", { "gateway", "volumeName" } },
	{ "csi", { "driver", NULL } },
	{ "ephemeral", { NULL, NULL } },
	{ "image", { NULL, NULL } },
};

static void
volume_source_validate(struct status *status, const struct value *volume, const struct place *at)
{
	size_t found = 0;

	for (size_t i = 0; i < sizeof volume_sources / sizeof *volume_sources; i++) {
		const char *name = volume_sources[i].source;
		const struct value *source = value_get(volume, name);
		const struct place inner = { at, name, 0 };

		if (!source)
			continue;
		if (found++) {
			place_forbidden(status, &inner, NULL, "may not specify more than 1 volume type");
			continue;
		}
		for (size_t k = 0; k < 2 && volume_sources[i].required[k]; k++) {
			const char *member = volume_sources[i].required[k];

			if (!place_has_text(source, member) && !value_count(value_get(source, member)))
				place_required(status, &inner, member, NULL);
		}
	}
	if (!found)
		place_required(status, at, NULL, "must specify a volume type");
}

static bool
named_before(const struct value *list, size_t i)
{
	const char *name = value_get_text(value_at(list, i), "name");

	for (size_t k = 0; name && k < i; k++) {
		const char *other = value_get_text(value_at(list, k), "name");

		if (other && !strcmp(other, name))
			return true;
	}
	return false;
}

static void
volumes_validate(struct status *status, const struct value *volumes, const struct place *path)
{
	const struct place list = { path, "volumes", 0 };

	for (size_t i = 0; i < value_count(volumes); i++) {
		const struct value *volume = value_at(volumes, i);
		const struct place at = { &list, NULL, i };
		char *shown;

		volume_source_validate(status, volume, &at);
		if (!place_has_text(volume, "name")) {
			place_required(status, &at, "name", NULL);
			continue;
		}
		place_check(status, &at, volume, "name", check_dns1123_label);
		if (named_before(volumes, i)) {
			shown = status_value_text(value_get(volume, "name"));
			place_duplicate(status, &at, "name", shown);
			free(shown);
		}
	}
}

static void
dns_validate(struct status *status, const struct value *spec, const struct place *path)
{
	const struct value *config = value_get(spec, "dnsConfig");
	const struct place at = { path, "dnsConfig", 0 };

	if (strcmp(value_get_text(spec, "dnsPolicy") ? value_get_text(spec, "dnsPolicy") : "", "None") != 0)
		return;
	if (!config)
		place_required(status, &at, NULL, "must provide `dnsConfig` when `dnsPolicy` is None");
	else if (!value_count(value_get(config, "nameservers")))
		place_required(status, &at, "nameservers",
			"must provide at least one DNS nameserver when `dnsPolicy` is None");
}

static void
tolerations_validate(struct status *status, const struct value *tolerations, const struct place *path)
{
	static const char *const operators[] = { "Equal", "Exists", NULL },
				 *const effects[] = { "NoSchedule", "PreferNoSchedule", "NoExecute", NULL };
	const struct place list = { path, "tolerations", 0 };

	for (size_t i = 0; i < value_count(tolerations); i++) {
		const struct value *toleration = value_at(tolerations, i);
		const struct place at = { &list, NULL, i };
		const char *operator= value_get_text(toleration, "operator");
		bool exists = operator&& !strcmp(operator, "Exists");

		if (place_has_text(toleration, "key"))
			place_check(status, &at, toleration, "key", check_qualified_name);
		else if (!exists)
			place_invalid_text(status, &at, "operator", operator&& * operator? "\"Equal\"" : "\"\"",
				"operator must be Exists when `key` is empty, which means \"match all values and all "
				"keys\"");
		if (exists && place_has_text(toleration, "value"))
			place_invalid(status, &at, "operator", value_get(toleration, "value"),
				"value must be empty when `operator` is 'Exists'");
		place_word(status, &at, toleration, "operator", operators, false);
		place_word(status, &at, toleration, "effect", effects, false);
	}
}

static const char *const restart_policies[] = { "Always", "Never", "OnFailure", NULL };
static const char *const dns_policies[] = { "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None", NULL };

static void
spec_validate(struct status *status, const struct value *spec, const struct place *path)
{
	char *selector = place_text_of(path, "nodeSelector");
	const struct place windows = { path, "securityContext.windowsOptions", 0 };

	volumes_validate(status, value_get(spec, "volumes"), path);
	pod_containers_validate(status, spec, path);
	place_word(status, path, spec, "restartPolicy", restart_policies, true);
	place_word(status, path, spec, "dnsPolicy", dns_policies, true);
	validate_labels(status, value_get(spec, "nodeSelector"), selector);
	free(selector);
	place_check(status, &windows, value_get(value_get(spec, "securityContext"), "windowsOptions"),
		"gmsaCredentialSpecName", check_dns1123_subdomain);
	dns_validate(status, spec, path);
	if (place_has_text(spec, "serviceAccountName"))
		place_check(status, path, spec, "serviceAccountName", check_dns1123_subdomain);
	if (place_has_text(spec, "nodeName"))
		place_check(status, path, spec, "nodeName", check_dns1123_subdomain);
	if (value_get_int(spec, "activeDeadlineSeconds", 1) < 1)
		place_invalid(status, path, "activeDeadlineSeconds", value_get(spec, "activeDeadlineSeconds"),
			"must be between 1 and 2147483647, inclusive");
	if (place_has_text(spec, "hostname"))
		place_check(status, path, spec, "hostname", check_dns1123_label);
	if (place_has_text(spec, "subdomain"))
		place_check(status, path, spec, "subdomain", check_dns1123_label);
	tolerations_validate(status, value_get(spec, "tolerations"), path);
	if (place_has_text(spec, "priorityClassName"))
		place_check(status, path, spec, "priorityClassName", check_dns1123_subdomain);
}

void
pod_spec_validate(struct status *status, const struct value *spec, const char *path)
{
	const struct place at = { NULL, path, 0 };

	spec_validate(status, spec, &at);
}

void
pod_template_validate(struct status *status, const struct value *template, const char *path)
{
	const struct place at = { NULL, path, 0 }, spec = { &at, "spec", 0 };
	const struct value *meta = value_get(template, "metadata");
	char *labels = place_text_of(&at, "labels");

	validate_labels(status, value_get(meta, "labels"), labels);
	free(labels);
	spec_validate(status, value_get(template, "spec"), &spec);
}
