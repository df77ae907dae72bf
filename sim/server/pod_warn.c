/*
 * What the API server warns of in pods and templates that it takes: labels and annotations out of use, volumes that no
 * longer work, doubled entries.  Follows pkg/api/pod/warnings.go, pkg/api/node/util.go and the pod strategy's own
 * warning about host names.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#define SECCOMP_POD "seccomp.security.alpha.kubernetes.io/pod"
#define SECCOMP_CONTAINER "container.seccomp.security.alpha.kubernetes.io/"
#define APPARMOR "container.apparmor.security.beta.kubernetes.io/"

struct message {
	const char *key, *text;
};

static const struct message node_labels[] = {
	{ "beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead" },
	{ "beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead" },
	{ "failure-domain.beta.kubernetes.io/region",
		"deprecated since v1.17; use \"topology.kubernetes.io/region\" instead" },
	{ "failure-domain.beta.kubernetes.io/zone",
		"deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead" },
	{ "beta.kubernetes.io/instance-type",
		"deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead" },
	{ "node-role.kubernetes.io/master", "use \"node-role.kubernetes.io/control-plane\" instead" },
	{ NULL, NULL },
};

static const struct message annotations[] = {
	{ "scheduler.alpha.kubernetes.io/critical-pod",
		"non-functional in v1.16+; use the \"priorityClassName\" field instead" },
	{ "security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead" },
	{ "security.alpha.kubernetes.io/unsafe-sysctls",
		"non-functional in v1.11+; use the \"sysctls\" field instead" },
	{ NULL, NULL },
};

static const struct message volume_sources[] = {
	{ "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+" },
	{ "gitRepo", "deprecated in v1.11" },
	{ "scaleIO", "deprecated in v1.16, non-functional in v1.22+" },
	{ "flocker", "deprecated in v1.22, non-functional in v1.25+" },
	{ "storageos", "deprecated in v1.22, non-functional in v1.25+" },
	{ "quobyte", "deprecated in v1.22, non-functional in v1.25+" },
	{ "glusterfs", "deprecated in v1.25, non-functional in v1.26+" },
	{ "cephfs", "deprecated in v1.28, non-functional in v1.31+" },
	{ "rbd", "deprecated in v1.28, non-functional in v1.31+" },
	{ NULL, NULL },
};

static const char *
message_of(const struct message *messages, const char *key)
{
	for (; messages->key; messages++) {
		if (!strcmp(messages->key, key))
			return messages->text;
	}
	return NULL;
}

static void
warn_at(struct status *status, const struct place *place, const char *text)
{
	char *path = place_text(place);

	status_warn(status, "%s: %s", path, text);
	free(path);
}

/* At place[key]. */
static void
warn_key(struct status *status, const struct place *place, const char *key, const char *text)
{
	char *path = place_text(place);

	status_warn(status, "%s[%s]: %s", path, key, text);
	free(path);
}

static void
warn_term(struct status *status, const struct value *term, const struct place *at)
{
	static const char *const lists[] = { "matchExpressions", "matchFields" };

	for (size_t l = 0; l < 2; l++) {
		const struct value *list = value_get(term, lists[l]);
		const struct place inner = { at, lists[l], 0 };

		for (size_t i = 0; i < value_count(list); i++) {
			const char *key = value_get_text(value_at(list, i), "key");
			const char *text = key && !l ? message_of(node_labels, key) : NULL;
			const struct place item = { &inner, NULL, i }, key_at = { &item, "key", 0 };
			char *is = text ? xasprintf("%s is %s", key, text) : NULL;

			if (is)
				warn_at(status, &key_at, is);
			free(is);
		}
	}
}

static void
warn_node_labels(struct status *status, const struct value *spec, const struct place *path)
{
	const struct value *selector = value_get(spec, "nodeSelector"),
			   *affinity = value_path(spec, "affinity.nodeAffinity");
	const struct value *terms =
		value_path(affinity, "requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms");
	const struct value *preferred = value_get(affinity, "preferredDuringSchedulingIgnoredDuringExecution");
	const struct place selector_at = { path, "nodeSelector", 0 },
			   affinity_at = { path, "affinity.nodeAffinity", 0 };
	const struct place terms_at = { &affinity_at,
		"requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms", 0 };
	const struct place preferred_at = { &affinity_at, "preferredDuringSchedulingIgnoredDuringExecution", 0 };

	for (size_t i = 0; i < value_count(selector); i++) {
		const char *text = message_of(node_labels, selector->map.v[i].key);

		if (text)
			warn_key(status, &selector_at, selector->map.v[i].key, text);
	}
	for (size_t i = 0; i < value_count(terms); i++)
		warn_term(status, value_at(terms, i), &(const struct place){ &terms_at, NULL, i });
	for (size_t i = 0; i < value_count(preferred); i++) {
		const struct place item = { &preferred_at, NULL, i }, at = { &item, "preference", 0 };

		warn_term(status, value_get(value_at(preferred, i), "preference"), &at);
	}
}

/* A term without a selector picks no pod. */
static void
warn_selectors(struct status *status, const struct value *terms, const struct place *list, const char *inner)
{
	for (size_t i = 0; i < value_count(terms); i++) {
		const struct value *term = inner ? value_get(value_at(terms, i), inner) : value_at(terms, i);
		const struct place item = { list, NULL, i }, member = { &item, inner, 0 };
		const struct place at = { inner ? &member : &item, "labelSelector", 0 };

		if (value_is_null(value_get(term, "labelSelector")))
			warn_at(status, &at, "a null labelSelector results in matching no pod");
	}
}

static void
warn_pod_affinity(struct status *status, const struct value *affinity, const struct place *path)
{
	static const char *const sides[] = { "podAffinity", "podAntiAffinity" };

	for (size_t i = 0; i < 2; i++) {
		const struct value *side = value_get(affinity, sides[i]);
		const struct place up = { path, "affinity", 0 }, at = { &up, sides[i], 0 };
		const struct place required = { &at, "requiredDuringSchedulingIgnoredDuringExecution", 0 };
		const struct place preferred = { &at, "preferredDuringSchedulingIgnoredDuringExecution", 0 };

		warn_selectors(status, value_get(side, required.field), &required, NULL);
		warn_selectors(status, value_get(side, preferred.field), &preferred, "podAffinityTerm");
	}
}

static void
warn_spread(struct status *status, const struct value *constraints, const struct place *path)
{
	const struct place list = { path, "topologySpreadConstraints", 0 };

	for (size_t i = 0; i < value_count(constraints); i++) {
		const char *key = value_get_text(value_at(constraints, i), "topologyKey");
		const char *text = key ? message_of(node_labels, key) : NULL;
		const struct place item = { &list, NULL, i }, at = { &item, "topologyKey", 0 };
		char *is = text ? xasprintf("%s is %s", key, text) : NULL;

		if (is)
			warn_at(status, &at, is);
		free(is);
	}
	warn_selectors(status, constraints, &list, NULL);
}

static void
warn_volumes(struct status *status, const struct value *volumes, const struct place *path)
{
	const struct place list = { path, "volumes", 0 };

	for (size_t i = 0; i < value_count(volumes); i++) {
		const struct value *volume = value_at(volumes, i);

		for (const struct message *source = volume_sources; source->key; source++) {
			const struct place item = { &list, NULL, i };
			const struct place at = { &item, strcmp(source->key, "storageos") ? source->key : "storageOS",
				0 };

			if (value_get(volume, source->key))
				warn_at(status, &at, source->text);
		}
	}
}

/* The projections whose files have paths, and how they are called in a warning. */
static const struct projection {
	const char *source, *items, *title; /* items NULL: the source has the path itself */
	bool named;
} projections[] = {
	{ "configMap", "items", "ConfigMap", true },
	{ "secret", "items", "Secret", true },
	{ "downwardAPI", "items", "DownwardAPI", false },
	{ "serviceAccountToken", NULL, "ServiceAccountToken", false },
};

struct projected_path {
	const char *path;
	const struct projection *kind;
	const char *name;
};
typedef VEC(struct projected_path) projected_paths;

/* The same path, or one is a folder above the other. */
static bool
paths_overlap(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), less = n < m ? n : m;

	return !strncmp(a, b, less) && (n == m || (n < m ? b : a)[less] == '/');
}

/* "token" (ServiceAccountToken), "ca.crt" (ConfigMap "kube-root-ca.crt") */
static void
add_projected(struct str *out, const struct projected_path *path)
{
	str_addf(out, "\"%s\" (%s", path->path, path->kind->title);
	if (path->kind->named)
		str_addf(out, " \"%s\"", path->name);
	str_addch(out, ')');
}

static void
push_path(projected_paths *paths, const struct projection *kind, const struct value *item, const char *name)
{
	const char *path = value_get_text(item, "path");

	*vec_push(paths) = (struct projected_path){ path ? path : "", kind, name ? name : "" };
}

/* The files of one source; false when it is of no kind.  One that names no files leaves those of the source before. */
static bool
read_projection(const struct value *source, projected_paths *paths)
{
	for (size_t i = 0; i < sizeof projections / sizeof *projections; i++) {
		const struct projection *kind = &projections[i];
		const struct value *found = value_get(source, kind->source);
		const struct value *items = kind->items ? value_get(found, kind->items) : NULL;

		if (!found)
			continue;
		if (items || !kind->items)
			vec_clear(paths);
		if (!kind->items)
			push_path(paths, kind, found, NULL);
		for (size_t k = 0; k < value_count(items); k++)
			push_path(paths, kind, value_at(items, k), value_get_text(found, "name"));
		return true;
	}
	return false;
}

static void
warn_overlaps(struct status *status, const char *volume, const projected_paths *paths, projected_paths *all)
{
	for (size_t i = 0; i < paths->n; i++) {
		for (size_t k = 0; k < all->n; k++) {
			struct str text = STR_INIT;

			if (!paths_overlap(paths->v[i].path, all->v[k].path))
				continue;
			add_projected(&text, &paths->v[i]);
			str_add(&text, " with ");
			add_projected(&text, &all->v[k]);
			status_warn(status, "volume \"%s\" (Projected): overlapping paths: %s", volume, text.buf);
			str_release(&text);
		}
	}
	for (size_t i = 0; i < paths->n; i++)
		*vec_push(all) = paths->v[i];
}

/*
 * Files of a projected volume that hide one another.  As in v1.32, a source without items stands for the one before it
 * once more, so that its files overlap with themselves.
 */
static void
warn_projected(struct status *status, const struct value *volumes)
{
	for (size_t i = 0; i < value_count(volumes); i++) {
		const struct value *sources = value_path(value_at(volumes, i), "projected.sources");
		const char *name = value_get_text(value_at(volumes, i), "name");
		projected_paths paths = VEC_INIT, all = VEC_INIT;

		for (size_t k = 0; k < value_count(sources); k++) {
			if (read_projection(value_at(sources, k), &paths))
				warn_overlaps(status, name ? name : "", &paths, &all);
			else
				status_warn(
					status, "volume \"%s\" (Projected) has no sources provided", name ? name : "");
		}
		vec_release(&paths);
		vec_release(&all);
	}
}

/* Entries of list whose member field an earlier one has too: `path[2].ip: duplicate ip "10.0.0.1"`. */
static void
warn_doubles(struct status *status, const struct value *list, const struct place *path, const char *field)
{
	for (size_t i = 1; i < value_count(list); i++) {
		const struct place item = { path, NULL, i }, at = { &item, field, 0 };
		const char *text = value_get_text(value_at(list, i), field);

		for (size_t k = 0; text && k < i; k++) {
			const char *earlier = value_get_text(value_at(list, k), field);
			char *said;

			if (!earlier || strcmp(earlier, text) != 0)
				continue;
			said = xasprintf("duplicate %s \"%s\"", field, text);
			warn_at(status, &at, said);
			free(said);
			break;
		}
	}
}

/* Bytes are whole: a canonical amount in millis or less is not. */
static void
warn_fractions(struct status *status, const struct value *resources, const struct place *path)
{
	static const char *const amounts[] = { "memory", "ephemeral-storage" },
				 *const lists[] = { "limits", "requests" };
	const struct place at = { path, "resources", 0 };

	for (size_t a = 0; a < 2; a++) {
		for (size_t l = 0; l < 2; l++) {
			const struct place list = { &at, lists[l], 0 };
			const char *text = value_get_text(value_get(resources, lists[l]), amounts[a]);
			char *said;

			if (!text || !*text || !strchr("mun", text[strlen(text) - 1]))
				continue;
			said = xasprintf("fractional byte value \"%s\" is invalid, must be an integer", text);
			warn_key(status, &list, amounts[a], said);
			free(said);
		}
	}
}

/* A later variable of the same name is fine only when it builds on the earlier one. */
static void
warn_env(struct status *status, const struct value *env, const struct place *path)
{
	const struct place list = { path, "env", 0 };

	for (size_t i = 1; i < value_count(env); i++) {
		const char *name = value_get_text(value_at(env, i), "name"),
			   *value = value_get_text(value_at(env, i), "value");
		const struct place at = { &list, NULL, i };
		char *ref = xasprintf("$(%s)", name ? name : ""), *said;
		bool builds = value && strcmp(value, ref) != 0 && strstr(value, ref);
		bool hides = false;

		for (size_t k = 0; name && k < i; k++) {
			const char *earlier = value_get_text(value_at(env, k), "name");

			hides |= earlier && !strcmp(earlier, name);
		}
		if (hides && !builds) {
			said = xasprintf(
				"hides previous definition of \"%s\", which may be dropped when using apply", name);
			warn_at(status, &at, said);
			free(said);
		}
		free(ref);
	}
}

static void
warn_annotation(struct status *status, const struct value *meta, const struct place *path, const char *prefix,
	const char *name, const char *text)
{
	const struct place at = { path, "metadata.annotations", 0 };
	char *key = xasprintf("%s%s", prefix, name);

	if (value_get(value_get(meta, "annotations"), key))
		warn_key(status, &at, key, text);
	free(key);
}

static void
warn_container(struct status *status, const struct value *pod, const struct value *container, const struct place *path,
	const struct place *at)
{
	const struct value *meta = value_get(pod, "metadata"), *security = value_get(container, "securityContext");
	const struct value *pod_security = value_path(pod, "spec.securityContext");
	const char *name = value_get_text(container, "name");

	if (!value_get(security, "seccompProfile"))
		warn_annotation(status, meta, path, SECCOMP_CONTAINER, name ? name : "",
			"non-functional in v1.27+; use the \"seccompProfile\" field instead");
	if (!value_get(security, "appArmorProfile") && !value_get(pod_security, "appArmorProfile"))
		warn_annotation(status, meta, path, APPARMOR, name ? name : "",
			"deprecated since v1.30; use the \"appArmorProfile\" field instead");
	warn_fractions(status, value_get(container, "resources"), at);
	warn_env(status, value_get(container, "env"), at);
}

struct seen_port {
	const struct value *port;
	char *path;
};
typedef VEC(struct seen_port) seen_ports;

static bool
same_text(const struct value *a, const struct value *b, const char *field)
{
	const char *x = value_get_text(a, field), *y = value_get_text(b, field);

	return !strcmp(x ? x : "", y ? y : "");
}

static void
warn_port(struct status *status, const struct value *port, const char *path, const seen_ports *seen)
{
	int64_t host = value_get_int(port, "hostPort", 0);

	for (size_t i = 0; i < seen->n; i++) {
		const struct value *other = seen->v[i].port;
		int64_t other_host = value_get_int(other, "hostPort", 0);

		if (value_get_int(other, "containerPort", 0) != value_get_int(port, "containerPort", 0) ||
			!same_text(port, other, "protocol"))
			continue;
		if (host == other_host && same_text(port, other, "hostIP"))
			status_warn(status, "%s: duplicate port definition with %s", path, seen->v[i].path);
		else if (!host || !other_host)
			status_warn(status, "%s: overlapping port definition with %s", path, seen->v[i].path);
		else if (host == other_host && place_has_text(port, "hostIP") != place_has_text(other, "hostIP"))
			status_warn(status, "%s: dangerously ambiguous port definition with %s", path, seen->v[i].path);
	}
}

static void
warn_ports(struct status *status, const struct value *ports, const struct place *at, seen_ports *seen)
{
	const struct place list = { at, "ports", 0 };

	for (size_t i = 0; i < value_count(ports); i++) {
		const struct place item = { &list, NULL, i };
		char *path = place_text(&item);

		warn_port(status, value_at(ports, i), path, seen);
		*vec_push(seen) = (struct seen_port){ value_at(ports, i), path };
	}
}

/* Calls for the containers of all lists; ports are compared over all of them, after the rest. */
static void
warn_containers(struct status *status, const struct value *pod, const struct place *path, const struct place *spec_at)
{
	const struct value *spec = value_get(pod, "spec");
	seen_ports seen = VEC_INIT;

	for (int pass = 0; pass < 2; pass++) {
		for (size_t l = 0; pod_container_lists[l]; l++) {
			const struct value *containers = value_get(spec, pod_container_lists[l]);
			const struct place list = { spec_at, pod_container_lists[l], 0 };

			for (size_t i = 0; i < value_count(containers); i++) {
				const struct place at = { &list, NULL, i };

				if (pass == 0)
					warn_container(status, pod, value_at(containers, i), path, &at);
				else
					warn_ports(status, value_get(value_at(containers, i), "ports"), &at, &seen);
			}
		}
	}
	for (size_t i = 0; i < seen.n; i++)
		free(seen.v[i].path);
	vec_release(&seen);
}

void
pod_warn(struct status *status, const struct value *pod, const struct place *path)
{
	const struct value *spec = value_get(pod, "spec"), *meta = value_get(pod, "metadata");
	const struct place at = { path, "spec", 0 }, aliases = { &at, "hostAliases", 0 },
			   secrets = { &at, "imagePullSecrets", 0 };

	warn_node_labels(status, spec, &at);
	warn_spread(status, value_get(spec, "topologySpreadConstraints"), &at);
	for (const struct message *annotation = annotations; annotation->key; annotation++)
		warn_annotation(status, meta, path, annotation->key, "", annotation->text);
	warn_volumes(status, value_get(spec, "volumes"), &at);
	warn_projected(status, value_get(spec, "volumes"));
	warn_doubles(status, value_get(spec, "hostAliases"), &aliases, "ip");
	warn_doubles(status, value_get(spec, "imagePullSecrets"), &secrets, "name");
	if (!value_get(value_get(spec, "securityContext"), "seccompProfile"))
		warn_annotation(status, meta, path, SECCOMP_POD, "",
			"non-functional in v1.27+; use the \"seccompProfile\" field instead");
	warn_containers(status, pod, path, &at);
	if (value_get_int(spec, "terminationGracePeriodSeconds", 0) < 0) {
		const struct place grace = { &at, "terminationGracePeriodSeconds", 0 };

		warn_at(status, &grace, "must be >= 0; negative values are invalid and will be treated as 1");
	}
	warn_pod_affinity(status, value_get(spec, "affinity"), &at);
}
