/* The hashes in names and labels, of templates whose hashes a real cluster gave, of v1.32 where nothing else is said. */
#include "fixture.h"

/* The label of what has the kind and is named so from its beginning, in any namespace. */
static const char *
label_of(const struct cluster *cluster, const char *kind, const char *name, const char *label)
{
	size_t n;
	const struct object *const *all = store_list(cluster->server.store, kind_by_kind(kind), NULL, &n);

	for (size_t i = 0; i < n; i++)
		if (str_starts(all[i]->name, name))
			return object_label(all[i], label);
	fail_msg("no %s %s", kind, name);
	return NULL;
}

static void
assert_hash(const char *name, const char *manifest, const char *hash)
{
	struct cluster cluster;

	make(&cluster, manifest);
	assert_string_equal(label_of(&cluster, "ReplicaSet", name, "pod-template-hash"), hash);
	cluster_release(&cluster);
}

/* As create deployment makes them; groups 02 and 18 of the transcripts. */
static void
small_templates_have_the_real_hashes(void **state)
{
#define DEPLOYMENT(name, containers)							\
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " name "}\n"		\
	"spec: {selector: {matchLabels: {app: " name "}}, "				\
	"template: {metadata: {labels: {app: " name "}}, spec: {containers: [" containers "]}}}\n"

	(void)state;
	assert_hash("web-", DEPLOYMENT("web", "{name: nginx, image: nginx}"), "65d846d465");
	assert_hash("shop2-", DEPLOYMENT("shop2", "{name: nginx, image: nginx}"), "6f74b7d6bf");
	assert_hash("web-", DEPLOYMENT("web", "{name: nginx, image: nginx, ports: [{containerPort: 80}]}"),
		"6476b5cb9d");
	assert_hash("web-",
		DEPLOYMENT("web",
			"{name: nginx, image: 'nginx:1.27', imagePullPolicy: Always, ports: [{containerPort: 80}]}"),
		"579dfd6f96");
	assert_hash("broken-", DEPLOYMENT("broken", "{name: nginx, image: 'nginx:doesnotexist'}"), "68cd7cbb97");
#undef DEPLOYMENT
}

/* The two of kube-system on the transcripts' cluster: probes, quantities, tolerations, the host's network. */
static const char system_manifests[] =
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: big}\n"
	"spec:\n"
	"  selector: {matchLabels: {k8s-app: kube-dns}}\n"
	"  template:\n"
	"    metadata: {labels: {k8s-app: kube-dns}}\n"
	"    spec:\n"
	"      priorityClassName: system-cluster-critical\n"
	"      serviceAccountName: coredns\n"
	"      tolerations:\n"
	"      - {key: CriticalAddonsOnly, operator: Exists}\n"
	"      - {key: node-role.kubernetes.io/control-plane, effect: NoSchedule}\n"
	"      nodeSelector: {kubernetes.io/os: linux}\n"
	"      dnsPolicy: Default\n"
	"      containers:\n"
	"      - name: coredns\n"
	"        image: registry.k8s.io/coredns/coredns:v1.11.3\n"
	"        imagePullPolicy: IfNotPresent\n"
	"        resources: {limits: {memory: 170Mi}, requests: {cpu: 100m, memory: 70Mi}}\n"
	"        args: ['-conf', '/etc/coredns/Corefile']\n"
	"        ports:\n"
	"        - {containerPort: 53, name: dns, protocol: UDP}\n"
	"        - {containerPort: 53, name: dns-tcp, protocol: TCP}\n"
	"        - {containerPort: 9153, name: metrics, protocol: TCP}\n"
	"        livenessProbe: {httpGet: {path: /health, port: 8080, scheme: HTTP}, initialDelaySeconds: 60,\n"
	"          timeoutSeconds: 5, successThreshold: 1, failureThreshold: 5}\n"
	"        readinessProbe: {httpGet: {path: /ready, port: 8181, scheme: HTTP}}\n"
	"---\n"
	"apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: proxy}\n"
	"spec:\n"
	"  selector: {matchLabels: {k8s-app: kube-proxy}}\n"
	"  template:\n"
	"    metadata: {labels: {k8s-app: kube-proxy}}\n"
	"    spec:\n"
	"      priorityClassName: system-node-critical\n"
	"      hostNetwork: true\n"
	"      serviceAccountName: kube-proxy\n"
	"      tolerations: [{operator: Exists}]\n"
	"      nodeSelector: {kubernetes.io/os: linux}\n"
	"      containers:\n"
	"      - name: kube-proxy\n"
	"        image: registry.k8s.io/kube-proxy:v1.32.13\n"
	"        imagePullPolicy: IfNotPresent\n"
	"        command: [/usr/local/bin/kube-proxy, --config=/var/lib/kube-proxy/config.conf,\n"
	"          --hostname-override=$(NODE_NAME)]\n"
	"---\n"
	"{apiVersion: v1, kind: ServiceAccount, metadata: {name: coredns}}\n"
	"---\n"
	"{apiVersion: v1, kind: ServiceAccount, metadata: {name: kube-proxy}}\n";

static void
large_templates_have_the_real_hashes(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, system_manifests);
	assert_string_equal(label_of(&cluster, "ReplicaSet", "big-", "pod-template-hash"), "7fdc886d48");
	assert_string_equal(label_of(&cluster, "Pod", "proxy-", "controller-revision-hash"), "5f5ddcb646");
	cluster_release(&cluster);
}

/* The StatefulSet of Kubernetes' own tutorial, as public write-ups of clusters show its pods' labels. */
static void
revisions_of_statefulsets_have_the_real_hashes(void **state)
{
#define STATEFULSET(image, more, mounts)							\
	"apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\n"			\
	"spec: {serviceName: nginx, selector: {matchLabels: {app: nginx}}, "			\
	"template: {metadata: {labels: {app: nginx}}, spec: {" more "containers: ["		\
	"{name: nginx, image: '" image "', ports: [{containerPort: 80, name: web}]" mounts "}]}}, "	\
	"volumeClaimTemplates: [{metadata: {name: www}, "					\
	"spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}\n"
#define MOUNTS ", volumeMounts: [{name: www, mountPath: /usr/share/nginx/html}]"
	static const struct {
		const char *manifest, *revision;
	} cases[] = {
		{ STATEFULSET("nginx:1.7.9", "", ""), "web-6c5c7fd59b" },
		{ STATEFULSET("nginx:1.9.1", "", ""), "web-6bc849cb6b" },
		{ STATEFULSET("nginx:latest", "", ""), "web-7974cc466" },
		{ STATEFULSET("nginx", "terminationGracePeriodSeconds: 10, ", MOUNTS), "web-67bb74dc" },
		{ STATEFULSET("k8s.gcr.io/nginx-slim:0.8", "terminationGracePeriodSeconds: 10, ", MOUNTS), "web-6596ffb49b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct cluster cluster;

		make(&cluster, cases[i].manifest);
		assert_string_equal(label_of(&cluster, "Pod", "web-0", "controller-revision-hash"), cases[i].revision);
		cluster_release(&cluster);
	}
#undef STATEFULSET
#undef MOUNTS
}

/* Fields of structs that are not listed count all the same: two templates never share a hash for want of them. */
static void
what_is_not_listed_counts(void **state)
{
#define VOLUME(pool)										\
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: v}\n"			\
	"spec: {selector: {matchLabels: {app: v}}, template: {metadata: {labels: {app: v}}, "	\
	"spec: {containers: [{name: c, image: nginx}], "					\
	"volumes: [{name: v, rbd: {monitors: [m], image: i, pool: " pool "}}]}}}\n"
	struct cluster one, two;

	(void)state;
	make(&one, VOLUME("a"));
	make(&two, VOLUME("b"));
	assert_string_not_equal(label_of(&one, "ReplicaSet", "v-", "pod-template-hash"),
		label_of(&two, "ReplicaSet", "v-", "pod-template-hash"));
	cluster_release(&one);
	cluster_release(&two);
#undef VOLUME
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_templates_have_the_real_hashes),
		cmocka_unit_test(large_templates_have_the_real_hashes),
		cmocka_unit_test(revisions_of_statefulsets_have_the_real_hashes),
		cmocka_unit_test(what_is_not_listed_counts),
	};

	return cmocka_run_group_tests_name("workload", tests, NULL, NULL);
}
