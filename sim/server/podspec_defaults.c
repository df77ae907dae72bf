/*
 * What the API server fills into a pod's spec, and what it leaves out because v1.32 has the feature switched off.
 * Follows pkg/apis/core/v1/defaults.go and DropDisabledPodFields in pkg/api/pod/util.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_MODE 0644
#define TOKEN_SECONDS 3600

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

/* Fields of features that are not yet, or not by themselves, on. */
static const struct {
	const char *owner, *field; /* owner: a path from the spec, or the containers' when it starts with "containers" */
} disabled[] = {
	{ "", "hostUsers" },
	{ "", "resourceClaims" },
	{ "", "resources" },
	{ "securityContext", "supplementalGroupsPolicy" },
	{ "securityContext", "seLinuxChangePolicy" },
	{ "containers", "resizePolicy" },
	{ "containers.resources", "claims" },
	{ "containers.securityContext", "procMount" },
	{ "containers.lifecycle", "stopSignal" },
};

static void
drop_from_containers(struct value *spec, const char *owner, const char *field)
{
	const char *inner = strchr(owner, '.');

	for (size_t l = 0; pod_container_lists[l]; l++) {
		struct value *containers = value_get(spec, pod_container_lists[l]);

		for (size_t i = 0; i < value_count(containers); i++) {
			struct value *map = value_at(containers, i);

			map = inner ? value_get(map, inner + 1) : map;
			if (map)
				value_remove(map, field);
		}
	}
}

/* Volumes of images go with their mounts. */
static void
drop_mounts(struct value *spec, const char *volume)
{
	for (size_t l = 0; pod_container_lists[l]; l++) {
		struct value *containers = value_get(spec, pod_container_lists[l]);

		for (size_t i = 0; i < value_count(containers); i++) {
			struct value *mounts = value_get(value_at(containers, i), "volumeMounts");

			for (size_t k = value_count(mounts); k > 0; k--) {
				const char *name = value_get_text(value_at(mounts, k - 1), "name");

				if (name && !strcmp(name, volume))
					value_remove_at(mounts, k - 1);
			}
			if (mounts && !value_count(mounts))
				value_remove(value_at(containers, i), "volumeMounts");
		}
	}
}

static void
drop_volumes(struct value *spec)
{
	struct value *volumes = value_get(spec, "volumes");

	for (size_t i = value_count(volumes); i > 0; i--) {
		struct value *volume = value_at(volumes, i - 1), *sources = value_path(volume, "projected.sources");
		const char *name = value_get_text(volume, "name");

		for (size_t k = 0; k < value_count(sources); k++)
			value_remove(value_at(sources, k), "clusterTrustBundle");
		if (!value_get(volume, "image"))
			continue;
		if (name)
			drop_mounts(spec, name);
		value_remove_at(volumes, i - 1);
	}
	if (volumes && !value_count(volumes))
		value_remove(spec, "volumes");
}

void
pod_spec_drop_disabled(struct value *spec)
{
	for (size_t i = 0; i < sizeof disabled / sizeof *disabled; i++) {
		struct value *owner = *disabled[i].owner ? value_get(spec, disabled[i].owner) : spec;

		if (str_starts(disabled[i].owner, "containers"))
			drop_from_containers(spec, disabled[i].owner, disabled[i].field);
		else if (owner)
			value_remove(owner, disabled[i].field);
	}
	drop_volumes(spec);
}
