/*
 * Each cause is planted by commands, doctor finds it first, the command that it prints is typed, and then every
 * connection that doctor tries is answered.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "doctor/doctor.h"
#include "doctor/patient.h"
#include "host/shell.h"

#define NOW (INT64_C(1795407176) * CLOCK_SECOND)

#define CLOUD "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n" \
	"controllerManager: {extraArgs: [{name: cloud-provider, value: external}]}\n---\n"
#define NFTABLES "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: nftables\n---\n"
/* Two pods of nginx behind a NodePort Service, and a pod that asks. */
#define WEB \
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {app: web}}\n" \
	"spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, " \
	"spec: {containers: [{name: nginx, image: nginx, ports: [{name: http, containerPort: 80}]}]}}}\n---\n" \
	"apiVersion: v1\nkind: Service\nmetadata: {name: web}\n" \
	"spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}\n---\n" \
	"apiVersion: v1\nkind: Pod\nmetadata: {name: client, labels: {run: client}}\n" \
	"spec: {nodeName: node02, containers: [{name: c, image: busybox, command: [sleep, '86400']}]}\n"

#define PROBE(port, path) "kubectl patch deployment web --type=json -p '[{\"op\":\"add\",\"path\":" \
	"\"/spec/template/spec/containers/0/readinessProbe\",\"value\":{\"httpGet\":{\"port\":" port ",\"path\":\"" path "\"}}}," \
	"{\"op\":\"add\",\"path\":\"/spec/strategy\",\"value\":{\"type\":\"Recreate\"}}]'"
#define RECREATE "kubectl patch deployment web -p '{\"spec\":{\"strategy\":{\"type\":\"Recreate\",\"rollingUpdate\":null}}}'\n"
#define POLICY(name, spec) "kubectl apply -f - <<'EOF'\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n" \
	"metadata: {name: " name "}\nspec: " spec "\nEOF\n"

/* A Service without a selector, and a slice for a pod of web, by the rest of its metadata, its ports and what follows its address. */
#define HAND_MADE(service_port, labels, ports, more) \
	"kubectl apply -f - <<EOF\napiVersion: v1\nkind: Service\nmetadata: {name: legacy}\n" \
	"spec: {ports: [" service_port "]}\n---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n" \
	"metadata: {name: legacy-1" labels "}\naddressType: IPv4\nports: " ports "\n" \
	"endpoints: [{addresses: [$(kubectl get pods -l app=web -o jsonpath='{.items[0].status.podIP}')]" more "}]\nEOF"
#define OF_LEGACY ", labels: {kubernetes.io/service-name: legacy}"

static const struct row {
	const char *cause, *config, *plant;
	const char *to, *from;		/* NULL: svc/default/web, whoever */
	const char *then;		/* what has to answer afterwards, when it is something else */
} rows[] = {
	{ "missing", "", "kubectl delete service web", "web", NULL, NULL },
	{ "selector", "", "kubectl patch service web -p '{\"spec\":{\"selector\":{\"app\":\"wbe\"}}}'", NULL, NULL, NULL },
	{ "selector", "", "kubectl patch service web -p '{\"spec\":{\"selector\":{\"tier\":\"front\"}}}'", "node:30080", NULL, NULL },
	{ "selector", "", "kubectl create service clusterip hl --clusterip=None --tcp=80\n"
		"kubectl set selector service hl app=webb", "svc/default/hl", NULL, NULL },
	{ "replicas", "", "kubectl scale deployment web --replicas=0", NULL, NULL, NULL },
	{ "quota", "", "kubectl scale deployment web --replicas=0\nkubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ResourceQuota\n"
		"metadata: {name: few}\nspec: {hard: {pods: '1'}}\nEOF\nkubectl scale deployment web --replicas=2", NULL, NULL, NULL },
	{ "quota", "", "kubectl scale deployment web --replicas=0\nkubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ResourceQuota\n"
		"metadata: {name: strict}\nspec: {hard: {limits.cpu: '2', requests.memory: 1Gi}}\nEOF\n"
		"kubectl scale deployment web --replicas=2", NULL, NULL, NULL },
	{ "namespace", "", "kubectl create namespace shop\nkubectl create deployment api --image=nginx -n shop\n"
		"kubectl create service clusterip api --tcp=80", "svc/default/api", NULL, "svc/shop/api" },
	{ "unready", "", RECREATE "kubectl set image deployment web nginx=ngnix", NULL, NULL, NULL },
	{ "unready", "", RECREATE "kubectl set image deployment web nginx=nginx:lates", NULL, NULL, NULL },
	{ "unready", "", PROBE("8080", "/"), NULL, NULL, NULL },
	{ "unready", "", PROBE("80", "/healthz"), NULL, NULL, NULL },
	{ "unready", "", RECREATE "kubectl set env deployment web --from=configmap/settings >/dev/null 2>&1\n"
		"kubectl patch deployment web -p '{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"nginx\",\"env\":"
		"[{\"name\":\"A\",\"valueFrom\":{\"configMapKeyRef\":{\"name\":\"settings\",\"key\":\"a\"}}}]}]}}}}'", NULL, NULL, NULL },
	{ "unready", "", RECREATE "kubectl patch deployment web -p '{\"spec\":{\"template\":{\"spec\":{\"volumes\":[{\"name\":\"s\","
		"\"secret\":{\"secretName\":\"tls\"}}],\"containers\":[{\"name\":\"nginx\",\"volumeMounts\":[{\"name\":\"s\","
		"\"mountPath\":\"/s\"}]}]}}}}'", NULL, NULL, NULL },
	{ "unready", "", RECREATE "kubectl patch deployment web -p '{\"spec\":{\"template\":{\"spec\":{\"nodeSelector\":"
		"{\"disk\":\"ssd\"}}}}}'", NULL, NULL, NULL },
	{ "unready", "", "kubectl cordon node01\nkubectl cordon node02\nkubectl delete pod -l app=web", NULL, NULL, NULL },
	{ "unready", "", "kubectl taint node node01 team=a:NoSchedule\nkubectl taint node node02 team=a:NoSchedule\n"
		"kubectl delete pod -l app=web", NULL, NULL, NULL },
	{ "unready", "", "kubectl create deployment db --image=postgres\nkubectl expose deployment db --port=5432", "db", NULL, NULL },
	{ "endpoints", "", "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: Service\nmetadata: {name: legacy}\n"
		"spec: {ports: [{port: 80}]}\n---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: legacy}\n"
		"subsets: [{addresses: [{ip: 192.168.1.222}], ports: [{port: 80}]}]\nEOF", "legacy", NULL, NULL },
	{ "endpoints", "", "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: Service\nmetadata: {name: legacy}\n"
		"spec: {ports: [{port: 80}]}\n---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n"
		"metadata: {name: legacy-1, labels: {kubernetes.io/service-name: legacy}}\naddressType: IPv4\n"
		"endpoints: [{addresses: [192.168.1.222]}]\nports: [{port: 80}]\nEOF", "legacy", NULL, NULL },
	{ "endpoints", "", "kubectl patch service web --type=json -p '[{\"op\":\"remove\",\"path\":\"/spec/selector\"}]'\n"
		"kubectl delete endpoints web\nkubectl delete endpointslices -l kubernetes.io/service-name=web", NULL, NULL, NULL },
	{ "endpoints", "", HAND_MADE("{name: http, port: 80}", OF_LEGACY, "[{port: 80}]", ""), "legacy", NULL, NULL },
	{ "endpoints", "", HAND_MADE("{port: 80}", OF_LEGACY, "[{name: http, port: 80}]", ""), "legacy", NULL, NULL },
	{ "endpoints", "", HAND_MADE("{port: 80}", OF_LEGACY, "[{port: 80, protocol: UDP}]", ""), "legacy", NULL, NULL },
	{ "endpoints", "", HAND_MADE("{port: 80}", OF_LEGACY, "[]", ""), "legacy", NULL, NULL },
	{ "endpoints", "", HAND_MADE("{port: 80}", OF_LEGACY, "[{port: 80}]", ", conditions: {ready: false}"), "legacy", NULL, NULL },
	{ "endpoints", "", HAND_MADE("{port: 80}", "", "[{port: 80}]", ""), "legacy", NULL, NULL },
	{ "endpoints", "", HAND_MADE("{port: 80}", ", labels: {kubernetes.io/service-name: legacyy}", "[{port: 80}]", ""), "legacy", NULL,
		NULL },
	{ "endpoints", "", "kubectl apply -f - <<EOF\napiVersion: v1\nkind: Service\nmetadata: {name: legacy}\n"
		"spec: {ports: [{name: http, port: 80}]}\n---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: legacy}\n"
		"subsets: [{addresses: [{ip: $(kubectl get pods -l app=web -o jsonpath='{.items[0].status.podIP}')}], "
		"ports: [{port: 80}]}]\nEOF", "legacy", NULL, NULL },
	{ "target_port", "", "kubectl patch service web -p '{\"spec\":{\"ports\":[{\"port\":80,\"targetPort\":8080}]}}'", NULL, NULL, NULL },
	{ "target_port", "", "kubectl patch service web -p '{\"spec\":{\"ports\":[{\"port\":80,\"targetPort\":\"htpp\"}]}}'", NULL, NULL, NULL },
	{ "target_port", "", "kubectl patch service web --type=json -p '[{\"op\":\"replace\",\"path\":\"/spec/ports/0/protocol\","
		"\"value\":\"UDP\"}]'", NULL, NULL, NULL },
	{ "port", "", "true", "svc/default/web:8080", NULL, NULL },
	{ "policy", "", POLICY("deny", "{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}"), NULL, "pod/default/client", NULL },
	{ "policy", "", POLICY("deny", "{podSelector: {matchLabels: {run: client}}, policyTypes: [Egress], "
		"egress: [{ports: [{protocol: UDP, port: 53}]}]}"), NULL, "pod/default/client", NULL },
	{ "policy", "", POLICY("deny", "{podSelector: {}, policyTypes: [Ingress]}")
		POLICY("quiet", "{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{protocol: UDP, port: 53}]}]}"), NULL,
		"pod/default/client", NULL },
	{ "firewall", "", "for n in controlplane node01 node02; do ssh $n iptables -I INPUT -p tcp --dport 30080 -j DROP; done\n"
		"for n in node01; do ssh $n iptables -I FORWARD -p tcp --dport 80 -j DROP; done", NULL, NULL, NULL },
	{ "firewall", "", "ssh node01 iptables -P FORWARD DROP", NULL, "pod/default/client", NULL },
	{ "traffic_policy", "", "kubectl scale deployment web --replicas=1\n"
		"kubectl patch service web -p '{\"spec\":{\"externalTrafficPolicy\":\"Local\"}}'", NULL, "external", NULL },
	{ "traffic_policy", "", "kubectl scale deployment web --replicas=1\n"
		"kubectl patch service web -p '{\"spec\":{\"internalTrafficPolicy\":\"Local\"}}'", NULL, NULL, NULL },
	{ "source_ranges", CLOUD, "kubectl patch service web -p '{\"spec\":{\"type\":\"LoadBalancer\","
		"\"loadBalancerSourceRanges\":[\"198.51.100.0/24\"]}}'", NULL, NULL, NULL },
	{ "balancer", "", "kubectl patch service web -p '{\"spec\":{\"type\":\"LoadBalancer\"}}'", NULL, NULL, NULL },
	{ "balancer", CLOUD, "kubectl patch service web -p '{\"spec\":{\"type\":\"LoadBalancer\",\"loadBalancerClass\":\"x.io/y\"}}'",
		NULL, NULL, NULL },
	{ "type", "", "kubectl expose deployment web --name=inner --port=80", "svc/default/inner", "external", NULL },
	{ "kube_proxy", "", "ssh node01 systemctl stop kube-proxy\nkubectl expose deployment web --name=late --port=80", "late", NULL, NULL },
	{ "node", "", "ssh node01 systemctl stop kubelet\nkubectl apply -f - <<'EOF'\napiVersion: v1\nkind: Pod\n"
		"metadata: {name: late, labels: {app: late}}\nspec: {nodeName: node01, containers: [{name: c, image: nginx}]}\nEOF\n"
		"kubectl expose pod late --port=80", "late", NULL, NULL },
	{ "replicas", "", "kubectl scale deployment coredns -n kube-system --replicas=0", NULL, "pod/default/client", NULL },
	{ "selector", "", "kubectl set selector service kube-dns k8s-app=coredns -n kube-system", NULL, "pod/default/client", NULL },
	{ "policy", "", POLICY("no-dns", "{podSelector: {matchLabels: {run: client}}, policyTypes: [Egress], "
		"egress: [{to: [{podSelector: {matchLabels: {app: web}}}]}]}"), NULL, "pod/default/client", NULL },
	{ "names", "", "kubectl delete service kube-dns -n kube-system", NULL, "pod/default/client", NULL },
	{ "external_name", "", "kubectl create service externalname ext --external-name=wbe.default.svc.cluster.local --tcp=80",
		"ext", NULL, NULL },
	{ "loopback", NFTABLES, "true", "127.0.0.1:30080", "node/node01", "node01:30080" },
};

struct fixture {
	struct cluster cluster;
	struct shell shell;
	struct sink_str out, err;
	struct io io;
};

static void
setup(struct fixture *f, const char *config)
{
	char *text = xasprintf("%s%s", config, WEB);
	struct cluster_text file = { "web.yaml", text, strlen(text) };
	struct err err = ERR_INIT;

	assert_int_equal(cluster_make(&f->cluster, 1, NOW, &file, 1, false, &err), 0);
	free(text);
	f->out = (struct sink_str)SINK_STR_INIT;
	f->err = (struct sink_str)SINK_STR_INIT;
	f->io = (struct io){ .out = &f->out.sink, .err = &f->err.sink };
	shell_init(&f->shell, &f->cluster, &f->io);
}

static void
teardown(struct fixture *f)
{
	shell_release(&f->shell);
	cluster_release(&f->cluster);
	str_release(&f->out.str);
	str_release(&f->err.str);
}

static void
ask(struct fixture *f, const struct row *row, const char *to, struct diagnosis *diagnosis)
{
	struct doctor_request request = { .to = to ? to : "svc/default/web", .from = row->from };
	struct err err = ERR_INIT;

	if (doctor_run(&f->cluster, &request, diagnosis, &err))
		fail_msg("%s: %s", row->plant, err.text);
}

static const char *
said(const struct diagnosis *diagnosis)
{
	static struct str text = STR_INIT;

	str_clear(&text);
	diagnosis_print_text(diagnosis, false, &text);
	return text.buf;
}

/* Types what the first finding says; false, and why on the error stream, when that isn't what was planted. */
static bool
mend(struct fixture *f, const struct row *row, const struct diagnosis *diagnosis)
{
	const struct finding *first = &diagnosis->findings.v[0];
	char *line;

	if (!diagnosis->findings.n || strcmp(first->look, row->cause) != 0 || !first->command[0]) {
		print_error("%s\n-- not found first: %s (%s)\n%s", row->plant, row->cause,
			diagnosis->findings.n ? first->look : "nothing", said(diagnosis));
		return false;
	}
	line = xasprintf("%s%s%s%s", first->node[0] ? "ssh " : "", first->node, first->node[0] ? " " : "", first->command);
	str_clear(&f->err.str);
	if (shell_line(&f->shell, line) && strncmp(first->command, "curl", 4) != 0)
		print_error("%s\n-- the command fails\n%s\n%s", row->plant, line, f->err.str.buf);
	free(line);
	cluster_settle(&f->cluster);
	return true;
}

#define ROUNDS 5	/* findings that are mended one after the other */

static bool
row_holds(const struct row *row)
{
	struct diagnosis diagnosis;
	struct fixture f;
	bool good = true, sick = true;

	setup(&f, row->config);
	shell_line(&f.shell, row->plant);
	cluster_settle(&f.cluster);
	ask(&f, row, row->to, &diagnosis);
	for (int round = 0; good && sick && round < ROUNDS; round++) {
		good = mend(&f, row, &diagnosis);
		diagnosis_release(&diagnosis);
		ask(&f, row, row->then ? row->then : row->to, &diagnosis);
		sick = diagnosis.failed || diagnosis.findings.n;
	}
	if (good && sick)
		print_error("%s\n-- not mended\n%s", row->plant, said(&diagnosis));
	diagnosis_release(&diagnosis);
	teardown(&f);
	return good && !sick;
}

static void
test_each_cause(void **state)
{
	size_t failed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		failed += !row_holds(&rows[i]);
	assert_int_equal(failed, 0);
}

/* Every look is planted at least once. */
static void
test_every_look(void **state)
{
	(void)state;
	for (const struct doctor_look_row *look = doctor_looks(); look->name; look++) {
		bool planted = false;

		for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
			planted = planted || strcmp(rows[i].cause, look->name) == 0;
		if (!planted)
			fail_msg("no test plants %s", look->name);
	}
}

static void
test_all_is_well(void **state)
{
	const struct row row = { .plant = "", .from = NULL };
	struct diagnosis diagnosis;
	struct fixture f;

	(void)state;
	setup(&f, "");
	ask(&f, &row, "web", &diagnosis);
	assert_string_equal(said(&diagnosis), "default/web: answers (8 connections tried)\n");
	diagnosis_release(&diagnosis);
	teardown(&f);
}

/* What is not there, and like nothing that is: it is named itself. */
static void
test_nothing_like_it(void **state)
{
	static const struct { const char *to, *said; } missing[] = {
		{ "svc/default/mysql", "default/mysql: not there\n\n1. namespace default has no Service mysql\n   Service default/mysql\n" },
		{ "svc/store/web-2",
			"store/web-2: not there\n\n1. there is no namespace store, and so no Service web-2 in it\n   Namespace store\n" },
	};
	const struct row row = { .plant = "", .from = NULL };
	struct fixture f;

	(void)state;
	setup(&f, "");
	for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++) {
		struct diagnosis diagnosis;

		ask(&f, &row, missing[i].to, &diagnosis);
		assert_string_equal(said(&diagnosis), missing[i].said);
		diagnosis_release(&diagnosis);
	}
	teardown(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_cause),
		cmocka_unit_test(test_every_look),
		cmocka_unit_test(test_all_is_well),
		cmocka_unit_test(test_nothing_like_it),
	};

	return cmocka_run_group_tests_name("doctor/doctor", tests, NULL, NULL);
}
