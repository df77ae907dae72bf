/*
 * What places have: programs by image, the environment of pkg/kubelet/envvars, the cluster's files, logs, forwarded ports,
 * and stepping back and forth.  Error texts of kubectl are v1.32's.
 */
#include "fixture.h"

static void
expect(struct fixture *f, const char *line, const char *out, int status)
{
	int got = run(f, line);

	if (got != status)
		print_error("%s\n%s", line, f->err.str.buf);
	assert_string_equal(f->out.str.buf, out);
	assert_int_equal(got, status);
}

static void
test_programs(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl run bb --image=busybox --command -- sleep 3600");
	run(f, "kubectl run one --image=registry.k8s.io/pause:3.10");
	assert_int_equal(run(f, "kubectl exec bb -- wget -qO- web"), 0);
	assert_non_null(strstr(f->out.str.buf, "Welcome to nginx!"));
	assert_int_equal(run(f, "kubectl exec bb -- curl web"), 1);
	assert_non_null(strstr(f->err.str.buf, "exec: \"curl\": executable file not found in $PATH: unknown"));
	assert_int_equal(run(f, "kubectl exec one -- sh -c true"), 1);
	assert_int_equal(run(f, "kubectl exec deploy/web -- curl -so /dev/null web"), 0);
	assert_int_equal(run(f, "kubectl exec deploy/web -- ping -c1 web"), 1);
	expect(f, "kubectl exec bb -- sh -c 'nosuch; echo $?'", "127\n", 0);
}

/* Headings and columns of procps 4.0 and busybox 1.36. */
static void
test_processes(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl run bb --image=busybox -- sleep 1d; kubectl run full --image=ubuntu -- sleep 1d; sleep 2");
	expect(f, "kubectl exec bb -- ps | head -2", "PID   USER     TIME  COMMAND\n    1 root      0:00 sleep 1d\n", 0);
	expect(f, "kubectl exec full -- ps -ef | sed 's/04:[0-9]*/HH:MM/' | head -2",
		"UID          PID    PPID  C STIME TTY          TIME CMD\n"
		"root           1       0  0 HH:MM ?        00:00:00 sleep 1d\n", 0);
	expect(f, "ssh node01 ps aux | grep -c '[k]ubelet --bootstrap-kubeconfig='", "1\n", 0);
	expect(f, "ssh controlplane ps -ef | grep -o 'kube-apiserver .*service-cluster-ip-range=[^ ]*' | grep -o '[^=]*$'", "10.96.0.0/12\n",
		0);
	run(f, "ssh node01 systemctl stop kubelet");
	expect(f, "ssh node01 ps aux | grep -c '[k]ubelet --bootstrap-kubeconfig='", "0\n", 1);
}

/* test/images/agnhost/Dockerfile puts bind-tools and netcat-openbsd on alpine; Debian's slim has neither wget nor curl. */
static void
test_whose_tools(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl run tools --image=registry.k8s.io/e2e-test-images/agnhost:2.53; kubectl run slim --image=python:3.12-slim -- "
		"sleep 1d; kubectl run full --image=python:3.12 -- sleep 1d; sleep 3");
	assert_int_equal(run(f, "kubectl exec tools -- wget -q -O- nosuch"), 1);
	assert_string_equal(f->err.str.buf, "wget: bad address 'nosuch'\ncommand terminated with exit code 1\n");
	assert_int_equal(run(f, "kubectl exec tools -- nslookup web"), 0);
	assert_non_null(strstr(f->out.str.buf, "Address:\t10.96.0.10#53\n"));
	assert_int_equal(run(f, "kubectl exec tools -- nc -zv web 80"), 0);
	assert_non_null(strstr(f->err.str.buf, "Connection to web ("));
	assert_int_equal(run(f, "kubectl exec slim -- wget nosuch"), 1);
	assert_non_null(strstr(f->err.str.buf, "exec: \"wget\": executable file not found in $PATH: unknown"));
	assert_int_equal(run(f, "kubectl exec full -- wget nosuch"), 4);
	assert_non_null(strstr(f->err.str.buf, "wget: unable to resolve host address 'nosuch'"));
}

static void
test_environment(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl create service clusterip my-db --tcp=5432");
	run(f, "kubectl run bb --image=busybox --env=GREETING='hello $(MY_DB_SERVICE_PORT)' --command -- sleep 3600");
	expect(f, "kubectl exec bb -- env | grep ^MY_DB | sed 's/10[.0-9]*/IP/'",
		"MY_DB_SERVICE_HOST=IP\nMY_DB_PORT=tcp://IP:5432\n"
		"MY_DB_PORT_5432_TCP=tcp://IP:5432\nMY_DB_PORT_5432_TCP_PROTO=tcp\nMY_DB_PORT_5432_TCP_PORT=5432\n"
		"MY_DB_PORT_5432_TCP_ADDR=IP\nMY_DB_SERVICE_PORT=5432\nMY_DB_SERVICE_PORT_5432=5432\n", 0);
	expect(f, "kubectl exec bb -- sh -c 'echo $GREETING $HOSTNAME'", "hello 5432 bb\n", 0);
	expect(f, "kubectl exec bb -- printenv KUBERNETES_SERVICE_HOST", "10.96.0.1\n", 0);
	run(f, "kubectl run lone --image=busybox --overrides='{\"spec\":{\"enableServiceLinks\":false}}' --command -- sleep 3600");
	expect(f, "kubectl exec lone -- env | grep -c MY_DB", "0\n", 1);
}

static void
test_files(void **state)
{
	struct fixture *f = *state;

	expect(f, "ssh controlplane grep -o 'service-cluster-ip-range=.*' /etc/kubernetes/manifests/kube-apiserver.yaml",
		"service-cluster-ip-range=10.96.0.0/12\n", 0);
	expect(f, "kubectl exec deploy/web -- cat /var/run/secrets/kubernetes.io/serviceaccount/namespace", "default",
		0);
	run(f, "kubectl create configmap page --from-literal=index.html=hi");
	run(f, "cat <<EOF | kubectl apply -f -\napiVersion: v1\nkind: Pod\nmetadata: {name: cm}\nspec:\n"
		"  volumes: [{name: v, configMap: {name: page}}]\n  containers:\n"
		"  - {name: c, image: nginx, volumeMounts: [{name: v, mountPath: /data}]}\nEOF");
	expect(f, "kubectl exec cm -- cat /data/index.html", "hi", 0);
}

static void
test_logs(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl run asks --image=curlimages/curl --command -- sleep 3600");
	run(f, "kubectl exec asks -- curl -s web");
	expect(f, "ip=$(kubectl get pod asks -o jsonpath={.status.podIP}); kubectl logs -l app=web | grep -c \"^$ip - - .*GET / HTTP/1.1\"",
		"1\n", 0);
	assert_int_equal(run(f, "kubectl logs asks -c nosuch"), 1);
	assert_string_equal(f->err.str.buf, "error: container nosuch is not valid for pod asks\n");
	assert_int_equal(run(f, "kubectl logs asks -p"), 1);
	assert_string_equal(f->err.str.buf,
		"Error from server (BadRequest): previous terminated container \"asks\" in pod \"asks\" not found\n");
}

/* The API server asks the kubelet for these; texts of net/http and pkg/registry/core/pod/rest (dialing backend). */
static void
test_silent_kubelet(void **state)
{
	static const char dial[] = "dial tcp 172.30.2.2:10250: connect: connection refused";
	static const struct { const char *line, *before; } asked[] = {
		{ "kubectl logs late", "Error from server: Get \"https://172.30.2.2:10250/containerLogs/default/late/late\": " },
		{ "kubectl logs late -f --tail=5 --timestamps", "Error from server: Get \"https://172.30.2.2:10250/containerLogs/"
			"default/late/late?follow=true&tailLines=5&timestamps=true\": " },
		{ "kubectl logs late -p --since=1m --limit-bytes=9", "Error from server: Get \"https://172.30.2.2:10250/containerLogs/"
			"default/late/late?limitBytes=9&previous=true&sinceSeconds=60\": " },
		{ "kubectl exec late -- date", "Error from server: error dialing backend: " },
		{ "kubectl attach late", "Error from server: error dialing backend: " },
		{ "kubectl port-forward pod/late 8080:80", "error: error upgrading connection: error dialing backend: " },
	};
	struct fixture *f = *state;

	run(f, "kubectl run late --image=nginx --overrides='{\"spec\":{\"nodeName\":\"node01\"}}'; sleep 3; "
		"ssh node01 systemctl stop kubelet");
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		char *err = xasprintf("%s%s\n", asked[i].before, dial);

		assert_int_equal(run(f, asked[i].line), 1);
		assert_string_equal(f->err.str.buf, err);
		free(err);
	}
	run(f, "ssh node01 systemctl try-restart kubelet");
	assert_int_equal(run(f, "kubectl logs late"), 1);
	run(f, "ssh node01 systemctl start kubelet");
	assert_int_equal(run(f, "kubectl logs late"), 0);
}

/* test/images/agnhost/{netexec/netexec.go,serve-hostname/serve_hostname.go,pause/pause.go}, http-echo's handlers.go. */
static void
test_what_servers_log(void **state)
{
	static const struct { const char *name, *words, *asked, *log; } servers[] = {
		{ "netexec", "--image=registry.k8s.io/e2e-test-images/agnhost:2.53 -- netexec --http-port=80", ":80/clientip",
			"Started HTTP server on port 80\nStarted UDP server on port  8081\nGET /clientip\n" },
		{ "noudp", "--image=registry.k8s.io/e2e-test-images/agnhost:2.53 -- netexec --udp-port=-1", ":8080/nosuch",
			"Started HTTP server on port 8080\nGET /\n" },
		{ "says", "--image=registry.k8s.io/e2e-test-images/agnhost:2.53 -- netexec", ":8080/echo?msg=hi",
			"Started HTTP server on port 8080\nStarted UDP server on port  8081\nGET /echo?msg=hi&code=\n" },
		{ "named", "--image=registry.k8s.io/e2e-test-images/agnhost:2.53 -- serve-hostname", ":9376",
			"Serving on port 9376.\nHTTP request from CLIENT:51234\n" },
		{ "echo", "--image=hashicorp/http-echo", ":5678/x", "[INFO] server is listening on :5678\n"
			"SERVER:5678 CLIENT:51234 \"GET /x HTTP/1.1\" 200 12 \"curl/7.88.1\" 21.32µs\n" },
	};
	struct fixture *f = *state;

	run(f, "kubectl run asks --image=nginx");
	for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
		char *line = xasprintf("kubectl run %s %s >/dev/null; kubectl wait --for=condition=Ready pod/%s >/dev/null; "
			"ip=$(kubectl get pod %s -o jsonpath={.status.podIP}); mine=$(kubectl get pod asks -o jsonpath={.status.podIP}); "
			"kubectl exec asks -- curl -s \"http://$ip%s\" >/dev/null; kubectl logs %s | cut -d' ' -f3- | "
			"sed \"s/$ip/SERVER/;s/$mine/CLIENT/\"", servers[i].name, servers[i].words, servers[i].name,
			servers[i].name, servers[i].asked, servers[i].name);

		expect(f, line, servers[i].log, 0);
		free(line);
	}
	expect(f, "kubectl run idle --image=registry.k8s.io/e2e-test-images/agnhost:2.53 >/dev/null; "
		"kubectl wait --for=condition=Ready pod/idle >/dev/null; kubectl logs idle", "Paused\n", 0);
}

static void
test_forwards(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(run(f, "curl -s localhost:8080"), 7);
	expect(f, "kubectl port-forward svc/web 8080:80 &", "Forwarding from 127.0.0.1:8080 -> 80\nForwarding from [::1]:8080 -> 80\n", 0);
	assert_int_equal(run(f, "curl -s localhost:8080"), 0);
	assert_int_equal(run(f, "kubectl port-forward deploy/web 8080:80"), 1);
	assert_non_null(strstr(f->err.str.buf, "unable to listen on any of the requested ports: [{8080 80}]"));
	assert_int_equal(run(f, "kubectl port-forward svc/web 9000:81"), 1);
	assert_string_equal(f->err.str.buf, "error: Service web does not have a service port 81\n");
	assert_int_equal(run(f, "kill %1; curl -s localhost:8080"), 7);
}

/* A pod that is made for one command: it is there while the command runs, and gone behind it. */
static void
test_run_for_once(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(run(f, "kubectl run tmp --rm -i --restart=Never --image=busybox -- wget -qO- web"), 0);
	assert_non_null(strstr(f->out.str.buf, "Welcome to nginx!"));
	assert_true(str_ends(f->out.str.buf, "pod \"tmp\" deleted\n"));
	assert_int_equal(run(f, "kubectl get pod tmp"), 1);
	expect(f, "echo hi | kubectl run tmp --rm -i --restart=Never -q --image=busybox -- tr a-z A-Z | head -1",
		"HI\n", 0);
}

static void
test_undo(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(run(f, "undo"), 1);
	run(f, "kubectl delete svc web");
	run(f, "kubectl get svc");	/* changes nothing, so it is no step */
	expect(f, "undo", "undone: kubectl delete svc web\n", 0);
	expect(f, "kubectl get svc web -o jsonpath={.spec.ports[0].nodePort}", "30080", 0);
	assert_int_equal(run(f, "curl -s node01:30080"), 0);
	expect(f, "redo", "done again: kubectl delete svc web\n", 0);
	assert_int_equal(run(f, "kubectl get svc web"), 1);
	assert_int_equal(run(f, "redo"), 1);
	run(f, "undo");
	run(f, "kubectl create ns x");	/* what was undone can't be done again after a change */
	assert_int_equal(run(f, "redo"), 1);
}

/* A proxy that stopped leaves its rules: a new Service has none, an old one still answers. */
static void
test_stale_rules(void **state)
{
	struct fixture *f = *state;

	run(f, "ssh node01 systemctl disable --now kube-proxy");
	expect(f, "ssh node01 systemctl is-active kube-proxy", "inactive\n", 3);
	run(f, "ssh node01 systemctl enable kube-proxy");	/* at the next boot, and not before */
	expect(f, "ssh node01 systemctl is-active kube-proxy", "inactive\n", 3);
	run(f, "kubectl create service nodeport late --tcp=80 --node-port=30099");
	expect(f, "ssh node01 iptables-save | grep -c default/late", "0\n", 1);
	assert_int_equal(run(f, "curl -s node01:30080"), 0);
	run(f, "ssh node01 systemctl enable --now kube-proxy");
	assert_int_equal(run(f, "ssh node01 iptables-save | grep -q default/late"), 0);
}

/* With kubeadm kube-proxy is a pod of a DaemonSet: without it a node's rules grow old, and the next pod makes them new. */
static void
test_proxy_without_its_pod(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl patch daemonset kube-proxy -n kube-system -p '{\"spec\":{\"template\":{\"spec\":{\"nodeSelector\":{\"a\":\"b\"}}}}}'");
	expect(f, "kubectl get pods -n kube-system -l k8s-app=kube-proxy -o name", "", 0);
	run(f, "kubectl create service nodeport late --tcp=80 --node-port=30099");
	expect(f, "ssh node01 iptables-save | grep -c default/late", "0\n", 1);
	assert_int_equal(run(f, "curl -s node01:30080"), 0);
	run(f, "kubectl label node node01 a=b");
	assert_int_equal(run(f, "ssh node01 iptables-save | grep -q default/late"), 0);
	expect(f, "ssh node02 iptables-save | grep -c default/late", "0\n", 1);
	run(f, "undo");
	expect(f, "ssh node01 iptables-save | grep -c default/late", "0\n", 1);
	run(f, "undo");
	run(f, "undo");
	run(f, "kubectl create service nodeport late --tcp=80 --node-port=30099");
	assert_int_equal(run(f, "ssh node01 iptables-save | grep -q default/late"), 0);
}

/* A page that a command in the pod writes is the one that its server gives; one from a ConfigMap can't be written. */
static void
test_pages(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl run s --image=nginx && kubectl expose pod s --port=80 && kubectl run c --image=curlimages/curl --command -- sleep 9999");
	assert_int_equal(run(f, "kubectl exec s -- sh -c 'echo mine > /usr/share/nginx/html/index.html'"), 0);
	expect(f, "kubectl exec c -- curl -s s", "mine\n", 0);
	assert_int_equal(run(f, "kubectl exec s -- sh -c 'echo more >> /usr/share/nginx/html/index.html; echo x > /usr/share/nginx/html/x'"), 0);
	expect(f, "kubectl exec c -- curl -s s", "mine\nmore\n", 0);
	expect(f, "kubectl exec c -- curl -s s/x", "x\n", 0);
	run(f, "kubectl create configmap page --from-literal=index.html=given");
	run(f, "kubectl apply -f - <<'E'\napiVersion: v1\nkind: Pod\nmetadata: {name: m}\nspec:\n  containers:\n"
		"  - {name: c, image: nginx, volumeMounts: [{name: v, mountPath: /usr/share/nginx/html}]}\n"
		"  volumes: [{name: v, configMap: {name: page}}]\nE\n");
	expect(f, "kubectl exec m -- cat /usr/share/nginx/html/index.html", "given", 0);
	assert_int_equal(run(f, "kubectl exec m -- sh -c 'echo mine > /usr/share/nginx/html/index.html'"), 1);
	run(f, "kubectl run db --image=mysql --env=MYSQL_ROOT_PASSWORD=x --expose --port=3306");
	assert_int_equal(run(f, "kubectl exec c -- curl -sS db:3306"), 1);
	assert_string_equal(f->err.str.buf, "curl: (1) Received HTTP/0.9 when not allowed\ncommand terminated with exit code 1\n");
}

/* A pod on its node's network serves at the node's address, and what it sends leaves as the node's does. */
static void
test_host_network(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl apply -f - <<'E'\napiVersion: v1\nkind: Pod\nmetadata: {name: edge}\nspec:\n"
		"  hostNetwork: true\n  dnsPolicy: ClusterFirstWithHostNet\n  nodeName: node02\n  containers:\n"
		"  - {name: c, image: 'registry.k8s.io/e2e-test-images/agnhost:2.53', args: [netexec, --http-port=8085]}\nE\n");
	expect(f, "curl -s node02:8085/hostname", "node02", 0);
	assert_int_equal(run(f, "curl -s node01:8085"), 7);
	expect(f, "kubectl exec edge -- wget -qO- -T 2 http://web >/dev/null && echo by name", "by name\n", 0);
	assert_int_equal(run(f, "kubectl exec edge -- nslookup web.default.svc.cluster.local"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_programs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_processes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_whose_tools, setup, teardown),
		cmocka_unit_test_setup_teardown(test_environment, setup, teardown),
		cmocka_unit_test_setup_teardown(test_files, setup, teardown),
		cmocka_unit_test_setup_teardown(test_proxy_without_its_pod, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(test_logs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_silent_kubelet, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_servers_log, setup, teardown),
		cmocka_unit_test_setup_teardown(test_forwards, setup, teardown),
		cmocka_unit_test_setup_teardown(test_run_for_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_host_network, setup, teardown),
		cmocka_unit_test_setup_teardown(test_undo, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stale_rules, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
