/*
 * What the kubelet mounts into a pod, what kubeadm leaves on a node, and the kubeconfig of the candidate's terminal.
 */
#include "host/place_files.h"

#include <stdlib.h>
#include <string.h>

#include "control/answer.h"
#include "control/image.h"
#include "control/mount.h"
#include "host/base64.h"
#include "host/programs.h"
#include "host/vfs.h"

struct files {
	const struct shell *shell;
	const struct pod *pod;		/* NULL outside pods */
	const struct world_node *node;	/* NULL but on a node */
	void (*fn)(void *arg, const char *path, const char *text);
	void *arg;
	struct str text;
};

/* Hands out what stands in files->text. */
static void
give(struct files *files, const char *path)
{
	files->fn(files->arg, path, files->text.buf);
	str_clear(&files->text);
}

const struct pod *
place_pod(const struct shell *shell)
{
	const char *slash = shell->place == PLACE_POD ? strchr(shell->place_name, '/') : NULL;
	const struct object *object;
	char *namespace;

	if (!slash)
		return NULL;
	namespace = xstrndup(shell->place_name, (size_t)(slash - shell->place_name));
	object = store_get(shell->cluster->server.store, kind_by_kind("Pod"), namespace, slash + 1);
	free(namespace);
	return object ? pod_view(object) : NULL;
}

/* ---- every place ---- */

static void
give_resolv_conf(struct files *files)
{
	struct resolv_conf conf;

	resolv_conf_of(&files->shell->cluster->dns, files->pod, &conf);
	resolv_conf_print(&conf, &files->text);
	resolv_conf_release(&conf);
	give(files, "/etc/resolv.conf");
}

static const char *
host_name(const struct files *files)
{
	const struct pod *pod = files->pod;

	if (!pod)
		return shell_host_name(files->shell);
	if (pod->host_network)
		return pod->node;
	return pod->hostname[0] ? pod->hostname : pod->object->name;
}

/* What the kubelet puts into a pod's hosts file; outside pods the machines know each other. */
static void
give_hosts(struct files *files)
{
	const struct pod *pod = files->pod && !files->pod->host_network ? files->pod : NULL;
	const struct value *aliases = pod ? value_path(pod->object->root, "spec.hostAliases") : NULL;
	const char *subdomain = pod ? value_text(value_path(pod->object->root, "spec.subdomain")) : NULL;
	const struct world *world = &files->shell->cluster->world;
	char ip[IP_TEXT];

	if (pod)
		str_add(&files->text, "# Kubernetes-managed hosts file.\n");
	str_add(&files->text, "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\n"
		"fe00::\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n");
	for (size_t i = 0; pod && i < pod->nips; i++) {
		str_addf(&files->text, "%s\t", ip_format(&pod->ips[i], ip));
		if (subdomain && *subdomain)
			str_addf(&files->text, "%s.%s.%s.svc.%s\t", host_name(files), subdomain, pod->object->namespace,
				files->shell->cluster->server.settings.dns_domain);
		str_addf(&files->text, "%s\n", host_name(files));
	}
	if (value_count(aliases))
		str_add(&files->text, "\n# Entries added by HostAliases.\n");
	for (size_t i = 0; i < value_count(aliases); i++) {
		const struct value *names = value_get(value_at(aliases, i), "hostnames");

		str_add(&files->text, value_get_text(value_at(aliases, i), "ip"));
		for (size_t n = 0; n < value_count(names); n++)
			str_addf(&files->text, "\t%s", value_text(value_at(names, n)));
		str_addch(&files->text, '\n');
	}
	for (size_t i = 0; !files->pod && i < world->nnodes; i++)
		if (world->nodes[i].view->nips)
			str_addf(&files->text, "%s\t%s\n", ip_format(&world->nodes[i].view->ips[0], ip),
			world->nodes[i].name);
	give(files, "/etc/hosts");
}

/* ---- pods ---- */

/* Keys of a Secret as files; items say which, and under which name. */
static void
give_data(struct files *files, const struct value *data, const struct value *items, const char *folder)
{
	for (size_t i = 0; i < value_count(data); i++) {
		const char *name = data->map.v[i].key, *text = value_text(data->map.v[i].value);
		bool wanted = !items;
		char *path;

		for (size_t j = 0; items && j < value_count(items); j++) {
			const char *key = value_get_text(value_at(items, j), "key"),
				*to = value_get_text(value_at(items, j), "path");

			if (key && to && strcmp(key, data->map.v[i].key) == 0) {
				name = to;
				wanted = true;
			}
		}
		if (!wanted || !text)
			continue;
		path = xasprintf("%s/%s", folder, name);
		base64_decode(text, strlen(text), &files->text);
		give(files, path);
		free(path);
	}
}

static const struct value *
data_of(const struct files *files, const char *kind, const char *name)
{
	const struct object *object = name ? store_get(files->shell->cluster->server.store, kind_by_kind(kind),
		files->pod->object->namespace, name) : NULL;

	return object ? value_get(object->root, "data") : NULL;
}

/* ConfigMaps, and what the pod's own scripts write. */
static void
give_mounted(struct files *files, const struct value *container)
{
	struct mount_files mounted;

	mount_read(files->shell->cluster->server.store, files->pod->object, container, &mounted);
	for (size_t i = 0; i < mounted.list.n; i++) {
		str_add(&files->text, mounted.list.v[i].text);
		give(files, mounted.list.v[i].path);
	}
	mount_release(&mounted);
}

static void
give_secret(struct files *files, const struct value *volume, const char *folder)
{
	const struct value *secret = value_get(volume, "secret");

	if (secret)
		give_data(files, data_of(files, "Secret", value_get_text(secret, "secretName")), value_get(secret, "items"),
			folder);
}

static void
give_secrets(struct files *files, const struct value *container)
{
	const struct value *mounts = value_get(container, "volumeMounts");
	const struct value *volumes = value_path(files->pod->object->root, "spec.volumes");

	for (size_t i = 0; i < value_count(mounts); i++) {
		const char *name = value_get_text(value_at(mounts, i), "name");
		const char *folder = value_get_text(value_at(mounts, i), "mountPath");

		for (size_t v = 0; name && folder && v < value_count(volumes); v++) {
			const char *volume = value_get_text(value_at(volumes, v), "name");

			if (volume && strcmp(volume, name) == 0)
				give_secret(files, value_at(volumes, v), folder);
		}
	}
}

static void
give_service_account(struct files *files)
{
	static const char folder[] = "/var/run/secrets/kubernetes.io/serviceaccount";
	const struct value *authority = data_of(files, "ConfigMap", "kube-root-ca.crt");
	char path[sizeof folder + 16];

	if (!value_get_bool(value_get(files->pod->object->root, "spec"), "automountServiceAccountToken", true))
		return;
	memcpy(path, folder, sizeof folder);
	strcpy(path + sizeof folder - 1, "/ca.crt");
	if (value_get_text(authority, "ca.crt"))
		str_add(&files->text, value_get_text(authority, "ca.crt"));
	give(files, path);
	strcpy(path + sizeof folder - 1, "/namespace");
	str_add(&files->text, files->pod->object->namespace);
	give(files, path);
	strcpy(path + sizeof folder - 1, "/token");
	str_addf(&files->text, "eyJhbGciOiJSUzI1NiIsImtpZCI6InN2Y3NpbSJ9.%s.%s", files->pod->service_account,
		files->pod->object->name);
	give(files, path);
}

#define NGINX_CONF "server {\n    listen       80;\n    listen  [::]:80;\n    server_name  localhost;\n\n" \
	"    location / {\n        root   /usr/share/nginx/html;\n        index  index.html index.htm;\n    }\n\n" \
	"    error_page   500 502 503 504  /50x.html;\n    location = /50x.html {\n        root   /usr/share/nginx/html;\n    }\n}\n"

/* What an image brings: only what learners look at. */
static const struct image_file {
	const char *image, *folder, *name;
	const char *text;	/* NULL: the server's start page */
} image_files[] = {
	{ "nginx", "/usr/share/nginx/html", "index.html", NULL },
	{ "nginx", "/etc/nginx/conf.d", "default.conf", NGINX_CONF },
	{ "httpd", "/usr/local/apache2/htdocs", "index.html", NULL },
};

/* The files that are there: a volume over their folder hides them. */
static bool
has_image_file(const struct value *container, const struct image_file *file)
{
	const char *reference = value_get_text(container, "image");
	const struct image *image = reference ? image_of(reference) : NULL;

	return image && strcmp(image->name, file->image) == 0 && !mount_hides(container, file->folder);
}

static void
give_image_files(struct files *files, const struct value *container)
{
	for (size_t i = 0; i < sizeof image_files / sizeof image_files[0]; i++) {
		const struct image_file *file = &image_files[i];
		char *path = xasprintf("%s/%s", file->folder, file->name);

		if (has_image_file(container, file)) {
			str_add(&files->text, file->text ? file->text : answer_page(file->image, "/"));
			give(files, path);
		}
		free(path);
	}
}

bool
place_file_is_images(const struct shell *shell, const char *path)
{
	const struct value *container = shell->place == PLACE_POD ? place_container(shell) : NULL;
	bool found = false;

	for (size_t i = 0; container && !found && i < sizeof image_files / sizeof image_files[0]; i++) {
		char *own = xasprintf("%s/%s", image_files[i].folder, image_files[i].name);

		found = strcmp(own, path) == 0 && has_image_file(container, &image_files[i]);
		free(own);
	}
	return found;
}

/* ---- nodes ---- */

static void
add_range(const struct settings *settings, struct str *out)
{
	char text[IP_TEXT];

	for (size_t i = 0; i < 2; i++)
		if (settings->service_subnets[i].ip.family != IP_NONE)
			str_addf(out, "%s%s", i ? "," : "", cidr_format(&settings->service_subnets[i], text));
}

static void
give_api_server_manifest(struct files *files)
{
	const struct settings *settings = &files->shell->cluster->server.settings;
	struct str *out = &files->text;
	char ip[IP_TEXT];

	ip_format(&files->node->view->ips[0], ip);
	str_addf(out, "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n"
		"    kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint: %s:6443\n  labels:\n"
		"    component: kube-apiserver\n    tier: control-plane\n  name: kube-apiserver\n  namespace: kube-system\nspec:\n"
		"  containers:\n  - command:\n    - kube-apiserver\n    - --advertise-address=%s\n    - --allow-privileged=true\n"
		"    - --authorization-mode=Node,RBAC\n    - --client-ca-file=/etc/kubernetes/pki/ca.crt\n"
		"    - --enable-admission-plugins=NodeRestriction\n    - --enable-bootstrap-token-auth=true\n"
		"    - --etcd-servers=https://127.0.0.1:2379\n    - --secure-port=6443\n"
		"    - --service-account-issuer=https://kubernetes.default.svc.%s\n    - --service-cluster-ip-range=",
		ip, ip,
		settings->dns_domain);
	add_range(settings, out);
	if (settings->node_port_first != 30000 || settings->node_port_last != 32767)
		str_addf(out, "\n    - --service-node-port-range=%u-%u", settings->node_port_first,
		settings->node_port_last);
	str_addf(out, "\n    image: registry.k8s.io/kube-apiserver:%s\n    name: kube-apiserver\n  hostNetwork: true\n"
		"  priorityClassName: system-node-critical\n", settings->kubernetes_version);
	give(files, "/etc/kubernetes/manifests/kube-apiserver.yaml");
}

static void
give_controller_manifest(struct files *files)
{
	const struct settings *settings = &files->shell->cluster->server.settings;
	struct str *out = &files->text;
	char text[IP_TEXT];

	str_addf(out, "apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    component: kube-controller-manager\n"
		"    tier: control-plane\n  name: kube-controller-manager\n  namespace: kube-system\nspec:\n  containers:\n"
		"  - command:\n    - kube-controller-manager\n    - --allocate-node-cidrs=true\n    - --bind-address=127.0.0.1\n"
		"    - --cluster-cidr=%s\n    - --cluster-name=%s\n    - --leader-elect=true\n    - --service-cluster-ip-range=",
		cidr_format(&settings->pod_subnets[0], text), settings->cluster_name);
	add_range(settings, out);
	str_addf(out, "\n    image: registry.k8s.io/kube-controller-manager:%s\n    name: kube-controller-manager\n"
		"  hostNetwork: true\n", settings->kubernetes_version);
	give(files, "/etc/kubernetes/manifests/kube-controller-manager.yaml");
}

static void
give_kubelet_config(struct files *files)
{
	struct cidr subnet = cidr_masked(&files->shell->cluster->server.settings.service_subnets[0]);
	struct ip dns = ip_plus(&subnet.ip, 10);
	char ip[IP_TEXT];

	str_addf(&files->text, "apiVersion: kubelet.config.k8s.io/v1beta1\nauthentication:\n  anonymous:\n    enabled: false\n"
		"  webhook:\n    enabled: true\nauthorization:\n  mode: Webhook\ncgroupDriver: systemd\nclusterDNS:\n- %s\n"
		"clusterDomain: %s\nhealthzBindAddress: 127.0.0.1\nhealthzPort: 10248\nkind: KubeletConfiguration\n"
		"resolvConf: /run/systemd/resolve/resolv.conf\nrotateCertificates: true\nstaticPodPath: /etc/kubernetes/manifests\n",
		ip_format(&dns, ip), files->shell->cluster->server.settings.dns_domain);
	give(files, "/var/lib/kubelet/config.yaml");
}

static void
give_node_files(struct files *files)
{
	if (files->node->view->control_plane && files->node->view->nips) {
		give_api_server_manifest(files);
		give_controller_manifest(files);
	}
	give_kubelet_config(files);
	str_add(&files->text, "1\n");
	give(files, "/proc/sys/net/ipv4/ip_forward");
	str_add(&files->text, "1\n");
	give(files, "/proc/sys/net/bridge/bridge-nf-call-iptables");
	str_add(&files->text, "PRETTY_NAME=\"Ubuntu 24.04.1 LTS\"\nNAME=\"Ubuntu\"\nVERSION_ID=\"24.04\"\nID=ubuntu\n");
	give(files, "/etc/os-release");
}

/* ---- the terminal ---- */

static void
give_kubeconfig(struct files *files)
{
	const struct world *world = &files->shell->cluster->world;
	const char *namespace = files->shell->context_namespace;
	char ip[IP_TEXT] = "127.0.0.1";

	if (files->shell->kubeconfig) {
		str_add(&files->text, files->shell->kubeconfig);
		give(files, "/root/.kube/config");
		return;
	}
	for (size_t i = 0; i < world->nnodes; i++)
		if (world->nodes[i].view->control_plane && world->nodes[i].view->nips)
			ip_format(&world->nodes[i].view->ips[0], ip);
	str_addf(&files->text, "apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: DATA+OMITTED\n"
		"    server: https://%s:6443\n  name: kubernetes\ncontexts:\n- context:\n    cluster: kubernetes\n",
		ip);
	if (namespace)
		str_addf(&files->text, "    namespace: %s\n", namespace);
	str_add(&files->text, "    user: kubernetes-admin\n  name: kubernetes-admin@kubernetes\n"
		"current-context: kubernetes-admin@kubernetes\nkind: Config\npreferences: {}\nusers:\n- name: kubernetes-admin\n"
		"  user:\n    client-certificate-data: DATA+OMITTED\n    client-key-data: DATA+OMITTED\n");
	give(files, "/root/.kube/config");
}

void
place_files(const struct shell *shell, void (*fn)(void *arg, const char *path, const char *text), void *arg)
{
	struct files files = { .shell = shell, .pod = place_pod(shell), .fn = fn, .arg = arg, .text = STR_INIT };
	const struct value *container = place_container(shell);

	world_sync(&shell->cluster->world);
	if (shell->place == PLACE_NODE)
		files.node = world_node(&shell->cluster->world, shell->place_name);
	str_addf(&files.text, "%s\n", host_name(&files));
	give(&files, "/etc/hostname");
	give_hosts(&files);
	give_resolv_conf(&files);
	if (files.pod && container) {
		give_mounted(&files, container);
		give_secrets(&files, container);
		give_service_account(&files);
		give_image_files(&files, container);
	}
	if (files.node)
		give_node_files(&files);
	if (shell->place == PLACE_CLIENT)
		give_kubeconfig(&files);
	str_release(&files.text);
}
