/*
 * Any bytes as a manifest: kubectl reads it, the API server takes or refuses it, the controllers work on what was taken.  There is
 * an answer, a refused document has changed nothing, and what must hold of a cluster holds.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "host/shell.h"

#define NOW (INT64_C(1795407176) * CLOCK_SECOND)

static const char node[] =
	"apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nspec: {podCIDR: 192.168.1.0/24, podCIDRs: [192.168.1.0/24]}\n"
	"status: {addresses: [{type: InternalIP, address: 172.30.2.2}], conditions: [{type: Ready, status: 'True'}]}\n";

static void
make(struct cluster *cluster)
{
	struct cluster_text file = { "node", node, sizeof node - 1 };
	struct err err = ERR_INIT;

	if (cluster_make(cluster, 1, NOW, &file, 1, false, &err))
		BUG("%s", err.text);
}

/* Each document as a request of its own: refused, it leaves the store as it was. */
static void
request_each(struct cluster *cluster, const char *text, size_t len)
{
	struct arena arena = ARENA_INIT;
	value_vec documents = VEC_INIT;
	struct err err = ERR_INIT;

	if (yaml_read("fuzz", text, len, NULL, &arena, &documents, &err) == 0) {
		for (size_t i = 0; i < documents.n; i++) {
			const struct value *document = documents.v[i];
			const char *version = value_get_text(document, "apiVersion"), *name = value_get_text(document, "kind");
			const struct kind *kind = version && name ? kind_by_gvk(version, name) : NULL;
			struct request request = REQUEST_INIT;
			struct status status = STATUS_INIT;
			uint64_t before = store_version(cluster->server.store);

			if (!kind)
				continue;
			request.verb = REQUEST_CREATE;
			request.kind = kind;
			request.namespace = kind->namespaced ? "default" : "";
			request.body = document;
			request.strict = i % 2 == 0;
			if (server_do(&cluster->server, &request, NULL, &status)) {
				if (!status.message || store_version(cluster->server.store) != before)
					BUG("a refusal without a word, or one that changed something");
			}
			status_release(&status);
		}
	}
	vec_release(&documents);
	err_release(&err);
	arena_release(&arena);
}

/* The same through kubectl, which compares with what is there. */
static void
apply_all(struct cluster *cluster, const char *text, size_t len)
{
	static const char *const lines[] = { "kubectl apply -f /m", "kubectl apply -f /m --server-side --force-conflicts",
		"kubectl get -f /m -o yaml", "kubectl delete -f /m --wait=false" };
	struct sink_str out = SINK_STR_INIT;
	struct io io = { .out = &out.sink, .err = &out.sink };
	struct str *file = xcalloc(1, sizeof *file);
	struct shell shell;

	shell_init(&shell, cluster, &io);
	str_init(file);
	str_addn(file, text, len);
	map_set(&shell.files, "/m", file);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		shell_line(&shell, lines[i]);
		cluster_settle(cluster);
		cluster_check(cluster);
		if (!out.str.len)
			BUG("no answer to: %s", lines[i]);
		str_clear(&out.str);
	}
	shell_release(&shell);
	str_release(&out.str);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cluster cluster;

	make(&cluster);
	request_each(&cluster, (const char *)data, len);
	cluster_settle(&cluster);
	cluster_check(&cluster);
	apply_all(&cluster, (const char *)data, len);
	cluster_release(&cluster);
	return 0;
}
